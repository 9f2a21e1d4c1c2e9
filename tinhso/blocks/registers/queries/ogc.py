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
    return [register for register in REGISTERS.values() if register.open or by.can(register.see)]


def visible_columns(register: Register, by: Actor) -> tuple[RegisterColumn, ...]:
    """The columns that somebody reads."""
    return exports.columns_of(register, open_only=not by.can(register.see))


def coordinate_systems() -> list[str]:
    """Coordinate systems that are offered, CRS84 first."""
    epsg_codes = province.province_facts().coordinates.get("epsg", [])
    return [CRS84, EPSG.format(4326), *(EPSG.format(code) for code in dict.fromkeys((*VN_2000, *epsg_codes)))]


def epsg_operations() -> dict[str, str]:
    """By which operation of EPSG the places of each system are worked out of those that are stored."""
    return {crs: _transformation(CRS84, crs).operation for crs in coordinate_systems() if crs != CRS84}


def _transformation(source: str, target: str) -> coordinates.CoordinateTransform:
    return coordinates.coordinate_transform(_crs_code(source), _crs_code(target))


def _crs_code(crs: str) -> str:
    return coordinates.CRS84 if crs == CRS84 else f"EPSG:{crs.rpartition('/')[2]}"


def filter_names(register: Register, by: Actor) -> set[str]:
    """Columns by which items are chosen."""
    return {
        register_column.name for register_column in visible_columns(register, by) if register_column.kind in FILTERED
    }


def parse_query(values: Mapping[str, str], register: Register, by: Actor) -> FeatureQuery:
    """Read a query; raises :class:`BadQuery` for what is unknown or unreadable."""
    allowed = {"limit", "bbox", "bbox-crs", "datetime", "crs", "f", "after", "before", "offset"}
    choosing = filter_names(register, by)
    if unknown := set(values) - allowed - choosing:
        raise BadQuery(f"unknown parameters: {', '.join(sorted(unknown))[:100]}")
    if values.get("f", "json") not in ("json", "geojson"):
        raise BadQuery("f is json")
    since, until = _parse_interval(values.get("datetime", ""))
    return FeatureQuery(
        limit=min(_integer_param(values, "limit", USUAL, least=1), MOST),
        box=_box_param(values),
        since=since,
        until=until,
        timed="datetime" in values,
        crs=_require_crs(values.get("crs", CRS84)),
        after=_integer_param(values, "after", 0),
        before=_integer_param(values, "before", 0),
        offset=_offset_param(values),
        equal=tuple((name, values[name]) for name in sorted(choosing & set(values))),
    )


def _require_crs(crs: str) -> str:
    if crs not in coordinate_systems():
        raise BadQuery("unknown coordinate reference system")
    return crs


def _integer_param(values: Mapping[str, str], name: str, usual: int, *, least: int = 0) -> int:
    value = values.get(name, str(usual))
    if not (value.isascii() and value.isdigit() and len(value) < 19) or int(value) < least:
        raise BadQuery(f"{name} is a whole number from {least}")
    return int(value)


def _offset_param(values: Mapping[str, str]) -> int:
    """Not of the standard, but what many servers have and some clients always send."""
    offset = _integer_param(values, "offset", 0)
    if offset > MOST_SKIPPED:
        raise BadQuery(f"offset is at most {MOST_SKIPPED}: follow the links")
    return offset


def _box_param(values: Mapping[str, str]) -> Box | None:
    crs = _require_crs(values.get("bbox-crs", CRS84))
    if "bbox" not in values:
        return None
    try:
        sides = [float(side) for side in values["bbox"].split(",")]
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


def _parse_interval(text: str) -> tuple[date | None, date | None]:
    if not text:
        return None, None
    first, slash, last = text.partition("/")
    since, until = _parse_interval_day(first), _parse_interval_day(last) if slash else _parse_interval_day(first)
    if (not slash and since is None) or (since and until and until < since):
        raise BadQuery("datetime is a day, a moment, or an interval of them")
    return since, until


def _parse_interval_day(text: str) -> date | None:
    if text in ("", ".."):
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    except ValueError as fault:
        raise BadQuery("datetime is a day, a moment, or an interval of them") from fault
    return clock.local(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).date()


def _readable_records(register: Register, by: Actor) -> finding.Rows:
    if by.can(register.see):
        return finding.visible_records(register, by)
    rows: finding.Rows = register.model.objects.filter(removed=False)
    return rows


