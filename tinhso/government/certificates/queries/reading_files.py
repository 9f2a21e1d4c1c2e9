"""A certificate in a file (DER, PEM or PKCS #7): what it says of itself."""

import re
from dataclasses import dataclass
from datetime import date

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from tinhso.government.certificates.contract import CertificateKind
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc

MOST_BYTES = 200_000
MOST_WITHIN = 20
PEM = b"-----BEGIN CERTIFICATE-----"
PEM_BAG = b"-----BEGIN PKCS7-----"
USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
# Vietnamese authorities write numbers of people and organisations into the user ID as "CCCD:…" or "MST:…"; from memory
ID_NUMBER = re.compile(r"(?:CCCD|CMND|CMT|CC)\W*(\d{12}|\d{9})\b", re.IGNORECASE)
UNIQUE_ID = x509.ObjectIdentifier("0.9.2342.19200300.100.1.1")


@dataclass(frozen=True)
class CertificateContent:
    """What a certificate says: issuer, serial number in hexadecimal, subject, first and last day in Việt Nam."""

    issuer: str
    serial: str
    subject: str
    organisation: str
    title: str
    id_number: str
    key_usage: str
    first_day: date
    last_day: date
    kind: CertificateKind
    names: tuple[str, ...] = ()


def read_certificate_file(content: bytes) -> CertificateContent:
    """The holder's certificate in ``content``; of several that which issued none of the others. Refuses other files."""
    if len(content) > MOST_BYTES:
        raise Refused("too_big", _("Tệp chứng thư không lớn hơn %(most)s KB."), most=MOST_BYTES // 1000)
    file_certificates = _certificates_in_file(content)
    if not file_certificates:
        raise Refused("not_a_certificate", _("Tệp không phải chứng thư (.cer, .crt, .pem, .p7b) hoặc đã hỏng."))
    if len(file_certificates) > MOST_WITHIN:
        raise Refused("too_many_certificates", _("Tệp có quá nhiều chứng thư. Hãy xuất riêng chứng thư cần ghi."))
    issuers = {certificate.issuer for certificate in file_certificates if certificate.issuer != certificate.subject}
    own = [certificate for certificate in file_certificates if certificate.subject not in issuers]
    return _certificate_facts((own or file_certificates)[0])


def _certificates_in_file(content: bytes) -> list[x509.Certificate]:
    for attempt in (_pem_certificates, _pem_bag, _der_certificate, _pkcs7_certificates):
        try:
            if file_certificates := attempt(content):
                return file_certificates
        except Exception:  # whatever a damaged file makes a parser raise: the next form is tried
            continue
    return []


def _pem_certificates(content: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(content) if PEM in content else []


def _pem_bag(content: bytes) -> list[x509.Certificate]:
    return pkcs7.load_pem_pkcs7_certificates(content) if PEM_BAG in content else []


def _der_certificate(content: bytes) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(content)]


def _pkcs7_certificates(content: bytes) -> list[x509.Certificate]:
    return pkcs7.load_der_pkcs7_certificates(content)


def _certificate_facts(one: x509.Certificate) -> CertificateContent:
    try:
        names = _alternative_names(one)
        common = _name_attribute(one.subject, NameOID.COMMON_NAME) or (names[0] if names else "")
        organisation = _name_attribute(one.subject, NameOID.ORGANIZATION_NAME)
        title = _name_attribute(one.subject, NameOID.TITLE)
        numbers = f"{_name_attribute(one.subject, UNIQUE_ID)} {_name_attribute(one.subject, NameOID.SERIAL_NUMBER)}"
        matched = ID_NUMBER.search(numbers)
        return CertificateContent(
            issuer=_name_attribute(one.issuer, NameOID.COMMON_NAME) or one.issuer.rfc4514_string()[:300],
            serial=f"{one.serial_number:X}",
            subject=common or one.subject.rfc4514_string()[:400],
            organisation=organisation,
            title=title,
            id_number=matched[1] if matched else "",
            key_usage=_key_usage_text(one),
            first_day=one.not_valid_before_utc.astimezone(VIETNAM).date(),
            last_day=one.not_valid_after_utc.astimezone(VIETNAM).date(),
            kind=_guessed_kind(names, title, bool(matched)),
            names=tuple(names),
        )
    except ValueError as error:  # lazily read parts of a certificate that is broken inside
        raise Refused("not_a_certificate", _("Chứng thư trong tệp có phần không đọc được.")) from error


def _name_attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    attribute_texts = [str(attribute.value) for attribute in name.get_attributes_for_oid(oid)]
    return nfc(attribute_texts[0]).replace("\0", "").strip()[:300] if attribute_texts else ""


def _alternative_names(one: x509.Certificate) -> list[str]:
    try:
        extension = one.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    return [nfc(name).replace("\0", "")[:150] for name in extension.value.get_values_for_type(x509.DNSName)]


def _key_usage_text(one: x509.Certificate) -> str:
    try:
        usage = one.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ""
    return ", ".join(name for name in USES if getattr(usage, name))


def _guessed_kind(names: list[str], title: str, has_number: bool) -> CertificateKind:
    """A guess that whoever writes the certificate in can put right."""
    if names:
        return CertificateKind.SERVICE
    return CertificateKind.PERSONAL if title or has_number else CertificateKind.ORGANISATION
