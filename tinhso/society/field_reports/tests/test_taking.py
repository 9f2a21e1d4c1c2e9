"""How reports come in: once, from a person, in a commune, with photos that tell nothing that they should not."""

import base64
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.messaging.contract import with_secret
from tinhso.blocks.messaging.models import Correspondent, Outgoing
from tinhso.blocks.outbox.models import Announcement
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Attached, Channel, Priority, Status
from tinhso.society.field_reports.models import Attachment, Report, Reporter
from tinhso.society.field_reports.queries import recordings, secrets
from tinhso.society.field_reports.services import notifying
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import CITIZEN, CLERK, HERE, MONDAY, Place

pytestmark = pytest.mark.django_db
# two colours, turned by a quarter, told to lie at HERE: HEVC of 128 by 96 dots with EXIF
IPHONE = (
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004@ZDn*}000000000XXk=`10000000000aA{+700000000000000000000G-+&aV*mgE07O"
    "6l0ssL300001#Q*^S000000024w0ssI200I910RR9100000wg3PCIB98aW&i*H00062000$fZf0cy000000RRAKc4ILB0000LX>Mj^0ssI30"
    "0IC2MR;ju000004sdC7Z2$lO00031007`=aB^?}006*gaAR)(004Msc4I>U18@KU0FVFx0000U@BsY%`1k+-4+CHT0RR|40Sp2E{{wIU00RJ"
    "!0009300RIXx&lC90096iLID8-Z~y=U0FVFx0{{R603M(aAYo;?l1givfQEwt00093G5`Pr00IzV00968L;=Baup&SJ000wXZ)|dIV{CW;0R"
    "RmE27mwn02FC+aAg1h000000Du4h0AK(B01$9#cxeCt0009B2nYZG010VwZ*&6y000<iaBX1#00000000310R@2q0|bQt000_ka%E-!00000"
    "000hSWOHKx0ssL30RR91_-$libN~PVHYfqFSosc;U;pw~pZ<C8|1G*Pv6tz8ocjH!`u*?fQb>1h<r7w@zGQZ>tdys=39<S70V2Qv000I>cxh"
    "$;08LE*DgXcg2mk{C4*&uH000vJ001%p5&#1L000311^@tvB>)5f00031002e+0000(VQpn{VIXg2AX9H`Wnyn+c>n+a1ONd50ssI20!{z`0"
    "00621poj50{{R3d;kLg0ssI20!07-000C41poj50{{R3lmGw#000004*&oF0RR910{{R30RR91000000RR91YXATM0RR910ssI20RR91JOBU"
    "y0R"
)


def test_a_report_waits_for_its_code_and_is_received_with_it(place: Place) -> None:
    report = makers.a_report()

    services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=CITIZEN, now=MONDAY)

    report.refresh_from_db()
    assert report.status == Status.RECEIVED
    assert report.unit == report.origin_unit == place.west
    assert report.due_at is not None
    assert (report.due_at - MONDAY).days == 3
    assert Announcement.objects.filter(name="field_reports.ReportReceived", payload__ref=report.ref).count() == 1


def test_what_is_sent_again_is_the_same_report(place: Place) -> None:
    first = makers.a_report(request="form-1")

    again = makers.a_report(request="form-1", text="Lời khác hẳn, nhưng cùng một lần gửi")

    assert again.pk == first.pk
    assert Report.objects.count() == 1
    assert makers.a_report(request="form-2").pk != first.pk


def test_a_phone_number_alone_is_sent_its_code_and_what_matters_most_and_no_more(place: Place, settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(Refused, match="no_way_to_phone"):
        makers.a_report()
    settings.SMS_URL = "smpp://a:b@127.0.0.1:1"
    report = makers.a_report()
    notifying.send_code(report=report, turn=1)
    services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=CITIZEN, now=MONDAY)
    report.refresh_from_db()

    told = [notifying.tell_followers(report=report, number=n, did=did) for n, did in enumerate(("received", "begun"))]
    again = notifying.tell_followers(report=report, number=0, did="received")

    rows = Outgoing.objects.order_by("number").select_related("correspondent")
    texts = [(one.correspondent.sender, with_secret(one.text, one.secret)) for one in rows]
    assert (told, again, {number for number, _text in texts}) == ([1, 0], 1, {"84912345678"})
    assert [secrets.code_of(report, 1) in text for _number, text in texts] == [True, False]
    assert secrets.reporter_page_path(report) in texts[1][1]
    Correspondent.objects.update(stopped_at=MONDAY)
    with pytest.raises(Refused, match="no_way_to_phone"):
        makers.a_report()


