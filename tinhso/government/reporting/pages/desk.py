"""The desk: what waits for me, late ones first, many at a time."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tinhso.government.reporting import services
from tinhso.government.reporting.queries import desk as queries
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of, redirect_back
from tinhso.ui.tabs import tabs_by

A_PAGE = 50
BULK = {"approve": services.approve, "publish": services.publish}


@require_GET
@login_required
def desk_page(request: HttpRequest) -> HttpResponse:
    """My returns to fill in, approve or publish, and all that I may see."""
    by, now = actor_of(request), clock.now()
    counts = queries.tray_counts(by=by)
    first = next((name for name in queries.TRAYS if counts[name]), queries.FILL_IN)
    tray = request.GET.get("tray", first)
    if tray not in queries.TRAYS:
        tray = first
    return_filter = queries.ReturnFilter(
        data_set=request.GET.get("data_set", ""),
        period=request.GET.get("period", ""),
        late=request.GET.get("late") == "1",
        unit=request.GET.get("unit", ""),
    )
    returns = queries.returns_in_tray(tray, by=by, now=now, wanted=return_filter)
    context = {
        "page": Paginator(returns, A_PAGE).get_page(request.GET.get("page")),
        "tabs": _tray_tabs(tray, counts),
        "tray": tray,
        "wanted": return_filter,
        "now": now,
        "bulk": {queries.APPROVE: "approve", queries.PUBLISH: "publish"}.get(tray, ""),
    }
    return render(request, "reporting/desk.html", context)


def _tray_tabs(tray: str, counts: object) -> list[dict[str, object]]:
    labels = {
        queries.FILL_IN: _("Cần điền và gửi"),
        queries.APPROVE: _("Chờ tôi duyệt"),
        queries.PUBLISH: _("Chờ tôi công bố"),
        queries.ALL: _("Tất cả"),
    }
    return tabs_by("tray", labels, tray, counts=dict(counts))  # type: ignore[call-overload]


@require_POST
@login_required
def process_ticked(request: HttpRequest) -> HttpResponse:
    """Approve or publish the ticked returns; each that is refused is named with its reason."""
    act = BULK.get(request.POST.get("act", ""))
    count = 0
    for ref in request.POST.getlist("ref") if act else []:
        try:
            act(ref=ref, by=actor_of(request), now=clock.now())  # type: ignore[misc]
            count += 1
        except Refused as refusal:
            messages.error(request, f"{ref}: {refusal.message}")
    if count:
        text = ngettext("Đã xử lý %(count)s báo cáo.", "Đã xử lý %(count)s báo cáo.", count)
        messages.success(request, text % {"count": count})
    elif not request.POST.getlist("ref"):
        messages.warning(request, _("Chưa chọn báo cáo nào."))
    return redirect_back(request, "reporting:desk")
