"""What certificates and requests may be, and which state may follow which. No Django."""

from collections.abc import Mapping
from enum import StrEnum


class CertificateKind(StrEnum):
    """Whose certificate it is: an organisation's, an official's, one on a SIM, or a service's (server, SSL)."""

    ORGANISATION = "organisation"
    PERSONAL = "personal"
    SIM = "sim"
    SERVICE = "service"


class CertificateState(StrEnum):
    """What the register says of a certificate. That it has expired is reckoned from its last day, never stored."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class KeyDevice(StrEnum):
    """Where the key lies."""

    USB = "usb"
    HSM = "hsm"
    SIM = "sim"
    NONE = "none"


class RequestPurpose(StrEnum):
    """What a request asks for: the five steps in the life of a certificate (Nghị định 68/2024/NĐ-CP)."""

    ISSUE = "issue"
    RENEW = "renew"
    CHANGE = "change"
    RECOVER = "recover"
    REVOKE = "revoke"


class RequestStep(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ACCEPTED = "accepted"
    SENT = "sent"
    ANSWERED = "answered"
    HANDED = "handed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# The database keeps the same table (migration 0002). From "sent" a request leaves with the cipher agency's answer only;
# the way back to "sent" is that of an answer that was taken back.
TRANSITIONS: Mapping[RequestStep, frozenset[RequestStep]] = {
    RequestStep.DRAFT: frozenset({RequestStep.SUBMITTED, RequestStep.WITHDRAWN}),
    RequestStep.SUBMITTED: frozenset(
        {RequestStep.APPROVED, RequestStep.DRAFT, RequestStep.REFUSED, RequestStep.WITHDRAWN}
    ),
    RequestStep.APPROVED: frozenset({RequestStep.ACCEPTED, RequestStep.DRAFT, RequestStep.REFUSED}),
    RequestStep.ACCEPTED: frozenset({RequestStep.SENT, RequestStep.REFUSED}),
    RequestStep.SENT: frozenset({RequestStep.ANSWERED, RequestStep.REFUSED}),
    RequestStep.ANSWERED: frozenset({RequestStep.HANDED, RequestStep.SENT}),
    RequestStep.REFUSED: frozenset({RequestStep.SENT}),
    RequestStep.HANDED: frozenset(),
    RequestStep.WITHDRAWN: frozenset(),
}
OPEN = (RequestStep.DRAFT, RequestStep.SUBMITTED, RequestStep.APPROVED, RequestStep.ACCEPTED, RequestStep.SENT)
