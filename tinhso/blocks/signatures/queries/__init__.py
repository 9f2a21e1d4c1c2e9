"""Every read of signatures: the province's rules and trust, how they look, documents signed here, verdicts."""

from pathlib import Path

from tinhso.blocks.signatures.queries.appearance import (
    appendix_box,
    box_of,
    moment_text,
    seal_box,
    signer_box,
    stamp_style,
    turn_box,
)
from tinhso.blocks.signatures.queries.page_images import changed_pages, last_page, page_count, page_png
from tinhso.blocks.signatures.queries.reports import report_view
from tinhso.blocks.signatures.queries.rules import (
    ILLUSTRATIVE,
    SigningRules,
    StampLook,
    illustrative_authority,
    rules,
    trust_anchors,
)
from tinhso.blocks.signatures.queries.signed_documents import (
    is_latest,
    last_signed_with,
    latest_signature,
    newest_bytes,
    request_done,
    stamps_due,
    without_stamps,
)
from tinhso.blocks.signatures.queries.verdicts import added_words, check_report, page_words, reason_words, verdict_words

# each may use those before it
_MODULES = (
    "raw_signatures.py",
    "references.py",
    "revocation.py",
    "pdf_validation.py",
    "xml_validation.py",
)
VALIDATION_PROGRAM = [str(Path(__file__).with_name(name)) for name in _MODULES]

__all__ = [
    "ILLUSTRATIVE",
    "StampLook",
    "SigningRules",
    "VALIDATION_PROGRAM",
    "added_words",
    "trust_anchors",
    "appendix_box",
    "box_of",
    "changed_pages",
    "illustrative_authority",
    "is_latest",
    "last_page",
    "last_signed_with",
    "latest_signature",
    "moment_text",
    "newest_bytes",
    "page_count",
    "page_png",
    "page_words",
    "reason_words",
    "check_report",
    "report_view",
    "request_done",
    "rules",
    "seal_box",
    "signer_box",
    "stamps_due",
    "stamp_style",
    "turn_box",
    "verdict_words",
    "without_stamps",
]
