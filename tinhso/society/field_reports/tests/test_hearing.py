"""What people tell on Zalo, Messenger and by e-mail becomes a report, once, and they hear what becomes of it."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.messaging.contract import INTAKES, IntakePicture, TalkDraft
from tinhso.blocks.messaging.models import Correspondent, Outgoing
from tinhso.blocks.messaging.queries import blobs
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.services import notifying
from tinhso.society.field_reports.services.hearing import Hearing
from tinhso.society.field_reports.tests import makers as a

pytestmark = pytest.mark.django_db(transaction=True)
WHO = "nguoi-dan-77"


@pytest.fixture(autouse=True)
def received(settings: Any, tmp_path: Path) -> None:
    settings.CHANNEL_FILES = str(tmp_path / "channel-files")


def a_draft(**changes: Any) -> TalkDraft:
    west = {"longitude": a.HERE[0], "latitude": a.HERE[1]}
    told: dict[str, Any] = {
        "request": "zalo:1",
        "channel": "zalo",
        "sender": WHO,
        "sender_name": "Nguyễn Thị Ví Dụ",
        "contact": "",
        "text": a.TOLD,
        "address": "trước chợ",
        "category": "",
        "attachments": (),
        "sent_at": a.MONDAY,
        **west,
    }
    return TalkDraft(**(told | changes))


def a_received_photo() -> IntakePicture:
    body = a.photo()
    digest = sha256(body).hexdigest()
    path = blobs.path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return IntakePicture(digest, "image/jpeg", "anh.jpg")


def test_the_channels_find_who_takes_field_reports() -> None:
    assert isinstance(INTAKES["field_reports"], Hearing)


def test_what_was_told_with_a_photo_is_one_report_however_often_it_is_handed_over(place: a.Place) -> None:
    draft = a_draft(attachments=(a_received_photo(),))

    first, again = Hearing().take(draft, now=a.MONDAY), Hearing().take(draft, now=a.MONDAY)

    report = Report.objects.get()
    assert first.ref == again.ref == report.ref
    assert (report.status, report.channel, report.unit) == (1, "zalo", place.west)
    assert report.attachments.filter(kind="before").count() == 1
    assert place.west.name in first.said


def test_a_photo_that_is_gone_is_left_out_and_the_person_is_told_so(place: a.Place) -> None:
    gone = IntakePicture("0" * 64, "image/jpeg", "anh.jpg")

    taken = Hearing().take(a_draft(attachments=(gone,)), now=a.MONDAY)

    assert "không đọc được" in taken.said
    assert Report.objects.get().attachments.count() == 0


def test_without_a_point_the_commune_that_the_address_names_gets_it(place: a.Place) -> None:
    address = f"12 đường Chợ, {place.east.name}"

    Hearing().take(a_draft(longitude=None, latitude=None, address=address), now=a.MONDAY)

    assert Report.objects.get().unit == place.east


def test_a_place_that_names_no_commune_is_asked_for(place: a.Place) -> None:
    with pytest.raises(Refused, match="xã, phường"):
        Hearing().take(a_draft(longitude=None, latitude=None, address="đường Chợ"), now=a.MONDAY)


def test_whoever_told_on_a_channel_may_ask_there_and_others_are_told_of_no_such_report(place: a.Place) -> None:
    ref = Hearing().take(a_draft(), now=a.MONDAY).ref

    told = Hearing().status(ref, channel="zalo", sender=WHO, now=a.MONDAY)

    assert ref in told
    assert place.west.name in told
    with pytest.raises(Refused):
        Hearing().status(ref, channel="messenger", sender=WHO, now=a.MONDAY)


def test_news_go_to_the_conversation_once(place: a.Place) -> None:
    now = clock.now()
    Correspondent.objects.create(ref="NT-1", channel="zalo", sender=WHO, first_at=now, heard_at=now)
    ref = Hearing().take(a_draft(), now=a.MONDAY).ref
    report = Report.objects.get(ref=ref)

    told = [notifying.tell_followers(report=report, number=2, did="received") for _twice in range(2)]

    [said] = Outgoing.objects.all()
    assert told == [1, 1]
    assert ref in said.text
    assert f"/reports/{ref}/" in said.text


def test_similar_reports_nearby_are_told_of_and_followed_instead(place: a.Place) -> None:
    ref = Hearing().take(a_draft(), now=a.MONDAY).ref

    [near] = Hearing().nearby(longitude=a.HERE[0], latitude=a.HERE[1], category="", text=a.TOLD, now=a.MONDAY)
    taken = Hearing().follow(near.ref, channel="messenger", sender="other", now=a.MONDAY)

    assert near.ref == taken.ref == ref
    assert near.metres == 0
    assert Report.objects.get().followers_count == 2


def test_a_letter_is_answered_at_the_address_it_came_from(place: a.Place) -> None:
    letter = replace(a_draft(), channel="email", sender="minh.hoa@vidu.vn", request="email:1")

    Hearing().take(letter, now=a.MONDAY)

    assert Report.objects.get().reporter.email == "minh.hoa@vidu.vn"
