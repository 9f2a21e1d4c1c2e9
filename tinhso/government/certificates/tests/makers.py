"""Makers that read aloud: a small province, people with rights, certificates, files."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.government.certificates import services
from tinhso.government.certificates.models import Batch, Request, Version
from tinhso.kernel import text
from tinhso.kernel.actor import Actor, program_actor

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)  # 09:00 on a Monday in Việt Nam
TODAY = date(2026, 11, 2)
ISSUER = "CA thử"
MANAGER = program_actor("tests", rights=["see certificates", "manage certificates"])
KINDS = {Level.PROVINCE: "province", Level.COMMUNE: "xa", Level.AGENCY: "agency"}


def a_unit(
    ref: str,
    name: str,
    parent: Unit | None = None,
    *,
    level: Level = Level.COMMUNE,
    code: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Unit:
    """One unit, known for a long time."""
    return Unit.objects.create(
        ref=ref,
        code=code or ref,
        type=KINDS[level],
        level=level,
        name=name,
        search_text=text.fold(name),
        sort_key=text.sort_key(name),
        parent=parent,
        valid=DateRange(since, until, "[)"),
        known=DateTimeTZRange(LONG_AGO, None, "[)"),
    )


def a_province() -> dict[str, Unit]:
    """A province with an office and two communes, and a commune of another province."""
    found = {"T": a_unit("T", "Tỉnh Thử", level=Level.PROVINCE), "K": a_unit("K", "Tỉnh Khác", level=Level.PROVINCE)}
    found["SO"] = a_unit("SO", "Sở Thử", found["T"], level=Level.AGENCY)
    found["X1"] = a_unit("X1", "Xã Một", found["T"])
    found["X2"] = a_unit("X2", "Xã Hai", found["T"])
    found["KX"] = a_unit("KX", "Xã Khác", found["K"])
    return found


def an_edge(before: Unit, after: Unit, kind: str, decision: str = "NQ thử") -> None:
    """``before`` became (part of) ``after``."""
    Succession.objects.create(
        before=before,
        after=after,
        kind=kind,
        decision=decision,
        effective=before.valid.upper,
        known=DateTimeTZRange(LONG_AGO, None, "[)"),
    )


def a_person(ref: str, unit: Unit, *rights: str) -> Actor:
    """Somebody with rights at one unit."""
    return Actor(ref=ref, name=f"Cán bộ {ref}", reach=dict.fromkeys(rights, frozenset({unit.pk})))


def a_clerk(unit: Unit, ref: str = "clerk") -> Actor:
    """Who asks for certificates of a unit."""
    return a_person(ref, unit, "see certificates", "ask for certificates")


def a_head(unit: Unit, ref: str = "head") -> Actor:
    """Who approves the requests of a unit."""
    return a_person(ref, unit, "see certificates", "approve certificates")


def a_certificate(unit: Unit, serial: str = "A1", **said: Any) -> Version:
    """A certificate of an organisation in the register, in force for years."""
    usual: dict[str, Any] = {
        "kind": "organisation",
        "subject": unit.name,
        "first_day": date(2024, 1, 1),
        "last_day": date(2028, 12, 31),
        "device": "usb",
    }
    at = said.pop("now", datetime(2024, 6, 1, tzinfo=UTC))
    return services.write_in(issuer=ISSUER, serial=serial, unit=unit, by=MANAGER, now=at, **(usual | said))


def a_personal(unit: Unit, serial: str = "B1", **said: Any) -> Version:
    """A certificate of somebody who does not exist."""
    usual = {
        "kind": "personal",
        "holder": "Nguyễn Văn Ví Dụ",
        "subject": "Nguyễn Văn Ví Dụ",
        "id_number": "012345678901",
    }
    return a_certificate(unit, serial, **(usual | said))


def a_request(unit: Unit, *, by: Actor, ask: str = "issue", certificate: str = "", **values: str) -> Request:
    """A draft, complete enough to be handed in."""
    usual = {
        "issue": {"holder": "Trần Thị Thử", "id_number": "098765432109"},
        "renew": {"years": "3"},
        "change": {"subject": "Tên mới"},
        "revoke": {"reason": "key_exposed"},
        "recover": {},
    }[ask]
    return services.draft(
        ask=ask, kind="personal", unit=unit, values=usual | values, certificate=certificate, by=by, now=NOW
    )


def accepted(one: Request, unit: Unit) -> Request:
    """The request taken up by the focal point."""
    services.submit(ref=one.ref, by=a_clerk(unit), now=NOW)
    services.approve(ref=one.ref, by=a_head(unit), now=NOW)
    return services.accept(ref=one.ref, by=MANAGER, now=NOW)


def a_batch(*found: Request) -> Batch:
    """A batch of accepted requests."""
    return services.make_batch(chosen=[one.ref for one in found], by=MANAGER, now=NOW)


def a_workbook(*rows: Sequence[Any]) -> bytes:
    """A file with these lines."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()
