"""A unit's own centre: its numbers in every domain, its rank among its peers, its past and its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tinhso.blocks.indicators.models import Domain
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.communes import rank_in
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.shown import ReadingView
from tinhso.ioc.queries.wall import all_shown, watched_in
from tinhso.ui.wording import name_in_language


@dataclass(frozen=True)
class IndicatorStanding:
    """One indicator of the unit, with its rank among ``of`` peers (0 where it has none)."""

    shown: ReadingView
    rank: int = 0
    of: int = 0


@dataclass(frozen=True)
class CentreSection:
    """A domain with the unit's watched indicators, the first one ranked."""

    domain: Domain
    standings: tuple[IndicatorStanding, ...]

    @property
    def name(self) -> str:
        """The domain's name in the reader's language."""
        return name_in_language(self.domain)


@dataclass(frozen=True)
class Centre:
    """All that a unit's page shows; ``blank`` are domains of which the unit has no figure."""

    unit: Unit
    sections: tuple[CentreSection, ...]
    blank: tuple[Domain, ...]
    became: Sequence[Succession]
    came_from: Sequence[Succession]
    parts: tuple[UnitNode, ...]
    above: tuple[UnitNode, ...]


def centre_of(at: SnapshotFrame, seen: UnitView) -> Centre:
    """The centre of one unit."""
    watched = [one for code in at.catalogue.domains for one in watched_in(at, code)]
    found = all_shown(at, seen, watched)
    sections, blank = [], []
    for code, domain in at.catalogue.domains.items():
        mine = [found[one.code] for one in watched_in(at, code) if found[one.code].reading is not None]
        if mine:
            first, *rest = mine
            sections.append(CentreSection(domain, (_ranked_standing(at, seen, first), *map(IndicatorStanding, rest))))
        else:
            blank.append(domain)
    unit = units.by_ref(seen.unit.ref)
    came_from, became = units.history_of(unit)
    return Centre(
        unit=unit,
        sections=tuple(sections),
        blank=tuple(blank),
        became=list(became),
        came_from=list(came_from),
        parts=tuple(at.places.below(seen.unit, _centre_day(at, seen))),
        above=tuple(at.places.above(seen.unit)[:-1]),
    )


def _centre_day(at: SnapshotFrame, seen: UnitView) -> date:
    """Today, or the last day of a unit that is no more."""
    return at.places.day if seen.unit.valid(at.places.day) else seen.unit.end - timedelta(days=1)


def _ranked_standing(at: SnapshotFrame, seen: UnitView, one: ReadingView) -> IndicatorStanding:
    commune = at.catalogue.facts[one.indicator.fact].level == "commune"
    if seen.unit.level != Level.COMMUNE or one.value is None or one.reading is None or not commune:
        return IndicatorStanding(one)
    return IndicatorStanding(one, *rank_in(at, one.indicator, seen, one.reading))
