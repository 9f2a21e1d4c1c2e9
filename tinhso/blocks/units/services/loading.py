"""Loading a province's units from CSV tables, again and again: what changed is corrected, what was known is kept."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units import events, queries
from tinhso.blocks.units.models import Alias, Level, Succession, Unit
from tinhso.blocks.units.rights import MANAGE_UNITS
from tinhso.kernel import text
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LEVELS = {
    "province": Level.PROVINCE,
    "district": Level.DISTRICT,
    "city": Level.DISTRICT,
    "xa": Level.COMMUNE,
    "phuong": Level.COMMUNE,
    "thi_tran": Level.COMMUNE,
    "hamlet": Level.HAMLET,
    "agency": Level.AGENCY,
}
Line = dict[str, str]


@dataclass(frozen=True)
class LoadedUnits:
    """How many rows were new, corrected, or left as they were."""

    new: int
    corrected: int
    same: int


@transaction.atomic
def load_units(folder: Path, *, by: Actor, now: datetime) -> LoadedUnits:
    """Load ``units.csv``, ``agencies.csv``, ``succession.csv`` and ``aliases.csv`` of ``folder``.

    A row that differs from what is known is a correction: the former row is kept with the time until which it was
    believed. Refuses a missing column, an unknown parent or reference, and (in the database) overlapping validities
    and successions that go back in time.
    """
    by.must_be_able_to(MANAGE_UNITS)
    lines = _read_unit_lines(folder / "units.csv") + [
        line | {"type": "agency"} for line in _read_unit_lines(folder / "agencies.csv")
    ]
    lines.sort(key=lambda line: LEVELS.get(line["type"], 9))
    tally = {"new": 0, "corrected": 0, "same": 0}
    live = {unit.ref: unit for unit in queries.known_now()}
    for line in lines:
        unit = _unit_of_line(line, live)
        tally[_store_unit(unit, live, now)] += 1
    edges = _load_edges(_read_unit_lines(folder / "succession.csv"), live, now)
    _load_aliases(_read_unit_lines(folder / "aliases.csv"), live)
    audit.record(by=by, did="loaded units", to=("units.Unit", "units"), after=tally)
    changed = tally["new"] + tally["corrected"]
    if changed or edges:
        outbox.emit(events.UnitsReorganised(units=changed, edges=edges))
    return LoadedUnits(**tally)


def _read_unit_lines(path: Path) -> list[Line]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [{key: text.nfc(value or "") for key, value in line.items()} for line in csv.DictReader(file)]


def _unit_of_line(line: Line, live: dict[str, Unit]) -> Unit:
    valid = DateRange(_date_of(line["valid_from"]), _date_of(line["valid_to"]), "[)")
    name = line["name"]
    return Unit(
        ref=line["ref"],
        code=line["code"],
        type=line["type"],
        level=LEVELS[line["type"]],
        name=name,
        name_en=line.get("name_en", ""),
        search_text=text.fold(f"{name} {line['code']} {line['ref']}"),
        sort_key=text.sort_key(_name_without_type(name)),
        parent=_parent_of_line(line, valid, live),
        valid=valid,
        lat=_decimal_of(line.get("lat", "")),
        lon=_decimal_of(line.get("lon", "")),
        area_km2=_decimal_of(line.get("area_km2", "")),
        population=int(line["population"]) if line.get("population") else None,
        population_source=line.get("population_source", ""),
        source=line.get("source", ""),
        verified=line.get("verified") == "true",
        note=line.get("note", ""),
    )


def _name_without_type(name: str) -> str:
    """The name without its type, so that lists are in the order of the proper name."""
    for kind in ("Tỉnh ", "Thành phố ", "Huyện ", "Thị trấn ", "Phường ", "Xã ", "Sở ", "Ấp ", "Khóm "):
        if name.startswith(kind):
            return name.removeprefix(kind)
    return name


def _parent_of_line(line: Line, valid: DateRange, live: dict[str, Unit]) -> Unit | None:
    code = line.get("parent_code", "")
    if not code:
        return None
    day = valid.lower or _day_before(valid.upper)
    for unit in live.values():
        if (
            unit.code == code
            and unit.level < LEVELS[line["type"]]
            and unit.level != Level.AGENCY
            and _is_valid_on(unit, day)
        ):
            return unit
    raise Refused(
        "unknown_parent",
        _("Đơn vị %(ref)s ghi cấp trên “%(code)s” nhưng không có đơn vị đó vào ngày ấy."),
        ref=line["ref"],
        code=code,
    )


def _day_before(day: date | None) -> date:
    return date.fromordinal(day.toordinal() - 1) if day else date.today()


def _is_valid_on(unit: Unit, day: date) -> bool:
    lower, upper = unit.valid.lower, unit.valid.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


COMPARED = (
    *("code", "type", "level", "name", "name_en", "parent_id", "lat", "lon", "area_km2"),
    *("population", "population_source", "source", "verified", "note"),
)


def _store_unit(unit: Unit, live: dict[str, Unit], now: datetime) -> str:
    """Insert, correct or leave one unit; the row others point to stays the live one."""
    live_unit = live.get(unit.ref)
    unit.known = DateTimeTZRange(now, None, "[)")
    if live_unit is None:
        unit.save(force_insert=True)
        live[unit.ref] = unit
        return "new"
    if _is_same(live_unit, unit):
        return "same"
    former = Unit.objects.get(pk=live_unit.pk)
    unit.pk = live_unit.pk
    unit.save(force_update=True)
    former.pk = None
    former.known = DateTimeTZRange(former.known.lower, now, "[)")
    former.save(force_insert=True)
    live[unit.ref] = unit
    return "corrected"


def _is_same(known: Unit, unit: Unit) -> bool:
    bounds = (known.valid.lower, known.valid.upper) == (unit.valid.lower, unit.valid.upper)
    return bounds and all(getattr(known, name) == getattr(unit, name) for name in COMPARED)


def _load_edges(lines: list[Line], live: dict[str, Unit], now: datetime) -> int:
    """Store successions that are new or corrected; says how many."""
    changed = 0
    successions_by_key = {
        (edge.before_id, edge.after_id): edge for edge in Succession.objects.filter(queries.known_at_moment())
    }
    for line in lines:
        before, after = _require_unit(line["from_ref"], live), _require_unit(line["to_ref"], live)
        fields: dict[str, Any] = {
            "kind": line["kind"],
            "share": _decimal_of(line["share"]),
            "share_source": line["share_source"],
            "decision": line["decision"],
            "effective": date.fromisoformat(line["effective_date"]),
            "verified": line["verified"] == "true",
            "note": line["note"],
        }
        edge = successions_by_key.get((before.pk, after.pk))
        if edge and all(getattr(edge, name) == value for name, value in fields.items()):
            continue
        if edge:
            edge.known = DateTimeTZRange(edge.known.lower, now, "[)")
            edge.save(update_fields=["known"])
        Succession.objects.create(before=before, after=after, known=DateTimeTZRange(now, None, "[)"), **fields)
        changed += 1
    return changed


def _load_aliases(lines: list[Line], live: dict[str, Unit]) -> None:
    for line in lines:
        unit = _require_unit(line["ref"], live)
        Alias.objects.update_or_create(
            unit=unit,
            kind=line["kind"],
            value=line["value"],
            defaults={"source": line["source"], "verified": line["verified"] == "true"},
        )
        folded = text.fold(line["value"])
        if folded not in unit.search_text:
            unit.search_text = f"{unit.search_text} {folded}"
            unit.save(update_fields=["search_text"])


def _require_unit(ref: str, live: dict[str, Unit]) -> Unit:
    if ref not in live:
        raise Refused("unknown_unit", _("Bảng kế thừa nhắc đến “%(ref)s” nhưng không có đơn vị đó."), ref=ref)
    return live[ref]


def _date_of(value: str) -> date | None:
    return date.fromisoformat(value) if value else None


def _decimal_of(value: str) -> Decimal | None:
    return Decimal(value) if value else None
