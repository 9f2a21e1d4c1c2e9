"""Timed work of the programme, and telling people whose turn it is."""

from datetime import timedelta

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.indicators.events import SnapshotPublished
from tinhso.blocks.messaging import services as messaging
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.units.events import UnitsReorganised
from tinhso.government.programme import events, services
from tinhso.government.programme.models import Directive, Task, Work
from tinhso.government.programme.queries import lookup
from tinhso.government.programme.rights import SEE_PROGRAMME
from tinhso.government.programme.services import climbing
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

KEEPER = program_actor("programme", rights=list(lookup.RIGHTS))
TO_DOER = ("given", "returned", "asked_again", "extended", "inherited", "withdrawn", "dropped", "accepted", "closed")
STALE = timedelta(days=3)  # what happened long ago is news for nobody
TO_GIVER = ("answered", "reported", "unit_in_doubt")

for _one in (events.TaskMoved, events.DirectiveMoved):
    register_live_event(_one, right=SEE_PROGRAMME)


@app.periodic(cron="10 0 * * *")  # 07:10 in Việt Nam
@app.task(name="programme.climb", queueing_lock="programme.climb")
def escalate_late_work(timestamp: int) -> None:
    """Units that ended are followed; what is nearly due or late is told, one step higher each time."""
    now = clock.now()
    services.follow_units(today=clock.today(), by=KEEPER, now=now)
    services.escalate_late(by=KEEPER, now=now)


@register_listener(UnitsReorganised)
def follow_units(event: UnitsReorganised) -> None:
    """What ended units left goes on under their successors as soon as that is known."""
    services.follow_units(today=clock.today(), by=KEEPER, now=clock.now())


@register_listener(SnapshotPublished)
def judge_on_snapshot(event: SnapshotPublished) -> None:
    """Goals are judged anew whenever figures are published."""
    services.judge_goals(now=clock.now())


@register_listener(events.TaskMoved)
def tell_of_task(event: events.TaskMoved) -> None:
    """Whoever has to act next on a task learns of it."""
    task = Task.objects.filter(ref=event.ref).select_related("unit").first()
    if task is not None:
        _notify_of_event(task, event)


@register_listener(events.DirectiveMoved)
def tell_of_directive(event: events.DirectiveMoved) -> None:
    """Whoever has to act next on a directive learns of it."""
    directive = Directive.objects.filter(ref=event.ref).select_related("unit").first()
    if directive is not None:
        _notify_of_event(directive, event)


def _notify_of_event(work: Work, event: events.TaskMoved | events.DirectiveMoved) -> None:
    entry = work.entries.filter(number=event.number).first()  # type: ignore[attr-defined]
    if entry is None or entry.at < clock.now() - STALE:
        return
    if event.did in TO_DOER:
        people, push = (
            climbing.listeners_at_level(work, climbing.OWNER),
            event.did in ("given", "returned", "asked_again"),
        )
    elif event.did in TO_GIVER:
        people, push = _giver_as_list(work), True
    else:
        return
    titles = _message_titles(isinstance(work, Directive))
    title = titles.get(event.did, "%(what)s") % {"what": work.title}
    others = [person for person in people if person.ref != event.by]
    body = _("Hạn %(day)s, %(unit)s.") % {"day": f"{work.due_on:%d/%m/%Y}", "unit": work.unit.name}
    messaging.notify(
        to=others,
        title=title,
        body=body,
        now=clock.now(),
        href=climbing.address_of_work(work),
        push=push,
        key=f"{event.name}:{event.ref}:{event.number}",
    )


def _message_titles(directive: bool) -> dict[str, str]:
    return {
        "given": _("Chỉ đạo mới: %(what)s") if directive else _("Nhiệm vụ mới: %(what)s"),
        "returned": _("Bị trả lại: %(what)s"),
        "asked_again": _("Hỏi lại: %(what)s"),
        "extended": _("Được gia hạn: %(what)s"),
        "inherited": _("Nay thuộc đơn vị bạn: %(what)s"),
        "withdrawn": _("Đã rút: %(what)s"),
        "dropped": _("Thôi làm: %(what)s"),
        "accepted": _("Đã nghiệm thu: %(what)s"),
        "closed": _("Đã kết thúc: %(what)s"),
        "answered": _("Có trả lời: %(what)s"),
        "reported": _("Chờ nghiệm thu: %(what)s"),
        "unit_in_doubt": _("Chờ phân định đơn vị: %(what)s"),
    }


def _giver_as_list(work: Work) -> list[Person]:
    try:
        return [identity.person_by_ref(work.giver)]
    except Refused:
        return []
