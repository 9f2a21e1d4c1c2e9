"""What apps add to the front page: figures of the day, notices, a map. Each part is drawn only when there is something
to show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FrontPart:
    """A part of the front page, the smallest ``place`` first.

    ``template`` is included with what ``read_values`` gives as ``part``; None leaves the part out. It is asked at every
    view, by anybody: it is public and costs at most two statements.
    """

    template: str
    place: int
    read_values: Callable[[], Mapping[str, Any] | None]


_parts: list[FrontPart] = []


def register_front_part(part: FrontPart) -> None:
    """Add a part to the front page."""
    _parts.append(part)


def front_parts() -> list[tuple[str, Mapping[str, Any]]]:
    """Template and values of each part that has something to show, in their order."""
    read_parts = [(part.template, part.read_values()) for part in sorted(_parts, key=lambda part: part.place)]
    return [(template, values) for template, values in read_parts if values is not None]
