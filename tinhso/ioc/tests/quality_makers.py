"""Series of a small province that look as they should, until a test spoils one."""

import random
from collections.abc import Iterable

import duckdb

from tinhso.blocks.indicators.contract import Fact, FactColumn, Nature
from tinhso.ioc.queries.quality import series
from tinhso.ioc.queries.quality.limits import QualityLimits
from tinhso.ioc.queries.quality.series import Suspicion

UNITS = ("A", "B", "C", "D", "E", "F")
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]
COLUMNS = ("tiep_nhan", "xong", "dung_han", "phi", "ho_so")
STOCK = FactColumn("con_lai", "Còn lại", nature=Nature.STOCK)
FORM = Fact("HS", "Hồ sơ", "Dossiers", "", "", (*(FactColumn(code, code) for code in COLUMNS), STOCK))
Values = dict[tuple[str, str, str], float]


def ordinary() -> Values:
    """Two years of six units: flows that scatter by a tenth around a level of their own, a stock that stands still."""
    chance = random.Random(7)
    levels = {(unit, code): chance.randint(300, 2000) for unit in UNITS for code in COLUMNS}
    found = {
        (unit, month, code): float(round(levels[unit, code] * chance.uniform(0.9, 1.1)))
        for unit in UNITS
        for month in MONTHS
        for code in COLUMNS
    }
    return found | {(unit, month, "con_lai"): 50.0 for unit in UNITS for month in MONTHS}


def loaded(values: Values) -> duckdb.DuckDBPyConnection:
    """An engine that holds these values as the tests read them."""
    engine = series.open_engine()
    names = [column.code for column in FORM.columns]
    engine.execute(f"CREATE TABLE wide (unit TEXT, month TEXT, n INT, member TEXT, {' DOUBLE, '.join(names)} DOUBLE)")
    rows = [
        [unit, month, n, "", *(values.get((unit, month, name)) for name in names)]
        for unit in UNITS
        for n, month in enumerate(MONTHS)
    ]
    engine.executemany(f"INSERT INTO wide VALUES ({', '.join('?' * len(rows[0]))})", rows)
    series.unfold_columns(engine, FORM)
    return engine


def suspicions_of(values: Values, limits: QualityLimits | None = None) -> Iterable[Suspicion]:
    """Everything that the tests say of these values."""
    with loaded(values) as engine:
        found = series.suspicions(engine, FORM, limits or QualityLimits(), "2023-01")
        return [one for _test, every in found for one in every]
