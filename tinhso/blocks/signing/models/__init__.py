"""Tables of signing: documents with their signatures, requests on their way from draft to issue, keys afar."""

from tinhso.blocks.signing.models.later import PendingSignature
from tinhso.blocks.signing.models.remote import Access, Application, Authorisation, Credential, PhoneSignature, SentCode
from tinhso.blocks.signing.models.requests import Entry, Request, StandIn, Turn, Version
from tinhso.blocks.signing.models.signed import ArchiveStamp, Signature, SignedDocument

__all__ = [
    "Access",
    "Application",
    "ArchiveStamp",
    "Authorisation",
    "Credential",
    "Entry",
    "PendingSignature",
    "PhoneSignature",
    "Request",
    "SentCode",
    "Signature",
    "SignedDocument",
    "StandIn",
    "Turn",
    "Version",
]
