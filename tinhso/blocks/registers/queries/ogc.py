"""Registers as OGC API – Features (OGC 17-069r4 Part 1, 18-058 Part 2): collections, items, coordinate systems.

Everybody gets the open columns of open registers; who may see a register gets its columns but the private ones, of the
units that they reach.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Q

from tinhso.blocks.registers.contract import REGISTERS, Register
from tinhso.blocks.registers.models import Cell
from tinhso.blocks.registers.queries import exports, finding, maps, registry
from tinhso.blocks.registers.queries.registry import RegisterColumn
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, coordinates, province
from tinhso.kernel.actor import Actor

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
VN_2000 = (3405, 3406)  # UTM zones 48N and 49N; a province adds its own meridian's zone in province.toml
MOST, USUAL = 10_000, 10
MOST_SKIPPED = 100_000  # records are counted off one by one; links lead on as fast everywhere
FILTERED = (registry.CHOICE, registry.FLAG, registry.TEXT, registry.UNIT)
Box = tuple[float, float, float, float]


class BadQuery(ValueError):
    """A request that the standard answers with 400; the argument says why."""


@dataclass(frozen=True)
class FeatureQuery:
    """What is asked of a collection's items."""

    limit: int = USUAL
    box: Box | None = None
    since: date | None = None
    until: date | None = None
    timed: bool = False
    crs: str = CRS84
    equal: tuple[tuple[str, str], ...] = ()
    after: int = 0
    before: int = 0
    offset: int = 0


@dataclass(frozen=True)
class FeaturePage:
    """Features with the marks that lead on and back; 0 where nothing is."""

    features: list[dict[str, Any]]
    next: int
    prev: int


def visible_collections(by: Actor) -> list[Register]:
    """What somebody may read of."""
    return [one for one in REGISTERS.values() if one.open or by.can(one.see)]


def visible_columns(register: Register, by: Actor) -> tuple[RegisterColumn, ...]:
    """The columns that somebody reads."""
    return exports.columns_of(register, open_only=not by.can(register.see))


def coordinate_systems() -> list[str]:
    """Coordinate systems that are offered, CRS84 first."""
    told = province.province_facts().coordinates.get("epsg", [])
    return [CRS84, EPSG.format(4326), *(EPSG.format(code) for code in dict.fromkeys((*VN_2000, *told)))]


def epsg_operations() -> dict[str, str]:
    """By which operation of EPSG the places of each system are worked out of those that are stored."""
    return {crs: _transformation(CRS84, crs).operation for crs in coordinate_systems() if crs != CRS84}


def _transformation(source: str, target: str) -> coordinates.CoordinateTransform:
    return coordinates.coordinate_transform(_crs_code(source), _crs_code(target))


def _crs_code(crs: str) -> str:
    return coordinates.CRS84 if crs == CRS84 else f"EPSG:{crs.rpartition('/')[2]}"


def filter_names(register: Register, by: Actor) -> set[str]:
    """Columns by which items are chosen."""
    return {one.name for one in visible_columns(register, by) if one.kind in FILTERED}


def parse_query(told: Mapping[str, str], register: Register, by: Actor) -> FeatureQuery:
    """Read a query; raises :class:`BadQuery` for what is unknown or unreadable."""
    allowed = {"limit", "bbox", "bbox-crs", "datetime", "crs", "f", "after", "before", "offset"}
    choosing = filter_names(register, by)
    if unknown := set(told) - allowed - choosing:
        raise BadQuery(f"unknown parameters: {', '.join(sorted(unknown))[:100]}")
    if told.get("f", "json") not in ("json", "geojson"):
        raise BadQuery("f is json")
    since, until = _parse_interval(told.get("datetime", ""))
    return FeatureQuery(
        limit=min(_integer_param(told, "limit", USUAL, least=1), MOST),
        box=_box_param(told),
        since=since,
        until=until,
        timed="datetime" in told,
        crs=_require_crs(told.get("crs", CRS84)),
        after=_integer_param(told, "after", 0),
        before=_integer_param(told, "before", 0),
        offset=_offset_param(told),
        equal=tuple((name, told[name]) for name in sorted(choosing & set(told))),
    )


def _require_crs(crs: str) -> str:
    if crs not in coordinate_systems():
        raise BadQuery("unknown coordinate reference system")
    return crs


