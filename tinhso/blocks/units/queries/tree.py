"""The tree of units as plain data: one read, then answers from memory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tinhso.blocks.units.models import Level, Unit
from tinhso.blocks.units.queries.lookup import known_at_moment

OPEN_START, OPEN_END = date.min, date.max


@dataclass(frozen=True)
class UnitNode:
    """One legal existence: valid from ``start`` up to, not including, ``end``."""

    pk: int
    ref: str
    code: str
    name: str
    type: str
    level: int
    parent: int | None
    start: date
    end: date
    name_en: str = ""

    def valid(self, day: date) -> bool:
        """Whether it existed on ``day``."""
        return self.start <= day < self.end


@dataclass(frozen=True)
class Tree:
    """Units with their children and ancestors; agencies hang below the unit they serve."""

    nodes: dict[int, UnitNode]
    below: dict[int, list[int]] = field(default_factory=dict)

    def children(self, pk: int) -> list[int]:
        """Units directly below."""
        return self.below.get(pk, [])

    def subtree(self, pk: int) -> list[int]:
        """The unit itself and everything below it."""
        unit_keys, waiting = [], [pk]
        while waiting:
            current = waiting.pop()
            unit_keys.append(current)
            waiting.extend(self.children(current))
        return unit_keys

    def ancestors(self, pk: int) -> list[int]:
        """The unit itself, then its parents up to the top."""
        return [node.pk for node in self._upwards(pk)]

    def _upwards(self, pk: int) -> Iterator[UnitNode]:
        node = self.nodes.get(pk)
        while node is not None:
            yield node
            node = self.nodes.get(node.parent) if node.parent is not None else None

    def communes(self, pk: int | None = None) -> list[UnitNode]:
        """All communes (of one unit, when given)."""
        inside = self.subtree(pk) if pk is not None else self.nodes
        return [self.nodes[key] for key in inside if self.nodes[key].level == Level.COMMUNE]

    def leaves(self) -> list[UnitNode]:
        """Administrative units without administrative units below them."""
        parents = {node.parent for node in self.nodes.values() if node.level != Level.AGENCY}
        return [node for node in self.nodes.values() if node.pk not in parents and node.level != Level.AGENCY]

    def by_ref(self, ref: str) -> UnitNode | None:
        """The node with a public reference."""
        return next((node for node in self.nodes.values() if node.ref == ref), None)


def all_nodes(*, known_at: datetime | None = None) -> list[UnitNode]:
    """Every legal existence, as known at ``known_at``, in the order of level and name.

    A corrected unit keeps its key: what was formerly known of it is kept in rows of their own, found by reference.
    """
    rows = Unit.objects.filter(known_at_moment(known_at)).order_by("level", "sort_key")
    columns = ("pk", "ref", "code", "name", "type", "level", "parent_id", "valid", "name_en")
    nodes = [_node_of_row(*row) for row in rows.values_list(*columns)]
    if known_at is None:
        return nodes
    live = dict(Unit.objects.filter(known_at_moment()).values_list("ref", "pk"))
    return [replace(node, pk=live.get(node.ref, node.pk)) for node in nodes]


def _node_of_row(
    pk: int, ref: str, code: str, name: str, type_: str, level: int, parent: int | None, valid: object, name_en: str
) -> UnitNode:
    start, end = getattr(valid, "lower", None), getattr(valid, "upper", None)
    return UnitNode(pk, ref, code, name, type_, level, parent, start or OPEN_START, end or OPEN_END, name_en)


def tree_of_nodes(nodes: Iterable[UnitNode]) -> Tree:
    """A tree of ``nodes``, kept in their order."""
    unit_nodes_by_key = {node.pk: node for node in nodes}
    below: dict[int, list[int]] = defaultdict(list)
    for node in unit_nodes_by_key.values():
        if node.parent is not None:
            below[node.parent].append(node.pk)
    return Tree(unit_nodes_by_key, dict(below))


def tree(day: date, *, known_at: datetime | None = None) -> Tree:
    """The tree of ``day``, as known at ``known_at``."""
    return tree_of_nodes(node for node in all_nodes(known_at=known_at) if node.valid(day))
