"""How teams stand: the numbers of the first page, what waits, and where people were helped."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.registers.models import derived
from tinhso.blocks.units.models import Boundary, Level
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import fold
from tinhso.society.community_teams.models import Difficulty, Member, MonthReport, Session, Team, Visit
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.queries.rules import rules
from tinhso.ui.drawing import Drawn
from tinhso.ui.drawing import map_of as drawn
from tinhso.ui.wording import number_text

LATELY = timedelta(days=90)


@dataclass(frozen=True)
class Standing:
    """Numbers of living teams that one may see; ``known_on`` is the day of the last thing written of each kind."""

    tiers: tuple[tuple[str, str, int], ...]
    teams: int
    members: int
    in_term: int
    reported: int
    had_to: int
    last_month: str
    visits: int
    people: int
    visits_known: datetime | None
    open: int
    late: int


def of(by: Actor, today: date, now: datetime) -> Standing:
    """The numbers of the first page."""
    teams = Team.objects.filter(lookup.ALIVE, lookup.reached(by))
    counted = dict(teams.order_by().values_list("tier").annotate(Count("pk")))
    staff = Member.objects.filter(lookup.ALIVE, lookup.reached(by)).aggregate(
        all=Count("pk"), there=Count("pk", filter=Q(term_until__gte=today))
    )
    code = month.month_before(today)
    first, after = month.bounds(code)
    visits = Visit.objects.filter(lookup.reached(by), day__gte=first, day__lt=after, voided_at__isnull=True)
    seen = visits.aggregate(n=Count("pk"), people=Sum("people", default=0), known=Max("at"))
    waiting = Difficulty.objects.filter(lookup.reached(by), state=Difficulty.State.OPEN).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now))
    )
    lived = teams.filter(decided_on__lt=after)
    reported = MonthReport.objects.filter(month=code, number=1, team__in=lived.values("pk")).count()
    return Standing(
        tiers=tuple((value, str(label), counted.get(value, 0)) for value, label in Team.Tier.choices),
        teams=sum(counted.values()), members=staff["all"], in_term=staff["there"], reported=reported,
        had_to=lived.count(), last_month=code, visits=seen["n"], people=seen["people"], visits_known=seen["known"],
        open=waiting["all"], late=waiting["late"],
    )  # fmt: skip


def ending_terms(by: Actor, today: date) -> QuerySet[Member]:
    """Members whose term is over or ends soon, the first to end first."""
    until = today + timedelta(days=rules().warn_days)
    found = Member.objects.filter(lookup.ALIVE, lookup.reached(by), term_until__lte=until)
    return found.select_related("team", "unit").order_by("term_until", "pk")


def without_head(by: Actor) -> QuerySet[Team]:
    """Living teams that nobody leads."""
    heads = Member.objects.filter(lookup.ALIVE, role=Member.Role.HEAD).values("team")
    found = Team.objects.filter(lookup.ALIVE, lookup.reached(by)).exclude(pk__in=heads)
    return found.select_related("unit").order_by("unit__sort_key", "name_key")


def sessions(day: date) -> QuerySet[Session]:
    """Sessions that are still to come, the next first."""
    found = Session.objects.filter(state=Session.State.PLANNED, held_on__gte=day).select_related("unit")
    return found.annotate(taken=Count("seats_taken")).order_by("held_on", "pk")


def map_of(by: Actor, today: date) -> Drawn | None:
    """Communes by the people that teams helped in the last 90 days; communes without a team have no figure."""
    counted = dict(
        Visit.objects.filter(lookup.reached(by), day__gt=today - LATELY, voided_at__isnull=True)
        .order_by().values_list("unit").annotate(Sum("people"))
    )  # fmt: skip
    with_team = set(Team.objects.filter(lookup.ALIVE, lookup.reached(by)).order_by().values_list("unit", flat=True))
    rows = Boundary.objects.filter(
        unit__in=with_team, unit__level=Level.COMMUNE, unit__known__upper_inf=True, unit__valid__contains=today
    ).select_related("unit")
    areas = [_area(one, counted.get(one.unit_id, 0)) for one in rows]
    return drawn(areas) if areas else None


def _area(boundary: Any, people: int) -> dict[str, object]:
    href = f"{reverse('community_teams:visits')}?unit={boundary.unit.ref}"
    text = _("%(n)s người") % {"n": number_text(people)}
    return {"ref": boundary.unit.ref, "name": boundary.unit.name, "geometry": json.dumps(boundary.geometry),
            "value": people, "href": href, "text": text}  # fmt: skip


def found(words: str, unit: str, today: date) -> Sequence[Team]:
    """Living teams for everybody: of a commune by its reference, or by words of names."""
    rows = Team.objects.filter(lookup.ALIVE, unit__known__upper_inf=True, unit__valid__contains=today)
    if unit:
        rows = rows.filter(unit__ref=unit)
    if words:
        known = derived.with_words(words)
        by_name = Q() if known is None else Q(words=known)
        rows = rows.filter(by_name | Q(unit__search_text__contains=fold(words)))
    return list(rows.select_related("unit").order_by("unit__sort_key", "tier", "name_key")[:200])
