"""What an application for support may go through, and the one shape in which every way in hands one over.

A page, the desk, a team in the field or an operator's list fills in a :class:`Draft` and gives it to ``services.take``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ApplicationState(StrEnum):
    """Where an application stands."""

    UNCONFIRMED = "unconfirmed"
    SUBMITTED = "submitted"
    PAPER = "paper"
    APPROVED = "approved"
    DELIVERED = "delivered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_S = ApplicationState
# the database knows the same moves (migration 0002); delivered → withdrawn is the undoing of an operator's list
TRANSITIONS: Mapping[ApplicationState, frozenset[ApplicationState]] = {
    _S.UNCONFIRMED: frozenset({_S.SUBMITTED, _S.EXPIRED}),
    _S.SUBMITTED: frozenset({_S.PAPER, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN}),
    _S.PAPER: frozenset({_S.SUBMITTED, _S.APPROVED, _S.REFUSED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset({_S.DELIVERED, _S.REFUSED, _S.WITHDRAWN}),
    _S.DELIVERED: frozenset({_S.WITHDRAWN}),
    _S.REFUSED: frozenset({_S.SUBMITTED}),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset(),
}
TO_DECIDE = frozenset({_S.SUBMITTED, _S.PAPER})  # the clock runs
OPEN = TO_DECIDE | {_S.APPROVED}
HOLDS = OPEN | {_S.DELIVERED}  # nobody else may claim with the same numbers
DRAWS = frozenset({_S.APPROVED, _S.DELIVERED})  # a piece of the quota is taken


class Channel(StrEnum):
    """How an application came in."""

    WEB = "web"
    DESK = "desk"
    TEAM = "team"
    LIST = "list"


class HouseholdKind(StrEnum):
    """What a household is by the commune's list; empty: nobody has said."""

    POOR = "poor"
    NEAR_POOR = "near_poor"
    MERIT = "merit"
    OTHER = "other"


class EligibilityOutcome(StrEnum):
    """What a rule says of somebody: yes, no, or yes once a paper (or the thing itself) was looked at."""

    YES = "yes"
    NO = "no"
    PAPER = "paper"


@dataclass(frozen=True)
class RuleAnswer:
    """One rule's answer, with the reason in words for people."""

    rule: str
    outcome: EligibilityOutcome
    why: str


@dataclass(frozen=True)
class EligibilityFacts:
    """What rules are asked about: ``born`` is a year, ``commune`` a unit's key; 0 or an empty text: unknown."""

    born: int = 0
    household: str = ""
    commune: int = 0
    imei: str = ""


@dataclass(frozen=True)
class ApplicationDraft:
    """What somebody asks for, by whichever way in.

    ``request`` names this one asking: sent again, it is the same application. ``number`` is the identity number (12
    digits), ``imei`` that of the handset that is given away, ``commune`` a unit's reference.
    """

    request: str
    channel: str
    name: str
    number: str
    phone: str
    commune: str
    born: int = 0
    gender: str = ""
    household: str = ""
    imei: str = ""
    language: str = "vi"
