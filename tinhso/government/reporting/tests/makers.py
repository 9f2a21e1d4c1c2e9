"""A tiny province with two data sets of its own, and people who hand in, approve and publish."""

from copy import deepcopy
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.units.models import Level, Unit
from tinhso.government.reporting import services
from tinhso.government.reporting.models import DataSet, Return
from tinhso.government.reporting.queries import data_sets, templates
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.queries.returns import ReturnSheet
from tinhso.government.reporting.queries.specs import parse_spec
from tinhso.kernel import periods, text
from tinhso.kernel.actor import Actor, program_actor

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2024, 10, 4, 2, tzinfo=UTC)  # 09:00 on the fourth working day of October
MANAGER = program_actor("tests", rights=["manage data sets"])
EVERYTHING = ("see returns", "hand in returns", "approve returns", "publish returns")

DOSSIERS: dict[str, Any] = {
    "code": "HS",
    "name": "Hồ sơ",
    "domain": "dich-vu",
    "agency": "VP",
    "filed_by": "agency",
    "rows": "communes",
    "period": "month",
    "due": {"working_day": 5, "time": "17:00"},
    "from": "2024-01",
    "legal_basis": "Biểu mẫu thử",
    "dimension": [
        {
            "code": "kenh",
            "name": "Kênh",
            "members": [{"code": "quay", "name": "Tại quầy"}, {"code": "mang", "name": "Trực tuyến"}],
        }
    ],
    "field": [
        {"code": "nhan", "name": "Tiếp nhận", "unit": "hồ sơ", "type": "integer", "nature": "flow", "min": 0},
        {"code": "xong", "name": "Giải quyết", "unit": "hồ sơ", "type": "integer", "nature": "flow", "min": 0},
        {"code": "gio", "name": "Giờ trung bình", "type": "decimal", "nature": "flow", "required": False, "max": 1000},
    ],
    "rule": [
        {"kind": "part_le_whole", "part": "xong", "whole": "nhan"},
        {"kind": "jump", "field": "nhan", "max_ratio": "3"},
    ],
}
POPULATION: dict[str, Any] = {
    "code": "DS",
    "name": "Dân số",
    "domain": "dan-cu",
    "agency": "VP",
    "filed_by": "commune",
    "rows": "own",
    "period": "quarter",
    "due": {"working_day": 3, "time": "17:00"},
    "from": "2024-Q1",
    "field": [
        {"code": "nam", "name": "Nam", "unit": "người", "type": "integer", "nature": "stock"},
        {"code": "nu", "name": "Nữ", "unit": "người", "type": "integer", "nature": "stock"},
        {"code": "tong", "name": "Tổng", "unit": "người", "type": "integer", "nature": "stock"},
    ],
    "rule": [{"kind": "sum_equals", "parts": ["nam", "nu"], "whole": "tong"}],
}


def a_spec(raw: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A copy of a form with changes."""
    return deepcopy(raw) | changes


def a_unit(ref: str, name: str, level: Level, parent: Unit | None = None, until: date | None = None) -> Unit:
    """One unit, known for a long time."""
    kinds = {Level.PROVINCE: "province", Level.COMMUNE: "xa", Level.AGENCY: "agency"}
    return Unit.objects.create(
        ref=ref,
        code=ref,
        type=kinds[level],
        level=level,
        name=name,
        search_text=text.fold(name),
        sort_key=text.sort_key(name),
        parent=parent,
        valid=DateRange(None, until, "[)"),
        known=DateTimeTZRange(LONG_AGO, None, "[)"),
    )


def a_province() -> dict[str, Unit]:
    """A province with an office and two communes; a third commune ended in 2023; next to it, another province's."""
    found = {"T": a_unit("T", "Tỉnh Thử", Level.PROVINCE), "K": a_unit("K", "Tỉnh Khác", Level.PROVINCE)}
    found["VP"] = a_unit("VP", "Văn phòng", Level.AGENCY, found["T"])
    found["X1"] = a_unit("X1", "Xã Một", Level.COMMUNE, found["T"])
    found["X2"] = a_unit("X2", "Xã Hai", Level.COMMUNE, found["T"])
    found["X0"] = a_unit("X0", "Xã Cũ", Level.COMMUNE, found["T"], until=date(2023, 7, 1))
    found["KX"] = a_unit("KX", "Xã Khác", Level.COMMUNE, found["K"])
    return found


def a_data_set(raw: dict[str, Any] = DOSSIERS) -> DataSet:
    """A stored form, in force from its first period."""
    spec = parse_spec(raw)
    return DataSet.objects.create(
        code=spec.code,
        name=spec.name,
        domain=spec.domain,
        agency=spec.agency,
        period_type=str(spec.period),
        spec=spec.raw,
        effective=DateRange(spec.first.start, None),
    )


def a_person(ref: str, unit: Unit, *rights: str) -> Actor:
    """Somebody with rights at one unit (all rights of returns when none are named)."""
    return Actor(ref=ref, name=f"Cán bộ {ref}", reach=dict.fromkeys(rights or EVERYTHING, frozenset({unit.pk})))


def a_return(data_set: DataSet, unit: Unit, period: str = "2024-09") -> Return:
    """The opened return of one unit."""
    services.open_returns(data_set=data_set, period=periods.parse(period), by=MANAGER, now=NOW)
    return Return.objects.get(data_set=data_set, unit=unit, period=period)


def entries(one: Return, **given: str) -> list[services.RowEntry]:
    """The same values in every row of a return."""
    spec = data_sets.spec_of(one.data_set)
    units = data_sets.row_units(one, spec)
    return [services.RowEntry(unit.pk, member, given) for unit in units for member in spec.members]


def a_published(one: Return, clerk: Actor, chief: Actor, now: datetime = NOW, **given: str) -> Return:
    """A return taken all the way."""
    services.save_draft(ref=one.ref, entries=entries(one, **given), by=clerk, now=now)
    services.submit(ref=one.ref, by=clerk, now=now)
    services.approve(ref=one.ref, by=chief, now=now)
    return services.publish(ref=one.ref, by=chief, now=now)


def sheet_of(one: Return) -> ReturnSheet:
    """A return as it is stored now."""
    return queries.sheet_of(queries.by_ref(one.ref))


def a_workbook(one: Return, cells: dict[str, str | float] | None = None) -> openpyxl.Workbook:
    """The return's template with every open cell filled in plausibly, then ``cells`` changed by address."""
    book = openpyxl.load_workbook(BytesIO(templates.template_workbook(sheet_of(one))))
    page = book[templates.SHEET]
    for line in range(templates.HEADER_ROW + 2, page.max_row + 1):
        page.cell(line, 4).value, page.cell(line, 5).value, page.cell(line, 6).value = 100, 90, 2.5
    for address, value in (cells or {}).items():
        page[address] = value
    return book


def as_bytes(book: openpyxl.Workbook) -> bytes:
    """The file that a spreadsheet program would write."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()
