"""The way down from a figure of teams to the records that it counts."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Record, RecordQuery
from tinhso.blocks.registers.queries import months
from tinhso.society.community_teams.models import Attendance, Difficulty, Session, Task, Visit
from tinhso.society.community_teams.queries import month
from tinhso.society.community_teams.queries.rules import rules
from tinhso.ui.wording import date_text

VISIT_DIMS = {"hinh_thuc": "kind", "cap": "team__tier"}


def visit_records(record_query: RecordQuery) -> Sequence[Record]:
    """Visits that count, the latest first."""
    visits = Visit.objects.filter(
        _days_in_months(record_query, "day"), unit__ref__in=record_query.units, voided_at__isnull=True
    )
    for dim, member in record_query.members:
        visits = (
            visits.filter(topics__contains=[member])
            if dim == "noi_dung"
            else visits.filter(**{VISIT_DIMS[dim]: member})
        )
    visits = _changed_since(visits, "at", record_query).select_related("team", "unit").order_by("-day", "-pk")
    return [
        _team_record(
            f"{date_text(visit.day)} · {visit.team.name}",
            "community_teams:visit",
            visit.ref,
            visit.unit.name,
            f"{visit.day:%Y-%m}",
            visit.at,
            visit.by_name,
            ((_("Người được hướng dẫn"), str(visit.people)),),
        )
        for visit in visits[: record_query.limit]
    ]


def difficulty_records(record_query: RecordQuery) -> Sequence[Record]:
    """Difficulties, the latest first."""
    difficulties = Difficulty.objects.filter(_moments_in_months(record_query, "at"), unit__ref__in=record_query.units)
    for _dim, member in record_query.members:
        difficulties = difficulties.filter(kind=member)
    difficulties = (
        _changed_since(difficulties, "entries__at", record_query)
        .distinct()
        .select_related("unit")
        .order_by("-at", "-pk")
    )
    return [
        _team_record(
            f"{difficulty.ref} · {rules().kind_name(difficulty.kind)}",
            "community_teams:difficulty",
            difficulty.ref,
            difficulty.unit.name,
            f"{difficulty.at:%Y-%m}",
            difficulty.answered_at or difficulty.at,
            difficulty.by_name,
            ((_("Trạng thái"), str(difficulty.get_state_display())),),
        )
        for difficulty in difficulties[: record_query.limit]
    ]


def seat_records(record_query: RecordQuery) -> Sequence[Record]:
    """Seats in sessions that were held, by the code of the member."""
    attendances = Attendance.objects.filter(
        _days_in_months(record_query, "session__held_on"),
        member__unit__ref__in=record_query.units,
        session__state=Session.State.HELD,
    )
    for _dim, member in record_query.members:
        attendances = attendances.filter(session__skill=member)
    attendances = (
        _changed_since(attendances, "session__closed_at", record_query)
        .select_related("session", "member__unit")
        .order_by("-pk")
    )
    return [
        _team_record(
            f"{attendance.member.number} · {attendance.session.title}",
            "community_teams:session",
            attendance.session.ref,
            attendance.member.unit.name,
            f"{attendance.session.held_on:%Y-%m}",
            attendance.session.closed_at,
            attendance.session.by_name,
            ((_("Có mặt"), _("có") if attendance.present else _("không")),),
        )
        for attendance in attendances[: record_query.limit]
    ]


def session_records(record_query: RecordQuery) -> Sequence[Record]:
    """Sessions that were held, the latest first; an agency's stand under the unit above it."""
    here = Q(unit__ref__in=record_query.units) | Q(unit__level=9, unit__parent__ref__in=record_query.units)
    sessions = Session.objects.filter(_days_in_months(record_query, "held_on"), here, state=Session.State.HELD)
    for _dim, member in record_query.members:
        sessions = sessions.filter(skill=member)
    sessions = _changed_since(sessions, "closed_at", record_query).select_related("unit").order_by("-held_on", "-pk")
    return [
        _team_record(
            session.title,
            "community_teams:session",
            session.ref,
            session.unit.name,
            f"{session.held_on:%Y-%m}",
            session.closed_at,
            session.by_name,
            ((_("Số giờ"), str(session.hours)),),
        )
        for session in sessions[: record_query.limit]
    ]


def task_records(record_query: RecordQuery) -> Sequence[Record]:
    """Tasks that were due, the latest first."""
    tasks = Task.objects.filter(
        _days_in_months(record_query, "due_on"), team__unit__ref__in=record_query.units
    ).exclude(state="dropped")
    tasks = _changed_since(tasks, "reported_at", record_query).select_related("team__unit").order_by("-due_on", "-pk")
    return [
        _team_record(
            f"{task.title} · {task.team.name}",
            "community_teams:task",
            task.ref,
            task.team.unit.name,
            f"{task.due_on:%Y-%m}",
            task.reported_at or task.given_at,
            task.giver_name,
            ((_("Trạng thái"), str(task.get_state_display())),),
        )
        for task in tasks[: record_query.limit]
    ]


def member_records(record_query: RecordQuery) -> Sequence[Record]:
    """Members at the end of the months; those of one tier of teams are not told apart here."""
    other_members = tuple(member for member in record_query.members if member[0] != "cap")
    narrowed = RecordQuery(
        record_query.units, record_query.months, other_members, record_query.limit, record_query.since
    )
    return months.records_of_month("team-members", {"to_chuc": "body"})(narrowed)


def _days_in_months(record_query: RecordQuery, field: str) -> Q:
    condition = Q(pk__in=())
    for code in record_query.months:
        first, after = month.month_bounds(code)
        condition |= Q(**{f"{field}__gte": first, f"{field}__lt": after})
    return condition


def _moments_in_months(record_query: RecordQuery, field: str) -> Q:
    condition = Q(pk__in=())
    for code in record_query.months:
        first, after = month.month_bounds(code)
        condition |= Q(**{f"{field}__gte": month.start_of_day(first), f"{field}__lt": month.start_of_day(after)})
    return condition


def _changed_since(found: QuerySet[Any], field: str, record_query: RecordQuery) -> QuerySet[Any]:
    return found if record_query.since is None else found.filter(**{f"{field}__gt": record_query.since})


def _team_record(
    title: str, address: str, ref: str, unit: str, period: str, as_of: Any, by: str, values: Any
) -> Record:
    href = reverse(address, args=[ref])
    return Record(
        title=title, href=href, unit=unit, period=period, status="official", as_of=as_of, by=by, values=values
    )
