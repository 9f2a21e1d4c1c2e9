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


def visit_records(wanted: RecordQuery) -> Sequence[Record]:
    """Visits that count, the latest first."""
    found = Visit.objects.filter(_days_in_months(wanted, "day"), unit__ref__in=wanted.units, voided_at__isnull=True)
    for dim, member in wanted.members:
        found = (
            found.filter(topics__contains=[member]) if dim == "noi_dung" else found.filter(**{VISIT_DIMS[dim]: member})
        )
    found = _changed_since(found, "at", wanted).select_related("team", "unit").order_by("-day", "-pk")
    return [
        _team_record(
            f"{date_text(one.day)} · {one.team.name}",
            "community_teams:visit",
            one.ref,
            one.unit.name,
            f"{one.day:%Y-%m}",
            one.at,
            one.by_name,
            ((_("Người được hướng dẫn"), str(one.people)),),
        )
        for one in found[: wanted.limit]
    ]


def difficulty_records(wanted: RecordQuery) -> Sequence[Record]:
    """Difficulties, the latest first."""
    found = Difficulty.objects.filter(_moments_in_months(wanted, "at"), unit__ref__in=wanted.units)
    for _dim, member in wanted.members:
        found = found.filter(kind=member)
    found = _changed_since(found, "entries__at", wanted).distinct().select_related("unit").order_by("-at", "-pk")
    return [
        _team_record(
            f"{one.ref} · {rules().kind_name(one.kind)}",
            "community_teams:difficulty",
            one.ref,
            one.unit.name,
            f"{one.at:%Y-%m}",
            one.answered_at or one.at,
            one.by_name,
            ((_("Trạng thái"), str(one.get_state_display())),),
        )
        for one in found[: wanted.limit]
    ]


def seat_records(wanted: RecordQuery) -> Sequence[Record]:
    """Seats in sessions that were held, by the code of the member."""
    found = Attendance.objects.filter(
        _days_in_months(wanted, "session__held_on"),
        member__unit__ref__in=wanted.units,
        session__state=Session.State.HELD,
    )
    for _dim, member in wanted.members:
        found = found.filter(session__skill=member)
    found = (
        _changed_since(found, "session__closed_at", wanted).select_related("session", "member__unit").order_by("-pk")
    )
    return [
        _team_record(
            f"{one.member.number} · {one.session.title}",
            "community_teams:session",
            one.session.ref,
            one.member.unit.name,
            f"{one.session.held_on:%Y-%m}",
            one.session.closed_at,
            one.session.by_name,
            ((_("Có mặt"), _("có") if one.present else _("không")),),
        )
        for one in found[: wanted.limit]
    ]


def session_records(wanted: RecordQuery) -> Sequence[Record]:
    """Sessions that were held, the latest first; an agency's stand under the unit above it."""
    here = Q(unit__ref__in=wanted.units) | Q(unit__level=9, unit__parent__ref__in=wanted.units)
    found = Session.objects.filter(_days_in_months(wanted, "held_on"), here, state=Session.State.HELD)
    for _dim, member in wanted.members:
        found = found.filter(skill=member)
    found = _changed_since(found, "closed_at", wanted).select_related("unit").order_by("-held_on", "-pk")
    return [
        _team_record(
            one.title,
            "community_teams:session",
            one.ref,
            one.unit.name,
            f"{one.held_on:%Y-%m}",
            one.closed_at,
            one.by_name,
            ((_("Số giờ"), str(one.hours)),),
        )
        for one in found[: wanted.limit]
    ]


def task_records(wanted: RecordQuery) -> Sequence[Record]:
    """Tasks that were due, the latest first."""
    found = Task.objects.filter(_days_in_months(wanted, "due_on"), team__unit__ref__in=wanted.units).exclude(
        state="dropped"
    )
    found = _changed_since(found, "reported_at", wanted).select_related("team__unit").order_by("-due_on", "-pk")
    return [
        _team_record(
            f"{one.title} · {one.team.name}",
            "community_teams:task",
            one.ref,
            one.team.unit.name,
            f"{one.due_on:%Y-%m}",
            one.reported_at or one.given_at,
            one.giver_name,
            ((_("Trạng thái"), str(one.get_state_display())),),
        )
        for one in found[: wanted.limit]
    ]


def member_records(wanted: RecordQuery) -> Sequence[Record]:
    """Members at the end of the months; those of one tier of teams are not told apart here."""
    kept = tuple(one for one in wanted.members if one[0] != "cap")
    narrowed = RecordQuery(wanted.units, wanted.months, kept, wanted.limit, wanted.since)
    return months.records_of_month("team-members", {"to_chuc": "body"})(narrowed)


def _days_in_months(wanted: RecordQuery, field: str) -> Q:
    found = Q(pk__in=())
    for code in wanted.months:
        first, after = month.month_bounds(code)
        found |= Q(**{f"{field}__gte": first, f"{field}__lt": after})
    return found


def _moments_in_months(wanted: RecordQuery, field: str) -> Q:
    found = Q(pk__in=())
    for code in wanted.months:
        first, after = month.month_bounds(code)
        found |= Q(**{f"{field}__gte": month.start_of_day(first), f"{field}__lt": month.start_of_day(after)})
    return found


def _changed_since(found: QuerySet[Any], field: str, wanted: RecordQuery) -> QuerySet[Any]:
    return found if wanted.since is None else found.filter(**{f"{field}__gt": wanted.since})


def _team_record(
    title: str, address: str, ref: str, unit: str, period: str, as_of: Any, by: str, values: Any
) -> Record:
    href = reverse(address, args=[ref])
    return Record(
        title=title, href=href, unit=unit, period=period, status="official", as_of=as_of, by=by, values=values
    )
