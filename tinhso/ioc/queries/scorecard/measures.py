"""The measures of Nghị định 224/2026/NĐ-CP, Điều 19.1: of each service, of each actor, of each step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from tinhso.blocks.cases.models import Case, Task
from tinhso.ioc.queries.scorecard.scope import Scope, token_of
from tinhso.ioc.queries.scorecard.working_time import Times, working_times
from tinhso.kernel.errors import Refused, gettext_noop

SERVICE, ACTOR, STEP = BY = ("service", "actor", "step")
# A pause counts for who works on the case only as far as it lies within the time in question.
CASE_SPANS = """
    SELECT one.id, one.procedure AS grouped, one.received_at AS since, one.finished_at AS until, 1 AS sign
    FROM cases_case one WHERE {holds}
    UNION ALL
    SELECT one.id, one.procedure, greatest(pause.since, one.received_at), least(pause.until, one.finished_at), -1
    FROM cases_case one JOIN cases_pause pause ON pause.case_id = one.id
    WHERE {holds} AND pause.since < one.finished_at AND pause.until > one.received_at
"""
CASE_HOLDS = """one.origin_unit_id = ANY(%s) AND one.finished_at >= %s AND one.finished_at < %s
    AND one.received_at IS NOT NULL"""
TASK_SPANS = """
    SELECT step.id, {grouped} AS grouped, step.opened_at AS since, step.done_at AS until, 1 AS sign
    FROM cases_task step JOIN cases_case one ON one.id = step.case_id WHERE {holds}
    UNION ALL
    SELECT step.id, {grouped}, greatest(pause.since, step.opened_at), least(pause.until, step.done_at), -1
    FROM cases_task step JOIN cases_case one ON one.id = step.case_id JOIN cases_pause pause ON pause.case_id = one.id
    WHERE {holds} AND pause.since < step.done_at AND pause.until > step.opened_at
"""
TASK_HOLDS = (
    "one.origin_unit_id = ANY(%s) AND step.done_at >= %s AND step.done_at < %s AND step.done_at >= step.opened_at"
)
GROUPED = {STEP: "step.key", ACTOR: "step.done_by"}


@dataclass(frozen=True)
class MeasuredRow:
    """One service, actor or step with its counts and times; ``key`` is what addresses call it."""

    key: str
    name: str
    about: str
    counts: Mapping[str, int]
    times: Times = field(default_factory=Times)


def measured_rows(scope: Scope, by: str, *, names: bool) -> list[MeasuredRow]:
    """The rows of one way to look; without ``names`` actors are only numbered."""
    if by == SERVICE:
        return _service_rows(scope)
    if by not in BY:
        raise Refused("unknown_measure", gettext_noop("Chỉ xem được theo dịch vụ, theo người xử lý hoặc theo bước."))
    return _step_rows(scope) if by == STEP else _actor_rows(scope, names=names)


def _service_rows(scope: Scope) -> list[MeasuredRow]:
    conditions_by_key = scope.of_cases()
    cases = (
        Case.objects.filter(scope.cases, conditions_by_key["filed"] | conditions_by_key["finished"])
        .order_by()
        .values("procedure")
        .annotate(called=Max("name"), area=Max("field"), **_count_columns(conditions_by_key))
    )
    took = _working_times(
        scope,
        CASE_SPANS,
        CASE_HOLDS,
        "",
        Case.objects.filter(scope.cases, conditions_by_key["finished"]),
        "received_at",
    )
    return sorted(
        (
            _measured_row(
                case_counts["procedure"],
                case_counts["called"],
                case_counts["area"],
                case_counts,
                conditions_by_key,
                took,
            )
            for case_counts in cases
        ),
        key=lambda row: (-row.counts["filed"], row.key),
    )


def _step_rows(scope: Scope) -> list[MeasuredRow]:
    conditions_by_key = scope.of_tasks()
    tasks = (
        Task.objects.filter(scope.tasks, conditions_by_key["done"] | conditions_by_key["open"])
        .order_by()
        .values("key")
        .annotate(called=Max("name"), right_asked=Max("right"), **_count_columns(conditions_by_key))
    )
    took = _task_times(scope, STEP)
    return sorted(
        (
            _measured_row(
                step_counts["key"], step_counts["called"], step_counts["key"], step_counts, conditions_by_key, took
            )
            for step_counts in tasks
        ),
        key=lambda row: (-row.counts["done"], row.key),
    )


def _actor_rows(scope: Scope, *, names: bool) -> list[MeasuredRow]:
    conditions_by_key = {name: holds for name, holds in scope.of_tasks().items() if not name.startswith("open")}
    tasks = (
        Task.objects.filter(scope.tasks, conditions_by_key["done"])
        .order_by()
        .values("done_by")
        .annotate(called=Max("done_by_name"), place=Max("unit__name"), **_count_columns(conditions_by_key))
    )
    took, rows = _task_times(scope, ACTOR), []
    lines: list[dict[str, Any]] = [dict(actor_counts) for actor_counts in tasks]
    for number, values in enumerate(sorted(lines, key=lambda one: (-one["done"], one["done_by"])), 1):
        key, called = token_of(values["done_by"]), values["called"] if names else f"#{number}"
        rows.append(
            _measured_row(
                key, called, values["place"], values, conditions_by_key, {key: took.get(values["done_by"], Times())}
            )
        )
    return rows


def _count_columns(conditions_by_key: Mapping[str, Q]) -> dict[str, Count]:
    return {name: Count("pk", filter=holds) for name, holds in conditions_by_key.items()}


def _measured_row(
    key: str,
    name: str,
    about: str,
    values: Mapping[str, Any],
    conditions_by_key: Mapping[str, Q],
    took: Mapping[str, Times],
) -> MeasuredRow:
    return MeasuredRow(key, name, about, {code: values[code] for code in conditions_by_key}, took.get(key, Times()))


def _task_times(scope: Scope, by: str) -> dict[str, Times]:
    done = Task.objects.filter(scope.tasks, scope.of_tasks()["done"])
    return _working_times(scope, TASK_SPANS, TASK_HOLDS, GROUPED[by], done, "opened_at")


def _working_times(
    scope: Scope, spans: str, holds: str, grouped: str, counted: "QuerySet[Any, Any]", begins: str
) -> dict[str, Times]:
    first: datetime | None = counted.aggregate(first=Min(begins))["first"]
    if first is None:
        return {}
    parameters = [list(scope.places), scope.since, scope.until]
    return working_times(spans.format(holds=holds, grouped=grouped), parameters * 2, first, scope.until)
