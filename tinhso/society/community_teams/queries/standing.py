"""How teams stand: the numbers of the first page, what waits, and where people were helped."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Count,
    DateTimeField,
    Expression,
    Max,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.registers.models import derived
from tinhso.blocks.units.models import Boundary, Level
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import fold
from tinhso.society.community_teams.models import Difficulty, Member, MonthReport, Team, Visit
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.queries.coming import Coming, next_things
from tinhso.ui.drawing import DrawnMap
from tinhso.ui.drawing import map_of as drawn
from tinhso.ui.wording import number_text

LATELY = timedelta(days=90)
NOWHERE, NEVER = Value(None, output_field=BigIntegerField()), Value(None, output_field=DateTimeField())
NOUGHT, NO_TIER = Value(0), Value("")


@dataclass(frozen=True)
class TeamNumbers:
    """Numbers of living teams that one may see; ``visits_known`` is when the last visit of the month was written."""

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


@dataclass(frozen=True)
class TeamsHome:
    """The first page: numbers, where people were helped, and what is next."""

    standing: TeamNumbers
    map: DrawnMap | None
    coming: Coming


def home_numbers(by: Actor, today: date, now: datetime) -> TeamsHome:
    """What the first page shows, in three statements."""
    code = month.month_before(today)
    tallies = _home_tallies(by, today, now, code)
    return TeamsHome(_team_numbers(tallies, code), _map_of(tallies, today), next_things(by, today))


class TeamTally(NamedTuple):
    """Three numbers of a kind, of a unit and a tier of teams where these matter, and when the last was written."""

    kind: str
    unit: int | None
    tier: str
    first: int
    second: int
    third: int
    known: datetime | None


def _home_tallies(by: Actor, today: date, now: datetime, code: str) -> list[TeamTally]:
    """All counts of the first page in one statement.

    Visits of a unit: of the month, people then, people lately. Teams of a unit and tier: now, those that had to report.
    Reports of the month; members, those in their term; difficulties, late ones.
    """
    first, after = month.month_bounds(code)
    in_month, lately = Q(day__gte=first, day__lt=after), Q(day__gt=today - LATELY)
    here = lookup.within_reach(by)
    teams = Team.objects.filter(lookup.ALIVE, here)
    lived = Q(decided_on__lt=after)
    reports = MonthReport.objects.filter(month=code, number=1, team__in=teams.filter(lived))
    rows = _rows_of(
        "visits",
        Visit.objects.filter(in_month | lately, here, voided_at__isnull=True),
        "unit",
        first=Count("pk", filter=in_month),
        second=Sum("people", filter=in_month, default=0),
        third=Sum("people", filter=lately, default=0),
        known=Max("at", filter=in_month),
    ).union(
        _rows_of("teams", teams, "unit", "tier", first=Count("pk"), second=Count("pk", filter=lived)),
        _rows_of("reports", reports, first=Count("pk")),
        _rows_of(
            "members",
            Member.objects.filter(lookup.ALIVE, here),
            first=Count("pk"),
            second=Count("pk", filter=Q(term_until__gte=today)),
        ),
        _rows_of(
            "difficulties",
            Difficulty.objects.filter(here, state=Difficulty.State.OPEN),
            first=Count("pk"),
            second=Count("pk", filter=Q(due_at__lt=now)),
        ),
        all=True,
    )
    return [TeamTally(*row) for row in rows]


def _rows_of(
    kind: str,
    found: QuerySet[Any],
    unit: str | Value = NOWHERE,
    tier: str | Value = NO_TIER,
    *,
    first: Aggregate,
    second: Expression = NOUGHT,
    third: Expression = NOUGHT,
    known: Expression = NEVER,
) -> QuerySet[Any, Any]:
    """The columns of a tally; ``unit`` and ``tier`` are fields."""
    grouped: QuerySet[Any, Any] = found.order_by().values_list(Value(kind), unit, tier)
    return cast("QuerySet[Any, Any]", grouped.annotate(first=first, second=second, third=third, known=known))


def _team_numbers(tallies: Sequence[TeamTally], code: str) -> TeamNumbers:
    def total(kind: str, number: str) -> int:
        return sum(getattr(tally, number) for tally in tallies if tally.kind == kind)

    by_tier = Counter[str]()
    for team_tally in tallies:
        if team_tally.kind == "teams":
            by_tier[team_tally.tier] += team_tally.first
    return TeamNumbers(
        tiers=tuple((value, str(label), by_tier[value]) for value, label in Team.Tier.choices),
        teams=by_tier.total(),
        members=total("members", "first"),
        in_term=total("members", "second"),
        reported=total("reports", "first"),
        had_to=total("teams", "second"),
        last_month=code,
        visits=total("visits", "first"),
        people=total("visits", "second"),
        visits_known=max((team_tally.known for team_tally in tallies if team_tally.known), default=None),
        open=total("difficulties", "first"),
        late=total("difficulties", "second"),
    )


def _map_of(tallies: Sequence[TeamTally], today: date) -> DrawnMap | None:
    """Communes by the people that teams helped in the last 90 days; communes without a team have no figure."""
    helped = {team_tally.unit: team_tally.third for team_tally in tallies if team_tally.kind == "visits"}
    with_team = {team_tally.unit for team_tally in tallies if team_tally.kind == "teams"}
    rows = Boundary.objects.filter(
        unit__in=with_team, unit__level=Level.COMMUNE, unit__known__upper_inf=True, unit__valid__contains=today
    ).annotate(outline=Cast("geometry", TextField()))
    areas = [
        _commune_area(ref, name, outline, helped.get(unit, 0))
        for unit, ref, name, outline in rows.values_list("unit", "unit__ref", "unit__name", "outline")
    ]
    return drawn(areas) if areas else None


def _commune_area(ref: str, name: str, outline: str, people: int) -> dict[str, object]:
    href = f"{reverse('community_teams:visits')}?unit={ref}"
    text = _("%(n)s người") % {"n": number_text(people)}
    return {"ref": ref, "name": name, "geometry": outline, "value": people, "href": href, "text": text}


def teams_matching(words: str, unit: str, today: date) -> Sequence[Team]:
    """Living teams for everybody: of a commune by its reference, or by words of names."""
    rows = Team.objects.filter(lookup.ALIVE, unit__known__upper_inf=True, unit__valid__contains=today)
    if unit:
        rows = rows.filter(unit__ref=unit)
    if words:
        word_query = derived.with_words(words)
        by_name = Q() if word_query is None else Q(words=word_query)
        rows = rows.filter(by_name | Q(unit__search_text__contains=fold(words)))
    return list(rows.select_related("unit").order_by("unit__sort_key", "tier", "name_key")[:200])
