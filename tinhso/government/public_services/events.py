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
