"""What one asker stands at: a snapshot, its catalogue, the units, and the indicators that are for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Access, Audience, Indicator
from tinhso.blocks.indicators.queries import Catalogue, CatalogueItem
from tinhso.blocks.sdmx.queries import names
from tinhso.blocks.sdmx.queries.components import TOTAL
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.queries import UnitNode
from tinhso.kernel import clock, text
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

BETWEEN = "__"  # between fact, dimension and member in the code of a breakdown
ALL = "INDICATORS"  # the dataflow that holds every domain


@dataclass(frozen=True)
class CataloguePiece:
    """One line of the catalogue: an indicator, or one member of its family, with the codes that SDMX gives it."""

    item: CatalogueItem
    indicator: str
    breakdown: str

    @property
    def family(self) -> tuple[str, str]:
        """The (dimension, member) in a snapshot; empty ones for the whole."""
        dim, member = self.item.dim, self.item.member
        return (dim.code, member.code) if dim is not None and member is not None else ("", "")


@dataclass(frozen=True)
class Dataflow:
    """A dataflow: every indicator, or those of one domain."""

    id: str
    domain: str = ""


@dataclass(frozen=True)
class SdmxDesk:
    """``number`` 0 means that nothing has been published; ``as_of`` is the past moment that was asked for, if any."""

    number: int
    at: datetime | None
    catalogue: Catalogue
    audience: Audience
    agency: str
    language: str
    as_of: datetime | None = None

    @cached_property
    def pieces(self) -> tuple[CataloguePiece, ...]:
        """Everything that may be for the asker at some level, in the order of codes."""
        return _catalogue_pieces(self.number, self.catalogue, self.audience.access)

    @cached_property
    def flows(self) -> Mapping[str, Dataflow]:
        """The dataflows: one for all, one for each domain that has something for the asker."""
        used_domains = {piece.item.indicator.domain for piece in self.pieces}
        mine = (Dataflow(names.sdmx_id(code), code) for code in self.catalogue.domains if code in used_domains)
        return {flow.id: flow for flow in (Dataflow(ALL), *mine)}

    def pieces_of(self, flow: Dataflow) -> tuple[CataloguePiece, ...]:
        """What a dataflow holds."""
        return tuple(piece for piece in self.pieces if flow.domain in ("", piece.item.indicator.domain))

    @cached_property
    def nodes(self) -> Mapping[str, UnitNode]:
        """Every unit that ever was, by reference."""
        return {node.ref: node for node in units.all_nodes(known_at=self.as_of)}


def sdmx_desk(by: Actor, *, as_of: datetime | None = None) -> SdmxDesk:
    """The newest publication, or the one in force at ``as_of``, as ``by`` may see it; refuses one no longer kept."""
    audience = indicators.audience_of(by)
    if as_of is None:
        newest = indicators.newest_snapshot()
        number, at = (newest.number, newest.at) if newest else (0, None)
    else:
        number, at, is_available = indicators.snapshot_at(as_of) or (0, None, True)
        if not is_available:
            raise Refused("snapshot_gone", _("Số liệu như đã biết lúc đó không còn được giữ."))
    catalogue = _catalogue_of_snapshot(number, clock.today()) if number else indicators.catalogue()
    language = (translation.get_language() or "vi")[:2]
    return SdmxDesk(number, at, catalogue, audience, names.agency_id(), language, as_of)


@lru_cache(maxsize=4)
def _catalogue_of_snapshot(number: int, day: date) -> Catalogue:
    return indicators.catalogue_of(number) or indicators.catalogue(day=day)


def is_for(indicator: Indicator, access: Access) -> bool:
    """Whether figures of some level are for readers with ``access``."""
    accesses_by_key = dict(indicator.access)
    return any(
        access_level.rank <= access.rank
        for access_level in [*accesses_by_key.values(), accesses_by_key.get("", Access.INTERNAL)]
    )


_kept: dict[tuple[int, Access], tuple[Catalogue, tuple[CataloguePiece, ...]]] = {}


def _catalogue_pieces(number: int, catalogue: Catalogue, access: Access) -> tuple[CataloguePiece, ...]:
    cached = _kept.get((number, access))
    if cached is None or cached[0] is not catalogue:
        if len(_kept) > 8:
            _kept.clear()
        catalogue_pieces = tuple(
            CataloguePiece(item, names.sdmx_id(item.indicator.code), breakdown_code(item))
            for item in catalogue.items()
            if is_for(item.indicator, access)
        )
        cached = _kept[number, access] = (catalogue, catalogue_pieces)
    return cached[1]


def breakdown_code(item: CatalogueItem) -> str:
    """``_T`` for the whole, else fact, dimension and member: dimensions of two facts share codes, not meanings."""
    if item.dim is None or item.member is None:
        return TOTAL
    return BETWEEN.join(map(names.sdmx_id, (item.indicator.fact, item.dim.code, item.member.code)))


@lru_cache(maxsize=1024)
def measure_code(unit_of_measure: str) -> str:
    """The unit of measure as a code: its words without diacritics, ``%`` and the like spelled."""
    spelled = unit_of_measure
    for sign, word in (("%", " pct "), ("‰", " pml "), ("³", "3"), ("²", "2"), ("/", " per ")):
        spelled = spelled.replace(sign, word)
    return re.sub(r"[^a-z0-9]+", "_", text.fold(spelled)).strip("_").upper() or "_Z"


def clear_pieces_cache() -> None:
    """Drop what is kept in memory; for tests."""
    _kept.clear()
    _catalogue_of_snapshot.cache_clear()
