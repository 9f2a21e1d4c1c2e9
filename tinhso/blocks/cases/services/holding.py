"""Who holds a step: taking it, handing it over, standing in during leave; and notes."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases import events
from tinhso.blocks.cases.models import Case, StandIn, Task
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.rights import DECIDE_CASES, PROCESS_CASES, RECEIVE_CASES
from tinhso.blocks.cases.services import flow
from tinhso.blocks.cases.services.record import event_fields, must_say_why, note_down
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def take(*, code: str, step: int, by: Actor, now: datetime) -> Task:
    """Put one's name on a step that anybody of the post may do."""
    case = lookup.locked_case(code)
    task = flow.open_task(case, step, by=by)
    _give_task(task, by.ref, by.name)
    note_down(case, did="taken", by=by, now=now, public=False, detail={"step": task.name})
    return task


@transaction.atomic
def hand_over(*, code: str, step: int, to: str, by: Actor, now: datetime, note: str = "") -> Task:
    """Give a step to somebody of the same post (empty: back to the post); a row of the control slip (form 06)."""
    case = lookup.locked_case(code)
    task = flow.open_task(case, step, by=by)
    colleagues = {person.ref: person.name for person in identity.holders_of_rights(task.right, at=task.unit)}
    if to and to not in colleagues:
        raise Refused("not_a_colleague", _("Chỉ chuyển được cho người có quyền làm bước này ở đơn vị."))
    if to == task.holder:
        return task
    was = task.holder_name or by.name
    _give_task(task, to, colleagues.get(to, ""))
    detail = {"step": task.name, "from": was, "to": task.holder_name, "unit": task.unit.name}
    note_down(case, did="handed_over", by=by, now=now, note=note.strip(), public=False, detail=detail, where=task.unit)
    outbox.emit(events.TaskOpened(**event_fields(case, by), task=task.number, right=task.right, holder=to))
    return task


def _give_task(task: Task, to: str, name: str) -> None:
    task.holder, task.holder_name = to, name
    task.save(update_fields=["holder", "holder_name"])


@transaction.atomic
def write_note(*, code: str, text: str, by: Actor, now: datetime) -> Case:
    """Leave a note for colleagues; the applicant does not see it."""
    lookup.visible_case(code, by=by)
    case = lookup.locked_case(code)
    note_down(case, did="noted", by=by, now=now, note=must_say_why(text), public=False)
    return case


@transaction.atomic
def stand_in(*, to: str, first: date, last: date, by: Actor, now: datetime) -> StandIn:
    """Let a colleague do what waits for me from ``first`` to ``last``: both hold the same rights at the same place."""
    if to == by.ref:
        raise Refused("not_yourself", _("Hãy chọn một đồng nghiệp."))
    if last < first:
        raise Refused("bad_days", _("Ngày cuối phải sau ngày đầu."))
    person = identity.person_by_ref(to)
    if person.ref not in colleagues_of(by):
        raise Refused("not_a_colleague", _("Chỉ ủy quyền được cho người có cùng quyền ở đơn vị."))
    stand_in_row = StandIn.objects.create(
        holder=by.ref,
        holder_name=by.name,
        to=person.ref,
        to_name=person.name,
        first=first,
        last=last,
        by=by.ref,
        at=now,
    )
    audit.record(by=by, did="case stand-in", to=stand_in_row, after={"to": to, "first": str(first), "last": str(last)})
    return stand_in_row


@transaction.atomic
def end_stand_in(*, pk: int, by: Actor, now: datetime) -> None:
    """I am back."""
    stand_in_row = StandIn.objects.select_for_update().filter(pk=pk, holder=by.ref, ended_at=None).first()
    if stand_in_row is None:
        raise Refused("unknown_stand_in", _("Không có ủy quyền nào như vậy."))
    stand_in_row.ended_at = now
    stand_in_row.save(update_fields=["ended_at"])
    audit.record(by=by, did="case stand-in ended", to=stand_in_row)


def colleagues_of(by: Actor) -> dict[str, str]:
    """Names by refs of those who hold a right that I have where I have it, in the order of their names."""
    shared = Q(pk__in=())
    for right in (RECEIVE_CASES, PROCESS_CASES, DECIDE_CASES):
        shared |= Q(role__rights__contains=[right], unit__in=by.places(right))
    posts = identity.posts_on(clock.today()).filter(shared, person__is_active=True).exclude(person__ref=by.ref)
    return dict(posts.order_by("person__name").values_list("person__ref", "person__name"))
