"""Tasks: given, begun, reported on, accepted or sent back, ended; and what waits for what."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.government.programme.models import Dependency, Goal, Partner, Plan, Task
from tinhso.government.programme.models.plans import Pillar
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.queries.rules import rules
from tinhso.government.programme.rights import MANAGE_PROGRAMME
from tinhso.government.programme.services import record
from tinhso.government.programme.services.record import Evidence
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

State = Task.State


@transaction.atomic
def give_task(
    *,
    title: str,
    unit: str,
    by: Actor,
    now: datetime,
    words: str = "",
    owner: str = "",
    due_on: date | None = None,
    partners: Iterable[str] = (),
    plan: Plan | None = None,
    goal: str = "",
    pillar: str = "",
    illustrative: bool = False,
) -> Task:
    """Give a unit (and a person there) a task, with units that help; of a ``goal`` the plan and pillar are its own."""
    today = clock.local(now).date()
    where = lookup.receiving_unit(unit, today)
    by.must_be_able_to(MANAGE_PROGRAMME, at=where)
    aim = Goal.objects.filter(ref=goal[:24], known_to=None, dropped=False).select_related("plan").first()
    if goal and aim is None:
        raise Refused("unknown_goal", _("Không có mục tiêu này trong chương trình."))
    helping = [lookup.receiving_unit(partner, today) for partner in dict.fromkeys(partners) if partner != unit]
    person, name = lookup.owner_at(where, owner, today)
    day = record.due_day(due_on, rules().days.task, now)
    task = Task.objects.create(
        ref=refs.new_ref("NV"),
        title=record.tidied_title(title),
        words=record.tidied_reason(words, least=0),
        unit=where,
        origin_unit=where,
        owner=person,
        owner_name=name,
        giver=by.ref,
        giver_name=by.name,
        given_at=now,
        due_on=day,
        first_due_on=day,
        plan=aim.plan if aim else plan,
        goal=aim.ref if aim else "",
        moves=1,
        pillar=aim.pillar if aim else pillar or Pillar.FOUNDATION,
        illustrative=illustrative,
    )
    Partner.objects.bulk_create(Partner(task=task, unit=helper) for helper in helping)
    record.insert_entry(task, did="given", by=by, now=now, note=task.words, detail={"due_on": day.isoformat()})
    audit.record(by=by, did="task given", to=task, after={"unit": where.ref, "owner": person, "goal": task.goal})
    record.announce_change(task, "given", by)
    return task


@transaction.atomic
def report_progress(
    *, ref: str, percent: int, words: str, by: Actor, now: datetime, evidence: Sequence[Evidence] = ()
) -> Task:
    """Whoever does it says how far it is; 100 hands it in for acceptance, which what it waits for may forbid."""
    task = lookup.locked_task(ref)
    lookup.must_do(task, by)
    _must_be(task, *lookup.TO_DO)
    if not 0 <= percent <= 100:
        raise Refused("bad_percent", _("Tiến độ là số từ 0 đến 100."))
    is_finished = percent == 100
    if is_finished:
        _must_wait_for_nothing(task)
    record.note_down(
        task,
        did="reported" if is_finished else "progressed",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        evidence=evidence,
        percent=percent,
        started_at=task.started_at or now,
        state=State.REPORTED if is_finished else State.DOING,
        reported_at=now if is_finished else task.reported_at,
        detail={"percent": percent},
    )
    return task


def _must_wait_for_nothing(task: Task) -> None:
    waiting = task.needs.exclude(on__state__in=(State.ACCEPTED, State.DONE, State.DROPPED)).select_related("on").first()
    if waiting is not None:
        words = _("Việc này chờ “%(other)s” được nghiệm thu trước; chưa thể báo xong.")
        raise Refused("waits", words, other=waiting.on.title)


@transaction.atomic
def accept(*, ref: str, words: str, by: Actor, now: datetime) -> Task:
    """Whoever gave it takes it as finished; not the one who reported it."""
    task = lookup.locked_task(ref)
    lookup.must_steer(task, by)
    _must_be(task, State.REPORTED)
    _must_be_another(task, by)
    note = record.tidied_reason(words, least=0)
    record.note_down(task, did="accepted", by=by, now=now, note=note, state=State.ACCEPTED, closed_at=now)
    return task


def _must_be_another(task: Task, by: Actor) -> None:
    last = task.entries.filter(did="reported").order_by("-number").first()
    if last is not None and last.by == by.ref:
        raise Refused("four_eyes", _("Người báo xong không được tự nghiệm thu."))


@transaction.atomic
def send_back(*, ref: str, words: str, by: Actor, now: datetime, due_on: date | None = None) -> Task:
    """It is not finished, with the reason; until the same day, or another."""
    task = lookup.locked_task(ref)
    lookup.must_steer(task, by)
    _must_be(task, State.REPORTED)
    day = record.due_day(due_on, 0, now) if due_on else task.due_on
    record.note_down(
        task,
        did="returned",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        state=State.RETURNED,
        due_on=day,
        climbed=task.climbed if day == task.due_on else 0,
        percent=min(task.percent, 99),
    )
    return task


@transaction.atomic
def finish(*, ref: str, words: str, by: Actor, now: datetime) -> Task:
    """Nothing is left of an accepted task."""
    task = lookup.locked_task(ref)
    lookup.must_steer(task, by)
    _must_be(task, State.ACCEPTED)
    record.note_down(task, did="done", by=by, now=now, note=record.tidied_reason(words, least=0), state=State.DONE)
    return task


@transaction.atomic
def drop(*, ref: str, words: str, by: Actor, now: datetime) -> Task:
    """It is not done after all, with the reason."""
    task = lookup.locked_task(ref)
    lookup.must_steer(task, by)
    _must_be(task, *lookup.OPEN_TASKS)
    note = record.tidied_reason(words)
    record.note_down(task, did="dropped", by=by, now=now, note=note, state=State.DROPPED, closed_at=now)
    return task


@transaction.atomic
def extend(*, ref: str, due_on: date, words: str, by: Actor, now: datetime) -> Task:
    """More time, with the reason."""
    task = lookup.locked_task(ref)
    lookup.must_steer(task, by)
    _must_be(task, *lookup.OPEN_TASKS)
    day = record.due_day(due_on, 0, now)
    if day <= task.due_on:
        raise Refused("not_later", _("Hạn mới phải sau hạn đang có."))
    record.note_down(
        task,
        did="extended",
        by=by,
        now=now,
        note=record.tidied_reason(words),
        due_on=day,
        climbed=0,
        detail={"from": task.due_on.isoformat(), "due_on": day.isoformat()},
    )
    return task


@transaction.atomic
def wait_for(*, ref: str, on: str, by: Actor, now: datetime) -> Task:
    """A task cannot be handed in before another is accepted; refuses what would go round in a circle."""
    task = lookup.locked_task(ref)
    lookup.must_steer(task, by)
    _must_be(task, *lookup.OPEN_TASKS)
    other = lookup.visible_task(on, by)
    try:
        with transaction.atomic():
            Dependency.objects.get_or_create(task=task, on=other)
    except IntegrityError as error:
        raise Refused("circle", _("Hai việc sẽ chờ lẫn nhau. Hãy xem lại thứ tự.")) from error
    record.note_down(task, did="waits_for", by=by, now=now, note=other.title, detail={"on": other.ref})
    return task


@transaction.atomic
def wait_no_more(*, ref: str, on: str, by: Actor, now: datetime) -> Task:
    """It no longer has to wait for the other."""
    task = lookup.locked_task(ref)
    lookup.must_steer(task, by)
    _must_be(task, *lookup.OPEN_TASKS)
    dependency = task.needs.filter(on__ref=on[:24]).select_related("on").first()
    if dependency is not None:
        dependency.delete()
        record.note_down(
            task, did="waits_no_more", by=by, now=now, note=dependency.on.title, detail={"on": dependency.on.ref}
        )
    return task


def _must_be(task: Task, *states: str) -> None:
    if task.state not in states:
        words = _("Nhiệm vụ đang ở trạng thái “%(state)s” nên không làm được việc này. Hãy mở lại trang.")
        raise Refused("not_now", words, state=task.get_state_display())
