"""Units in the order of one indicator, how they moved since a period before, and their ranks over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Better, Indicator
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.explore.choice import BEFORE, ExploreChoice
from tinhso.ioc.queries.explore.curves import Curve, curves_of, name_of, periods_of
from tinhso.ioc.queries.explore.pictures import ChartPicture, ShownChoice, chart_foot
from tinhso.ioc.queries.explore.whom import compared_units
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import periods
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

BUMPED, STEPS = 12, 8


@dataclass(frozen=True)
class RankedPlace:
    """One unit: its rank now (0 without a figure) and before (0 where there is none to compare with)."""

    node: UnitNode
    reading: Reading | None
    rank: int
    before: int
    was: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """The unit's figure."""
        return self.reading.value if self.reading else None

    @property
    def moved(self) -> int:
        """Places up (positive) or down."""
        return self.before - self.rank if self.rank and self.before else 0

    @property
    def steps(self) -> int:
        """How many places, whichever way."""
        return abs(self.moved)

    @property
    def sign(self) -> str:
        """An arrow."""
        return "" if not (self.rank and self.before) else "▲" if self.moved > 0 else "▼" if self.moved < 0 else "＝"

    @property
    def words(self) -> str:
        """The movement in words."""
        if not self.rank:
            return ""
        if not self.before:
            return _("chưa có để so")
        if not self.moved:
            return _("giữ hạng")
        words = _("lên %(steps)s bậc") if self.moved > 0 else _("xuống %(steps)s bậc")
        return words % {"steps": abs(self.moved)}


@dataclass(frozen=True)
class Ranking:
    """Units for one period, best first, beside a period before."""

    curve_of: Mapping[str, Curve]
    indicator: Indicator
    places: tuple[RankedPlace, ...]
    period: str
    before: str

    @property
    def ranked(self) -> list[RankedPlace]:
        """Those with a figure."""
        return [place for place in self.places if place.rank]

    @property
    def largest(self) -> Decimal:
        """The longest bar."""
        return max((abs(place.value) for place in self.places if place.value is not None), default=Decimal(0))


def ranks_of(values: Mapping[str, Decimal | None], better: Better) -> dict[str, int]:
    """The rank of each unit with a figure: best first where there is a better, else largest first; equals share one."""
    sorted_values = sorted(
        (value for value in values.values() if value is not None), reverse=better is not Better.LOWER
    )
    first = {value: place for place, value in reversed(list(enumerate(sorted_values, 1)))}
    return {ref: first[value] for ref, value in values.items() if value is not None}


def ranking_of(drawn: Sequence[Curve], period: str, before: str) -> Ranking | None:
    """The order of ``period`` with the movement since ``before``."""
    if not drawn:
        return None
    indicator = drawn[0].indicator
    now, then = ({curve.node.ref: curve.value(code) for curve in drawn} for code in (period, before))
    now_ranks, then_ranks = ranks_of(now, indicator.better), ranks_of(then, indicator.better)
    placed = [
        RankedPlace(
            curve.node,
            curve.at(period),
            now_ranks.get(curve.node.ref, 0),
            then_ranks.get(curve.node.ref, 0),
            then[curve.node.ref],
        )
        for curve in drawn
    ]
    placed.sort(key=lambda place: place.rank or len(placed) + 1)
    return Ranking({curve.node.ref: curve for curve in drawn}, indicator, tuple(placed), period, before)


def last_period(drawn: Sequence[Curve], until: str) -> str:
    """The period asked for, else the newest of which a unit has a figure."""
    return until or max((reading.period for curve in drawn for reading in curve.known_readings), default="")


def ranking_form(at: SnapshotFrame, choice: ExploreChoice) -> ShownChoice:
    """The first indicator of the choice, its units in order, and their ranks over the last few periods."""
    explore_choice = ExploreChoice(items=choice.items[:1], units=choice.units, basis=choice.basis, every=choice.every)
    compared = compared_units(at, explore_choice, choice.until)
    drawn = curves_of(at, explore_choice, units=compared.nodes)
    period = last_period(drawn, choice.until)
    if not period:
        return ShownChoice(curves=tuple(drawn), notes=compared.notes)
    this = periods.parse(period)
    before = this.shift(-1).code if choice.against == BEFORE else this.year_before().code
    ranking = ranking_of(drawn, period, before)
    assert ranking is not None
    return ShownChoice(
        _ranking_pictures(ranking, drawn, choice), tuple(drawn), compared.notes, more={"ranking": ranking}
    )


def _ranking_pictures(ranking: Ranking, drawn: Sequence[Curve], choice: ExploreChoice) -> tuple[ChartPicture, ...]:
    window = [code for code in periods_of(drawn) if code <= ranking.period and code >= (choice.since or "")][-STEPS:]
    if len(window) < 2 or len(ranking.ranked) < 2:
        return ()
    return (_bump_chart(ranking, drawn, window),)


def _bump_chart(ranking: Ranking, drawn: Sequence[Curve], window: Sequence[str]) -> ChartPicture:
    """The ranks of those on top over time; a unit without a figure has no rank and leaves a gap."""
    by_period = {
        code: ranks_of({curve.node.ref: curve.value(code) for curve in drawn}, ranking.indicator.better)
        for code in window
    }
    top = ranking.ranked[:BUMPED]
    series = [
        {
            "name": name_in_language(place.node),
            "data": [(code, by_period[code].get(place.node.ref), "official") for code in window],
        }
        for place in top
    ]
    title = _("Thứ hạng qua các kỳ: %(name)s") % {"name": name_of(drawn[0].item)}
    words = tuple(_rank_path_text(place, by_period, window) for place in top)
    spec = {
        "form": "ranks",
        "title": title,
        "series": series,
        "most": len(ranking.ranked),
        "says": " ".join((title, *words)),
        **chart_foot(drawn),
    }
    return ChartPicture(
        title,
        spec,
        _("%(count)s đơn vị đứng đầu %(period)s") % {"count": len(top), "period": wording.period_text(ranking.period)},
        words,
    )


def _rank_path_text(place: RankedPlace, by_period: Mapping[str, Mapping[str, int]], window: Sequence[str]) -> str:
    first = next((code for code in window if place.node.ref in by_period[code]), window[-1])
    return _("%(name)s: hạng %(first)s %(period)s, nay hạng %(last)s.") % {
        "name": name_in_language(place.node),
        "first": by_period[first].get(place.node.ref, place.rank),
        "period": wording.period_text(first),
        "last": place.rank,
    }
