"""One Ibis pipeline per fact: grouped once to the finest grain, rolled up from there. Runs on DuckDB or on Spark.

The grain is (unit, month, dimensions). From it come totals and one breakdown per family; from these, through the reach
table, every unit, level and basis; from the months, quarters and years. Whole numbers stay int64 and others exact
decimals all the way: floating point is used for neither.
"""

from functools import reduce
from typing import Any

import ibis

from tinhso.blocks.indicators.contract import Nature
from tinhso.blocks.indicators.queries.plans import FactPlan, Measure

GROUP = ("basis", "target", "dim", "member")
KEYS = (*GROUP, "period_type", "period")
ABOUT = ("reported", "status", "true_for", "expected", "computable")  # what cells say beside their measures
ORDER = ("basis", "dim", "member", "period_type", "target", "period")


def finest_grain(plan: FactPlan, rows: Any) -> Any:
    """The finest grain: one scan of the fact, one row per unit, month and members that some family needs.

    It holds sums of columns, from which linear measures follow, and sums of products of columns, which do not.
    """
    keys = ["unit", "month", *(dim.code for dim in plan.dims)]
    adding = _additive_measures(plan)
    columns = sorted({code for m in adding if m.expression.linear for code in m.expression.columns})
    decimals = {column.code: column.decimals for column in plan.fact.columns}
    sums = {code: _exact_amount(rows[code].sum(), decimals[code]) for code in columns}
    sums |= {m.name: _exact_amount(m.expression.on(rows).sum(), m.decimals) for m in adding if not m.expression.linear}
    return rows.group_by(keys).agg(status=rows.status.min(), true_for=rows.true_for.max(), rows=rows.count(), **sums)


def month_cells(plan: FactPlan, grained: Any, reach: Any, *, parts: bool) -> Any:
    """Cells of every basis, unit, family member and month; ``parts`` says that some unit counts with a part only."""
    members = reduce(lambda a, b: a.union(b), [_broken_down(plan, grained, dim) for dim in (None, *plan.families)])
    joined = members.join(reach, members.unit == reach.source)
    amounts = {m.name: _counted_amount(m, joined, parts) for m in _additive_measures(plan)}
    return joined.group_by([*GROUP, "month"]).agg(
        reported=joined.count(),
        known=joined.known.min(),
        status=joined.status.min(),
        true_for=joined.true_for.max(),
        **amounts,
    )


def period_cells(plan: FactPlan, months: Any, periods: Any, calendar: Any, *, parts: bool) -> Any:
    """Cells of all period types from month cells; flows add up, of stocks the last month stays.

    ``periods`` says which periods a month lies in; ``calendar`` who should have reported. What cannot be computed on a
    basis is withheld.
    """
    amounts = [m.name for m in _additive_measures(plan)]
    cells = _summed_over_time(plan, months, periods, parts)
    if plan.fact.every == 1:
        cells = cells.union(months.mutate(period_type=ibis.literal("month"), period=months.month)[cells.columns])
    joined = cells.left_join(calendar, ["basis", "target", "period_type", "period"])
    computable = (joined.known == 1) & joined.whole.fill_null(True)
    return joined.select(
        *KEYS,
        "reported",
        "status",
        "true_for",
        expected=joined.expected.fill_null(joined.reported),
        computable=computable,
        **{name: ibis.ifelse(computable, joined[name], ibis.null()) for name in amounts},
    )


def _summed_over_time(plan: FactPlan, months: Any, periods: Any, parts: bool) -> Any:
    """Cells of periods longer than a month."""
    spread = months.join(periods.filter(periods.period_type != "month"), "month")
    return spread.group_by(list(KEYS)).agg(
        reported=spread.reported.sum().cast("int64"),
        known=spread.known.min(),
        status=spread.status.min().cast("int16"),
        true_for=spread.true_for.max(),
        **{m.name: _over_time(m, spread, parts) for m in _additive_measures(plan)},
    )


def distinct_cells(plan: FactPlan, measure: Measure, rows: Any, reach: Any, periods: Any) -> Any:
    """Distinct counts, which do not add up: counted anew for every group and period.

    Of a sampled measure only those things count whose digest begins with zeros, on every engine the same ones.
    """
    key = next(iter(measure.expression.columns))
    keyed_rows = rows.mutate(thing=rows[key])
    if measure.sample > 1:
        zeros = "0" * (len(f"{measure.sample:x}") - 1)
        keyed_rows = keyed_rows.filter(keyed_rows.thing.cast("string").hexdigest("md5").startswith(zeros))
    spread = keyed_rows.join(periods, "month")
    parts = []
    for dim in (None, *plan.families):
        member = spread[dim].fill_null("") if dim else ibis.literal("")
        part = spread.select("unit", "period_type", "period", "thing", dim=ibis.literal(dim or ""), member=member)
        parts.append(part.distinct())
    members = reduce(lambda a, b: a.union(b), parts)
    joined = members.join(reach, members.unit == reach.source)
    return joined.group_by(list(KEYS)).agg(**{measure.name: joined.thing.nunique() * measure.sample})


def _additive_measures(plan: FactPlan) -> list[Measure]:
    return [measure for measure in plan.measures if not measure.distinct]


def _exact_amount(amount: Any, decimals: int) -> Any:
    """The exact type of a sum. DuckDB's own is wider, which Parquet would store as a float: keep results in tables."""
    return amount.cast("decimal(38, 6)" if decimals else "int64")


def _counted_amount(measure: Measure, joined: Any, parts: bool) -> Any:
    amount = joined[measure.name]
    if not parts:
        return _exact_amount(amount.sum(), measure.decimals)
    return _exact_amount((amount.cast("decimal(27, 9)") * joined.share).sum(), 6)


def _amount_on_grain(measure: Measure, grained: Any) -> Any:
    """A measure on the rows of the grain, where sums of products stand already."""
    if not measure.expression.linear:
        return grained[measure.name]
    amount = measure.expression.on(grained)
    return _exact_amount(amount if measure.expression.columns else amount * grained.rows, measure.decimals)


def _broken_down(plan: FactPlan, grained: Any, dim: str | None) -> Any:
    keys = ["unit", "month", *([dim] if dim else [])]
    amounts = {m.name: _exact_amount(_amount_on_grain(m, grained).sum(), m.decimals) for m in _additive_measures(plan)}
    table = grained.group_by(keys).agg(status=grained.status.min(), true_for=grained.true_for.max(), **amounts)
    member = table[dim] if dim else ibis.literal("")
    return table.select(
        "unit",
        "month",
        "status",
        "true_for",
        *amounts,
        dim=ibis.literal(dim or ""),
        member=member.cast("string").fill_null(""),
    )


def _over_time(measure: Measure, months: Any, parts: bool) -> Any:
    amount = months[measure.name]
    if measure.nature is Nature.STOCK:
        return amount.argmax(months.month, where=amount.notnull())
    return _exact_amount(amount.sum(), 6 if parts else measure.decimals)
