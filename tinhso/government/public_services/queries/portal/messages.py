"""Messages to the portal: which is next, which are due, how long they took."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.cases.queries import papers
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import Paper
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.queries.portal.content import HIDDEN
from tinhso.kernel.errors import Refused

State = Dispatch.State
OPEN = (State.WAITING, State.FAILED, State.DEAD)  # these hold back what comes after them
A_ROUND = 500
MASK = "•••"
DUE = """
    SELECT dossier FROM (
        SELECT DISTINCT ON (dossier) dossier, state, next_at, happened_at
        FROM public_services_dispatch WHERE state IN ('waiting', 'failed', 'dead') ORDER BY dossier, place, id
    ) first
    WHERE state <> 'dead' AND (next_at IS NULL OR next_at <= %s) ORDER BY happened_at, dossier LIMIT %s
"""
LAG = """
    SELECT count(*), count(*) FILTER (WHERE sent_at - happened_at <= make_interval(secs => %s)),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY sent_at - happened_at),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY sent_at - happened_at)
    FROM public_services_dispatch WHERE state = 'sent' AND sent_at >= %s
"""


@dataclass(frozen=True)
class Lag:
    """How long messages sent since a moment took from what happened: ``prompt`` of ``sent`` were quick enough."""

    sent: int
    prompt: int
    median: timedelta | None
    p95: timedelta | None


def next_of(dossier: str) -> Dispatch | None:
    """The message of a case that must go before all others; None when all are settled."""
    return Dispatch.objects.filter(dossier=dossier, state__in=OPEN).order_by("place", "pk").first()


def due_dossiers(now: datetime) -> list[str]:
    """Cases whose next message may go now, the longest waiting first."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [now, A_ROUND])
        return [row[0] for row in cursor.fetchall()]


def subject_of(dispatch: Dispatch) -> tuple[Case, Entry]:
    """The case and the entry that a message is about."""
    case = Case.objects.select_related("party", "unit").get(code=dispatch.dossier)
    return case, case.entries.get(number=dispatch.number)


def paper_of(dispatch: Dispatch) -> Paper | None:
    """The paper whose file a message carries; None where it carries none."""
    return documents.paper(dispatch.paper) if dispatch.paper else None


def untold_papers(case: Case) -> list[Paper]:
    """The papers of a case of which the portal has not been told, the oldest first."""
    dispatches = Dispatch.objects.filter(dossier=case.code, kind=Dispatch.Kind.UPLOAD).values_list("paper", flat=True)
    reported_papers = set(dispatches)
    return [paper for paper in papers.papers_of_case(case) if paper.ref not in reported_papers]


def by_pk(pk: int) -> Dispatch:
    """One message; refuses an unknown one."""
    dispatch = Dispatch.objects.filter(pk=pk).first()
    if dispatch is None:
        raise Refused("unknown_message", _("Không có thông điệp này."))
    return dispatch


def filtered_messages(state: str, words: str) -> QuerySet[Dispatch]:
    """Messages in a state (all of them without one) about cases whose code holds ``words``, the newest first."""
    dispatches = Dispatch.objects.order_by("-happened_at", "-place")
    if state:
        dispatches = dispatches.filter(state=state)
    return dispatches.filter(dossier__icontains=words) if words else dispatches


def of_dossier(dossier: str) -> list[Dispatch]:
    """All messages of a case in the order in which they go."""
    return list(Dispatch.objects.filter(dossier=dossier).order_by("place", "pk"))


def message_counts() -> Mapping[str, int]:
    """How many messages there are in each state."""
    count_by_state = dict(Dispatch.objects.order_by().values_list("state").annotate(Count("pk")))
    return {str(state): count_by_state.get(str(state), 0) for state in State}


def message_lag(*, since: datetime, prompt: timedelta) -> Lag:
    """How quick the messages sent since a moment were."""
    with connection.cursor() as cursor:
        cursor.execute(LAG, [prompt.total_seconds(), since])
        return Lag(*cursor.fetchone())


def masked_message(dispatch: Dispatch) -> dict[str, Any]:
    """What a message tells, as a page may show it: what is filled in when it is sent stays covered."""
    return dict(dispatch.payload) | {theirs: MASK for theirs, ours in dispatch.private.items() if ours in HIDDEN}
