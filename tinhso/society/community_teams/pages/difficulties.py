"""Difficulties: what I have to answer, one with its course, and every act on it."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Difficulty
from tinhso.society.community_teams.pages.access import A_PAGE, team_tabs, team_worker
from tinhso.society.community_teams.queries import listing, lookup
from tinhso.society.community_teams.queries.rules import rules
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS
from tinhso.ui.actors import perform_with_message
from tinhso.ui.request_params import posted_field, query_param

TONES = {"open": "warn", "answered": "", "closed": "good"}
DID = {
    "told": gettext_lazy("Ghi nhận"),
    "routed": gettext_lazy("Chuyển"),
    "answered": gettext_lazy("Trả lời"),
    "closed": gettext_lazy("Xác nhận đã xong"),
    "reopened": gettext_lazy("Chưa xong, hỏi lại"),
}


@require_safe
@login_required
def difficulties_page(request: HttpRequest) -> HttpResponse:
    """What waits for me; other trays beside it."""
    by, now = team_worker(request), clock.now()
    answers = by.can(ANSWER_DIFFICULTIES) or by.can(MANAGE_TEAMS)
    tray = query_param(request, "tray", 10) or (listing.MINE if answers else listing.WAITING)
    team_list_filter = listing.TeamListFilter(
        tray=tray, kind=query_param(request, "kind", 40), unit=query_param(request, "unit", 40)
    )
    team_rules = rules()
    page = Paginator(listing.filtered_difficulties(by, team_list_filter, now), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "wanted": team_list_filter,
        "kinds": team_rules.kinds,
        "trays": _tray_names(tray, answers),
        "lines": [
            (difficulty, team_rules.kind_name(difficulty.kind), TONES[difficulty.state], _is_late(difficulty))
            for difficulty in page
        ],
        "units": listing.units_of(by),
        "tabs": team_tabs("difficulties", by),
    }
    return render(request, "community_teams/difficulties.html", context)


def _is_late(difficulty: Difficulty) -> bool:
    return difficulty.state == Difficulty.State.OPEN and difficulty.due_at < clock.now()


def _tray_names(tray: str, answers: bool) -> list[tuple[str, str]]:
    names = [
        (listing.WAITING, _("đang chờ")),
        (listing.LATE, _("quá hạn")),
        (listing.ANSWERED, _("đã trả lời")),
        (listing.ALL, _("tất cả")),
    ]
    return [(listing.MINE, _("chờ tôi trả lời")), *names] if answers else names


@require_safe
@login_required
def difficulty_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One difficulty."""
    by = team_worker(request)
    difficulty = lookup.difficulty(ref, by)
    in_team = lookup.teams_of_member(by).filter(pk=difficulty.team_id).exists()
    manages = by.can(MANAGE_TEAMS, at=difficulty.team.unit)
    answers = manages or (difficulty.routed_to is not None and by.can(ANSWER_DIFFICULTIES, at=difficulty.routed_to))
    waits = difficulty.state == Difficulty.State.OPEN
    context = {
        "one": difficulty,
        "kind": rules().kind_name(difficulty.kind),
        "tone": TONES[difficulty.state],
        "late": _is_late(difficulty),
        "course": [(each, DID.get(each.did, each.did)) for each in difficulty.entries.order_by("number")],
        "may_answer": waits and answers,
        "receivers": _possible_receivers(difficulty) if waits and answers else [],
        "may_judge": difficulty.state == Difficulty.State.ANSWERED and (in_team or manages),
    }
    return render(request, "community_teams/difficulty.html", context)


def _possible_receivers(difficulty: Difficulty) -> list[object]:
    """Where else it may go: the commune, and agencies of today."""
    today = units.at(clock.today())
    rows = today.filter(level=Level.AGENCY).order_by("sort_key") | today.filter(pk=difficulty.unit_id).order_by(
        "sort_key"
    )
    return [unit for unit in rows if unit.pk != difficulty.routed_to_id]


@require_POST
@login_required
def act_on_difficulty(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer, send on, close, ask again."""
    by = team_worker(request)
    difficulty_act = ACTS.get(request.POST.get("act", ""))
    if difficulty_act is not None:
        run, words = difficulty_act
        perform_with_message(request, lambda: run(request, ref, by), str(words))
    try:
        lookup.difficulty(ref, by)
    except Refused:  # sent on, out of sight
        return redirect("community_teams:difficulties")
    return redirect("community_teams:difficulty", ref)


def _answer_difficulty(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.answer_difficulty(ref=ref, text=posted_field(request, "words"), by=by, now=clock.now())


def _route_difficulty(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.route_difficulty(
        ref=ref, to=posted_field(request, "to", 40), note=posted_field(request, "words"), by=by, now=clock.now()
    )


def _close_difficulty(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.close_difficulty(ref=ref, note=posted_field(request, "words"), by=by, now=clock.now())


def _reopen_difficulty(request: HttpRequest, ref: str, by: Actor) -> object:
    return services.reopen_difficulty(ref=ref, note=posted_field(request, "words"), by=by, now=clock.now())


ACTS: dict[str, tuple[Callable[[HttpRequest, str, Actor], object], object]] = {
    "answer": (_answer_difficulty, gettext_lazy("Đã trả lời.")),
    "route": (_route_difficulty, gettext_lazy("Đã chuyển.")),
    "close": (_close_difficulty, gettext_lazy("Đã ghi: khó khăn đã xong.")),
    "reopen": (_reopen_difficulty, gettext_lazy("Đã hỏi lại.")),
}
