"""What follows in dossiers by itself: timers that end, dossiers that open others and end."""

from procrastinate.contrib.django import app

from tinhso.blocks.cases import events, services
from tinhso.blocks.outbox.contract import hears
from tinhso.kernel import clock


@app.periodic(cron="*/5 * * * *")
@app.task(name="cases.wake", queueing_lock="cases.wake")
def wake(timestamp: int) -> None:
    """Move on what waited for a time, and for a dossier that ended while its own stood still."""
    services.wake(now=clock.now())
    services.settle_links(now=clock.now())


@hears(events.LinkAsked)
def open_linked(event: events.LinkAsked) -> None:
    """A step asks for a dossier of another procedure: file it."""
    asked = services.Asked(event.code, event.task, event.procedure, event.option)
    services.open_child(asked=asked, now=clock.now())


@hears(events.CaseMoved)
def close_linked(event: events.CaseMoved) -> None:
    """A dossier came to its end: the step that waited for it is done."""
    services.child_ended(code=event.code, now=clock.now())
