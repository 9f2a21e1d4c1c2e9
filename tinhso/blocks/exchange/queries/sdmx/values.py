"""One observation: its key, its value, and everything that is said of it."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tinhso.blocks.exchange.queries.sdmx import components as c
from tinhso.blocks.exchange.queries.sdmx.desk import Piece
from tinhso.blocks.exchange.queries.sdmx.filters import Value
from tinhso.blocks.exchange.queries.sdmx.names import area_code
from tinhso.blocks.indicators.queries import Reading

_CONFIDENTIALITY = {"": c.FREE, "restricted": c.NOT_FOR_PUBLICATION}


class Shape:
    """What all observations of a piece share."""

    def __init__(self, piece: Piece, unit_measure: str) -> None:
        self.indicator, self.breakdown, self.unit_measure = piece.indicator, piece.breakdown, unit_measure
        self.exponent = Decimal(1).scaleb(-piece.item.indicator.decimals)


@dataclass(slots=True)
class Observation:
    """One figure as the asker may see it; exact numbers as text, empty where there is none."""

    shape: Shape
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

    def said(self, component: str) -> Value:
        """The value of a measure or an attribute; None where there is none."""
        reading = self.reading
        match component:
            case "OBS_VALUE":
                return Decimal(self.value) if self.value else None
            case "OBS_STATUS":
                return self.status
            case "CONF_STATUS":
                return self.confidentiality
            case "NUMERATOR":
                return reading.count
            case "DENOMINATOR":
                return reading.out_of
            case "REPORTED":
                return reading.reported
            case "EXPECTED":
                return reading.expected
            case "LAST_UPDATE":
                return self.known_since or None
            case "UNIT_MEASURE":
                return self.shape.unit_measure
            case "DECIMALS":
                return reading.indicator.decimals
            case "SOURCE":
                return reading.indicator.source or None
            case "SNAPSHOT":
                return reading.snapshot
        raise KeyError(component)

    def text(self, component: str) -> str:
        """The same as text, empty where there is none."""
        if component == "OBS_VALUE":
            return self.value
        value = self.said(component)
        return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def observation(shape: Shape, reading: Reading, known_since: str | None, frequency: str) -> Observation:
    """What a released reading says in the words of SDMX; its value rounded half away from zero, as it is published."""
    value = reading.value
    return Observation(
        shape,
        reading,
        (frequency, shape.indicator, area_code(reading.unit), reading.basis, shape.breakdown),
        "" if value is None else f"{value.quantize(shape.exponent, ROUND_HALF_UP):f}",
        _status(reading, value),
        _CONFIDENTIALITY.get(reading.hidden, c.CONFIDENTIAL),
        known_since or "",
    )


def _status(reading: Reading, value: Decimal | None) -> str:
    """How firm the figure is, or why there is none."""
    if reading.hidden:
        return c.SUPPRESSED
    if value is not None:
        return c.STATUSES[reading.status]
    if not reading.computable:
        return c.NOT_KNOWN
    return c.NOT_REPORTED if reading.count is None else c.CANNOT_EXIST
