"""Where each unit's figures go: to itself and its ancestors as they were, as they are, or as they were once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tinhso.blocks.units.models import Level, Unit
from tinhso.blocks.units.queries.succession import WHOLE, Share, SuccessionEdges, shares_on_day
from tinhso.blocks.units.queries.tree import Tree, UnitNode, all_nodes, tree_of_nodes

PUBLISHED, CURRENT, OLD = REACH_KINDS = ("published", "current", "old")


@dataclass(frozen=True)
class ReachRow:
    """Figures of ``source`` count towards ``target`` on ``basis``; share None means that it is not known how much."""

    basis: str
    source: str
    target: str
    share: Share


@dataclass(frozen=True)
class Reach:
    """All reach rows, and the leaves that should report for a target on a day."""

    rows: tuple[ReachRow, ...]
    nodes: Mapping[str, UnitNode]

    def sources(self) -> dict[tuple[str, str], list[UnitNode]]:
        """(basis, target) → administrative units whose figures count towards it."""
        unit_nodes_by_key: dict[tuple[str, str], list[UnitNode]] = defaultdict(list)
        for row in self.rows:
            if self.nodes[row.source].level != Level.AGENCY:
                unit_nodes_by_key[row.basis, row.target].append(self.nodes[row.source])
        return dict(unit_nodes_by_key)


def reach_rows(*, today: date, old_day: date, known_at: datetime | None = None) -> Reach:
    """Reach of every unit on the three bases, as known at ``known_at``."""
    nodes = all_nodes(known_at=known_at)
    every = tree_of_nodes(nodes)
    succession = SuccessionEdges.known_edges(known_at)
    rows = [
        ReachRow(PUBLISHED, node.ref, every.nodes[up].ref, WHOLE) for node in nodes for up in every.ancestors(node.pk)
    ]
    for basis, day in ((CURRENT, today), (OLD, old_day)):
        for node in nodes:
            rows += _rows_of_unit(basis, node, day, every, succession)
    return Reach(tuple(rows), {node.ref: node for node in nodes})


def _rows_of_unit(
    basis: str, node: UnitNode, day: date, every: Tree, succession: SuccessionEdges
) -> Iterator[ReachRow]:
    """Rows for one unit: a target that all its parts lie under takes the whole, even where the parts are not known."""
    parts = shares_on_day(node, day, every.nodes, succession)
    under: dict[int, list[Share]] = defaultdict(list)
    for target, share in parts.items():
        for up in every.ancestors(target):
            under[up].append(share)
    for up, shares in under.items():
        covers_unit = len(shares) == len(parts)
        yield ReachRow(basis, node.ref, every.nodes[up].ref, WHOLE if covers_unit else _sum_of_shares(shares))


def _sum_of_shares(shares: list[Share]) -> Share:
    return None if None in shares else sum((share for share in shares if share is not None), Decimal(0))


def reach_of(unit: Unit) -> frozenset[int]:
    """Keys of the units that a post at ``unit`` reaches: its subtree, and whatever became of or preceded any of these.

    Succession is followed to units that belong to the subtree at the end only: a commune that was cut from a neighbour
    brings the neighbour's past along, not its present.
    """
    nodes = all_nodes()
    every = tree_of_nodes(nodes)
    succession = SuccessionEdges.known_edges()
    inside = set(every.subtree(unit.pk))
    for later in _reachable_keys(inside, {key: list(value) for key, value in succession.after.items()}):
        if all(old in inside for old in succession.before.get(later, ())):
            inside.update(every.subtree(later))
    past = _reachable_keys(inside, {key: list(value) for key, value in succession.before.items()})
    return frozenset(inside | past)


def _reachable_keys(start: set[int], edges: Mapping[int, list[int]]) -> set[int]:
    reached_keys: set[int] = set()
    waiting = list(start)
    while waiting:
        for step in edges.get(waiting.pop(), []):
            if step not in reached_keys and step not in start:
                reached_keys.add(step)
                waiting.append(step)
    return reached_keys
