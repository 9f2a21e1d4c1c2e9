"""Which teams reported of a month, in time or late, and the sums of what they told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.models import MonthReport, Team
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.queries.rules import report_due

SUMS = ("visits", "people", "difficulties")


@dataclass(frozen=True)
class Commune:
    """A unit by its reference and names."""

    ref: str
    name: str
    name_en: str


@dataclass(frozen=True)
class CommuneMonth:
    """A commune's month: teams that had to report, that did, that did in time; sums of the last reports."""

    unit: Commune
    teams: int
    reported: int
    in_time: int
    sums: Mapping[str, int]

    @property
    def missing(self) -> int:
        """Teams that did not report."""
        return self.teams - self.reported


def last_of(code: str) -> QuerySet[MonthReport]:
    """The reports of a month that count: of each team the last."""
    newest = MonthReport.objects.filter(team=OuterRef("team"), month=code).order_by("-number").values("number")[:1]
    return MonthReport.objects.filter(month=code, number=Subquery(newest))


def had_to(code: str, by: Actor) -> QuerySet[Team]:
    """Teams that ``by`` may see and that lived at the end of a month."""
    _first, after = month.month_bounds(code)
    teams = Team.objects.filter(lookup.within_reach(by), removed=False, decided_on__lt=after)
    return teams.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=after))


def teams_without_report(code: str, by: Actor, unit: str) -> list[Team]:
    """Teams of a commune that had to report of a month and did not."""
    teams = had_to(code, by).filter(unit__ref=unit).exclude(pk__in=last_of(code).values("team"))
    return list(teams.order_by("tier", "name_key"))


def commune_months(code: str, by: Actor) -> list[CommuneMonth]:
    """A line for each commune in which a team had to report of a month: counted by the database, in two statements."""
    teams = had_to(code, by)
    too_late = month.start_of_day(report_due(code) + timedelta(days=1))
    sums = {name: Sum(Cast(KeyTextTransform(name, "figures"), IntegerField()), default=0) for name in SUMS}
    month_reports = last_of(code).filter(team__in=teams).order_by().values("team__unit")
    counted = month_reports.annotate(reported=Count("pk"), in_time=Count("pk", filter=Q(at__lt=too_late)), **sums)
    reports: dict[int, Any] = {row["team__unit"]: row for row in counted}
    rows = teams.order_by("unit__sort_key").values_list(
        "unit", "unit__ref", "unit__name", "unit__name_en", "unit__sort_key"
    )
    return [
        _commune_month(Commune(ref, name, name_en), teams_there, reports.get(unit, {}))
        for unit, ref, name, name_en, _key, teams_there in rows.annotate(teams=Count("pk"))
    ]


def _commune_month(unit: Commune, teams: int, told: Mapping[str, int]) -> CommuneMonth:
    sums = {name: told.get(name, 0) for name in SUMS}
    return CommuneMonth(unit, teams, told.get("reported", 0), told.get("in_time", 0), sums)


def province_totals(months: Sequence[CommuneMonth]) -> dict[str, int]:
    """All communes together."""
    sums: Counter[str] = Counter()
    for commune_month in months:
        sums.update(commune_month.sums)
    return {
        "teams": sum(commune_month.teams for commune_month in months),
        "reported": sum(commune_month.reported for commune_month in months),
        "in_time": sum(commune_month.in_time for commune_month in months),
        **{name: sums[name] for name in ("visits", "people", "difficulties")},
    }
