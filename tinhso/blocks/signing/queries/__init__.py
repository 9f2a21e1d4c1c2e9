"""Every read of signing: the province's rules and trust, looks of signatures, documents signed here, verdicts."""

from pathlib import Path

from tinhso.blocks.signing.queries.looks import appendix_box, box_of, moment, seal_box, signer_box, style
from tinhso.blocks.signing.queries.remote import (
    application,
    certificate_status,
    credential,
    credential_of,
    credentials_of,
    may_not_enter,
)
from tinhso.blocks.signing.queries.rules import Look, Remote, Rules, anchors, rules
from tinhso.blocks.signing.queries.signed import is_latest, latest, request_done
from tinhso.blocks.signing.queries.verdicts import added_words, reason_words, report, verdict_words

APART = str(Path(__file__).with_name("apart.py"))  # a program that reads what strangers send
VERIFYING = [str(Path(__file__).with_name(name)) for name in ("verifying.py", "verifying_xml.py")]

__all__ = [
    "APART",
    "VERIFYING",
    "Look",
    "Remote",
    "Rules",
    "added_words",
    "anchors",
    "appendix_box",
    "application",
    "box_of",
    "certificate_status",
    "credential",
    "credential_of",
    "credentials_of",
    "is_latest",
    "latest",
    "may_not_enter",
    "moment",
    "reason_words",
    "report",
    "request_done",
    "rules",
    "seal_box",
    "signer_box",
    "style",
    "verdict_words",
]
