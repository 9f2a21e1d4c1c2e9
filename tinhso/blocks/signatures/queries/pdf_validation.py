"""Looks at the signatures of one PDF that anybody may have sent; strangers' bytes are read here and nowhere else.

Loaded by the program ``apart.py``, which asks it in a process of its own for each file. Nothing of the project is
imported here.
"""

import asyncio
import base64
import contextlib
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from asn1crypto import crl, keys, ocsp, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import ades, async_validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor, TrustQualifiers
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore, SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

if TYPE_CHECKING or __name__ != "pdf_validation":
    from tinhso.blocks.signatures.queries import raw_signatures, references, revocation
else:  # no package here: the program loads each file by itself
    raw_signatures, revocation = sys.modules["raw_signatures"], sys.modules["revocation"]
    references = sys.modules["references"]

MOST_SIGNATURES, MOST_REVISIONS, MOST_WANTED = 20, 100, 20


def warm() -> None:
    """Judge a small file of our own: what libraries make once when first used is then shared by every process."""
    signed, by = _sample()
    trusted = [{"certificate": base64.b64encode(by).decode()}]
    with NamedTemporaryFile() as file:
        file.write(signed)
        file.flush()
        look({"path": file.name, "anchors": trusted, "at": datetime.now(UTC).isoformat()})


def _sample() -> tuple[bytes, bytes]:
    """An empty page with a signature by a key that is forgotten at once; its certificate (DER)."""
    private, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, "x")])
    builder = certificates.CertificateBuilder(name, name, private.public_key(), 1, now, now + timedelta(days=1))
    certificate = builder.sign(private, hashes.SHA256()).public_bytes(Encoding.DER)
    key = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        x509.Certificate.load(certificate), keys.PrivateKeyInfo.load(key), SimpleCertificateStore()
    )
    writer = PdfFileWriter()
    writer.insert_page(PageObject(writer.add_object(StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9)))
    about = signers.PdfSignatureMetadata("S", md_algorithm="sha256", signer_key_usage=set())
    return signers.sign_pdf(writer, about, signer).getvalue(), certificate


def look(values: dict[str, Any]) -> dict[str, Any]:
    """What a file says. ``asked``: its ``path``, the ``anchors``, the moment of checking as ``at``, and ``known`` OCSP
    answers and CRLs, all as base64 of DER.
    """
    content = Path(values["path"]).read_bytes()
    try:
        return _look(content, values)
    except (MemoryError, RecursionError):
        return {"state": "too_heavy"}
    except Exception:  # no reader gets through; the signed bytes may still tell something
        return {"state": raw_signatures.state_of(content)}


def _look(content: bytes, asked: dict[str, Any]) -> dict[str, Any]:
    if b"%PDF-" not in content[:1024]:
        return {"state": "not_pdf"}
    if content.count(b"xref") > 2 * MOST_REVISIONS or content.count(b"/XRef") > MOST_REVISIONS:  # each table, and where
        return {"state": "too_many"}
    outside = raw_signatures.behind_the_end(content)
    content = content[: len(content) - outside]
    values = _judge_file(content, asked)
    goes_on = raw_signatures.has_a_loose_end(content)
    for signature in values.get("signatures", ()):
        signature["outside"] = outside
        is_part = goes_on and signature.get("coverage") != "ENTIRE_FILE"
        if is_part and signature.get("changes") in ("NONE", "LTA_UPDATES"):
            signature["changes"] = "UNKNOWN"
    return values


def _judge_file(content: bytes, values: dict[str, Any]) -> dict[str, Any]:
    """By the letter of the standard; where that does not get through, with the leniency that programs for people have.

    Leniently read, what was added after a signature is not judged: readers may see different things there.
    """
    try:
        strictly = _signatures(references.Reader(BytesIO(content), strict=True), content, values)
    except (MemoryError, RecursionError):
        raise
    except Exception:
        strictly = {"state": "stumbled"}
    if strictly["state"] != "stumbled" and not any(row.get("stumbled") for row in strictly.get("signatures", ())):
        return strictly
    again = _signatures(PdfFileReader(BytesIO(content), strict=False), content, values)
    if again["state"] == "hidden":
        return {"state": raw_signatures.state_of(content)}
    return again


