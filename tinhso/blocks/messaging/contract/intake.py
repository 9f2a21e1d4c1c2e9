"""How a domain takes what people report in conversations: it calls ``register_intake`` in ``AppConfig.ready``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True)
class TalkChoice:
    """Something to choose: ``code`` for programs, ``name`` for people."""

    code: str
    name: str


@dataclass(frozen=True)
class KnownReport:
    """A report that is there already, ``metres`` away; ``address`` is the page (a path or an address) that shows it."""

    ref: str
    title: str
    status: str
    metres: int
    address: str


@dataclass(frozen=True)
class IntakePicture:
    """A picture that was inspected and lies in messaging's own store of received files, under its hash.

    ``kind`` is its media type. Read it with ``messaging.queries.received_file(sha256)``, which has ``chunks()`` as an
    uploaded file does; it is let go some time after the conversation ended, so copy what is to stay.
    """

    sha256: str
    kind: str
    name: str


@dataclass(frozen=True)
class TalkDraft:
    """What one person told in one conversation.

    ``request`` is the same however often the draft is handed over. ``channel`` is ``zalo``, ``messenger`` or
    ``email``; ``sender`` the person's number there or e-mail address; ``contact`` another e-mail address they gave.
    ``longitude`` and ``latitude`` are WGS 84 degrees. ``category`` is empty where nobody chose one. ``sent_at`` is
    when the person confirmed, by the platform's clock.
    """

    request: str
    channel: str
    sender: str
    sender_name: str
    contact: str
    text: str
    longitude: float | None
    latitude: float | None
    address: str
    category: str
    attachments: tuple[IntakePicture, ...]
    sent_at: datetime


@dataclass(frozen=True)
class IntakeResult:
    """What became of a draft: its reference, the page that shows it, and what to say to the person.

    ``address`` holds no key: it is kept, and shown to those who look after channels. ``secret`` names the page that
    only the person is sent instead (:func:`named`); its fill is that page's path.
    """

    ref: str
    address: str
    said: str
    secret: str = ""


class Intake(Protocol):
    """Takes drafts. Each function may be called again with the same arguments and stands in no transaction."""

    def categories(self, *, day: date) -> Sequence[TalkChoice]:
        """What a report may be about."""
        ...

    def suggest(self, *, text: str, day: date) -> Sequence[TalkChoice]:
        """What a report with this text is about, best first."""
        ...

    def nearby(
        self, *, longitude: float, latitude: float, category: str, text: str, now: datetime
    ) -> Sequence[KnownReport]:
        """Similar reports near a place, best first."""
        ...

    def take(self, draft: TalkDraft, *, now: datetime) -> IntakeResult:
        """Take a draft; the same request twice returns the same. Raises ``Refused``."""
        ...

    def follow(self, ref: str, *, channel: str, sender: str, now: datetime) -> IntakeResult:
        """Let somebody hear what becomes of a report that is there already. Raises ``Refused``."""
        ...

    def status(self, ref: str, *, channel: str, sender: str, now: datetime) -> str:
        """One sentence on how a report stands. Raises ``Refused``."""
        ...


INTAKES: dict[str, Intake] = {}


def register_intake(name: str, intake: Intake) -> None:
    """Let ``intake`` take what people tell in conversations."""
    INTAKES[name] = intake
