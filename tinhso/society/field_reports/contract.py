"""What a field report may go through, and the one shape in which every channel hands one in.

A channel (a page, the hotline, a messenger, Open311) fills in a :class:`Draft` and gives it to ``services.take``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Status(IntEnum):
    """Where a report stands. 1 to 9 are what people are shown; 0, 10 and 11 come before and beside."""

    UNCONFIRMED = 0
    RECEIVED = 1
    CLASSIFYING = 2
    TRANSFERRED = 3
    IN_PROGRESS = 4
    RESOLVED = 5
    AWAITING = 6
    CLOSED = 7
    DECLINED = 8
    ESCALATED = 9
    MERGED = 10
    EXPIRED = 11


_S = Status
TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    _S.UNCONFIRMED: frozenset({_S.RECEIVED, _S.EXPIRED}),
    _S.RECEIVED: frozenset({_S.CLASSIFYING, _S.TRANSFERRED, _S.IN_PROGRESS, _S.DECLINED, _S.ESCALATED, _S.MERGED}),
    _S.CLASSIFYING: frozenset({_S.TRANSFERRED, _S.IN_PROGRESS, _S.DECLINED, _S.ESCALATED, _S.MERGED}),
    _S.TRANSFERRED: frozenset({_S.CLASSIFYING, _S.IN_PROGRESS, _S.DECLINED, _S.ESCALATED, _S.MERGED}),
    _S.IN_PROGRESS: frozenset({_S.TRANSFERRED, _S.RESOLVED, _S.DECLINED, _S.ESCALATED, _S.MERGED}),
    _S.RESOLVED: frozenset({_S.IN_PROGRESS, _S.AWAITING}),
    _S.AWAITING: frozenset({_S.IN_PROGRESS, _S.CLOSED}),
    _S.CLOSED: frozenset({_S.IN_PROGRESS}),
    _S.DECLINED: frozenset({_S.CLASSIFYING}),
    _S.ESCALATED: frozenset({_S.CLASSIFYING, _S.TRANSFERRED, _S.IN_PROGRESS, _S.DECLINED, _S.MERGED}),
    _S.MERGED: frozenset({_S.CLASSIFYING}),
    _S.EXPIRED: frozenset(),
}
TO_DO = frozenset({_S.RECEIVED, _S.CLASSIFYING, _S.TRANSFERRED, _S.IN_PROGRESS, _S.ESCALATED})  # the clock runs
OPEN = TO_DO | {_S.RESOLVED, _S.AWAITING}
SHOWN = frozenset(range(1, 10))  # what the public may be shown, once somebody has looked at it
ENDED = frozenset({_S.CLOSED, _S.DECLINED, _S.MERGED, _S.EXPIRED})


class Priority(IntEnum):
    """How soon: 1 before all else."""

    DANGER = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


class Channel(StrEnum):
    """How a report came in."""

    WEB = "web"
    APP = "app"
    HOTLINE = "hotline"
    COUNTER = "counter"
    ZALO = "zalo"
    FACEBOOK = "facebook"
    SMS = "sms"
    MAIL = "mail"
    OPEN311 = "open311"


# Whoever writes here is known to the channel already, or a clerk has spoken with them: no code is asked for
TRUSTED = frozenset(Channel) - {Channel.WEB, Channel.APP, Channel.OPEN311}


# Chats by the name that the channels' block has for each, and back
CHATS: Mapping[str, Channel] = {"zalo": Channel.ZALO, "messenger": Channel.FACEBOOK, "email": Channel.MAIL}
PLATFORMS: Mapping[str, str] = {str(channel): name for name, channel in CHATS.items()}


class ReportKind(StrEnum):
    """What somebody at the desk found a report to be. Only the first is handled here; others have laws of their own."""

    FIELD = "field"
    REGULATION = "regulation"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"


@dataclass(frozen=True)
class Attached:
    """A stored file (by the hash of its bytes) that comes with a report. ``kind``: photo or voice."""

    sha256: str
    kind: str = "photo"
    name: str = ""


@dataclass(frozen=True)
class ReportDraft:
    """What somebody tells, by whichever channel.

    ``request`` names this one telling: sent again, it is the same report. ``sender`` is who the channel says writes,
    and ``contact`` a phone number or e-mail address. ``commune`` (a unit's reference) stands in for a place without
    coordinates. ``sent_at``: when it was told, which may be before it reached us.
    """

    request: str
    channel: str
    text: str
    category: str = ""
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    commune: str = ""
    sender: str = ""
    sender_name: str = ""
    contact: str = ""
    attachments: tuple[Attached, ...] = ()
    sent_at: datetime | None = None
    language: str = "vi"
