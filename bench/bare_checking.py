"""What pyHanko's users write: read, judge by EN 319 102-1, look at what changed. Nothing else, and nothing of ours.

``look`` is the same for the program that judges strangers' files (``apart.py``), to compare both in processes of their
own.
"""

import asyncio
import base64
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule
from pyhanko_certvalidator.registry import SimpleTrustManager


def look(asked: dict[str, Any]) -> dict[str, Any]:
    """The verdict on one file, in the standard's word."""
    spec = policy([base64.b64decode(one["certificate"]) for one in asked["anchors"]])
    return {"state": "ok", "why": judged(Path(asked["path"]).read_bytes(), spec)}


def policy(anchors: list[bytes]) -> SignatureValidationSpec:
    """Who is trusted (DER); what is declared must be known, and nothing is fetched."""
    rule = RevocationCheckingRule.CHECK_IF_DECLARED
    roots = [x509.Certificate.load(one) for one in anchors]
    return SignatureValidationSpec(
        CertValidationPolicySpec(
            SimpleTrustManager.build(trust_roots=roots), CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule))
        ),
        RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY),
    )


def judged(content: bytes, spec: SignatureValidationSpec) -> str:
    """The first signature's indication."""
    one = PdfFileReader(BytesIO(content)).embedded_signatures[0]
    one.compute_integrity_info()
    result: Any = asyncio.run(ades.ades_lta_validation(one, PdfSignatureValidationSpec(spec)))
    return str(result.ades_subindic.name)
