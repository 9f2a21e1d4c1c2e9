"""What others send to be signed, and by whom. No Django."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SignerPlace:
    """One who shall sign: the person's reference, how (TM., KT., TL., …; empty: in their own name), in which office."""

    holder: str
    form: str = ""
    office: str = ""


@dataclass(frozen=True)
class RequestDraft:
    """What shall be signed by ``signers``, one after the other, and then sealed and issued.

    ``key`` is the caller's own name of the asking: asked twice, there is one request. ``about`` names what it is to its
    keeper (``case:…``), who hears of it in events. ``number`` was given before; else ``notation`` names the series
    that a number is taken from (empty: none is). ``due_at`` None: as the province has it.
    """

    key: str
    about: str
    kind: str
    title: str
    content: bytes
    signers: tuple[SignerPlace, ...]
    notation: str = ""
    number: str = ""
    seal: bool = True
    due_at: datetime | None = None
