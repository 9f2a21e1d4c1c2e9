"""Training: what is to come and was, planning, one session with its seats, certificates."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.audit import services as audit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Member, Session
from tinhso.society.community_teams.pages.access import A_PAGE, team_tabs, team_worker
from tinhso.society.community_teams.queries import certificates, listing, lookup
from tinhso.society.community_teams.queries.rules import rules
from tinhso.society.community_teams.rights import MANAGE_TEAMS, SEE_TEAMS
from tinhso.society.community_teams.services.training import AttendanceRecord
from tinhso.ui.actors import perform_with_message
from tinhso.ui.downloads import attachment_response
from tinhso.ui.inputs import DayInput
from tinhso.ui.request_params import posted_field, query_param
from tinhso.ui.wording import name_in_language

TONES = {"planned": "warn", "held": "good", "cancelled": ""}
MOST_OFFERED = 500


class Planning(forms.Form):
    """A session to come."""

    title = forms.CharField(label=gettext_lazy("Nội dung"), max_length=200, min_length=5)
    skill = forms.ChoiceField(label=gettext_lazy("Nhóm kỹ năng"))
    unit = forms.ChoiceField(label=gettext_lazy("Đơn vị tổ chức"))
    held_on = forms.DateField(label=gettext_lazy("Ngày"), widget=DayInput())
    hours = forms.DecimalField(label=gettext_lazy("Số giờ"), min_value=0, max_value=100, decimal_places=1, initial=4)
    place = forms.CharField(label=gettext_lazy("Địa điểm"), max_length=200)
    trainer = forms.CharField(label=gettext_lazy("Người hướng dẫn"), max_length=200)
    seats = forms.IntegerField(label=gettext_lazy("Số chỗ"), min_value=1, max_value=1000, initial=40)
    pass_score = forms.IntegerField(
        label=gettext_lazy("Điểm đạt (0–100)"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Để trống nếu không kiểm tra: có mặt là được giấy chứng nhận."),
    )

    def __init__(self, by: Actor, *given: Any, **named_: Any) -> None:
        super().__init__(*given, **named_)
        self.label_suffix = ""
        self.organisers = {unit.ref: unit for unit in lookup.organising_units(by, clock.today())}
        self.fields["skill"].choices = [(rule_word.code, rule_word.label) for rule_word in rules().skills]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [  # type: ignore[attr-defined]
            (ref, name_in_language(unit)) for ref, unit in self.organisers.items()
        ]


@require_safe
@login_required
def training_page(request: HttpRequest) -> HttpResponse:
    """Sessions, the latest first."""
    by = team_worker(request)
    team_list_filter = listing.TeamListFilter(state=query_param(request, "state", 10))
    page = Paginator(listing.filtered_sessions(team_list_filter), A_PAGE).get_page(request.GET.get("page"))
    team_rules = rules()
    context = {
        "page": page,
        "lines": [(session, team_rules.skill(session.skill), TONES[session.state]) for session in page],
        "wanted": team_list_filter,
        "states": Session.State.choices,
        "tabs": team_tabs("training", by),
        "may_plan": by.can(MANAGE_TEAMS),
    }
    return render(request, "community_teams/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_session_page(request: HttpRequest) -> HttpResponse:
    """Announce a session."""
    by = team_worker(request)
    by.must_be_able_to(MANAGE_TEAMS)
    form = Planning(by, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"unit": form.organisers[form.cleaned_data["unit"]]}
        try:
            session = services.plan_session(**values, by=by, now=clock.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("community_teams:session", session.ref)
    context = {
        "form": form,
        "heading": _("Mở buổi tập huấn"),
        "submit": _("Lưu"),
        "cancel_url": reverse("community_teams:training"),
    }
    return render(request, "community_teams/form.html", context)


@require_safe
@login_required
def session_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One session: seats, who was there, certificates; members see their own seat."""
    by = team_worker(request)
    session = lookup.session(ref, by)
    manages = by.can(MANAGE_TEAMS, at=session.unit)
    planned = session.state == Session.State.PLANNED
    seats = list(_visible_seats(session, by, manages))
    seats_taken = session.seats_taken.count()
    context = {
        "one": session,
        "skill": rules().skill(session.skill),
        "tone": TONES[session.state],
        "seats": seats,
        "taken": seats_taken,
        "left": max(0, session.seats - seats_taken),
        "manages": manages,
        "planned": planned,
        "may_attend": planned and manages and session.held_on <= clock.today() and bool(seats),
        "earned": sum(_has_earned_certificate(session, seat) for seat in seats) if manages else 0,
        "offered": _members_to_enrol(session, by, {seat.member_id for seat in seats})
        if planned and seats_taken < session.seats
        else [],
    }
    return render(request, "community_teams/session.html", context)


