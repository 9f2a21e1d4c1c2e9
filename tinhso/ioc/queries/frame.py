"""What every page stands on: the published snapshot, the catalogue it was made from, and the units."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils import translation

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Dimension, Indicator, Member
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.queries import Catalogue, Item
from tinhso.blocks.units.queries import Node
from tinhso.ioc.queries.places import PUBLISHED, Places, places
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor


@dataclass(frozen=True)
class Frame:
    """One snapshot (number 0 before the first), when it read the returns, and what goes with it."""

    number: int
    at: datetime | None
    catalogue: Catalogue
    places: Places


@dataclass(frozen=True)
class View:
    """What a reader looks at: a unit on a basis (always one on which the unit exists)."""

    unit: Node
    basis: str


def frame() -> Frame:
    """The newest snapshot with its catalogue and the units of today: two statements when all is in memory."""
    number, at = Snapshot.objects.order_by("-number").values_list("number", "at").first() or (0, None)
    if not number:
        return Frame(0, None, indicators.catalogue(), places())
    return Frame(number, at, _catalogue(number, at, clock.today(), translation.get_language()), places())


@lru_cache(maxsize=4)
def _catalogue(number: int, at: datetime, day: date, language: str | None) -> Catalogue:
    """The catalogue as it was when the snapshot was first read: definitions change with the next refresh."""
    return indicators.catalogue(day=day)


def view(at: Frame, actor: Actor, *, unit: str = "", basis: str = "") -> View | None:
    """The unit asked for (or the reader's own) on the basis asked for, or on the unit's first; None without units."""
    node = at.places.by_ref.get(unit) or at.places.default_for(actor)
    if node is None:
        return None
    offered = at.places.bases(node.ref)
    return View(node, basis if basis in offered else next(iter(offered), PUBLISHED))


def family_of(item: Item) -> tuple[str, str]:
    """The (dimension, member) of an item; empty ones for the whole."""
    return (item.dim.code, item.member.code) if item.dim is not None and item.member is not None else ("", "")


def member_of(at: Frame, indicator: Indicator, member: str) -> tuple[Dimension, Member] | None:
    """The member written ``dimension=member`` in an address; None for another text."""
    dims = {dim.code: dim for dim in at.catalogue.facts[indicator.fact].dims if dim.code in indicator.by}
    code, _, wanted = member.partition("=")
    found = (one for one in dims[code].members if one.code == wanted) if code in dims else iter(())
    one = next(found, None)
    return None if one is None else (dims[code], one)


def forget() -> None:
    """Drop what is kept in memory; for tests."""
    _catalogue.cache_clear()
