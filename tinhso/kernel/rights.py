"""Rights: what a post lets somebody do. Each app registers its own in its module ``rights``; nobody lists them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Right:
    """One right.

    ``label`` is what people read. ``is_grave``: whoever holds it needs a second factor, unless the installation says
    otherwise. ``for_programs``: a program's token may carry it. ``for_posts``: a role may give it; the others belong
    to the system's own programs.
    """

    name: str
    label: Any
    is_grave: bool = False
    for_programs: bool = True
    for_posts: bool = True


_registered: dict[str, Right] = {}


def register_right(
    name: str, label: Any, *, is_grave: bool = False, for_programs: bool = True, for_posts: bool = True
) -> str:
    """Make a right known; returns its name, which is what actors are asked for.

    Raises ``ValueError`` when the name is registered already.
    """
    if name in _registered:
        raise ValueError(f"the right {name!r} is registered twice")
    _registered[name] = Right(name, label, is_grave, for_programs, for_posts)
    return name


def registered_rights() -> Iterator[Right]:
    """Every right, app by app."""
    yield from _registered.values()


def labels_of_rights() -> Mapping[str, Any]:
    """The rights that a role may give, with their labels, app by app."""
    return {right.name: right.label for right in _registered.values() if right.for_posts}


def grave_rights() -> frozenset[str]:
    """Rights whose holders need a second factor."""
    return frozenset(right.name for right in _registered.values() if right.is_grave)


def rights_never_of_programs() -> frozenset[str]:
    """Rights that no program's token carries: they need somebody with a second factor, each time."""
    return frozenset(right.name for right in _registered.values() if not right.for_programs)
