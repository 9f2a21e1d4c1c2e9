"""Several questions to the database in one round trip: a page that shows ten counts does not wait ten times."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Aggregate, Count, DateField, DateTimeField, FloatField, QuerySet, Value

from tinhso.kernel.reads import DeferredRead, Row

T = TypeVar("T")
Part = tuple[str, tuple[Any, ...], list[tuple[str, Callable[[Any], Any]]]]


def read_together(reads: Sequence[DeferredRead[T]]) -> list[T]:
    """Ask everything in ``reads`` with one statement; return what each makes of its rows, in the same order.

    Values come back as what their field holds: moments, days, whole numbers, decimals, text.
    """
    parts = [_compiled_query(deferred_read.rows) for deferred_read in reads]
    compiled_queries = [part for part in parts if part is not None]
    answers = iter(_run_queries(compiled_queries))
    return [
        deferred_read.make(next(answers) if part is not None else [])
        for deferred_read, part in zip(reads, parts, strict=True)
    ]


def count_together(**querysets: QuerySet[Any, Any]) -> dict[str, int]:
    """Count the rows of each query set, all with one statement."""
    reads = [totals_read(rows, _number_of_rows, number=Count("*")) for rows in querysets.values()]
    return dict(zip(querysets, read_together(reads), strict=True))


def totals_read(rows: QuerySet[Any, Any], make: Callable[[Row], T], **aggregates: Aggregate) -> DeferredRead[T]:
    """Read aggregates over all ``rows``; ``make`` gets them by name, counts as 0 and others as None of nothing."""
    if rows.query.is_sliced or rows.query.distinct:
        rows = rows.model._default_manager.filter(pk__in=rows.values("pk"))
    nothing: Row = {name: 0 if isinstance(aggregate, Count) else None for name, aggregate in aggregates.items()}
    totals = rows.order_by().values(whole=Value(1)).annotate(**aggregates).values(*aggregates)
    return DeferredRead(totals, lambda found: make(found[0] if found else nothing))


def _number_of_rows(counts: Row) -> int:
    return int(counts["number"])


def _compiled_query(rows: Any) -> Part | None:
    """The statement of a query set, its parameters, and the name and type of each column; None if nothing can match."""
    query = rows.query
    compiler = query.get_compiler(rows.db)
    try:
        sql, parameters = compiler.as_sql()
    except EmptyResultSet:
        return None
    names = list(query.selected or [*query.extra_select, *query.values_select, *query.annotation_select])
    fields = [expression.output_field for expression, _sql, _alias in compiler.select[: len(names)]]
    return sql, parameters, [(name, _reader_of(field)) for name, field in zip(names, fields, strict=True)]


def _reader_of(field: Any) -> Callable[[Any], Any]:
    """How a value of ``field`` is read from JSON."""
    if isinstance(field, DateTimeField):
        return datetime.fromisoformat
    if isinstance(field, DateField):
        return date.fromisoformat
    return float if isinstance(field, FloatField) else _as_is


def _as_is(value: Any) -> Any:
    return value


def _run_queries(parts: Sequence[Part]) -> list[list[Row]]:
    if not parts:
        return []
    columns = [", ".join(f"c{position}" for position in range(len(columns))) for _sql, _parameters, columns in parts]
    selects = [
        f"(SELECT coalesce(json_agg(json_build_array({names})), '[]')::text FROM ({sql}) AS part({names}))"
        for (sql, _parameters, _columns), names in zip(parts, columns, strict=True)
    ]
    parameters = [value for _sql, values, _columns in parts for value in values]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selects)}", parameters)
        (answers,) = cursor.fetchall()
    return [_decoded_rows(answer, columns) for answer, (_sql, _parameters, columns) in zip(answers, parts, strict=True)]


def _decoded_rows(answer: str, columns: list[tuple[str, Callable[[Any], Any]]]) -> list[Row]:
    return [
        {name: None if value is None else decode(value) for (name, decode), value in zip(columns, values, strict=True)}
        for values in json.loads(answer, parse_float=Decimal)
    ]
