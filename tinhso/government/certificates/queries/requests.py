"""Requests: those that wait for whom, one with all that happened, and what somebody may do with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.government.certificates.contract import OPEN, TRANSITIONS, RequestStep
from tinhso.government.certificates.models import Batch, Paper, Request
from tinhso.government.certificates.queries.rules import rules
from tinhso.government.certificates.rights import (
    APPROVE_CERTIFICATES,
    ASK_FOR_CERTIFICATES,
    MANAGE_CERTIFICATES,
    SEE_CERTIFICATES,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.deadlines import Duration, deadline_of, province_office
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold

MINE, APPROVING, ACCEPTING, BATCHING, WAITING, HANDING, ALL = (
    "mine",
    "approve",
    "accept",
    "batch",
    "waiting",
    "hand",
    "all",
)
TRAYS = (MINE, APPROVING, ACCEPTING, BATCHING, WAITING, HANDING, ALL)


@dataclass(frozen=True)
class RequestActs:
    """What somebody may do with a request now."""

    edit: bool = False
    submit: bool = False
    withdraw: bool = False
    approve: bool = False
    send_back: bool = False
    accept: bool = False
    refuse: bool = False
    hand: bool = False
    attach: bool = False


def seen_by(by: Actor) -> QuerySet[Request]:
    """Requests of units where ``by`` may see certificates."""
    requests = Request.objects.select_related("unit", "certificate", "batch", "result")
    return requests if SEE_CERTIFICATES in by.everywhere else requests.filter(unit__in=by.places(SEE_CERTIFICATES))


def visible_request(ref: str, *, by: Actor) -> Request:
    """One request; somebody else's is as unknown as one that does not exist."""
    request = seen_by(by).filter(ref=ref).first()
    if request is None:
        raise unknown_request(ref)
    return request


def unknown_request(ref: str) -> Refused:
    """That no request goes by this name, or none that the asker may know of."""
    return Refused("unknown_request", _("Không có đề nghị nào có mã “%(ref)s”."), ref=ref)


def locked_request(ref: str, *, by: Actor) -> Request:
    """The same, changed by nobody else meanwhile."""
    visible_request(ref, by=by)
    return Request.objects.select_for_update(of=("self",)).select_related("unit", "certificate", "batch").get(ref=ref)


def _units_with_right(right: str, by: Actor) -> Q:
    return Q() if right in by.everywhere else Q(unit__in=by.places(right))


def requests_in_tray(
    name: str, *, by: Actor, words: str = "", ask: str = "", late: datetime | None = None
) -> QuerySet[Request]:
    """The requests of a tray, those due first on top; the newest first among all."""
    step = {
        MINE: _units_with_right(ASK_FOR_CERTIFICATES, by) & Q(step__in=[RequestStep.DRAFT]),
        APPROVING: _units_with_right(APPROVE_CERTIFICATES, by) & Q(step=RequestStep.SUBMITTED),
        ACCEPTING: _units_with_right(MANAGE_CERTIFICATES, by) & Q(step=RequestStep.APPROVED),
        BATCHING: _units_with_right(MANAGE_CERTIFICATES, by) & Q(step=RequestStep.ACCEPTED),
        WAITING: Q(step=RequestStep.SENT),
        HANDING: (_units_with_right(ASK_FOR_CERTIFICATES, by) | _units_with_right(MANAGE_CERTIFICATES, by))
        & Q(step=RequestStep.ANSWERED)
        & ~Q(ask="revoke"),
    }.get(name, Q())
    requests = seen_by(by).filter(step)
    for word in fold(words).split()[:8]:
        requests = requests.filter(search_text__contains=word)
    if ask:
        requests = requests.filter(ask=ask)
    if late is not None:
        requests = requests.filter(due_at__lt=late)
    return requests.order_by("-made_at", "-pk") if name == ALL else requests.order_by("due_at", "pk")


def tray_counts(*, by: Actor) -> dict[str, int]:
    """How many requests are in each tray."""
    return {name: requests_in_tray(name, by=by).count() for name in TRAYS}


def trays_of(by: Actor) -> list[str]:
    """The trays that somebody has anything to do with."""
    needs = {
        MINE: ASK_FOR_CERTIFICATES,
        APPROVING: APPROVE_CERTIFICATES,
        ACCEPTING: MANAGE_CERTIFICATES,
        BATCHING: MANAGE_CERTIFICATES,
        HANDING: ASK_FOR_CERTIFICATES,
    }
    return [
        name
        for name in TRAYS
        if name not in needs or by.can(needs[name]) or (name == HANDING and by.can(MANAGE_CERTIFICATES))
    ]


def allowed_acts(request: Request, by: Actor) -> RequestActs:
    """What ``by`` may do with a request where it stands; who handed in never approves."""
    asks, approves, manages = (
        by.can(right, at=request.unit) for right in (ASK_FOR_CERTIFICATES, APPROVE_CERTIFICATES, MANAGE_CERTIFICATES)
    )
    draft, submitted = request.step == RequestStep.DRAFT, request.step == RequestStep.SUBMITTED
    is_refusable = request.step in (RequestStep.APPROVED, RequestStep.ACCEPTED)
    other = request.submitted_by != by.ref
    return RequestActs(
        edit=draft and asks,
        submit=draft and asks,
        withdraw=asks and (draft or submitted),
        approve=submitted and approves and other,
        send_back=(submitted and approves) or (request.step == RequestStep.APPROVED and manages),
        accept=request.step == RequestStep.APPROVED and manages,
        refuse=(submitted and approves) or (is_refusable and manages),
        hand=request.step == RequestStep.ANSWERED and request.ask != "revoke" and (asks or manages),
        attach=draft and asks,
    )


def due_at(step: str, now: datetime) -> datetime | None:
    """When the step that a request has reached should be over; None where the province sets no time."""
    days = rules().terms.get(step)
    if days is None:
        return None
    return deadline_of(now, Duration(days), province_office(), now=now).at


def late_requests(now: datetime, *, since: timedelta | None = None) -> QuerySet[Request]:
    """Requests whose step should be over, the most overdue first; ``since``: not longer than that."""
    requests = Request.objects.filter(due_at__lt=now, step__in=[*OPEN, RequestStep.ANSWERED]).exclude(
        ask="revoke", step="answered"
    )
    if since is not None:
        requests = requests.filter(due_at__gte=now - since)
    return requests.select_related("unit").order_by("due_at", "pk")


def can_become(request: Request, step: RequestStep) -> bool:
    """Whether ``step`` may follow the request's."""
    return step in TRANSITIONS[RequestStep(request.step)]


def visible_paper(ref: str, *, by: Actor) -> Paper:
    """A paper of a request that ``by`` may see."""
    paper = Paper.objects.filter(ref=ref).select_related("request", "file").first()
    if paper is None:
        raise Refused("unknown_paper", _("Không có giấy tờ nào có mã “%(ref)s”."), ref=ref)
    visible_request(paper.request.ref, by=by)
    return paper


def batch_by_ref(ref: str, *, by: Actor) -> Batch:
    """A batch, for the focal point."""
    by.must_be_able_to(MANAGE_CERTIFICATES)
    batch = Batch.objects.filter(ref=ref).first()
    if batch is None:
        raise Refused("unknown_batch", _("Không có lô nào có mã “%(ref)s”."), ref=ref)
    return batch


def all_batches(*, by: Actor) -> QuerySet[Batch]:
    """All batches, the newest first, without their files."""
    by.must_be_able_to(MANAGE_CERTIFICATES)
    return Batch.objects.defer("sheet", "table").order_by("-year", "-number")
