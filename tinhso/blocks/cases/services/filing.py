"""Handing in: at the desk, online or by post; a case that is acknowledged is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases import events
from tinhso.blocks.cases.contract import Applicant, Channel, ProcedureOption, Status
from tinhso.blocks.cases.models import Case, Party
from tinhso.blocks.cases.queries import secrets
from tinhso.blocks.cases.queries.rules import organisation_code
from tinhso.blocks.cases.rights import RECEIVE_CASES
from tinhso.blocks.cases.services import deciding, flow
from tinhso.blocks.cases.services.papers import StoredPaper, bind_papers, use_again
from tinhso.blocks.cases.services.record import entry_of, event_fields
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold, nfc
from tinhso.ui.rows import insert_together

# the row stays locked until the transaction ends, so that numbers follow each other without a gap
NEXT = """
    INSERT INTO cases_counter (organisation, day, last) VALUES (%s, %s, 1)
    ON CONFLICT (organisation, day) DO UPDATE SET last = cases_counter.last + 1 RETURNING last
"""


@dataclass(frozen=True)
class CaseFiling:
    """What somebody hands in. ``request`` names this attempt: the same one twice is one case.

    ``papers`` are plain values (name, how many originals and copies, whether it is there); ``values`` is what a form
    holds, ``files`` what was taken in before, ``reused`` papers that lie in the applicant's vault. ``support`` is who
    helped, ``receiving`` who takes it in, ``competent`` who decides. ``origin``: what follows from an illustrative
    case is illustrative. ``code``: given for checks from outside, and refused unless data are illustrative.
    """

    offer: ProcedureOption
    applicant: Applicant
    channel: Channel
    receiving: Unit
    competent: Unit
    support: Unit | None = None
    papers: Sequence[Mapping[str, Any]] = ()
    form: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    request: str = ""
    note: str = ""
    files: Sequence[StoredPaper] = ()
    reused: Sequence[str] = ()
    origin: Case.Origin = Case.Origin.HERE
    code: str = ""


def file_case(*, filing: CaseFiling, by: Actor, now: datetime) -> Case:
    """Take a case in as newly filed, from whoever applies; a repeated request answers with the same case."""
    if filing.channel is Channel.ONLINE and not filing.offer.may_file_online:
        raise not_online()
    must_be_whole(filing)
    try:
        with transaction.atomic():
            case = _insert_case(filing, by, now, waits=True)
            bind_papers(case, filing.files, by=by, now=now)
            use_again(case, filing.reused, by=by, now=now)
    except IntegrityError:
        again = _filed_before(filing)
        if again is None:
            raise
        return again
    return case


def receive_case(*, filing: CaseFiling, by: Actor, now: datetime) -> Case:
    """At the desk: take a whole case in and accept it at once, with a receipt."""
    by.must_be_able_to(RECEIVE_CASES, at=filing.receiving)
    must_be_whole(filing)
    try:
        with transaction.atomic():
            case = _insert_case(filing, by, now, waits=False)
            bind_papers(case, filing.files, by=by, now=now)
            use_again(case, filing.reused, by=by, now=now)
            deciding.accept_held(case, by=by, now=now, note=filing.note)
    except IntegrityError:
        again = _filed_before(filing)
        if again is None:
            raise
        return again
    return case


def not_online() -> Refused:
    """What is said of a procedure that is not applied for online."""
    text = _("Thủ tục này chưa nộp trực tuyến được. Hãy nộp tại Trung tâm Phục vụ hành chính công.")
    return Refused("not_online", text)


def _filed_before(filing: CaseFiling) -> Case | None:
    """The case of the same attempt. Who sends somebody else's attempt gets nothing of theirs to see."""
    case = Case.objects.filter(request=filing.request).select_related("party").first() if filing.request else None
    if case is None:
        return None
    applicant = filing.applicant
    same = (case.procedure, case.party.name, case.party.id_number, case.party.phone)
    if same != (
        filing.offer.code,
        _applicant_name(applicant),
        applicant.id_number.strip()[:20],
        applicant.phone.strip()[:20],
    ):
        raise Refused("request_used", _("Lần nộp này đã được dùng cho một hồ sơ khác. Hãy tải lại trang và nộp lại."))
    return case


