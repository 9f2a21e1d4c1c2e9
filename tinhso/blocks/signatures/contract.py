"""How a key signs, what is asked of a signature, and what checking one tells. No Django."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from tinhso.kernel.actor import Actor


class PadesLevel(StrEnum):
    """Baseline levels of PAdES (ETSI EN 319 142-1): bare, with a timestamp, with proof of validity, and renewed."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    @property
    def needs_timestamp(self) -> bool:
        """Whether a timestamp service must answer."""
        return self is not PadesLevel.B_B

    @property
    def needs_proof(self) -> bool:
        """Whether OCSP answers or CRLs are put into the file."""
        return self in (PadesLevel.B_LT, PadesLevel.B_LTA)


class SignatureKind(StrEnum):
    """Whose signature it is: a person's, or an organisation's (its seal)."""

    PERSON = "person"
    SEAL = "seal"


class SigningKey(Protocol):
    """What is known of every key, wherever it lies: in a token, in a file given for one act, or elsewhere."""

    @property
    def kind(self) -> str:
        """How the key is kept: ``pkcs11``, ``pkcs12``, …"""

    @property
    def certificate(self) -> bytes:
        """The certificate of the key, DER."""

    @property
    def chain(self) -> Sequence[bytes]:
        """Certificates of its issuers, DER, the nearest first; may be empty."""


@runtime_checkable
class Signer(SigningKey, Protocol):
    """A key that signs at once.

    ``sign`` may take long and stands in no transaction; it touches no database, since libraries call it within loops of
    their own. It raises ``Refused`` when the key's keeper says no. A remote service that signs only hashes works out
    the hash of ``data`` itself.
    """

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``: RSA PKCS #1 v1.5, or ECDSA as DER."""


@runtime_checkable
class SignsMany(SigningKey, Protocol):
    """A key whose keeper lets several signatures be made at once, over exactly what is known beforehand."""

    def many(self, data: Sequence[bytes]) -> list[bytes]:
        """Signatures as :meth:`Signer.sign` gives them, in their order: all of them, or ``Refused``."""


@runtime_checkable
class SignsLater(SigningKey, Protocol):
    """A key that signs once somebody has agreed on another device; its way is asked what became of it."""

    @property
    def wait(self) -> timedelta:
        """How long somebody has to agree once they were asked."""

    def begin(self, data: bytes, *, shown: str, by: Actor, now: datetime) -> str:
        """Ask for a signature over SHA-256 of ``data``; the device shows ``shown``. Says by what to ask for it."""


