"""What happens elsewhere and lets cases go on: said by a case that hangs together with them, or by a program."""

from datetime import datetime

from django.db import transaction

from tinhso.blocks.bpmn.queries.shapes import EventFamily, Sign
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import CaseLink
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.cases.rights import PROCESS_CASES
from tinhso.blocks.cases.services import deciding, flow
from tinhso.blocks.cases.services.record import change_status, note_down
from tinhso.kernel.actor import Actor, program_actor

HEARER = program_actor("cases.hearing", rights=[PROCESS_CASES])
RUNS = (Status.RECEIVED, Status.IN_PROCESS)


@transaction.atomic
def receive_sign(*, code: str, family: str, name: str, by: Actor, now: datetime) -> bool:
    """A message, signal or the like arrives at a case; False where nothing there waits for it.

    Refuses who may not work on the case.
    """
    case = lookup.locked_case(code)
    by.must_be_able_to(PROCESS_CASES, at=case.unit)
    if case.status not in RUNS or not flow.pass_sign_on(case, Sign(EventFamily(family), name), by=by, now=now):
        return False
    if case.status == Status.RECEIVED:
        change_status(case, Status.IN_PROCESS, did="begun", by=by, now=now)
    note_down(case, did="heard", by=by, now=now, public=False, detail={"step": name})
    if flow.is_over(case):
        deciding.finish_held(case, by=by, now=now)
    return True


def pass_on(*, code: str, family: str, name: str, now: datetime) -> int:
    """What a case said reaches the one that opened it and those that it opened; how many went on by it."""
    links = CaseLink.objects.select_related("parent", "child")
    others = [case_link.parent.code for case_link in links.filter(child__code=code)]
    others += [case_link.child.code for case_link in links.filter(parent__code=code)]
    return sum(receive_sign(code=other, family=family, name=name, by=HEARER, now=now) for other in others)
