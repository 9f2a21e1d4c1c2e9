"""Whole documents signed by a key that was let: what was let are the documents' hashes, what the key signs follows."""

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from asn1crypto import x509

from tinhso.blocks.audit import services as audit
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.remote_keys.services import authorisations
from tinhso.blocks.remote_keys.services.vault import keeper
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures.contract import PadesLevel, SignatureAsk, SignatureKind
from tinhso.blocks.signatures.services import trust_services
from tinhso.blocks.signatures.services.pades import Bridge, sign_pdf
from tinhso.blocks.signatures.services.validation import too_large
from tinhso.blocks.signatures.services.xades import sign_xml
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class AskedDocument:
    """A document (``content``), or the SHA-256 of one that stays elsewhere (``digest``), to be signed in a form."""

    form: str
    level: str
    content: bytes = b""
    digest: bytes = b""

    @property
    def hashed(self) -> str:
        """What must have been let: the SHA-256 of the document, hex."""
        return (self.digest or sha256(self.content).digest()).hex()


@dataclass(frozen=True)
class _LetKey:
    """A key that was let, for as long as one call lasts; it remembers each hash that it signs."""

    one: Credential
    pin: str = field(repr=False)
    signed: list[str] = field(default_factory=list)
    kind: str = "remote"

    @property
    def certificate(self) -> bytes:
        return bytes(self.one.certificate)

    @property
    def chain(self) -> Sequence[bytes]:
        return tuple(base64.b64decode(issuer) for issuer in self.one.chain)

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``."""
        hashed = sha256(data).digest()
        self.signed.append(hashed.hex())
        encoded_hashes = [base64.b64encode(hashed).decode()]
        values = keeper.ask(do="sign", token=self.one.ref, pin=self.pin, digest="sha256", hashes=encoded_hashes)
        return base64.b64decode(values["signatures"][0])


def sign_documents(
    *, sad: str, one: Credential, documents: Sequence[AskedDocument], by: Actor, now: datetime
) -> list[bytes]:
    """Signed documents, or signatures over digests (CMS), in their order; each is one signature of the permission.

    Refusals: those of :func:`authorising.sign_hashes`, :func:`sign_pdf` and :func:`sign_xml`.
    """
    authorisations.must_take_pin(one)
    authorisations.must_be_usable(one, now)
    if any(len(each.content) > signatures.rules().largest for each in documents):
        raise too_large()
    pin = authorisations.spend_permission(sad, one, [each.hashed for each in documents], "sha256", by, now)
    key = _LetKey(one, pin)
    try:
        return [_signed_document(each, key, now) for each in documents]
    finally:
        audit.record(by=by, did="signed remotely", to=one, after={"hashes": key.signed, "algorithm": "sha256"})


def _signed_document(each: AskedDocument, key: _LetKey, now: datetime) -> bytes:
    if each.form == "xades":
        return sign_xml(content=each.content, signer=key, level=PadesLevel(each.level), now=now)
    if each.digest:
        return asyncio.run(_detached_signature(each, key, now))
    kind = SignatureKind.SEAL if key.one.unit_id else SignatureKind.PERSON
    ask = SignatureAsk("-", "-", kind, PadesLevel(each.level), visible=False, alone=True)
    return sign_pdf(content=each.content, signer=key, ask=ask, now=now).content


async def _detached_signature(each: AskedDocument, key: _LetKey, now: datetime) -> bytes:
    """CMS over a digest: what a PDF holds between its byte ranges, or CAdES beside a file."""
    stamper = trust_services.timestamp_service() if PadesLevel(each.level).needs_timestamp else None
    bridge = Bridge(key, x509.Certificate.load(key.certificate))
    signed_data = await bridge.async_sign(
        data_digest=each.digest, digest_algorithm="sha256", use_pades=each.form == "pades", timestamper=stamper
    )
    content: bytes = signed_data.dump()
    return content
