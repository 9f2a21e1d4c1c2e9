"""Lateness climbs: the owner before the day, the head of the unit after it, then whoever gave it; each hears once."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.models import Message
from tinhso.government.programme.models import Directive, Task, Work
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.queries.rules import rules
from tinhso.government.programme.rights import DO_TASKS, OVERSEE_TASKS
from tinhso.government.programme.services import record
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.working_calendar import working_days

OWNER, HEAD, GIVER = 1, 2, 3
SAID = {OWNER: "reminded", HEAD: "told_head", GIVER: "told_giver"}


def escalate_late(*, by: Actor, now: datetime) -> int:
    """Tell of everything that is nearly due or late, one step at a time; says how many steps were climbed."""
    today, step_count = clock.local(now).date(), 0
    soon = working_days().add_working_days(today, rules().climb.remind_before)
    waiting: tuple[tuple[Any, dict[str, Any]], ...] = (
        (Task, {"state__in": lookup.TO_DO}),
        (Directive, {"state": Directive.State.OPEN}),
    )
    for kind, open_ones in waiting:
        due_works = kind.objects.filter(**open_ones, due_on__lte=soon, climbed__lt=GIVER).order_by("pk")
        for pk in list(due_works.values_list("pk", flat=True)):
            step_count += _escalate_work(kind, pk, open_ones, today, by, now)
    return step_count


@transaction.atomic
def _escalate_work(kind: Any, pk: int, open_ones: dict[str, Any], today: date, by: Actor, now: datetime) -> int:
    locked_works = kind.objects.select_for_update(of=("self",), skip_locked=True)
    work: Work | None = locked_works.select_related("unit").filter(pk=pk, **open_ones).first()
    if work is None:
        return 0
    target_level, steps = escalation_level(work.due_on, today), 0
    while work.climbed < target_level:
        level = work.climbed + 1
        record.note_down(work, did=SAID[level], by=by, now=now, climbed=level)
        _notify_listeners(work, level, now)
        steps += 1
    return steps


def escalation_level(due: date, today: date) -> int:
    """How far up it is known on ``today`` that something due on ``due`` is not done."""
    climb, late = rules().climb, working_days().working_days_since(due, today)
    if late >= climb.giver_after:
        return GIVER
    if late >= climb.head_after:
        return HEAD
    return OWNER if due <= working_days().add_working_days(today, climb.remind_before) else 0


def _notify_listeners(work: Work, level: int, now: datetime) -> None:
    sentence = _("Sắp đến hạn: %(what)s") if level == OWNER else _("Quá hạn: %(what)s")
    kind = Message.Kind.INFO if level == OWNER else Message.Kind.WARNING
    body = _("Hạn %(day)s, %(unit)s.") % {"day": f"{work.due_on:%d/%m/%Y}", "unit": work.unit.name}
    messaging.notify(
        to=listeners_at_level(work, level),
        title=sentence % {"what": work.title},
        body=body,
        now=now,
        href=address_of_work(work),
        key=f"programme:{work.ref}:{work.due_on}:{level}",
        kind=kind,
        push=level != OWNER,
    )


def listeners_at_level(work: Work, level: int) -> list[Person]:
    """Who hears at a height; where nobody heads the unit, whoever heads it from above."""
    if level == GIVER:
        return _person_as_list(work.giver)
    if level == HEAD:
        here = identity.holders_of_rights(OVERSEE_TASKS, at=work.unit, here_only=True)
        return here or identity.holders_of_rights(OVERSEE_TASKS, at=work.unit)
    return _person_as_list(work.owner) or identity.holders_of_rights(DO_TASKS, at=work.unit, here_only=True)


def _person_as_list(ref: str) -> list[Person]:
    try:
        return [identity.person_by_ref(ref)] if ref else []
    except Refused:
        return []


def address_of_work(work: Work) -> str:
    """The page of a task or a directive."""
    return reverse("programme:directive" if isinstance(work, Directive) else "programme:task", args=[work.ref])
