"""Printing forms of a case: the first time opens a page to check the paper, every other time gives the same."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases.models import Case, Entry, Slip
from tinhso.blocks.cases.queries import lookup, printing
from tinhso.blocks.cases.services.tracking import applicant_actor, case_by_key
from tinhso.blocks.documents import queries as papers
from tinhso.blocks.documents import services as documents
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class PrintedForm:
    """A PDF and what to call it."""

    name: str
    content: bytes


@transaction.atomic
def print_form(*, code: str, form: int, by: Actor, now: datetime, entry: int = 0) -> PrintedForm:
    """Form 1–6 of a case that ``by`` may read, about ``entry`` (0: the newest that fits); the look is written down.

    Refuses somebody else's case, and a form that the case has no cause for yet.
    """
    return _print_form(lookup.visible_case(code, by=by), form, entry, by=by, now=now)


@transaction.atomic
def print_own(*, code: str, key: str, form: int, address: str, now: datetime, entry: int = 0) -> PrintedForm:
    """The same for whoever holds the case's key: what was addressed to the applicant (forms 1–5)."""
    case = case_by_key(code, key)
    if form not in printing.OWN:
        raise Refused("not_for_applicants", _("Mẫu này không in ở đây. Hãy chọn mẫu 01 đến 05."))
    return _print_form(case, form, entry, by=applicant_actor(case, address), now=now)


def _print_form(case: Case, form: int, number: int, *, by: Actor, now: datetime) -> PrintedForm:
    entry = printing.entry_for(case, form, number)
    audit.record_view(by=by, what=(Case._meta.label, case.code), why=f"form {form:02d}")
    content = _printed_before(case, form, entry)
    if content is None:
        case = lookup.locked_case(case.code)  # whoever prints it at the same moment waits here, and finds it printed
        content = _printed_before(case, form, entry) or _print_first_time(case, form, entry, by=by, now=now)
    return PrintedForm(f"mau-{form:02d}-{case.code}.pdf", content)


def _printed_before(case: Case, form: int, entry: Entry) -> bytes | None:
    """What was printed before, byte for byte; None where nothing was, or where it would come out differently now."""
    slip = printing.last_slip(case, form, entry)
    if slip is None:
        return None
    content = _form_pdf(case, form, entry, slip.token)
    return content if _sha256_of(content) == slip.sha256 else None


def _print_first_time(case: Case, form: int, entry: Entry, *, by: Actor, now: datetime) -> bytes:
    before = printing.last_slip(case, form, entry)
    unit = entry.unit or case.receiving_unit
    page = documents.register_for_verification(
        kind=printing.wording_of_form(form).title,
        number=case.code,
        issued_on=clock.local(entry.at).date(),
        issuer=printing.letterhead(unit).body.replace("\n", " "),
        by=by,
        now=now,
    )
    content = _form_pdf(case, form, entry, page.token)
    documents.seal_verification(token=page.token, sha256=_sha256_of(content), by=by)
    slip = Slip.objects.create(
        case=case,
        form=form,
        entry=entry.number,
        edition=before.edition + 1 if before else 1,
        token=page.token,
        made_at=now,
        by=by.ref,
        by_name=by.name,
        sha256=_sha256_of(content),
    )
    values = {"form": form, "entry": slip.entry, "edition": slip.edition, "sha256": slip.sha256}
    audit.record(by=by, did="case printed", to=(Case._meta.label, case.code), after=values)
    return content


def _form_pdf(case: Case, form: int, entry: Entry, token: str) -> bytes:
    return papers.as_pdf(printing.form_document(case, form, entry, verify=papers.verify_url(token)))


def _sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
