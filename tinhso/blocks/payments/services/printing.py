"""Receipts as PDF: the first time opens a page to check the paper, every other time gives the same bytes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries as papers
from tinhso.blocks.documents import services as documents
from tinhso.blocks.documents.contract import Document
from tinhso.blocks.payments.models import Order, Slip
from tinhso.blocks.payments.queries import desk, printing
from tinhso.blocks.payments.queries import orders as reading
from tinhso.blocks.payments.rights import SEE_PAYMENTS
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@dataclass(frozen=True)
class PrintedPdf:
    """A PDF and what to call it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class _PrintRequest:
    """What is printed: of which receipt (empty: of the whole order), under which number, and how it is set."""

    about: str
    kind: str
    number: str
    at: datetime
    set: Callable[[str], Document]


@transaction.atomic
def print_receipt(*, ref: str, by: Actor, now: datetime) -> PrintedPdf:
    """A receipt of cash as PDF; needs "see payments" where it was given, and is written down."""
    cash_receipt = desk.receipt_by_ref(ref)
    order = reading.locked_order(cash_receipt.order.ref)
    by.must_be_able_to(SEE_PAYMENTS, at=order.unit)
    print_request = _PrintRequest(
        cash_receipt.ref,
        printing.RECEIPT,
        str(cash_receipt),
        cash_receipt.at,
        lambda url: printing.receipt_document(cash_receipt, verify=url),
    )
    return PrintedPdf(
        f"phieu-thu-{cash_receipt.number:06d}-{cash_receipt.year}.pdf", _make_slip(order, print_request, by=by, now=now)
    )


@transaction.atomic
def print_proof(*, ref: str, secret: str, by: Actor, now: datetime) -> PrintedPdf:
    """That an order was paid, as PDF, for who holds its secret; refuses one of which something is missing."""
    reading.for_payer(ref, secret)
    order = reading.locked_order(ref)
    if not order.is_settled:
        raise Refused("not_paid", _("Khoản thu %(ref)s chưa nộp đủ nên chưa có xác nhận."), ref=ref)
    at = order.paid_at or order.created_at
    print_request = _PrintRequest(
        "", printing.PROOF, order.ref, at, lambda url: printing.proof_document(order, verify=url)
    )
    return PrintedPdf(f"xac-nhan-{order.ref}.pdf", _make_slip(order, print_request, by=by, now=now))


def withdraw_slips(order: Order, about: str, *, by: Actor, now: datetime) -> None:
    """What was printed of a receipt (``about`` empty: of the order) no longer holds, and its page says so.

    The caller holds the order.
    """
    for slip in order.slips.filter(about=about):
        documents.withdraw_verification(token=slip.token, by=by, now=now)


def _make_slip(order: Order, print_request: _PrintRequest, *, by: Actor, now: datetime) -> bytes:
    audit.record_view(by=by, what=order, why=f"print {print_request.about or print_request.number}")
    slip = printing.last_slip(order, print_request.about)
    if slip is not None:
        content = _set_pdf(print_request, slip.token)
        if _sha256_of(content) == slip.sha256:
            return content
    return _print_first_time(order, print_request, slip, by=by, now=now)


def _print_first_time(
    order: Order, print_request: _PrintRequest, before: Slip | None, *, by: Actor, now: datetime
) -> bytes:
    page = documents.register_for_verification(
        kind=print_request.kind,
        number=print_request.number,
        issued_on=clock.local(print_request.at).date(),
        issuer=order.unit.name,
        by=by,
        now=now,
    )
    content = _set_pdf(print_request, page.token)
    documents.seal_verification(token=page.token, sha256=_sha256_of(content), by=by)
    slip = Slip.objects.create(
        order=order,
        about=print_request.about,
        edition=before.edition + 1 if before else 1,
        token=page.token,
        made_at=now,
        by=by.ref,
        by_name=by.name,
        sha256=_sha256_of(content),
    )
    after = {"about": print_request.about, "edition": slip.edition, "sha256": slip.sha256}
    audit.record(by=by, did="printed payment", to=order, after=after)
    return content


def _set_pdf(print_request: _PrintRequest, token: str) -> bytes:
    return papers.as_pdf(print_request.set(papers.verify_url(token)))


def _sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
