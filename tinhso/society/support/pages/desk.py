"""The desk: what waits, late first; one application; applying for somebody; complaints."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support import services
from tinhso.society.support.contract import TO_DECIDE, Channel
from tinhso.society.support.models import Application
from tinhso.society.support.pages.forming import Applying
from tinhso.society.support.queries import detail, lookup
from tinhso.society.support.queries import inbox as queries
from tinhso.society.support.rights import DECIDE_SUPPORT, MANAGE_SUPPORT, TAKE_SUPPORT
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import file_response
from tinhso.ui.request_params import query_param

A_PAGE = 50


def support_worker(request: HttpRequest) -> Actor:
    """Who works with applications; refuses all others."""
    by = actor_of(request)
    if not any(by.can(right) for right in lookup.RIGHTS):
        raise Forbidden("no_right", _("Bạn không có quyền xem hồ sơ hỗ trợ."))
    return by


@require_safe
@login_required
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, late first; other trays beside it."""
    by, now = support_worker(request), clock.now()
    tray = request.GET.get("tray", queries.DECIDE)
    tray = tray if tray in queries.TRAYS else queries.DECIDE
    values = {name: query_param(request, name, 80) for name in ("programme", "state", "unit", "month")}
    words = query_param(request, "q", 200)
    application_filter = queries.ApplicationFilter(words=words, late=request.GET.get("late") == "1", **values)
    counts = queries.inbox_counts(by, now)
    page = Paginator(
        queries.filter_applications(queries.tray_applications(tray, by), application_filter, now), A_PAGE
    ).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [
            (application, detail.TONES.get(application.state, ""), _is_late(application, now)) for application in page
        ],
        "tray": tray,
        "tabs": _tray_tabs(tray, counts),
        "counts": counts,
        "wanted": application_filter,
        "programmes": lookup.programmes(),
        "states": Application.State.choices[1:-1],
        "bulk": tray == queries.DECIDE and by.can(DECIDE_SUPPORT),
        "may_take": by.can(TAKE_SUPPORT),
        "may_manage": by.can(MANAGE_SUPPORT),
    }
    return render(request, "support/inbox.html", context)


def _is_late(application: Application, now: object) -> bool:
    return application.state in TO_DECIDE and application.due_at is not None and application.due_at < clock.now()


def _tray_tabs(tray: str, counts: dict[str, int]) -> list[dict[str, object]]:
    names = {
        queries.DECIDE: _("Chờ duyệt"),
        queries.PAPER: _("Chờ giấy tờ"),
        queries.GIVE: _("Chờ trao"),
        queries.DOUBT: _("Chưa rõ đơn vị"),
        queries.ALL: _("Tất cả"),
    }
    here = reverse("support:inbox")
    rows: list[dict[str, object]] = [
        {"label": name, "href": f"{here}?tray={code}", "active": code == tray, "count": counts.get(code, "")}
        for code, name in names.items()
        if code != queries.DOUBT or counts["doubt"]
    ]
    complaints = {
        "label": _("Khiếu nại"),
        "href": reverse("support:complaints"),
        "active": tray == "complaints",
        "count": counts["complaints"],
    }
    return [*rows, complaints]


@require_safe
@login_required
def complaints_page(request: HttpRequest) -> HttpResponse:
    """Complaints: those that wait first."""
    by, now = support_worker(request), clock.now()
    page = Paginator(queries.visible_complaints(by), A_PAGE).get_page(request.GET.get("page"))
    lines = [(complaint, complaint.answered_at is None and complaint.due_at < now) for complaint in page]
    context = {"page": page, "lines": lines, "tabs": _tray_tabs("complaints", queries.inbox_counts(by, now))}
    return render(request, "support/complaints.html", context)


@require_safe
@login_required
def application_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One application with all known of it; who applied is masked."""
    by = support_worker(request)
    application = lookup.visible_application(ref, by=by)
    return render(request, "support/one.html", context_of(application, by))


def context_of(application: Application, by: Actor) -> dict[str, object]:
    """What the page of an application shows."""
    return {
        "one": application,
        "tone": detail.TONES.get(application.state, ""),
        "late": _is_late(application, None),
        "answers": detail.rule_answers(application.answers),
        "story": detail.application_history(application),
        "may": detail.allowed_actions(application, by),
        "delivery": getattr(application, "delivery", None),
        "today": clock.today(),
        "complaints": application.complaints.order_by("-at"),
        "successors": units.successors(application.unit, clock.today()) if application.needs_unit else [],
        "payments": application.payments.select_related("batch").order_by("-pk"),
    }


@require_safe
@login_required
def delivery_proof(request: HttpRequest, ref: str) -> StreamingHttpResponse:
    """The proof of a delivery, for those who may see the application; each look is written down."""
    by = support_worker(request)
    application = lookup.visible_application(ref, by=by)
    delivery = getattr(application, "delivery", None)
    if delivery is None or delivery.proof is None:
        raise lookup.unknown_application(ref)
    audit.record_view(by=by, what=("support.Application", application.ref), why="proof")
    file = delivery.proof
    ending = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}.get(file.media_type, "bin")
    return file_response(
        documents.checked_chunks(file), name=f"{ref}.{ending}", media_type=file.media_type, size=file.size, inline=True
    )


@sensitive_post_parameters("number", "phone", "imei", "name")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_application_page(request: HttpRequest, code: str) -> HttpResponse:
    """Apply for somebody who stands at the counter, or whom a team visits."""
    by, programme = support_worker(request), lookup.programme(code)
    by.must_be_able_to(TAKE_SUPPORT)
    form = Applying(programme, request.POST if request.method == "POST" else None, desk=True)
    if request.method == "POST" and form.is_valid():
        channel = form.cleaned_data["channel"]
        draft = form.draft(channel=Channel(channel), language="vi")
        try:
            application = services.submit_application(programme=programme, draft=draft, by=by, now=clock.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("support:one", application.ref)
    context = {
        "programme": programme,
        "form": form,
        "submit": _("Nộp hồ sơ"),
        "cancel_url": reverse("support:inbox"),
        "intro": _("Xem căn cước của người đề nghị. Số được cất kín, trên trang chỉ hiện ba số cuối."),
    }
    return render(request, "support/new.html", context)