def _visible_seats(session: Session, by: Actor, manages: bool) -> Any:
    seats = session.seats_taken.select_related("member__team", "member__unit").order_by("member__name_key")
    if manages or SEE_TEAMS in by.everywhere:
        return seats
    return seats.filter(lookup.within_reach(by, "member__unit")) | seats.filter(
        member__team__in=lookup.teams_of_member(by)
    )


def _has_earned_certificate(session: Session, seat: Any) -> bool:
    passed = session.pass_score is None or (seat.score is not None and seat.score >= session.pass_score)
    return bool(session.state == Session.State.HELD and seat.present and passed and not seat.certificate)


def _members_to_enrol(found: Session, by: Actor, have: set[int]) -> list[Member]:
    """Members to whom ``by`` may give a seat: of their own teams, or of those that they manage."""
    rows = Member.objects.filter(lookup.ALIVE).exclude(pk__in=have).select_related("team", "unit")
    if MANAGE_TEAMS not in by.everywhere:
        rows = rows.filter(team__in=lookup.teams_of_member(by)) | rows.filter(unit__in=by.places(MANAGE_TEAMS))
    return list(rows.order_by("unit__sort_key", "team", "name_key")[:MOST_OFFERED])


@require_POST
@login_required
def act_on_session(request: HttpRequest, ref: str) -> HttpResponse:
    """Take seats, write down who was there, cancel, give certificates."""
    by, now = team_worker(request), clock.now()
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "enrol": (
            lambda: services.enrol_members(ref=ref, members=request.POST.getlist("member")[:1000], by=by, now=now),
            _("Đã ghi danh."),
        ),
        "attend": (
            lambda: services.record_attendance(ref=ref, seen=_attendance_of(request), by=by, now=now),
            _("Đã chốt điểm danh."),
        ),
        "cancel": (
            lambda: services.cancel_session(ref=ref, why=posted_field(request, "why", 300), by=by, now=now),
            _("Đã hủy buổi tập huấn."),
        ),
        "certify": (lambda: services.certify_members(ref=ref, by=by, now=now), _("Đã cấp giấy chứng nhận.")),
    }
    session_act = acts.get(request.POST.get("act", ""))
    if session_act is not None:
        perform_with_message(request, *session_act)
    return redirect("community_teams:session", ref)


def _attendance_of(request: HttpRequest) -> dict[str, AttendanceRecord]:
    there = request.POST.getlist("present")[:1000]
    return {ref: AttendanceRecord(True, _parse_score(posted_field(request, f"score-{ref}", 8))) for ref in there}


def _parse_score(text: str) -> int | None:
    if text and not text.isdecimal():
        raise Refused("bad_score", _("Điểm là số nguyên từ 0 đến 100."))
    return int(text) if text else None


@require_safe
@login_required
def certificate_pdf(request: HttpRequest, ref: str, member: str) -> HttpResponse:
    """A certificate as PDF: for whoever holds it, and who sees the session's members. Each look is written down."""
    by = team_worker(request)
    session = lookup.session(ref, by)
    seat = _visible_seats(session, by, by.can(MANAGE_TEAMS, at=session.unit)).filter(member__ref=member[:40]).first()
    if seat is None or not seat.certificate:
        raise lookup.unknown_ref(member)
    audit.record_view(by=by, what=("community_teams.Attendance", f"{session.ref}/{seat.member.ref}"), why="certificate")
    name = f"{seat.certificate.replace('/', '-')}.pdf"
    return attachment_response(certificates.as_pdf(seat), name=name, media_type="application/pdf")
