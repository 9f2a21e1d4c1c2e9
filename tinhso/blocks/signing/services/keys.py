"""Keys that sign: in a token reached through PKCS #11, or in a PKCS #12 file given for one act and kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.signing import queries
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
    """A key in a token (a smart card, a USB token, an HSM); only what is to be signed goes there."""

    certificate: bytes
    chain: Sequence[bytes]
    private: Any = field(repr=False)
    session: Any = field(repr=False)
    kind: str = "pkcs11"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``; refuses when the token does."""
        import pkcs11

        try:
            if self.private.key_type is pkcs11.KeyType.RSA:
                return bytes(self.private.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            digest = hashes.Hash(hashes.SHA256())
            digest.update(data)
            raw = bytes(self.private.sign(digest.finalize(), mechanism=pkcs11.Mechanism.ECDSA))
        except pkcs11.PKCS11Error as problem:
            raise Refused("token_refuses", _("Thiết bị giữ khóa không ký được; hãy kiểm tra thiết bị.")) from problem
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    def close(self) -> None:
        """Let the token go."""
        self.session.close()


def from_token(*, token: str, label: str, pin: str) -> TokenKey:
    """The key and certificate called ``label`` in a token; refuses when they are not there or the PIN is wrong."""
    import pkcs11
    from pkcs11 import Attribute, ObjectClass

    if not settings.PKCS11_MODULE:
        raise Refused("no_token", _("Chưa cấu hình thiết bị giữ khóa (TINHSO_PKCS11_MODULE)."))
    try:
        session = pkcs11.lib(settings.PKCS11_MODULE).get_token(token_label=token).open(user_pin=pin)
    except (pkcs11.PKCS11Error, RuntimeError) as problem:
        raise _not_opened() from problem
    try:
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
        found = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
        mine = next(bytes(one[Attribute.VALUE]) for one in found if one[Attribute.LABEL] == label)
        chain = tuple(bytes(one[Attribute.VALUE]) for one in found if one[Attribute.LABEL] != label)
    except (pkcs11.PKCS11Error, StopIteration) as problem:
        session.close()
        raise _not_opened() from problem
    return TokenKey(mine, chain, private, session)


def _not_opened() -> Refused:
    return Refused("token_refuses", _("Không mở được khóa trong thiết bị: sai PIN, sai tên, hoặc chưa cắm."))


def seal_of(unit: Unit) -> TokenKey:
    """The key of an organisation's seal as ``signing.toml`` tells; the PIN is a setting. Refuses a body without one."""
    for one in queries.rules().seals:
        if one["unit"] == unit.ref:
            return from_token(token=one["token"], label=one["label"], pin=settings.PKCS11_PIN)
    raise Refused("no_seal", _("Cơ quan này chưa có khóa con dấu trong signing.toml."))
