"""Who may open pages of teams, and the tabs that lead to them."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS
from tinhso.ui.actors import actor_of
from tinhso.ui.tabs import tabs_to

A_PAGE = 50


def team_worker(request: HttpRequest) -> Actor:
    """Who asks, if they have anything to do with teams."""
    by = actor_of(request)
    if not any(by.can(right) for right in lookup.RIGHTS):
        raise Forbidden("no_right", _("Bạn không làm việc với tổ công nghệ số cộng đồng."))
    return by


def team_tabs(here: str, by: Actor) -> list[dict[str, object]]:
    """The pages of whoever sees teams, or the shorter list of a member."""
    names = {
        "home": _("Tổng quan"),
        "visits": _("Lượt hỗ trợ"),
        "difficulties": _("Khó khăn"),
        "tasks": _("Việc giao tổ"),
        "training": _("Tập huấn"),
        "reports": _("Báo cáo tháng"),
        "settling": _("Sắp xếp tổ"),
    }
    if not by.can(SEE_TEAMS):
        names = {"mine": _("Tổ của tôi")} | {
            name: names[name] for name in ("visits", "difficulties", "tasks", "training")
        }
    elif not by.can(MANAGE_TEAMS):
        names.pop("settling")
    return tabs_to(lambda name: reverse(f"community_teams:{name}"), names, here)
