"""Letters to the province: taken from a mailbox, kept once each, and handed over as drafts."""

import imaplib
import mailbox
import ssl
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.messaging.contract.talk import looked_up
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming, Received
from tinhso.blocks.messaging.queries import channels, letters
from tinhso.blocks.messaging.queries.rules import ConversationLimits, rules
from tinhso.blocks.messaging.services import answering, asides, fetching, receiving
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.refs import new_ref

SECONDS = 20
IGNORED, TOO_BIG = "ignored", "too_big"


def read_mailbox(*, by: Actor, clock: Callable[[], datetime] = clock.now) -> dict[str, int]:
    """Take in what is new in the mailbox; says how many letters went which way. A letter is marked as read only once
    it is kept, so that none is lost; one that was kept already is not kept again."""
    by.must_be_able_to(receiving.RIGHT)
    counts: dict[str, int] = {}
    if not settings.MAILBOX:
        return counts
    spoken = rules().limits
    for raw, mark in _new_letters(spoken):
        outcome = TOO_BIG if raw is None else receive_letter(raw, by=by, now=clock())
        counts[outcome] = counts.get(outcome, 0) + 1
        mark()
    return counts


Mark = Callable[[], object]


def _new_letters(spoken: ConversationLimits) -> Iterator[tuple[bytes | None, Mark]]:
    """Raw letters with what marks each as read; None for one that is too big to look at."""
    if settings.MAILBOX.startswith("maildir:"):
        yield from _of_a_folder(Path(settings.MAILBOX.removeprefix("maildir:")), spoken)
    elif settings.MAILBOX.startswith(("imaps://", "imap://")):
        yield from _of_a_server(settings.MAILBOX, spoken)
    else:
        raise Refused("bad_mailbox", _("TINHSO_MAILBOX phải là maildir:thư-mục hoặc imaps://tên:mật-khẩu@máy/INBOX."))


def _of_a_folder(folder: Path, spoken: ConversationLimits) -> Iterator[tuple[bytes | None, Mark]]:
    box = mailbox.Maildir(folder, create=False)
    for path in sorted((folder / "new").iterdir())[: spoken.mails_a_run]:
        raw = path.read_bytes() if path.stat().st_size <= spoken.mail_bytes else None

        def mark(path: Path = path) -> None:
            path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,S")

        yield raw, mark
    box.close()


def _of_a_server(address: str, spoken: ConversationLimits) -> Iterator[tuple[bytes | None, Mark]]:
    where = urlsplit(address)
    host, safe = where.hostname or "", where.scheme == "imaps"
    if not safe and host not in ("127.0.0.1", "localhost"):
        raise Refused("bad_mailbox", _("Máy chủ thư phải dùng kết nối bảo mật (imaps)."))
    server: imaplib.IMAP4 = (
        imaplib.IMAP4_SSL(host, where.port or 993, ssl_context=ssl.create_default_context(), timeout=SECONDS)
        if safe
        else imaplib.IMAP4(host, where.port or 143, timeout=SECONDS)
    )
    try:
        server.login(unquote(where.username or ""), unquote(where.password or ""))
        server.select(f'"{unquote(where.path.strip("/")) or "INBOX"}"')
        _status, search_result = server.uid("SEARCH", "UNSEEN")
        for number in (search_result[0] or b"").split()[: spoken.mails_a_run]:
            uid = number.decode()
            yield _from_server(server, uid, spoken), partial(server.uid, "STORE", uid, "+FLAGS", "(\\Seen)")
    finally:
        server.logout()


def _from_server(server: imaplib.IMAP4, uid: str, spoken: ConversationLimits) -> bytes | None:
    _status, fetched_parts = server.uid("FETCH", uid, "(RFC822.SIZE)")
    words = (fetched_parts[0] if isinstance(fetched_parts[0], bytes) else b"").rstrip(b")").split()
    if not words or not words[-1].isdigit() or int(words[-1]) > spoken.mail_bytes:
        return None
    _status, fetched_parts = server.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in fetched_parts if isinstance(part, tuple)), None)


def receive_letter(raw: bytes, *, by: Actor, now: datetime) -> str:
    """Keep one letter and hand over what it tells; says what became of it: ``taken``, ``known``, ``asked``,
    ``limited`` or why it was ignored."""
    by.must_be_able_to(receiving.RIGHT)
    letter = letters.read_letter(raw, now=now)
    if isinstance(letter, str):
        audit.record(by=by, did="ignored letter", to=("messaging.Channel", "email"), after={"why": letter})
        return letter
    spoken = rules().limits
    if Incoming.objects.filter(channel="email", message_id=letter.message_id).exists():
        return "known"
    return _keep_letter(letter, spoken, by, now)


@transaction.atomic
def _keep_letter(letter: letters.IncomingLetter, spoken: ConversationLimits, by: Actor, now: datetime) -> str:
    fresh = {"ref": new_ref("NT"), "first_at": now, "heard_at": letter.sent_at, "name": letter.name}
    correspondent, _is_new = Correspondent.objects.get_or_create(channel="email", sender=letter.sender, defaults=fresh)
    who = Correspondent.objects.select_for_update().get(pk=correspondent.pk)
    row, is_new = Incoming.objects.get_or_create(
        channel="email",
        message_id=letter.message_id,
        defaults={
            "correspondent": who,
            "kind": "letter",
            "text": letter.text,
            "sent_at": letter.sent_at,
            "came_at": now,
            "state": Incoming.State.DONE,
        },
    )
    if not is_new:
        return "known"
    today = who.incoming.filter(came_at__gt=now - timedelta(days=1)).exclude(state=Incoming.State.LIMITED).count()
    if today > spoken.drafts_a_day:
        row.state = Incoming.State.LIMITED  # not answered either: who writes may not be whom the letter names
        row.save(update_fields=["state"])
        return "limited"
    who.language, who.heard_at = asides.language_of(who, [row]), max(who.heard_at, letter.sent_at)
    who.save(update_fields=["language", "heard_at"])
    reference, taker = looked_up(letter.subject), channels.draft_intake()
    if reference and taker is not None:
        text = asides.status_of(who, reference, taker, now)
        thread = answering.Thread(f"Re: {letter.subject}", row.message_id)
        answering.queue_reply(who, text, now=now, key=f"aside:{row.pk}", thread=thread)
        return "asked"
    _begin_conversation(row, letter, spoken, now)
    return "taken"


def _begin_conversation(
    row: Incoming, letter: letters.IncomingLetter, spoken: ConversationLimits, now: datetime
) -> None:
    """A conversation of one letter, which is a draft as it stands."""
    who = row.correspondent
    number = (who.conversations.aggregate(last=Max("number"))["last"] or 0) + 1
    row.conversation = Conversation.objects.create(
        correspondent=who,
        number=number,
        state=Conversation.State.HANDING,
        started_at=row.sent_at,
        heard_at=row.sent_at,
        ends_at=row.sent_at,
    )
    row.save(update_fields=["conversation"])
    for position, picture in enumerate(letter.pictures):
        received = Received(incoming=row, position=position, name=picture.name)
        try:
            fetching.keep_picture(received, picture.body, spoken)
        except Refused as refusal:
            received.state, received.why = Received.State.REFUSED, refusal.message[:200]
        received.save()
    receiving.queue_hearing(who)
