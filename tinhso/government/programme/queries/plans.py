"""Plans and their files."""

from django.db.models import Count, Q, QuerySet

from tinhso.blocks.documents.models import Paper
from tinhso.government.programme.models import Plan
from tinhso.kernel.errors import Refused, gettext_noop


def all_plans() -> QuerySet[Plan]:
    """All of them, the newest first, with how many goals and tasks they have."""
    goals = Count("goals", filter=Q(goals__known_to=None, goals__dropped=False), distinct=True)
    tasks = Count("tasks", distinct=True)
    plans = Plan.objects.select_related("unit").annotate(goals_count=goals, tasks_count=tasks)
    return plans.order_by("-last_year", "-issued_on", "pk")


def plan_by_ref(ref: str) -> Plan:
    """One plan; refuses an unknown one."""
    plan = all_plans().filter(ref=ref[:24]).first()
    if plan is None:
        raise Refused("unknown_plan", gettext_noop("Không có chương trình nào có mã “%(ref)s”."), ref=ref[:24])
    return plan


def papers_used_in(used_in: str) -> QuerySet[Paper]:
    """Files that were put with a plan, a criterion, a task or a directive."""
    return Paper.objects.filter(uses__used_in=used_in, withdrawn_at=None).order_by("kept_at", "pk")
