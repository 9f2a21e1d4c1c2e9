"""Tables of the programme's periodic report: targets, tasks and directives write themselves."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import SYSTEM, ReportTable
from tinhso.government.programme.models import Directive, Task
from tinhso.government.programme.queries import goals, listing, lookup
from tinhso.kernel import clock
from tinhso.ui.wording import number_text, period_text, unit_text

MOST = 200
Kind = TypeVar("Kind", Task, Directive)


def reported_targets(unit: str, first: date, last: date, now: datetime) -> ReportTable:
    """Goals from the year of the report on, each with its reading."""
    goal_standings = [
        goal_standing
        for goal_standing in goals.judged_goals(None, SYSTEM, clock.local(now).date())
        if goal_standing.goal.year >= last.year
    ]
    rows = tuple(
        (
            goal_standing.goal.title,
            str(goal_standing.goal.year),
            goal_standing.aim,
            _reading_text(goal_standing),
            goal_standing.word.capitalize(),
        )
        for goal_standing in goal_standings[:MOST]
    )
    heads = (_("Mục tiêu"), _("Năm"), _("Phải đạt"), _("Hiện đạt"), _("Kết quả"))
    unknown = sum(goal_standing.state == goals.State.UNKNOWN for goal_standing in goal_standings)
    return ReportTable(heads, rows, note=_("%(n)s mục tiêu chưa tính được.") % {"n": unknown} if unknown else "")


def _reading_text(goal_standing: goals.GoalStanding) -> str:
    if goal_standing.indicator is None:
        return _("%(n)s/%(all)s nhiệm vụ") % {"n": goal_standing.accepted, "all": goal_standing.tasks}
    if goal_standing.reading is None:
        return "—"
    value = number_text(goal_standing.reading.value, goal_standing.indicator.decimals) + unit_text(
        goal_standing.indicator.unit_of_measure
    )
    return f"{value} ({period_text(goal_standing.reading.period)})"


def reported_tasks(unit: str, first: date, last: date, now: datetime) -> ReportTable:
    """Tasks that were open, or ended, in the period, late ones first."""
    tasks = (
        Task.objects.filter(_within_period(first, last)).select_related("unit").order_by("closed_at", "due_on", "pk")
    )
    heads = (_("Nhiệm vụ"), _("Đơn vị"), _("Hạn"), _("Tiến độ"), _("Trạng thái"))
    rows = [
        (task.title, task.unit.name, f"{task.due_on:%d/%m/%Y}", f"{task.percent}%", _state_text(task, now))
        for task in _late_first(list(tasks[:MOST]), now)
    ]
    return ReportTable(heads, tuple(rows), frozenset({3}))


def reported_directives(unit: str, first: date, last: date, now: datetime) -> ReportTable:
    """Directives that were open, or ended, in the period, late ones first."""
    directives = (
        Directive.objects.filter(_within_period(first, last))
        .select_related("unit")
        .order_by("closed_at", "due_on", "pk")
    )
    heads = (_("Chỉ đạo"), _("Đơn vị"), _("Giao ngày"), _("Hạn"), _("Trạng thái"))
    rows = [
        (
            directive.title,
            directive.unit.name,
            f"{clock.local(directive.given_at):%d/%m/%Y}",
            f"{directive.due_on:%d/%m/%Y}",
            _state_text(directive, now),
        )
        for directive in _late_first(list(directives[:MOST]), now)
    ]
    return ReportTable(heads, tuple(rows))


def _within_period(first: date, last: date) -> Q:
    """Given up to the period's end, and not over before it began."""
    return Q(given_at__date__lte=last) & (Q(closed_at=None) | Q(closed_at__date__gte=first))


def _late_first(directives: Sequence[Kind], now: datetime) -> list[Kind]:
    today = clock.local(now).date()
    waits = (*lookup.TO_DO, Directive.State.OPEN)
    return sorted(directives, key=lambda directive: not (directive.state in waits and directive.due_on < today))


def _state_text(one: Task | Directive, now: datetime) -> str:
    standing = listing.work_standing(one, clock.local(now).date())
    word = str(one.get_state_display()).capitalize()
    return f"{word}, {standing.words}" if standing else word
