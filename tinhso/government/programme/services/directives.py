"""Directives: told about something, answered with evidence, asked again, closed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import connection, transaction
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
LONGEST_ABOUT = 120


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
    directive = Directive(
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
        directive.about_kind, directive.about_ref, directive.about_label = (
            subject.kind,
            subject.ref[:LONGEST_ABOUT],
            subject.label[:300],
        )
        directive.about_href, directive.about_unit = subject.href[:500], subject.unit
        directive.indicator, directive.period = subject.indicator, subject.period
    directive.save()
    record.insert_entry(
        directive, did="given", by=by, now=now, note=directive.words, detail={"due_on": day.isoformat()}
    )
    audit.record(by=by, did="directive given", to=directive, after={"about": about, "unit": where.ref, "owner": person})
    record.announce_change(directive, "given", by)
    return directive


@transaction.atomic
def give_directives(
    *, requests: Sequence[Mapping[str, str]], words: str, due_on: date, by: Actor, now: datetime
) -> list[Directive]:
    """Several with the same words and day, all or none; each of ``requests`` has ``title``, ``unit`` and ``about``.

    Refuses what the same leader has given with the same words and is not over: a form that was sent twice.
    """
    if not requests:
        raise Refused("nothing_chosen", _("Hãy chọn ít nhất một việc."))
    _must_not_stand([request["about"] for request in requests], record.tidied_reason(words), by)
    return [
        give_directive(
            title=request["title"],
            unit=request["unit"],
            about=request["about"],
            words=words,
            due_on=due_on,
            by=by,
            now=now,
        )
        for request in requests
    ]


def _must_not_stand(abouts: Sequence[str], words: str, by: Actor) -> None:
    with connection.cursor() as cursor:  # a form that is sent twice at once comes one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"programme:give:{by.ref}"])
    kinds_and_refs = [(kind, ref[:LONGEST_ABOUT]) for kind, _colon, ref in (about.partition(":") for about in abouts)]
    standing = lookup.open_directives_about(kinds_and_refs, by).filter(giver=by.ref, words=words).first()
    if standing is not None:
        raise Refused(
            "already_given",
            _("Chỉ đạo này đã được giao rồi: %(ref)s, %(what)s."),
            ref=standing.ref,
            what=standing.about_label,
        )


@transaction.atomic
def answer(*, ref: str, words: str, by: Actor, now: datetime, evidence: Sequence[Evidence] = ()) -> Directive:
    """The unit says what it did; the first answer is what counts as in time or late."""
    directive = lookup.locked_directive(ref)
    lookup.must_do(directive, by)
    _must_be(directive, State.OPEN)
    first = directive.answered_at or now
    record.note_down(
        directive,
        did="answered",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        evidence=evidence,
        state=State.ANSWERED,
        answered_at=first,
    )
    return directive


@transaction.atomic
def ask_again(*, ref: str, words: str, by: Actor, now: datetime, due_on: date | None = None) -> Directive:
    """The answer is not enough: it is open again, until another day."""
    directive = lookup.locked_directive(ref)
    lookup.must_steer(directive, by)
    _must_be(directive, State.ANSWERED)
    day = record.due_day(due_on, rules().days.directive, now)
    record.note_down(
        directive,
        did="asked_again",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        state=State.OPEN,
        due_on=day,
        climbed=0,
        asked_again=directive.asked_again + 1,
        detail={"due_on": day.isoformat()},
    )
    return directive


@transaction.atomic
def extend(*, ref: str, due_on: date, words: str, by: Actor, now: datetime) -> Directive:
    """More time, with the reason."""
    directive = lookup.locked_directive(ref)
    lookup.must_steer(directive, by)
    _must_be(directive, State.OPEN)
    day = record.due_day(due_on, 0, now)
    if day <= directive.due_on:
        raise Refused("not_later", _("Hạn mới phải sau hạn đang có."))
    record.note_down(
        directive,
        did="extended",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        due_on=day,
        climbed=0,
        detail={"from": directive.due_on.isoformat(), "due_on": day.isoformat()},
    )
    return directive


@transaction.atomic
def close(*, ref: str, words: str, by: Actor, now: datetime) -> Directive:
    """The leader is content; nothing happens to it any more."""
    directive = lookup.locked_directive(ref)
    lookup.must_steer(directive, by)
    _must_be(directive, State.ANSWERED)
    note = record.tidied_reason(words, least=0)
    record.note_down(directive, did="closed", by=by, now=now, note=note, state=State.CLOSED, closed_at=now)
    return directive


@transaction.atomic
def withdraw(*, ref: str, words: str, by: Actor, now: datetime) -> Directive:
    """It is no longer wanted, with the reason."""
    directive = lookup.locked_directive(ref)
    lookup.must_steer(directive, by)
    if directive.closed_at is not None:
        raise _not_now(directive)
    note = record.tidied_reason(words)
    record.note_down(directive, did="withdrawn", by=by, now=now, note=note, state=State.WITHDRAWN, closed_at=now)
    return directive


def _must_be(directive: Directive, state: str) -> None:
    if directive.state != state:
        raise _not_now(directive)


def _not_now(directive: Directive) -> Refused:
    words = _("Chỉ đạo đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy mở lại trang để xem mới nhất.")
    return Refused("not_now", words, state=directive.get_state_display())
