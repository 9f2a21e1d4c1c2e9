"""What the national portal is told, what went wrong on the way, and cases of ministries' systems."""

from datetime import timedelta

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.queries.portal import access, foreign, messages
from tinhso.government.public_services.queries.portal.rules import is_on, portal_rules
from tinhso.government.public_services.services import portal
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import query_param

A_PAGE = 50
A_WEEK = timedelta(days=7)
STATES = tuple(str(state) for state in (*messages.OPEN[::-1], Dispatch.State.SENT, Dispatch.State.SKIPPED))
TONES = {"dead": "bad", "failed": "warn", "waiting": "info", "sent": "good", "skipped": ""}


def _portal_mender(request: HttpRequest) -> Actor:
    by = actor_of(request)
    access.must_mend(by)
    return by


@require_safe
@login_required
def portal_messages_page(request: HttpRequest) -> HttpResponse:
    """Messages by state, dead ones first, and how quick the last week's were."""
    _portal_mender(request)
    counts, text, words = messages.message_counts(), query_param(request, "state"), query_param(request, "q")
    state = text if text in (*STATES, "all") else "dead"
    labels = {str(dispatch_state): str(dispatch_state.label) for dispatch_state in Dispatch.State} | {
        "all": _("tất cả")
    }
    spoken = portal_rules()
    lag = messages.message_lag(since=clock.now() - A_WEEK, prompt=spoken.patience.prompt) if spoken else None
    context = {
        "page": Paginator(messages.filtered_messages("" if state == "all" else state, words), A_PAGE).get_page(
            request.GET.get("page")
        ),
        "tabs": [
            {
                "label": labels[state_code],
                "href": f"?{urlencode({'state': state_code})}",
                "active": state_code == state,
                "count": counts.get(state_code),
            }
            for state_code in (*STATES, "all")
        ],
        "state": state,
        "words": words,
        "counts": counts,
        "tones": TONES,
        "is_on": is_on(),
        "rules": spoken,
        "lag": lag,
    }
    return render(request, "public_services/sync.html", context)


@require_safe
@login_required
def portal_message_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: what it says with people covered, what was answered, what one may do."""
    _portal_mender(request)
    try:
        dispatch = messages.by_pk(pk)
    except Refused as refusal:
        return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)
    context = {
        "one": dispatch,
        "payload": messages.masked_message(dispatch),
        "tone": TONES[dispatch.state],
        "stuck": dispatch.state in (Dispatch.State.DEAD, Dispatch.State.FAILED),
        "others": messages.of_dossier(dispatch.dossier),
        "tones": TONES,
    }
    return render(request, "public_services/message.html", context)


@require_POST
@login_required
def mend_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again, or skip for a reason."""
    try:
        if request.POST.get("act") == "skip":
            portal.skip_message(pk=pk, why=request.POST.get("why", "")[:1000], by=actor_of(request), now=clock.now())
            notices.success(request, _("Đã bỏ qua thông điệp; các thông điệp sau của hồ sơ được gửi tiếp."))
        else:
            portal.retry_message(pk=pk, by=actor_of(request), now=clock.now())
            notices.success(request, _("Thông điệp được xếp lại để gửi ngay."))
    except Forbidden:
        raise
    except Refused as refusal:
        notices.error(request, refusal.message)
    return redirect("public_services:message", pk=pk)


@require_POST
@login_required
def mend_all(request: HttpRequest) -> HttpResponse:
    """Send every dead message again, after the portal was away."""
    count = portal.retry_all(by=actor_of(request), now=clock.now())
    notices.success(request, _("Đã xếp lại %(count)s thông điệp để gửi.") % {"count": count})
    return redirect("public_services:sync")


@require_safe
@login_required
def ministry_dossiers_page(request: HttpRequest) -> HttpResponse:
    """Cases of ministries' systems, for steering; nobody changes them here."""
    actor_of(request).must_be_able_to(SEE_INDICATORS)
    foreign_dossier_filter = foreign.ForeignDossierFilter(
        query_param(request, "q"), query_param(request, "source"), request.GET.get("late") == "1"
    )
    now = clock.now()
    page = Paginator(foreign.filtered_dossiers(foreign_dossier_filter, now), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [
            (foreign_dossier, foreign.status_words(foreign_dossier.status), foreign.is_late(foreign_dossier, now))
            for foreign_dossier in page
        ],
        "wanted": foreign_dossier_filter,
        "sources": foreign.dossier_sources(),
        "late_count": foreign.live_dossiers().filter(foreign.overdue_condition(now)).count(),
        "newest": foreign.known_since(),
        "may_mend": access.may_mend(actor_of(request)),
    }
    return render(request, "public_services/foreign.html", context)


@require_safe
@login_required
def ministries_one(request: HttpRequest, source: str, code: str) -> HttpResponse:
    """Everything ever known of one, the newest first."""
    actor_of(request).must_be_able_to(SEE_INDICATORS)
    try:
        history = foreign.dossier_history(source, code)
    except Refused as refusal:
        return render(request, "error.html", {"status": 404, "message": refusal.message}, status=404)
    history_rows = [(foreign_dossier, foreign.status_words(foreign_dossier.status)) for foreign_dossier in history]
    return render(request, "public_services/foreign_one.html", {"one": history[0], "history": history_rows})