def _integer_param(told: Mapping[str, str], name: str, usual: int, *, least: int = 0) -> int:
    value = told.get(name, str(usual))
    if not (value.isascii() and value.isdigit() and len(value) < 19) or int(value) < least:
        raise BadQuery(f"{name} is a whole number from {least}")
    return int(value)


def _offset_param(told: Mapping[str, str]) -> int:
    """Not of the standard, but what many servers have and some clients always send."""
    offset = _integer_param(told, "offset", 0)
    if offset > MOST_SKIPPED:
        raise BadQuery(f"offset is at most {MOST_SKIPPED}: follow the links")
    return offset


def _box_param(told: Mapping[str, str]) -> Box | None:
    crs = _require_crs(told.get("bbox-crs", CRS84))
    if "bbox" not in told:
        return None
    try:
        sides = [float(side) for side in told["bbox"].split(",")]
        west, south, east, north = sides if len(sides) == 4 else (*sides[:2], *sides[3:5])
        if len(sides) not in (4, 6) or not all(abs(side) < 1e9 for side in sides):
            raise ValueError
        if crs != CRS84:
            west, south, east, north = _transformation(crs, CRS84).box((west, south, east, north))
    except (ValueError, coordinates.ProjError) as fault:
        raise BadQuery("bbox is four or six numbers: west, south, east, north") from fault
    if (
        south > north
        or not all(abs(side) <= 180 for side in (west, east))
        or not all(abs(side) <= 90 for side in (south, north))
    ):
        raise BadQuery("bbox lies beyond the earth, or upside down")
    return west, south, east, north


def _parse_interval(told: str) -> tuple[date | None, date | None]:
    if not told:
        return None, None
    first, slash, last = told.partition("/")
    since, until = _parse_interval_day(first), _parse_interval_day(last) if slash else _parse_interval_day(first)
    if (not slash and since is None) or (since and until and until < since):
        raise BadQuery("datetime is a day, a moment, or an interval of them")
    return since, until


def _parse_interval_day(told: str) -> date | None:
    if told in ("", ".."):
        return None
    try:
        if len(told) == 10:
            return date.fromisoformat(told)
        moment = datetime.fromisoformat(told.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError as fault:
        raise BadQuery("datetime is a day, a moment, or an interval of them") from fault
    return clock.local(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).date()


def _readable_records(register: Register, by: Actor) -> finding.Rows:
    if by.can(register.see):
        return finding.visible_records(register, by)
    rows: finding.Rows = register.model.objects.filter(removed=False)
    return rows


def items(register: Register, wanted: FeatureQuery, by: Actor) -> FeaturePage:
    """A page of features, by key."""
    columns = visible_columns(register, by)
    rows = _readable_records(register, by)
    if wanted.timed:
        if wanted.until is not None:
            rows = rows.filter(valid_from__lte=wanted.until)
        if wanted.since is not None:
            rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=wanted.since))
    else:
        rows = rows.filter(ended_on__isnull=True)
    if wanted.box is not None:
        rows = finding.records_in_box(rows, wanted.box)
    for name, value in wanted.equal:
        rows = _filter_equal(register, rows, name, value)
    back = wanted.before > 0
    rows = rows.filter(pk__lt=wanted.before) if back else rows.filter(pk__gt=wanted.after)
    found = list(_feature_rows(rows.order_by("-pk" if back else "pk"), columns)[wanted.offset :][: wanted.limit + 1])
    there, found = len(found) > wanted.limit, found[: wanted.limit]
    if back:
        found.reverse()
    features = list(_features(found, columns, wanted.crs))
    if not found:
        return FeaturePage(features, 0, 0)
    first, last = found[0][0], found[-1][0]
    return FeaturePage(
        features, last if there or back else 0, first if (there if back else wanted.after + wanted.offset > 0) else 0
    )


def item(register: Register, ref: str, crs: str, by: Actor) -> dict[str, Any] | None:
    """One feature; None where there is none."""
    columns = visible_columns(register, by)
    found = list(_feature_rows(_readable_records(register, by).filter(ref=ref[:40].replace("\0", "")), columns)[:1])
    return next(_features(found, columns, crs), None)


