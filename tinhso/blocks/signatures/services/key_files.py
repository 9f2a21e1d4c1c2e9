"""Keys that sign out of a PKCS #12 file that is given for one act."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.utils.translation import gettext as _

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
        content: bytes = self.private.sign(data, ec.ECDSA(hashes.SHA256()))
        return content


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
    return FileKey(
        _der_bytes(certificate), tuple(_der_bytes(other_certificate) for other_certificate in others), private
    )


def _der_bytes(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