def _signatures(reader: PdfFileReader, content: bytes, values: dict[str, Any]) -> dict[str, Any]:
    if reader.encrypted:
        state = raw_signatures.state_of(content)
        return {"state": state if state == "altered_file" else "encrypted"}
    fields = list(enumerate_sig_fields(reader, filled_status=True))
    if len(fields) > MOST_SIGNATURES:
        return {"state": "too_many"}
    if not fields:
        return {"state": "hidden" if raw_signatures.RANGES.search(content) else "ok", "signatures": []}
    spec = policy(values)
    at = datetime.fromisoformat(values["at"])
    rows = [_judge_signature(reader, name, field.get_object(), spec, at) for name, _value, field in fields]
    rows.sort(key=lambda values: values.get("revision", 0))
    revocation_requests = [want for values in rows for want in values.pop("wanted", [])]
    return {"state": "ok", "signatures": rows, "wanted": revocation_requests[:MOST_WANTED]}


def policy(values: dict[str, Any]) -> SignatureValidationSpec:
    """Who is trusted, what is known, that what is declared must be known, and that nothing is fetched."""
    rule = RevocationCheckingRule.CHECK_IF_DECLARED
    trusted = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[anchor(each) for each in values["anchors"]]),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)),
    )
    revocations = values.get("known", {})
    answers = [ocsp.OCSPResponse.load(_bytes(text)) for text in revocations.get("ocsp", [])]
    return SignatureValidationSpec(
        cert_validation_policy=trusted,
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            RevinfoOnlineFetchingRule.LOCAL_ONLY, certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH
        ),
        local_knowledge=LocalKnowledge(
            known_ocsps=[part for answer in answers for part in OCSPContainer.load_multi(answer)],
            known_crls=[CRLContainer(crl.CertificateList.load(_bytes(text))) for text in revocations.get("crl", [])],
        ),
    )


def anchor(values: dict[str, Any]) -> CertTrustAnchor:
    """Who is trusted, from when, until when."""
    since, until = values.get("since"), values.get("until")
    quals = TrustQualifiers(
        valid_from=datetime.combine(date.fromisoformat(since), clock_time(), UTC) if since else None,
        valid_until=datetime.combine(date.fromisoformat(until), clock_time(), UTC) + timedelta(days=1)
        if until
        else None,
    )
    return CertTrustAnchor(x509.Certificate.load(_bytes(values["certificate"])), quals=quals)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def _judge_signature(
    reader: PdfFileReader, name: str, field: Any, spec: SignatureValidationSpec, at: datetime
) -> dict[str, Any]:
    """One signature. ``broken``: its value is none; ``stumbled``: a part of it could not be judged by this reader."""
    values: dict[str, Any] = {"field": name, "kind": "signature"}
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        values |= {"kind": _kind(embedded), "revision": embedded.signed_revision} | certificate(embedded.signer_cert)
        if values["kind"] == "signature":
            values["intact"] = raw_signatures.is_raw_signature_intact(embedded)
        values |= _integrity(embedded)
    except MemoryError:
        raise
    except Exception as problem:
        if values.get("intact") is False or raw_signatures.says_nothing(field):
            return values | {"broken": True, "problem": type(problem).__name__}
        return values | {"unjudged": True, "stumbled": True, "problem": type(problem).__name__}
    try:
        is_stamp = values["kind"] == "timestamp"
        values |= asyncio.run(_timestamp(embedded, spec) if is_stamp else _signature(embedded, spec, at))
    except MemoryError:
        raise
    except Exception as problem:
        nobody = {"status": "INDETERMINATE", "why": "NOT_JUDGED", "anchor": "", "stumbled": True}
        values = {"intact": False} | values | nobody | {"problem": type(problem).__name__}
    return values | _claims(embedded)


