"""What waits and what is next: terms that end, teams that nobody leads, training."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.models import Member, Session, Team
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.queries.rules import rules

FEW = 5
NONE, NOUGHT = Value(""), Value(0)


@dataclass(frozen=True)
class EndingTerm:
    """A member whose term is over or ends soon."""

    ref: str
    name: str
    team: str
    role: str
    until: date


@dataclass(frozen=True)
class UnitNames:
    """A unit by its names."""

    name: str
    name_en: str


@dataclass(frozen=True)
class Headless:
    """A living team that nobody leads."""

    ref: str
    name: str
    unit: UnitNames


@dataclass(frozen=True)
class Training:
    """A session that is still to come, with the seats that are taken."""

    ref: str
    title: str
    unit: UnitNames
    place: str
    held_on: date
    taken: int
    seats: int


@dataclass(frozen=True)
class Coming:
    """The first few of each; ``more_terms``: more terms end than are told."""

    terms: Sequence[EndingTerm]
    more_terms: bool
    headless: Sequence[Headless]
    sessions: Sequence[Training]


def next_things(by: Actor, today: date) -> Coming:
    """What waits for whoever sees teams, in one statement."""
    rows = _ending_terms(by, today).union(_without_head(by), _next_sessions(today), all=True)
    entries_by_kind: dict[str, list[Any]] = {"term": [], "team": [], "session": []}
    for kind, ref, words, beside, role, name, name_en, day, seats_taken, seats, _rank in sorted(
        rows, key=itemgetter(-1)
    ):
        if kind == "term":
            entries_by_kind[kind].append(EndingTerm(ref, words, beside, str(Member.Role(role).label), day))
        elif kind == "team":
            entries_by_kind[kind].append(Headless(ref, words, UnitNames(name, name_en)))
        else:
            entries_by_kind[kind].append(
                Training(ref, words, UnitNames(name, name_en), beside, day, seats_taken, seats)
            )
    return Coming(
        entries_by_kind["term"][:FEW],
        len(entries_by_kind["term"]) > FEW,
        entries_by_kind["team"],
        entries_by_kind["session"],
    )


# The columns of all three: kind, ref, words, what is beside them, role, a unit's two names, day, seats taken, seats


def _ending_terms(by: Actor, today: date) -> QuerySet[Any, Any]:
    """Members whose term is over or ends soon, the first to end first; one more than are told."""
    until = today + timedelta(days=rules().terms.warn_days)
    members = Member.objects.filter(lookup.ALIVE, lookup.within_reach(by), term_until__lte=until)
    columns = ("ref", "name", "team__name", "role", NONE, NONE, "term_until", NOUGHT, NOUGHT)
    return _ranked_rows(members, ("term_until", "pk"), Value("term"), *columns)[: FEW + 1]


def _without_head(by: Actor) -> QuerySet[Any, Any]:
    """Living teams that nobody leads."""
    heads = Member.objects.filter(lookup.ALIVE, role=Member.Role.HEAD, team=OuterRef("pk"))
    teams = Team.objects.filter(~Exists(heads), lookup.ALIVE, lookup.within_reach(by))
    columns = ("ref", "name", NONE, NONE, "unit__name", "unit__name_en", "decided_on", NOUGHT, NOUGHT)
    return _ranked_rows(teams, ("unit__sort_key", "name_key"), Value("team"), *columns)[:FEW]


def _next_sessions(today: date) -> QuerySet[Any, Any]:
    columns = ("ref", "title", "place", NONE, "unit__name", "unit__name_en", "held_on", "taken", "seats")
    return _ranked_rows(coming_sessions(today), ("held_on", "pk"), Value("session"), *columns)[:FEW]


def _ranked_rows(found: QuerySet[Any], order: Sequence[str], *columns: Any) -> QuerySet[Any, Any]:
    """These columns of rows in their order, and last which place each has: a union keeps no order."""
    return found.order_by(*order).values_list(*columns, Window(RowNumber(), order_by=order))


def coming_sessions(day: date) -> QuerySet[Session]:
    """Sessions that are still to come, the next first."""
    sessions = Session.objects.filter(state=Session.State.PLANNED, held_on__gte=day).select_related("unit")
    return sessions.annotate(taken=Count("seats_taken")).order_by("held_on", "pk")
