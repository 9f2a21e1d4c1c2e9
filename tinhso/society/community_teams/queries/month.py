"""A team's month in numbers, counted from its records: what its report says, and what it would say now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import Aggregate, CharField, Count, F, Func, Q, QuerySet, Sum
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.society.community_teams.models import Attendance, Difficulty, MonthReport, Task, Team, Visit
from tinhso.society.community_teams.queries.rules import rules


@dataclass(frozen=True)
class MonthReportLine:
    """One number of a report: what it is called, what was handed in, what the records say now."""

    label: str
    told: int | None
    now: int

    @property
    def differs(self) -> bool:
        """Whether records came or were voided since."""
        return self.told is not None and self.told != self.now


def month_bounds(month: str) -> tuple[date, date]:
    """The first day of a month, and that of the next."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def start_of_day(day: date) -> datetime:
    """The beginning of a day in the province."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.VIETNAM)


def month_figures(team: Team, month: str) -> dict[str, Any]:
    """Whole numbers by name, and under ``topics`` visits by topic."""
    return figures_of([team.pk], month)[team.pk]


def figures_of(teams: Collection[int], month: str) -> dict[int, dict[str, Any]]:
    """The same of each of these teams by its key, in one statement."""
    figures_by_team: dict[int, dict[str, Any]] = {
        pk: {**dict.fromkeys(figure_names(), 0), "topics": {}} for pk in teams
    }
    for team, values in _counted_rows(teams, month):
        if "topic" in values:
            figures_by_team[team]["topics"][values["topic"]] = values["times"]
        else:
            figures_by_team[team] |= values
    return {pk: {**values, "topics": dict(sorted(values["topics"].items()))} for pk, values in figures_by_team.items()}


def _counted_rows(teams: Collection[int], month: str) -> QuerySet[Any, tuple[int, dict[str, Any]]]:
    """Rows of a team and some of its numbers, by their names; one for each topic."""

    def by_team(rows: QuerySet[Any], team: str, **numbers: Aggregate) -> QuerySet[Any, Any]:
        grouped: QuerySet[Any, Any] = rows.order_by().values(of=F(team))
        return cast("QuerySet[Any, Any]", grouped.annotate(told=JSONObject(**numbers)).values_list("of", "told"))

    first, after = month_bounds(month)
    begin, end = start_of_day(first), start_of_day(after)
    visits = Visit.objects.filter(team__in=teams, day__gte=first, day__lt=after, voided_at__isnull=True)
    topics = visits.annotate(topic=Func(F("topics"), function="unnest", output_field=CharField()))
    by_topic = topics.order_by().values("team", "topic")
    seats = Attendance.objects.filter(
        member__team__in=teams, present=True, session__held_on__gte=first, session__held_on__lt=after
    )
    done = Task.objects.filter(team__in=teams, state=Task.State.DONE, closed_at__gte=begin, closed_at__lt=end)
    return by_team(
        visits,
        "team",
        visits=Count("pk"),
        people=Sum("people", default=0),
        women=Sum("women", default=0),
        old=Sum("old", default=0),
        done_by_self=Sum("done_by_self", default=0),
    ).union(
        by_topic.annotate(told=JSONObject(topic="topic", times=Count("pk"))).values_list("team", "told"),
        by_team(
            Difficulty.objects.filter(team__in=teams, at__lt=end),
            "team",
            difficulties=Count("pk", filter=Q(at__gte=begin)),
            answered=Count("pk", filter=Q(answered_at__gte=begin, answered_at__lt=end)),
            waiting=Count("pk", filter=Q(answered_at__isnull=True) | Q(answered_at__gte=end)),
        ),
        by_team(seats, "member__team", trained=Count("pk")),
        by_team(done, "team", tasks=Count("pk")),
        all=True,
    )


def figure_names() -> dict[str, str]:
    """What the numbers are called."""
    return {
        "visits": _("Lượt hỗ trợ"),
        "people": _("Người được hướng dẫn"),
        "women": _("trong đó nữ"),
        "old": _("trong đó từ 60 tuổi"),
        "done_by_self": _("Người tự làm được sau hướng dẫn"),
        "difficulties": _("Khó khăn ghi nhận"),
        "answered": _("Khó khăn được trả lời trong tháng"),
        "waiting": _("Khó khăn còn chờ cuối tháng"),
        "trained": _("Lượt thành viên được tập huấn"),
        "tasks": _("Việc được giao đã xong"),
    }


def report_lines(now: Mapping[str, Any], values: Mapping[str, Any] | None) -> list[MonthReportLine]:
    """The numbers in order, then visits by topic."""
    month_report_lines = [
        MonthReportLine(label, values.get(name, 0) if values is not None else None, now[name])
        for name, label in figure_names().items()
    ]
    was, team_rules = (values or {}).get("topics", {}), rules()
    for code in sorted({*now["topics"], *was}):
        before = was.get(code, 0) if values is not None else None
        month_report_lines.append(
            MonthReportLine(
                _("Lượt về: %(topic)s") % {"topic": team_rules.topic(code)}, before, now["topics"].get(code, 0)
            )
        )
    return month_report_lines


def last_report(team: Team, month: str) -> MonthReport | None:
    """The report of a month that counts: the one handed in last."""
    return MonthReport.objects.filter(team=team, month=month).order_by("-number").first()


def month_before(day: date) -> str:
    """The month before that of ``day``."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def last_months(day: date, many: int = 12) -> Sequence[str]:
    """The last months up to that of ``day``, the latest first."""
    months = [f"{day:%Y-%m}"]
    while len(months) < many:
        months.append(month_before(month_bounds(months[-1])[0]))
    return months