@dataclass(frozen=True)
class SignatureAnswer:
    """What became of a signature that was asked for: ``code`` stands on both screens, until ``until`` somebody may
    answer, ``signature`` is empty until there is one, ``refusal`` says why there will be none (``why``: its code)."""

    code: str
    until: datetime
    signature: bytes = b""
    why: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class PageBox:
    """A place on a page, in points from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True)
class SignatureAsk:
    """What is asked of a signature. ``request`` is the caller's own name of the act: asked twice, it is done once.

    ``about`` names what is signed as its keeper knows it. ``image`` is a PNG with transparency that is only shown:
    without the key it proves nothing. ``alone`` lets an organisation seal what nobody signs by hand. ``box`` None: the
    province's usual place; ``visible`` False: nothing is drawn. ``title`` is a line drawn above the others.
    """

    request: str
    about: str
    kind: SignatureKind
    level: PadesLevel = PadesLevel.B_B
    place: str = ""
    reason: str = ""
    image: bytes = b""
    visible: bool = True
    box: PageBox | None = None
    number: str = ""
    alone: bool = False
    title: str = ""


class CheckVerdict(StrEnum):
    """What checking ends with, the best first."""

    VALID = "valid"
    VALID_BUT = "valid_but"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    NOT_SIGNED = "not_signed"


class Integrity(StrEnum):
    """What is known of the content, whoever signed it: as it was signed, altered, or it cannot be told."""

    INTACT = "intact"
    ALTERED = "altered"
    UNJUDGED = "unjudged"
    NONE = "none"  # nothing is signed


class PageChange(StrEnum):
    """How a page looks beside the signed version: different, new, or gone."""

    DIFFERENT = "different"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True)
class TrustAnchor:
    """An issuer that is trusted for signatures made from ``since`` up to and including ``until``."""

    name: str
    certificate: bytes
    since: date | None = None
    until: date | None = None
    illustrative: bool = False
    source: str = ""


@dataclass(frozen=True)
class CheckedSignature:
    """One signature of a file. ``why`` are codes of what speaks against it, ``notes`` of what a reader should know.

    ``added`` is what came into the file after it: ``nothing``, ``proofs`` (of the signatures), ``allowed`` or
    ``forbidden`` changes; ``outside`` where parts were never signed. ``form``: ``PAdES``, ``XAdES`` or ``XML-DSig``.
    ``claimed_at`` is what the signer's clock said, ``proven_at`` what a timestamp service says. ``outside`` are bytes
    behind the end of the file; ``signed_to`` is where its part of the file ends, 0 where it covers the whole.
    ``pages`` look different from what was signed (numbers from 1); None where they were not compared.
    """

    verdict: CheckVerdict
    field: str
    who: str
    organisation: str = ""
    issuer: str = ""
    serial: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    claimed_at: datetime | None = None
    proven_at: datetime | None = None
    form: str = "PAdES"
    level: str = ""
    place: str = ""
    reason: str = ""
    integrity: Integrity = Integrity.UNJUDGED
    added: str = "forbidden"
    outside: int = 0
    signed_to: int = 0
    pages: Mapping[int, PageChange] | None = None
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckReport:
    """What checking a file tells. ``why`` are codes that concern the file as a whole."""

    verdict: CheckVerdict
    sha256: str
    size: int
    checked_at: datetime
    integrity: Integrity = Integrity.UNJUDGED
    signatures: tuple[CheckedSignature, ...] = ()
    why: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WayField:
    """One thing that a way of signing asks for: ``kind`` is ``file``, ``password``, ``text``, ``tel``, ``code`` (digits
    that serve once) or ``choice`` (one of ``choices``: value and words). ``sent``: the code is sent when asked for."""

    name: str
    label: str
    kind: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    sent: bool = False


class SigningWay(Protocol):
    """A way to sign that people choose on the page of what waits for them; register it with :func:`offers_way`.

    ``person`` and ``unit`` are references: who signs, and the body whose document it is. Nothing that was given is
    kept: it lives as long as one act.
    """

    @property
    def label(self) -> str:
        """What people read, in their language."""

    def offered(self, *, person: str, unit: str, kind: SignatureKind) -> bool:
        """Whether this person can sign (or seal, by ``kind``) for the body in this way now."""

    def fields(self, *, person: str, unit: str, kind: SignatureKind) -> Sequence[WayField]:
        """What is asked for; nothing, where the keeper of the key asks by itself."""

    def open(
        self, given: Mapping[str, str | bytes], *, person: str, unit: str, kind: SignatureKind, count: int
    ) -> AbstractContextManager[SigningKey]:
        """A key for ``count`` signatures of one act, let go at its end; raises ``Refused`` where there is none.

        What kind of key it is (:class:`Signer`, :class:`SignsMany`, :class:`SignsLater`) says how it signs.
        """


@runtime_checkable
class LaterWay(SigningWay, Protocol):
    """A way whose keys sign later. It signs one document at a time: each is compared on two screens."""

    def answer(self, reference: str, *, certificate: bytes, by: Actor, now: datetime) -> SignatureAnswer:
        """What became of what :meth:`SignsLater.begin` asked for; asked again it says the same."""

    def compared_code(self, reference: str, *, by: Actor) -> SignatureAnswer | None:
        """What stands on both screens meanwhile, as it was written down: nobody is asked anything."""


WAYS: dict[str, SigningWay] = {}
PLACES: dict[str, int] = {}
KeyGuard = Callable[[bytes, str, str, SignatureKind], None]
KEY_GUARDS: list[KeyGuard] = []


def register_signing_way(name: str, *, place: int) -> Callable[[type[SigningWay]], type[SigningWay]]:
    """Let people choose the decorated class, made without arguments, as a way to sign called ``name``.

    The lowest ``place`` stands first among the ways of a page; no two ways have the same.
    """

    def register(way: type[SigningWay]) -> type[SigningWay]:
        PLACES[name] = place
        WAYS[name] = way()
        return way

    return register


def register_key_guard(guard: KeyGuard) -> KeyGuard:
    """Let ``guard(certificate, person, unit, kind)`` refuse a key before it signs: a certificate (DER) that is not the
    person's, not the body's, or not to be used any more."""
    KEY_GUARDS.append(guard)
    return guard
