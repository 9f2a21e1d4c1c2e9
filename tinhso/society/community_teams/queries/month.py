"""A team's month in numbers, counted from its records: what its report says, and what it would say now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.society.community_teams.models import Attendance, Difficulty, MonthReport, Task, Team, Visit
from tinhso.society.community_teams.queries.rules import rules


@dataclass(frozen=True)
class Line:
    """One number of a report: what it is called, what was handed in, what the records say now."""

    label: str
    told: int | None
    now: int

    @property
    def differs(self) -> bool:
        """Whether records came or were voided since."""
        return self.told is not None and self.told != self.now


def bounds(month: str) -> tuple[date, date]:
    """The first day of a month, and that of the next."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def moment(day: date) -> datetime:
    """The beginning of a day in the province."""
    return datetime(day.year, day.month, day.day, tzinfo=clock.VIETNAM)


def figures(team: Team, month: str) -> dict[str, Any]:
    """Whole numbers by name, and under ``topics`` visits by topic."""
    first, after = bounds(month)
    visits = Visit.objects.filter(team=team, day__gte=first, day__lt=after, voided_at__isnull=True)
    counted = visits.aggregate(
        visits=Count("pk"), people=Sum("people", default=0), women=Sum("women", default=0),
        old=Sum("old", default=0), done_by_self=Sum("done_by_self", default=0),
    )  # fmt: skip
    topics = Counter(code for row in visits.values_list("topics", flat=True) for code in row)
    within = {"at__gte": moment(first), "at__lt": moment(after)}
    difficulties = Difficulty.objects.filter(team=team)
    return {
        **{name: int(value) for name, value in counted.items()},
        "topics": dict(sorted(topics.items())),
        "difficulties": difficulties.filter(**within).count(),
        "answered": difficulties.filter(answered_at__gte=moment(first), answered_at__lt=moment(after)).count(),
        "waiting": difficulties.filter(at__lt=moment(after)).filter(
            Q(answered_at__isnull=True) | Q(answered_at__gte=moment(after))
        ).count(),
        "trained": Attendance.objects.filter(
            member__team=team, present=True, session__held_on__gte=first, session__held_on__lt=after
        ).count(),
        "tasks": Task.objects.filter(team=team, state="done", closed_at__gte=moment(first),
                                     closed_at__lt=moment(after)).count(),
    }  # fmt: skip


def names() -> dict[str, str]:
    """What the numbers are called."""
    return {
        "visits": _("Lượt hỗ trợ"), "people": _("Người được hướng dẫn"),
        "women": _("trong đó nữ"), "old": _("trong đó từ 60 tuổi"),
        "done_by_self": _("Người tự làm được sau hướng dẫn"), "difficulties": _("Khó khăn ghi nhận"),
        "answered": _("Khó khăn được trả lời trong tháng"), "waiting": _("Khó khăn còn chờ cuối tháng"),
        "trained": _("Lượt thành viên được tập huấn"), "tasks": _("Việc được giao đã xong"),
    }  # fmt: skip


def lines(now: Mapping[str, Any], told: Mapping[str, Any] | None) -> list[Line]:
    """The numbers in order, then visits by topic."""
    found = [Line(label, told.get(name, 0) if told is not None else None, now[name]) for name, label in names().items()]
    was, known = (told or {}).get("topics", {}), rules()
    for code in sorted({*now["topics"], *was}):
        before = was.get(code, 0) if told is not None else None
        found.append(Line(_("Lượt về: %(topic)s") % {"topic": known.topic(code)}, before, now["topics"].get(code, 0)))
    return found


def last(team: Team, month: str) -> MonthReport | None:
    """The report of a month that counts: the one handed in last."""
    return MonthReport.objects.filter(team=team, month=month).order_by("-number").first()


def month_before(day: date) -> str:
    """The month before that of ``day``."""
    return f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def months(day: date, many: int = 12) -> Sequence[str]:
    """The last months up to that of ``day``, the latest first."""
    found = [f"{day:%Y-%m}"]
    while len(found) < many:
        found.append(month_before(bounds(found[-1])[0]))
    return found
