"""Keys and codes lie in no message; who works on a report does not act for who told it; guesses are counted."""

from collections.abc import Iterator
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from tests.simulators.sms_center import Centre
from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.messaging import jobs
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import MARK
from tinhso.blocks.messaging.models import Conversation, Correspondent, Outgoing
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden
from tinhso.society.field_reports import services
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import secrets
from tinhso.society.field_reports.services import notifying
from tinhso.society.field_reports.tests import makers as a
from tinhso.society.field_reports.tests.makers import Place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def centre(settings: Any) -> Iterator[Centre]:
    company = Centre().start()
    settings.SMS_URL = company.address
    yield company
    company.stop()


def deliver(who: Correspondent) -> None:
    messaging.deliver_replies(ref=who.ref, by=jobs.WORKER)


def a_letter(place: Place, settings: Any, folder: Path) -> Correspondent:
    """Somebody writes a letter, which becomes a report; the answer waits to be sent."""
    settings.CHANNEL_FILES = str(folder)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "minh.hoa@vidu.vn", "phananh@vidu.vn", "Rác"
    letter["Message-ID"], letter["Date"] = "<thu-1@vidu.vn>", clock.now()
    letter.set_content(f"{a.TOLD}\nĐịa chỉ: 12 đường Chợ, {place.west.name}")
    messaging.receive_letter(letter.as_bytes(), by=jobs.WORKER, now=clock.now())
    who = Correspondent.objects.get()
    messaging.converse(ref=who.ref, by=jobs.WORKER, now=clock.now())
    return who


def test_who_looks_after_channels_finds_no_key_and_who_told_is_sent_it(
    place: Place, client: Client, settings: Any, tmp_path: Path
) -> None:
    who = a_letter(place, settings, tmp_path)
    report = Report.objects.get()

    deliver(who)
    client.force_login(a.a_person_at(place.province, "see channels"))
    page = client.get(reverse("channels:person", args=[who.ref])).content.decode()

    assert secrets.reporter_page_path(report) in mail.outbox[-1].body
    assert secrets.key_of(report) not in page
    assert report.ref in page
    assert not Outgoing.objects.filter(text__contains=secrets.key_of(report)).exists()
    assert Conversation.objects.get().address == reverse("field_reports:one", args=[report.ref])


