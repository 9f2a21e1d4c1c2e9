"""The cases behind a measure: those that it counted, told without who applied."""

from dataclasses import dataclass

from django.db.models import QuerySet

from tinhso.blocks.cases.models import Case, Task
from tinhso.ioc.queries.scorecard.scope import Scope, token_of
from tinhso.kernel.errors import Refused, gettext_noop


@dataclass(frozen=True)
class CountFilter:
    """Which number: what was counted, and of which service, actor or step."""

    what: str
    procedure: str = ""
    actor: str = ""
    step: str = ""

    @property
    def is_of_cases(self) -> bool:
        """Whether cases were counted, not steps."""
        return self.what in ("filed", "online", "finished", "promised", "on_time")


def counted_cases(scope: Scope, count_filter: CountFilter) -> QuerySet[Case]:
    """Cases that were counted, the newest first."""
    conditions_by_key = scope.of_cases()
    cases = Case.objects.filter(scope.cases, conditions_by_key[count_filter.what]).select_related("unit", "origin_unit")
    if count_filter.procedure:
        cases = cases.filter(procedure=count_filter.procedure)
    return cases.order_by("-submitted_at", "-pk")


def counted_steps(scope: Scope, count_filter: CountFilter) -> QuerySet[Task]:
    """Steps that were counted, each with its case, the newest first; refuses what nothing is counted as."""
    conditions_by_key = scope.of_tasks()
    if count_filter.what not in conditions_by_key:
        raise Refused("unknown_measure", gettext_noop("Không có cách đếm này."))
    tasks = Task.objects.filter(scope.tasks, conditions_by_key[count_filter.what]).select_related(
        "case", "case__unit", "unit"
    )
    if count_filter.step:
        tasks = tasks.filter(key=count_filter.step)
    if count_filter.actor:
        tasks = tasks.filter(done_by__in=_actor_refs(scope, count_filter.actor))
    return tasks.order_by("-done_at", "-pk")


def _actor_refs(scope: Scope, token: str) -> list[str]:
    """The people whom a token stands for, among those who did something in the scope."""
    tasks = Task.objects.filter(scope.tasks, scope.of_tasks()["done"]).order_by().values_list("done_by", flat=True)
    return [ref for ref in tasks.distinct() if token_of(ref) == token]
