"""Registering documents so that whoever holds one can check it."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries
from tinhso.blocks.documents.models import Verification
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LETTERS = 16  # bytes of chance in a token: nobody guesses one, however many there are


@transaction.atomic
def register_for_verification(
    *, kind: str, number: str, issued_on: date, issuer: str, by: Actor, now: datetime, sha256: str = ""
) -> Verification:
    """Open a public page about a document, at ``queries.verify_url(row.token)``: give it no personal data.

    A document that carries the page's code gets its hash only afterwards: then leave ``sha256`` empty, make the file
    with the code in it, and call :func:`seal_verification`.
    """
    row = Verification.objects.create(
        **verification_columns(kind=kind, number=number, issued_on=issued_on, issuer=issuer, now=now, sha256=sha256)
    )
    audit.record(by=by, did="registered for verification", to=row, after={"kind": row.kind, "number": row.number})
    return row


def verification_columns(
    *, kind: str, number: str, issued_on: date, issuer: str, now: datetime, sha256: str = ""
) -> dict[str, object]:
    """The columns of a new row, its token among them."""
    return {
        "token": secrets.token_urlsafe(LETTERS),
        "kind": kind[:120],
        "number": number[:100],
        "issued_on": issued_on,
        "issuer": issuer[:300],
        "registered_at": now,
        "sha256": sha256,
    }


@transaction.atomic
def seal_verification(*, token: str, sha256: str, by: Actor) -> Verification:
    """Write down the hash of the finished file, once; refuses another one later."""
    row = Verification.objects.select_for_update().get(pk=queries.verification(token).pk)
    if row.sha256 and row.sha256 != sha256:
        raise Refused("sealed_already", _("Văn bản này đã ghi mã băm; hãy đăng ký một văn bản mới."))
    row.sha256 = sha256
    row.save(update_fields=["sha256"])
    audit.record(by=by, did="sealed verification", to=row, after={"sha256": sha256})
    return row


@transaction.atomic
def withdraw_verification(*, token: str, by: Actor, now: datetime) -> Verification:
    """Let the public page say that the document no longer holds; doing it again changes nothing."""
    row = Verification.objects.select_for_update().get(pk=queries.verification(token).pk)
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
        audit.record(by=by, did="withdrew verification", to=row)
    return row
