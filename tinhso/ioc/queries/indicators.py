"""One indicator: its number, its course over time, its families, its definition."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Dimension, Fact, Indicator, Member, Target
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units import queries as units
from tinhso.ioc.queries import shown as words
from tinhso.ioc.queries.communes import Comparison, comparison, peers
from tinhso.ioc.queries.frame import Frame, View
from tinhso.ioc.queries.shown import Shown
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.ui import wording
from tinhso.ui.wording import named

Family = tuple[Dimension, Member] | None


@dataclass(frozen=True)
class Asked:
    """An indicator (or one member of a family of it) for a unit, a period and a basis."""

    indicator: Indicator
    member: Family
    seen: View
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
        return named(self.indicator) + (f" – {named(self.member[1])}" if self.member else "")


@dataclass(frozen=True)
class Part:
    """One member of a family with its figure."""

    dim: Dimension
    member: Member
    shown: Shown

    @property
    def name(self) -> str:
        """The member's name in the reader's language."""
        return named(self.member)

    @property
    def address(self) -> str:
        """The member as addresses write it."""
        return f"{self.dim.code}={self.member.code}"


@dataclass(frozen=True)
class Breakdown:
    """A way to break an indicator down; ``largest`` is the longest bar."""

    name: str
    parts: tuple[Part, ...]
    largest: Decimal


@dataclass(frozen=True)
class Line:
    """One period of the table behind the chart."""

    reading: Reading
    why: str

    @property
    def state(self) -> words.State:
        """Whether the target was met."""
        return words.state_of(self.reading)

    @property
    def completeness(self) -> str:
        """How many had reported, where some had not."""
        return "" if self.reading.is_complete else words.completeness_of(self.reading)


@dataclass(frozen=True)
class IndicatorPage:
    """All that the page of an indicator shows."""

    asked: Asked
    shown: Shown
    fact: Fact
    lines: tuple[Line, ...]
    families: tuple[Breakdown, ...]
    compared: Comparison | None
    agency: str


@dataclass(frozen=True)
class NumberPage:
    """One reading alone, with the period that was asked for or else is the newest."""

    asked: Asked
    shown: Shown


def read_indicator(at: Frame, code: str) -> Indicator:
    """The definition with a code; refuses an unknown one."""
    found = at.catalogue.indicators.get(code)
    if found is None:
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=code)
    return found


def number_of(at: Frame, asked: Asked) -> NumberPage:
    """The reading asked for."""
    now = words.shown(at, asked.indicator, read_series(at, asked), asked.period)
    period = now.reading.period if now.reading else asked.period
    return NumberPage(Asked(asked.indicator, asked.member, asked.seen, period), now)


def indicator_page(at: Frame, asked: Asked) -> IndicatorPage:
    """The page of an indicator: one read a part, all of the same snapshot."""
    number = number_of(at, asked)
    asked, now, readings = number.asked, number.shown, number.shown.readings
    fact = at.catalogue.facts[asked.indicator.fact]
    lines = (Line(one, "" if one.value is not None else _why(at, one)) for one in reversed(readings))
    return IndicatorPage(
        asked=asked,
        shown=now,
        fact=fact,
        lines=tuple(lines),
        families=tuple(_families(at, asked, fact)),
        compared=compared_communes(at, asked, fact),
        agency=agency_name(at, asked.indicator.agency),
    )


def read_series(at: Frame, asked: Asked) -> tuple[Reading, ...]:
    """All periods of an indicator for a unit, on its basis."""
    if not at.number:
        return ()
    seen = asked.seen
    return indicators.series(
        asked.indicator,
        seen.unit.ref,
        to=at.audience,
        basis=seen.basis,
        family=asked.family,
        snapshot=at.number,
    )


def _why(at: Frame, reading: Reading) -> str:
    return words.no_figure(reading, "" if reading.computable else words.reason_of(at, reading))


def _families(at: Frame, asked: Asked, fact: Fact) -> Iterable[Breakdown]:
    seen, period = asked.seen, asked.period
    if not (at.number and period and asked.indicator.by):
        return
    read = indicators.breakdown(
        asked.indicator, seen.unit.ref, period, to=at.audience, basis=seen.basis, snapshot=at.number
    )
    found = {(one.dim, one.member): one for one in read}
    for dim in (dim for dim in fact.dims if dim.code in asked.indicator.by):
        parts = tuple(_part(at, asked.indicator, dim, member, found) for member in dim.members)
        largest = max((abs(part.shown.value) for part in parts if part.shown.value is not None), default=Decimal(0))
        name = named(dim)
        yield Breakdown(name[:1].lower() + name[1:], parts, largest)


def _part(
    at: Frame, indicator: Indicator, dim: Dimension, member: Member, found: dict[tuple[str, str], Reading]
) -> Part:
    reading = found.get((dim.code, member.code))
    return Part(dim, member, words.shown(at, indicator, (reading,) if reading else ()))


def compared_communes(at: Frame, asked: Asked, fact: Fact) -> Comparison | None:
    """The communes of the unit (or its peers) for the period; None where communes do not report this."""
    if fact.level != "commune" or not asked.period or not at.number:
        return None
    nodes = peers(at, asked.seen, periods.parse(asked.period).end)
    if len(nodes) < 2:
        return None
    return comparison(at, asked.indicator, nodes, asked.period, asked.seen.basis, asked.family)


def agency_name(at: Frame, code: str) -> str:
    """The name of the agency responsible that day; its short code where the province names no such agency."""
    found = units.agency(code, at.today)
    return named(found) if found is not None else code


def chart(page: IndicatorPage) -> dict[str, object]:
    """The page's series as the chart element reads it; what cannot be computed is a gap."""
    asked, shown = page.asked, page.shown
    steps, levels = aims_of(shown.readings)
    points = [(one.period, one.value, str(one.status)) for one in shown.readings]
    return {
        "title": f"{asked.name}, {named(asked.seen.unit)}",
        "unit": wording.measure_text(asked.indicator.unit_of_measure),
        "decimals": asked.indicator.decimals,
        "series": [{"name": named(asked.seen.unit), "kind": "line", "data": points}, *steps],
        "target": levels,
        "source": asked.indicator.source,
        "date": wording.date_text(shown.reading.true_for) if shown.reading else "",
    }


def aims_of(readings: Sequence[Reading]) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Targets of readings as a chart draws them: each bound that changed on the way as steps, the others as a level."""
    bounds = {"floor": _("Mục tiêu từ"), "ceiling": _("Mục tiêu đến")}
    steps: list[dict[str, object]] = []
    levels: dict[str, object] = {}
    for bound, label in bounds.items():
        data = [(one.period, getattr(one.target, bound, None), "official") for one in readings]
        values = {value for _period, value, _status in data}
        levels[bound] = next(iter(values)) if len(values) == 1 else None
        if len(values) > 1:
            steps.append({"name": label, "kind": "step", "data": data})
    return steps, levels


def target_lines(indicator: Indicator) -> list[tuple[Target, str]]:
    """The general targets, newest first, each in words."""
    general = sorted((one for one in indicator.targets if not one.unit), key=lambda one: one.since, reverse=True)
    return [(target, words.target_words(indicator, target)) for target in general]
