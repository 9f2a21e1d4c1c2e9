"""The worklist of whoever is logged in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.worklist import queries, services
from tinhso.blocks.worklist.contract import has_work, sources_for
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, gettext_noop
from tinhso.ui.actors import actor_of
from tinhso.ui.menus import NavItem, open_items
from tinhso.ui.paging import CountedPaginator
from tinhso.ui.request_params import number_in, posted_list
from tinhso.ui.tabs import tabs_by


@require_safe
@login_required
def worklist_page(request: HttpRequest) -> HttpResponse:
    """What waits for me in all systems, late first; tabs choose one kind."""
    by = _require_worker(request)
    source = next((each for each in sources_for(by) if each.kind == request.GET.get("kind")), None)
    kind, late = source.kind if source else "", request.GET.get("late") == "1"
    number = min(max(number_in(request.GET.get("page", "")) or 1, 1), queries.MOST_PAGES)
    worklist = queries.worklist_of(by, clock.now(), kind=kind, late=late, page=number)
    if number > 1 and not worklist.lines:
        return redirect(f"{reverse('worklist:mine')}?kind={kind}")
    chosen = next((count for each, count in worklist.counts if each is source), worklist.totals)
    listed = chosen.late if late else chosen.total
    pages = CountedPaginator(range(listed), queries.A_PAGE, total=min(listed, queries.A_PAGE * queries.MOST_PAGES))
    ways = _offered_systems(by)
    context = {
        "worklist": worklist,
        "source": source,
        "late": late,
        "tabs": _kind_tabs(worklist, kind),
        "acts": [act for act in source.bulk.acts if by.can(act.right)] if source and source.bulk else [],
        "page": pages.get_page(number),
        "is_cut": listed > pages.count,
        "ways": ways,
        "pinned": [item for item, is_pinned in ways if is_pinned],
    }
    return render(request, "worklist/mine.html", context)


@require_POST
@login_required
def pin_systems(request: HttpRequest) -> HttpResponse:
    """Keep the ticked systems at hand, and no others."""
    by = _require_worker(request)
    services.pin_systems(addresses=posted_list(request, "system", most=100), by=by)
    messages.success(request, _("Đã lưu các hệ thống ghim."))
    return redirect("worklist:mine")


def _require_worker(request: HttpRequest) -> Actor:
    by = actor_of(request)
    if not has_work(by):
        raise Forbidden("no_work", gettext_noop("Tài khoản của bạn không có việc nào để làm ở đây."))
    return by


def _kind_tabs(worklist: queries.WorkPage, kind: str) -> list[dict[str, object]]:
    """A tab for each kind of which there is work, and for the one that is looked at."""
    offered = [(source, count) for source, count in worklist.counts if count.total or source.kind == kind]
    labels = {"": _("Tất cả")} | {source.kind: _(source.label) for source, _count in offered}
    counts = {"": worklist.totals.total} | {source.kind: count.total for source, count in offered}
    return tabs_by("kind", labels, kind, counts=counts)


def _offered_systems(by: Actor) -> list[tuple[NavItem, bool]]:
    """The systems that ``by`` may open, each with whether it is pinned; those that are, first."""
    pinned = set(queries.pinned_addresses(by))
    ways = [(item, item.address in pinned) for item in open_items(by) if item.address != "worklist:mine"]
    return sorted(ways, key=lambda way: not way[1])


app_name = "worklist"
urlpatterns = [
    path("", worklist_page, name="mine"),
    path("pins/", pin_systems, name="pin"),
]
