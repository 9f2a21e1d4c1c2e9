"""One observation: its key, its value, and everything that is said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.sdmx.queries import components as c
from tinhso.blocks.sdmx.queries.desk import CataloguePiece
from tinhso.blocks.sdmx.queries.filters import Value
from tinhso.blocks.sdmx.queries.names import area_code

_CONFIDENTIALITY = {"": c.FREE, "restricted": c.NOT_FOR_PUBLICATION}


class ObservationShape:
    """What all observations of a piece share."""

    def __init__(self, piece: CataloguePiece, unit_measure: str) -> None:
        self.indicator, self.breakdown, self.unit_measure = piece.indicator, piece.breakdown, unit_measure
        self.decimals, self.source = piece.item.indicator.decimals, piece.item.indicator.source
        self.exponent = Decimal(1).scaleb(-self.decimals)


@dataclass(slots=True)
class Observation:
    """One figure as the asker may see it; exact numbers as text, empty where there is none."""

    shape: ObservationShape
    reading: Reading
    key: tuple[str, str, str, str, str]
    value: str
    status: str
    confidentiality: str
    known_since: str

    @property
    def period(self) -> str:
        """Its period, written as SDMX writes it."""
        return self.reading.period

    def value_of(self, component: str) -> Value:
        """The value of a measure or an attribute; None where there is none."""
        return _SAID[component](self)

    def text(self, component: str) -> str:
        """The same as text, empty where there is none."""
        return TEXTS[component](self)


# component → its value, to be compared with what a filter asks for
_SAID: Mapping[str, Callable[[Observation], Value]] = {
    "OBS_VALUE": lambda one: Decimal(one.value) if one.value else None,
    "OBS_STATUS": lambda one: one.status,
    "CONF_STATUS": lambda one: one.confidentiality,
    "NUMERATOR": lambda one: one.reading.count,
    "DENOMINATOR": lambda one: one.reading.out_of,
    "REPORTED": lambda one: one.reading.reported,
    "EXPECTED": lambda one: one.reading.expected,
    "MARGIN": lambda one: one.reading.margin,
    "LAST_UPDATE": lambda one: one.known_since or None,
    "UNIT_MEASURE": lambda one: one.shape.unit_measure,
    "DECIMALS": lambda one: one.shape.decimals,
    "SOURCE": lambda one: one.shape.source or None,
    "SNAPSHOT": lambda one: one.reading.snapshot,
}
# component → its value as it is written
TEXTS: Mapping[str, Callable[[Observation], str]] = {
    "OBS_VALUE": lambda one: one.value,
    "OBS_STATUS": lambda one: one.status,
    "CONF_STATUS": lambda one: one.confidentiality,
    "NUMERATOR": lambda one: _amount_text(one.reading.count),
    "DENOMINATOR": lambda one: _amount_text(one.reading.out_of),
    "REPORTED": lambda one: str(one.reading.reported),
    "EXPECTED": lambda one: str(one.reading.expected),
    "MARGIN": lambda one: _amount_text(one.reading.margin),
    "LAST_UPDATE": lambda one: one.known_since,
    "UNIT_MEASURE": lambda one: one.shape.unit_measure,
    "DECIMALS": lambda one: str(one.shape.decimals),
    "SOURCE": lambda one: one.shape.source,
    "SNAPSHOT": lambda one: str(one.reading.snapshot),
}


def _amount_text(exact: Decimal | None) -> str:
    return "" if exact is None else f"{exact:f}"


def observation(shape: ObservationShape, reading: Reading, known_since: str | None, frequency: str) -> Observation:
    """What a released reading says in the words of SDMX; its value rounded half away from zero, as it is published."""
    value = reading.value
    return Observation(
        shape,
        reading,
        (frequency, shape.indicator, area_code(reading.unit), reading.basis, shape.breakdown),
        "" if value is None else f"{value.quantize(shape.exponent, ROUND_HALF_UP):f}",
        _observation_status(reading, value),
        _CONFIDENTIALITY.get(reading.hidden, c.CONFIDENTIAL),
        known_since or "",
    )


def _observation_status(reading: Reading, value: Decimal | None) -> str:
    """How firm the figure is, or why there is none."""
    if reading.hidden:
        return c.SUPPRESSED
    if value is not None:
        return c.STATUSES[reading.status]
    if not reading.computable:
        return c.NOT_KNOWN
    return c.NOT_REPORTED if reading.count is None else c.CANNOT_EXIST
