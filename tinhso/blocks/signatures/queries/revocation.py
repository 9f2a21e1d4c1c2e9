"""Where it can be asked whether certificates still hold.

Loaded by the program ``apart.py`` before ``pdf_validation.py``. Nothing of the project is imported here.
"""

import base64
from collections.abc import Iterable, Iterator

from asn1crypto import ocsp, x509

# Sub-indications of ETSI EN 319 102-1 that more revocation data or a later moment may settle
SECOND_LOOK = {
    "TRY_LATER",
    "OUT_OF_BOUNDS_NO_POE",
    "OUT_OF_BOUNDS_NOT_REVOKED",
    "REVOKED_NO_POE",
    "REVOKED_CA_NO_POE",
    "REVOCATION_OUT_OF_BOUNDS_NO_POE",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE",
}


def issuer_among(one: x509.Certificate, pool: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """Who gave a certificate, by name. Names are nearly always written alike; to compare others takes long."""
    named, candidates = one.issuer.dump(), [up for up in pool if up.dump() != one.dump()]
    same = next((up for up in candidates if up.subject.dump() == named), None)
    if same is not None or one.subject.dump() == named:
        return same
    return next((up for up in candidates if up.subject == one.issuer), None)


def revocation_addresses(one: x509.Certificate, issuer: x509.Certificate) -> Iterator[dict[str, str]]:
    """One address each for a certificate's OCSP answer (with the request to send) or else its CRL."""
    for url in one.ocsp_urls[:1]:
        yield {"kind": "ocsp", "url": url, "request": base64.b64encode(ocsp_request(one, issuer)).decode()}
    if not one.ocsp_urls:
        for point in one.crl_distribution_points[:1]:
            if point.url:
                yield {"kind": "crl", "url": point.url}


def ocsp_request(one: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """RFC 6960 for one certificate."""
    about = ocsp.CertId(
        {
            "hash_algorithm": {"algorithm": "sha1"},
            "issuer_name_hash": one.issuer.sha1,
            "issuer_key_hash": issuer.public_key.sha1,
            "serial_number": one.serial_number,
        }
    )
    request: bytes = ocsp.OCSPRequest(
        {"tbs_request": {"request_list": ocsp.Requests([ocsp.Request({"req_cert": about})])}}
    ).dump()
    return request
