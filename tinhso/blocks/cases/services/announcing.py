"""What a case's process says has happened: written down, and announced."""

from datetime import datetime

from tinhso.blocks.bpmn.queries.shapes import INSIDE, ProcessNode, Sign
from tinhso.blocks.bpmn.queries.wording import name_of
from tinhso.blocks.cases import events
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.services.record import event_fields, note_down
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel.actor import Actor


def announce_sign(case: Case, node: ProcessNode, sign: Sign, *, by: Actor, now: datetime) -> None:
    """Write down that something happened; what is not only heard inside the case is announced."""
    note_down(case, did="announced", by=by, now=now, public=False, detail={"step": name_of(node)})
    if sign.family not in INSIDE:
        outbox.emit(events.HappenedInCase(**event_fields(case, by), family=str(sign.family), sign=sign.name))