def test_a_photo_of_an_iphone_is_shown_as_jpeg_upright_with_its_place_and_without_its_camera() -> None:
    keeper, photo = services.reporting_actor(CITIZEN), base64.b85decode(IPHONE)

    picture = services.keep_photo(upload=makers.an_upload(photo), file_name="IMG_1.HEIC", by=keeper, now=MONDAY)
    upload = makers.an_upload(photo[:500])
    with pytest.raises(Refused, match="broken_file"):
        services.keep_photo(upload=upload, file_name="IMG_2.heic", by=keeper, now=MONDAY)

    with Image.open(BytesIO(b"".join(documents.chunks(picture.shown)))) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (96, 128), {})
    assert (picture.longitude, picture.latitude) == pytest.approx(HERE, abs=1e-5)
    assert picture.original.media_type == "image/heic"


def _box(kind: bytes, inside: bytes) -> bytes:
    return (8 + len(inside)).to_bytes(4) + kind + inside


def test_a_recording_keeps_its_sound_and_loses_where_and_by_whom_it_was_made() -> None:
    place, sound = _box(b"udta", _box(b"\xa9xyz", b"+15.0500+107.0500/")), bytes(range(200))
    mp4 = _box(b"ftyp", b"M4A \0\0\0\0") + _box(b"moov", _box(b"mvhd", b"m") + place) + _box(b"mdat", sound)
    wav = b"WAVE" + b"fmt \4\0\0\0abcd" + b"LIST\6\0\0\0INFOme" + b"data\4\0\0\0wxyz"
    mp3 = b"ID3\4\0\0\0\0\0\5Trang\xff\xfb" + sound + b"TAG" + bytes(125)

    quiet = recordings.strip_metadata("audio/mp4", mp4)

    assert (len(quiet), b"107.05" in quiet, quiet.index(sound)) == (len(mp4), False, mp4.index(sound))
    told = recordings.strip_metadata("audio/wav", b"RIFF" + len(wav).to_bytes(4, "little") + wav)
    assert told == b"RIFF\x1c\0\0\0WAVEfmt \4\0\0\0abcddata\4\0\0\0wxyz"
    assert recordings.strip_metadata("audio/mpeg", mp3) == b"\xff\xfb" + sound
    for broken in (mp4[:41], b"\0" * 40, b"", b"\0\0\0\1moov"):
        assert len(recordings.strip_metadata("audio/mp4", broken)) == len(broken)


def test_five_wrong_codes_shut_the_door_until_another_code_is_sent(place: Place) -> None:
    report = makers.a_report()
    for _try in range(5):
        with pytest.raises(Refused, match="wrong_code"):
            services.confirm_contact(ref=report.ref, code="x", by=CITIZEN, now=MONDAY)

    with pytest.raises(Refused, match="too_many_tries"):
        services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=CITIZEN, now=MONDAY)
    later = MONDAY + timedelta(minutes=2)
    services.ask_again(ref=report.ref, by=CITIZEN, now=later)
    with pytest.raises(Refused, match="wrong_code"):
        services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=CITIZEN, now=later)
    done = services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 2), by=CITIZEN, now=later)

    assert done.status == Status.RECEIVED


def test_a_code_is_good_for_half_an_hour_and_another_may_be_asked_for_once_a_minute(place: Place) -> None:
    report = makers.a_report()

    with pytest.raises(Refused, match="too_soon"):
        services.ask_again(ref=report.ref, by=CITIZEN, now=MONDAY + timedelta(seconds=20))
    late = MONDAY + timedelta(minutes=31)
    with pytest.raises(Refused, match="old_code"):
        services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=CITIZEN, now=late)

    report.refresh_from_db()
    assert report.status == Status.UNCONFIRMED


def test_what_nobody_confirms_is_gone_with_who_told_it(place: Place) -> None:
    waits, other = makers.a_report(), makers.received()
    by = services.reporting_actor(CITIZEN)

    before = services.expire_unconfirmed(now=MONDAY + timedelta(hours=71), by=by)
    gone = services.expire_unconfirmed(now=MONDAY + timedelta(hours=73), by=by)

    assert (before, gone) == (0, 1)
    assert list(Report.objects.all()) == [other]
    assert not Reporter.objects.filter(report_id=waits.pk).exists()


def test_a_caller_is_believed_and_only_who_takes_calls_may_write_for_them(place: Place) -> None:
    draft = makers.a_draft(channel=Channel.HOTLINE, contact="")

    report = services.submit_report(draft=draft, by=CLERK, now=MONDAY)
    with pytest.raises(Refused, match="no_right"):
        services.submit_report(draft=draft, by=CITIZEN, now=MONDAY)

    assert report.status == Status.RECEIVED


