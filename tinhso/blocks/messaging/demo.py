"""Conversations that led to illustrative reports, as they would have been held; nothing of them is ever sent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.contract import MARK
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming, Outgoing
from tinhso.blocks.messaging.queries import channels, wording
from tinhso.kernel.actor import Actor
from tinhso.kernel.refs import new_ref

PREFIX = "minh-hoa-"  # of the platform's numbers: no real one looks like it
PACE = timedelta(seconds=47)


@dataclass(frozen=True)
class DemoConversation:
    """A report that somebody told on a channel (zalo, messenger, email): who, what, where, and what came of it.

    ``news`` are moments and words of what they were told later; ``secret`` names the page that only they were sent.
    """

    channel: str
    sender: str
    reference: str
    address: str
    text: str
    place: str
    category: str
    received_at: datetime
    unit: str
    news: tuple[tuple[datetime, str], ...] = ()
    secret: str = ""


@dataclass(frozen=True)
class DemoLine:
    """One message: ``mine`` is the person's own."""

    at: datetime
    text: str
    mine: bool
    secret: str = ""


@transaction.atomic
def load(*, held: Sequence[DemoConversation], title: str, by: Actor) -> int:
    """Write down conversations once; says how many. ``title`` is the province's name in the greeting."""
    if Incoming.objects.filter(message_id__startswith=PREFIX).exists():
        return 0
    for demo_conversation in held:
        _write_conversation(demo_conversation, list(_conversation_lines(demo_conversation, title)))
    audit.record(
        by=by,
        did="loaded illustrative conversations",
        to=("messaging.Conversation", "demo"),
        after={"count": len(held)},
    )
    return len(held)


def _conversation_lines(demo_conversation: DemoConversation, title: str) -> Iterator[DemoLine]:
    start = demo_conversation.received_at - 8 * PACE
    if demo_conversation.channel == "email":
        yield DemoLine(start, f"{demo_conversation.text}\n\n{demo_conversation.place}", mine=True)
    else:
        questions = _demo_questions(demo_conversation)
        replies = [demo_conversation.text, demo_conversation.place, "1", "bỏ qua", "1"]
        for turn, (words, question) in enumerate(zip(replies, [*questions, ""], strict=True)):
            yield DemoLine(start + 1.5 * turn * PACE, words, mine=True)
            first = f"{wording.greeting_text(title)} " if not turn else ""
            if question:
                yield DemoLine(start + 1.5 * turn * PACE + PACE / 20, first + question, mine=False)
    receipt_text = f"Đã nhận phản ánh. Nơi xử lý: {demo_conversation.unit}."
    page = channels.address_of(MARK if demo_conversation.secret else demo_conversation.address)
    yield DemoLine(
        demo_conversation.received_at,
        wording.report_taken_text(receipt_text, demo_conversation.reference, page),
        mine=False,
        secret=demo_conversation.secret,
    )
    for at, words in demo_conversation.news:
        yield DemoLine(at, words, mine=False)


def _demo_questions(one: DemoConversation) -> list[str]:
    confirm = [f"Nội dung: {one.text}", f"Ở: {one.place}", f"Loại: {one.category}", "Ảnh: 0"]
    return [
        "Việc này ở đâu? Hãy gửi vị trí, hoặc gõ địa chỉ (số nhà, đường, ấp hoặc khóm, xã hoặc phường).",
        f"Việc này thuộc loại nào? Trả lời bằng số:\n1. {one.category}\n2. Việc khác",
        "Nếu có, hãy gửi ảnh hiện trường. Không có ảnh thì trả lời “bỏ qua”.",
        "\n".join([*confirm, "Trả lời 1 để gửi, 2 để hủy. Muốn thêm gì, cứ nhắn tiếp."]),
    ]


def _write_conversation(demo_conversation: DemoConversation, lines: list[DemoLine]) -> None:
    mine = [line for line in lines if line.mine]
    who, _is_new = Correspondent.objects.get_or_create(
        channel=demo_conversation.channel,
        sender=demo_conversation.sender,
        defaults={"ref": new_ref("NT"), "first_at": mine[0].at, "heard_at": mine[-1].at},
    )
    talk = Conversation.objects.create(
        correspondent=who,
        number=who.conversations.count() + 1,
        state=Conversation.State.HANDED,
        reference=demo_conversation.reference,
        address=demo_conversation.address,
        started_at=mine[0].at,
        heard_at=mine[-1].at,
        ends_at=mine[-1].at,
    )
    Incoming.objects.bulk_create(
        [
            Incoming(
                channel=demo_conversation.channel,
                message_id=f"{PREFIX}{demo_conversation.reference}-{number}",
                correspondent=who,
                conversation=talk,
                kind="text",
                text=line.text,
                sent_at=line.at,
                came_at=line.at,
                state=Incoming.State.DONE,
            )
            for number, line in enumerate(mine)
        ]
    )
    begin = who.outgoing.count()
    Outgoing.objects.bulk_create(_demo_replies(who, begin, (line for line in lines if not line.mine)))


def _demo_replies(who: Correspondent, begin: int, lines: Iterable[DemoLine]) -> Iterator[Outgoing]:
    for number, line in enumerate(lines, begin + 1):
        yield Outgoing(
            correspondent=who,
            number=number,
            text=line.text,
            secret=line.secret,
            made_at=line.at,
            sent_at=line.at,
            via=who.channel,
            state=Outgoing.State.SENT,
            tries=1,
            platform_id=f"{PREFIX}{who.ref}-{number}",
        )
