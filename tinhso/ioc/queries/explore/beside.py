"""What stands beside an indicator on its own page: movement of ranks, families as charts, breaks, and notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Mark
from tinhso.blocks.indicators.queries import Item
from tinhso.blocks.units.queries import Node
from tinhso.ioc.models import Annotation
from tinhso.ioc.queries.annotations import Note, numbered
from tinhso.ioc.queries.communes import Comparison
from tinhso.ioc.queries.deeds import Deed, lettered, marks
from tinhso.ioc.queries.explore.breaks import Break, definition_breaks, inside, unit_breaks
from tinhso.ioc.queries.explore.choice import LINES, RANKING, Choice
from tinhso.ioc.queries.explore.curves import Brief, Curve, brief
from tinhso.ioc.queries.explore.families import page_families
from tinhso.ioc.queries.explore.pictures import Shown, course
from tinhso.ioc.queries.explore.ranking import Place, Ranking, rank
from tinhso.ioc.queries.frame import Frame
from tinhso.ioc.queries.indicators import Asked, IndicatorPage
from tinhso.kernel import periods

FEWEST = 2  # figures of the period before that make ranks comparable


@dataclass(frozen=True)
class Beside:
    """The parts; ``ranking`` is None where units are not compared."""

    choice: Choice
    ranking: Ranking | None
    families: tuple[Shown, ...]
    breaks: tuple[Break, ...]
    notes: tuple[Note, ...]
    told: Brief
    deeds: tuple[Deed, ...] = ()

    @property
    def ranked(self) -> list[Place]:
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
            "notes": [*(one.spec for one in self.notes), *marks(self.deeds)],
            "finding": course(self.told),
            "says": self.told.words,
        }


def beside(
    at: Frame, page: IndicatorPage, notes: Sequence[Annotation], moment: str = "", done: Sequence[Mark] = ()
) -> Beside:
    """What the page of an indicator shows beside the number and its course."""
    asked = page.asked
    choice = choice_of(asked, moment)
    first, last = _range(page)
    found = [*unit_breaks(at, asked.seen.basis, [asked.seen.unit]), *definition_breaks(at, [asked.indicator.code])]
    return Beside(
        choice=choice,
        ranking=_ranking(at, asked, page.compared) if page.compared else None,
        families=tuple(page_families(at, choice)) if asked.member is None and page.lines else (),
        breaks=tuple(inside(found, first, last)),
        notes=tuple(numbered(notes, asked.indicator.period)),
        told=brief(Curve(_item(asked), asked.seen.unit, page.shown.readings)),
        deeds=lettered(done, asked.indicator.period, first, last),
    )


def choice_of(asked: Asked, moment: str) -> Choice:
    """The same as a choice to explore further."""
    return Choice(
        items=(_item(asked),),
        units=(asked.seen.unit,),
        basis=asked.seen.basis,
        every=asked.indicator.period,
        known_at=moment,
    )


def _item(asked: Asked) -> Item:
    return Item(asked.indicator, *asked.member) if asked.member else Item(asked.indicator)


def _range(page: IndicatorPage) -> tuple[str, str]:
    readings = page.shown.readings
    return (readings[0].period, readings[-1].period) if readings else ("", "")


def _ranking(at: Frame, asked: Asked, compared: Comparison) -> Ranking | None:
    """The comparison with the movement since the same period of the year before, else since the period before."""
    this = periods.parse(asked.period)
    nodes = [place.node for place in compared.places]
    for before in (this.year_before().code, this.shift(-1).code):
        found = indicators.across(
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
    return rank(_two(asked, compared, nodes, then), asked.period, before)


def _two(asked: Asked, compared: Comparison, nodes: Sequence[Node], then: dict[str, indicators.Reading]) -> list[Curve]:
    item, now = _item(asked), {place.node.ref: place.reading for place in compared.places}
    return [
        Curve(item, node, tuple(one for one in (then.get(node.ref), now.get(node.ref)) if one is not None))
        for node in nodes
    ]
