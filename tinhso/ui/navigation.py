"""Ways to the pages of apps: each app names its own in its module ``navigation``; the menu is built of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import NoReverseMatch, reverse

from tinhso.kernel.actor import Actor


class ProductSection(StrEnum):
    """The four parts of the product."""

    PEOPLE = "people"  # what everybody may open
    WORK = "work"  # what officials do
    STEERING = "steering"  # figures, and what follows from them
    ADMINISTRATION = "administration"  # catalogues, people, operation


class NavigationGroup(StrEnum):
    """What stands together in a part of the product, in this order: at most eight entries each."""

    SERVICES = "services"
    OPENNESS = "openness"
    QUEUE = "queue"
    GOVERNMENT = "government"
    ECONOMY = "economy"
    SOCIETY = "society"
    DATA = "data"
    LEADERSHIP = "leadership"
    FIGURES = "figures"
    ACCOUNTS = "accounts"
    CATALOGUES = "catalogues"
    OPERATION = "operation"

    @property
    def section(self) -> ProductSection:
        """The part of the product that it belongs to."""
        return _SECTION_BY_GROUP[self]


_SECTION_BY_GROUP = {
    NavigationGroup.SERVICES: ProductSection.PEOPLE,
    NavigationGroup.OPENNESS: ProductSection.PEOPLE,
    NavigationGroup.QUEUE: ProductSection.WORK,
    NavigationGroup.GOVERNMENT: ProductSection.WORK,
    NavigationGroup.ECONOMY: ProductSection.WORK,
    NavigationGroup.SOCIETY: ProductSection.WORK,
    NavigationGroup.DATA: ProductSection.WORK,
    NavigationGroup.LEADERSHIP: ProductSection.STEERING,
    NavigationGroup.FIGURES: ProductSection.STEERING,
    NavigationGroup.ACCOUNTS: ProductSection.ADMINISTRATION,
    NavigationGroup.CATALOGUES: ProductSection.ADMINISTRATION,
    NavigationGroup.OPERATION: ProductSection.ADMINISTRATION,
}


@dataclass(frozen=True)
class NavigationEntry:
    """A way to a page. ``label`` is Vietnamese, translated where it is shown; without ``right`` it is everybody's.

    ``address`` is the name of an address; ``place`` where it stands in its group, the smallest first; ``description``
    says in a line what one does there; ``words`` are other Vietnamese words by which somebody may look for it;
    ``covers`` are beginnings of other addresses that belong to it (``/indicators/``). ``opens_for`` says who may open
    it where no single right does.
    """

    label: str
    address: str
    group: NavigationGroup
    place: int
    right: str | None = None
    icon: str = "circle"
    description: str = ""
    words: Sequence[str] = ()
    covers: Sequence[str] = ()
    opens_for: Callable[[Actor], bool] | None = None

    @property
    def section(self) -> ProductSection:
        """The part of the product that it belongs to."""
        return self.group.section


@dataclass(frozen=True)
class Steering:
    """What pages of things that one may steer by offer to whoever holds ``right``: a page that takes kind and ref."""

    label: str
    address: str
    right: str
    icon: str


@dataclass(frozen=True)
class Start:
    """Where whoever holds ``right`` begins after logging in; of several that fit, the one with the smallest place."""

    right: str
    address: str
    place: int


_entries: dict[str, NavigationEntry] = {}
_starts: list[Start] = []
_steering: list[Steering] = []
_pages: dict[str, str] = {}


def register_entry(entry: NavigationEntry) -> None:
    """Offer a way to a page; raises ``ValueError`` for an address that is offered already."""
    if entry.address in _entries:
        raise ValueError(f"the way to {entry.address!r} is registered twice")
    _entries[entry.address] = entry


def navigation_entries() -> list[NavigationEntry]:
    """Every way, group by group in the order of the menu."""
    order = list(NavigationGroup)
    return sorted(_entries.values(), key=lambda entry: (order.index(entry.group), entry.place))


def register_start(start: Start) -> None:
    """Let those who hold a right begin at a page of their own."""
    _starts.append(start)


def starts() -> list[Start]:
    """The pages of their own at which some begin, in the order in which they are tried."""
    return sorted(_starts, key=lambda start: start.place)


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
