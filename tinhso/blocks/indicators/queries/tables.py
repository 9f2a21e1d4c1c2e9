"""Many indicators for many units over time: one scan of each fact, however many lines a page draws."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from tinhso.blocks.indicators.contract import Audience, Indicator
from tinhso.blocks.indicators.queries.cells import CELL, Reader, Reading, newest_number, reader, reading_of
from tinhso.blocks.indicators.queries.release import release

Family = tuple[str, str]
Part = tuple[Indicator, Family]
Courses = Mapping[tuple[str, Family, str], tuple[Reading, ...]]


def courses(
    parts: Sequence[Part],
    units: Sequence[str],
    *,
    to: Audience,
    kind: str,
    basis: str = "published",
    snapshot: int | None = None,
) -> Courses:
    """All readings of ``kind`` periods in the order of time, by (code, (dimension, member), unit)."""
    found: dict[tuple[str, Family, str], list[Reading]] = {}
    for reading in _read(snapshot or newest_number(), tuple(parts), tuple(sorted(set(units))), basis, kind):
        found.setdefault((reading.indicator.code, (reading.dim, reading.member), reading.unit), []).append(reading)
    return {key: release(readings, to) for key, readings in found.items()}


@lru_cache(maxsize=256)
def _read(number: int, parts: tuple[Part, ...], units: tuple[str, ...], basis: str, kind: str) -> tuple[Reading, ...]:
    opened = reader(number)
    if opened is None or not units:
        return ()
    found: list[Reading] = []
    for fact in {indicator.fact: None for indicator, _family in parts}:
        mine = [part for part in parts if part[0].fact == fact]
        found += _of_fact(opened, fact, mine, units, basis, kind)
    return tuple(found)


def _of_fact(
    opened: Reader, fact: str, parts: Sequence[Part], units: tuple[str, ...], basis: str, kind: str
) -> list[Reading]:
    known = [(one, family, columns) for one, family in parts if (columns := opened.columns(one))]
    if not known:
        return []
    names = sorted({name for _one, _family, columns in known for name in columns if name})
    families = sorted({family for _one, family, _columns in known})
    where = " OR ".join("(dim = ? AND member = ?)" for _family in families)
    cells = opened.rows(
        fact,
        ", ".join((CELL, *names)),
        f"basis = ? AND period_type = ? AND target IN (SELECT unnest(?)) AND ({where}) ORDER BY period",
        (basis, kind, units, *(word for family in families for word in family)),
    )
    place = {name: 10 + n for n, name in enumerate(names)}
    return [
        reading_of(
            one, (*cell[:10], cell[place[columns[0]]], cell[place[columns[1]]] if columns[1] else None), opened.number
        )
        for one, family, columns in known
        for cell in cells
        if (cell[3], cell[4]) == family
    ]


def forget() -> None:
    """Drop what is kept in memory."""
    _read.cache_clear()
