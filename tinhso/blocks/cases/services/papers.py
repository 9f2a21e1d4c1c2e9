"""Papers of a case: files are looked into and kept first, in acts of their own, then bound to the case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.cases.contract import CLOSED
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.queries import lookup, papers
from tinhso.blocks.cases.rights import DECIDE_CASES, PROCESS_CASES, RECEIVE_CASES
from tinhso.blocks.cases.services.record import note_down
from tinhso.blocks.documents import services as documents
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services.accepting import Upload
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class StoredPaper:
    """A file that was found harmless and is kept; ``name`` is the paper that it is, ``kind`` the code of its kind."""

    name: str
    file_name: str
    file: StoredFile
    kind: str = "paper"


def take_in(*, uploads: Sequence[tuple[str, str, Upload]], by: Actor, now: datetime) -> list[StoredPaper]:
    """Look into files, each with the paper that it is and its name, and keep them; stands outside any transaction.

    Refuses the first that is not harmless, with its own words; nothing was bound to a case then.
    """
    stored_papers = []
    for name, file_name, upload in uploads:
        file = documents.accept_upload(upload=upload, file_name=file_name, limits=None, by=by, now=now)
        stored_papers.append(StoredPaper(name or file_name, file_name, file))
    return stored_papers


@transaction.atomic
def attach_papers(*, code: str, kept: Sequence[StoredPaper], by: Actor, now: datetime) -> Case:
    """Bind kept files to a case that is still open; by those who work on it, or by who holds its key."""
    case = lookup.locked_case(code)
    if not (papers.may_read(by, papers.ref_of(case)) and (by.kind == "applicant" or _works_on(case, by))):
        by.must_be_able_to(RECEIVE_CASES, at=case.receiving_unit)
    if case.status in {int(status) for status in CLOSED} or case.status == Case.Status.FINISHED:
        raise Refused("closed_case", _("Hồ sơ đã kết thúc nên không nhận thêm giấy tờ."))
    bind_papers(case, kept, by=by, now=now)
    return case


def _works_on(case: Case, by: Actor) -> bool:
    return by.can(RECEIVE_CASES, at=case.receiving_unit) or any(
        by.can(right, at=case.unit) for right in (PROCESS_CASES, DECIDE_CASES)
    )


def bind_papers(
    case: Case, stored_papers: Sequence[StoredPaper], *, by: Actor, now: datetime, is_result: bool = False
) -> None:
    """The same for a case that the caller holds, and for whom the caller has asked."""
    for stored_paper in stored_papers:
        paper = documents.keep_paper(
            file=stored_paper.file,
            file_name=stored_paper.file_name,
            kind="result" if is_result else stored_paper.kind,
            name=stored_paper.name,
            owner=case.party.owner,
            unit=case.unit if is_result else None,
            issued_on=None,
            issuer=case.unit.name if is_result else "",
            number=case.outcome_number if is_result else "",
            is_result=is_result,
            by=by,
            now=now,
        )
        documents.use_paper(
            ref=paper.ref, owner=case.party.owner, used_in=papers.ref_of(case), by=by, now=now, reused=False
        )
    if stored_papers:
        names = [stored_paper.name for stored_paper in stored_papers]
        note_down(case, did="result_added" if is_result else "paper_added", by=by, now=now, detail={"papers": names})


def use_again(case: Case, refs: Sequence[str], *, by: Actor, now: datetime) -> None:
    """Use papers that the applicant handed in before in a case that the caller holds; refuses others' papers."""
    for ref in refs:
        documents.use_paper(ref=ref, owner=case.party.owner, used_in=papers.ref_of(case), by=by, now=now)
