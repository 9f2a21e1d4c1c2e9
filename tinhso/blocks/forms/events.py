"""What happens to forms. Drafts announce nothing: what people type is nobody's business until they hand it in."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FormVersionAdded:
    """A form has a new version; ``effective_from`` is an ISO day, ``procedures`` the codes that it serves."""

    name: ClassVar[str] = "forms.FormVersionAdded"
    code: str
    number: int
    effective_from: str
    procedures: tuple[str, ...] = ()

    @property
    def aggregate(self) -> str:
        """The form."""
        return self.code
