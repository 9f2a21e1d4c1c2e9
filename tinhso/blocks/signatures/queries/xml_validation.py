"""Looks at the signatures of one XML file that anybody may have sent (XML-DSig, XAdES B-B and B-T).

Loaded by the program ``apart.py`` beside ``pdf_validation.py``, in a process of its own for each file. What a signature
covers is worked out from where its references lead in the tree that a reader sees, never from what it says of itself.
"""

import asyncio
import base64
import hashlib
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asn1crypto import cms, crl, ocsp, x509
from cryptography import x509 as certificates
from lxml import etree
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.exceptions import SignXMLException
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier

if TYPE_CHECKING:
    from tinhso.blocks.signatures.queries import pdf_validation, revocation
else:
    # no package here: each file is loaded by itself
    revocation, pdf_validation = sys.modules["revocation"], sys.modules["pdf_validation"]

DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
SIGNATURE = f"{{{DS}}}Signature"
NAMES = {"ds": DS, "xades": XADES}
_UNSIGNED = (
    "ds:Object/xades:QualifyingProperties/xades:UnsignedProperties"
    "/xades:UnsignedSignatureProperties/xades:SignatureTimeStamp"
)
QUALIFYING = f"{{{XADES}}}QualifyingProperties"
ABOUT_ITSELF = (f"{{{XADES}}}SignedProperties", f"{{{DS}}}KeyInfo")
ENVELOPED = f"{DS}enveloped-signature"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
C14N = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2006/12/xml-c14n11#WithComments",
}
IDS = ("Id", "ID", "id")  # in whatever namespace: the library that checks hashes finds them all
MOST_SIGNATURES, MOST_REFERENCES, MOST_TRANSFORMS, MOST_ELEMENTS = 20, 10, 3, 200_000
METHODS = frozenset(
    method
    for method in SignatureMethod
    if method.name.startswith(("RSA_SHA", "ECDSA_SHA")) and "SHA1" not in method.name
)
DIGESTS = frozenset(digest for digest in DigestAlgorithm if "SHA1" not in digest.name)


class RejectedSignature(Exception):
    """A signature that no reader should follow: ambiguous, or of a kind that lets things be hidden."""


def look(values: dict[str, Any]) -> dict[str, Any]:
    """What a file says, in the form of :func:`pdf_validation.look`."""
    content = Path(values["path"]).read_bytes()
    try:
        return _judge_xml(content, values)
    except (MemoryError, RecursionError):
        return {"state": "too_heavy"}
    except Exception:  # a reader that stumbles over a file has said that the file is broken
        return {"state": "broken_file"}


def _judge_xml(content: bytes, values: dict[str, Any]) -> dict[str, Any]:
    if b"<!DOCTYPE" in content:
        return {"state": "doctype"}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    about = root.getroottree().docinfo
    if about.doctype or about.internalDTD is not None or about.externalDTD is not None:
        return {"state": "doctype"}
    if sum(1 for _each in root.iter()) > MOST_ELEMENTS:
        return {"state": "too_many"}
    signature_elements = list(root.iter(SIGNATURE))
    if len(signature_elements) > MOST_SIGNATURES:
        return {"state": "too_many"}
    at = datetime.fromisoformat(values["at"])
    rows = [_judge_signature(root, element, number, values, at) for number, element in enumerate(signature_elements, 1)]
    revocation_requests = [want for values in rows for want in values.pop("wanted", [])]
    return {"state": "ok", "signatures": rows, "wanted": revocation_requests[: pdf_validation.MOST_WANTED]}


