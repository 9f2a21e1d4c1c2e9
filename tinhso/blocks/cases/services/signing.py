"""Results that are signed before a case is finished: the step waits, and what was issued becomes its result."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import lookup, papers
from tinhso.blocks.cases.services import deciding, flow
from tinhso.blocks.cases.services.papers import StoredPaper
from tinhso.blocks.cases.services.record import note_down
from tinhso.blocks.documents.services import storing
from tinhso.blocks.signature_requests import queries as requests
from tinhso.blocks.signature_requests import services as signing
from tinhso.blocks.signature_requests.contract import RequestDraft, SignerPlace
from tinhso.blocks.signature_requests.models import Request
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Refused

SIGNER = program_actor("cases.signing", rights=lookup.RIGHTS)


def signing_subject(case: Case, step: int) -> str:
    """What signing knows the result of a step by."""
    return f"{papers.ref_of(case)}#{step}"


def ask_signature(
    *,
    code: str,
    step: int,
    content: bytes,
    kind: str,
    signers: Sequence[SignerPlace],
    by: Actor,
    now: datetime,
    notation: str = "",
    seal: bool = True,
    outcome: str = "",
    answer: str = "",
) -> Request:
    """Send a result (a PDF that was found harmless) to be signed and sealed; meanwhile nobody else does the step.

    ``answer`` is what the step will be answered with. Refuses a step that is not the last, one that somebody else
    holds (also one that waits for signatures), and what drafting refuses.
    """
    with transaction.atomic():
        case = lookup.locked_case(code)
        task = flow.open_task(case, step, by=by)
        if not deciding.is_last(case, task):
            raise Refused("not_last_step", _("Chỉ kết quả ở bước cuối được trình ký."))
    draft = RequestDraft(
        key=f"{signing_subject(case, step)}:{sha256(content).hexdigest()[:32]}",
        about=signing_subject(case, step),
        kind=kind,
        title=(outcome.strip() or case.result or case.name)[:500],
        content=content,
        signers=tuple(signers),
        notation=notation,
        seal=seal,
        due_at=task.due_at,
    )
    request = signing.draft_request(draft=draft, unit=case.unit, by=by, now=now, right=task.right)
    with transaction.atomic():
        case = lookup.locked_case(code)
        task = flow.open_task(case, step, by=by)
        if request.state == Request.State.DRAFT:
            request = signing.send_request(ref=request.ref, by=by, now=now)
        _set_holder(task, SIGNER.ref, _("Chờ ký số %(ref)s") % {"ref": request.ref})
        detail = {"step": task.name, "request": request.ref, "answer": answer}
        note_down(case, did="signature_asked", by=by, now=now, public=False, detail=detail)
    return request


def _set_holder(task: Task, holder: str, name: str) -> None:
    task.holder, task.holder_name = holder, name[:200]
    task.save(update_fields=["holder", "holder_name"])


def _step_of(text: str) -> tuple[str, int]:
    ref, _mark, step = text.partition("#")
    return papers.code_in(ref), int(step) if step.isdigit() else 0


def result_signed(*, about: str, ref: str, now: datetime) -> bool:
    """What was issued becomes the result, and the case is finished; done again, it changes nothing."""
    code, step = _step_of(about)
    waiting = Task.objects.filter(case__code=code, number=step, done_at=None, holder=SIGNER.ref)
    task = waiting.select_related("case").first() if code else None
    request = Request.objects.filter(ref=ref, state=Request.State.ISSUED).first()
    if task is None or request is None:
        return False
    entry = task.case.entries.filter(did="signature_asked", detail__request=ref).order_by("-number").first()
    deciding.complete(
        code=code,
        step=step,
        by=SIGNER,
        now=now,
        outcome=request.title[:300],
        number=request.number_text,
        files=[_signed_paper(request, now)],
        answer=str(entry.detail.get("answer", "")) if entry else "",
    )
    return True


def _signed_paper(request: Request, now: datetime) -> StoredPaper:
    """The signed bytes in the file store: what was uploaded was looked into, the rest we added ourselves."""
    with storing.incoming_file() as path:
        path.write_bytes(requests.bytes_of(request).content)
        file, _is_new = storing.store_file(path, media_type="application/pdf", now=now)
    return StoredPaper(request.title[:300], f"{request.ref}.pdf", file)


@transaction.atomic
def result_came_back(*, about: str, why: str, now: datetime) -> bool:
    """It was given up: the step is everybody's again."""
    code, step = _step_of(about)
    if not code:
        return False
    case = lookup.locked_case(code)
    task = case.tasks.filter(number=step, done_at=None, holder=SIGNER.ref).first()
    if task is None:
        return False
    _set_holder(task, "", "")
    note_down(case, did="signature_cancelled", by=SIGNER, now=now, note=why, public=False, detail={"step": task.name})
    return True
