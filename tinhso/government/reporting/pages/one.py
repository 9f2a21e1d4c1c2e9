"""One return: its values, its state, who holds it, what happened to it, and what I may do with it."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from tinhso.government.reporting import services
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import detail
from tinhso.government.reporting.queries import returns as queries
from tinhso.kernel import clock, working_calendar
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, perform_with_message

A_PAGE = 100


@require_GET
@login_required
def return_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The return's page."""
    by, now = actor_of(request), clock.now()
    unit_return = queries.visible_return(ref, by=by)
    sheet = queries.sheet_of(unit_return)
    problems = detail.return_doubts(sheet)
    page = Paginator(sheet.places, A_PAGE).get_page(request.GET.get("page"))
    acts = detail.allowed_acts(unit_return, by)
    context = {
        "one": unit_return,
        "sheet": sheet,
        "page": page,
        "lines": detail.return_lines(sheet, problems, list(page.object_list)),
        "problems": problems,
        "sentence": detail.state_sentence(unit_return, now),
        "holder": detail.current_holder(unit_return),
        "revisions": queries.revisions_of(unit_return),
        "history": detail.return_history(unit_return),
        "acts": acts,
        "colleagues": detail.colleagues(unit_return, by) if acts.delegate else [],
        "statuses": Return.Status.choices,
        "now": now,
        "provisional": working_calendar.working_days().is_provisional(clock.local(unit_return.due_at).date()),
        "is_late": unit_return.first_submitted_at is None and now > unit_return.due_at,
    }
    return render(request, "reporting/return.html", context)


@require_GET
@login_required
def show_revision(request: HttpRequest, ref: str, number: int) -> HttpResponse:
    """What one revision changed, by whom, when and why."""
    unit_return = queries.visible_return(ref, by=actor_of(request))
    revision = detail.revision_by_number(unit_return, number)
    if revision is None:
        raise Http404
    value_changes = detail.revision_changes(queries.sheet_of(unit_return), revision)
    page = Paginator(value_changes, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "reporting/revision.html", {"one": unit_return, "revision": revision, "page": page})


@require_POST
@login_required
def apply_return_act(request: HttpRequest, ref: str) -> HttpResponse:
    """Submit, approve, send back, publish, revise or delegate, and say what was done or why not."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        messages.error(request, _("Không rõ phải làm gì với báo cáo này."))
    else:
        run, message_text = act
        perform_with_message(request, lambda: run(request, ref), str(message_text))
    return redirect("reporting:return", ref=ref)


def _submit_return(request: HttpRequest, ref: str) -> object:
    status = request.POST.get("status", Return.Status.OFFICIAL)
    if status not in Return.Status.values:
        raise Refused("bad_status", _("Tính chất số liệu không hợp lệ."))
    return services.submit(ref=ref, by=actor_of(request), now=clock.now(), status=status)


def _approve_return(request: HttpRequest, ref: str) -> object:
    return services.approve(ref=ref, by=actor_of(request), now=clock.now())


def _send_back(request: HttpRequest, ref: str) -> object:
    return services.send_back(ref=ref, why=request.POST.get("why", ""), by=actor_of(request), now=clock.now())


def _publish_return(request: HttpRequest, ref: str) -> object:
    return services.publish(ref=ref, by=actor_of(request), now=clock.now())


def _revise_return(request: HttpRequest, ref: str) -> object:
    return services.revise(ref=ref, why=request.POST.get("why", ""), by=actor_of(request), now=clock.now())


def _delegate_return(request: HttpRequest, ref: str) -> object:
    by, to = actor_of(request), request.POST.get("to", "")
    names = dict(detail.colleagues(queries.visible_return(ref, by=by), by))
    if to and to not in names:
        raise Refused("not_a_colleague", _("Chỉ giao được cho người của đơn vị này."))
    return services.delegate(ref=ref, to=to, to_name=names.get(to, ""), by=by, now=clock.now())


ACTS: dict[str, tuple[Callable[[HttpRequest, str], object], object]] = {
    "submit": (_submit_return, _lazy("Đã gửi báo cáo để duyệt.")),
    "approve": (_approve_return, _lazy("Đã duyệt báo cáo.")),
    "send_back": (_send_back, _lazy("Đã trả lại báo cáo để sửa.")),
    "publish": (_publish_return, _lazy("Đã công bố báo cáo.")),
    "revise": (_revise_return, _lazy("Đã mở báo cáo để đính chính.")),
    "delegate": (_delegate_return, _lazy("Đã giao việc.")),
}
