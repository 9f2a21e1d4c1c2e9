"""The dossiers behind a measure: those that it counted, told without who applied."""

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
        """Whether dossiers were counted, not steps."""
        return self.what in ("filed", "online", "finished", "promised", "on_time")


def counted_cases(scope: Scope, wanted: CountFilter) -> QuerySet[Case]:
    """Dossiers that were counted, the newest first."""
    told = scope.of_cases()
    found = Case.objects.filter(scope.cases, told[wanted.what]).select_related("unit", "origin_unit")
    if wanted.procedure:
        found = found.filter(procedure=wanted.procedure)
    return found.order_by("-submitted_at", "-pk")


def counted_steps(scope: Scope, wanted: CountFilter) -> QuerySet[Task]:
    """Steps that were counted, each with its dossier, the newest first; refuses what nothing is counted as."""
    told = scope.of_tasks()
    if wanted.what not in told:
        raise Refused("unknown_measure", gettext_noop("Không có cách đếm này."))
    found = Task.objects.filter(scope.tasks, told[wanted.what]).select_related("case", "case__unit", "unit")
    if wanted.step:
        found = found.filter(key=wanted.step)
    if wanted.actor:
        found = found.filter(done_by__in=_actor_refs(scope, wanted.actor))
    return found.order_by("-done_at", "-pk")


def _actor_refs(scope: Scope, token: str) -> list[str]:
    """The people whom a token stands for, among those who did something in the scope."""
    known = Task.objects.filter(scope.tasks, scope.of_tasks()["done"]).order_by().values_list("done_by", flat=True)
    return [ref for ref in known.distinct() if token_of(ref) == token]
