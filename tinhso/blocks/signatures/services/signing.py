"""Signing and sealing: the key signs outside any transaction, then what came out is written down once and for all."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.signatures import queries
from tinhso.blocks.signatures.contract import SignatureAsk, SigningKey
from tinhso.blocks.signatures.events import DocumentSigned
from tinhso.blocks.signatures.models import Signature, SignedDocument
from tinhso.blocks.signatures.services.pades import PreparedPdf, Signed, finish_pdf, prepare_pdf, sign_pdf
from tinhso.blocks.signatures.services.validation import too_large
from tinhso.blocks.units.models import Unit
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def sign_content(
    *, content: bytes, signer: SigningKey, ask: SignatureAsk, unit: Unit, right: str, by: Actor, now: datetime
) -> Signature:
    """Add a signature to a PDF and keep what comes out; ``row.result`` are its bytes.

    ``right`` is what ``by`` must be able to do at ``unit``. The same ``ask.request`` again gives what the first asking
    gave; the same request for other bytes is refused. ``content`` must be what the last signature of ``ask.about`` gave
    (or anything, for the first one), so that nobody signs an old copy past another's signature. Refusals of the
    file, the key and the order of signatures: see :func:`sign_pdf`.
    """
    done = _must_be_allowed(content, ask, unit, right, by)
    if done is not None:
        return done
    signed = sign_pdf(content=content, signer=signer, ask=ask, now=now)
    return _write_down(sha256(content).hexdigest(), signed, signer, ask, unit, by, now)


def prepare_signature(
    *, content: bytes, key: SigningKey, ask: SignatureAsk, unit: Unit, right: str, by: Actor, now: datetime
) -> Signature | PreparedPdf:
    """The first half of :func:`sign`, for keys that sign later or many at once: what the key signs, or what it gave."""
    done = _must_be_allowed(content, ask, unit, right, by)
    return done if done is not None else prepare_pdf(content=content, key=key, ask=ask, now=now)


def finish_signature(
    prepared: PreparedPdf,
    signature: bytes,
    *,
    content: bytes,
    key: SigningKey,
    ask: SignatureAsk,
    unit: Unit,
    right: str,
    by: Actor,
    now: datetime,
) -> Signature:
    """The second half: ``content``, ``ask`` and ``now`` as in the first. Done again it changes nothing."""
    done = _must_be_allowed(content, ask, unit, right, by)
    if done is not None:
        return done
    signed = finish_pdf(prepared, signature, content=content, key=key, ask=ask, now=now)
    return _write_down(sha256(content).hexdigest(), signed, key, ask, unit, by, now)


def _must_be_allowed(content: bytes, ask: SignatureAsk, unit: Unit, right: str, by: Actor) -> Signature | None:
    """Refuse what may not be signed; what the same asking gave before, if it did."""
    by.must_be_able_to(right, at=unit)
    if len(content) > queries.rules().largest:
        raise too_large()
    before = sha256(content).hexdigest()
    done = _earlier_signature(ask, before, unit)
    if done is None:
        _must_be_latest(ask, before, unit)
    return done


def sign_issued(*, ref: str, signer: SigningKey, ask: SignatureAsk, right: str, by: Actor, now: datetime) -> Signature:
    """Sign the newest bytes of an issued document's PDF; ``ask.about`` becomes its reference.

    Refuses one that was withdrawn, and whatever :func:`sign` refuses.
    """
    document = documents.issued_document(ref)
    by.must_be_able_to(right, at=document.unit)
    if document.withdrawn_at is not None:
        raise Refused("withdrawn_already", _("Văn bản %(number)s đã được thu hồi."), number=str(document))
    done = queries.request_done(ask.request)
    if done is not None and done.document.about == ref:
        return done
    last = Signature.objects.filter(document__about=ref).order_by("-place").first()
    content = documents.file_of(ref, "pdf").content if last is None else last.result
    about = replace(ask, about=ref)
    return sign_content(
        content=bytes(content), signer=signer, ask=about, unit=document.unit, right=right, by=by, now=now
    )


def _earlier_signature(ask: SignatureAsk, before: str, unit: Unit) -> Signature | None:
    signature = queries.request_done(ask.request)
    if signature is None:
        return None
    if (signature.signed_sha256, signature.document.about, signature.document.unit_id) != (before, ask.about, unit.pk):
        raise Refused("other_request", _("Yêu cầu ký này đã dùng cho văn bản khác; hãy mở lại trang và ký lại."))
    return signature


def _must_be_latest(ask: SignatureAsk, before: str, unit: Unit) -> None:
    document = SignedDocument.objects.filter(about=ask.about).first()
    if document is None:
        return
    if document.unit_id != unit.pk:
        raise Refused("other_unit", _("Văn bản này do cơ quan khác ký."))
    if not queries.is_latest(document, before):
        raise Refused("not_latest", _("Văn bản vừa có thêm chữ ký; hãy mở bản mới nhất rồi ký."))


@transaction.atomic
def _write_down(
    before: str, signed: Signed, key: SigningKey, ask: SignatureAsk, unit: Unit, by: Actor, now: datetime
) -> Signature:
    with connection.cursor() as cursor:  # two who sign the same document come one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"signatures:{ask.about}"])
    done = _earlier_signature(ask, before, unit)
    if done is not None:
        return done
    _must_be_latest(ask, before, unit)
    document, _is_new = SignedDocument.objects.get_or_create(
        about=ask.about,
        defaults={"ref": refs.new_ref("KS"), "unit": unit, "sha256": before, "created_at": now},
    )
    row = Signature.objects.create(
        document=document,
        place=document.signatures.count() + 1,
        request=ask.request,
        kind=ask.kind,
        level=ask.level,
        signed_sha256=before,
        result_sha256=sha256(signed.content).hexdigest(),
        result=signed.content,
        by=by.ref,
        by_name=by.name,
        subject=signed.subject,
        issuer=signed.issuer,
        serial=signed.serial,
        key=key.kind,
        said_place=ask.place,
        reason=ask.reason,
        at=now,
    )
    hashes = {"signed": before, "result": row.result_sha256}
    audit.record(by=by, did=f"signed: {ask.kind}", to=document, after={"serial": row.serial, **hashes})
    outbox.emit(DocumentSigned(document.ref, row.place, ask.kind, ask.about, row.result_sha256))
    return row