def items(register: Register, feature_query: FeatureQuery, by: Actor) -> FeaturePage:
    """A page of features, by key."""
    columns = visible_columns(register, by)
    rows = _readable_records(register, by)
    if feature_query.timed:
        if feature_query.until is not None:
            rows = rows.filter(valid_from__lte=feature_query.until)
        if feature_query.since is not None:
            rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=feature_query.since))
    else:
        rows = rows.filter(ended_on__isnull=True)
    if feature_query.box is not None:
        rows = finding.records_in_box(rows, feature_query.box)
    for name, value in feature_query.equal:
        rows = _filter_equal(register, rows, name, value)
    back = feature_query.before > 0
    rows = rows.filter(pk__lt=feature_query.before) if back else rows.filter(pk__gt=feature_query.after)
    feature_rows = list(
        _feature_rows(rows.order_by("-pk" if back else "pk"), columns)[feature_query.offset :][
            : feature_query.limit + 1
        ]
    )
    there, feature_rows = len(feature_rows) > feature_query.limit, feature_rows[: feature_query.limit]
    if back:
        feature_rows.reverse()
    features = list(_features(feature_rows, columns, feature_query.crs))
    if not feature_rows:
        return FeaturePage(features, 0, 0)
    first, last = feature_rows[0][0], feature_rows[-1][0]
    return FeaturePage(
        features,
        last if there or back else 0,
        first if (there if back else feature_query.after + feature_query.offset > 0) else 0,
    )


def item(register: Register, ref: str, crs: str, by: Actor) -> dict[str, Any] | None:
    """One feature; None where there is none."""
    columns = visible_columns(register, by)
    feature_rows = list(
        _feature_rows(_readable_records(register, by).filter(ref=ref[:40].replace("\0", "")), columns)[:1]
    )
    return next(_features(feature_rows, columns, crs), None)


def _filter_equal(register: Register, rows: finding.Rows, name: str, value: str) -> finding.Rows:
    if "\0" in value:
        raise BadQuery(f"{name} has a letter that no text has")
    register_column = registry.column(register, name)
    if register_column.kind == registry.UNIT:
        return rows.filter(unit__in=finding.unit_keys_below(value))
    if name in register.filters:
        return rows.filter(facets__contains=[f"{name}={value}"])
    if register_column.kind in (registry.FLAG, registry.CHOICE):
        return (
            rows.filter(**{name: value == "true"})
            if register_column.kind == registry.FLAG
            else _filter_by_choice(rows, register_column, value)
        )
    return rows.filter(**{name: value})


def _filter_by_choice(rows: finding.Rows, register_column: RegisterColumn, value: str) -> finding.Rows:
    values = {str(choice): choice for choice, _label in register_column.choices}
    return rows.filter(**{register_column.name: values[value]}) if value in values else rows.none()


def _feature_rows(rows: Any, columns: Sequence[RegisterColumn]) -> Any:
    stored = [register_column.stored for register_column in columns if register_column.name not in registry.ALWAYS]
    return rows.values_list("pk", "ref", "valid_from", "ended_on", "longitude", "latitude", *stored)


def _features(found: Sequence[Any], columns: Sequence[RegisterColumn], crs: str) -> Iterator[dict[str, Any]]:
    register_columns = [column for column in columns if column.name not in registry.ALWAYS]
    lying = any(column.name == "longitude" for column in columns)
    units = _unit_names(
        {row[6 + n] for n, column in enumerate(register_columns) if column.kind == registry.UNIT for row in found}
    )
    records = {
        n: dict(
            column.field.related_model.objects.filter(pk__in={row[6 + n] for row in found}).values_list("pk", "ref")
        )
        for n, column in enumerate(register_columns)
        if column.kind == registry.RECORD
    }
    turn = None if crs == CRS84 else _transformation(CRS84, crs).point
    for _pk, ref, since, until, x, y, *values in found:
        properties: dict[str, Any] = {}
        for n, (register_column, value) in enumerate(zip(register_columns, values, strict=True)):
            if register_column.kind == registry.UNIT:
                properties[register_column.name], properties[f"{register_column.name}_ref"] = units.get(value, ("", ""))
            else:
                properties[register_column.name] = (
                    records[n].get(value) if register_column.kind == registry.RECORD else _json_value(value)
                )
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
    size, squares = maps.SIZES[0], list(cells)
    if not squares:
        return None
    xs, ys = [x for x, _y in squares], [y for _x, y in squares]
    return min(xs) / size, min(ys) / size, (max(xs) + 1) / size, (max(ys) + 1) / size


def register_schema(register: Register, by: Actor) -> dict[str, Any]:
    """The columns of a register as JSON Schema."""
    kinds = {
        registry.WHOLE: "integer",
        registry.DECIMAL: "number",
        registry.FLOAT: "number",
        registry.FLAG: "boolean",
    }
    values: dict[str, Any] = {}
    for register_column in visible_columns(register, by):
        kind: dict[str, Any] = {"title": register_column.label, "type": kinds.get(register_column.kind, "string")}
        if register_column.kind == registry.DATE:
            kind["format"] = "date"
        if register_column.kind == registry.CHOICE:
            kind = {"title": register_column.label, "enum": [value for value, _label in register_column.choices]}
        if register_column.field.max_length and kind.get("type") == "string":
            kind["maxLength"] = register_column.field.max_length
        values[register_column.name] = kind
    needed = [register_column.name for register_column in visible_columns(register, by) if register_column.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": registry.title(register),
        "properties": values,
        "required": needed,
    }
