"""The life of a return: draft → submitted → approved → published, sent back for correction, revised, delegated."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.indicators.rights import HAND_IN_RETURNS
from tinhso.blocks.outbox import services as outbox
from tinhso.government.reporting import events
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import checks
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.rights import APPROVE_RETURNS, PUBLISH_RETURNS
from tinhso.government.reporting.services import values as store
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

State = Return.State


@transaction.atomic
def save_draft(
    *, ref: str, entries: Sequence[store.RowEntry], by: Actor, now: datetime, via: str = "form", whole: bool = True
) -> Return:
    """Keep what was filled in so far, whether or not it passes the checks.

    ``whole`` replaces every row; otherwise only the given fields of the given rows change. Refuses units, members and
    fields that do not belong, numbers that are not stored ones, and a return that is not open.
    """
    unit_return = queries.locked_return(ref)
    may_fill_in(unit_return, by)
    queries.must_be_open(unit_return)
    store.write_values(unit_return, entries, by=by, now=now, via=via, whole=whole)
    return unit_return


@transaction.atomic
def submit(*, ref: str, by: Actor, now: datetime, status: str = Return.Status.OFFICIAL) -> Return:
    """Hand in: the values pass every check and stay as they are from now on."""
    unit_return = queries.locked_return(ref)
    may_fill_in(unit_return, by)
    queries.must_be_open(unit_return)
    if status == Return.Status.OFFICIAL and clock.local(now).date() < unit_return.period_end:
        raise Refused(
            "period_not_over",
            _("Kỳ %(period)s chưa kết thúc: chỉ gửi được số ước tính hoặc sơ bộ."),
            period=unit_return.period,
        )
    problems = queries.sheet_of(unit_return).problems()
    wrong = checks.blocking_errors(problems)
    if wrong:
        raise Refused(
            "has_errors",
            _("Còn %(count)s lỗi, lỗi đầu tiên: %(first)s."),
            count=len(wrong),
            first=_problem_text(wrong[0]),
        )
    store.seal_revision(unit_return, warnings=[problem.as_dict() for problem in problems])
    unit_return.state, unit_return.status, unit_return.sent_back_why = State.SUBMITTED, status, ""
    unit_return.submitted_at, unit_return.submitted_by = now, by.ref
    unit_return.first_submitted_at = unit_return.first_submitted_at or now
    _save_and_record(
        unit_return,
        "submitted",
        by,
        "state",
        "status",
        "sent_back_why",
        "submitted_at",
        "submitted_by",
        "first_submitted_at",
    )
    outbox.emit(
        events.ReturnSubmitted(
            **_event_fields(unit_return, by), on_time=unit_return.first_submitted_at <= unit_return.due_at
        )
    )
    return unit_return


@transaction.atomic
def send_back(*, ref: str, why: str, by: Actor, now: datetime) -> Return:
    """Return for correction, with a reason; what was handed in is kept as a revision."""
    unit_return = queries.locked_return(ref)
    by.must_be_able_to(APPROVE_RETURNS, at=unit_return.unit)
    _must_be(unit_return, State.SUBMITTED, State.APPROVED)
    _must_say(why)
    unit_return.state, unit_return.sent_back_why = State.SENT_BACK, why.strip()
    unit_return.times_sent_back += 1
    unit_return.approved_at = None
    _save_and_record(unit_return, "sent back", by, "state", "sent_back_why", "times_sent_back", "approved_at")
    outbox.emit(
        events.ReturnSentBack(
            **_event_fields(unit_return, by), why=unit_return.sent_back_why, to=unit_return.submitted_by
        )
    )
    return unit_return


@transaction.atomic
def approve(*, ref: str, by: Actor, now: datetime) -> Return:
    """A second pair of eyes agrees: who handed in may not approve."""
    unit_return = queries.locked_return(ref)
    by.must_be_able_to(APPROVE_RETURNS, at=unit_return.unit)
    _must_be(unit_return, State.SUBMITTED)
    if unit_return.submitted_by == by.ref:
        raise Forbidden("four_eyes", _("Người gửi báo cáo không được tự duyệt báo cáo %(ref)s."), ref=ref)
    unit_return.state, unit_return.approved_at = State.APPROVED, now
    _save_and_record(unit_return, "approved", by, "state", "approved_at")
    outbox.emit(events.ReturnApproved(**_event_fields(unit_return, by)))
    return unit_return


@transaction.atomic
def publish(*, ref: str, by: Actor, now: datetime) -> Return:
    """Let the approved values count; what was published before stays readable as a revision."""
    unit_return = queries.locked_return(ref)
    by.must_be_able_to(PUBLISH_RETURNS, at=unit_return.unit)
    _must_be(unit_return, State.APPROVED)
    unit_return.state, unit_return.published_at, unit_return.published_revision = (
        State.PUBLISHED,
        now,
        unit_return.revision,
    )
    _save_and_record(unit_return, "published", by, "state", "published_at", "published_revision")
    outbox.emit(events.ReturnPublished(**_event_fields(unit_return, by)))
    return unit_return


@transaction.atomic
def revise(*, ref: str, why: str, by: Actor, now: datetime) -> Return:
    """Open a published return again, with a reason: its published values keep counting until new ones are published."""
    unit_return = queries.locked_return(ref)
    may_fill_in(unit_return, by)
    _must_be(unit_return, State.PUBLISHED)
    _must_say(why)
    store.open_revision(unit_return, by=by, now=now, via="revision", why=why.strip())
    unit_return.state, unit_return.approved_at = State.DRAFT, None
    _save_and_record(unit_return, "revised", by, "state", "approved_at", why=why.strip())
    outbox.emit(events.ReturnRevised(**_event_fields(unit_return, by), why=why.strip()))
    return unit_return


@transaction.atomic
def delegate(*, ref: str, to: str, to_name: str, by: Actor, now: datetime) -> Return:
    """Let the person ``to`` fill in and hand in this one return; an empty ``to`` takes it back."""
    unit_return = queries.locked_return(ref)
    by.must_be_able_to(HAND_IN_RETURNS, at=unit_return.unit)
    if unit_return.state == State.PUBLISHED:
        queries.must_be_open(unit_return)
    unit_return.delegate, unit_return.delegate_name = to, to_name
    _save_and_record(unit_return, "delegated", by, "delegate", "delegate_name", to=to)
    outbox.emit(events.ReturnDelegated(**_event_fields(unit_return, by), to=to))
    return unit_return


def may_fill_in(one: Return, by: Actor) -> None:
    """Refuse with 403 unless ``by`` may hand in for the return's unit, or was given this return."""
    if not by.ref or one.delegate != by.ref:
        by.must_be_able_to(HAND_IN_RETURNS, at=one.unit)


def _must_be(one: Return, *states: str) -> None:
    if one.state not in states:
        raise Refused(
            "wrong_state",
            _("Báo cáo %(ref)s đang ở trạng thái “%(state)s”, không thực hiện được việc này."),
            ref=one.ref,
            state=one.get_state_display(),
        )


def _must_say(why: str) -> None:
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do."))


def _problem_text(problem: checks.ReturnProblem) -> str:
    return f"{problem.unit_name}: {problem.message}" if problem.unit_name else problem.message


def _save_and_record(one: Return, did: str, by: Actor, *columns: str, **more: object) -> None:
    one.save(update_fields=list(columns))
    after: Mapping[str, object] = {
        "state": one.state,
        "revision": one.revision.number if one.revision else None,
        **more,
    }
    audit.record(by=by, did=did, to=one, after=after)


def _event_fields(one: Return, by: Actor) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "data_set": one.data_set.code,
        "domain": one.data_set.domain,
        "unit": one.unit.ref,
        "period": one.period,
        "by": by.ref,
        "revision": one.revision.number if one.revision else 0,
        "turn": one.times_sent_back,
    }
