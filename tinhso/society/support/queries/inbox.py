"""What waits at my posts, late first; everything that I may see; complaints that wait for an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from tinhso.kernel.actor import Actor
from tinhso.society.support.contract import OPEN, TO_DECIDE, ApplicationState
from tinhso.society.support.models import Application, Complaint
from tinhso.society.support.queries import lookup
from tinhso.society.support.rights import DECIDE_SUPPORT, SEE_SUPPORT, TAKE_SUPPORT

DECIDE, PAPER, GIVE, DOUBT, ALL = "decide", "paper", "give", "doubt", "all"
TRAYS = (DECIDE, PAPER, GIVE, DOUBT, ALL)
STATES: Mapping[str, ApplicationState] = {
    DECIDE: ApplicationState.SUBMITTED,
    PAPER: ApplicationState.PAPER,
    GIVE: ApplicationState.APPROVED,
}
WORKING = (TAKE_SUPPORT, DECIDE_SUPPORT)


@dataclass(frozen=True)
class ApplicationFilter:
    """How a list is narrowed; ``words`` are looked for in the reference and the shown name."""

    words: str = ""
    programme: str = ""
    state: str = ""
    unit: str = ""
    late: bool = False
    month: str = ""


def tray_applications(name: str, by: Actor) -> QuerySet[Application]:
    """The applications of one tray, late first; all of them, the newest first."""
    if name == ALL:
        return lookup.seen_by(by).order_by("-told_at", "-pk")
    applications = Application.objects.filter(lookup.within_reach(by, *WORKING)).select_related(
        "programme", "unit", "origin_unit"
    )
    if name == DOUBT:
        return applications.filter(needs_unit=True, state__in=OPEN).order_by("due_at", "pk")
    return applications.filter(state=STATES[name]).order_by("due_at", "pk")


def filter_applications(
    applications: QuerySet[Application], application_filter: ApplicationFilter, now: datetime
) -> QuerySet[Application]:
    """What is left of a list when it is narrowed."""
    for word in application_filter.words.split()[:5]:
        applications = applications.filter(Q(ref__icontains=word) | Q(shown_name__icontains=word))
    exact = {
        "programme__code": application_filter.programme,
        "state": application_filter.state,
        "origin_unit__ref": application_filter.unit,
    }
    applications = applications.filter(**{name: value for name, value in exact.items() if value})
    year, _dash, month = application_filter.month.partition("-")
    if year.isascii() and year.isdigit() and month.isascii() and month.isdigit() and len(application_filter.month) == 7:
        applications = applications.filter(delivered_at__year=int(year), delivered_at__month=int(month))
    return applications.filter(due_at__lt=now, state__in=TO_DECIDE) if application_filter.late else applications


def inbox_counts(by: Actor, now: datetime) -> dict[str, int]:
    """The numbers over the inbox: each tray's, and how much is late."""
    values = Application.objects.filter(lookup.within_reach(by, *WORKING), state__in=OPEN).aggregate(
        decide=Count("pk", filter=Q(state=ApplicationState.SUBMITTED)),
        paper=Count("pk", filter=Q(state=ApplicationState.PAPER)),
        give=Count("pk", filter=Q(state=ApplicationState.APPROVED)),
        doubt=Count("pk", filter=Q(needs_unit=True)),
        late=Count("pk", filter=Q(state__in=TO_DECIDE, due_at__lt=now)),
    )
    return {**values, "complaints": visible_complaints(by).filter(answered_at__isnull=True).count()}


def visible_complaints(by: Actor) -> QuerySet[Complaint]:
    """Complaints about applications that ``by`` may decide or see: those that wait first, by their day."""
    condition = lookup.within_reach(by, DECIDE_SUPPORT, SEE_SUPPORT)
    complaints = Complaint.objects.filter(application__in=Application.objects.filter(condition))
    complaints = complaints.select_related("application__programme", "application__unit")
    return complaints.order_by(F("answered_at").desc(nulls_first=True), "due_at", "pk")