def _filter_equal(register: Register, rows: finding.Rows, name: str, value: str) -> finding.Rows:
    if "\0" in value:
        raise BadQuery(f"{name} has a letter that no text has")
    one = registry.column(register, name)
    if one.kind == registry.UNIT:
        return rows.filter(unit__in=finding.unit_keys_below(value))
    if name in register.filters:
        return rows.filter(facets__contains=[f"{name}={value}"])
    if one.kind in (registry.FLAG, registry.CHOICE):
        return (
            rows.filter(**{name: value == "true"}) if one.kind == registry.FLAG else _filter_by_choice(rows, one, value)
        )
    return rows.filter(**{name: value})


def _filter_by_choice(rows: finding.Rows, one: RegisterColumn, value: str) -> finding.Rows:
    known = {str(choice): choice for choice, _label in one.choices}
    return rows.filter(**{one.name: known[value]}) if value in known else rows.none()


def _feature_rows(rows: Any, columns: Sequence[RegisterColumn]) -> Any:
    stored = [one.stored for one in columns if one.name not in registry.ALWAYS]
    return rows.values_list("pk", "ref", "valid_from", "ended_on", "longitude", "latitude", *stored)


def _features(found: Sequence[Any], columns: Sequence[RegisterColumn], crs: str) -> Iterator[dict[str, Any]]:
    told = [one for one in columns if one.name not in registry.ALWAYS]
    lying = any(one.name == "longitude" for one in columns)
    units = _unit_names({row[6 + n] for n, one in enumerate(told) if one.kind == registry.UNIT for row in found})
    records = {
        n: dict(one.field.related_model.objects.filter(pk__in={row[6 + n] for row in found}).values_list("pk", "ref"))
        for n, one in enumerate(told)
        if one.kind == registry.RECORD
    }
    turn = None if crs == CRS84 else _transformation(CRS84, crs).point
    for _pk, ref, since, until, x, y, *values in found:
        properties: dict[str, Any] = {}
        for n, (one, value) in enumerate(zip(told, values, strict=True)):
            if one.kind == registry.UNIT:
                properties[one.name], properties[f"{one.name}_ref"] = units.get(value, ("", ""))
            else:
                properties[one.name] = records[n].get(value) if one.kind == registry.RECORD else _json_value(value)
        properties["valid_from"] = since.isoformat()
        properties["ended_on"] = until.isoformat() if until else None
        place = None
        if lying and x is not None:
            place = {
                "type": "Point",
                "coordinates": [x, y] if turn is None else list(turn(x, y)),
            }
        yield {"type": "Feature", "id": ref, "geometry": place, "properties": properties}


def _unit_names(keys: set[int]) -> dict[int, tuple[str, str]]:
    rows = Unit.objects.filter(pk__in=keys).values_list("pk", "name", "ref")
    return {pk: (name, ref) for pk, name, ref in rows}


def _json_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if hasattr(value, "quantize") else value


def register_extent(register: Register) -> Box | None:
    """Where the records of a register lie: the box of the squares that hold any."""
    cells = Cell.objects.filter(register=register.code, size=maps.SIZES[0], count__gt=0).values_list("x", "y")
    size, found = maps.SIZES[0], list(cells)
    if not found:
        return None
    xs, ys = [x for x, _y in found], [y for _x, y in found]
    return min(xs) / size, min(ys) / size, (max(xs) + 1) / size, (max(ys) + 1) / size


def register_schema(register: Register, by: Actor) -> dict[str, Any]:
    """The columns of a register as JSON Schema."""
    kinds = {
        registry.WHOLE: "integer",
        registry.DECIMAL: "number",
        registry.FLOAT: "number",
        registry.FLAG: "boolean",
    }
    told: dict[str, Any] = {}
    for one in visible_columns(register, by):
        kind: dict[str, Any] = {"title": one.label, "type": kinds.get(one.kind, "string")}
        if one.kind == registry.DATE:
            kind["format"] = "date"
        if one.kind == registry.CHOICE:
            kind = {"title": one.label, "enum": [value for value, _label in one.choices]}
        if one.field.max_length and kind.get("type") == "string":
            kind["maxLength"] = one.field.max_length
        told[one.name] = kind
    needed = [one.name for one in visible_columns(register, by) if one.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": registry.title(register),
        "properties": told,
        "required": needed,
    }
