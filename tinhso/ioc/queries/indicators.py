"""One indicator: its number, its course over time, its families, its definition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Dimension, Fact, Indicator, IndicatorTarget, Member
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units import queries as units
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.communes import Comparison, compared_units, peer_units
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.shown import ReadingView
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

Family = tuple[Dimension, Member] | None


@dataclass(frozen=True)
class IndicatorQuery:
    """An indicator (or one member of a family of it) for a unit, a period and a basis."""

    indicator: Indicator
    member: Family
    seen: UnitView
    period: str

    @property
    def family(self) -> tuple[str, str]:
        """The (dimension, member) to read; empty ones for the whole."""
        return (self.member[0].code, self.member[1].code) if self.member else ("", "")

    @property
    def member_text(self) -> str:
        """The member as addresses write it."""
        return f"{self.member[0].code}={self.member[1].code}" if self.member else ""

    @property
    def name(self) -> str:
        """The name, with the member's."""
        return name_in_language(self.indicator) + (f" – {name_in_language(self.member[1])}" if self.member else "")


@dataclass(frozen=True)
class FamilyPart:
    """One member of a family with its figure."""

    dim: Dimension
    member: Member
    shown: ReadingView

    @property
    def name(self) -> str:
        """The member's name in the reader's language."""
        return name_in_language(self.member)

    @property
    def address(self) -> str:
        """The member as addresses write it."""
        return f"{self.dim.code}={self.member.code}"


@dataclass(frozen=True)
class Breakdown:
    """A way to break an indicator down; ``largest`` is the longest bar."""

    name: str
    parts: tuple[FamilyPart, ...]
    largest: Decimal


@dataclass(frozen=True)
class TableLine:
    """One period of the table behind the chart."""

    reading: Reading
    why: str

    @property
    def state(self) -> words.TargetState:
        """Whether the target was met."""
        return words.state_of(self.reading)

    @property
    def completeness(self) -> str:
        """How many had reported, where some had not."""
        return "" if self.reading.is_complete else words.completeness_of(self.reading)


@dataclass(frozen=True)
class IndicatorPage:
    """All that the page of an indicator shows."""

    asked: IndicatorQuery
    shown: ReadingView
    fact: Fact
    lines: tuple[TableLine, ...]
    families: tuple[Breakdown, ...]
    compared: Comparison | None
    agency: str


@dataclass(frozen=True)
class NumberPage:
    """One reading alone, with the period that was asked for or else is the newest."""

    asked: IndicatorQuery
    shown: ReadingView


def read_indicator(at: SnapshotFrame, code: str) -> Indicator:
    """The definition with a code; refuses an unknown one."""
    indicator = at.catalogue.indicators.get(code)
    if indicator is None:
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=code)
    return indicator


def number_of(at: SnapshotFrame, indicator_query: IndicatorQuery) -> NumberPage:
    """The reading asked for."""
    now = words.reading_view(at, indicator_query.indicator, read_series(at, indicator_query), indicator_query.period)
    period = now.reading.period if now.reading else indicator_query.period
    return NumberPage(
        IndicatorQuery(indicator_query.indicator, indicator_query.member, indicator_query.seen, period), now
    )


def indicator_page(at: SnapshotFrame, indicator_query: IndicatorQuery) -> IndicatorPage:
    """The page of an indicator: one read a part, all of the same snapshot."""
    number = number_of(at, indicator_query)
    indicator_query, now, readings = number.asked, number.shown, number.shown.readings
    fact = at.catalogue.facts[indicator_query.indicator.fact]
    lines = (
        TableLine(reading, "" if reading.value is not None else _missing_reason(at, reading))
        for reading in reversed(readings)
    )
    return IndicatorPage(
        asked=indicator_query,
        shown=now,
        fact=fact,
        lines=tuple(lines),
        families=tuple(_breakdowns_of(at, indicator_query, fact)),
        compared=compared_communes(at, indicator_query, fact),
        agency=agency_name(at, indicator_query.indicator.agency),
    )


def read_series(at: SnapshotFrame, indicator_query: IndicatorQuery) -> tuple[Reading, ...]:
    """All periods of an indicator for a unit, on its basis."""
    if not at.number:
        return ()
    unit_view = indicator_query.seen
    return indicators.reading_series(
        indicator_query.indicator,
        unit_view.unit.ref,
        to=at.audience,
        basis=unit_view.basis,
        family=indicator_query.family,
        snapshot=at.number,
    )


