"""Shares above the whole, read from the cells of a snapshot."""

from collections.abc import Iterator

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Indicator, ReadingKind
from tinhso.blocks.indicators.queries import Catalogue, Reader
from tinhso.ioc.queries.quality.limits import QualityLimits
from tinhso.ioc.queries.quality.series import OVER, Suspicion
from tinhso.kernel import periods

PERCENT = 100


def shares_over_hundred(catalogue: Catalogue, number: int, limits: QualityLimits, since: str) -> Iterator[Suspicion]:
    """Shares above 100 % in the published snapshot, of indicators that are per cent of a whole."""
    reader = indicators.reader_of(number)
    for indicator in catalogue.indicators.values():
        share = indicator.kind is ReadingKind.RATIO and indicator.scale == PERCENT and indicator.unit_of_measure == "%"
        if reader is not None and share and indicator.code not in limits.may_exceed:
            yield from _over_in_indicator(reader, indicator, limits, since)


def _over_in_indicator(reader: Reader, indicator: Indicator, limits: QualityLimits, since: str) -> Iterator[Suspicion]:
    columns = reader.columns(indicator)
    if columns is None:
        return
    count, out_of = columns
    where = f"basis = 'published' AND dim = '' AND period_type = ? AND {out_of} > 0"
    many = reader.rows(indicator.fact, "count(*)", where, (indicator.period,))[0][0]
    columns_sql = f"target, period, {count}::DOUBLE, {out_of}::DOUBLE"
    cells = reader.rows(indicator.fact, columns_sql, f"{where} AND {count} > {out_of}", (indicator.period,))
    if len(cells) > limits.natural_share * many:  # so many that it is its nature: growth, a plan carried out
        return
    for unit, period, part, total in cells:
        month = f"{periods.parse(period).end:%Y-%m}"
        if month >= since:
            value = PERCENT * part / total
            yield Suspicion(OVER, indicator.fact, unit, month, "", "", value, float(PERCENT), indicator.code)