def test_a_key_is_filled_in_again_by_the_worker_that_comes_after_one_that_died(
    place: Place, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = a_letter(place, settings, tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(
            "django.core.mail.message.EmailMessage.send", lambda *_all: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            deliver(who)

    deliver(who)

    assert secrets.reporter_page_path(Report.objects.get()) in mail.outbox[-1].body
    assert MARK in Outgoing.objects.get().text


def test_codes_and_addresses_go_to_phones_and_lie_nowhere(place: Place, centre: Centre) -> None:
    report = a.a_report(contact="0912 345 678")
    notifying.send_code(report=report, turn=1)
    services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=a.CITIZEN, now=a.MONDAY)
    report.refresh_from_db()
    notifying.tell_followers(report=report, number=2, did="received")

    deliver(Correspondent.objects.get())

    told = " ".join(one.text for one in centre.phones)
    code, key = secrets.code_of(report, 1), secrets.key_of(report)
    assert (code in told, key in told) == (True, True)
    kept = " ".join(Outgoing.objects.values_list("text", flat=True))
    assert (code in kept, key in kept) == (False, False)


def test_a_follower_on_a_phone_is_sent_the_page_for_everybody(place: Place, centre: Centre) -> None:
    report = a.received()
    services.follow_report(ref=report.ref, channel="sms", sender="0987654321", now=a.MONDAY)

    notifying.tell_followers(report=report, number=2, did="received")

    told = Outgoing.objects.get(correspondent__sender__endswith="987654321")
    assert (told.secret, f"/reports/{report.ref}/" in told.text) == ("", True)


def test_a_mark_that_somebody_types_opens_nothing(place: Place) -> None:
    report = a.received()
    who = Correspondent.objects.create(
        ref="NT-1", channel="email", sender="la@vidu.vn", first_at=clock.now(), heard_at=clock.now()
    )
    typed = f"{MARK} {secrets.named_page(report)}"

    messaging.queue_notice(channel="email", sender=who.sender, text=typed, now=clock.now())
    deliver(who)

    assert secrets.key_of(report) not in mail.outbox[-1].body


def test_what_was_written_before_is_scrubbed_and_what_waits_is_still_sent(place: Place) -> None:
    report = a.received(contact="an@vidu.vn")
    now = clock.now()
    who = Correspondent.objects.create(ref="NT-1", channel="email", sender="an@vidu.vn", first_at=now, heard_at=now)
    old = f"Đã nhận. https://tinh.vidu.vn{secrets.reporter_page_path(report)}"
    code = f"Mã xác nhận phản ánh {report.ref}: {secrets.code_of(report, 2)}. Không gửi mã này cho ai."
    for number, (key, text, state) in enumerate(
        [("", old, "sent"), ("", old, "waiting"), ("report-code-7-2", code, "waiting")], 1
    ):
        Outgoing.objects.create(
            correspondent=who,
            number=number,
            key=key,
            text=text,
            state=state,
            made_at=now,
            sent_at=now if state == "sent" else None,
        )
    Conversation.objects.create(
        correspondent=who,
        number=1,
        state="handed",
        reference=report.ref,
        address=secrets.reporter_page_path(report),
        started_at=now,
        heard_at=now,
    )

    with connection.cursor() as cursor:
        cursor.execute(import_module("tinhso.blocks.messaging.migrations.0006_secrets_are_named").SCRUB)
    deliver(who)

    kept = " ".join(Outgoing.objects.values_list("text", flat=True))
    assert (secrets.key_of(report) in kept, secrets.code_of(report, 2) in kept) == (False, False)
    assert [letter.body for letter in mail.outbox[-2:]] == [old, code]
    assert Conversation.objects.get().address == reverse("field_reports:one", args=[report.ref])


def test_a_rating_by_key_is_in_the_audit_log_without_its_points(place: Place, client: Client) -> None:
    report = a.mended(place)

    client.post(secrets.reporter_page_path(report), {"act": "rate", "points-result": "2"})

    [row] = Audited.objects.filter(did="report rated")
    assert (row.actor, row.subject, row.after) == (f"reporter:{report.ref}", report.ref, {"step": "result"})


@pytest.mark.parametrize("act", ["rate", "mended", "not_mended"])
def test_who_works_on_a_report_does_not_act_for_who_told_it(place: Place, client: Client, act: str) -> None:
    report = a.mended(place)
    client.force_login(a.a_person_at(place.west, "handle field reports"))
    given = {"act": act, "points-result": "5", "why": "Rác vẫn còn nguyên ở góc chợ"}

    page = client.post(secrets.reporter_page_path(report), given, follow=True)

    report.refresh_from_db()
    assert "Bạn có quyền trên phản ánh này" in page.content.decode()
    assert (report.status, report.ratings.count()) == (Report.Status.AWAITING, 0)


def test_who_works_elsewhere_may_act_for_themselves(place: Place, client: Client) -> None:
    report = a.mended(place)
    client.force_login(a.a_person_at(place.east, "handle field reports"))

    client.post(secrets.reporter_page_path(report), {"act": "rate", "points-result": "5"})

    assert report.ratings.count() == 1


def test_a_code_is_not_entered_by_who_works_on_reports(place: Place) -> None:
    report = a.a_report()

    with pytest.raises(Forbidden, match="four_eyes"):
        services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=a.CLERK, now=a.MONDAY)

    report.refresh_from_db()
    assert report.status == Report.Status.UNCONFIRMED


@pytest.mark.parametrize("way", ["find", "address", "file"])
def test_wrong_keys_stop_an_address(place: Place, client: Client, tmp_path: Path, way: str) -> None:
    report = a.received()
    (tmp_path / "field_reports.toml").write_text("[front]\nwrong_keys = 2\n[[category]]\ncode='rac'\nname='Rác'\n")
    right = secrets.reporter_page_path(report)
    wrong = right.replace(secrets.key_of(report), "A" * 14)

    with override_settings(PROVINCE_DIR=tmp_path):
        for _again in range(2):
            if way == "find":
                client.post("/reports/find/", {"ref": report.ref, "key": "A" * 14})
            else:
                client.get(wrong if way == "address" else f"{wrong}files/ANH-1/small/")
        stopped = client.get(right)
        elsewhere = client.get(right, REMOTE_ADDR="198.51.100.9")

    assert (stopped.status_code, elsewhere.status_code) == (429, 200)
    assert Audited.objects.filter(did="stopped guessing", subject_kind="field_reports.key").count() == 1
