"""A tiny province of two square communes and an agency, people who tell, handle and mend, and photos."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from shapely import box, to_geojson

from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Boundary, Level, Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Attached, Channel, ReportDraft
from tinhso.society.field_reports.models import Attachment, Picture, Report
from tinhso.society.field_reports.queries import secrets

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09:00 in Việt Nam
HERE = (107.05, 15.05)  # in the middle of the western commune
TOLD = "Đống rác to trước chợ, mùi hôi nồng nặc"
MENDED = "Đã dọn sạch đống rác và rửa đường."
WHY = "Việc này do bên kia phụ trách."
OFFICER = ("see field reports", "handle field reports")


@dataclass(frozen=True)
class Place:
    """Where tests happen."""

    province: Unit
    west: Unit
    east: Unit
    agency: Unit


def a_place() -> Place:
    """The province lies between 107.0 and 107.2 degrees east, 15.0 and 15.1 north."""
    province = people.a_unit("T", level=Level.PROVINCE)
    west, east = people.a_unit("W", province), people.a_unit("E", province)
    agency = people.a_unit("T-SO", province, level=Level.AGENCY)
    Unit.objects.filter(pk=agency.pk).update(code="SO")
    for unit, left in ((west, 107.0), (east, 107.1)):
        outline(unit, left)
    return Place(province, west, east, agency)


def outline(unit: Unit, left: float, wide: float = 0.1) -> None:
    """A commune is a rectangle of a tenth of a degree."""
    square = box(left, 15.0, left + wide, 15.1)
    Boundary.objects.create(unit=unit, geometry=json.loads(to_geojson(square)), schematic=True)


def an_actor(ref: str, rights: tuple[str, ...], *places: Unit) -> Actor:
    """Somebody with the same rights at some places."""
    return Actor(ref=ref, name=f"Cán bộ {ref}", reach=dict.fromkeys(rights, frozenset(one.pk for one in places)))


def an_officer(*places: Unit) -> Actor:
    """Who handles reports."""
    return an_actor("officer", OFFICER, *places)


def a_crew(*places: Unit, ref: str = "crew") -> Actor:
    """Who mends things."""
    return an_actor(ref, ("see field reports", "fix field reports"), *places)


def a_supervisor(place: Place) -> Actor:
    """Who stands above all of them."""
    rights = (*OFFICER, "decide field reports")
    return an_actor("supervisor", rights, place.province, place.west, place.east, place.agency)


CLERK = Actor(ref="clerk", name="Trực đường dây nóng", everywhere=frozenset({"take field reports"}))
CITIZEN = replace(NOBODY, address="203.0.113.7")


def a_person_at(unit: Unit, *rights: str, name: str = "hoa") -> Person:
    """An account with a post."""
    person = people.a_person(name)
    people.a_post(person, unit, people.a_role(*rights, code=f"vai-{name}"))
    return person


def a_draft(**changes: Any) -> ReportDraft:
    """Somebody writes on the page about waste before the market."""
    usual: dict[str, Any] = {
        "request": "",
        "channel": Channel.WEB,
        "text": TOLD,
        "category": "rac",
        "longitude": HERE[0],
        "latitude": HERE[1],
        "contact": "0912 345 678",
    }
    return ReportDraft(**(usual | changes))


def a_report(now: datetime = MONDAY, **changes: Any) -> Report:
    """A report that waits for its code."""
    return services.submit_report(draft=a_draft(**changes), by=CITIZEN, now=now)


def received(now: datetime = MONDAY, **changes: Any) -> Report:
    """A report that its sender has confirmed."""
    report = a_report(now, **changes)
    services.confirm_contact(ref=report.ref, code=secrets.code_of(report, 1), by=CITIZEN, now=now)
    report.refresh_from_db()
    return report


def in_progress(place: Place, now: datetime = MONDAY, **changes: Any) -> Report:
    """A report that somebody works on, released to the public."""
    report, by = received(now, **changes), an_officer(place.west, place.east, place.agency)
    services.classify_report(ref=report.ref, by=by, now=now)
    return services.begin_work(ref=report.ref, by=by, now=now)


def mended(place: Place, now: datetime = MONDAY, **changes: Any) -> Report:
    """A report whose sender is asked whether it is mended."""
    report, by = in_progress(place, now, **changes), an_officer(place.west, place.east, place.agency)
    add_after(report, by, now)
    return services.resolve_report(ref=report.ref, answer=MENDED, by=by, now=now)


def add_after(report: Report, by: Actor, now: datetime = MONDAY) -> Attachment:
    """A photo of what was done."""
    return services.add_photo(ref=report.ref, picture=a_picture(colour="green"), kind="after", by=by, now=now)


def photo(
    *, colour: str = "brown", at: tuple[float, float] | None = None, taken: str = "", size: tuple[int, int] = (640, 480)
) -> bytes:
    """A JPEG; ``at`` longitude and latitude, as a camera writes them."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Somebody"
    if taken:
        exif.get_ifd(0x8769)[0x9003] = taken
    if at:
        exif.get_ifd(0x8825).update({1: "N", 2: _dms(at[1]), 3: "E", 4: _dms(at[0])})
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def _dms(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole, rest = divmod(degrees, 1)
    minutes, rest = divmod(rest * 60, 1)
    return IFDRational(int(whole)), IFDRational(int(minutes)), IFDRational(round(rest * 60_000), 1000)


def an_upload(content: bytes, name: str = "anh.jpg") -> SimpleUploadedFile:
    """What a form sends."""
    return SimpleUploadedFile(name, content)


def a_picture(now: datetime = MONDAY, **about: Any) -> Picture:
    """A photo that was taken in."""
    upload = an_upload(photo(**about))
    return services.keep_photo(upload=upload, file_name="anh.jpg", by=services.reporting_actor(CITIZEN), now=now)


def attached(picture: Picture) -> Attached:
    """The photo as a draft names it."""
    return Attached(picture.original.sha256)


def key(report: Report) -> str:
    """The key that whoever told it was given."""
    return secrets.key_of(report)


def day(moment: datetime) -> date:
    """The day of a moment in Việt Nam."""
    return clock.local(moment).date()
