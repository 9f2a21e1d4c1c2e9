"""Keys of the demo's people: made for one act, of an authority that only the demo trusts, their names saying so.

The authority is made at the first signature and lies in the demo's own folder, so that what one process signs another
finds valid, with the remark that it is worth nothing in law. No other installation has it or trusts it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.signatures import queries
from tinhso.blocks.signatures.contract import SignatureKind, Signer, WayField, register_signing_way
from tinhso.blocks.signatures.services.key_files import FileKey
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

NO_VALUE = "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
LONG = timedelta(days=800)
MOST_BYTES = 64  # of a part of a name (RFC 5280, appendix A.1), as the library counts


def _subject_name(text: str, body: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    parts += [x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut_to_bytes(body, MOST_BYTES))] if body else []
    short_name = _cut_to_bytes(text, MOST_BYTES - len(f" ({NO_VALUE})".encode()))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, f"{short_name} ({NO_VALUE})")])


def _cut_to_bytes(text: str, most: int) -> str:
    """The beginning of a text that takes at most so many bytes."""
    return text.encode()[:most].decode(errors="ignore")


def _certificate_for(
    subject: x509.Name, key: Any, issuer: x509.Name, by: Any, *, is_authority: bool
) -> x509.Certificate:
    now = clock.now().replace(microsecond=0)
    usage = {"digital_signature": not is_authority, "content_commitment": not is_authority}
    others = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LONG)
        .not_valid_after(now + LONG)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(**usage, **others, key_cert_sign=is_authority, crl_sign=is_authority), critical=True
        )
    )
    return built.sign(by, hashes.SHA256())


def _demo_authority() -> tuple[Any, x509.Certificate]:
    """The demo's own, the same in every process; elsewhere one that is gone with this process."""
    return _stored_authority(queries.illustrative_authority()) if settings.DEMO else _temporary_authority()


@lru_cache(maxsize=1)
def _temporary_authority() -> tuple[Any, x509.Certificate]:
    key, name = ec.generate_private_key(ec.SECP256R1()), _subject_name(queries.ILLUSTRATIVE)
    return key, _certificate_for(name, key, name, key, is_authority=True)


@lru_cache(maxsize=4)
def _stored_authority(path: Path) -> tuple[Any, x509.Certificate]:
    """What the file holds, written first by whoever comes first."""
    if not path.exists():
        key, certificate = _temporary_authority()
        parts = (
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            certificate.public_bytes(Encoding.PEM),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent) as file:
            file.write(b"".join(parts))
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    content = path.read_bytes()
    return load_pem_private_key(content, None), x509.load_pem_x509_certificate(content)


def illustrative_key(text: str, body: str) -> FileKey:
    """A key with a certificate for a name at a body, neither of them real; nothing signed with it holds."""
    authority, root = _demo_authority()
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate_for(_subject_name(text, body), key, root.subject, authority, is_authority=False)
    return FileKey(certificate.public_bytes(Encoding.DER), (root.public_bytes(Encoding.DER),), key)


@register_signing_way("demo", place=10)
class IllustrativeKey:
    """One press for the demo's people; there in no other installation."""

    @property
    def label(self) -> str:
        """What people read."""
        return _("Khóa minh họa (không có giá trị pháp lý)")

    def offered(self, *, person: str, unit: str, kind: SignatureKind) -> bool:
        """For the demo's people in a demo."""
        try:
            return identity.is_demo() and identity.person_by_ref(person).is_demo
        except Refused:
            return False

    def fields(self, *, person: str, unit: str, kind: SignatureKind) -> Sequence[WayField]:
        """Nothing."""
        return ()

    @contextmanager
    def open(
        self, given: Mapping[str, str | bytes], *, person: str, unit: str, kind: SignatureKind, count: int
    ) -> Iterator[Signer]:
        """A key made now, gone afterwards."""
        body = units.by_ref(unit).name
        yield illustrative_key(body if kind is SignatureKind.SEAL else identity.person_by_ref(person).name, body)
