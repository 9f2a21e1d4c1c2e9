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


def centre_of(at: SnapshotFrame, unit_view: UnitView) -> Centre:
    """The centre of one unit."""
    watched = [indicator for code in at.catalogue.domains for indicator in watched_in(at, code)]
    reading_views_by_key = all_shown(at, unit_view, watched)
    sections, blank = [], []
    for code, domain in at.catalogue.domains.items():
        mine = [
            reading_views_by_key[indicator.code]
            for indicator in watched_in(at, code)
            if reading_views_by_key[indicator.code].reading is not None
        ]
        if mine:
            first, *rest = mine
            sections.append(
                CentreSection(domain, (_ranked_standing(at, unit_view, first), *map(IndicatorStanding, rest)))
            )
        else:
            blank.append(domain)
    unit = units.by_ref(unit_view.unit.ref)
    came_from, became = units.history_of(unit)
    return Centre(
        unit=unit,
        sections=tuple(sections),
        blank=tuple(blank),
        became=list(became),
        came_from=list(came_from),
        parts=tuple(at.places.below(unit_view.unit, _centre_day(at, unit_view))),
        above=tuple(at.places.above(unit_view.unit)[:-1]),
    )


def _centre_day(at: SnapshotFrame, unit_view: UnitView) -> date:
    """Today, or the last day of a unit that is no more."""
    return at.places.day if unit_view.unit.valid(at.places.day) else unit_view.unit.end - timedelta(days=1)


def _ranked_standing(at: SnapshotFrame, unit_view: UnitView, reading_view: ReadingView) -> IndicatorStanding:
    commune = at.catalogue.facts[reading_view.indicator.fact].level == "commune"
    if (
        unit_view.unit.level != Level.COMMUNE
        or reading_view.value is None
        or reading_view.reading is None
        or not commune
    ):
        return IndicatorStanding(reading_view)
    return IndicatorStanding(reading_view, *rank_in(at, reading_view.indicator, unit_view, reading_view.reading))
