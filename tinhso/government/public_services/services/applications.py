"""Applications that other systems hand in for their applicants, and what operators decide through theirs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.contract import Applicant, ApplicantKind, Channel, ProcedureOption
from tinhso.blocks.cases.models import Case, Pause, Task
from tinhso.blocks.cases.queries import lookup, places
from tinhso.blocks.cases.queries.steps import HANDING_OUT, RECEPTION
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.cases.services.deciding import resume_held
from tinhso.blocks.cases.services.papers import bind_papers
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.public_services.models import Submission, Version
from tinhso.government.public_services.queries import eforms, govstack
from tinhso.government.public_services.rights import FILE_CASES
from tinhso.government.public_services.services.uploads import PREFIX, handed_over
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class ApplicationSubmission:
    """An application as another system sends it; what it says itself is kept as it is."""

    applicant_id: str
    client: str
    name: str = ""
    created: datetime | None = None
    form: str = ""
    data: Mapping[str, Any] | None = None
    document_urls: tuple[str, ...] = ()

    @property
    def about(self) -> Mapping[str, Any]:
        """What is said of the applicant: a part of its own, or the data themselves."""
        data = self.data or {}
        apart = data.get(eforms.APPLICANT)
        return apart if isinstance(apart, Mapping) else data

    def text(self, name: str) -> str:
        """A value of the data as text, also where it is wrapped in an object; refuses one that is too long."""
        raw_value = self.about.get(name, "")
        raw_value = raw_value.get("value", "") if isinstance(raw_value, Mapping) else raw_value
        text = str(raw_value).strip() if isinstance(raw_value, (str, int)) and not isinstance(raw_value, bool) else ""
        longest = eforms.TEXTS.get(name, 1000)
        if len(text) > longest:
            words = _("“%(name)s” dài quá %(longest)s ký tự. Hãy rút ngắn.")
            raise Refused("too_long", words, name=name, longest=longest)
        return text

    def note(self) -> str:
        """What those who receive are told beside the fields: a note, and where the documents are."""
        elsewhere = [url for url in self.document_urls if not url.startswith(PREFIX)]
        return "\n".join(part for part in (self.text("note"), *elsewhere) if part)


@transaction.atomic
def submit_application(
    *, service: Version, sent: ApplicationSubmission, by: Actor, now: datetime, attempt: str = "", code: str = ""
) -> Case:
    """File a case online for an applicant of another system; the same attempt again answers with the same case.

    Where nothing but the applicant's reference is told, that is the name under which the case waits to be received.
    ``code``: under which an illustrative one is set up.
    """
    by.must_be_able_to(FILE_CASES)
    today = clock.local(now).date()
    form, values = _form_answers(service, sent, today)
    procedure, option = service.procedure.code, sent.text("option")
    offer = lookup.option_of(govstack.PROVIDER, procedure, option, day=today, channel=Channel.ONLINE)
    receiving = _receiving_unit(offer, sent, now)
    filing = cases.CaseFiling(
        offer=offer,
        applicant=_applicant_of_submission(sent),
        channel=Channel.ONLINE,
        receiving=receiving,
        competent=places.competent_unit(offer, receiving, sent.text("commune"), today),
        papers=[asdict(paper) | {"given": paper.name in _paper_names(sent)} for paper in offer.papers],
        form=form,
        values=values,
        request=attempt,
        code=code,
        note=sent.note(),
        files=handed_over(sent.document_urls, by=by),
    )
    case = cases.file_case(filing=filing, by=by, now=now)
    if not Submission.objects.filter(case=case).exists():
        _keep_submission(case, 1, sent, by=by, now=now)
    return case


@transaction.atomic
def supplement_application(*, code: str, sent: ApplicationSubmission, by: Actor, now: datetime) -> Case:
    """What the applicant was asked for is there: from the system that handed in, or from who receives."""
    govstack.readable_application(code, by=by)
    case = lookup.locked_case(code)
    first = Submission.objects.filter(case=case, number=1).first()
    if first is None or first.by != by.ref:
        by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    if first is not None and first.applicant_id != sent.applicant_id:
        raise Refused("another_applicant", _("Hồ sơ này là của người nộp khác."))
    answer = sent.note() or _("Đã gửi bổ sung qua hệ thống %(client)s.") % {"client": sent.client}
    resume_held(case, answer=answer, by=by, now=now, kind=Pause.Kind.SUPPLEMENT)
    bind_papers(case, handed_over(sent.document_urls, by=by), by=by, now=now)
    _keep_submission(case, Submission.objects.filter(case=case).count() + 1, sent, by=by, now=now)
    return case


@transaction.atomic
def decide_step(*, task: Task, decision: str, told: Mapping[str, str], by: Actor, now: datetime) -> Case:
    """Do a step: ``APPROVED`` carries the case on, ``SENDBACK`` asks the applicant, ``REJECTED`` ends it.

    ``told`` may hold ``reason``, ``note``, ``answer`` where the step lets choose, ``outcome`` and ``number`` of the
    result, and ``to`` whom it is handed.
    """
    step: dict[str, Any] = {"code": task.case.code, "step": task.number, "by": by, "now": now}
    reason, note = told.get("reason", ""), told.get("note", "")
    if decision == "SENDBACK":
        return cases.ask_supplement(reasons=[reason], **step)
    if decision == "REJECTED":
        return (cases.decline if task.key == RECEPTION else cases.stop)(why=reason, **step)
    if task.key == RECEPTION:
        return cases.accept(note=note, **step)
    if task.key == HANDING_OUT:
        return cases.hand_out(to=told.get("to", ""), **step)
    result: dict[str, Any] = {
        "outcome": told.get("outcome", ""),
        "number": told.get("number", ""),
        "answer": told.get("answer", ""),
    }
    return cases.complete(note=note, **result, **step)


def _form_answers(service: Version, sent: ApplicationSubmission, day: date) -> tuple[str, Mapping[str, Any]]:
    """The form as the case keeps it, with its version where its questions are kept, and what was filled in."""
    if not sent.form:
        return "", sent.data or {}
    form = next((eform for eform in eforms.of_procedure(service, day) if eform.code == sent.form), None)
    if form is None:
        raise Refused("not_its_form", _("Dịch vụ này không dùng mẫu điện tử ấy."))
    form_reference = f"{form.code}@{form.version}" if form.kept else form.code
    return form_reference, eforms.canonical_answers(form, sent.data or {}, day)


def _receiving_unit(offer: ProcedureOption, sent: ApplicationSubmission, now: datetime) -> Unit:
    today, commune = clock.local(now).date(), sent.text("commune")
    if commune:
        return places.at_today(commune, today, level=Level.COMMUNE)
    unit = units.agency(offer.agency, today) if offer.agency else None
    if unit is None:
        raise Refused("no_commune", _("Hãy chọn xã, phường tiếp nhận hồ sơ (commune)."))
    return unit


def _applicant_of_submission(sent: ApplicationSubmission) -> Applicant:
    kind = sent.text("kind")
    return Applicant(
        name=sent.text("name") or sent.name or sent.applicant_id,
        kind=ApplicantKind(eforms.KINDS.index(kind)) if kind in eforms.KINDS else ApplicantKind.CITIZEN,
        id_number=sent.text("idNumber"),
        phone=sent.text("phone"),
        email=sent.text("email"),
        address=sent.text("address"),
    )


def _paper_names(sent: ApplicationSubmission) -> list[str]:
    paper_names = sent.about.get("papers")
    return (
        [paper_name for paper_name in paper_names if isinstance(paper_name, str)]
        if isinstance(paper_names, list)
        else []
    )


def _keep_submission(case: Case, number: int, sent: ApplicationSubmission, *, by: Actor, now: datetime) -> None:
    Submission.objects.create(
        case=case,
        number=number,
        at=now,
        by=by.ref,
        client=sent.client,
        applicant_id=sent.applicant_id,
        name=sent.name,
        created=sent.created,
        form=sent.form,
        data=None if sent.data is None else dict(sent.data),
        document_urls=list(sent.document_urls),
    )
    after = {"number": number, "client": sent.client}
    audit.record(by=by, did="took in submission", to=(Case._meta.label, case.code), after=after)