def _kind(found: EmbeddedPdfSignature) -> str:
    return "timestamp" if found.sig_object_type == "/DocTimeStamp" else "signature"


def certificate(one: x509.Certificate) -> dict[str, Any]:
    """Whose a certificate is, and who gave it for how long."""
    subject, issuer = one.subject.native, one.issuer.native
    return {
        "who": _text(subject.get("common_name") or one.subject.human_friendly),
        "organisation": _text(subject.get("organization_name") or ""),
        "issuer": _text(issuer.get("common_name") or one.issuer.human_friendly),
        "serial": f"{one.serial_number:X}"[:64],
        "valid_from": one.not_valid_before.isoformat(),
        "valid_until": one.not_valid_after.isoformat(),
    }


def _text(value: Any) -> str:
    return str(value)[:300]


def _integrity(found: EmbeddedPdfSignature) -> dict[str, Any]:
    """How much a signature covers, and what was added since; ``UNKNOWN`` where the reader cannot tell.

    ``signed_to`` is where the signed part ends, in bytes.
    """
    found.compute_integrity_info(skip_diff=True)
    values = {
        "coverage": found.summarise_integrity_info()["coverage"].name,
        "signed_to": int(found.byte_range[2]) + int(found.byte_range[3]),
    }
    values |= {"loose": not found.reader.strict, "changes": "NONE", "allowed": True}
    if _kind(found) == "timestamp":
        return values
    if values["loose"] and values["coverage"] != "ENTIRE_FILE":
        return values | {"changes": "UNKNOWN"}
    try:
        diff = found.evaluate_modifications(DEFAULT_DIFF_POLICY)
        found.diff_result = diff  # type: ignore[assignment]
    except MemoryError:
        raise
    except Exception as problem:
        return values | {"changes": "UNKNOWN", "stumbled": True, "problem": type(problem).__name__}
    level = diff.modification_level.name if isinstance(diff, DiffResult) else "OTHER"
    return values | {"changes": level, "allowed": found.summarise_integrity_info()["docmdp_ok"] is not False}


def _claims(found: EmbeddedPdfSignature) -> dict[str, Any]:
    moment = found.self_reported_timestamp
    about = found.sig_object
    return {
        "claimed_at": moment.isoformat() if moment else None,
        "place": _text(about.get("/Location", "")),
        "reason": _text(about.get("/Reason", "")),
    }


async def _timestamp(found: EmbeddedPdfSignature, spec: SignatureValidationSpec) -> dict[str, Any]:
    """A timestamp over the whole document, as such; what it proves is part of the signatures before it."""
    anchors = _roots(spec)
    status = await async_validate_pdf_timestamp(
        found, ValidationContext(trust_roots=anchors, allow_fetching=False, revocation_mode="soft-fail"), skip_diff=True
    )
    return {"intact": bool(status.intact and status.valid), "proven_at": status.timestamp.isoformat()}


def _roots(spec: SignatureValidationSpec) -> list[x509.Certificate]:
    trusted = spec.cert_validation_policy.trust_manager
    return list(trusted.iter_certs()) if isinstance(trusted, SimpleTrustManager) else []


async def _signature(found: EmbeddedPdfSignature, spec: SignatureValidationSpec, at: datetime) -> dict[str, Any]:
    """EN 319 102-1: now, with what is known; else by what later timestamps prove; else as of the proven moment."""
    spec = replace(spec, local_knowledge=_with_embedded(found, spec.local_knowledge))
    result = await _judged(found, spec, ValidationTimingInfo(at, at, point_in_time_validation=False))
    indication: Any = result.ades_subindic
    proven, then_only = _proven(result), False
    if indication.name in revocation.SECOND_LOOK:
        better, proven = await _second_look(found, spec, result, at)
        indication, then_only = (better, True) if better is not None else (indication, False)
    status = result.api_status
    values = {
        "intact": bool(status.intact and status.valid) if status else indication.status.name != "FAILED",
        "status": indication.status.name,
        "why": indication.name,
        "then_only": then_only,
        "proven_at": proven.isoformat() if proven else None,
        "anchor": _anchor_of(status),
        "level": _level(found),
    }
    return values | ({} if indication.name == "OK" else {"wanted": list(_revocation_addresses(found, spec))})


