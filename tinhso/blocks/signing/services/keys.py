"""Keys that sign: in a token (PKCS #11) that another process opens, or in a PKCS #12 file given for one act."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.utils.translation import gettext as _

from tinhso.blocks.signing import queries
from tinhso.blocks.signing.services.vault import keeper
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused

LARGEST_FILE = 100_000


@dataclass(frozen=True)
class FileKey:
    """A key out of a PKCS #12 file: it lives as long as this object and never leaves the memory."""

    certificate: bytes
    chain: Sequence[bytes]
    private: Any = field(repr=False)
    kind: str = "pkcs12"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
        made: bytes = self.private.sign(data, ec.ECDSA(hashes.SHA256()))
        return made


def from_file(content: bytes, password: str) -> FileKey:
    """The key of a PKCS #12 file; refuses a wrong password, other kinds of files, keys that are neither RSA nor EC."""
    if len(content) > LARGEST_FILE:
        raise Refused("bad_key_file", _("Tệp khóa quá lớn: đây không phải tệp .p12 hoặc .pfx."))
    try:
        private, certificate, others = pkcs12.load_key_and_certificates(content, password.encode())
    except ValueError as problem:
        raise Refused("bad_key_file", _("Không mở được tệp khóa: sai mật khẩu, hoặc không phải tệp .p12.")) from problem
    if certificate is None or not isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Refused("bad_key_file", _("Tệp khóa không có khóa RSA hoặc EC kèm chứng thư."))
    return FileKey(_der(certificate), tuple(_der(one) for one in others), private)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class TokenKey:
    """A seal's key in a token (a smart card, a USB token, an HSM): the process that keeps keys signs hashes with it.

    Neither the key nor its PIN ever comes here.
    """

    certificate: bytes
    chain: Sequence[bytes]
    token: str
    label: str
    kind: str = "pkcs11"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``; refuses when the token does."""
        hashed = base64.b64encode(sha256(data).digest()).decode()
        said = keeper.ask(do="seal", token=self.token, label=self.label, digest="sha256", hashes=[hashed])
        return base64.b64decode(said["signatures"][0])


def seal_of(unit: Unit) -> TokenKey:
    """The key of an organisation's seal as ``signing.toml`` tells.

    Refuses a body without one, and a token that does not open with the PIN in the file that settings name.
    """
    named = next((one for one in queries.rules().seals if one["unit"] == unit.ref), None)
    if named is None:
        raise Refused("no_seal", _("Cơ quan này chưa có khóa con dấu trong signing.toml."))
    token, label = named["token"], named["label"]
    try:
        said = keeper.ask(do="seals_certificates", token=token, label=label)
    except Refused as refusal:
        if refusal.code == "no_token":
            raise
        raise Refused(
            "token_refuses", _("Không mở được khóa trong thiết bị: sai PIN, sai tên, hoặc chưa cắm.")
        ) from refusal
    chain = tuple(base64.b64decode(one) for one in said["chain"])
    return TokenKey(base64.b64decode(said["certificate"]), chain, token, label)
