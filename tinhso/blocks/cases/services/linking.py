"""Cases that open others (liên thông): people declare once, and the first one waits for the rest."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import Applicant, ApplicantKind, Channel, Status
from tinhso.blocks.cases.models import Case, CaseLink, Entry, Task
from tinhso.blocks.cases.queries import courses, lookup
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.cases.services import deciding, filing
from tinhso.blocks.cases.services.record import note_down
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

LINKER = program_actor("cases.linking", rights=[RECEIVE_CASES])
DEEPEST = 3  # cases that open cases that open cases
ENDED = (Status.FINISHED, Status.RETURNED, Status.DECLINED, Status.STOPPED, Status.WITHDRAWN)


@dataclass(frozen=True)
class LinkedCaseRequest:
    """What a step asks for: a case of a procedure."""

    code: str
    step: int
    procedure: str
    option: str = ""


@transaction.atomic
def open_child(*, asked: LinkedCaseRequest, now: datetime) -> Case | None:
    """File the case that a step asks for, once; where that is refused, the step stays for people, who read why."""
    case = lookup.locked_case(asked.code)
    task = case.tasks.filter(number=asked.step, done_at=None).first()
    case_link = CaseLink.objects.filter(parent=case, step=asked.step).select_related("child").first()
    if case_link is not None or task is None:
        return case_link.child if case_link else None
    try:
        with transaction.atomic():
            return _file_linked_case(case, task, asked, now)
    except Refused as refusal:
        _say_why_not(case, task, refusal, now)
        return None


def _file_linked_case(case: Case, task: Task, linked_case_request: LinkedCaseRequest, now: datetime) -> Case:
    if _linking_depth(case) >= DEEPEST:
        raise Refused("too_deep", _("Hồ sơ liên thông mở nhau quá nhiều tầng."))
    day, channel = clock.local(now).date(), Channel(case.channel)
    offer = lookup.option_of(
        case.provider, linked_case_request.procedure, linked_case_request.option, day=day, channel=channel
    )
    case_filing = filing.CaseFiling(
        offer=offer,
        applicant=_applicant_of(case),
        channel=channel if offer.may_file_online else Channel.IN_PERSON,
        receiving=case.receiving_unit,
        competent=(units.agency(offer.agency, day) if offer.agency else None) or case.unit,
        support=case.support_unit,
        form=case.form,
        values=case.values,
        request=f"link-{case.pk}-{linked_case_request.step}",
        note=_("Liên thông từ hồ sơ %(code)s") % {"code": case.code},
    )
    child = filing.file_case(filing=case_filing, by=LINKER, now=now)
    CaseLink.objects.create(parent=case, step=task.number, child=child)
    detail = {"step": task.name, "child": child.code}
    note_down(case, did="linked", by=LINKER, now=now, detail=detail)
    return child


def _linking_depth(case: Case) -> int:
    depth, at = 0, CaseLink.objects.filter(child=case).first()
    while at is not None and depth < DEEPEST:
        depth, at = depth + 1, CaseLink.objects.filter(child=at.parent_id).first()
    return depth


def _applicant_of(case: Case) -> Applicant:
    party = case.party
    return Applicant(party.name, ApplicantKind(party.kind), party.id_number, party.phone, party.email, party.address)


def _say_why_not(case: Case, task: Task, refusal: Refused, now: datetime) -> None:
    detail = {"step": task.name, "number": task.number}
    if not Entry.objects.filter(case=case, did="link_failed", detail__number=task.number).exists():
        note_down(case, did="link_failed", by=LINKER, now=now, note=refusal.message, public=False, detail=detail)


def child_ended(*, code: str, now: datetime) -> bool:
    """Do the step that waited for a case which has come to its end; done again, it changes nothing."""
    link = CaseLink.objects.filter(child__code=code).select_related("parent", "child").first()
    if link is None or link.child.status not in ENDED:
        return False
    task = link.parent.tasks.filter(number=link.step, done_at=None).first()
    if task is None or link.parent.status not in (Status.RECEIVED, Status.IN_PROCESS):
        return False  # one that waits for its applicant is looked at again later
    case_process = courses.of_case(link.parent)
    node = courses.drawn_for(case_process).nodes.get(task.key.partition("#")[0]) if case_process else None
    outcomes = node.outcomes if node else ()
    good = link.child.status in (Status.FINISHED, Status.RETURNED)
    answer = (outcomes[0] if good else outcomes[-1]) if outcomes else ""
    note = f"{link.child.code}: {link.child.get_status_display()}"
    deciding.complete(code=link.parent.code, step=task.number, by=LINKER, now=now, note=note, answer=answer)
    return True


def settle_links(*, now: datetime) -> int:
    """Steps whose cases ended while their own waited for an applicant, or was held by somebody."""
    waiting = Task.objects.filter(done_at=None, case__links__child__status__in=[int(status) for status in ENDED])
    codes = CaseLink.objects.filter(parent__tasks__in=waiting, child__status__in=[int(status) for status in ENDED])
    done = 0
    for code in codes.values_list("child__code", flat=True).distinct()[:500]:
        try:
            done += child_ended(code=code, now=now)
        except Refused:  # held by somebody: they do it themselves
            continue
    return done
