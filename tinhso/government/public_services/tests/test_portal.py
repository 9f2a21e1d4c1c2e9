"""Cases told to the national portal: in order, at least once, kept there once, whatever happens on the way."""

import logging
from base64 import b64decode
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.simulators.national_portal import Portal
from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.rights import LOAD_DOSSIERS
from tinhso.blocks.cases.services import history
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.makers import MONDAY
from tinhso.blocks.documents.queries.store import file_store
from tinhso.blocks.documents.tests import papers
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.queries.portal import messages
from tinhso.government.public_services.services import portal as told
from tinhso.government.public_services.services.portal.queueing import NEW
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
OPERATOR = Actor("operator", "Người vận hành", everywhere=frozenset({"operate system"}))
RECEIVED = [("code", ""), ("dossier", ""), ("status", "1"), ("progress", "2"), ("status", "2")]


def deliver() -> None:
    """Let everybody hear what was announced, as the worker does."""
    for one in Announcement.objects.filter(delivered_at=None).order_by("pk"):
        outbox.deliver_announcement(one.pk)


def a_dossier() -> Case:
    """A case received, of which messages wait."""
    case = makers.received(makers.a_unit("28777", "Xã An"))
    deliver()
    return case


def send(case: Case, now: datetime = MONDAY) -> int:
    return told.send_dossier(dossier=case.code, by=told.PORTAL, clock=lambda: now)


def states(case: Case) -> list[str]:
    return list(Dispatch.objects.filter(dossier=case.code).order_by("place").values_list("state", flat=True))


def test_a_dossier_is_told_in_order_and_once(portal: Portal) -> None:
    case = a_dossier()

    sent = send(case)
    again = send(case)

    assert (sent, again) == (len(RECEIVED), 0)
    assert portal.told(case.code) == RECEIVED
    assert portal.tokens_given == 1


def test_an_event_heard_twice_is_one_message(portal: Portal) -> None:
    case = a_dossier()
    Announcement.objects.update(delivered_at=None)

    deliver()

    assert len(states(case)) == len(RECEIVED)


def test_a_failed_message_holds_back_its_own_dossier_only(portal: Portal) -> None:
    unit = makers.a_unit("28777", "Xã An")
    first, second = makers.received(unit), makers.received(unit)
    deliver()
    portal.troubles["fail"] = 1

    send(first)
    send(second)

    assert states(first) == ["failed", *["waiting"] * 4]
    assert set(states(second)) == {"sent"}


