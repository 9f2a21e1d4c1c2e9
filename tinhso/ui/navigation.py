"""Ways to the pages of apps: each app names its own in its module ``navigation``; the header is built of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import NoReverseMatch, reverse


class ProductSection(StrEnum):
    """The four parts of the product."""

    PEOPLE = "people"  # what everybody may open
    WORK = "work"  # what officials do
    STEERING = "steering"  # figures, and what follows from them
    ADMINISTRATION = "administration"  # catalogues, people, operation


@dataclass(frozen=True)
class NavigationEntry:
    """A way to a page. ``label`` is Vietnamese, translated where it is shown; without ``right`` it is everybody's.

    ``address`` is the name of an address; ``place`` where it stands among all, the smallest first; ``words`` are other
    words by which somebody may look for it.
    """

    label: str
    address: str
    room: ProductSection
    place: int
    right: str | None = None
    icon: str = "circle"
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Steering:
    """What pages of things that one may steer by offer to whoever holds ``right``: a page that takes kind and ref."""

    label: str
    address: str
    right: str
    icon: str


_entries: dict[str, NavigationEntry] = {}
_steering: list[Steering] = []
_pages: dict[str, str] = {}


def register_entry(entry: NavigationEntry) -> None:
    """Offer a way to a page; raises ``ValueError`` for an address that is offered already."""
    if entry.address in _entries:
        raise ValueError(f"the way to {entry.address!r} is registered twice")
    _entries[entry.address] = entry


def navigation_entries() -> list[NavigationEntry]:
    """Every way, in the order of the header."""
    return sorted(_entries.values(), key=lambda entry: entry.place)


def register_steering(steering: Steering) -> None:
    """Offer an act on whatever one may steer by."""
    _steering.append(steering)


def register_page(of: str, address: str) -> None:
    """Say where a thing of kind ``of`` is shown: the name of an address, which takes the thing's code if it has one."""
    _pages[of] = address


def page_of(of: str, *code: str) -> str:
    """The address where the thing of kind ``of`` with ``code`` is shown; empty where no installed app shows it."""
    try:
        return reverse(_pages[of], args=code) if of in _pages else ""
    except NoReverseMatch:
        return ""


def steering_actions() -> Sequence[Steering]:
    """Acts on whatever one may steer by."""
    return tuple(_steering)
