"""Properties of re-aggregation, on histories that hypothesis makes up. No database."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tinhso.blocks.units.queries.succession import Share, SuccessionEdges, shares_on_day
from tinhso.blocks.units.queries.tree import OPEN_END, OPEN_START, UnitNode

FIRST = date(2020, 1, 1)
Edges = list[tuple[int, int, Share]]


def a_node(pk: int, era: int, last: int) -> UnitNode:
    """A commune that lives during one era of a year."""
    start = OPEN_START if era == 0 else FIRST + timedelta(days=365 * era)
    end = OPEN_END if era == last else FIRST + timedelta(days=365 * (era + 1))
    return UnitNode(pk, str(pk), str(pk), f"Xã {pk}", "xa", 3, None, start, end)


@st.composite
def histories(draw: st.DrawFn, *, splits: bool) -> tuple[dict[int, UnitNode], Edges, int]:
    """Eras of communes; each becomes one of the next era, or (when allowed) two, with or without a sourced share."""
    eras = draw(st.integers(2, 4))
    sizes = [draw(st.integers(1, 6)) for _ in range(eras)]
    nodes: dict[int, UnitNode] = {}
    rows: list[list[int]] = []
    for era, size in enumerate(sizes):
        rows.append([len(nodes) + n for n in range(size)])
        nodes |= {pk: a_node(pk, era, eras - 1) for pk in rows[-1]}
    edges: Edges = []
    for before, after in pairwise(rows):
        for pk in before:
            targets = draw(st.lists(st.sampled_from(after), min_size=1, max_size=2 if splits else 1, unique=True))
            if len(targets) == 1:
                edges.append((pk, targets[0], draw(st.sampled_from([None, Decimal(1)]))))
            elif draw(st.booleans()):
                part = draw(st.decimals("0.1", "0.9", places=2))
                edges += [(pk, targets[0], part), (pk, targets[1], 1 - part)]
            else:
                edges += [(pk, target, None) for target in targets]
    return nodes, edges, eras


def last_day(eras: int) -> date:
    """A day in the last era."""
    return FIRST + timedelta(days=365 * (eras - 1) + 100)


def carried(amounts: Mapping[int, int], nodes: dict[int, UnitNode], edges: Edges, day: date) -> dict[int, Share]:
    """Amounts of units carried to the units of ``day``; None where one part is not known."""
    succession = SuccessionEdges.of(edges)
    total: dict[int, Share] = {}
    for pk, amount in amounts.items():
        for target, share in shares_on_day(nodes[pk], day, nodes, succession).items():
            had = total.get(target, Decimal(0))
            total[target] = None if share is None or had is None else had + share * amount
    return total


@given(histories(splits=False), st.data())
def test_whole_mergers_preserve_the_total_exactly(
    history: tuple[dict[int, UnitNode], Edges, int], data: st.DataObject
) -> None:
    nodes, edges, eras = history
    first = [pk for pk, node in nodes.items() if node.start == OPEN_START]
    amounts = {pk: data.draw(st.integers(0, 10**12)) for pk in first}

    total = carried(amounts, nodes, edges, last_day(eras))

    assert None not in total.values()
    assert sum(share for share in total.values() if share is not None) == sum(amounts.values())


@given(histories(splits=True), st.data())
def test_splits_preserve_the_total_where_every_share_is_known_and_are_unknown_otherwise(
    history: tuple[dict[int, UnitNode], Edges, int], data: st.DataObject
) -> None:
    nodes, edges, eras = history
    first = [pk for pk, node in nodes.items() if node.start == OPEN_START]

    for pk in first:
        parts = shares_on_day(nodes[pk], last_day(eras), nodes, SuccessionEdges.of(edges))
        if None not in parts.values():
            assert sum(share for share in parts.values() if share is not None) == 1
        else:
            assert len(parts) > 1


@given(histories(splits=True))
def test_a_unit_carried_to_its_own_day_stays_itself(history: tuple[dict[int, UnitNode], Edges, int]) -> None:
    nodes, edges, eras = history
    succession = SuccessionEdges.of(edges)

    for node in nodes.values():
        if node.end == OPEN_END:
            assert shares_on_day(node, last_day(eras), nodes, succession) == {node.pk: Decimal(1)}


@given(histories(splits=False))
def test_going_back_gives_one_whole_or_says_that_it_is_not_known(
    history: tuple[dict[int, UnitNode], Edges, int],
) -> None:
    nodes, edges, _eras = history
    succession = SuccessionEdges.of(edges)

    for node in nodes.values():
        if node.end == OPEN_END and node.start != OPEN_START:
            parts = shares_on_day(node, FIRST, nodes, succession)
            assert all(share == 1 for share in parts.values()) if len(parts) == 1 else set(parts.values()) <= {None}


def test_a_split_whose_parts_meet_again_is_whole() -> None:
    nodes = {0: a_node(0, 0, 2), 1: a_node(1, 1, 2), 2: a_node(2, 1, 2), 3: a_node(3, 2, 2)}
    edges: Edges = [(0, 1, None), (0, 2, None), (1, 3, None), (2, 3, None)]

    assert shares_on_day(nodes[0], last_day(3), nodes, SuccessionEdges.of(edges)) == {3: Decimal(1)}
