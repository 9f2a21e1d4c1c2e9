"""Reading a snapshot: numbers with count, out-of, period, status and completeness, as far as one may see them."""

from collections.abc import Iterable, Mapping, Sequence

from tinhso.blocks.indicators.contract import Audience, Indicator
from tinhso.blocks.indicators.queries.cells import Reading, newest_number, read_at, read_last, read_line, read_members
from tinhso.blocks.indicators.queries.laid_open import CellLine
from tinhso.blocks.indicators.queries.release import release_readings

Family = tuple[str, str]
Courses = Mapping[tuple[str, Family, str], tuple[Reading, ...]]


def reading_series(
    indicator: Indicator,
    unit: str,
    *,
    to: Audience,
    basis: str = "published",
    kind: str = "",
    family: Family = ("", ""),
    snapshot: int | None = None,
) -> tuple[Reading, ...]:
    """All readings of one unit in the order of time; ``kind`` defaults to the indicator's own period."""
    line = CellLine(basis, *family, kind or indicator.period, unit)
    return release_readings(read_line(snapshot or newest_number(), indicator, line), to)


def readings_across(
    indicator: Indicator,
    units: Iterable[str],
    period: str,
    *,
    to: Audience,
    basis: str = "published",
    family: Family = ("", ""),
    snapshot: int | None = None,
) -> tuple[Reading, ...]:
    """Readings of many units for one period."""
    lines = [CellLine(basis, *family, "", unit) for unit in sorted(units)]
    return release_readings(read_at(snapshot or newest_number(), indicator, lines, period), to)


def reading_breakdown(
    indicator: Indicator,
    unit: str,
    period: str,
    *,
    to: Audience,
    basis: str = "published",
    snapshot: int | None = None,
) -> tuple[Reading, ...]:
    """Readings of one unit and period for every member of the indicator's families."""
    return release_readings(read_members(snapshot or newest_number(), indicator, unit, period, basis), to)


def latest_readings(
    indicators: Sequence[Indicator],
    unit: str,
    *,
    to: Audience,
    basis: str = "published",
    last: int = 13,
    snapshot: int | None = None,
) -> dict[str, tuple[Reading, ...]]:
    """The last few readings of many indicators for one unit, one search a fact: what the wall and lists show."""
    readings_by_key = read_last(snapshot or newest_number(), indicators, unit, basis, last)
    return {code: release_readings(readings, to) for code, readings in readings_by_key.items()}


def reading_courses(
    parts: Sequence[tuple[Indicator, Family]],
    units: Iterable[str],
    *,
    to: Audience,
    kind: str,
    basis: str = "published",
    snapshot: int | None = None,
) -> Courses:
    """All readings of ``kind`` periods in the order of time, by (code, (dimension, member), unit)."""
    number = snapshot or newest_number()
    readings_by_key = {
        (indicator.code, family, unit): reading_series(
            indicator, unit, to=to, basis=basis, kind=kind, family=family, snapshot=number
        )
        for indicator, family in parts
        for unit in sorted(set(units))
    }
    return {key: readings for key, readings in readings_by_key.items() if readings}
