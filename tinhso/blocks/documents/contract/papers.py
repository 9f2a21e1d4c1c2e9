"""What of papers is accepted, how a scan is cut into papers, how copies are certified, and who may read a paper.

A paper knows neither cases nor procedures. It keeps the opaque references of what it is used in, and asks those who
know them::

    @guards_papers
    def of_cases(actor: Actor, used_in: str) -> bool: ...
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from tinhso.kernel.actor import Actor

# media type → how such a file is called in province.toml, and how its name may end
TYPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "application/pdf": ("pdf", ("pdf",)),
    "image/jpeg": ("jpeg", ("jpg", "jpeg", "jfif")),
    "image/png": ("png", ("png",)),
    "image/heic": ("heic", ("heic", "heif")),
    "image/tiff": ("tiff", ("tif", "tiff")),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx", ("docx",)),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx", ("xlsx",)),
}


@dataclass(frozen=True)
class UploadLimits:
    """What may be handed in. Sizes in bytes; ``most`` files in one place; ``pixels`` of one picture; ``unpacked`` bytes
    and ``ratio`` of what is packed in a DOCX or XLSX.
    """

    types: tuple[str, ...] = ("pdf", "jpeg", "png", "tiff", "docx", "xlsx")
    largest: int = 20_000_000
    most: int = 50
    pixels: int = 120_000_000
    unpacked: int = 200_000_000
    ratio: int = 200

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> "UploadLimits":
        """The limits that a province's ``[papers]`` says; what it leaves out keeps its usual value."""
        usual = cls()
        numbers = {
            field.name: int(said.get(field.name, getattr(usual, field.name)))
            for field in fields(cls)
            if field.type is int
        }
        return cls(types=tuple(str(name) for name in said.get("types", usual.types)), **numbers)

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media types behind the short names."""
        return tuple(media for media, (short, _endings) in TYPES.items() if short in self.types)


@dataclass(frozen=True)
class ScanPart:
    """One paper within a scan: pages ``first`` to ``last``, counted from 1, both included."""

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Certifying:
    """How a body certifies copies: ``title`` and ``text`` of the block, its ``signature`` and ``place``, the
    ``notation`` of the number; whether each copy takes a number of its own (``number_each``) or all take one.
    """

    title: str
    text: str
    notation: str
    place: str
    signature: tuple[str, ...] = ()
    number_each: bool = True


Guard = Callable[[Actor, str], bool]
_GUARDS: list[Guard] = []


def register_paper_guard(guard: Guard) -> Guard:
    """Ask ``guard(actor, used_in)`` whether somebody may read what a paper is used in; it says no to strange refs."""
    _GUARDS.append(guard)
    return guard


def may_read(actor: Actor, used_in: Iterable[str]) -> bool:
    """Whether any guard lets ``actor`` read something that is used in one of ``used_in``."""
    return actor.is_someone and any(guard(actor, ref) for ref in used_in for guard in _GUARDS)
