"""The inbox of my posts, many at a time; and who stands in for me."""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.cases import services
from tinhso.blocks.cases.models import Case, StandIn, Task
from tinhso.blocks.cases.pages.paging import Bounded
from tinhso.blocks.cases.queries import detail, lookup
from tinhso.blocks.cases.queries import inbox as queries
from tinhso.blocks.cases.rights import ASSIGN_CASES, PROCESS_CASES, RECEIVE_CASES
from tinhso.blocks.cases.services.holding import colleagues_of
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message, redirect_back
from tinhso.ui.request_params import number_in, posted_field, posted_number, query_param
from tinhso.ui.tabs import tabs_by

A_PAGE, A_PAGE_READ = 50, 25  # where many are done at once; where one is looked for
TRAYS: dict[str, Callable[[Actor, queries.CaseFilter, datetime], QuerySet[Any]]] = {
    queries.TODO: queries.tasks_to_do,
    queries.WAITING: queries.tasks_waiting,
    queries.DONE: queries.tasks_done,
    queries.ALL: queries.visible_cases,
}


@require_safe
@login_required
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What waits for me, late first; other trays beside it."""
    by, now = _require_worker(request), clock.now()
    tray = request.GET.get("tray", queries.TODO)
    tray = tray if tray in queries.TRAYS else queries.TODO
    case_filter = queries.CaseFilter(
        words=query_param(request, "q", 200),
        late=request.GET.get("late") == "1",
        mine=request.GET.get("mine") == "1",
        step=request.GET.get("step", "")[:80],
        status=request.GET.get("status", ""),
    )
    counts = queries.inbox_counts(by, now)
    page = _tray_page(request, tray, case_filter, by, now, counts)
    lines: list[tuple[Task | Case, Case, tuple[str, str]]]
    if tray == queries.ALL:
        lines = [(case, case, detail.promise_standing(case, now)) for case in page.object_list]
    else:
        lines = [(task, task.case, detail.task_standing(task, now)) for task in page.object_list]
    context = {
        "page": page,
        "lines": lines,
        "tray": tray,
        "tabs": _tray_tabs(tray, counts),
        "counts": counts,
        "wanted": case_filter,
        "steps": counts.steps,
        "statuses": Case.Status.choices,
        "may_receive": by.can(RECEIVE_CASES),
        "may_assign": by.can(ASSIGN_CASES) and Case.objects.filter(needs_unit=True).exists(),
        "bulk": tray == queries.TODO,
        "colleagues": colleagues_of(by).items() if tray == queries.TODO else (),
    }
    return render(request, "cases/inbox.html", context)


def _tray_page(
    request: HttpRequest, tray: str, wanted: queries.CaseFilter, by: Actor, now: datetime, counts: queries.InboxCounts
) -> Page[Any]:
    total_count = counts.todo if tray == queries.TODO and wanted == queries.CaseFilter() else None
    tray_rows: QuerySet[Any] = TRAYS[tray](by, wanted, now)
    a_page = A_PAGE if tray == queries.TODO else A_PAGE_READ
    grows = tray == queries.ALL and not wanted.late and not wanted.status  # cases stay where they once were
    rows = Bounded(tray_rows, a_page, partial(queries.in_tray_order, tray), total_count, grows=grows)
    return rows.get_page(request.GET.get("page"))


def _require_worker(request: HttpRequest) -> Actor:
    by = actor_of(request)
    by.must_be_able_to_any(PROCESS_CASES, *lookup.RIGHTS)
    return by


def _tray_tabs(tray: str, counts: queries.InboxCounts) -> list[dict[str, object]]:
    labels = {
        queries.TODO: _("Cần làm"),
        queries.WAITING: _("Chờ người nộp"),
        queries.DONE: _("Tôi đã làm"),
        queries.ALL: _("Tất cả hồ sơ"),
    }
    numbers = {queries.TODO: counts.todo, queries.WAITING: counts.waiting}
    return tabs_by("tray", labels, tray, counts=numbers)


@require_POST
@login_required
def act_on_selected(request: HttpRequest) -> HttpResponse:
    """Accept or hand over the ticked ones; each that is refused is named with its reason."""
    by, now, count = actor_of(request), clock.now(), 0
    chosen = request.POST.getlist("step")[:200]
    for line in chosen:
        code, _mark, step = line.replace("\0", "").partition("#")
        try:
            if request.POST.get("act") == "accept":
                services.accept(code=code, step=(number_in(step) or 0), by=by, now=now)
            else:
                to, note = posted_field(request, "to", 300), posted_field(request, "note", 300)
                services.hand_over(code=code, step=(number_in(step) or 0), to=to, by=by, now=now, note=note)
            count += 1
        except Refused as refusal:
            messages.error(request, f"{code}: {refusal.message}")
    if count:
        text = ngettext("Đã xử lý %(count)s hồ sơ.", "Đã xử lý %(count)s hồ sơ.", count)
        messages.success(request, text % {"count": count})
    elif not chosen:
        messages.warning(request, _("Chưa chọn hồ sơ nào."))
    return redirect_back(request, "cases:inbox")


@require_safe
@login_required
def doubtful_cases_page(request: HttpRequest) -> HttpResponse:
    """Cases whose unit became several: somebody must say which goes on."""
    by = actor_of(request)
    by.must_be_able_to(ASSIGN_CASES)
    cases = lookup.seen_by(by).filter(needs_unit=True).select_related("unit", "party").order_by("due_at", "pk")
    page = Paginator(cases, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cases/doubtful.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave_page(request: HttpRequest) -> HttpResponse:
    """Who stands in for me while I am away."""
    by, now = _require_worker(request), clock.now()
    if request.method == "POST":
        if request.POST.get("act") == "end":
            pk = posted_number(request, "stand_in")
            perform_with_message(request, lambda: services.end_stand_in(pk=pk, by=by, now=now), _("Đã bỏ ủy quyền."))
        else:
            perform_with_message(request, lambda: _stand_in(request, by), _("Đã ghi người làm thay."))
        return redirect("cases:leave")
    context = {
        "mine": StandIn.objects.filter(holder=by.ref, ended_at=None, last__gte=clock.today()).order_by("first"),
        "theirs": StandIn.objects.filter(to=by.ref, ended_at=None, last__gte=clock.today()).order_by("first"),
        "colleagues": colleagues_of(by).items(),
        "today": clock.today(),
    }
    return render(request, "cases/leave.html", context)


def _stand_in(request: HttpRequest, by: Actor) -> StandIn:
    try:
        first, last = (date.fromisoformat(posted_field(request, name, 10)) for name in ("first", "last"))
    except ValueError as error:
        raise Refused("bad_days", _("Hãy ghi ngày đầu và ngày cuối.")) from error
    return services.stand_in(to=posted_field(request, "to", 300), first=first, last=last, by=by, now=clock.now())
