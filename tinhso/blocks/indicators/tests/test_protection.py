"""No small count can be read, nor worked out from what is left: checked by exact linear algebra."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tinhso.blocks.indicators.contract import Indicator, ReadingKind
from tinhso.blocks.indicators.queries.layout import Key, Ties, lay_out
from tinhso.blocks.indicators.queries.protection import Parts, is_small, protected_cells
from tinhso.blocks.indicators.tests import makers

MONTHS = ("2024-01", "2024-02", "2024-03")
COMMUNES = {"a": ("a1", "a2", "a3"), "b": ("b1", "b2")}
MEMBERS = ("desk", "online")
MERGED = {("current", "x"): ("a1", "a2"), ("current", "y"): ("a3", "b1", "b2")}
PATIENTS = replace(makers.FINISHED, smallest=5)
SHARE = replace(makers.ON_TIME, smallest=5)
Table = dict[tuple[str, str, str], Parts]


UNITS = {commune: (commune,) for parts in COMMUNES.values() for commune in parts} | COMMUNES
UNITS |= {"p": tuple(commune for parts in COMMUNES.values() for commune in parts)}
PLACES = {("published", unit): parts for unit, parts in UNITS.items()} | MERGED | {("current", "p"): UNITS["p"]}
TIMES = {month: (month,) for month in MONTHS} | {"2024-Q1": MONTHS, "2024": MONTHS}
KINDS = {("channel", member): (member,) for member in MEMBERS} | {("", ""): MEMBERS}
FINEST = [(unit, month, member) for unit in UNITS["p"] for month in MONTHS for member in MEMBERS]
ORDER = {cell: number for number, cell in enumerate(FINEST)}
FIFTY: Parts = (50, 0)
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


def ties_of_the_country() -> Ties:
    """A province of two districts and five communes, which today are two communes."""
    targets = {unit: [(*place, Decimal(1)) for place, parts in PLACES.items() if unit in parts] for unit in UNITS["p"]}
    siblings = {unit: parts for parts in COMMUNES.values() for unit in parts}
    return Ties(
        {unit: tuple(found) for unit, found in targets.items()},
        {place: frozenset(parts) for place, parts in PLACES.items()},
        siblings,
    )


def added(parts: Iterable[Parts]) -> Parts:
    counts, out_ofs = zip(*parts, strict=True)
    return sum(counts), sum(out_ofs)


def finest_of(key: Key) -> list[tuple[str, str, str]]:
    """What a cell is the sum of."""
    basis, unit, time, dim, member = key
    return [(u, t, m) for u in PLACES[basis, unit] for t in TIMES[time] for m in KINDS[dim, member]]


def cells_of(table: Table) -> dict[Key, Parts]:
    """All cells that readers see of a table by commune, month and member."""
    keys = [(*place, time, *kind) for place in PLACES for time in TIMES for kind in KINDS]
    return {key: added(table[cell] for cell in finest_of(key)) for key in keys}


def can_be_worked_out(cells: dict[Key, Parts], hidden: frozenset[Key]) -> set[Key]:
    """Hidden cells that lie in the span of the visible ones, as sums of what each unit had each month of each kind."""
    basis = _echelon([_as_sum(key) for key in cells if key not in hidden])
    return {key for key in hidden if not _rest(_as_sum(key), basis)}


def _as_sum(key: Key) -> dict[int, Fraction]:
    return {ORDER[cell]: Fraction(1) for cell in finest_of(key)}


def _rest(row: dict[int, Fraction], basis: dict[int, dict[int, Fraction]]) -> dict[int, Fraction]:
    """What is left of a row when the basis has been taken out of it."""
    for pivot in sorted(basis):
        factor = row.get(pivot)
        if factor:
            less = {column: row.get(column, Fraction(0)) - factor * value for column, value in basis[pivot].items()}
            row = {column: value for column, value in (row | less).items() if value}
    return row


def _echelon(rows: list[dict[int, Fraction]]) -> dict[int, dict[int, Fraction]]:
    basis: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        left = _rest(row, basis)
        if left:
            pivot = min(left)
            basis[pivot] = {column: value / left[pivot] for column, value in left.items()}
    return basis


def withheld_of(indicator: Indicator, table: Table) -> tuple[dict[Key, Parts], frozenset[Key], list[Key]]:
    cells = cells_of(table)
    small = [key for key, (count, out_of) in cells.items() if is_small(indicator, count, out_of)]
    known = lay_out(ties_of_the_country(), cells, {"channel": MEMBERS}, stock=False)
    return cells, protected_cells(indicator, cells, small, known), small


COUNTS = st.lists(st.sampled_from([0, 1, 2, 3, 4, 6, 9, 25, 400]), min_size=len(FINEST), max_size=len(FINEST))


@settings(max_examples=60, deadline=None, phases=NO_SHRINKING)
@given(counts=COUNTS)
def test_no_small_count_can_be_worked_out_from_any_sums(counts: list[int]) -> None:
    table: Table = {place: (count, 0) for place, count in zip(FINEST, counts, strict=True)}

    cells, hidden, small = withheld_of(PATIENTS, table)

    assert set(small) <= hidden
    assert not can_be_worked_out(cells, hidden) & set(small)


@settings(max_examples=30, deadline=None, phases=NO_SHRINKING)
@given(counts=COUNTS, more=COUNTS)
def test_nor_can_a_share_that_leaves_but_a_few(counts: list[int], more: list[int]) -> None:
    table: Table = {place: (one, one + two) for place, one, two in zip(FINEST, counts, more, strict=True)}

    cells, hidden, small = withheld_of(SHARE, table)

    assert set(small) <= hidden
    assert not can_be_worked_out(cells, hidden) & set(small)


def test_where_nothing_is_small_nothing_is_withheld() -> None:
    _cells, hidden, small = withheld_of(PATIENTS, dict.fromkeys(FINEST, (7, 0)))

    assert (small, hidden) == ([], frozenset())


def test_one_small_count_takes_only_a_few_with_it() -> None:
    table: Table = dict.fromkeys(FINEST, FIFTY) | {("a1", "2024-02", "desk"): (2, 0)}

    cells, hidden, small = withheld_of(PATIENTS, table)

    assert small == [("published", "a1", "2024-02", "channel", "desk")]
    assert 1 < len(hidden) < len(cells) / 4


def test_what_is_small_is_the_count_the_rest_or_what_it_is_out_of() -> None:
    mean = replace(SHARE, kind=ReadingKind.MEAN)

    assert [is_small(PATIENTS, count, None) for count in (0, 1, 4, 5)] == [False, True, True, False]
    assert [is_small(SHARE, *parts) for parts in ((0, 50), (46, 50), (50, 50), (3, 3))] == [False, True, False, True]
    assert [is_small(mean, Decimal(1), out_of) for out_of in (Decimal(4), Decimal(5))] == [True, False]
