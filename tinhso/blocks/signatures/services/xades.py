"""Signing XML: an enveloped XAdES signature at the end of the root, over the whole document."""

import base64
import logging
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils.translation import gettext as _
from lxml import etree
from signxml import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import SignXMLException
from signxml.util import SigningSettings, namespaces, xades_tag
from signxml.xades import XAdESSigner

from tinhso.blocks.signatures import queries
from tinhso.blocks.signatures.contract import PadesLevel, Signer
from tinhso.blocks.signatures.services import trust_services
from tinhso.blocks.signatures.services.pades import certificate_of
from tinhso.blocks.signatures.services.validation import too_large
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

logging.getLogger("signxml").setLevel(logging.INFO)  # finer, it writes whole documents down
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
C14N = CanonicalizationMethod.CANONICAL_XML_1_0  # what readers assume of references without transforms


class _Key:
    """Our contract as the library knows private keys."""

    def __init__(self, signer: Signer, key_size: int) -> None:
        self.signer, self.key_size = signer, key_size

    def sign(self, data: bytes, *_algorithms: Any, **_more: Any) -> bytes:
        """The signature; which algorithm was settled by the certificate."""
        return self.signer.sign(data)


class _Signer(XAdESSigner):
    """Signs at a moment that is given."""

    now: datetime

    def add_signing_time(
        self, signed_signature_properties: Any, sig_root: Any, signing_settings: SigningSettings
    ) -> None:
        """Our moment, on a Vietnamese clock."""
        at = etree.SubElement(signed_signature_properties, xades_tag("SigningTime"), nsmap=self.namespaces)
        at.text = clock.local(self.now).isoformat(timespec="seconds")


def sign_xml(*, content: bytes, signer: Signer, level: PadesLevel, now: datetime) -> bytes:
    """``content`` with a signature (XAdES baseline B-B or B-T, ETSI EN 319 132-1). Touches no database.

    Refuses what is no XML, has a document type or a signature already, and certificates that may not sign.
    """
    if level not in (PadesLevel.B_B, PadesLevel.B_T):
        raise Refused("bad_level", _("Với XML chỉ có mức B-B và B-T."))
    if len(content) > queries.rules().largest:
        raise too_large()
    certificate_of(signer, now)
    root = _parse_xml(content)
    every = [
        x509.load_der_x509_certificate(certificate_bytes) for certificate_bytes in (signer.certificate, *signer.chain)
    ]
    public: Any = every[0].public_key()
    xml_signer = _Signer(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256
        if isinstance(public, rsa.RSAPublicKey)
        else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=C14N,
    )
    xml_signer.now = now
    key: Any = _Key(signer, public.key_size)
    try:
        signed = xml_signer.sign(root, key=key, cert=every, always_add_key_value=False)
    except (SignXMLException, ValueError) as problem:
        raise Refused("cannot_sign", _("Không ký được XML này: tệp hỏng hoặc viết sai chuẩn.")) from problem
    if level is PadesLevel.B_T:
        _add_timestamp(signed)
    written: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
    return written


def _parse_xml(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Refused("cannot_sign", _("Không ký được XML này: tệp hỏng hoặc viết sai chuẩn.")) from problem
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise Refused("cannot_sign", _("Không ký được XML này: tệp hỏng hoặc viết sai chuẩn."))
    if root.tag == SIGNATURE or root.find(f".//{SIGNATURE}") is not None:
        raise Refused("signed_already", _("XML này đã có chữ ký; ký thêm sẽ làm hỏng chữ ký trước."))
    return root


def _add_timestamp(signed: Any) -> None:
    """A timestamp over the signature's value (EN 319 132-1 §5.3)."""
    signature_element = signed.find(f".//{SIGNATURE}")
    value = signature_element.find("ds:SignatureValue", namespaces)
    hashed = sha256(etree.tostring(value, method="c14n")).digest()
    about = signature_element.find(".//xades:QualifyingProperties", namespaces)
    properties = etree.SubElement(about, xades_tag("UnsignedProperties"))
    stamp = etree.SubElement(
        etree.SubElement(properties, xades_tag("UnsignedSignatureProperties")), xades_tag("SignatureTimeStamp")
    )
    etree.SubElement(stamp, f"{{{namespaces['ds']}}}CanonicalizationMethod", Algorithm=C14N.value)
    token = etree.SubElement(stamp, xades_tag("EncapsulatedTimeStamp"))
    token.text = base64.b64encode(trust_services.timestamp_token(hashed, "sha256", None)).decode()
