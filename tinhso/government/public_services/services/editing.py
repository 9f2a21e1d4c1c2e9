"""One procedure edited or ended on a page. What was typed is read as a file's contents are, waits as a file does until
somebody has seen what it would change, and is refused once somebody else has changed the procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.government.public_services.models import Import
from tinhso.government.public_services.queries import documents, editing, lookup
from tinhso.government.public_services.queries.documents import Document, DocumentFault
from tinhso.government.public_services.queries.shape import ENDING, InvalidColumnValue, read_day
from tinhso.government.public_services.services.imports import changed_since, hold_documents
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class EditOutcome:
    """What is wrong with what was typed, or the change that waits to be confirmed."""

    run: Import | None = None
    faults: list[DocumentFault] = field(default_factory=list)


@transaction.atomic
def hold_edit(*, given: Mapping[str, Any], code: str, mark: str, by: Actor, now: datetime) -> EditOutcome:
    """A version typed on a page, of the procedure ``code`` or of a new one (empty), waits to be confirmed.

    ``mark`` is that of the moment when the page was opened; refused when the procedure was changed since.
    """
    by.must_be_able_to(MANAGE_PROCEDURES)
    normal_document = documents.read_document({**given, "code": code} if code else given, documents.life_events())
    faults = [
        *normal_document.faults,
        *_decision_faults(editing.DECISION, normal_document.document, normal_document.faults),
    ]
    mine = code or normal_document.document["code"]
    if not code and lookup.is_taken(mine):
        words = _("đã có thủ tục mang mã “%(code)s”: hãy mở thủ tục ấy để sửa") % {"code": mine}
        faults.append(DocumentFault(("code",), words))
    elif mark != editing.procedure_mark(mine):
        raise changed_since(mine)
    if faults:
        return EditOutcome(faults=faults)
    return EditOutcome(
        hold_documents([normal_document.document], by=by, now=now, way=Import.Way.PAGE, procedure=mine, mark=mark)
    )


@transaction.atomic
def hold_end(*, given: Mapping[str, Any], code: str, mark: str, by: Actor, now: datetime) -> EditOutcome:
    """The end of a procedure waits to be confirmed: ``given`` names the last day in force (``last_day``) and the
    decision that ends it. Refused when the procedure was changed since ``mark``."""
    by.must_be_able_to(MANAGE_PROCEDURES)
    if mark != editing.procedure_mark(code):
        raise changed_since(code)
    last = editing.document_of(editing.newest_version(lookup.procedure_by_code(code)))
    values = {key: given.get(key, "") for key in ENDING}
    until, faults = _day_after(given.get("last_day", ""))
    normal_document = documents.read_document(
        last | values | {"effective_to": until or last["effective_to"]}, documents.life_events()
    )
    for document_fault in normal_document.faults:
        if document_fault.path != ("effective_to",):
            faults.append(document_fault)
        elif until:
            faults.append(DocumentFault(("last_day",), document_fault.why))
    faults += _decision_faults(ENDING, normal_document.document, normal_document.faults)
    if faults:
        return EditOutcome(faults=faults)
    return EditOutcome(
        hold_documents([normal_document.document], by=by, now=now, way=Import.Way.END, procedure=code, mark=mark)
    )


def _day_after(text: str) -> tuple[str, list[DocumentFault]]:
    """The first day on which a procedure is no longer in force."""
    if not text:
        return "", [DocumentFault(("last_day",), _("bắt buộc phải có"))]
    try:
        return (date.fromisoformat(read_day(text)) + timedelta(days=1)).isoformat(), []
    except (InvalidColumnValue, OverflowError) as error:
        return "", [DocumentFault(("last_day",), str(error))]


def _decision_faults(keys: tuple[str, ...], document: Document, faults: list[DocumentFault]) -> list[DocumentFault]:
    """A change made by hand rests on a decision: its number, day and issuer."""
    faulty_paths = {fault.path for fault in faults}
    return [
        DocumentFault((key,), _("bắt buộc phải có")) for key in keys if not document[key] and (key,) not in faulty_paths
    ]
