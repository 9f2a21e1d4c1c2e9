"""Which teams reported of a month, in time or late, and the sums of what they told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q, Subquery

from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.models import MonthReport, Team
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.queries.rules import report_due


@dataclass(frozen=True)
class Place:
    """A commune's month: teams that had to report, that did, that did in time; sums of the last reports."""

    unit: Unit
    teams: int
    reported: int
    in_time: int
    sums: dict[str, int]
    missing: tuple[Team, ...]

    @property
    def share(self) -> int:
        """Teams that reported, in hundredths."""
        return round(100 * self.reported / self.teams) if self.teams else 0


def last_of(code: str) -> list[MonthReport]:
    """The reports of a month that count: of each team the last."""
    newest = MonthReport.objects.filter(team=OuterRef("team"), month=code).order_by("-number").values("number")[:1]
    return list(MonthReport.objects.filter(month=code, number=Subquery(newest)))


def had_to(code: str, by: Actor) -> list[Team]:
    """Teams that ``by`` may see and that lived at the end of a month."""
    _first, after = month.bounds(code)
    found = Team.objects.filter(lookup.reached(by), removed=False, decided_on__lt=after)
    found = found.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=after))
    return list(found.select_related("unit").order_by("unit__sort_key", "tier", "name_key"))


def places(code: str, by: Actor) -> list[Place]:
    """A line for each commune in which a team had to report of a month."""
    due, told = report_due(code), {one.team_id: one for one in last_of(code)}
    by_unit: dict[int, list[Team]] = {}
    for team in had_to(code, by):
        by_unit.setdefault(team.unit_id, []).append(team)
    return [_place(teams, told, due) for teams in by_unit.values()]


def _place(teams: Sequence[Team], told: dict[int, MonthReport], due: date) -> Place:
    reports = [told[one.pk] for one in teams if one.pk in told]
    sums: Counter[str] = Counter()
    for report in reports:
        sums.update({name: int(report.figures.get(name, 0)) for name in ("visits", "people", "difficulties")})
    return Place(
        unit=teams[0].unit, teams=len(teams), reported=len(reports),
        in_time=sum(clock.local(one.at).date() <= due for one in reports), sums=dict(sums),
        missing=tuple(one for one in teams if one.pk not in told),
    )  # fmt: skip


def whole(found: Sequence[Place]) -> dict[str, int]:
    """All communes together."""
    sums: Counter[str] = Counter()
    for one in found:
        sums.update(one.sums)
    return {
        "teams": sum(one.teams for one in found), "reported": sum(one.reported for one in found),
        "in_time": sum(one.in_time for one in found),
        **{name: sums[name] for name in ("visits", "people", "difficulties")},
    }  # fmt: skip
