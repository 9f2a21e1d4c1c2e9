"""What certificates and requests may be, and which state may follow which. No Django."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """Whose certificate it is: an organisation's, an official's, one on a SIM, or a service's (server, SSL)."""

    ORGANISATION = "organisation"
    PERSONAL = "personal"
    SIM = "sim"
    SERVICE = "service"


class State(StrEnum):
    """What the register says of a certificate. That it has expired is reckoned from its last day, never stored."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Device(StrEnum):
    """Where the key lies."""

    USB = "usb"
    HSM = "hsm"
    SIM = "sim"
    NONE = "none"


class Ask(StrEnum):
    """What a request asks for: the five steps in the life of a certificate (Nghị định 68/2024/NĐ-CP)."""

    ISSUE = "issue"
    RENEW = "renew"
    CHANGE = "change"
    RECOVER = "recover"
    REVOKE = "revoke"


class Step(StrEnum):
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
TRANSITIONS: Mapping[Step, frozenset[Step]] = {
    Step.DRAFT: frozenset({Step.SUBMITTED, Step.WITHDRAWN}),
    Step.SUBMITTED: frozenset({Step.APPROVED, Step.DRAFT, Step.REFUSED, Step.WITHDRAWN}),
    Step.APPROVED: frozenset({Step.ACCEPTED, Step.DRAFT, Step.REFUSED}),
    Step.ACCEPTED: frozenset({Step.SENT, Step.REFUSED}),
    Step.SENT: frozenset({Step.ANSWERED, Step.REFUSED}),
    Step.ANSWERED: frozenset({Step.HANDED, Step.SENT}),
    Step.REFUSED: frozenset({Step.SENT}),
    Step.HANDED: frozenset(),
    Step.WITHDRAWN: frozenset(),
}
OPEN = (Step.DRAFT, Step.SUBMITTED, Step.APPROVED, Step.ACCEPTED, Step.SENT)
