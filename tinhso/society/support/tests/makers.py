"""A province of two communes and an agency, a programme, people who apply, and those who decide and hand over."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from stdnum import luhn

from tinhso.blocks.documents.services import storing
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.society.support import services
from tinhso.society.support.contract import ApplicationDraft, Channel
from tinhso.society.support.models import Application, Delivery, Handset, Programme
from tinhso.society.support.queries import lookup, secrets
from tinhso.society.support.rights import DECIDE_SUPPORT, SEE_SUPPORT, TAKE_SUPPORT

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09:00 in Việt Nam
WHY = "Không đúng đối tượng của chương trình."


@dataclass(frozen=True)
class Place:
    """Where tests happen."""

    province: Unit
    west: Unit
    east: Unit
    agency: Unit


def a_place() -> Place:
    """A province."""
    province = people.a_unit("T", level=Level.PROVINCE)
    west, east = people.a_unit("W", province), people.a_unit("E", province)
    return Place(province, west, east, people.a_unit("T-SO", province, level=Level.AGENCY))


def somebody(ref: str, rights: tuple[str, ...], *places: Unit) -> Actor:
    """Somebody with the same rights at some places, or everywhere where none is named."""
    if not places:
        return Actor(ref=ref, name=f"Cán bộ {ref}", everywhere=frozenset(rights))
    return Actor(ref=ref, name=f"Cán bộ {ref}", reach=dict.fromkeys(rights, frozenset(one.pk for one in places)))


def a_manager() -> Actor:
    """Who leads programmes."""
    return somebody("manager", lookup.RIGHTS)


def a_clerk(*places: Unit, ref: str = "clerk") -> Actor:
    """Who takes applications and hands things over."""
    return somebody(ref, (SEE_SUPPORT, TAKE_SUPPORT), *places)


def a_chief(*places: Unit, ref: str = "chief") -> Actor:
    """Who decides."""
    return somebody(ref, (SEE_SUPPORT, DECIDE_SUPPORT), *places)


CITIZEN = replace(NOBODY, address="203.0.113.7")


def an_imei(number: int, tac: str = "99000001") -> str:
    """The IMEI of the ``number``-th handset of a model."""
    return f"{tac}{number:06}" + luhn.calc_check_digit(f"{tac}{number:06}")


def a_programme(
    place: Place, *, code: str = "may-4g", rules: Any = (), pieces: int = 10, lines: Any = None, **values: Any
) -> Programme:
    """A swap of handsets that takes applications: a million đồng each, one line for the province's agency."""
    told: dict[str, Any] = {
        "name": "Đổi máy 2G lấy máy 4G",
        "kind": "swap",
        "basis": "Kế hoạch minh họa",
        "giver": "Nhà mạng A",
        "giver_kind": "operator",
        "starts_on": date(2024, 1, 1),
        "ends_on": None,
        "amount": 1_000_000,
        "pieces": pieces,
        "budget": pieces * 1_000_000,
        "days": 5,
        "once": ["person", "phone", "imei"],
        "takes_device": True,
        "gives_device": True,
    }
    by = a_manager()
    one = services.create_programme(code=code, unit=place.agency, values=told | values, by=by)
    services.set_rules(code=code, rules=list(rules), valid_from=date(2024, 1, 1), why="Đầu tiên", by=by, now=MONDAY)
    for unit, count in (lines or {place.agency: pieces}).items():
        services.set_quota(code=code, unit=unit, pieces=count, money=count * one.amount, by=by)
    return services.change_programme_state(code=code, to="open", by=by)


def handsets() -> None:
    """Two models: one of 2G alone, one of 4G."""
    Handset.objects.create(tac="99000001", name="Máy phím A", generation=2)
    Handset.objects.create(tac="99000102", name="Máy 4G B", generation=4)


def a_draft(nth: int = 1, **changes: Any) -> ApplicationDraft:
    """What the ``nth`` person tells at the counter of the western commune."""
    usual: dict[str, Any] = {
        "request": "",
        "channel": Channel.DESK,
        "name": "Nguyễn Thị Hoa",
        "number": f"{83_000_000_000 + nth:012}",
        "phone": f"09120{nth:05}",
        "commune": "W",
        "born": 1950,
        "imei": an_imei(nth),
    }
    return ApplicationDraft(**(usual | changes))


def submitted(programme: Programme, nth: int = 1, *, by: Actor | None = None, **changes: Any) -> Application:
    """An application that waits to be decided."""
    by = by or somebody("clerk", (TAKE_SUPPORT,))
    return services.submit_application(programme=programme, draft=a_draft(nth, **changes), by=by, now=MONDAY)


def an_application(programme: Programme, nth: int = 1, **changes: Any) -> Application:
    """An application from the web that waits for its code."""
    draft = a_draft(nth, channel=Channel.WEB, **changes)
    return services.submit_application(programme=programme, draft=draft, by=CITIZEN, now=MONDAY)


def confirmed(programme: Programme, nth: int = 1, **changes: Any) -> Application:
    """The same with its code entered."""
    one = an_application(programme, nth, **changes)
    return services.confirm_phone(ref=one.ref, code=secrets.code_of(one, 1), by=CITIZEN, now=MONDAY)


def approved(programme: Programme, nth: int = 1, **changes: Any) -> Application:
    """An application to which somebody else said yes."""
    one = submitted(programme, nth, **changes)
    return services.approve_application(ref=one.ref, by=somebody("chief", (DECIDE_SUPPORT,)), now=MONDAY, papers=True)


def photo() -> bytes:
    """A JPEG."""
    out = BytesIO()
    Image.new("RGB", (320, 240), "brown").save(out, "JPEG")
    return out.getvalue()


def an_upload() -> SimpleUploadedFile:
    """A photo of somebody with a new handset."""
    return SimpleUploadedFile("anh.jpg", photo())


def a_proof(one: Application) -> Any:
    """The same, taken in."""
    by = somebody("clerk", (TAKE_SUPPORT,))
    return services.keep_proof(ref=one.ref, upload=an_upload(), file_name="anh.jpg", by=by, now=MONDAY)


def delivered(programme: Programme, nth: int = 1, *, proof: Any = None, **changes: Any) -> Delivery:
    """A benefit that was handed over today."""
    one = approved(programme, nth, **changes)
    return services.record_delivery(
        ref=one.ref,
        on=clock.local(MONDAY).date(),
        by=somebody("clerk", (TAKE_SUPPORT,)),
        now=MONDAY,
        proof=proof or a_file(),
        imei=an_imei(nth, "99000102"),
    )


def a_file() -> Any:
    """A stored file without the way in that looks into it: a proof for tests that need one and not its making."""
    with storing.incoming_file() as path:
        path.write_bytes(photo())
        return storing.store_file(path, media_type="image/jpeg", now=MONDAY)[0]


def a_person_at(unit: Unit, *rights: str, name: str = "hoa", everywhere: bool = False) -> Any:
    """An account with a post."""
    person = people.a_person(name)
    people.a_post(person, unit, people.a_role(*rights, code=f"vai-{name}", everywhere=everywhere))
    return person