def _judge_signature(root: Any, one: Any, number: int, asked: dict[str, Any], at: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"field": one.get("Id") or f"#{number}", "kind": "signature", "revision": number}
    try:
        chain = [x509.Certificate.load(base64.b64decode(each.text)) for each in _find_elements(one, _CERTIFICATES)]
        if not chain:
            return values | {"broken": True}
        signer = _signer_certificate(chain)
        values |= pdf_validation.certificate(signer) | {"changes": "NONE", "allowed": True}
        covered, covers_all = _covered_elements(root, one)
        intact = _is_intact(root, one, number, signer, covered)
        values |= {"coverage": "ENTIRE_FILE" if covers_all else "PART", "intact": intact}
        values |= _claimed_time(one, covered)
        values |= _judge_certificate(one, signer, chain, asked, at)
    except RejectedSignature as problem:
        return values | _rejected_signature(str(problem))
    except MemoryError:
        raise
    except Exception as problem:
        return values | {
            "broken" if values.get("intact") is False else "unjudged": True,
            "problem": type(problem).__name__,
        }
    return values


_CERTIFICATES = "ds:KeyInfo/ds:X509Data/ds:X509Certificate"


def _rejected_signature(why: str) -> dict[str, Any]:
    return {
        "intact": True,
        "coverage": "ENTIRE_FILE",
        "changes": "OTHER" if why == "moved" else "NONE",
        "allowed": True,
        "status": "FAILED",
        "why": "FORMAT_FAILURE",
        "anchor": "",
        "then_only": False,
        "level": "",
    }


def _find_elements(one: Any, path: str) -> list[Any]:
    elements: list[Any] = one.findall(path, NAMES)
    return elements


def _signer_certificate(chain: list[x509.Certificate]) -> x509.Certificate:
    """The one that issued none of the others."""
    issuers = {certificate.issuer.dump() for certificate in chain if certificate.issuer != certificate.subject}
    return next((certificate for certificate in chain if certificate.subject.dump() not in issuers), chain[0])


def _covered_elements(root: Any, one: Any) -> tuple[list[Any], bool]:
    """The elements that a signature's references lead to, and whether they are all that a reader sees."""
    ids = Counter(value for each in root.iter(etree.Element) for value in _element_ids(each))
    references = _find_elements(one, "ds:SignedInfo/ds:Reference")
    if not 1 <= len(references) <= MOST_REFERENCES or len(_find_elements(one, "ds:SignedInfo")) != 1:
        raise RejectedSignature("references")
    targets = [_reference_target(root, each, ids) for each in references]
    data = [each for each in targets if each.tag not in ABOUT_ITSELF]
    if not data:
        raise RejectedSignature("signs nothing")
    if any(each is not root and _has_double(root, each) for each in data):
        raise RejectedSignature("moved")
    return targets, _is_all(root, data) and not _has_unsigned_content(one, data)


def _reference_target(root: Any, reference: Any, ids: Counter[str]) -> Any:
    transforms = [each.get("Algorithm") for each in _find_elements(reference, "ds:Transforms/ds:Transform")]
    if len(transforms) > MOST_TRANSFORMS or not set(transforms) <= {ENVELOPED, *C14N}:
        raise RejectedSignature("transforms")
    uri = reference.get("URI")
    if uri == "":
        return root
    if uri is None or not uri.startswith("#") or uri.startswith("#xpointer") or ids[uri[1:]] != 1:
        raise RejectedSignature("reference")
    return next(each for each in root.iter(etree.Element) if uri[1:] in _element_ids(each))


def _element_ids(one: Any) -> list[str]:
    return [value for name, value in one.attrib.items() if etree.QName(name).localname in IDS]


def _is_inside(one: Any, other: Any) -> bool:
    return one is other or any(each is other for each in one.iterancestors())


def _has_double(root: Any, signed: Any) -> bool:
    """Whether what was signed has a double outside of it: one is shown, the other was signed."""
    return any(each.tag == signed.tag and not _is_inside(each, signed) for each in root.iter(signed.tag))


def _is_all(root: Any, data: list[Any]) -> bool:
    """Whether nothing is said outside of what is signed, but in signatures and by elements that only hold others."""
    if any(each is root for each in data):
        return True
    for each in root.iter(etree.Element):
        if any(_is_inside(each, signed_element) for signed_element in data) or _in_a_signature(each):
            continue
        text = (each.text or "") + "".join(child.tail or "" for child in each)
        leads = any(True for below in each.iter() if below is not each and (below in data or below.tag == SIGNATURE))
        if text.strip() or each.attrib or not leads:
            return False
    return True


