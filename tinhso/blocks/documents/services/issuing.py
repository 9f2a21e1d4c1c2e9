"""Issuing documents with a number, and withdrawing them."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import contract, queries
from tinhso.blocks.documents.events import DocumentIssued, DocumentWithdrawn
from tinhso.blocks.documents.models import Issued, IssuedFile, NumberSeries
from tinhso.blocks.documents.services.verification import (
    register_for_verification,
    seal_verification,
    withdraw_verification,
)
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def issue_document(
    *,
    document: contract.Document,
    unit: Unit,
    right: str,
    by: Actor,
    now: datetime,
    replaces: Issued | None = None,
    verifiable: bool = False,
) -> Issued:
    """Give ``document`` the next number of its series and today's date, set its files and keep their bytes.

    ``right`` is what ``by`` must be able to do at ``unit``, the body that issues. Numbers of a body, notation and year
    have no gaps: whoever fails after taking one gives it back. ``verifiable``: it carries a code that leads to a public
    page with its kind, number, day, issuer and the hash of its PDF. Refuses characters that the typeface lacks, a
    number or a day given beforehand, and to replace a document twice.
    """
    by.must_be_able_to(right, at=unit)
    _must_be_new(document, replaces)
    day = clock.local(now).date()
    number = take_numbers(unit, document.notation, day.year)
    final = replace(document, number=number, day=day.isoformat(), made_at=_utc_text(now))
    if verifiable:
        final = replace(final, verify=_page_of(final, by, now))
    files = {form: make(final) for form, make in queries.FORMS.items()}
    row = Issued.objects.create(
        ref=refs.new_ref("VB"),
        unit=unit,
        notation=document.notation,
        year=day.year,
        number=number,
        day=day,
        kind=final.kind,
        subject=final.subject,
        content=contract.to_plain(final),
        versions=queries.program_versions(),
        issued_at=now,
        issued_by=by.ref,
        issued_by_name=by.name,
        replaces=replaces,
    )
    _insert_files(row, files)
    if verifiable:
        seal_verification(token=_token_of(final.verify), sha256=queries.issued_hashes(row)["pdf"], by=by)
    audit.record(by=by, did="issued document", to=row, after={"number": str(row), **queries.issued_hashes(row)})
    outbox.emit(DocumentIssued(ref=row.ref, unit=unit.ref, number=number, notation=document.notation, year=day.year))
    return row


def _must_be_new(document: contract.Document, replaces: Issued | None) -> None:
    if document.number or document.day:
        raise Refused("numbered_already", _("Văn bản đã có số; số và ngày chỉ được cấp khi ban hành."))
    if replaces is not None and Issued.objects.filter(replaces=replaces).exists():
        raise Refused("replaced_already", _("Văn bản %(number)s đã được thay thế."), number=str(replaces))


def take_numbers(unit: Unit, notation: str, year: int, *, count: int = 1) -> int:
    """The first of the next ``count`` numbers of a series, which nobody else gets. Call it in a transaction."""
    NumberSeries.objects.get_or_create(unit=unit, notation=notation, year=year)
    series = NumberSeries.objects.select_for_update().get(unit=unit, notation=notation, year=year)
    series.last += count
    series.save(update_fields=["last"])
    return series.last - count + 1


def _page_of(document: contract.Document, by: Actor, now: datetime) -> str:
    page = register_for_verification(
        kind=document.kind,
        number=document.number_text,
        issued_on=date.fromisoformat(document.day),
        issuer=document.letterhead.body.replace("\n", " "),
        by=by,
        now=now,
    )
    return queries.verify_url(page.token)


def _token_of(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _utc_text(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _insert_files(row: Issued, files: dict[str, bytes]) -> None:
    IssuedFile.objects.bulk_create(
        IssuedFile(
            document=row, form=form, sha256=hashlib.sha256(content).hexdigest(), size=len(content), content=content
        )
        for form, content in files.items()
    )


@transaction.atomic
def withdraw_document(*, ref: str, why: str, right: str, by: Actor, now: datetime) -> Issued:
    """Say that a document no longer holds; its files stay as they are. Refuses without a reason, or twice."""
    row = (
        Issued.objects.select_for_update(of=("self",)).select_related("unit").get(ref=queries.issued_document(ref).ref)
    )
    by.must_be_able_to(right, at=row.unit)
    if row.withdrawn_at is not None:
        raise Refused("withdrawn_already", _("Văn bản %(number)s đã được thu hồi."), number=str(row))
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do thu hồi."))
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = now, by.ref, why.strip()
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    if row.content.get("verify"):
        withdraw_verification(token=_token_of(row.content["verify"]), by=by, now=now)
    audit.record(by=by, did="withdrew document", to=row, after={"number": str(row), "why": row.withdrawn_why})
    outbox.emit(DocumentWithdrawn(ref=row.ref, unit=row.unit.ref, why=row.withdrawn_why))
    return row
