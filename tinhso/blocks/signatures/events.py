"""What happens to signed documents."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class DocumentSigned:
    """A signature or seal was added: ``ref`` the document's, ``place`` its place among its signatures from 1."""

    name: ClassVar[str] = "signatures.DocumentSigned"
    ref: str
    place: int
    kind: str
    about: str
    sha256: str

    @property
    def aggregate(self) -> str:
        """The signed document."""
        return self.ref
