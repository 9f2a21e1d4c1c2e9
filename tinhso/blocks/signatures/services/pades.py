"""Signing the bytes of a PDF: what was there stays byte for byte, the signature is appended (PAdES)."""

import asyncio
import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfSigningSession, PdfTBSDocument
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.blocks.signatures import queries
from tinhso.blocks.signatures.contract import PadesLevel, SignatureAsk, SignatureKind, Signer, SigningKey, SignsMany
from tinhso.blocks.signatures.services import trust_services
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

ROOM = {"rsa": 512, "ec": 160}  # bytes of the largest signatures that keys give (RSA 4096, P-521)


@dataclass(frozen=True)
class Signed:
    """The bytes that came out, and what the signer's certificate says."""

    content: bytes
    subject: str
    issuer: str
    serial: str


@dataclass(frozen=True)
class PreparedPdf:
    """A PDF that lacks nothing but its signature: ``data`` is what the key signs, ``digest`` the hash of the rest, and
    the signature's place begins and ends at ``start`` and ``end``. Plain bytes: they may wait anywhere."""

    content: bytes
    digest: bytes
    start: int
    end: int
    data: bytes


class Bridge(signers.Signer):
    """Our contract as the library knows signers; ``signature`` is one that was made before."""

    def __init__(self, key: SigningKey, certificate: x509.Certificate, signature: bytes = b"") -> None:
        chain = SimpleCertificateStore.from_certs([x509.Certificate.load(content) for content in key.chain])
        super().__init__(signing_cert=certificate, cert_registry=chain)
        self.key, self.signature = key, signature
        self.room = ROOM[certificate.public_key.algorithm]

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature, or as many bytes as it may need."""
        if dry_run:
            return bytes(self.room)
        if self.signature:
            return self.signature
        assert isinstance(self.key, Signer)
        return self.key.sign(data)


class _PdfSigner(signers.PdfSigner):
    """Signs at a moment that is given, on a Vietnamese clock."""

    now: datetime

    def init_signing_session(self, *args: Any, **more: Any) -> PdfSigningSession:
        """A session at our moment."""
        session = super().init_signing_session(*args, **more)
        session.system_time = clock.local(self.now)
        return session


def sign_pdf(*, content: bytes, signer: SigningKey, ask: SignatureAsk, now: datetime) -> Signed:
    """``content`` with one signature more. A key that signs at once touches no database here.

    Refuses files that are no PDF, are encrypted or damaged; certificates that do not hold or may not sign; levels
    whose timestamp or proof nobody gives; a seal on what no person signed, unless ``ask.alone``; keys that sign later.
    """
    if isinstance(signer, SignsMany):
        prepared = prepare_pdf(content=content, key=signer, ask=ask, now=now)
        (signature,) = signer.many([prepared.data])
        return finish_pdf(prepared, signature, content=content, key=signer, ask=ask, now=now)
    if not isinstance(signer, Signer):
        raise Refused("signs_later", _("Khóa này không ký ngay được; hãy ký từng văn bản."))
    certificate = certificate_of(signer, now)
    with _errors_as_refusals():
        writer, pdf_signer = _writer_and_signer(content, certificate, signer, ask, now)
        signed = pdf_signer.sign_pdf(writer).getvalue()
    return _signed_pdf(signed, certificate)


def prepare_pdf(*, content: bytes, key: SigningKey, ask: SignatureAsk, now: datetime) -> PreparedPdf:
    """``content`` with room for one signature more, and what is to be signed. Refuses what :func:`sign_pdf` refuses."""
    certificate = certificate_of(key, now)
    with _errors_as_refusals():
        return asyncio.run(_prepared_pdf(*_writer_and_signer(content, certificate, key, ask, now)))


async def _prepared_pdf(writer: IncrementalPdfFileWriter, made: "_PdfSigner") -> PreparedPdf:
    output = BytesIO()
    digest, _document, _output = await made.async_digest_doc_for_signing(writer, output=output)
    attributes = await made.signer.signed_attrs(digest.document_digest, "sha256", use_pades=True)
    place = (digest.reserved_region_start, digest.reserved_region_end)
    return PreparedPdf(output.getvalue(), digest.document_digest, *place, attributes.dump())


def finish_pdf(
    prepared: PreparedPdf, signature: bytes, *, content: bytes, key: SigningKey, ask: SignatureAsk, now: datetime
) -> Signed:
    """What was prepared of ``content`` at ``now``, with the signature that the key gave over ``prepared.data``."""
    certificate = certificate_of(key, now)
    with _errors_as_refusals():
        signed = asyncio.run(_finished_pdf(prepared, signature, content, certificate, key, ask, now))
    return _signed_pdf(signed, certificate)


async def _finished_pdf(
    prepared: PreparedPdf,
    signature: bytes,
    content: bytes,
    certificate: x509.Certificate,
    key: SigningKey,
    ask: SignatureAsk,
    now: datetime,
) -> bytes:
    after = validation_context = None
    if ask.level.needs_proof:  # what follows a signature is worked out anew: it lives in no bytes
        writer, pdf_signer = _writer_and_signer(content, certificate, key, ask, now)
        _digest, document, _output = await pdf_signer.async_digest_doc_for_signing(writer)
        after, validation_context = document.post_sign_instructions, document.validation_context
    stamper = trust_services.timestamp_service() if ask.level.needs_timestamp else None
    attributes = cms.CMSAttributes.load(prepared.data)
    bridge = Bridge(key, certificate, signature)
    message = await bridge.async_sign_prescribed_attributes("sha256", attributes, timestamper=stamper)
    output = BytesIO()
    output.write(prepared.content)
    place = PreparedByteRangeDigest(prepared.digest, prepared.start, prepared.end)
    await PdfTBSDocument.async_finish_signing(
        output, place, message, post_sign_instr=after, validation_context=validation_context
    )
    return output.getvalue()


def _writer_and_signer(
    content: bytes, certificate: x509.Certificate, key: SigningKey, ask: SignatureAsk, now: datetime
) -> tuple[IncrementalPdfFileWriter, "_PdfSigner"]:
    writer = IncrementalPdfFileWriter(BytesIO(content), strict=True)
    if writer.prev.encrypted:
        raise Refused("encrypted", _("PDF có mật khẩu nên không ký được. Hãy bỏ mật khẩu rồi thử lại."))
    place = _must_be_in_order(writer, ask)
    return writer, _pdf_signer(writer, certificate, key, ask, now, place)


def _signed_pdf(signed: bytes, certificate: x509.Certificate) -> Signed:
    subject, issuer = certificate.subject.human_friendly[:500], certificate.issuer.human_friendly[:500]
    return Signed(signed, subject, issuer, f"{certificate.serial_number:X}"[:64])


@contextmanager
def _errors_as_refusals() -> Iterator[None]:
    try:
        yield
    except (PdfError, SigningError, PathError, ValidationError, TimestampRequestError) as problem:
        raise _refusal_of_error(problem) from problem


def _refusal_of_error(problem: Exception) -> Refused:
    if isinstance(problem, PdfError) or not isinstance(problem.__cause__ or problem, PathError | ValidationError):
        return Refused("cannot_sign", _("Không ký được PDF này: tệp hỏng hoặc đã bị khóa không cho ký thêm."))
    why = str(problem.__cause__ or problem)[:300]
    return Refused("no_proof", _("Chưa chứng minh được chứng thư còn hiệu lực, nên không ký: %(why)s"), why=why)


def _must_be_in_order(writer: IncrementalPdfFileWriter, ask: SignatureAsk) -> int:
    """A number that names a new field; refuses a seal before a person's signature."""
    names, signed = set(), 0
    for name, value, _field in fields.enumerate_sig_fields(writer.prev):
        names.add(name)
        signed += bool(value) and value.get_object().get("/Type", "/Sig") == "/Sig"
    if ask.kind is SignatureKind.SEAL and not signed and not ask.alone:
        raise Refused("seal_first", _("Người có thẩm quyền phải ký trước khi cơ quan đóng dấu."))
    return next(place for place in range(signed + 1, signed + len(names) + 2) if f"ChuKy{place}" not in names)


