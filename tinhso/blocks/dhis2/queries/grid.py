"""An analytics answer as DHIS2 writes it: headers, rows and what the identifiers mean, plain or as a pivot table."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tinhso.blocks.dhis2.queries import timing
from tinhso.blocks.dhis2.queries.analytics import AnalyticsFigure
from tinhso.blocks.dhis2.queries.query_parser import DX, NAMES, OU, PE, Query
from tinhso.blocks.dhis2.queries.refusal import conflict_refusal
from tinhso.blocks.dhis2.queries.uids import uid
from tinhso.blocks.dhis2.queries.world import VisibleWorld
from tinhso.ui.wording import name_in_language, name_of

Grid = dict[str, Any]
PARTS = ("numerator", "denominator", "factor", "multiplier", "divisor")
PIVOT_NAMES = {DX: "data", OU: "organisationunit", PE: "period"}


@dataclass(frozen=True)
class Style:
    """How the reader wants the answer."""

    skip_meta: bool = False
    skip_data: bool = False
    skip_rounding: bool = False
    parts: bool = False
    hierarchy: bool = False
    scheme: str = "UID"
    hide_empty_rows: bool = False


def plain_grid(world: VisibleWorld, query: Query, figures: Sequence[AnalyticsFigure], style: Style) -> Grid:
    """One row a figure."""
    headers = [_header_cell(dim, NAMES[dim]) for dim in query.dims] + [_number_header("value", "Value")]
    if style.parts:
        headers += [_number_header(name, name.capitalize()) for name in PARTS]
    rows = [
        _plain_row(world, query, analytics_figure, style)
        for analytics_figure in figures
        if analytics_figure.value is not None
    ]
    return _grid_answer(world, query, headers, [] if style.skip_data else rows, style)


def _plain_row(world: VisibleWorld, query: Query, analytics_figure: AnalyticsFigure, style: Style) -> list[str]:
    keys = [
        _key_in_scheme(world, query, dim, key, style.scheme)
        for dim, key in zip(query.dims, analytics_figure.keys, strict=True)
    ]
    row = [*keys, _value_text(analytics_figure, style)]
    if style.parts:
        factor = analytics_figure.item.indicator.scale
        out_of = Decimal(1) if analytics_figure.out_of is None else analytics_figure.out_of
        row += [
            _decimal_text(analytics_figure.count),
            _decimal_text(out_of),
            _decimal_text(Decimal(factor)),
            str(factor),
            "1",
        ]
    return row


def pivot_grid(
    world: VisibleWorld,
    query: Query,
    figures: Sequence[AnalyticsFigure],
    style: Style,
    columns: Sequence[str],
    rows: Sequence[str],
) -> Grid:
    """A table: one line for each combination of ``rows``, one column for each of ``columns``."""
    if sorted((*columns, *rows)) != sorted(query.dims) or not rows:
        raise conflict_refusal("E7126", "Columns and rows must name every dimension of the query once")
    across, down = _key_combinations(query, columns), _key_combinations(query, rows)
    headers = [header for dim in rows for header in _pivot_headers(dim)]
    for keys in across:
        words = " ".join(_key_name(world, query, dim, key) for dim, key in zip(columns, keys, strict=True)) or "Value"
        headers.append(_number_header(words, words))
    values = {
        _figure_keys(query, analytics_figure, (*rows, *columns)): _value_text(analytics_figure, style)
        for analytics_figure in figures
        if analytics_figure.value is not None
    }
    lines = []
    for keys in down:
        line = [values.get((*keys, *other), "") for other in across]
        if any(line) or not style.hide_empty_rows:
            lines.append(
                [cell for dim, key in zip(rows, keys, strict=True) for cell in _key_cells(world, query, dim, key)]
            )
            lines[-1] += line
    return {"title": "", "subtitle": "", **_grid_answer(world, query, headers, [] if style.skip_data else lines, style)}


def _key_combinations(query: Query, dims: Sequence[str]) -> list[tuple[str, ...]]:
    combinations: list[tuple[str, ...]] = [()]
    for dim in dims:
        combinations = [(*before, key) for before in combinations for key in query.keys(dim)]
    return combinations


def _figure_keys(query: Query, analytics_figure: AnalyticsFigure, dims: Sequence[str]) -> tuple[str, ...]:
    keys = dict(zip(query.dims, analytics_figure.keys, strict=True))
    return tuple(keys[dim] for dim in dims)


def _pivot_headers(dim: str) -> list[dict[str, Any]]:
    name, words = PIVOT_NAMES[dim], NAMES[dim]
    return [
        _header_cell(f"{name}id", f"{words} ID", hidden=True),
        _header_cell(f"{name}name", words),
        _header_cell(f"{name}code", f"{words} code", hidden=True),
        _header_cell(f"{name}description", f"{words} description", hidden=True),
    ]


def _key_cells(world: VisibleWorld, query: Query, dim: str, key: str) -> list[str]:
    return [key, _key_name(world, query, dim, key), _key_in_scheme(world, query, dim, key, "CODE"), ""]


def _header_cell(name: str, column: str, *, hidden: bool = False) -> dict[str, Any]:
    words = {"name": name, "column": column, "valueType": "TEXT", "type": "java.lang.String"}
    return {**words, "hidden": hidden, "meta": True}


def _number_header(name: str, column: str) -> dict[str, Any]:
    words = {"name": name, "column": column, "valueType": "NUMBER", "type": "java.lang.Double"}
    return {**words, "hidden": False, "meta": False}


def _value_text(analytics_figure: AnalyticsFigure, style: Style) -> str:
    value = analytics_figure.value if style.skip_rounding else analytics_figure.rounded()
    return "" if value is None else _decimal_text(value)


def _decimal_text(value: Decimal) -> str:
    """A number as Java writes a double: always with a point."""
    text = f"{value:f}"
    text = text.rstrip("0") if "." in text else f"{text}."
    return f"{text}0" if text.endswith(".") else text


def _key_name(world: VisibleWorld, query: Query, dim: str, key: str) -> str:
    if dim == DX:
        item = query.data[key]
        return name_of({"name": item.name, "name_en": item.name_en})
    return name_in_language(query.units[key]) if dim == OU else timing.dhis_period_name(query.periods[key])


def _key_in_scheme(world: VisibleWorld, query: Query, dim: str, key: str, scheme: str) -> str:
    if scheme == "CODE" and dim != PE:
        return query.data[key].code if dim == DX else query.units[key].ref
    return _key_name(world, query, dim, key) if scheme == "NAME" else key


def _grid_answer(
    world: VisibleWorld, query: Query, headers: list[dict[str, Any]], rows: list[list[str]], style: Style
) -> Grid:
    meta = {} if style.skip_meta else {"metaData": _grid_metadata(world, query, style)}
    size = {"width": len(headers) if rows else 0, "height": len(rows), "headerWidth": len(headers)}
    return {"headers": headers, **meta, "rows": rows, **size}


def _grid_metadata(world: VisibleWorld, query: Query, style: Style) -> dict[str, Any]:
    items: dict[str, dict[str, Any]] = {dim: {"name": NAMES[dim]} for dim in (DX, OU, PE)}
    for dim in (DX, OU, PE):
        for key in query.keys(dim):
            items[key] = {
                "uid": key,
                "name": _key_name(world, query, dim, key),
                "dimensionItemType": _dimension_kind(dim),
            }
            if dim != PE:
                items[key]["code"] = _key_in_scheme(world, query, dim, key, "CODE")
    for depth in sorted({world.depth(node) for node in query.units.values()}):
        items[uid("level", str(depth))] = {"uid": uid("level", str(depth)), "name": f"LEVEL-{depth}"}
    values: dict[str, Any] = {"items": items, "dimensions": {**{dim: query.keys(dim) for dim in NAMES}, "co": []}}
    return values | _unit_hierarchy(world, query) if style.hierarchy else values


def _dimension_kind(dim: str) -> str:
    return {DX: "INDICATOR", OU: "ORGANISATION_UNIT", PE: "PERIOD"}[dim]


def _unit_hierarchy(world: VisibleWorld, query: Query) -> dict[str, Any]:
    above = {
        key: [world.unit_codes[unit_node.ref] for unit_node in world.path(node)[:-1]]
        for key, node in query.units.items()
    }
    return {"ouHierarchy": {key: "/".join(path) for key, path in above.items()}}
