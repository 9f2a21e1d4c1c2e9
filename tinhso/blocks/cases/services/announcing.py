"""What a dossier's process says has happened: written down, and announced."""

from datetime import datetime

from tinhso.blocks.bpmn.queries.shapes import INSIDE, Node, Sign
from tinhso.blocks.bpmn.queries.wording import name_of
from tinhso.blocks.cases import events
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.services.record import about, note_down
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel.actor import Actor


def announce(case: Case, node: Node, sign: Sign, *, by: Actor, now: datetime) -> None:
    """Write down that something happened; what is not only heard inside the dossier is announced."""
    note_down(case, did="announced", by=by, now=now, public=False, detail={"step": name_of(node)})
    if sign.family not in INSIDE:
        outbox.emit(events.HappenedInCase(**about(case, by), family=str(sign.family), sign=sign.name))
