"""Directives: told about something, answered with evidence, asked again, closed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.indicators.contract import subject_of
from tinhso.government.programme.models import Directive
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.queries.rules import rules
from tinhso.government.programme.rights import GIVE_DIRECTIVES
from tinhso.government.programme.services import record
from tinhso.government.programme.services.record import Evidence
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

State = Directive.State


@transaction.atomic
def give_directive(
    *,
    title: str,
    words: str,
    unit: str,
    by: Actor,
    now: datetime,
    about: str = "",
    owner: str = "",
    due_on: date | None = None,
    illustrative: bool = False,
) -> Directive:
    """A leader wants something done by a unit, or a person there, until a day; ``about`` is a subject ``kind:ref``."""
    today = clock.local(now).date()
    where = lookup.receiving_unit(unit, today)
    by.must_be_able_to(GIVE_DIRECTIVES, at=where)
    subject = subject_of(about, by) if about else None
    if about and subject is None:
        raise Refused("unknown_subject", _("Không tìm thấy việc được chỉ đạo, hoặc bạn không được xem nó."))
    person, name = lookup.owner_at(where, owner, today)
    day = record.due_day(due_on, rules().days.directive, now)
    one = Directive(
        ref=refs.new_ref("CD"),
        title=record.tidied_title(title),
        words=record.tidied_reason(words),
        unit=where,
        origin_unit=where,
        owner=person,
        owner_name=name,
        giver=by.ref,
        giver_name=by.name,
        given_at=now,
        due_on=day,
        first_due_on=day,
        moves=1,
        illustrative=illustrative,
    )
    if subject is not None:
        one.about_kind, one.about_ref, one.about_label = subject.kind, subject.ref[:120], subject.label[:300]
        one.about_href, one.about_unit = subject.href[:500], subject.unit
        one.indicator, one.period = subject.indicator, subject.period
    one.save()
    record.insert_entry(one, did="given", by=by, now=now, note=one.words, detail={"due_on": day.isoformat()})
    audit.record(by=by, did="directive given", to=one, after={"about": about, "unit": where.ref, "owner": person})
    record.announce_change(one, "given", by)
    return one


@transaction.atomic
def answer(*, ref: str, words: str, by: Actor, now: datetime, evidence: Sequence[Evidence] = ()) -> Directive:
    """The unit says what it did; the first answer is what counts as in time or late."""
    one = lookup.locked_directive(ref)
    lookup.must_do(one, by)
    _must_be(one, State.OPEN)
    first = one.answered_at or now
    record.note_down(
        one,
        did="answered",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        evidence=evidence,
        state=State.ANSWERED,
        answered_at=first,
    )
    return one


@transaction.atomic
def ask_again(*, ref: str, words: str, by: Actor, now: datetime, due_on: date | None = None) -> Directive:
    """The answer is not enough: it is open again, until another day."""
    one = lookup.locked_directive(ref)
    lookup.must_steer(one, by)
    _must_be(one, State.ANSWERED)
    day = record.due_day(due_on, rules().days.directive, now)
    record.note_down(
        one,
        did="asked_again",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        state=State.OPEN,
        due_on=day,
        climbed=0,
        asked_again=one.asked_again + 1,
        detail={"due_on": day.isoformat()},
    )
    return one


@transaction.atomic
def extend(*, ref: str, due_on: date, words: str, by: Actor, now: datetime) -> Directive:
    """More time, with the reason."""
    one = lookup.locked_directive(ref)
    lookup.must_steer(one, by)
    _must_be(one, State.OPEN)
    day = record.due_day(due_on, 0, now)
    if day <= one.due_on:
        raise Refused("not_later", _("Hạn mới phải sau hạn đang có."))
    record.note_down(
        one,
        did="extended",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        due_on=day,
        climbed=0,
        detail={"from": one.due_on.isoformat(), "due_on": day.isoformat()},
    )
    return one


@transaction.atomic
def close(*, ref: str, words: str, by: Actor, now: datetime) -> Directive:
    """The leader is content; nothing happens to it any more."""
    one = lookup.locked_directive(ref)
    lookup.must_steer(one, by)
    _must_be(one, State.ANSWERED)
    note = record.tidied_reason(words, least=0)
    record.note_down(one, did="closed", by=by, now=now, note=note, state=State.CLOSED, closed_at=now)
    return one


@transaction.atomic
def withdraw(*, ref: str, words: str, by: Actor, now: datetime) -> Directive:
    """It is no longer wanted, with the reason."""
    one = lookup.locked_directive(ref)
    lookup.must_steer(one, by)
    if one.closed_at is not None:
        raise _not_now(one)
    note = record.tidied_reason(words)
    record.note_down(one, did="withdrawn", by=by, now=now, note=note, state=State.WITHDRAWN, closed_at=now)
    return one


def _must_be(one: Directive, state: str) -> None:
    if one.state != state:
        raise _not_now(one)


def _not_now(one: Directive) -> Refused:
    words = _("Chỉ đạo đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy mở lại trang để xem mới nhất.")
    return Refused("not_now", words, state=one.get_state_display())
