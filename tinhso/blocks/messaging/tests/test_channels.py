"""Conversations as they are held: kept once, asked for what is missing, handed over once."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.messaging import jobs, services
from tinhso.blocks.messaging.contract import INTAKES, KnownReport
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming, Outgoing, Received
from tinhso.blocks.messaging.tests import makers as a
from tinhso.blocks.messaging.tests.makers import StandIn
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
AT = 106.375, 10.241


@pytest.fixture
def intake(settings: Any, tmp_path: Path) -> Iterator[StandIn]:
    yield a.set_up(settings, tmp_path)
    a.put_back()


def one_after_another(client: Client) -> None:
    """Somebody tells all there is to tell, answering what they are asked."""
    a.zalo(client, "Đường hỏng trước chợ", "m1", at=a.moment(-50))
    a.hear()
    a.zalo_place(client, *AT, "m2", at=a.moment(-40))
    a.hear()
    for number, words in (("m3", "1"), ("m4", "bỏ qua"), ("m5", "1")):
        a.zalo(client, words, number, at=a.moment(-40 + int(number[1])))
        a.hear()


def test_a_conversation_becomes_one_draft_with_all_that_was_told(client: Client, intake: StandIn) -> None:
    one_after_another(client)

    (draft,) = intake.taken.values()
    assert (draft.channel, draft.sender, draft.text, draft.category) == ("zalo", "u1", "Đường hỏng trước chợ", "duong")
    assert (draft.longitude, draft.latitude) == AT
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.reference) == ("handed", "PA-1")
    assert draft.request == conversation.request
    questions = a.sent_texts()
    assert "Tỉnh Hai Sông" in questions[0]
    assert len(questions) == 5
    assert "1. Đường sá" in questions[1]
    assert "PA-1" in questions[-1]


def test_a_platform_waits_for_two_statements_whether_or_not_it_sent_this_before(
    client: Client, intake: StandIn
) -> None:
    a.zalo(client, "Đường hỏng trước chợ", "m1")

    with CaptureQueriesContext(connection) as fresh:
        a.zalo(client, "trước chợ", "m2")
    with CaptureQueriesContext(connection) as again:
        a.zalo(client, "trước chợ", "m2")

    def statements_of(seen: CaptureQueriesContext) -> list[str]:
        return [one["sql"] for one in seen if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]

    assert (len(statements_of(fresh)), len(statements_of(again))) == (2, 2)
    assert Incoming.objects.count() == 2


def test_the_next_message_begins_the_next_conversation(client: Client, intake: StandIn) -> None:
    one_after_another(client)

    a.zalo(client, "Đèn hỏng", "m9", at=a.moment(-1))
    a.hear()

    assert list(Conversation.objects.order_by("number").values_list("number", "state")) == [(1, "handed"), (2, "open")]


@pytest.mark.parametrize("seed", range(6))
def test_events_in_any_order_and_twice_make_one_draft(client: Client, intake: StandIn, seed: int) -> None:
    told = [("m1", "Đường hỏng trước chợ"), ("m3", "đường sá"), ("m4", "bỏ qua"), ("m5", "gửi")]
    bodies = [
        a.zalo_event({"text": text, "msg_id": number}, at=a.moment(-50 + int(number[1]))) for number, text in told
    ]
    place = {"type": "location", "payload": {"coordinates": {"latitude": str(AT[1]), "longitude": str(AT[0])}}}
    bodies.append(a.zalo_event({"msg_id": "m2", "attachments": [place]}, kind="user_send_location", at=a.moment(-48)))
    arrivals = bodies * 2
    random.Random(seed).shuffle(arrivals)

    for body in arrivals:
        assert a.zalo_sends(client, body).status_code == 200
        a.hear()

    assert [draft.text for draft in intake.taken.values()] == ["Đường hỏng trước chợ"]
    assert intake.asked == 1
    assert Incoming.objects.count() == 5


def test_a_message_that_comes_after_the_end_but_was_sent_before_it_changes_nothing(
    client: Client, intake: StandIn
) -> None:
    one_after_another(client)
    asked = len(a.sent_texts())

    a.zalo(client, "Xe hay ngã", "m8", at=a.moment(-49))
    a.hear()

    assert Incoming.objects.get(message_id="m8").state == "late"
    assert len(a.sent_texts()) == asked
    assert Conversation.objects.count() == 1
    assert Entry.objects.filter(did="heard late").exists()


def test_an_old_message_is_kept_and_not_acted_on(client: Client, intake: StandIn) -> None:
    answer = a.zalo(client, "gửi", "m1", at=a.moment(-3 * 86400))
    a.hear()

    assert answer.status_code == 200
    assert Incoming.objects.get().state == "stale"
    assert a.sent_texts() == []
    assert Entry.objects.filter(did="left stale message").exists()


def test_a_similar_report_nearby_is_followed_instead(client: Client, intake: StandIn) -> None:
    intake.known = (KnownReport("PA-9", "Ổ gà", "đang xử lý", 40, "/reports/PA-9/"),)

    one_after_another(client)

    assert intake.followed == [("PA-9", "zalo", "u1")]
    assert any("1. Ổ gà (đang xử lý, cách 40 m) http" in text for text in a.sent_texts())
    assert intake.taken == {}
    assert Conversation.objects.get().state == "followed"


def test_a_refused_draft_may_be_mended_and_sent_again(client: Client, intake: StandIn) -> None:
    intake.refusal = "Nơi này ngoài địa bàn tỉnh."
    one_after_another(client)
    refused = Conversation.objects.get().state
    intake.refusal = ""

    a.zalo_place(client, 106.4, 10.2, "m6", at=a.moment(-5))
    a.hear()
    a.zalo(client, "gửi", "m7", at=a.moment(-4))
    a.hear()

    assert refused == "open"
    assert any("ngoài địa bàn" in text for text in a.sent_texts())
    assert [draft.longitude for draft in intake.taken.values()] == [106.4]


def test_help_lookup_and_contact_are_answered_beside_the_report(client: Client, intake: StandIn) -> None:
    a.zalo(client, "Đường hỏng trước chợ", "m1", at=a.moment(-9))
    a.hear()
    for number, words in enumerate(("trợ giúp", "tra cứu pa-1", "tra cứu PA-404", "thư ai@vidu.vn"), 2):
        a.zalo(client, words, f"m{number}", at=a.moment(number - 9))
        a.hear()

    told = a.sent_texts()[1:]
    assert [
        words in text
        for words, text in zip(("tra cứu", "đang xử lý", "Không tìm thấy", "ai@vidu.vn"), told, strict=True)
    ] == [True] * 4
    assert Correspondent.objects.get().contact == "ai@vidu.vn"
    assert Conversation.objects.get().asked == "where"


def test_what_is_not_understood_is_asked_again_and_pictures_in_a_row_are_not(client: Client, intake: StandIn) -> None:
    a.zalo(client, "Đường hỏng trước chợ", "m1", at=a.moment(-9))
    a.hear()
    for number in (2, 3):
        a.zalo_photo(client, "https://x.zdn.vn/a.jpg", f"m{number}", at=a.moment(number - 9))
        a.hear()
    silent = len(a.sent_texts())

    a.zalo(client, "??", "m5", at=a.moment(-3))
    a.hear()

    assert silent == 1
    assert a.sent_texts()[-1].startswith("Chưa hiểu ý bạn.")


def test_who_writes_english_is_answered_in_english(client: Client, intake: StandIn) -> None:
    a.zalo(client, "The road is broken near the market", "m1")
    a.hear()

    assert "Hai Song" in a.sent_texts()[0]
    assert "Where" in a.sent_texts()[0]


def test_a_conversation_that_rests_ends_politely_and_nothing_of_it_is_sent(client: Client, intake: StandIn) -> None:
    a.zalo(client, "Đường hỏng trước chợ", "m1")
    a.hear()

    ended = [services.end_resting(by=jobs.WORKER, now=clock.now() + timedelta(hours=hours)) for hours in (1, 13, 14)]

    assert ended == [0, 1, 0]
    assert Conversation.objects.get().state == "expired"
    assert "12 giờ" in a.sent_texts()[-1]
    assert intake.taken == {}


def test_a_flood_is_not_read_and_its_sender_is_told_once(client: Client, intake: StandIn) -> None:
    for number in range(40):
        a.zalo(client, f"Rác {number}", f"m{number}", at=a.moment(number - 60))

    a.hear()

    assert Incoming.objects.filter(state="limited").count() == 10
    assert sum("quá nhiều" in text for text in a.sent_texts()) == 1


def test_without_somebody_who_takes_reports_people_are_told_so(client: Client, intake: StandIn) -> None:
    INTAKES.clear()

    a.zalo(client, "Đường hỏng", "m1")
    a.hear()

    assert a.sent_texts() == ["Kênh này hiện chưa nhận phản ánh."]


def test_a_worker_that_dies_after_handing_over_hands_over_again_and_nothing_is_doubled(
    client: Client, intake: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinhso.blocks.messaging.services import conversing

    with monkeypatch.context() as broken:
        broken.setattr(conversing, "_record_hand_over", lambda *_all: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            one_after_another(client)
    services.converse(ref=Correspondent.objects.get().ref, by=jobs.WORKER, now=clock.now())

    assert (intake.asked, len(intake.taken)) == (2, 1)
    assert Conversation.objects.get().state == "handed"
    assert sum("Đã nhận" in text for text in a.sent_texts()) == 1


def test_messenger_buttons_answer_what_was_asked(client: Client, intake: StandIn) -> None:
    a.messenger_sends(client, a.messenger_event("Đường hỏng trước chợ", "a1", at=a.moment(-9)))
    a.hear()
    a.messenger_sends(client, a.messenger_event("12 đường Chợ, ấp 3", "a2", at=a.moment(-8)))
    a.hear()
    offered = Outgoing.objects.latest("pk").choices
    for number, payload in (("a3", "category:rac"), ("a4", "skip"), ("a5", "send")):
        event = a.messenger_event("Nút", number, at=a.moment(int(number[1]) - 9), quick_reply={"payload": payload})
        a.messenger_sends(client, event)
        a.hear()

    assert offered[0] == {"code": "category:duong", "name": "Đường sá"}
    (draft,) = intake.taken.values()
    assert (draft.channel, draft.category, draft.address) == ("messenger", "rac", "12 đường Chợ, ấp 3")


def test_the_database_keeps_what_was_said_and_how_it_ended(client: Client, intake: StandIn) -> None:
    one_after_another(client)

    with pytest.raises(IntegrityError), transaction.atomic():
        Incoming.objects.filter(message_id="m1").update(text="khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.update(state="open")

    assert Incoming.objects.get(message_id="m1").text == "Đường hỏng trước chợ"


def test_telling_needs_somebody_and_happens_once_with_a_key(client: Client, intake: StandIn) -> None:
    one_after_another(client)
    before = len(a.sent_texts())

    for _again in range(2):
        services.queue_notice(channel="zalo", sender="u1", text="Đã sửa xong.", now=clock.now(), key="PA-1:done")
    with pytest.raises(Refused):
        services.queue_notice(channel="zalo", sender="nobody", text="?", now=clock.now())

    assert a.sent_texts()[before:] == ["Đã sửa xong."]


def test_only_the_worker_holds_conversations() -> None:
    with pytest.raises(Refused):
        services.converse(ref="x", by=NOBODY, now=clock.now())
    with pytest.raises(Refused):
        services.deliver_replies(ref="x", by=NOBODY)


def test_what_is_old_is_forgotten_with_its_pictures(client: Client, intake: StandIn) -> None:
    one_after_another(client)
    row = Incoming.objects.first()
    assert row is not None
    from tinhso.blocks.messaging.queries import blobs
    from tinhso.blocks.messaging.queries.rules import rules
    from tinhso.blocks.messaging.services import fetching

    picture = Received(incoming=row, position=0)
    fetching.keep_picture(picture, a.a_picture(), rules().limits)
    picture.save()
    path = blobs.path_of(picture.sha256)

    kept = services.delete_old_people(by=jobs.WORKER, now=clock.now() + timedelta(days=100))
    was_there = path.is_file()
    gone = services.delete_old_people(by=jobs.WORKER, now=clock.now() + timedelta(days=181))

    assert (kept, was_there, gone) == (0, True, 1)
    assert not path.exists()
    assert not Incoming.objects.exists()


def test_what_a_dead_worker_left_lying_is_taken_up_once(
    client: Client, intake: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    a.zalo(client, "Đường hỏng trước chợ", "m1")
    a.forget_jobs()
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)

    for _again in range(3):
        jobs.tend_conversations(timestamp=0)

    assert a.hear() == 1
    assert len(a.sent_texts()) == 1