def _has_unsigned_content(one: Any, data: list[Any]) -> bool:
    """Whether a signature itself carries something that it does not sign."""
    signed = [each for each in data if _is_inside(each, one)]
    carried = [below for each in _find_elements(one, "ds:Object") for below in each.iterchildren(etree.Element)]
    return any(each.tag != QUALIFYING and not any(_is_inside(each, inside) for inside in signed) for each in carried)


def _in_a_signature(one: Any) -> bool:
    return one.tag == SIGNATURE or any(each.tag == SIGNATURE for each in one.iterancestors())


class _ThisOne:
    """Has the library look at one of several signatures."""

    number = 0

    def _get_signature(self, root: Any) -> Any:
        return list(root.iter(SIGNATURE))[self.number]


class _Plain(_ThisOne, XMLVerifier):
    pass


class _Advanced(_ThisOne, XAdESVerifier):
    pass


def _is_intact(root: Any, one: Any, number: int, signer: x509.Certificate, covered: list[Any]) -> bool:
    """Whether hashes and signature hold, with the certificate that is judged and no other key."""
    key = certificates.load_der_x509_certificate(signer.dump())
    config: dict[str, Any] = {
        "expect_references": len(covered),
        "signature_methods": METHODS,
        "digest_algorithms": DIGESTS,
        "default_reference_c14n_method": CanonicalizationMethod.CANONICAL_XML_1_0,  # XML-DSig §4.4.3.2
        "verification_time": key.not_valid_after_utc,  # whether it held is judged apart
    }
    verifier = _Advanced() if _signed_properties(one) else _Plain()
    verifier.number = number - 1
    expected_config = (
        XAdESSignatureConfiguration(**config) if _signed_properties(one) else SignatureConfiguration(**config)
    )
    try:
        verifier.verify(etree.tostring(root), x509_cert=key, expect_config=expected_config, validate_schema=False)
    except (SignXMLException, ValueError, KeyError):
        return False
    return True


def _signed_properties(one: Any) -> list[Any]:
    return _find_elements(one, "ds:Object/xades:QualifyingProperties/xades:SignedProperties")


def _claimed_time(one: Any, covered: list[Any]) -> dict[str, Any]:
    """What the signer says of the time, where that is signed, too."""
    signed = [each for each in _signed_properties(one) if any(each is covered_element for covered_element in covered)]
    time = _find_elements(signed[0], "xades:SignedSignatureProperties/xades:SigningTime") if len(signed) == 1 else []
    claimed = datetime.fromisoformat(time[0].text.strip()) if time else None
    return {"claimed_at": claimed.isoformat() if claimed is not None and claimed.tzinfo else None}


def _judge_certificate(
    one: Any, signer: x509.Certificate, chain: list[x509.Certificate], values: dict[str, Any], at: datetime
) -> dict[str, Any]:
    """Whether the certificate holds: now, or at the moment that a timestamp proves."""
    proven = _proven_moment(one, values, at)
    why, anchor = _certificate_status(signer, chain, values, at)
    then_only = False
    if proven is not None and why in ("OUT_OF_BOUNDS_NO_POE", "REVOKED_NO_POE"):
        before, then = _certificate_status(signer, chain, values, proven)
        then_only = before == "OK"
        why, anchor = (before, then) if then_only else (why, anchor)
    failed = why == "CHAIN_CONSTRAINTS_FAILURE"
    stamped = bool(_find_elements(one, f"{_UNSIGNED}/xades:EncapsulatedTimeStamp"))
    certificate_facts = {
        "status": "PASSED" if why == "OK" else "FAILED" if failed else "INDETERMINATE",
        "why": why,
        "anchor": anchor,
        "then_only": then_only,
        "proven_at": proven.isoformat() if proven else None,
        "form": "XAdES" if _signed_properties(one) else "XML-DSig",
        "level": "" if not _signed_properties(one) else "B-T" if stamped else "B-B",
    }
    if why == "OK" and (proven or not stamped):
        return certificate_facts
    return certificate_facts | {"wanted": list(_wanted_revocation([*chain, *_stamper_certificates(one)], values))}


