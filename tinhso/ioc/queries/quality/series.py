"""Published values as one long table in DuckDB, and the tests that say which of them are hard to believe.

Each test is one statement over ``long`` (unit, month, n, member, col, val) of one fact; ``n`` counts its periods. It
gives unit, month, member, col, value, what was expected, and more to say.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import duckdb

from tinhso.blocks.indicators.contract import DataSetRule, Fact, Nature
from tinhso.ioc.queries.quality.limits import QualityLimits

NEGATIVE, ZERO, STILL, FACTOR, COPIED, TWIN, HEAPED = (
    "negative",
    "zero",
    "still",
    "factor",
    "copied",
    "twin",
    "heaped",
)
OVER, RULE, PAIR, CLAIM = "over", "rule", "pair", "claim"
SERIES_TESTS = (NEGATIVE, ZERO, STILL, FACTOR, COPIED, TWIN, HEAPED)
TESTS = (*SERIES_TESTS, OVER, RULE, PAIR, CLAIM)
ONE_PAIR = 3  # digits less are proof enough where a month is compared with one other, not with all units
FEW = 3  # in a small column or series, so many are still exceptions
Row = tuple[str, str, str, str, float | None, float | None, str]


@dataclass(frozen=True)
class Suspicion:
    """One value, or one stretch of values, that a test does not believe."""

    test: str
    data_set: str
    unit: str
    month: str
    member: str = ""
    column: str = ""
    value: float | None = None
    expected: float | None = None
    more: str = ""
    severity: str = "warning"


def open_engine() -> duckdb.DuckDBPyConnection:
    """An engine of its own for one judging: small, one thread."""
    engine = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "500MB"})
    engine.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    return engine


def load_fact(engine: duckdb.DuckDBPyConnection, fact: Fact, files: Sequence[str], since: str = "") -> bool:
    """Make ``wide`` and ``long`` of a fact's files from the month ``since`` on; False where there is nothing."""
    if not files:
        return False
    quoted = ", ".join("'" + name.replace("'", "''") + "'" for name in files)
    member = " || ';' || ".join(f"'{dim.code}=' || {dim.code}" for dim in fact.dims) or "''"
    columns = ", ".join(f"{column.code}::DOUBLE AS {column.code}" for column in fact.columns)
    engine.execute(
        f"""CREATE OR REPLACE TABLE wide AS
            SELECT unit, month, ((left(month, 4)::INT * 12 + right(month, 2)::INT - 1) // {fact.every}) AS n,
                   {member} AS member, {columns}
            FROM read_parquet([{quoted}], union_by_name = true) WHERE month >= '{since}'"""
    )
    unfold_columns(engine, fact)
    return True


def unfold_columns(engine: duckdb.DuckDBPyConnection, fact: Fact) -> None:
    """Make ``long`` of ``wide``: one row a number."""
    names = ", ".join(column.code for column in fact.columns)
    engine.execute(f"CREATE OR REPLACE TABLE long AS UNPIVOT wide ON {names} INTO NAME col VALUE val")


def unit_months(engine: duckdb.DuckDBPyConnection, since: str) -> list[tuple[str, int]]:
    """Units of the fact that was loaded, with how many of their months are tested."""
    months_by_unit: list[tuple[str, int]] = engine.execute(
        "SELECT unit, count(DISTINCT month) FROM wide WHERE month >= ? GROUP BY unit ORDER BY unit", [since]
    ).fetchall()
    return months_by_unit


def suspicions(
    engine: duckdb.DuckDBPyConnection, fact: Fact, limits: QualityLimits, since: str
) -> Iterable[tuple[str, list[Suspicion]]]:
    """What each test finds in the fact that was loaded, from the month ``since`` on."""
    for test in SERIES_TESTS:
        rows: list[Row] = engine.execute(STATEMENTS[test](fact, limits, since)).fetchall()
        yield test, [Suspicion(test, fact.code, *row) for row in rows]


def broken_rules(engine: duckdb.DuckDBPyConnection, fact: Fact, rule: DataSetRule, since: str) -> list[Suspicion]:
    """Published rows of the fact that was loaded that stand against a rule of its data set."""
    column_codes = {column.code for column in fact.columns}
    if not {*rule.parts, *([rule.whole] if rule.whole else [])} <= column_codes:
        return []
    rows: list[Row] = engine.execute(_rule_sql(rule, since)).fetchall()
    return [Suspicion(RULE, fact.code, *row, severity=rule.severity) for row in rows]


