"""What the register says of a key by its certificate: whose it is, whether it may be used, when it last signed."""

from dataclasses import dataclass
from datetime import date, datetime

from asn1crypto import x509

from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures.contract import SignatureKind as Use
from tinhso.government.certificates.contract import CertificateKind, CertificateState
from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries import lookup
from tinhso.kernel.text import fold, nfc


@dataclass(frozen=True)
class KnownCertificate:
    """What a certificate says of itself, and what the register says of it (None: nothing)."""

    issuer: str
    serial: str
    one: Version | None


def certificate_in_register(certificate: bytes) -> KnownCertificate:
    """A certificate (DER) and its present word in the register, which knows issuers by their common name."""
    parsed_certificate = x509.Certificate.load(certificate)  # names longer than the standard allows are read, too
    names = parsed_certificate.issuer.native.get("common_name", "")
    issuer, serial = nfc(names if isinstance(names, str) else names[0]).strip(), f"{parsed_certificate.serial_number:X}"
    versions = lookup.versions_on().filter(certificate__issuer_key=fold(issuer)[:300], certificate__serial=serial)
    return KnownCertificate(issuer, serial, versions.select_related("person").first())


def why_not(version: Version, *, person: str, name: str, unit: str, use: Use, day: date) -> str:
    """A code of why a key may not sign for ``person`` (reference and ``name``) or seal for ``unit``; empty: it may.

    A certificate that no account is tied to is the person's when their names are the same.
    """
    if version.state != CertificateState.ACTIVE:
        return str(version.state)
    if not version.first_day <= day <= version.last_day:
        return "expired"
    if use is Use.SEAL:
        return (
            ""
            if version.kind in (CertificateKind.ORGANISATION, CertificateKind.SERVICE) and version.unit.ref == unit
            else "other_body"
        )
    if version.kind not in (CertificateKind.PERSONAL, CertificateKind.SIM):
        return "not_personal"
    is_theirs = version.person.ref == person if version.person else fold(version.holder) == fold(name)
    return "" if is_theirs else "other_person"


def last_used(version: Version) -> datetime | None:
    """When this system last saw a signature with the certificate."""
    return signatures.last_signed_with(version.certificate.issuer, version.certificate.serial)
