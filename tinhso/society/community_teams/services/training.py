"""Training: a session is planned, members take seats, who was there is written down once, certificates are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import services as documents
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.community_teams.models import Attendance, Member, Session
from tinhso.society.community_teams.queries import lookup
from tinhso.society.community_teams.queries.rules import rules
from tinhso.society.community_teams.rights import MANAGE_TEAMS
from tinhso.society.community_teams.services import words

State = Session.State


@dataclass(frozen=True)
class AttendanceRecord:
    """What is written down of a member: there or not, the score (0–100) where there was an examination."""

    present: bool
    score: int | None = None


@transaction.atomic
def plan_session(
    *,
    title: str,
    skill: str,
    unit: Unit,
    held_on: date,
    hours: Decimal,
    place: str,
    trainer: str,
    seats: int,
    by: Actor,
    now: datetime,
    pass_score: int | None = None,
    illustrative: bool = False,
) -> Session:
    """Announce a session."""
    by.must_be_able_to(MANAGE_TEAMS, at=unit)
    if skill not in {rule_word.code for rule_word in rules().skills}:
        raise Refused("bad_skill", _("Hãy chọn nhóm kỹ năng có trong danh mục."))
    if not 0 < hours <= 100 or not 1 <= seats <= 1000 or not (pass_score is None or 0 <= pass_score <= 100):
        raise Refused("bad_numbers", _("Số giờ từ 0,5 đến 100, số chỗ từ 1 đến 1000, điểm đạt từ 0 đến 100."))
    session = Session.objects.create(
        ref=refs.new_ref("TH"),
        title=words.tidied_text(title, most=200),
        skill=skill,
        unit=unit,
        held_on=held_on,
        hours=hours,
        place=words.tidied_text(place, least=2, most=200),
        trainer=words.tidied_text(trainer, least=2, most=200),
        seats=seats,
        pass_score=pass_score,
        by=by.ref,
        by_name=by.name,
        at=now,
        illustrative=illustrative,
    )
    audit.record(by=by, did="training planned", to=session, after={"held_on": f"{held_on}", "unit": unit.ref})
    return session


@transaction.atomic
def enrol_members(*, ref: str, members: Sequence[str], by: Actor, now: datetime) -> int:
    """Members take seats: one's own seat, or those that who manages a team gives; says how many are new.

    Refuses more than there are seats, also when two do it at once.
    """
    session = _locked_session(ref, by)
    _must_be(session, State.PLANNED)
    chosen_members = list(Member.objects.filter(lookup.ALIVE, ref__in=set(members)).select_related("unit", "team"))
    if not chosen_members or len(chosen_members) != len(set(members)):
        raise Refused("bad_members", _("Hãy chọn ít nhất một thành viên còn trong tổ."))
    teams = {team.pk for team in lookup.teams_of_member(by)}
    for member in chosen_members:
        if member.team_id not in teams:
            by.must_be_able_to(MANAGE_TEAMS, at=member.unit)
    have = set(session.seats_taken.values_list("member", flat=True))
    new = [member for member in chosen_members if member.pk not in have]
    if len(have) + len(new) > session.seats:
        raise Refused("full", _("Buổi này chỉ còn %(left)s chỗ."), left=max(0, session.seats - len(have)))
    Attendance.objects.bulk_create(Attendance(session=session, member=member) for member in new)
    audit.record(by=by, did="training seats taken", to=session, after={"new": len(new)})
    return len(new)


@transaction.atomic
def record_attendance(*, ref: str, seen: Mapping[str, AttendanceRecord], by: Actor, now: datetime) -> Session:
    """Write down who was there, for everybody who had a seat, and close the session. Not before its day."""
    session = _locked_session(ref, by)
    by.must_be_able_to(MANAGE_TEAMS, at=session.unit)
    _must_be(session, State.PLANNED)
    if clock.local(now).date() < session.held_on:
        raise Refused("not_yet", _("Chưa đến ngày tập huấn, chưa điểm danh được."))
    seats = list(session.seats_taken.select_related("member"))
    for seat in seats:
        attendance_record = seen.get(seat.member.ref, AttendanceRecord(present=False))
        if attendance_record.score is not None and (
            not attendance_record.present or not 0 <= attendance_record.score <= 100
        ):
            raise Refused("bad_score", _("Điểm từ 0 đến 100, chỉ cho người có mặt."))
        seat.present, seat.score = attendance_record.present, attendance_record.score
    Attendance.objects.bulk_update(seats, ["present", "score"])
    session.state, session.closed_at = State.HELD, now
    session.save(update_fields=["state", "closed_at"])
    there = sum(bool(seat.present) for seat in seats)
    audit.record(by=by, did="training attended", to=session, after={"seats": len(seats), "present": there})
    return session


@transaction.atomic
def cancel_session(*, ref: str, why: str, by: Actor, now: datetime) -> Session:
    """It does not take place."""
    session = _locked_session(ref, by)
    by.must_be_able_to(MANAGE_TEAMS, at=session.unit)
    _must_be(session, State.PLANNED)
    session.state, session.closed_at = State.CANCELLED, now
    session.save(update_fields=["state", "closed_at"])
    audit.record(by=by, did="training cancelled", to=session, after={"why": words.tidied_text(why, most=300)})
    return session


@transaction.atomic
def certify_members(*, ref: str, by: Actor, now: datetime) -> int:
    """Everybody who was there and reached the score gets a certificate with a number and a page that proves it.

    Says how many were given now; doing it again gives nobody a second one.
    """
    session = _locked_session(ref, by)
    by.must_be_able_to(MANAGE_TEAMS, at=session.unit)
    _must_be(session, State.HELD)
    values, day = rules().certificate, clock.local(now).date()
    earned = [
        seat
        for seat in session.seats_taken.filter(present=True, certificate="").order_by("pk")
        if _has_passed(session, seat)
    ]
    if not earned:
        return 0
    notation = values.get("notation", "GCN")
    first = documents.take_numbers(session.unit, notation, day.year, count=len(earned))
    for number, seat in enumerate(earned, first):
        seat.certificate, seat.certified_at = f"{number:02d}/{day.year}/{session.unit.ref}-{notation}", now
        page = documents.register_for_verification(
            kind=values.get("kind", "GIẤY CHỨNG NHẬN"),
            number=seat.certificate,
            issued_on=day,
            issuer=session.unit.name,
            by=by,
            now=now,
        )
        seat.token = page.token
    Attendance.objects.bulk_update(earned, ["certificate", "certified_at", "token"])
    audit.record(by=by, did="training certified", to=session, after={"certificates": len(earned)})
    return len(earned)


def _has_passed(session: Session, seat: Attendance) -> bool:
    return session.pass_score is None or (seat.score is not None and seat.score >= session.pass_score)


def _locked_session(ref: str, by: Actor) -> Session:
    session = lookup.session(ref, by)
    return Session.objects.select_for_update(of=("self",)).select_related("unit").get(pk=session.pk)


def _must_be(session: Session, state: State) -> None:
    if session.state != state:
        text = _("Buổi tập huấn đang ở trạng thái “%(state)s” nên không làm được việc này.")
        raise Refused("not_now", text, state=session.get_state_display())
