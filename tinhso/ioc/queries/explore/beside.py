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
            "breaks": [series_break.spec(self.choice.every) for series_break in self.breaks],
            "notes": [*(numbered_note.spec for numbered_note in self.notes), *chart_marks(self.deeds)],
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
    indicator_query = page.asked
    choice = choice_of(indicator_query, moment)
    first, last = _period_range(page)
    breaks = [
        *unit_breaks(at, indicator_query.seen.basis, [indicator_query.seen.unit]),
        *definition_breaks(at, [indicator_query.indicator.code]),
    ]
    return Beside(
        choice=choice,
        ranking=_moved_ranking(at, indicator_query, page.compared) if page.compared else None,
        families=tuple(page_families(at, choice)) if indicator_query.member is None and page.lines else (),
        breaks=tuple(breaks_inside(breaks, first, last)),
        notes=tuple(numbered_notes(notes, indicator_query.indicator.period)),
        told=brief_of(Curve(_catalogue_item(indicator_query), indicator_query.seen.unit, page.shown.readings)),
        deeds=lettered_deeds(done, indicator_query.indicator.period, first, last),
    )


def choice_of(indicator_query: IndicatorQuery, moment: str) -> ExploreChoice:
    """The same as a choice to explore further."""
    return ExploreChoice(
        items=(_catalogue_item(indicator_query),),
        units=(indicator_query.seen.unit,),
        basis=indicator_query.seen.basis,
        every=indicator_query.indicator.period,
        known_at=moment,
    )


def _catalogue_item(indicator_query: IndicatorQuery) -> CatalogueItem:
    return (
        CatalogueItem(indicator_query.indicator, *indicator_query.member)
        if indicator_query.member
        else CatalogueItem(indicator_query.indicator)
    )


def _period_range(page: IndicatorPage) -> tuple[str, str]:
    readings = page.shown.readings
    return (readings[0].period, readings[-1].period) if readings else ("", "")


def _moved_ranking(at: SnapshotFrame, indicator_query: IndicatorQuery, compared: Comparison) -> Ranking | None:
    """The comparison with the movement since the same period of the year before, else since the period before."""
    this = periods.parse(indicator_query.period)
    nodes = [place.node for place in compared.places]
    for before in (this.year_before().code, this.shift(-1).code):
        readings = indicators.readings_across(
            indicator_query.indicator,
            [node.ref for node in nodes],
            before,
            to=at.audience,
            basis=indicator_query.seen.basis,
            family=indicator_query.family,
            snapshot=at.number,
        )
        if sum(reading.value is not None for reading in readings) >= FEWEST:
            break
    then = {reading.unit: reading for reading in readings}
    return ranking_of(_two_point_curves(indicator_query, compared, nodes, then), indicator_query.period, before)


def _two_point_curves(
    indicator_query: IndicatorQuery,
    compared: Comparison,
    nodes: Sequence[UnitNode],
    then: dict[str, indicators.Reading],
) -> list[Curve]:
    item, now = _catalogue_item(indicator_query), {place.node.ref: place.reading for place in compared.places}
    return [
        Curve(item, node, tuple(reading for reading in (then.get(node.ref), now.get(node.ref)) if reading is not None))
        for node in nodes
    ]
