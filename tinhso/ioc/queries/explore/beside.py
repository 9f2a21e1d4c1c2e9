"""What stands beside an indicator on its own page: movement of ranks, families as charts, breaks, and notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import SteeringMark
from tinhso.blocks.indicators.queries import CatalogueItem
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.models import Annotation
from tinhso.ioc.queries.annotations import NumberedNote, numbered_notes
from tinhso.ioc.queries.communes import Comparison
from tinhso.ioc.queries.deeds import Deed, chart_marks, lettered_deeds
from tinhso.ioc.queries.explore.breaks import Break, breaks_inside, definition_breaks, unit_breaks
from tinhso.ioc.queries.explore.choice import LINES, RANKING, ExploreChoice
from tinhso.ioc.queries.explore.curves import Brief, Curve, brief_of
from tinhso.ioc.queries.explore.families import page_families
from tinhso.ioc.queries.explore.pictures import ShownChoice, course_text
from tinhso.ioc.queries.explore.ranking import RankedPlace, Ranking, ranking_of
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.indicators import IndicatorPage, IndicatorQuery
from tinhso.kernel import periods

FEWEST = 2  # figures of the period before that make ranks comparable


@dataclass(frozen=True)
class Beside:
    """The parts; ``ranking`` is None where units are not compared."""

    choice: ExploreChoice
    ranking: Ranking | None
    families: tuple[ShownChoice, ...]
    breaks: tuple[Break, ...]
    notes: tuple[NumberedNote, ...]
    told: Brief
    deeds: tuple[Deed, ...] = ()

    @property
    def ranked(self) -> list[RankedPlace]:
        """Units with a figure, best first, with their movement."""
        return self.ranking.ranked if self.ranking else []

    @property
    def compare(self) -> str:
        """The query string that goes on from here to exploring."""
        return self.choice.but(form=LINES)

    @property
    def all_ranks(self) -> str:
        """The same to the whole ranking."""
        return self.choice.but(form=RANKING)

    @property
    def marks(self) -> dict[str, object]:
        """What the chart marks: breaks and notes."""
        return {
            "breaks": [one.spec(self.choice.every) for one in self.breaks],
            "notes": [*(one.spec for one in self.notes), *chart_marks(self.deeds)],
            "finding": course_text(self.told),
            "says": self.told.words,
        }


def page_surroundings(
    at: SnapshotFrame,
    page: IndicatorPage,
    notes: Sequence[Annotation],
    moment: str = "",
    done: Sequence[SteeringMark] = (),
) -> Beside:
    """What the page of an indicator shows beside the number and its course."""
    asked = page.asked
    choice = choice_of(asked, moment)
    first, last = _period_range(page)
    found = [*unit_breaks(at, asked.seen.basis, [asked.seen.unit]), *definition_breaks(at, [asked.indicator.code])]
    return Beside(
        choice=choice,
        ranking=_moved_ranking(at, asked, page.compared) if page.compared else None,
        families=tuple(page_families(at, choice)) if asked.member is None and page.lines else (),
        breaks=tuple(breaks_inside(found, first, last)),
        notes=tuple(numbered_notes(notes, asked.indicator.period)),
        told=brief_of(Curve(_catalogue_item(asked), asked.seen.unit, page.shown.readings)),
        deeds=lettered_deeds(done, asked.indicator.period, first, last),
    )


def choice_of(asked: IndicatorQuery, moment: str) -> ExploreChoice:
    """The same as a choice to explore further."""
    return ExploreChoice(
        items=(_catalogue_item(asked),),
        units=(asked.seen.unit,),
        basis=asked.seen.basis,
        every=asked.indicator.period,
        known_at=moment,
    )


def _catalogue_item(asked: IndicatorQuery) -> CatalogueItem:
    return CatalogueItem(asked.indicator, *asked.member) if asked.member else CatalogueItem(asked.indicator)


def _period_range(page: IndicatorPage) -> tuple[str, str]:
    readings = page.shown.readings
    return (readings[0].period, readings[-1].period) if readings else ("", "")


def _moved_ranking(at: SnapshotFrame, asked: IndicatorQuery, compared: Comparison) -> Ranking | None:
    """The comparison with the movement since the same period of the year before, else since the period before."""
    this = periods.parse(asked.period)
    nodes = [place.node for place in compared.places]
    for before in (this.year_before().code, this.shift(-1).code):
        found = indicators.readings_across(
            asked.indicator,
            [node.ref for node in nodes],
            before,
            to=at.audience,
            basis=asked.seen.basis,
            family=asked.family,
            snapshot=at.number,
        )
        if sum(one.value is not None for one in found) >= FEWEST:
            break
    then = {one.unit: one for one in found}
    return ranking_of(_two_point_curves(asked, compared, nodes, then), asked.period, before)


def _two_point_curves(
    asked: IndicatorQuery, compared: Comparison, nodes: Sequence[UnitNode], then: dict[str, indicators.Reading]
) -> list[Curve]:
    item, now = _catalogue_item(asked), {place.node.ref: place.reading for place in compared.places}
    return [
        Curve(item, node, tuple(one for one in (then.get(node.ref), now.get(node.ref)) if one is not None))
        for node in nodes
    ]
