"""What public services announce."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class CatalogueChanged:
    """Versions of procedures were added, corrected or ended at once; ``undone`` says that this took back a change.

    ``run`` is the reference of the import, empty where no file stood behind it.
    """

    name: ClassVar[str] = "public_services.CatalogueChanged"
    run: str
    new: int
    versions: int
    corrected: int
    ended: int
    by: str
    undone: bool = False

    @property
    def aggregate(self) -> str:
        """Changes of the catalogue arrive in order."""
        return "procedures"


@dataclass(frozen=True)
class PortalMessageDied:
    """A message to the national portal was given up; it holds back what follows it until somebody acts."""

    name: ClassVar[str] = "public_services.PortalMessageDied"
    dossier: str
    number: int
    kind: str
    by: str

    @property
    def aggregate(self) -> str:
        """Messages of one case arrive in order."""
        return f"portal:{self.dossier}"


@dataclass(frozen=True)
class ProactiveOffered:
    """Something was offered to somebody of itself: ``ref`` of the offer, ``rule`` its code, ``unit`` where."""

    name: ClassVar[str] = "public_services.ProactiveOffered"
    ref: str
    rule: str
    unit: str
    by: str

    @property
    def aggregate(self) -> str:
        """What happens to one offer arrives in order."""
        return f"offer:{self.ref}"


@dataclass(frozen=True)
class ProactiveMoved:
    """An offer was answered, came to a case, lapsed or was taken back: ``state`` is the one that it has since."""

    name: ClassVar[str] = "public_services.ProactiveMoved"
    ref: str
    state: str
    by: str

    @property
    def aggregate(self) -> str:
        """What happens to one offer arrives in order."""
        return f"offer:{self.ref}"


@dataclass(frozen=True)
class ForeignDossiersTaken:
    """Ministries' systems told of cases: so many were new, so many had changed."""

    name: ClassVar[str] = "public_services.ForeignDossiersTaken"
    new: int
    changed: int
    by: str

    @property
    def aggregate(self) -> str:
        """Takings arrive in order."""
        return "foreign dossiers"
