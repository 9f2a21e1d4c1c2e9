"""Two indicators of one quantity from two sources, side by side: do they say the same of the same places and month?

Only like is compared with like: where one source covers other communes than the other, or the month is not over, there
is no difference to tell, but what each of them covers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Audience, Indicator
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.queries.catalogue import catalogue
from tinhso.blocks.indicators.queries.cells import Reading
from tinhso.blocks.indicators.queries.readings import reading_series, readings_across
from tinhso.blocks.indicators.queries.release import audience_of
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import SuccessionEdges, Tree, UnitNode, all_nodes
from tinhso.blocks.units.queries.tree import tree_of_nodes
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor

Covered = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Side:
    """One source's reading, and of which communes it tells (``of`` many there are); ``whole``: it tells of the unit as
    one, not commune by commune."""

    reading: Reading
    communes: frozenset[str]
    of: int
    whole: bool

    @property
    def is_full(self) -> bool:
        """Whether it tells of the whole unit."""
        return self.whole or len(self.communes) == self.of

    @property
    def words(self) -> str:
        """What it covers."""
        if self.whole:
            return _("cả địa bàn")
        return _("%(some)s/%(all)s xã, phường") % {"some": len(self.communes), "all": self.of}


@dataclass(frozen=True)
class ReadingPair:
    """Both indicators, and what each says of the last month that both have; ``over``: whether that month had ended when
    it was read."""

    first: Indicator
    second: Indicator
    place: str
    one: Side
    other: Side
    over: bool

    @property
    def left(self) -> Reading:
        """The reading of the first."""
        return self.one.reading

    @property
    def right(self) -> Reading:
        """The reading of the second."""
        return self.other.reading

    @property
    def why_not(self) -> str:
        """Why the two cannot be compared; empty where they can."""
        if not self.over:
            return _("kỳ chưa hết")
        if (self.one.is_full and self.other.is_full) or (
            self.one.communes == self.other.communes and self.one.whole == self.other.whole
        ):
            return ""
        part = [
            words % {"what": side.words}
            for words, side in ((_("báo cáo mới có %(what)s"), self.one), (_("sổ mới có %(what)s"), self.other))
            if not side.is_full
        ]
        return ", ".join(part)

    @property
    def difference(self) -> Decimal:
        """How much more the second says."""
        return (self.right.value or Decimal(0)) - (self.left.value or Decimal(0))

    @property
    def agrees(self) -> bool:
        """Whether both tell of the same and print the same."""
        return not self.why_not and round(self.difference, self.first.decimals) == 0


def compare_pairs(
    codes: Sequence[tuple[str, str]], by: Actor, *, at: Iterable[tuple[str, str]] = (), covered: Covered | None = None
) -> list[ReadingPair]:
    """Pairs of indicators: for the province in the last month that both know, and before that for each of ``at``
    (unit, month).

    ``covered``: refs of the units for which a fact is kept in full, by the fact's code; a fact that is not there covers
    the communes of which it has figures. A pair of which an indicator or a common month is missing is left out.
    """
    places = _Places.known_places(covered or {})
    if places is None:
        return []
    to = audience_of(by)
    reading_pairs = [
        _compared_pair(first_code, other, unit, period, to, places)
        for unit, period in (*at, (places.home, ""))
        for first_code, other in codes
    ]
    return [pair for pair in reading_pairs if pair is not None]


@dataclass(frozen=True)
class _Places:
    """The newest snapshot and its day, units that are and were, the province of today, communes for which a fact is
    kept in full."""

    number: int
    read_on: date
    every: Tree
    home: str
    covered: Mapping[str, frozenset[int]]

    @staticmethod
    def known_places(covered: Covered) -> "_Places | None":
        newest = Snapshot.objects.order_by("-number").values_list("number", "at").first()
        if newest is None:
            return None
        nodes, today = all_nodes(), clock.today()
        every = tree_of_nodes(nodes)
        home = next(
            (unit_node.ref for unit_node in nodes if unit_node.level == Level.PROVINCE and unit_node.valid(today)), ""
        )
        succession = SuccessionEdges.known_edges() if covered else SuccessionEdges.of([])
        full = {fact: _inheriting_communes(every, refs, succession) for fact, refs in covered.items()}
        return _Places(newest[0], clock.local(newest[1]).date(), every, home, full)

    def communes(self, unit: UnitNode, day: date) -> list[UnitNode]:
        return [unit_node for unit_node in self.every.communes(unit.pk) if unit_node.valid(day)]


def _inheriting_communes(every: Tree, refs: Iterable[str], succession: SuccessionEdges) -> frozenset[int]:
    """Communes of these units, and communes that came of nothing but such."""
    tops = [node.pk for ref in refs if (node := every.by_ref(ref))]
    full = {pk for top in tops for pk in every.subtree(top)}
    for node in sorted(every.nodes.values(), key=lambda unit_node: unit_node.start):
        before = succession.before.get(node.pk, frozenset())
        if before and node.level == Level.COMMUNE and before <= full:
            full.add(node.pk)
    return frozenset(full)


def _compared_pair(one: str, other: str, unit: str, period: str, to: Audience, places: _Places) -> ReadingPair | None:
    indicators_by_key, node = catalogue().indicators, places.every.by_ref(unit)
    if one not in indicators_by_key or other not in indicators_by_key or node is None:
        return None
    left = {
        reading.period: reading
        for reading in reading_series(indicators_by_key[one], unit, to=to, snapshot=places.number)
        if reading.value is not None
    }
    right = {
        reading.period: reading
        for reading in reading_series(indicators_by_key[other], unit, to=to, snapshot=places.number)
        if reading.value is not None
    }
    common = [text for text in left if text in right and period in ("", text)]
    if not common:
        return None
    last, end = max(common), periods.parse(max(common)).end
    communes = places.communes(node, end)
    first, second = (_pair_side(reading, communes, to, places) for reading in (left[last], right[last]))
    return ReadingPair(
        indicators_by_key[one], indicators_by_key[other], node.name, first, second, over=end < places.read_on
    )


def _pair_side(reading: Reading, communes: Sequence[UnitNode], to: Audience, places: _Places) -> Side:
    full = places.covered.get(reading.indicator.fact)
    if full is not None:
        return Side(
            reading,
            frozenset(unit_node.ref for unit_node in communes if unit_node.pk in full),
            len(communes),
            whole=False,
        )
    refs = [unit_node.ref for unit_node in communes]
    readings = readings_across(reading.indicator, refs, reading.period, to=to, snapshot=places.number)
    reporting_units = frozenset(
        commune_reading.unit
        for commune_reading in readings
        if commune_reading.count is not None or commune_reading.hidden
    )
    return Side(reading, reporting_units, len(communes), whole=not reporting_units)
