"""What happens to official documents."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class DocumentIssued:
    """A document got its number and date; its bytes are kept from now on."""

    name: ClassVar[str] = "documents.DocumentIssued"
    ref: str
    unit: str
    number: int
    notation: str
    year: int

    @property
    def aggregate(self) -> str:
        """The document."""
        return self.ref


@dataclass(frozen=True)
class DocumentWithdrawn:
    """A document no longer holds; it stays readable, with the reason."""

    name: ClassVar[str] = "documents.DocumentWithdrawn"
    ref: str
    unit: str
    why: str

    @property
    def aggregate(self) -> str:
        """The document."""
        return self.ref


@dataclass(frozen=True)
class PaperKept:
    """A paper came into a vault, or into what it is used in; whose it is, nobody hears."""

    name: ClassVar[str] = "documents.PaperKept"
    ref: str
    kind: str
    is_result: bool
    digitised: bool

    @property
    def aggregate(self) -> str:
        """The paper."""
        return self.ref


@dataclass(frozen=True)
class PaperUsed:
    """A paper was used in something; ``reused``: it was there before."""

    name: ClassVar[str] = "documents.PaperUsed"
    ref: str
    used_in: str
    reused: bool

    @property
    def aggregate(self) -> str:
        """The paper."""
        return self.ref


@dataclass(frozen=True)
class PaperWithdrawn:
    """A paper is not to be used any more."""

    name: ClassVar[str] = "documents.PaperWithdrawn"
    ref: str
    kind: str

    @property
    def aggregate(self) -> str:
        """The paper."""
        return self.ref


@dataclass(frozen=True)
class ScanDigitised:
    """A scan was made readable, or could not be: ``state`` is ``done``, ``failed`` or ``unavailable``."""

    name: ClassVar[str] = "documents.ScanDigitised"
    ref: str
    state: str

    @property
    def aggregate(self) -> str:
        """The scan."""
        return self.ref


@dataclass(frozen=True)
class CopiesCertified:
    """Copies of a paper were certified in one go."""

    name: ClassVar[str] = "documents.CopiesCertified"
    ref: str
    unit: str
    copies: int

    @property
    def aggregate(self) -> str:
        """The certification."""
        return self.ref
