"""What happens to requests for signatures."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class AboutRequest:
    """A request for signatures by its reference; ``number`` counts its entries, ``about`` is what it is to its keeper.

    ``to`` is whom it concerns now: whose turn it is, or who drafted it.
    """

    name: ClassVar[str] = "signature_requests.AboutRequest"
    ref: str
    number: int
    about: str
    unit: str
    to: str

    @property
    def aggregate(self) -> str:
        """Events of one request arrive in order."""
        return f"request:{self.ref}"


@dataclass(frozen=True)
class TurnOpened(AboutRequest):
    """It is somebody's turn to sign."""

    name: ClassVar[str] = "signature_requests.TurnOpened"


@dataclass(frozen=True)
class RequestReturned(AboutRequest):
    """Somebody does not sign, or the clerk does not seal: it goes back to who drafted it."""

    name: ClassVar[str] = "signature_requests.RequestReturned"
    why: str = ""


@dataclass(frozen=True)
class RequestSigned(AboutRequest):
    """Everybody has signed; the clerk numbers and seals it."""

    name: ClassVar[str] = "signature_requests.RequestSigned"


@dataclass(frozen=True)
class RequestIssued(AboutRequest):
    """Signed, numbered, sealed: ``document`` is the reference of the signed document, ``sha256`` of its bytes."""

    name: ClassVar[str] = "signature_requests.RequestIssued"
    document: str = ""
    sha256: str = ""
    number_text: str = ""


@dataclass(frozen=True)
class RequestCancelled(AboutRequest):
    """Who drafted it gave it up."""

    name: ClassVar[str] = "signature_requests.RequestCancelled"