def _applicant_name(applicant: Applicant) -> str:
    return nfc(applicant.name).strip()[:200]


def must_be_whole(filing: CaseFiling) -> None:
    """Refuse what names nobody, or an address that no letter can reach."""
    if filing.code and not settings.DEMO:
        raise Refused("only_in_demo", _("Mã hồ sơ do hệ thống cấp; chỉ bản minh họa mới nhận mã cho sẵn."))
    for fault in faults_of(filing.applicant).values():
        raise fault


def faults_of(applicant: Applicant) -> dict[str, Refused]:
    """Everything that is wrong with what was told of the applicant, by the field where it stands."""
    refuseds_by_key: dict[str, Refused] = {}
    if not applicant.name.strip():
        refuseds_by_key["name"] = Refused("no_applicant", _("Hãy ghi họ tên hoặc tên tổ chức của người nộp."))
    if applicant.email and ("@" not in applicant.email or " " in applicant.email):
        refuseds_by_key["email"] = Refused("bad_email", _("Địa chỉ thư điện tử chưa đúng. Hãy viết như ten@vidu.vn."))
    return refuseds_by_key


def _insert_case(filing: CaseFiling, by: Actor, now: datetime, *, waits: bool) -> Case:
    """The case with all that is written about it at first; ``waits`` for those who receive to look it through."""
    case = _case_of_filing(filing, now, tasks=int(waits))
    insert_together(
        case,
        _party_of_applicant(case, filing.applicant),
        entry_of(case, did="filed", by=by, now=now, note=filing.note, where=filing.receiving),
        audit.entry_of_act(by=by, did="case filed", to=(Case._meta.label, case.code)),
        outbox.announcement_of(events.CaseFiled(**event_fields(case, by))),
        *([flow.reception_task(case, now=now)] if waits else []),
    )
    return case


def _case_of_filing(filing: CaseFiling, now: datetime, *, tasks: int) -> Case:
    offer = filing.offer
    code, name = filing.code or _next_code(filing.receiving, now), _applicant_name(filing.applicant)
    return Case(
        code=code,
        origin=filing.origin,
        search_text=fold(f"{code} {name} {offer.code} {offer.name}"),
        provider=offer.provider,
        procedure=offer.code,
        version=offer.version,
        option=offer.option,
        option_name=offer.option_name,
        name=offer.name,
        field_code=offer.field_code,
        field=offer.field,
        result=offer.result,
        channel=filing.channel,
        support_unit=filing.support,
        receiving_unit=filing.receiving,
        origin_unit=filing.competent,
        unit=filing.competent,
        status=Status.FILED,
        submitted_at=now,
        at_once=offer.at_once,
        **_promised_span(offer),
        papers=[dict(paper) for paper in filing.papers] or [asdict(paper) for paper in offer.papers],
        charges=[asdict(charge) for charge in offer.charges],
        form=filing.form,
        values=dict(filing.values),
        request=filing.request,
        entries_count=1,
        tasks_count=tasks,
    )


def _promised_span(offer: ProcedureOption) -> dict[str, Any]:
    """What was promised, as it is kept."""
    span = offer.duration
    return {"amount": span.amount, "measure": span.unit, "cutoff": span.cutoff} if span else {}


def _party_of_applicant(case: Case, applicant: Applicant) -> Party:
    return Party(
        case=case,
        kind=applicant.kind,
        name=_applicant_name(applicant),
        id_number=applicant.id_number.strip()[:20],
        owner=secrets.owner_key(applicant.id_number),
        phone=applicant.phone.strip()[:20],
        email=applicant.email.strip(),
        address=nfc(applicant.address).strip()[:300],
    )


def _next_code(unit: Unit, now: datetime) -> str:
    """The organisation's next code of the day: whoever fails after taking one gives it back."""
    organisation, day = organisation_code(unit), clock.local(now).date()
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [organisation, day])
        (number,) = cursor.fetchone()
    return f"{organisation}-{day:%y%m%d}-{number:04d}"