def _validation_context(chain: list[x509.Certificate], values: dict[str, Any], at: datetime) -> ValidationContext:
    known_revocation, rule = values.get("known", {}), RevocationCheckingRule.CHECK_IF_DECLARED
    return ValidationContext(
        trust_roots=[pdf_validation.anchor(anchor_values) for anchor_values in values["anchors"]],
        other_certs=chain,
        ocsps=[ocsp.OCSPResponse.load(base64.b64decode(ocsp_text)) for ocsp_text in known_revocation.get("ocsp", [])],
        crls=[crl.CertificateList.load(base64.b64decode(crl_text)) for crl_text in known_revocation.get("crl", [])],
        moment=at,
        best_signature_time=at,
        retroactive_revinfo=True,  # what is known now of a moment before counts for it
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)),
    )


def _certificate_status(
    signer: x509.Certificate, chain: list[x509.Certificate], values: dict[str, Any], at: datetime
) -> tuple[str, str]:
    usage = signer.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        return "CHAIN_CONSTRAINTS_FAILURE", ""
    validator = CertificateValidator(signer, chain, validation_context=_validation_context(chain, values, at))
    try:
        path = asyncio.run(validator.async_validate_path())
    except PathBuildingError:
        return "NO_CERTIFICATE_CHAIN_FOUND", ""
    except RevokedError:
        return "REVOKED_NO_POE", ""
    except (ExpiredError, NotYetValidError):
        return "OUT_OF_BOUNDS_NO_POE", ""
    except InsufficientRevinfoError:
        return "TRY_LATER", ""
    except PathValidationError:
        return "CHAIN_CONSTRAINTS_FAILURE", ""
    root: Any = path.trust_anchor.authority
    return "OK", root.certificate.sha256.hex()


def _wanted_revocation(chain: list[x509.Certificate], values: dict[str, Any]) -> Any:
    pool = [
        *chain,
        *(x509.Certificate.load(base64.b64decode(anchor_values["certificate"])) for anchor_values in values["anchors"]),
    ]
    for certificate in chain:
        issuer = next((up for up in pool if up.subject == certificate.issuer and up != certificate), None)
        if issuer is not None:
            yield from revocation.revocation_addresses(certificate, issuer)


def _timestamp_token(element: Any) -> cms.SignedData:
    return cms.ContentInfo.load(base64.b64decode(element.text))["content"]


def _stamper_certificates(one: Any) -> list[x509.Certificate]:
    every = [_timestamp_token(each) for each in _find_elements(one, f"{_UNSIGNED}/xades:EncapsulatedTimeStamp")[:1]]
    return [each.chosen for token in every for each in token["certificates"] or [] if each.name == "certificate"]


def _proven_moment(one: Any, values: dict[str, Any], at: datetime) -> datetime | None:
    """The moment of a timestamp over the signature's value, when it and its service are trusted."""
    tokens = _find_elements(one, f"{_UNSIGNED}/xades:EncapsulatedTimeStamp")
    value = _find_elements(one, "ds:SignatureValue")
    if not tokens or len(value) != 1:
        return None
    token = _timestamp_token(tokens[0])
    named = _find_elements(one, f"{_UNSIGNED}/ds:CanonicalizationMethod")
    algorithm = named[0].get("Algorithm") if named else INCLUSIVE
    if algorithm not in C14N:
        return None
    stamped = etree.tostring(value[0], method="c14n", exclusive="exc-c14n" in algorithm)
    validation_context = _validation_context(_stamper_certificates(one), values, at)
    try:
        status_values = asyncio.run(
            validate_tst_signed_data(token, validation_context, lambda name: hashlib.new(name, stamped).digest())
        )
    except (PathError, SignatureValidationError):
        return None
    status = TimestampSignatureStatus(**status_values)
    return status.timestamp if status.intact and status.valid and status.trusted else None