def test_after_a_failure_order_is_kept(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["fail"] = 2
    send(case)
    too_early = send(case, MONDAY + timedelta(seconds=1))

    send(case, MONDAY + timedelta(minutes=1))
    send(case, MONDAY + timedelta(minutes=10))

    assert too_early == 0
    assert portal.told(case.code) == RECEIVED
    assert Dispatch.objects.get(dossier=case.code, place=10).failures == 2


def test_an_answer_lost_on_the_way_does_not_double(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["lose"] = 1
    send(case)

    send(case, MONDAY + timedelta(hours=1))

    assert set(states(case)) == {"sent"}
    assert len(portal.seen) == len(RECEIVED) + 1
    assert portal.told(case.code) == RECEIVED


def test_a_crash_between_sending_and_recording_sends_again_and_the_portal_keeps_one(portal: Portal) -> None:
    case = a_dossier()
    with patch("tinhso.blocks.audit.services.record", side_effect=DatabaseError), pytest.raises(DatabaseError):
        send(case)
    assert set(states(case)) == {"waiting"}

    send(case)

    assert len(portal.seen) == len(RECEIVED) + 1
    assert portal.told(case.code) == RECEIVED


def test_a_slow_portal_is_asked_again_and_keeps_one(portal: Portal, tmp_path: Any, settings: Any) -> None:
    case = a_dossier()
    rules = (settings.PROVINCE_DIR / "portal.toml").read_text(encoding="utf-8")
    (tmp_path / "portal.toml").write_text(rules.replace("timeout_seconds = 15", "timeout_seconds = 1"), "utf-8")
    settings.PROVINCE_DIR = tmp_path
    portal.troubles["slow"] = 1
    send(case)
    assert states(case)[0] == "failed"

    send(case, MONDAY + timedelta(hours=1))

    assert portal.told(case.code) == RECEIVED


def test_a_token_that_has_ended_is_asked_for_anew(portal: Portal) -> None:
    case = a_dossier()
    portal.expires_in = 1  # below what is trusted: none is kept

    send(case)

    assert set(states(case)) == {"sent"}
    assert portal.tokens_given == len(RECEIVED)


def test_a_token_that_the_portal_forgot_is_asked_for_once_more(portal: Portal) -> None:
    case = a_dossier()
    unit = case.unit
    send(case)
    other = makers.received(unit)
    deliver()
    portal.troubles["forget"] = 1

    send(other)

    assert set(states(other)) == {"sent"}
    assert portal.tokens_given == 2


def test_without_a_token_nothing_is_told_and_it_is_tried_again(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["token"] = 1
    send(case)
    held = Dispatch.objects.get(dossier=case.code, place=10)

    send(case, MONDAY + timedelta(hours=1))

    assert (held.state, held.last_error) == ("failed", "token: HTTP 403")
    assert portal.told(case.code) == RECEIVED


def test_waits_double_up_to_the_longest_and_then_it_is_dead(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["fail"] = 100
    now, waits = MONDAY, []
    while (held := Dispatch.objects.get(dossier=case.code, place=10)).state != "dead":
        send(case, now)
        held.refresh_from_db()
        if held.next_at:
            waits.append((held.next_at - now).total_seconds())
            now = held.next_at

    usual = [30, 60, 120, 240, 480, 960, 1920]
    assert all(0.5 * want <= wait <= 1.5 * want for wait, want in zip(waits, usual, strict=True))
    assert (held.tries, held.last_error) == (8, "HTTP 503")
    assert messages.due_dossiers(now + timedelta(days=9)) == []
    assert Audited.objects.filter(did="gave up telling portal").count() == 1
    assert Announcement.objects.filter(name="public_services.PortalMessageDied").count() == 1


def test_what_the_portal_refuses_is_dead_at_once_and_says_what_it_said(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["refuse"] = 1

    send(case)

    dead = Dispatch.objects.get(dossier=case.code, place=10)
    assert (dead.state, dead.tries, dead.last_error) == ("dead", 1, "HTTP 200 · 12 · không nhận")


def test_a_dead_message_sent_again_lets_the_others_follow(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["refuse"] = 1
    send(case)

    told.retry_message(pk=Dispatch.objects.get(state="dead").pk, by=OPERATOR, now=MONDAY)
    send(case)

    assert portal.told(case.code) == RECEIVED


def test_a_message_is_skipped_for_a_reason_only_and_then_others_follow(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["refuse"] = 1
    send(case)
    dead = Dispatch.objects.get(state="dead")
    with pytest.raises(Refused, match="no_reason"):
        told.skip_message(pk=dead.pk, why=" ", by=OPERATOR, now=MONDAY)

    told.skip_message(pk=dead.pk, why="Cổng đã có mã này", by=OPERATOR, now=MONDAY)
    send(case)

    assert portal.told(case.code) == RECEIVED[1:]
    assert Audited.objects.get(did="skipped portal message").after == {"why": "Cổng đã có mã này"}


def test_only_who_runs_the_system_or_keeps_procedures_mends(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["refuse"] = 1
    send(case)
    dead = Dispatch.objects.get(state="dead")

    for act in (
        lambda: told.retry_message(pk=dead.pk, by=makers.a_head(case.unit), now=MONDAY),
        lambda: told.retry_all(by=makers.a_head(case.unit), now=MONDAY),
        lambda: told.skip_message(pk=dead.pk, why="x", by=makers.a_head(case.unit), now=MONDAY),
    ):
        with pytest.raises(Forbidden):
            act()


def test_what_has_been_sent_is_not_mended(portal: Portal) -> None:
    case = a_dossier()
    send(case)

    with pytest.raises(Refused, match="not_stuck"):
        told.skip_message(
            pk=Dispatch.objects.filter(dossier=case.code).latest("pk").pk, why="x", by=OPERATOR, now=MONDAY
        )


@pytest.mark.usefixtures("small_province")
def test_without_a_portal_messages_are_kept_and_nobody_is_woken() -> None:
    case = a_dossier()

    sent = send(case)

    assert sent == 0
    assert states(case) == ["waiting"] * 5
    assert not ProcrastinateJob.objects.filter(task_name="public_services.send").exists()


def test_once_a_portal_is_named_what_was_kept_goes_in_order(small_province: None, request: Any) -> None:
    case = a_dossier()
    portal: Portal = request.getfixturevalue("portal")

    woken = told.wake_all(now=MONDAY)
    send(case)

    assert woken == 1
    assert ProcrastinateJob.objects.filter(task_name="public_services.send", lock=f"portal:{case.code}").count() == 1
    assert portal.told(case.code) == RECEIVED


def test_people_are_told_only_to_the_portal(portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    case = a_dossier()
    kept = str(list(Dispatch.objects.values_list("payload", "private")))
    send(case)

    sent = next(one["message"] for one in portal.seen if one["kind"] == "dossier")
    shown = messages.masked_message(Dispatch.objects.get(dossier=case.code, kind="dossier"))
    assert sent["ChuHoSo"] == "Nguyễn Thị Hoa"
    assert "012345678901" not in str(portal.seen)
    assert "Hoa" not in kept + caplog.text + str(list(Audited.objects.filter(did__contains="portal").values()))
    assert shown["ChuHoSo"] == messages.MASK


def test_a_message_says_only_what_had_happened_by_then(portal: Portal) -> None:
    case = makers.finished(makers.a_unit("28777", "Xã An"), MONDAY)
    later = MONDAY + timedelta(hours=1)
    cases.hand_out(code=case.code, step=makers.step_of(case), by=makers.a_receiver(case.unit), now=later)
    deliver()

    send(case, later)

    told_of = [one["message"] for one in portal.seen if one["kind"] == "progress"]
    assert [one["NgayTra"] != "" for one in told_of] == [False, False, False, True]
    assert told_of[-1]["NgayXuLy"] == "20261123100000"


def test_dossiers_of_other_origins_are_not_told(portal: Portal) -> None:
    unit = makers.a_unit("28777", "Xã An")
    past = history.Past(makers.PERMIT, makers.SOMEBODY, Channel.ONLINE, unit, unit, MONDAY)
    history.load_past(
        past=[past], origin=Case.Origin.DEMO, by=program_actor("demo", rights=[LOAD_DOSSIERS]), now=MONDAY
    )
    case = Case.objects.get()

    made = told.queue_messages(dossier=case.code, number=1, kinds=NEW, by=told.PORTAL, now=MONDAY)

    assert made == []


def test_the_database_keeps_content_and_what_was_sent(portal: Portal) -> None:
    case = a_dossier()
    first, last = Dispatch.objects.filter(dossier=case.code).order_by("place")[:2]
    send(case)

    for change in (
        lambda: Dispatch.objects.filter(pk=last.pk).update(payload={}),
        lambda: Dispatch.objects.filter(pk=first.pk).update(state="waiting", sent_at=None),
        lambda: Dispatch.objects.filter(pk=first.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_files_go_before_what_they_belong_to_once_and_whole_and_no_page_shows_them(
    portal: Portal, settings: Any, tmp_path: Any
) -> None:
    settings.FILE_STORE = str(tmp_path / "files")
    unit, content = makers.a_unit("28777", "Xã An"), {"don.pdf": papers.a_pdf(), "anh.png": papers.a_picture()}
    uploads = [("Giấy tờ", name, ContentFile(found)) for name, found in content.items()]
    kept = cases.take_in(uploads=uploads, by=papers.CITIZEN, now=MONDAY)
    case = makers.received(unit, files=kept)
    deliver()
    portal.troubles["lose"] = 2

    for hours in range(3):
        send(case, MONDAY + timedelta(hours=hours))

    sent = [one["message"] for one in portal.kept.values() if one["kind"] == "upload"]
    shown = [messages.masked_message(one) for one in messages.of_dossier(case.code) if one.kind == "upload"]
    assert [kind for kind, _status in portal.told(case.code)][:4] == ["code", "upload", "upload", "dossier"]
    assert {one["TenTep"]: b64decode(one["NoiDungTep"]) for one in sent} == content
    assert {one["LoaiTep"] for one in sent} == {"application/pdf", "image/png"}
    assert {(one["TenTep"], one["TenGiayTo"], one["NoiDungTep"]) for one in shown} == {("•••", "•••", "•••")}
    assert "upload" not in Dispatch.objects.exclude(number=1).values_list("kind", flat=True)


def test_a_file_that_the_store_has_lost_waits_and_goes_when_it_is_back(
    portal: Portal, settings: Any, tmp_path: Any
) -> None:
    settings.FILE_STORE = str(tmp_path / "files")
    uploads = [("Giấy tờ", "don.pdf", ContentFile(papers.a_pdf()))]
    [kept] = cases.take_in(uploads=uploads, by=papers.CITIZEN, now=MONDAY)
    case = makers.received(makers.a_unit("28777", "Xã An"), files=[kept])
    deliver()
    path = file_store().path(kept.file.sha256)
    path.rename(tmp_path / "away")

    send(case)
    waits = states(case)
    (tmp_path / "away").rename(path)
    send(case, MONDAY + timedelta(hours=1))

    assert waits[:3] == ["sent", "failed", "waiting"]
    assert set(states(case)) == {"sent"}