def _rule_sql(rule: DataSetRule, since: str) -> str:
    part, words = rule.parts[0], rule.words.replace("'", "''")
    if rule.kind == "jump":
        limit = float(rule.limit or 0)
        return f"""
            SELECT unit, month, member, '{part}', val, before, '{words}' FROM (
                SELECT unit, month, member, n, {part} AS val,
                       lag({part}) OVER w AS before, lag(n) OVER w AS was
                FROM wide WINDOW w AS (PARTITION BY unit, member ORDER BY n))
            WHERE was = n - 1 AND before <> 0 AND month >= '{since}'
              AND greatest(abs(val), abs(before)) > least(abs(val), abs(before)) * {limit}"""
    total = " + ".join(rule.parts)
    test = f"{part} > {rule.whole}" if rule.kind == "part_le_whole" else f"abs({total} - {rule.whole}) > 1e-6"
    compared, expected = (part, rule.whole) if rule.kind == "part_le_whole" else (rule.whole, f"({total})")
    return f"""SELECT unit, month, member, '{compared}', {compared}, {expected}, '{words}' FROM wide
               WHERE {test} AND month >= '{since}'"""


def load_column(engine: duckdb.DuckDBPyConnection, name: str, column: str, files: Sequence[str], since: str) -> None:
    """Make the table ``name`` (unit, month, val): one column of a fact, its members added up."""
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
    engine.execute(
        f"""CREATE OR REPLACE TABLE {name} AS SELECT unit, month, sum({column})::DOUBLE AS val
            FROM read_parquet([{quoted}], union_by_name = true) WHERE month >= '{since}' GROUP BY unit, month"""
    )


def differing_values(
    engine: duckdb.DuckDBPyConnection, by: str, tolerance: float
) -> list[tuple[str, str, float, float]]:
    """(unit, month, left, right) where two loaded columns differ by more than ``tolerance``; "" is all units."""
    side = "{0}" if by == "unit" else "(SELECT '' AS unit, month, sum(val) AS val FROM {0} GROUP BY month)"
    rows: list[tuple[str, str, float, float]] = engine.execute(
        f"""SELECT unit, month, l.val, r.val
            FROM {side.format("one_side")} l JOIN {side.format("other_side")} r USING (unit, month)
            WHERE abs(l.val - r.val) > {tolerance} * greatest(abs(l.val), abs(r.val)) ORDER BY month, unit"""
    ).fetchall()
    return rows


def _excused_sql(names: Iterable[str], fact: Fact) -> str:
    """A condition that leaves out columns that the province excused, written ``DATA-SET.column``."""
    mine = [name.partition(".")[2] for name in names if name.startswith(f"{fact.code}.")]
    return f"col NOT IN ({', '.join(repr(name) for name in mine)})" if mine else "TRUE"


def _flow_columns_sql(fact: Fact) -> str:
    names = [repr(column.code) for column in fact.columns if column.nature is Nature.FLOW]
    return f"col IN ({', '.join(names)})" if names else "FALSE"


def _negative_sql(fact: Fact, limits: QualityLimits, since: str) -> str:
    return f"""
        SELECT unit, month, member, col, val, NULL, '' FROM (
            SELECT *, sum((val < 0)::INT) OVER (PARTITION BY col) AS often, count(*) OVER (PARTITION BY col) AS many
            FROM long)
        WHERE val < 0 AND often <= greatest({FEW}, many * {limits.natural_share})
          AND {_excused_sql(limits.may_be_negative, fact)} AND month >= '{since}'"""


