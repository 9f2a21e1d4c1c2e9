"""After a reorganisation of units: what waits to be settled, and settling it."""

from collections.abc import Callable
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.pages.access import team_tabs, team_worker
from tinhso.society.community_teams.queries import reorganising
from tinhso.society.community_teams.rights import MANAGE_TEAMS
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import day_in, posted_field


@require_safe
@login_required
def reorganisation_page(request: HttpRequest) -> HttpResponse:
    """Communes with several teams of their level, teams of ended levels, teams in doubt."""
    by = team_worker(request)
    by.must_be_able_to(MANAGE_TEAMS)
    context = {
        "pending": reorganising.pending_changes(by, clock.today()),
        "today": clock.today(),
        "tabs": team_tabs("settling", by),
    }
    return render(request, "community_teams/settling.html", context)


@require_POST
@login_required
def act_on_team(request: HttpRequest) -> HttpResponse:
    """Let one team go on for several, end teams of a level, say where one belongs."""
    by, now = team_worker(request), clock.now()
    by.must_be_able_to(MANAGE_TEAMS)
    day, decision = day_in(posted_field(request, "day", 10)), posted_field(request, "decision", 60)

    def join() -> object:
        return services.join_teams(
            keep=posted_field(request, "keep", 40),
            name=posted_field(request, "name", 200),
            decision=decision,
            decided_on=_required_day(day),
            decided_by=posted_field(request, "decided_by", 200),
            by=by,
            now=now,
        )

    def end() -> object:
        refs = request.POST.getlist("team")[:200]
        return services.end_level(refs=refs, on=_required_day(day), decision=decision, by=by, now=now)

    def settle() -> object:
        return services.settle_team(
            ref=posted_field(request, "team", 40), unit=posted_field(request, "unit", 40), why=decision, by=by, now=now
        )

    acts: dict[str, tuple[Callable[[], object], str]] = {
        "join": (join, _("Đã kiện toàn: một tổ tiếp tục, thành viên chuyển sang tổ ấy.")),
        "end": (end, _("Đã ghi các tổ kết thúc hoạt động.")),
        "settle": (settle, _("Đã ghi đơn vị của tổ.")),
    }
    team_act = acts.get(request.POST.get("act", ""))
    if team_act is not None:
        perform_with_message(request, *team_act)
    return redirect("community_teams:settling")


def _required_day(day: date | None) -> date:
    if day is None:
        raise Refused("no_day", _("Hãy ghi ngày của quyết định."))
    return day