@pytest.mark.parametrize("where", [(106.0, 15.0), (108.5, 15.05), (500.0, 15.0), (float("nan"), 15.0)])
def test_a_place_outside_is_refused_with_where_to_go(place: Place, where: tuple[float, float]) -> None:
    with pytest.raises(Refused, match="Hãy gửi cho nơi xảy ra"):
        makers.a_report(longitude=where[0], latitude=where[1])

    assert not Report.objects.exists()


def test_the_place_is_that_of_the_photo_where_nobody_says_another(place: Place) -> None:
    picture = makers.a_picture(at=(107.15, 15.02), taken="2026:11:20 07:08:09")

    by_photo = makers.a_report(longitude=None, latitude=None, attachments=(makers.attached(picture),))
    by_hand = makers.a_report(attachments=(makers.attached(picture),))

    assert by_photo.origin_unit == place.east
    assert by_photo.longitude == pytest.approx(107.15, abs=1e-4)
    assert by_hand.origin_unit == place.west
    assert picture.taken_at is not None
    assert picture.taken_at.isoformat() == "2026-11-20T07:08:09+07:00"


def test_what_is_shown_of_a_photo_tells_neither_place_nor_camera(place: Place) -> None:
    picture = makers.a_picture(at=HERE, taken="2026:11:20 07:08:09", size=(3000, 2000))

    shown = b"".join(documents.chunks(picture.shown))
    original = b"".join(documents.chunks(picture.original))

    with Image.open(BytesIO(shown)) as drawn:
        assert dict(drawn.getexif()) == {}
        assert max(drawn.size) == 1600
    assert b"Camera of Somebody" in original
    assert b"Camera of Somebody" not in shown


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        ((0.0, 0.0), ""),
        ((107.05, 91.0), ""),
        (None, "2098:01:01 00:00:00"),
        (None, "xx"),
        (None, "1900:01:01 00:00:00"),
    ],
)
def test_what_a_camera_cannot_have_meant_is_not_believed(
    place: Place, at: tuple[float, float] | None, taken: str
) -> None:
    picture = makers.a_picture(at=at, taken=taken)

    assert picture.longitude is None
    assert picture.taken_at is None


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00", makers.photo()[:300], b"<svg/>" * 50, makers.photo() + b"<script>alert(1)</script>"],
    ids=["empty", "program", "torn", "svg", "page within"],
)
def test_what_is_no_whole_photo_is_refused(place: Place, content: bytes) -> None:
    upload = makers.an_upload(content)

    with pytest.raises(Refused):
        services.keep_photo(upload=upload, file_name="anh.jpg", by=services.reporting_actor(CITIZEN), now=MONDAY)


def test_a_photo_that_would_blow_up_is_refused(place: Place) -> None:
    out = BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    upload = makers.an_upload(out.getvalue(), "anh.png")

    with pytest.raises(Refused, match="pixels"):
        services.keep_photo(upload=upload, file_name="anh.png", by=services.reporting_actor(CITIZEN), now=MONDAY)


def test_a_recording_is_known_by_its_first_bytes(place: Place) -> None:
    by = services.reporting_actor(CITIZEN)

    voice = services.keep_voice(upload=makers.an_upload(b"OggS" + b"\0" * 100, "noi.ogg"), by=by, now=MONDAY)
    with pytest.raises(Refused, match="not_a_recording"):
        services.keep_voice(upload=makers.an_upload(b"PK\x03\x04" + b"\0" * 100, "noi.ogg"), by=by, now=MONDAY)
    with pytest.raises(Refused, match="voice_too_long"):
        services.keep_voice(upload=makers.an_upload(b"OggS" + b"\0" * 300_000, "noi.ogg"), by=by, now=MONDAY)
    attached = Attached(voice.sha256, "voice")
    report = makers.a_report(text="", attachments=(attached,))

    assert report.attachments.get().kind == Attachment.Kind.VOICE
    assert report.text


def test_the_category_and_the_danger_are_heard_in_the_words(place: Place) -> None:
    danger = makers.a_report(text="Dây điện đứt nằm trên mặt đường!", category="")
    tree = makers.a_report(text="Cành cây chắn lối đi", category="")
    other = makers.a_report(text="Không biết gọi là gì", category="")

    assert (danger.category, danger.priority) == ("duong", Priority.DANGER)
    assert (tree.category, tree.unit) == ("cay", place.agency)
    assert other.category == "khac"


def test_a_category_that_is_no_more_is_refused(place: Place) -> None:
    with pytest.raises(Refused, match="unknown_category"):
        makers.a_report(category="dien-thoai-cong-cong")


@pytest.mark.parametrize("contact", ["", "12", "a@b", "khong-phai"])
def test_somebody_whom_nobody_could_answer_is_asked_for_a_contact(place: Place, contact: str) -> None:
    with pytest.raises(Refused, match="contact"):
        makers.a_report(contact=contact)
