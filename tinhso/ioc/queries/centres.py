"""A unit's own centre: its numbers in every domain, its rank among its peers, its past and its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tinhso.blocks.indicators.models import Domain
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.blocks.units.queries import Node
from tinhso.ioc.queries.communes import rank_in
from tinhso.ioc.queries.frame import Frame, View
from tinhso.ioc.queries.shown import Shown
from tinhso.ioc.queries.wall import all_shown, watched_in
from tinhso.ui.wording import named


@dataclass(frozen=True)
class Standing:
    """One indicator of the unit, with its rank among ``of`` peers (0 where it has none)."""

    shown: Shown
    rank: int = 0
    of: int = 0


@dataclass(frozen=True)
class Section:
    """A domain with the unit's watched indicators, the first one ranked."""

    domain: Domain
    standings: tuple[Standing, ...]

    @property
    def name(self) -> str:
        """The domain's name in the reader's language."""
        return named(self.domain)


@dataclass(frozen=True)
class Centre:
    """All that a unit's page shows; ``blank`` are domains of which the unit has no figure."""

    unit: Unit
    sections: tuple[Section, ...]
    blank: tuple[Domain, ...]
    became: Sequence[Succession]
    came_from: Sequence[Succession]
    parts: tuple[Node, ...]
    above: tuple[Node, ...]


def centre(at: Frame, seen: View) -> Centre:
    """The centre of one unit."""
    watched = [one for code in at.catalogue.domains for one in watched_in(at, code)]
    found = all_shown(at, seen, watched)
    sections, blank = [], []
    for code, domain in at.catalogue.domains.items():
        mine = [found[one.code] for one in watched_in(at, code) if found[one.code].reading is not None]
        if mine:
            first, *rest = mine
            sections.append(Section(domain, (_ranked(at, seen, first), *map(Standing, rest))))
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
        parts=tuple(at.places.below(seen.unit, _day(at, seen))),
        above=tuple(at.places.above(seen.unit)[:-1]),
    )


def _day(at: Frame, seen: View) -> date:
    """Today, or the last day of a unit that is no more."""
    return at.places.day if seen.unit.valid(at.places.day) else seen.unit.end - timedelta(days=1)


def _ranked(at: Frame, seen: View, one: Shown) -> Standing:
    commune = at.catalogue.facts[one.indicator.fact].level == "commune"
    if seen.unit.level != Level.COMMUNE or one.value is None or one.reading is None or not commune:
        return Standing(one)
    return Standing(one, *rank_in(at, one.indicator, seen, one.reading))
