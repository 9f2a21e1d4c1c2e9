"""Who is told what: figures that are not for a reader, and counts so small that they point at persons, are withheld.

Withheld is said, never hidden: the reading stays, with its completeness and status, but without its parts. Principle of
statistical confidentiality: Luật Thống kê 89/2015/QH13.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from tinhso.blocks.indicators.contract import Access, Audience, Indicator
from tinhso.blocks.indicators.queries.cells import Reading, newest_number, reader_of
from tinhso.blocks.indicators.queries.protection import clear_protection_cache as _forget_protection
from tinhso.blocks.indicators.queries.protection import find_withheld, is_protected
from tinhso.blocks.indicators.queries.published import catalogue_of
from tinhso.blocks.indicators.rights import SEE_RESTRICTED_INDICATORS
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel.actor import Actor

NOT_FOR_READER, SMALL = "restricted", "small"


def audience_of(actor: Actor) -> Audience:
    """What ``actor`` may be told: public figures, those of people who work here, restricted ones where posts say."""
    if SEE_RESTRICTED_INDICATORS in actor.everywhere:
        return Audience(Access.RESTRICTED, None)
    reached = actor.places(SEE_RESTRICTED_INDICATORS)
    if reached:
        return Audience(Access.RESTRICTED, _refs_of_units(reached))
    return Audience(Access.INTERNAL) if actor.can(SEE_INDICATORS) else Audience()


@lru_cache(maxsize=64)
def _refs_of_units(keys: frozenset[int]) -> frozenset[str]:
    return frozenset(node.ref for node in units.all_nodes() if node.pk in keys)


def release_readings(readings: Iterable[Reading], to: Audience) -> tuple[Reading, ...]:
    """The readings as ``to`` may see them."""
    return tuple(_released_reading(reading, to) for reading in readings)


def _released_reading(reading: Reading, to: Audience) -> Reading:
    if to.sees_restricted(reading.unit):
        return reading
    if not to.may_see(reading.indicator.access_at(units.level_name(reading.unit)), reading.unit):
        return replace(reading, count=None, out_of=None, hidden=NOT_FOR_READER)
    if protects_from(reading.indicator, to) and is_protected(reading):
        return replace(reading, count=None, out_of=None, hidden=SMALL)
    return reading


def protects_from(indicator: Indicator, to: Audience) -> bool:
    """Whether small counts of ``indicator`` are withheld from ``to``."""
    return indicator.smallest > 1 and (indicator.sensitive or to.access is Access.PUBLIC)


def find_small_counts() -> None:
    """Find, for the newest snapshot, all that must be withheld from somebody, so that no page waits for it."""
    number = newest_number()
    opened, catalogue = reader_of(number), catalogue_of(number) if number else None
    if opened is None or catalogue is None:
        return
    for indicator in catalogue.indicators.values():
        levels = {access for _level, access in indicator.access}
        if indicator.smallest > 1 and (indicator.sensitive or Access.PUBLIC in levels):
            for year in opened.facts.get(indicator.fact, {}).get("chunks", {}):
                find_withheld(number, indicator, year)


def clear_release_cache() -> None:
    """Drop what is kept in memory."""
    _refs_of_units.cache_clear()
    _forget_protection()