def _pdf_signer(
    writer: IncrementalPdfFileWriter,
    certificate: x509.Certificate,
    key: SigningKey,
    ask: SignatureAsk,
    now: datetime,
    place: int,
) -> _PdfSigner:
    stamper = trust_services.timestamp_service() if ask.level.needs_timestamp else None
    name = f"ChuKy{place}"
    validation_context = _validation_context(certificate, key, stamper) if ask.level.needs_proof else None
    about = PdfSignatureMetadata(
        field_name=name,
        md_algorithm="sha256",
        location=ask.place or None,
        reason=ask.reason or None,
        name=certificate.subject.native.get("common_name"),
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=ask.level.needs_proof,
        use_pades_lta=ask.level is PadesLevel.B_LTA,
        validation_context=validation_context,
        signer_key_usage=set(),  # asked before, with words that a person understands
        timestamp_field_name=f"DauThoiGian{place}" if ask.level is PadesLevel.B_LTA else None,
    )
    style = queries.stamp_style(ask, queries.rules(), certificate, now) if ask.visible else None
    pdf_signer = _PdfSigner(
        about,
        signer=Bridge(key, certificate),
        timestamper=stamper,
        stamp_style=style,
        new_field_spec=_signature_field(writer, name, ask),
    )
    pdf_signer.now = now
    return pdf_signer


