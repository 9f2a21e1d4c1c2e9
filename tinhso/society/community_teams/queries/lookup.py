"""Rights, and finding teams and what belongs to them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext as _

from tinhso.blocks.identity.models import Person
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.community_teams.models import Difficulty, Member, Session, Task, Team, Visit
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS, SEE_TEAMS, WORK_IN_TEAMS

RIGHTS = (SEE_TEAMS, MANAGE_TEAMS, WORK_IN_TEAMS, ANSWER_DIFFICULTIES)
ALIVE = Q(removed=False, ended_on__isnull=True)


def within_reach(by: Actor, field: str = "unit") -> Q:
    """What lies in units whose teams ``by`` may see."""
    return Q() if SEE_TEAMS in by.everywhere else Q(**{f"{field}__in": by.places(SEE_TEAMS)})


def teams_of_member(by: Actor) -> QuerySet[Team]:
    """The teams in which ``by`` is a member now, by the account that the register of members names."""
    if by.kind != "person" or not by.can(WORK_IN_TEAMS):
        return Team.objects.none()
    account = Person.objects.filter(ref=by.ref).values("username")
    members = Member.objects.filter(ALIVE, account__in=account).values("team")
    return Team.objects.filter(ALIVE, pk__in=members).select_related("unit").order_by("name_key")


def team_by_ref(ref: str) -> Team | None:
    """A team by its reference."""
    return Team.objects.filter(ref=ref[:40], removed=False).select_related("unit").first()


def team(ref: str, by: Actor) -> Team:
    """One team that ``by`` may see or is in; refuses others as unknown."""
    return team_and_membership(ref, by)[0]


def team_and_membership(ref: str, by: Actor) -> tuple[Team, bool]:
    """The same, and whether ``by`` is in it."""
    teams = Team.objects.filter(ref=ref[:40], removed=False).select_related("unit")
    team_row = teams.annotate(is_mine=Exists(teams_of_member(by).filter(pk=OuterRef("pk")))).first()
    if team_row is None or not (team_row.is_mine or by.can(SEE_TEAMS, at=team_row.unit)):
        raise unknown_ref(ref)
    return team_row, team_row.is_mine


def my_team(ref: str, by: Actor) -> Team:
    """One team that ``by`` may write for: a member of it, or whoever manages teams there. Refuses ended ones."""
    team_row = team_by_ref(ref)
    if team_row is None:
        raise unknown_ref(ref)
    if not by.can(MANAGE_TEAMS, at=team_row.unit) and not teams_of_member(by).filter(pk=team_row.pk).exists():
        raise Forbidden("not_in_team", _("Bạn không ở trong tổ này."))
    if team_row.ended_on is not None:
        raise Refused("team_ended", _("Tổ này đã kết thúc hoạt động."))
    return team_row


def unknown_ref(ref: str) -> Refused:
    """Nothing of that reference, or nothing that one may see."""
    return Refused("unknown_team", _("Không có mục “%(ref)s”, hoặc bạn không được xem."), ref=ref[:40])


def members(of: Team) -> QuerySet[Member]:
    """Who is in a team now: the head first."""
    place = Case(When(role="head", then=0), When(role="deputy", then=1), default=2)
    return Member.objects.filter(ALIVE, team=of).order_by(place, "name_key")


def visits(by: Actor) -> QuerySet[Visit]:
    """Visits that ``by`` may see."""
    all_visits = Visit.objects.select_related("team", "unit").order_by("-day", "-pk")
    return (
        all_visits
        if SEE_TEAMS in by.everywhere
        else all_visits.filter(within_reach(by) | Q(team__in=teams_of_member(by)))
    )


def visit(ref: str, by: Actor) -> Visit:
    """One of them; refuses others as unknown."""
    visit_row = visits(by).filter(ref=ref[:24]).first()
    if visit_row is None:
        raise unknown_ref(ref)
    return visit_row


def difficulties(by: Actor) -> QuerySet[Difficulty]:
    """Difficulties that ``by`` may see: of their units, sent to their units, or told by their teams."""
    all_difficulties = Difficulty.objects.select_related("team", "unit", "routed_to").order_by("due_at", "pk")
    if SEE_TEAMS in by.everywhere:
        return all_difficulties
    return all_difficulties.filter(
        within_reach(by) | Q(routed_to__in=by.places(ANSWER_DIFFICULTIES)) | Q(team__in=teams_of_member(by))
    )


def difficulty(ref: str, by: Actor) -> Difficulty:
    """One of them; refuses others as unknown."""
    difficulty_row = difficulties(by).filter(ref=ref[:24]).select_related("team__unit", "visit").first()
    if difficulty_row is None:
        raise unknown_ref(ref)
    return difficulty_row


def session(ref: str, by: Actor) -> Session:
    """A training session that ``by`` may see."""
    session_row = Session.objects.filter(ref=ref[:24]).select_related("unit").first()
    if session_row is None or not (
        by.can(SEE_TEAMS, at=session_row.unit) or by.can(SEE_TEAMS) or by.can(WORK_IN_TEAMS)
    ):
        raise unknown_ref(ref)
    return session_row


def tasks(by: Actor) -> QuerySet[Task]:
    """Tasks of teams that ``by`` may see or is in."""
    all_tasks = Task.objects.select_related("team__unit", "unit").order_by("due_on", "pk")
    return (
        all_tasks
        if SEE_TEAMS in by.everywhere
        else all_tasks.filter(within_reach(by, "team__unit") | Q(team__in=teams_of_member(by)))
    )


def task(ref: str, by: Actor) -> Task:
    """One of them; refuses others as unknown."""
    task_row = tasks(by).filter(ref=ref[:24]).first()
    if task_row is None:
        raise unknown_ref(ref)
    return task_row


def managed_teams(by: Actor) -> QuerySet[Team]:
    """Living teams that ``by`` manages."""
    teams = Team.objects.filter(ALIVE).select_related("unit").order_by("unit__sort_key", "tier", "name_key")
    return teams if MANAGE_TEAMS in by.everywhere else teams.filter(unit__in=by.places(MANAGE_TEAMS))


def organising_units(by: Actor, day: date) -> Sequence[Unit]:
    """Units in whose name ``by`` may hold training sessions and give tasks."""
    units = Unit.objects.filter(known__upper_inf=True, valid__contains=day).order_by("level", "sort_key")
    return list(units if MANAGE_TEAMS in by.everywhere else units.filter(pk__in=by.places(MANAGE_TEAMS)))
