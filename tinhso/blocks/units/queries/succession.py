"""What a unit became, and what it was: exact where units merged whole, *not computable* where a share is unknown."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tinhso.blocks.units.models import Succession as Edge
from tinhso.blocks.units.models import Unit
from tinhso.blocks.units.queries.lookup import known_at_moment
from tinhso.blocks.units.queries.tree import UnitNode

Share = Decimal | None  # None: it is not known how much
WHOLE = Decimal(1)


@dataclass(frozen=True)
class SuccessionEdges:
    """Edges in both directions: ``after[a][b]`` is the part of ``a`` that became (part of) ``b``."""

    after: Mapping[int, Mapping[int, Share]]
    before: Mapping[int, frozenset[int]]

    @staticmethod
    def of(edges: Iterable[tuple[int, int, Share]]) -> "SuccessionEdges":
        """From (before, after, share) triples."""
        after: dict[int, dict[int, Share]] = defaultdict(dict)
        before: dict[int, set[int]] = defaultdict(set)
        for old, new, share in edges:
            after[old][new] = share
            before[new].add(old)
        return SuccessionEdges(dict(after), {key: frozenset(value) for key, value in before.items()})

    @staticmethod
    def known_edges(known_at: datetime | None = None) -> "SuccessionEdges":
        """All edges, as known at ``known_at``."""
        return SuccessionEdges.of(
            Edge.objects.filter(known_at_moment(known_at)).values_list("before_id", "after_id", "share")
        )


def shares_on_day(
    node: UnitNode, day: date, nodes: Mapping[int, UnitNode], succession: SuccessionEdges
) -> dict[int, Share]:
    """How ``node``'s figures spread over the units of ``day``: forward through what it became, or back.

    Returns target key → share. One target takes everything (share 1), whatever the path. With several targets a share
    is given only where every edge on the way has a sourced one; otherwise None: not computable, never a guess. An empty
    mapping means that nothing is known of the unit on that day.
    """
    if node.valid(day):
        return {node.pk: WHOLE}
    shares = (
        _shares_forward(node, day, nodes, succession) if node.end <= day else _shares_back(node, day, nodes, succession)
    )
    return {next(iter(shares)): WHOLE} if len(shares) == 1 else shares


def _shares_forward(
    node: UnitNode, day: date, nodes: Mapping[int, UnitNode], succession: SuccessionEdges
) -> dict[int, Share]:
    total: dict[int, Share] = {}
    edges = succession.after.get(node.pk, {})
    for key, share in edges.items():
        part = WHOLE if len(edges) == 1 else share
        step = nodes[key]
        onward = {key: WHOLE} if step.valid(day) else _shares_forward(step, day, nodes, succession)
        for target, rest in onward.items():
            piece = None if part is None or rest is None else part * rest
            had = total.get(target, Decimal(0))
            total[target] = None if had is None or piece is None else had + piece
    return total


def _shares_back(
    node: UnitNode, day: date, nodes: Mapping[int, UnitNode], succession: SuccessionEdges
) -> dict[int, Share]:
    total: dict[int, Share] = {}
    for key in succession.before.get(node.pk, frozenset()):
        step = nodes[key]
        total |= {key: None} if step.valid(day) else dict.fromkeys(_shares_back(step, day, nodes, succession), None)
    return total


def successors(unit: Unit, day: date) -> list[Unit]:
    """The units of ``day`` that ``unit`` became, through as many steps as there were."""
    units_by_key: dict[int, Unit] = {}
    waiting, visited_keys = [unit], {unit.pk}
    while waiting:
        before = waiting.pop()
        for edge in Edge.objects.filter(before=before, known__upper_inf=True).select_related("after"):
            if is_there(edge.after, day):
                units_by_key[edge.after.pk] = edge.after
            elif edge.after.pk not in visited_keys:
                visited_keys.add(edge.after.pk)
                waiting.append(edge.after)
    return sorted(units_by_key.values(), key=lambda one: bytes(one.sort_key))


def is_there(unit: Unit, day: date) -> bool:
    """Whether a unit stands on a day, by its own dates."""
    lower, upper = unit.valid.lower, unit.valid.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)