def _signature_field(writer: IncrementalPdfFileWriter, name: str, ask: SignatureAsk) -> SigFieldSpec:
    if not ask.visible:
        return SigFieldSpec(name)
    on_page = 0 if ask.number else -1
    page = writer.prev.root["/Pages"]
    page_object = writer.find_page_for_modification(on_page)[0].get_object()
    left, bottom, right, top = map(float, page_object.get("/MediaBox") or page["/MediaBox"])
    box = queries.box_of(ask, queries.rules(), (right - left, top - bottom))
    from_left, from_below = left + box.left, bottom + box.bottom
    corners = (round(from_left), round(from_below), round(from_left + box.width), round(from_below + box.height))
    return SigFieldSpec(name, on_page=on_page, box=corners)


def certificate_of(key: SigningKey, now: datetime) -> x509.Certificate:
    """The certificate of a key, when it holds now and may sign; refuses it otherwise."""
    certificate = x509.Certificate.load(key.certificate)
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise Refused("certificate_over", _("Chứng thư chưa có hoặc đã hết hiệu lực; hãy gia hạn rồi ký."))
    usage = certificate.key_usage_value.native if certificate.key_usage_value else {"digital_signature"}
    if not usage & {"digital_signature", "non_repudiation"}:
        raise Refused("certificate_not_for_signing", _("Chứng thư này không dùng để ký; hãy chọn chứng thư khác."))
    if certificate.public_key.algorithm not in ROOM:
        raise Refused("certificate_not_for_signing", _("Chứng thư này không dùng để ký; hãy chọn chứng thư khác."))
    return certificate


def _validation_context(certificate: x509.Certificate, key: SigningKey, stamper: Any) -> ValidationContext:
    """Whom we trust and what their services say now of the certificates that will be in the file."""
    roots = [x509.Certificate.load(trust_anchor.certificate) for trust_anchor in queries.trust_anchors()]
    chain = [x509.Certificate.load(content) for content in key.chain]
    stamps = _stamp_certificates(stamper)
    revocation = trust_services.revocation_data([certificate, *chain, *stamps], roots)
    return ValidationContext(
        trust_roots=roots,
        other_certs=[*chain, *stamps],
        ocsps=[ocsp.OCSPResponse.load(base64.b64decode(ocsp_text)) for ocsp_text in revocation["ocsp"]],
        crls=[crl.CertificateList.load(base64.b64decode(crl_text)) for crl_text in revocation["crl"]],
        allow_fetching=False,
        revocation_mode="hard-fail",
    )


def _stamp_certificates(stamper: Any) -> Sequence[x509.Certificate]:
    dummy = asyncio.run(stamper.async_dummy_response("sha256"))
    return [choice.chosen for choice in dummy["content"]["certificates"] if choice.name == "certificate"]