def _missing_reason(at: SnapshotFrame, reading: Reading) -> str:
    return words.no_figure(reading, "" if reading.computable else words.reason_of(at, reading))


def _breakdowns_of(at: SnapshotFrame, indicator_query: IndicatorQuery, fact: Fact) -> Iterable[Breakdown]:
    unit_view, period = indicator_query.seen, indicator_query.period
    if not (at.number and period and indicator_query.indicator.by):
        return
    readings = indicators.reading_breakdown(
        indicator_query.indicator, unit_view.unit.ref, period, to=at.audience, basis=unit_view.basis, snapshot=at.number
    )
    readings_by_key = {(reading.dim, reading.member): reading for reading in readings}
    for dim in (dim for dim in fact.dims if dim.code in indicator_query.indicator.by):
        parts = tuple(
            _family_part(at, indicator_query.indicator, dim, member, readings_by_key) for member in dim.members
        )
        largest = max((abs(part.shown.value) for part in parts if part.shown.value is not None), default=Decimal(0))
        name = name_in_language(dim)
        yield Breakdown(name[:1].lower() + name[1:], parts, largest)


def _family_part(
    at: SnapshotFrame,
    indicator: Indicator,
    dim: Dimension,
    member: Member,
    readings_by_key: dict[tuple[str, str], Reading],
) -> FamilyPart:
    reading = readings_by_key.get((dim.code, member.code))
    return FamilyPart(dim, member, words.reading_view(at, indicator, (reading,) if reading else ()))


def compared_communes(at: SnapshotFrame, indicator_query: IndicatorQuery, fact: Fact) -> Comparison | None:
    """The communes of the unit (or its peers) for the period; None where communes do not report this."""
    if fact.level != "commune" or not indicator_query.period or not at.number:
        return None
    nodes = peer_units(at, indicator_query.seen, periods.parse(indicator_query.period).end)
    if len(nodes) < 2:
        return None
    return compared_units(
        at, indicator_query.indicator, nodes, indicator_query.period, indicator_query.seen.basis, indicator_query.family
    )


def agency_name(at: SnapshotFrame, code: str) -> str:
    """The name of the agency responsible that day; its short code where the province names no such agency."""
    unit = units.agency(code, at.today)
    return name_in_language(unit) if unit is not None else code


def page_chart(page: IndicatorPage) -> dict[str, object]:
    """The page's series as the chart element reads it; what cannot be computed is a gap."""
    indicator_query, reading_view = page.asked, page.shown
    steps, levels = aims_of(reading_view.readings)
    points = [(reading.period, reading.value, str(reading.status)) for reading in reading_view.readings]
    return {
        "title": f"{indicator_query.name}, {name_in_language(indicator_query.seen.unit)}",
        "unit": wording.measure_text(indicator_query.indicator.unit_of_measure),
        "decimals": indicator_query.indicator.decimals,
        "series": [{"name": name_in_language(indicator_query.seen.unit), "kind": "line", "data": points}, *steps],
        "target": levels,
        "source": indicator_query.indicator.source,
        "date": wording.date_text(reading_view.reading.true_for) if reading_view.reading else "",
    }


def aims_of(readings: Sequence[Reading]) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Targets of readings as a chart draws them: each bound that changed on the way as steps, the others as a level."""
    bounds = {"floor": _("Mục tiêu từ"), "ceiling": _("Mục tiêu đến")}
    steps: list[dict[str, object]] = []
    levels: dict[str, object] = {}
    for bound, label in bounds.items():
        data = [(reading.period, getattr(reading.target, bound, None), "official") for reading in readings]
        values = {value for _period, value, _status in data}
        levels[bound] = next(iter(values)) if len(values) == 1 else None
        if len(values) > 1:
            steps.append({"name": label, "kind": "step", "data": data})
    return steps, levels


def target_lines(indicator: Indicator) -> list[tuple[IndicatorTarget, str]]:
    """The general targets, newest first, each in words."""
    general = sorted(
        (indicator_target for indicator_target in indicator.targets if not indicator_target.unit),
        key=lambda indicator_target: indicator_target.since,
        reverse=True,
    )
    return [(target, words.target_words(indicator, target)) for target in general]
