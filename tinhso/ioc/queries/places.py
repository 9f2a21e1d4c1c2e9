"""Units as the operations centre needs them: all of them in memory, where figures come from, where to start."""

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from cachetools import TTLCache
from django.db.models import Count, Max, Q

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.blocks.units.queries import Tree, UnitNode
from tinhso.blocks.units.queries.tree import tree_of_nodes
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel import clock, province
from tinhso.kernel.actor import Actor
from tinhso.kernel.province import Units

PUBLISHED, CURRENT, OLD = BASES = units.REACH_KINDS


LOOK_AGAIN = 2.0  # seconds for which a page trusts what it last saw


@dataclass(frozen=True)
class UnitSource:
    """A unit whose figures count towards another; ``share`` None: it is not known how much of them."""

    node: UnitNode
    share: Decimal | None


@dataclass(frozen=True)
class Places:
    """Every unit that ever was, the tree of today, and for each basis which units make up which."""

    version: tuple[int, int, int]
    day: date
    every: Tree
    today: Tree
    by_ref: Mapping[str, UnitNode]
    sources: Mapping[tuple[str, str], tuple[UnitSource, ...]]
    home: UnitNode | None
    old: UnitNode | None
    old_day: date

    def bases(self, ref: str) -> list[str]:
        """The bases on which there can be figures of a unit."""
        return [basis for basis in BASES if (basis, ref) in self.sources]

    def day_of(self, basis: str, moment: date) -> date:
        """The day whose units a basis uses for figures of ``moment``."""
        return {CURRENT: self.day, OLD: self.old_day}.get(basis, moment)

    def below(self, node: UnitNode, day: date) -> list[UnitNode]:
        """The administrative units directly below ``node`` on ``day``, in the order of their names."""
        unit_nodes = (self.every.nodes[key] for key in self.every.children(node.pk))
        return [child for child in unit_nodes if child.valid(day) and child.level != Level.AGENCY]

    def communes(self, node: UnitNode, day: date) -> list[UnitNode]:
        """The communes of ``node`` on ``day``, in the order of their names."""
        inside = set(self.every.subtree(node.pk))
        return [
            unit_node
            for unit_node in self.every.nodes.values()
            if unit_node.pk in inside and unit_node.level == Level.COMMUNE and unit_node.valid(day)
        ]

    def above(self, node: UnitNode) -> list[UnitNode]:
        """The units that hold ``node``, from the top down, itself last."""
        return [self.every.nodes[key] for key in reversed(self.every.ancestors(node.pk))]

    def changes(self, basis: str, ref: str) -> list[date]:
        """The days on which the units behind a unit's figures were rearranged."""
        days: set[date] = set()
        for source in self.sources.get((basis, ref), ()):
            if source.node.level != Level.AGENCY:
                days |= {source.node.start, source.node.end}
        return sorted(days - {date.min, date.max})

    def parted(self, basis: str, ref: str, first: date, last: date) -> list[UnitNode]:
        """Units of those days of which it is not known how much belongs to ``ref``."""
        return [
            source.node
            for source in self.sources.get((basis, ref), ())
            if source.share is None and source.node.start <= last and first < source.node.end
        ]

    def default_for(self, actor: Actor) -> UnitNode | None:
        """Where ``actor`` starts: the highest unit of today that their posts reach, else the province's choice."""
        reached = actor.places(SEE_INDICATORS)
        mine = [node for node in self.today.nodes.values() if node.pk in reached and node.level != Level.AGENCY]
        return min(mine, key=lambda node: node.level, default=None) or self.home

    def offered(self) -> list[UnitNode]:
        """The units a page offers to choose from: those of today, then the former province and its districts."""
        former = [] if self.old is None else [self.old, *self.below(self.old, self.old_day)]
        current = [node for node in self.today.nodes.values() if node.level != Level.AGENCY]
        return [*current, *(node for node in former if node not in current)]


_seen: TTLCache[tuple[date, datetime | None], Places] = TTLCache(maxsize=8, ttl=LOOK_AGAIN)
_guard = threading.Lock()


def known_places(known_at: datetime | None = None) -> Places:
    """All units as known now (or at ``known_at``, on that day); kept in memory until a unit or an outline is added or
    corrected, a day at most. Whether one was is asked every two seconds."""
    key = (clock.today(), known_at)
    with _guard:
        places = _seen.get(key)
    if places is None:
        places = _look_up_places(known_at)
        with _guard:
            _seen[key] = places
    return places


def _look_up_places(known_at: datetime | None) -> Places:
    values = Unit.objects.aggregate(
        newest=Max("pk"), outline=Max("boundary__pk"), real=Count("boundary", filter=Q(boundary__schematic=False))
    )
    version = (values["newest"] or 0, values["outline"] or 0, values["real"])
    day = clock.local(known_at).date() if known_at else clock.today()
    return _read_places(version, day, province.facts().units, known_at)


@lru_cache(maxsize=6)
def _read_places(version: tuple[int, int, int], day: date, begin: Units, known_at: datetime | None) -> Places:
    nodes = units.all_nodes(known_at=known_at)
    every, today = tree_of_nodes(nodes), tree_of_nodes(node for node in nodes if node.valid(day))
    by_ref = {node.ref: node for node in nodes}
    provinces = [node for node in today.nodes.values() if node.level == Level.PROVINCE]
    old_day = begin.old_basis_date or day
    return Places(
        version=version,
        day=day,
        every=every,
        today=today,
        by_ref=by_ref,
        sources=_read_sources(day, old_day, by_ref, known_at),
        home=by_ref.get(begin.home_unit_ref or begin.current_province_ref) or next(iter(provinces), None),
        old=by_ref.get(begin.old_province_ref),
        old_day=old_day,
    )


def _read_sources(
    day: date, old_day: date, by_ref: Mapping[str, UnitNode], known_at: datetime | None
) -> dict[tuple[str, str], tuple[UnitSource, ...]]:
    unit_sources_by_key: dict[tuple[str, str], list[UnitSource]] = defaultdict(list)
    for row in units.reach_rows(today=day, old_day=old_day, known_at=known_at).rows:
        unit_sources_by_key[row.basis, row.target].append(UnitSource(by_ref[row.source], row.share))
    return {key: tuple(value) for key, value in unit_sources_by_key.items()}


def forget() -> None:
    """Drop what is kept in memory; for tests, which change the world under it."""
    with _guard:
        _seen.clear()
    _read_places.cache_clear()