async def _second_look(
    found: EmbeddedPdfSignature, spec: SignatureValidationSpec, result: Any, at: datetime
) -> tuple[Any, datetime | None]:
    """What holds by later timestamps, or held when the timestamp was given: proofs of validity age, signatures stay.

    A certificate that is known to be revoked by now was not when a timestamp that is trusted now says it signed.
    """
    proven = _proven(result)
    if not _has_stamp(found):
        return None, None
    now = ValidationTimingInfo(at, at, point_in_time_validation=False)
    later = await ades.ades_lta_validation(found, PdfSignatureValidationSpec(spec), now)
    moment: datetime = raw_signatures.stamp_given(found)
    if getattr(later.ades_subindic, "name", "") == "OK":
        return later.ades_subindic, proven or moment
    then = proven or (None if result.ades_subindic.name.startswith("REVOKED") else moment)
    if then is not None:
        again = await _judged(found, spec, ValidationTimingInfo(then, then, point_in_time_validation=True))
        if again.ades_subindic.name == "OK" and _proven(again):
            return again.ades_subindic, then
    return None, proven


async def _judged(found: EmbeddedPdfSignature, spec: SignatureValidationSpec, timing: ValidationTimingInfo) -> Any:
    digest = found.compute_digest()
    if not _has_stamp(found):
        return await ades.ades_basic_validation(found.signed_data, spec, timing_info=timing, raw_digest=digest)
    about = found.summarise_integrity_info()
    return await ades.ades_with_time_validation(
        found.signed_data,
        spec,
        timing_info=timing,
        raw_digest=digest,
        status_cls=PdfSignatureStatus,
        extra_status_kwargs=about,
    )


def _with_embedded(found: EmbeddedPdfSignature, known: LocalKnowledge) -> LocalKnowledge:
    """What the file itself brings along about certificates (its DSS), beside what was asked for."""
    try:
        inside = DocumentSecurityStore.read_dss(found.reader)
    except NoDSSFoundError:
        return known
    answers = [ocsp.OCSPResponse.load(ocsp_object.get_object().data) for ocsp_object in inside.ocsps]
    return LocalKnowledge(
        known_ocsps=known.known_ocsps + [part for answer in answers for part in OCSPContainer.load_multi(answer)],
        known_crls=known.known_crls
        + [CRLContainer(crl.CertificateList.load(crl_object.get_object().data)) for crl_object in inside.crls],
        known_certs=list(inside.load_certs()),
    )


def _proven(result: Any) -> datetime | None:
    """The moment by which a trusted timestamp says that the signature was there."""
    stamp = result.api_status.timestamp_validity if result.api_status else None
    return stamp.timestamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None


def _has_stamp(found: EmbeddedPdfSignature) -> bool:
    return bool(raw_signatures.signature_timestamps(found))


def _level(found: EmbeddedPdfSignature) -> str:
    """As far as the file itself goes; ``B-LTA`` needs a timestamp over the whole of it, told by the caller."""
    if not _has_stamp(found):
        return "B-B"
    return "B-LT" if "/DSS" in found.reader.root else "B-T"


def _anchor_of(status: Any) -> str:
    path = getattr(status, "validation_path", None)
    return path.trust_anchor.authority.certificate.sha256.hex() if path is not None else ""


def _revocation_addresses(found: EmbeddedPdfSignature, spec: SignatureValidationSpec) -> Any:
    """Where it could be asked whether the certificates still hold: addresses for whoever may go out."""
    anchors = _roots(spec)
    with contextlib.suppress(Exception):
        pool = [found.signer_cert, *found.other_embedded_certs, *raw_signatures.stamp_certificates(found)]
        for pool_certificate in pool:
            issuer = revocation.issuer_among(pool_certificate, [*pool, *anchors])
            if issuer is not None:
                yield from revocation.revocation_addresses(pool_certificate, issuer)
