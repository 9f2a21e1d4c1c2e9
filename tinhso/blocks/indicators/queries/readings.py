"""Reading a snapshot: numbers with count, out-of, period, status and completeness, as far as one may see them."""

from collections.abc import Iterable, Sequence

from tinhso.blocks.indicators.contract import Audience, Indicator
from tinhso.blocks.indicators.queries.cells import Reading, newest_number, read, read_latest
from tinhso.blocks.indicators.queries.release import release


def series(
    indicator: Indicator,
    unit: str,
    *,
    to: Audience,
    basis: str = "published",
    kind: str = "",
    family: tuple[str, str] = ("", ""),
    snapshot: int | None = None,
) -> tuple[Reading, ...]:
    """All readings of one unit in the order of time; ``kind`` defaults to the indicator's own period."""
    where = "target = ? AND basis = ? AND dim = ? AND member = ? AND period_type = ? ORDER BY period"
    arguments = (unit, basis, *family, kind or indicator.period)
    return release(read(snapshot or newest_number(), indicator, where, arguments), to)


def across(
    indicator: Indicator,
    units: Iterable[str],
    period: str,
    *,
    to: Audience,
    basis: str = "published",
    family: tuple[str, str] = ("", ""),
    snapshot: int | None = None,
) -> tuple[Reading, ...]:
    """Readings of many units for one period."""
    where = "period = ? AND basis = ? AND dim = ? AND member = ? AND target IN (SELECT unnest(?))"
    arguments = (period, basis, *family, tuple(sorted(units)))
    return release(read(snapshot or newest_number(), indicator, where, arguments), to)


def breakdown(
    indicator: Indicator,
    unit: str,
    period: str,
    *,
    to: Audience,
    basis: str = "published",
    snapshot: int | None = None,
) -> tuple[Reading, ...]:
    """Readings of one unit and period for every member of the indicator's families."""
    where = "target = ? AND period = ? AND basis = ? AND dim IN (SELECT unnest(?)) ORDER BY dim, member"
    if not indicator.by:
        return ()
    arguments = (unit, period, basis, tuple(indicator.by))
    return release(read(snapshot or newest_number(), indicator, where, arguments), to)


def latest(
    indicators: Sequence[Indicator],
    unit: str,
    *,
    to: Audience,
    basis: str = "published",
    last: int = 13,
    snapshot: int | None = None,
) -> dict[str, tuple[Reading, ...]]:
    """The last few readings of many indicators for one unit, one scan per fact: what the wall and lists show."""
    found = read_latest(snapshot or newest_number(), tuple(indicators), unit, basis, last)
    return {code: release(readings, to) for code, readings in found}
