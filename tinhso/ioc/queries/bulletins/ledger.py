"""What a bulletin reads: one snapshot, for one unit and period, as far as its audience may know; and what it told."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from decimal import Decimal
from typing import Any

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import EVERYONE, Access, Audience, Indicator
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries import communes
from tinhso.ioc.queries.communes import Comparison
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.ioc.queries.places import known_places
from tinhso.kernel import periods
from tinhso.kernel.periods import MONTHS, Period, PeriodType
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language

WHOLE = ("", "")
KINDS_OF_UNITS = ("Tỉnh ", "Thành phố ", "Huyện ", "Thị xã ", "Xã ", "Phường ", "Thị trấn ", "Đặc khu ")
AUDIENCES = {"public": EVERYONE, "internal": Audience(Access.INTERNAL)}


def frame_of(snapshot: Snapshot, audience: str) -> SnapshotFrame:
    """A snapshot with its own catalogue and the units as they were known when it was made, for an audience."""
    catalogue = indicators.catalogue_of(snapshot.number) or indicators.catalogue(day=known_places(snapshot.at).day)
    return SnapshotFrame(
        snapshot.number,
        snapshot.at,
        catalogue,
        known_places(snapshot.at),
        f"snapshot {snapshot.number}",
        AUDIENCES[audience],
        snapshot.at,
    )


@dataclass(frozen=True)
class ReadingKey:
    """Which reading: an indicator (or a member of a family of it) of a unit for a period."""

    indicator: str
    unit: str
    period: str
    dim: str = ""
    member: str = ""


@dataclass
class FigureLedger:
    """Reads figures and remembers those of the bulletin's own period that it told."""

    at: SnapshotFrame
    node: UnitNode
    basis: str
    period: Period
    told: dict[ReadingKey, Reading] = field(default_factory=dict)

    def indicator(self, code: str) -> Indicator | None:
        """The definition; None where the snapshot had none of that code."""
        return self.at.catalogue.indicators.get(code)

    def family(self, text: str) -> tuple[str, str]:
        """``kenh=truc-tuyen`` as a pair."""
        dim, _sign, member = text.partition("=")
        return (dim, member) if dim and member else WHOLE

    def unit(self, ref: str) -> UnitNode:
        """The unit with a ref; the bulletin's own where the text is empty or unknown."""
        return self.at.places.by_ref.get(ref, self.node)

    def course(self, indicator: Indicator, *, unit: str = "", member: str = "") -> tuple[Reading, ...]:
        """All readings up to the bulletin's period, by the bulletin's kind of period or the indicator's longer one."""
        kind = _period_type(indicator, self.period.kind)
        readings = indicators.reading_series(
            indicator,
            self.unit(unit).ref,
            to=self.at.audience,
            basis=self.basis,
            kind=kind,
            family=self.family(member),
            snapshot=self.at.number,
        )
        return tuple(reading for reading in readings if periods.parse(reading.period).end <= self.period.end)

    def reading(self, indicator: Indicator, which: str = "this", *, unit: str = "", member: str = "") -> Reading | None:
        """The reading of the bulletin's period (``this``), the one ``before``, or of the ``year_before``."""
        course = {
            past_reading.period: past_reading for past_reading in self.course(indicator, unit=unit, member=member)
        }
        period = _meant_period(self.period, PeriodType(_period_type(indicator, self.period.kind)), which)
        reading = course.get(period.code)
        if reading is not None and which == "this":
            self._tell(reading)
        return reading

    def compared(self, indicator: Indicator, *, member: str = "") -> Comparison:
        """The communes of the bulletin's unit for its period."""
        nodes = communes.peer_units(self.at, UnitView(self.node, self.basis), self.period.end)
        period = _meant_period(self.period, PeriodType(_period_type(indicator, self.period.kind)), "this")
        return communes.compared_units(self.at, indicator, nodes, period.code, self.basis, self.family(member))

    def tell(self, readings: Iterable[Reading | None]) -> None:
        """Remember readings that a ranking told."""
        for reading in readings:
            if reading is not None:
                self._tell(reading)

    def figures(self) -> list[dict[str, Any]]:
        """What was told, as plain data in a fixed order."""
        return [
            {
                "indicator": key.indicator,
                "unit": key.unit,
                "period": key.period,
                "dim": key.dim,
                "member": key.member,
                "value": None if reading.value is None else format(reading.value.normalize(), "f"),
                "text": figure_text(reading),
            }
            for key, reading in sorted(self.told.items(), key=lambda pair: astuple(pair[0]))
        ]

    def _tell(self, one: Reading) -> None:
        if not one.hidden:
            self.told[ReadingKey(one.indicator.code, one.unit, one.period, one.dim, one.member)] = one


def figure_text(reading: Reading | None) -> str:
    """The figure with its unit of measure, as the indicator is rounded: ``96,17%``; a dash where there is none."""
    if reading is None or reading.value is None:
        return wording.NO_VALUE
    indicator = reading.indicator
    return amount_text(indicator, reading.value)


def bare_text(reading: Reading | None) -> str:
    """The figure without its unit of measure, for a column that names the unit elsewhere."""
    if reading is None or reading.value is None:
        return wording.NO_VALUE
    return wording.number_text(reading.value, reading.indicator.decimals)


def unit_in_sentence(node: UnitNode) -> str:
    """A unit's name inside a sentence: ``tỉnh Hai Sông``, ``xã Bờ Bắc``."""
    name = name_in_language(node)
    return name[:1].lower() + name[1:] if name.startswith(KINDS_OF_UNITS) else name


def amount_text(indicator: Indicator, value: Decimal) -> str:
    """A value with its unit of measure."""
    return wording.number_text(value, indicator.decimals) + wording.unit_text(indicator.unit_of_measure)


def told_before(figures: Sequence[dict[str, Any]]) -> list[tuple[ReadingKey, dict[str, Any]]]:
    """The figures that an issue kept, by key."""
    return [
        (ReadingKey(figure["indicator"], figure["unit"], figure["period"], figure["dim"], figure["member"]), figure)
        for figure in figures
    ]


def _period_type(indicator: Indicator, period_type: PeriodType) -> str:
    own = PeriodType(indicator.period)
    return str(own if MONTHS.get(own, 0) > MONTHS[period_type] else period_type)


def _meant_period(period: Period, kind: PeriodType, which: str) -> Period:
    """The period of ``kind`` that is meant: of a longer kind, the last that has ended by then."""
    this = periods.of(period.end, kind)
    if this.end > period.end:
        this = this.shift(-1)
    return {"this": this, "before": this.shift(-1), "year_before": this.year_before()}[which]