def _zero_sql(fact: Fact, limits: QualityLimits, since: str) -> str:
    """A nought after a long stretch of figures none of which was near it."""
    long = max(6, limits.zero_before // fact.every)
    return f"""
        SELECT unit, month, member, col, val, usual, '' FROM (
            SELECT *, count(*) FILTER (val > 0) OVER before AS had, count(*) OVER before AS many,
                   median(val) OVER before AS usual, min(val) OVER before AS least,
                   sum((val = 0)::INT) OVER (PARTITION BY unit, member, col) AS often
            FROM long
            SEMI JOIN (SELECT unit, member, col FROM long WHERE val = 0 GROUP BY ALL) USING (unit, member, col)
            WINDOW before AS (PARTITION BY unit, member, col ORDER BY n ROWS BETWEEN {long} PRECEDING AND 1 PRECEDING))
        WHERE val = 0 AND many = {long} AND had = many AND usual >= {limits.zero_least}
          AND least * 3 >= usual AND often <= {FEW} AND month >= '{since}'"""


def _still_sql(fact: Fact, limits: QualityLimits, since: str) -> str:
    """The same number of a flow again and again; shown at its last month, with how often and since when."""
    return f"""
        SELECT unit, max(month), member, col, val, NULL, count(*) || '|' || min(month) FROM (
            SELECT *, n - row_number() OVER (PARTITION BY unit, member, col, val ORDER BY n) AS run,
                   count(DISTINCT val) OVER (PARTITION BY unit, member, col) AS kinds,
                   count(*) OVER (PARTITION BY unit, member, col) AS many
            FROM long WHERE {_flow_columns_sql(fact)} AND {_excused_sql(limits.may_stand_still, fact)})
        WHERE abs(val) >= {limits.run_least} AND kinds * 3 >= many
        GROUP BY unit, member, col, val, run
        HAVING count(*) >= {limits.run_length} AND max(month) >= '{since}'"""


def _factor_sql(fact: Fact, limits: QualityLimits, since: str) -> str:
    """Ten, a hundred or a thousand times its neighbours in time, in a series that otherwise scatters little."""
    return f"""
        WITH middle AS (SELECT unit, member, col, median(val) AS mid FROM long WHERE val > 0 GROUP BY ALL),
        series AS (
            SELECT unit, member, col FROM long JOIN middle USING (unit, member, col) WHERE val > 0 GROUP BY ALL
            HAVING median(abs(log10(val / mid))) < {limits.jump_scatter} AND max(abs(log10(val / mid))) > 0.6),
        near AS (
            SELECT *, median(val) OVER around AS usual, count(*) OVER around AS many,
                   quantile_cont(val, 0.9) OVER around AS high, quantile_cont(val, 0.1) OVER around AS low
            FROM long SEMI JOIN series USING (unit, member, col)
            WINDOW around AS (PARTITION BY unit, member, col ORDER BY n
                              ROWS BETWEEN 6 PRECEDING AND 6 FOLLOWING EXCLUDE CURRENT ROW))
        SELECT unit, month, member, col, val, usual, round(log10(val / usual))::INT || ''
        FROM near
        WHERE val > 0 AND usual > 0 AND many >= 6 AND month >= '{since}'
          AND greatest(val, usual) >= 10 * {limits.jump_least} AND round(abs(log10(val / usual))) BETWEEN 1 AND 3
          AND abs(abs(log10(val / usual)) - round(abs(log10(val / usual)))) < {limits.jump_tolerance}
          AND (val > 3 * high OR val < low / 3)"""


def _fingerprints_sql(fact: Fact, digits: float) -> str:
    """All flows of a unit's month as one mark, where they tell enough to be known from another's by chance.

    A count v scatters by its square root, so one number tells about log10(3.5 * sqrt(v)) digits; equal ones tell once.
    """
    return f"""
        SELECT unit, month, n, bit_xor(hash(member, col, val)) AS said
        FROM long WHERE {_flow_columns_sql(fact)} GROUP BY unit, month, n
        HAVING list_sum(list_transform(list_distinct(list(abs(val)) FILTER (abs(val) >= 1)),
                        lambda v: log10(3.5 * sqrt(v)))) >= {digits}"""


def _copied_sql(fact: Fact, limits: QualityLimits, since: str) -> str:
    return f"""
        WITH whole AS ({_fingerprints_sql(fact, limits.copy_digits - ONE_PAIR)})
        SELECT unit, now.month, '', '', NULL, NULL, was.month FROM whole now JOIN whole was USING (unit, said)
        WHERE was.n = now.n - 1 AND now.month >= '{since}'"""


def _twin_sql(fact: Fact, limits: QualityLimits, since: str) -> str:
    return f"""
        SELECT unnest(units), month, '', '', NULL, NULL, list_aggregate(units, 'string_agg', ' ') FROM (
            SELECT month, said, list(unit ORDER BY unit) AS units FROM ({_fingerprints_sql(fact, limits.copy_digits)})
            WHERE month >= '{since}' GROUP BY month, said HAVING count(*) > 1)"""


def _heaped_sql(fact: Fact, limits: QualityLimits, since: str) -> str:
    """Far more numbers ending in 0 than others have, among those of three digits and more; binomial, z of six."""
    integer_columns = [repr(column.code) for column in fact.columns if not column.decimals]
    counted = f"col IN ({', '.join(integer_columns)})" if integer_columns else "FALSE"
    return f"""
        SELECT unit, last, '', col, round(100.0 * round_ones / many), round(100 * usual), many || '' FROM (
            SELECT unit, col, max(month) AS last, count(*) AS many, sum((val % 10 = 0)::INT) AS round_ones,
                   greatest(0.1, any_value(share)) AS usual
            FROM (SELECT *, avg((val % 10 = 0)::INT) OVER (PARTITION BY col) AS share FROM long
                  WHERE abs(val) >= 100 AND {counted} AND month >= '{since}')
            GROUP BY unit, col)
        WHERE many >= {limits.heap_values} AND usual < 0.4 AND round_ones >= {limits.heap_share} * many
          AND (round_ones - many * usual) / sqrt(many * usual * (1 - usual)) > 6"""


Statement = Callable[[Fact, QualityLimits, str], str]
STATEMENTS: dict[str, Statement] = {
    NEGATIVE: _negative_sql,
    ZERO: _zero_sql,
    STILL: _still_sql,
    FACTOR: _factor_sql,
    COPIED: _copied_sql,
    TWIN: _twin_sql,
    HEAPED: _heaped_sql,
}


def over_the_whole(
    cells: Iterable[tuple[str, str, float, float]], natural: float, many: int
) -> list[tuple[str, str, float, float]]:
    """Shares above 100 %: none where so many exceed it that it is their nature (growth, a plan carried out)."""
    excess_cells = list(cells)
    return excess_cells if len(excess_cells) <= natural * many else []
