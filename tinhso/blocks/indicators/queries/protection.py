"""Which counts are so small that they point at persons."""

from decimal import Decimal

from tinhso.blocks.indicators.contract import Indicator, Kind
from tinhso.blocks.indicators.queries.cells import Reading


def is_protected(reading: Reading) -> bool:
    """Whether the parts of a reading must not be told to those from whom small counts are withheld."""
    return is_small(reading.indicator, reading.count, reading.out_of)


def is_small(indicator: Indicator, count: Decimal | None, out_of: Decimal | None) -> bool:
    """Whether a count, what is left of its out-of, or the out-of itself is from 1 to ``smallest`` - 1."""
    parts = [out_of] if indicator.kind is Kind.MEAN else [count, out_of]
    if indicator.kind is Kind.RATIO and count is not None and out_of is not None:
        parts.append(out_of - count)
    return any(part is not None and 0 < part < indicator.smallest for part in parts)
