"""Pages: telling without script, following with a key, the desk, a crew's phone, the hotline; and who is kept out."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.blocks.identity.models import Person
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.kernel import clock
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.jobs import KEEPER
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import crew, secrets
from tinhso.society.field_reports.services import timing
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import HERE, MENDED, TOLD, WHY, Place

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def _logged_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def _officer(place: Place, name: str = "hoa") -> Person:
    return makers.a_person_at(place.west, *makers.OFFICER, name=name)


def _hidden(answer: Any) -> dict[str, str]:
    return dict(HIDDEN.findall(answer.content.decode()))


def _deliver() -> None:
    for pk in Announcement.objects.filter(delivered_at=None).order_by("pk").values_list("pk", flat=True):
        outbox.deliver_announcement(pk)


def _begun(client: Client, **more: Any) -> Any:
    form = _hidden(client.get(reverse("field_reports:tell")))
    sent = form | {"commune": "", "address": "Trước chợ"} | more
    return client.post(reverse("field_reports:tell"), sent)


def test_telling_takes_two_forms_a_code_and_no_script(place: Place, client: Client) -> None:
    photo = makers.an_upload(makers.photo(at=(107.151, 15.051)))

    second = _begun(client, photo=photo)
    form = _hidden(second) | {"text": TOLD, "category": "", "contact": "lan@example.com"}
    done = client.post(reverse("field_reports:tell"), form)
    again = client.post(reverse("field_reports:tell"), form)

    report = Report.objects.get()
    assert done.headers["Location"] == again.headers["Location"] == secrets.reporter_page_path(report)
    assert (report.category, report.origin_unit, report.status) == ("rac", place.east, Status.UNCONFIRMED)
    assert "theo vị trí của ảnh" in second.content.decode()
    _deliver()
    code = secrets.code_of(report, 1)
    assert code in mail.outbox[-1].subject
    with override_settings(DEMO=False):
        assert code not in client.get(secrets.reporter_page_path(report)).content.decode()
    assert code in client.get(secrets.reporter_page_path(report)).content.decode()
    client.post(secrets.reporter_page_path(report), {"act": "confirm", "code": code})
    report.refresh_from_db()
    assert report.status == Status.RECEIVED


def test_what_is_told_of_already_is_shown_before_anything_is_written_and_can_be_followed(
    place: Place, client: Client
) -> None:
    report = makers.received()
    services.classify_report(ref=report.ref, by=makers.an_officer(place.west), now=clock.now())

    second = _begun(client, longitude=str(HERE[0]), latitude=str(HERE[1] + 0.0003))
    client.post(reverse("field_reports:follow", args=[report.ref]), {"contact": "ban@example.com"})

    assert "Đã có người báo quanh đây" in second.content.decode()
    assert TOLD in second.content.decode()
    assert report.followers.filter(sender="ban@example.com").count() == 0  # until the mailbox says yes
    letter = re.search(r"/reports/alerts/\S+", str(mail.outbox[-1].body))
    assert letter is not None
    client.post(letter[0])
    assert report.followers.filter(sender="ban@example.com").count() == 1


def test_nobody_slips_in_a_file_that_they_did_not_send(place: Place, client: Client) -> None:
    other = makers.received(attachments=(makers.attached(makers.a_picture()),))
    form = _hidden(_begun(client, commune="W")) | {"text": TOLD, "contact": "0912345678"}
    form["sealed"] = form["sealed"].replace(form["sealed"][:8], "AAAAAAAA")

    answer = client.post(reverse("field_reports:tell"), form)

    assert answer.status_code == 422
    assert list(Report.objects.all()) == [other]


def test_a_place_outside_of_the_province_is_refused_on_the_page_with_where_to_go(place: Place, client: Client) -> None:
    answer = _begun(client, longitude="106.0", latitude="15.0")

    assert answer.status_code == 422
    assert "Hãy gửi cho nơi xảy ra sự việc" in answer.content.decode()


@pytest.mark.parametrize("who", ["key", "file", "desk"])
def test_somebody_elses_report_stays_shut(place: Place, client: Client, who: str) -> None:
    report = makers.received(attachments=(makers.attached(makers.a_picture()),))
    file, other = report.attachments.get(), makers.received()
    stranger = _logged_in(makers.a_person_at(place.east, *makers.OFFICER, name="xa"))

    answers = {
        "key": [client.get(reverse("field_reports:mine", args=[report.ref, makers.key(other)]))],
        "file": [
            client.get(reverse("field_reports:own_file", args=[other.ref, makers.key(other), file.ref, "shown"])),
            client.get(reverse("field_reports:public_photo", args=[file.ref, "shown"])),
            stranger.get(reverse("field_reports:desk_file", args=[file.ref, "shown"])),
        ],
        "desk": [
            stranger.get(reverse("field_reports:one", args=[report.ref])),
            stranger.post(reverse("field_reports:act", args=[report.ref]), {"act": "begin"}),
            stranger.post(reverse("field_reports:reveal", args=[report.ref]), {"why": "Muốn biết ai đã gửi"}),
        ],
    }[who]

    assert {answer.status_code for answer in answers} <= {403, 404, 409}
    report.refresh_from_db()
    assert report.status == Status.RECEIVED


def test_whoever_told_sees_their_own_photo_and_the_public_only_what_was_released(place: Place, client: Client) -> None:
    report = makers.received(attachments=(makers.attached(makers.a_picture()),))
    file = report.attachments.get()
    address = reverse("field_reports:public_photo", args=[file.ref, "small"])

    own = client.get(reverse("field_reports:own_file", args=[report.ref, makers.key(report), file.ref, "shown"]))
    before = client.get(address)
    services.classify_report(ref=report.ref, by=makers.an_officer(place.west), now=clock.now())
    after = client.get(address)

    assert own.headers["Content-Type"] == "image/jpeg"
    assert (before.status_code, after.status_code) == (404, 200)
    assert b"".join(after.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]


def test_the_desk_takes_a_report_all_the_way_on_its_pages(place: Place) -> None:
    report, desk = makers.received(), _logged_in(_officer(place))
    act, page = (reverse(f"field_reports:{name}", args=[report.ref]) for name in ("act", "one"))

    assert report.ref in desk.get(reverse("field_reports:inbox")).content.decode()
    desk.post(reverse("field_reports:bulk"), {"ref": [report.ref], "act": "classify"})
    desk.post(act, {"act": "begin"})
    shown = desk.get(page).content.decode()
    refused = desk.post(act, {"act": "resolve", "answer": MENDED}, follow=True).content.decode()
    desk.post(act, {"act": "resolve", "answer": MENDED, "photo": makers.an_upload(makers.photo(colour="green"))})

    report.refresh_from_db()
    assert report.status == Status.AWAITING
    assert "Hãy chụp ảnh sau khi xử lý" in refused
    assert "0912345678" not in shown
    assert "•••678" in shown


def test_what_the_system_did_by_itself_is_called_the_systems(place: Place) -> None:
    report, desk = makers.received(), _logged_in(_officer(place))
    assert report.due_at is not None
    timing.remind_of_deadlines(by=KEEPER, now=report.due_at + timedelta(days=1))

    shown = desk.get(reverse("field_reports:one", args=[report.ref])).content.decode()

    assert "Nhắc hạn" in shown
    assert "· Hệ thống" in shown
    assert f"· {KEEPER.name}" not in shown


def test_looking_at_who_told_is_written_down_with_its_reason(place: Place) -> None:
    report, desk = makers.received(), _logged_in(_officer(place))

    answer = desk.post(reverse("field_reports:reveal", args=[report.ref]), {"why": "Gọi lại để hỏi đường vào"})

    assert "0912345678" in answer.content.decode()
    assert AuditEntry.objects.filter(did="viewed", subject=report.ref).count() == 1


def test_whoever_told_rates_and_opens_again_on_their_page(place: Place, client: Client) -> None:
    report = makers.mended(place)
    address = secrets.reporter_page_path(report)

    client.post(address, {"act": "rate", "points-receiving": "5", "points-result": "2"})
    client.post(address, {"act": "not_mended", "why": "Rác vẫn còn nguyên ở góc chợ"})

    report.refresh_from_db()
    assert report.status == Status.IN_PROGRESS
    assert sorted(report.ratings.values_list("step", "points")) == [("receiving", 5), ("result", 2)]
    assert "Trả lời" in client.get(secrets.reporter_page_path(makers.mended(place))).content.decode()


def test_the_inbox_goes_on_page_after_page_without_missing_or_repeating_one(place: Place) -> None:
    officer = makers.an_officer(place.west)
    refs = {makers.received(contact=f"0900000{n:03}").ref for n in range(7)}
    from tinhso.society.field_reports.queries import inbox

    seen: list[str] = []
    after = ""
    for _page in range(4):
        page = inbox.tray_page(inbox.TODO, officer, inbox.ReportFilter(), clock.now(), after=after, size=2)
        seen += [one.ref for one in page.reports]
        after = page.after

    assert sorted(seen) == sorted(refs)
    assert after == ""
    everything = inbox.tray_page(inbox.ALL, officer, inbox.ReportFilter(words="rac cho"), clock.now(), size=50)
    assert len(everything.reports) == 7


def test_a_crew_sees_its_jobs_in_a_short_order_and_finishes_one_on_its_phone(place: Place) -> None:
    person = makers.a_person_at(place.west, "see field reports", "fix field reports", name="doi")
    phone, officer = _logged_in(person), makers.an_officer(place.west)
    report = makers.received()
    services.classify_report(ref=report.ref, by=officer, now=clock.now())
    services.assign_report(ref=report.ref, to=person.ref, by=officer, now=clock.now())

    listed = phone.get(reverse("field_reports:crew")).content.decode()
    phone.post(reverse("field_reports:act", args=[report.ref]), {"act": "begin"})
    job = phone.get(reverse("field_reports:job", args=[report.ref])).content.decode()
    sent = {"act": "resolve", "answer": MENDED, "photo": makers.an_upload(makers.photo(colour="green"))}
    phone.post(reverse("field_reports:act", args=[report.ref]), sent)

    report.refresh_from_db()
    assert report.ref in listed
    assert "Làm xong" in job
    assert (report.status, report.holder) == (Status.RESOLVED, person.ref)


def test_a_way_round_is_untangled() -> None:
    points = [(0.0, 0.0), (0.03, 0.0), (0.01, 0.0), (0.02, 0.0), (0.0, 0.01)]

    order = crew.shortest_way(points, (0.0, 0.011))

    assert order == [4, 0, 2, 3, 1]


def test_a_clerk_looks_first_and_then_writes_for_a_caller_once(place: Place) -> None:
    person = makers.a_person_at(place.west, "see field reports", "take field reports", name="truc")
    desk, address = _logged_in(person), reverse("field_reports:hotline")
    makers.received()
    form = {"request": "call-1", "text": "Rác chất đống trước chợ", "commune": "W", "channel": "hotline"}

    looked = desk.post(address, form | {"act": "look"}).content.decode()
    taken = desk.post(address, form).content.decode()
    desk.post(address, form)

    report = Report.objects.get(channel="hotline")
    assert "Đã có người báo quanh đây" in looked
    assert report.ref in taken
    assert report.status == Status.RECEIVED


def test_followers_are_written_to_and_a_repeated_delivery_carries_the_same_mark(place: Place) -> None:
    report = makers.received(contact="lan@example.com")
    _deliver()
    mail.outbox.clear()

    services.decline_report(ref=report.ref, why=WHY, by=makers.an_officer(place.west), now=clock.now())
    for _time in range(2):
        Announcement.objects.filter(name="field_reports.ReportMoved").order_by("-pk")[:1].get()
        _deliver()
        Announcement.objects.filter(name="field_reports.ReportMoved").update(delivered_at=None)

    marks = {letter.extra_headers["Message-ID"] for letter in mail.outbox}
    assert len(mail.outbox) == 2
    assert len(marks) == 1
    assert WHY in mail.outbox[0].body
    assert secrets.reporter_page_path(report) in mail.outbox[0].body


def test_the_front_can_be_shut_and_one_address_has_so_many_turns(place: Place, client: Client, tmp_path: Any) -> None:
    (tmp_path / "field_reports.toml").write_text("[front]\nper_hour = 1\n[[category]]\ncode='khac'\nname='Khác'\n")

    with override_settings(PROVINCE_DIR=tmp_path):
        _begun(client, commune="W")
        again = _begun(client, commune="W")
        (tmp_path / "field_reports.toml").write_text("[front]\nonline = false\n")
        shut = client.get(reverse("field_reports:tell"))

    assert "quá nhiều lần gửi" in again.content.decode()
    assert shut.status_code == 503


def test_a_follower_finds_the_way_out_in_every_letter(place: Place, client: Client) -> None:
    report = makers.received()
    services.follow_report(ref=report.ref, channel="web", sender="ban@example.com", now=clock.now())
    services.decline_report(ref=report.ref, why=WHY, by=makers.an_officer(place.west), now=clock.now())
    _deliver()
    letter = next(one for one in mail.outbox if one.to == ["ban@example.com"])
    way = re.search(r"/reports/\S+/unfollow/\d+/\w+/", str(letter.body))
    assert way is not None

    wrong = client.post(way[0][:-9] + "00000000/", follow=True)
    looked = client.get(way[0])
    client.post(way[0])

    assert "Đường dẫn này không đúng" in wrong.content.decode()
    assert looked.status_code == 200
    assert list(report.followers.values_list("sender", flat=True)) == ["0912345678"]
