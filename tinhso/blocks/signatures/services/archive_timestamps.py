"""Renewing the proof of archived PDFs: a timestamp more over the whole file before the last one's certificate ends.

The file that was signed is never rewritten: what comes out is a new version, its bytes and an increment.
"""

import base64
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import crl, ocsp, x509
from django.db import transaction
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.signatures import queries
from tinhso.blocks.signatures.models import ArchiveStamp, Signature
from tinhso.blocks.signatures.services import trust_services
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def note_stamps(*, by: Actor, now: datetime) -> int:
    """Write down of every archived file how long its own last timestamp proves it; says how many were new."""
    by.must_be_able_to(OPERATE_SYSTEM)
    signature_keys = list(queries.without_stamps().values_list("pk", flat=True))
    for pk in signature_keys:  # one by one: each holds its file
        signature = Signature.objects.get(pk=pk)
        content = bytes(signature.result)
        ArchiveStamp.objects.get_or_create(
            signature=signature,
            place=0,
            defaults={
                "before_sha256": signature.result_sha256,
                "sha256": signature.result_sha256,
                "until": _timestamp_end(content),
                "at": now,
            },
        )
    return len(signature_keys)


def renew_archive_stamp(*, one: Signature, by: Actor, now: datetime) -> ArchiveStamp:
    """Add a timestamp to the newest version of an archived file; ``row.content`` is the new one.

    Refuses when the service does not answer, and a timestamp that proves nothing any more: too late is too late. Stands
    outside any transaction.
    """
    by.must_be_able_to(OPERATE_SYSTEM)
    last = one.archive_stamps.order_by("-place").first()
    if last is None:
        raise Refused("no_archive", _("Văn bản này không có dấu thời gian lưu trữ."))
    before = bytes(last.content or one.result)
    content = _add_timestamp(before)
    return _insert_stamp(one, last, content, by=by, now=now)


@transaction.atomic
def _insert_stamp(one: Signature, last: ArchiveStamp, content: bytes, *, by: Actor, now: datetime) -> ArchiveStamp:
    row, is_new = ArchiveStamp.objects.get_or_create(
        signature=one,
        place=last.place + 1,
        defaults={
            "before_sha256": last.sha256,
            "sha256": sha256(content).hexdigest(),
            "content": content,
            "until": _timestamp_end(content),
            "at": now,
        },
    )
    if is_new:
        after = {"before": row.before_sha256, "result": row.sha256, "until": row.until.isoformat()}
        audit.record(by=by, did="renewed timestamp", to=one.document, after=after)
    return row


def _add_timestamp(content: bytes) -> bytes:
    stamper, reader = trust_services.timestamp_service(), PdfFileReader(BytesIO(content), strict=True)
    validation_context = _validation_context([stamp.signer_cert for stamp in reader.embedded_timestamp_signatures[-1:]])
    try:
        output: Any = PdfTimeStamper(stamper).update_archival_timestamp_chain(
            reader, validation_context, in_place=False
        )
    except TimestampRequestError as problem:
        raise Refused("no_timestamp", _("Dịch vụ cấp dấu thời gian không trả lời; hãy thử lại sau.")) from problem
    except (SigningError, PathError, ValidationError, PdfError) as problem:
        words = _("Dấu thời gian cũ không còn chứng minh được: %(why)s")
        raise Refused("no_proof", words, why=type(problem).__name__) from problem
    renewed = bytes(output.getvalue())
    if not renewed.startswith(content):
        raise Refused("bytes_changed", _("Bản mới không giữ nguyên bản cũ nên bị bỏ."))
    return renewed


def _validation_context(stamps: list[x509.Certificate]) -> ValidationContext:
    """What may be known now of the last timestamp's certificate, for the new one to keep."""
    roots = [x509.Certificate.load(trust_anchor.certificate) for trust_anchor in queries.trust_anchors()]
    revocation = trust_services.revocation_data(stamps, roots)
    return ValidationContext(
        trust_roots=roots,
        ocsps=[ocsp.OCSPResponse.load(base64.b64decode(ocsp_text)) for ocsp_text in revocation["ocsp"]],
        crls=[crl.CertificateList.load(base64.b64decode(crl_text)) for crl_text in revocation["crl"]],
        allow_fetching=False,
        revocation_mode="hard-fail",
    )


def _timestamp_end(content: bytes) -> datetime:
    """When the certificate of the last timestamp over the whole file ends."""
    last = PdfFileReader(BytesIO(content), strict=True).embedded_timestamp_signatures[-1]
    ends: datetime = last.signer_cert.not_valid_after
    return ends


def renew_due(*, by: Actor, now: datetime) -> dict[str, str]:
    """Renew whatever ends soon; gives, by document, why one could not be. Repeated it does nothing twice."""
    note_stamps(by=by, now=now)
    refused = {}
    for archive_stamp in queries.stamps_due(now):
        try:
            renew_archive_stamp(one=archive_stamp.signature, by=by, now=now)
        except Refused as refusal:
            refused[archive_stamp.signature.document.ref] = refusal.message
            audit.record_refusal(
                by=by, did="renew timestamp", to=archive_stamp.signature.document, after={"code": refusal.code}
            )
    return refused
