"""The lines of a choice: one for each indicator and unit, with what a reader of words needs to know of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import FigureStatus, Indicator
from tinhso.blocks.indicators.queries import CatalogueItem, Reading
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.explore.choice import ExploreChoice
from tinhso.ioc.queries.frame import SnapshotFrame, family_of
from tinhso.ioc.queries.shown import no_figure, reason_of
from tinhso.kernel import periods
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language


@dataclass(frozen=True)
class Curve:
    """One indicator (or one member of its family) of one unit in the order of time."""

    item: CatalogueItem
    node: UnitNode
    readings: tuple[Reading, ...]

    @property
    def indicator(self) -> Indicator:
        """What is measured."""
        return self.item.indicator

    @property
    def known_readings(self) -> list[Reading]:
        """Those with a figure."""
        return [reading for reading in self.readings if reading.value is not None]

    def at(self, period: str) -> Reading | None:
        """The reading of one period."""
        return next((reading for reading in self.readings if reading.period == period), None)

    def value(self, period: str) -> Decimal | None:
        """The figure of one period."""
        reading = self.at(period)
        return reading.value if reading else None

    @property
    def points(self) -> list[tuple[str, Decimal | None, str]]:
        """What a chart draws: period, figure, status."""
        return [(reading.period, reading.value, str(reading.status)) for reading in self.readings]

    @property
    def values(self) -> list[Decimal | None]:
        """The figures alone, for a spark-line."""
        return [reading.value for reading in self.readings]

    @property
    def name(self) -> str:
        """Both names."""
        return f"{name_of(self.item)}, {name_in_language(self.node)}"


def name_of(item: CatalogueItem) -> str:
    """An indicator's name in the reader's language, with the member's."""
    return name_in_language(item.indicator) + (f" – {name_in_language(item.member)}" if item.member else "")


def curves_of(
    at: SnapshotFrame, choice: ExploreChoice, items: Sequence[CatalogueItem] = (), units: Sequence[UnitNode] = ()
) -> list[Curve]:
    """A line for each indicator and unit of the choice, inside its range of periods; one scan of each fact."""
    catalogue_items, nodes = list(items or choice.items), list(units or choice.units)
    if not (at.number and catalogue_items and nodes):
        return []
    readings_by_key = indicators.reading_courses(
        [(item.indicator, family_of(item)) for item in catalogue_items],
        [node.ref for node in nodes],
        to=at.audience,
        kind=choice.every,
        basis=choice.basis,
        snapshot=at.number,
    )
    return [
        Curve(
            item,
            node,
            tuple(
                _readings_in_range(choice, readings_by_key.get((item.indicator.code, family_of(item), node.ref), ()))
            ),
        )
        for item in catalogue_items
        for node in nodes
    ]


def _readings_in_range(choice: ExploreChoice, readings: Iterable[Reading]) -> list[Reading]:
    first, last = choice.since, choice.until
    return [
        reading
        for reading in readings
        if (not first or reading.period >= first) and (not last or reading.period <= last)
    ]


def periods_of(drawn: Iterable[Curve]) -> list[str]:
    """Every period of which one of them says something."""
    return sorted({reading.period for curve in drawn for reading in curve.readings})


def why_of(at: SnapshotFrame, reading: Reading | None) -> str:
    """Why there is no figure; empty where there is one."""
    if reading is not None and reading.value is not None:
        return ""
    return no_figure(reading, reason_of(at, reading) if reading is not None and not reading.computable else "")


@dataclass(frozen=True)
class Brief:
    """A line in words: where it began and ended, its lowest and highest, and how it changed."""

    curve: Curve
    first: Reading | None = None
    last: Reading | None = None
    low: Reading | None = None
    high: Reading | None = None

    @property
    def change(self) -> Decimal | None:
        """From first to last: points of a share or mean, per cent of an amount; None where that would mislead."""
        if self.first is None or self.last is None or self.first is self.last:
            return None
        before, after = self.first.value, self.last.value
        if before is None or after is None:
            return None
        if self.curve.indicator.kind.has_out_of:
            return after - before
        return (after - before) * 100 / before if before > 0 else None

    @property
    def change_unit(self) -> str:
        """The unit of :attr:`change`."""
        indicator = self.curve.indicator
        if not indicator.kind.has_out_of:
            return "%"
        return _("điểm %(unit)s") % {"unit": "%"} if indicator.unit_of_measure == "%" else indicator.unit_of_measure

    @property
    def change_decimals(self) -> int:
        """Places of :attr:`change`."""
        return min(self.curve.indicator.decimals, 2) if self.curve.indicator.kind.has_out_of else 1

    @property
    def soft(self) -> int:
        """How many of the figures are not official yet."""
        return sum(reading.status is not FigureStatus.OFFICIAL for reading in self.curve.known_readings)

    @property
    def words(self) -> str:
        """The line as one would tell it on the telephone."""
        if self.first is None or self.last is None or self.low is None or self.high is None:
            return _("%(name)s: chưa có số liệu.") % {"name": self.curve.name}
        text = _(
            "%(name)s: %(first)s %(first_value)s; %(last)s %(last_value)s; "
            "thấp nhất %(low)s (%(low_at)s), cao nhất %(high)s (%(high_at)s)."
        ) % {
            "name": self.curve.name,
            "first": wording.period_text(self.first.period),
            "first_value": self._value_text(self.first),
            "last": wording.period_text(self.last.period),
            "last_value": self._value_text(self.last),
            "low": self._value_text(self.low),
            "low_at": wording.period_text(self.low.period),
            "high": self._value_text(self.high),
            "high_at": wording.period_text(self.high.period),
        }
        return f"{text} {self._moved}".strip()

    def _value_text(self, reading: Reading) -> str:
        indicator = self.curve.indicator
        return wording.number_text(reading.value, indicator.decimals) + wording.unit_text(indicator.unit_of_measure)

    @property
    def _moved(self) -> str:
        moved = wording.change_of(self.change, decimals=self.change_decimals)
        if moved is None:
            return ""
        words = f"{moved.word} {moved.amount}{wording.unit_text(self.change_unit)}" if moved.amount else moved.word
        return _("Từ đầu đến cuối: %(change)s.") % {"change": words}


def brief_of(curve: Curve) -> Brief:
    """The line in words."""
    readings = curve.known_readings
    if not readings:
        return Brief(curve)
    by_value = sorted(readings, key=lambda reading: reading.value or Decimal(0))
    return Brief(curve, readings[0], readings[-1], by_value[0], by_value[-1])


def year_before(period: str) -> str:
    """The same period of the year before."""
    return periods.parse(period).year_before().code
