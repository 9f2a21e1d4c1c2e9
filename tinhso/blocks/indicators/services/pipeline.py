"""One Ibis pipeline per fact: grouped once to the finest grain, rolled up from there. Runs on DuckDB or on Spark.

The grain is (unit, month, dimensions). From it come totals and one breakdown per family; from these, through the reach
table, every unit, level and basis; from the months, quarters and years. Whole numbers stay int64 and others exact
decimals all the way: floating point is used for neither.
"""

from functools import reduce
from typing import Any

import ibis

from tinhso.blocks.indicators.contract import Nature
from tinhso.blocks.indicators.queries.plans import Measure, Plan

GROUP = ("basis", "target", "dim", "member")
INFO = ("reported", "expected", "computable", "status", "true_for")
ORDER = ("basis", "dim", "member", "period_type", "target", "period")


def grain(plan: Plan, rows: Any) -> Any:
    """The finest grain: one scan of the fact, one row per unit, month and members that some family needs.

    What is linear is computed from sums of columns after grouping; only products of columns are computed per row.
    """
    keys = ["unit", "month", *(dim.code for dim in plan.dims)]
    adding = _adding(plan)
    columns = sorted({code for m in adding if m.expression.linear for code in m.expression.columns})
    decimals = {column.code: column.decimals for column in plan.fact.columns}
    sums = {code: _exact(rows[code].sum(), decimals[code]) for code in columns}
    sums |= {m.name: _exact(m.expression.on(rows).sum(), m.decimals) for m in adding if not m.expression.linear}
    grouped = rows.group_by(keys).agg(status=rows.status.min(), true_for=rows.true_for.max(), rows=rows.count(), **sums)
    linear = {m.name: _linear(m, grouped) for m in adding if m.expression.linear}
    return grouped.mutate(**linear).select(*keys, "status", "true_for", *(m.name for m in adding))


def month_cells(plan: Plan, grained: Any, reach: Any, *, parts: bool) -> Any:
    """Cells of every basis, unit, family member and month; ``parts`` says that some unit counts with a part only."""
    members = reduce(lambda a, b: a.union(b), [_broken_down(plan, grained, dim) for dim in (None, *plan.families)])
    joined = members.join(reach, members.unit == reach.source)
    amounts = {
        m.name: _exact((joined[m.name] * joined.share).sum(), 6) if parts else _exact(joined[m.name].sum(), m.decimals)
        for m in _adding(plan)
    }
    return joined.group_by([*GROUP, "month"]).agg(
        reported=joined.count(),
        known=joined.known.min(),
        status=joined.status.min(),
        true_for=joined.true_for.max(),
        **amounts,
    )


def period_cells(plan: Plan, months: Any, calendar: Any, kind: str, *, parts: bool) -> Any:
    """Cells of ``kind`` (month, quarter or year) from month cells; flows add up, of stocks the last month stays."""
    months = months.mutate(period=_period(months.month, kind))
    if kind == "month":
        cells = months.drop("month")
    else:
        amounts = {m.name: _over_time(m, months, parts) for m in _adding(plan)}
        cells = months.group_by([*GROUP, "period"]).agg(
            reported=months.reported.sum().cast("int64"),
            known=months.known.min(),
            status=months.status.min(),
            true_for=months.true_for.max(),
            **amounts,
        )
    return _finished(plan, cells, calendar, kind)


def distinct_cells(plan: Plan, measure: Measure, rows: Any, reach: Any, kind: str) -> Any:
    """Exact distinct counts, which do not add up: counted anew for every group and period."""
    key = next(iter(measure.expression.columns), "unit")
    rows = rows.mutate(period=_period(rows.month, kind), thing=rows[key])
    parts = []
    for dim in (None, *plan.families):
        label, member = (ibis.literal(dim or ""), rows[dim] if dim else ibis.literal(""))
        parts.append(rows.select("unit", "period", "thing", dim=label, member=member).distinct())
    members = reduce(lambda a, b: a.union(b), parts)
    joined = members.join(reach, members.unit == reach.source)
    return joined.group_by([*GROUP, "period"]).agg(**{measure.name: joined.thing.nunique()})


def _adding(plan: Plan) -> list[Measure]:
    return [measure for measure in plan.measures if not measure.distinct]


def _exact(amount: Any, decimals: int) -> Any:
    """Sums widen (to 128 bits in DuckDB, which Parquet would store as floats): bring them back to an exact type."""
    return amount.cast("decimal(38, 6)" if decimals else "int64")


def _linear(measure: Measure, grouped: Any) -> Any:
    amount = measure.expression.on(grouped)
    return _exact(amount if measure.expression.columns else amount * grouped.rows, measure.decimals)


def _broken_down(plan: Plan, grained: Any, dim: str | None) -> Any:
    keys = ["unit", "month", *([dim] if dim else [])]
    amounts = {m.name: _exact(grained[m.name].sum(), m.decimals) for m in _adding(plan)}
    table = grained.group_by(keys).agg(status=grained.status.min(), true_for=grained.true_for.max(), **amounts)
    member = table[dim] if dim else ibis.literal("")
    return table.select(
        "unit", "month", "status", "true_for", *amounts, dim=ibis.literal(dim or ""), member=member.cast("string")
    )


def _period(month: Any, kind: str) -> Any:
    if kind == "month":
        return month
    year = month.left(4)
    if kind == "year":
        return year
    quarter = ((month.right(2).cast("int32") + 2) / 3).floor().cast("int32").cast("string")
    return year.concat(ibis.literal("-Q"), quarter)


def _over_time(measure: Measure, months: Any, parts: bool) -> Any:
    amount = months[measure.name]
    if measure.nature is Nature.STOCK:
        return amount.argmax(months.month)
    return _exact(amount.sum(), 6 if parts else measure.decimals)


def _finished(plan: Plan, cells: Any, calendar: Any, kind: str) -> Any:
    """Say how many should have reported, and withhold what cannot be computed."""
    mine = calendar.filter(calendar.period_type == kind).drop("period_type")
    joined = cells.left_join(mine, ["basis", "target", "period"])
    computable = (joined.known == 1) & joined.whole.fill_null(True)
    amounts = {m.name: ibis.ifelse(computable, joined[m.name], ibis.null()) for m in _adding(plan)}
    info = {
        "reported": joined.reported.cast("int64"),
        "expected": joined.expected.fill_null(joined.reported).cast("int64"),
        "computable": computable,
        "status": joined.status.cast("int16"),
        "true_for": joined.true_for,
    }
    return joined.select(*GROUP, "period", period_type=ibis.literal(kind), **info, **amounts)
