"""What becomes of a signature that somebody is asked for on the phone. No Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PhoneTrouble(StrEnum):
    """Why somebody's phone did not sign."""

    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    WRONG_PIN = "wrong_pin"
    PHONE_OFF = "phone_off"
    UNKNOWN_NUMBER = "unknown_number"
    NO_KEY = "no_key"
    NOT_ALLOWED = "not_allowed"
    OPERATOR = "operator"
    BAD_SIGNATURE = "bad_signature"


@dataclass(frozen=True)
class RingingPhone:
    """A phone that rings: the operator's name of the request, the code on both screens, and until when."""

    transaction: str
    code: str
    until: datetime
