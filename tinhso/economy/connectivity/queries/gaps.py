"""Where something is missing: places far from any 4G station, communes of which not everybody is covered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Audience, Indicator
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.economy.connectivity.queries.rules import rules
from tinhso.economy.connectivity.rights import SEE_CONNECTIVITY
from tinhso.kernel.actor import Actor

# the nearest by degrees, found in the register's own index of places; how far it is on the globe is worked out of it
NEAREST = """
SELECT place.ref, station.name, station.ref,
       2 * 6371 * asin(sqrt(power(sin(radians(station.latitude - place.lat) / 2), 2)
           + cos(radians(place.lat)) * cos(radians(station.latitude))
           * power(sin(radians(station.longitude - place.lon) / 2), 2)))::float AS km
FROM units_unit place
LEFT JOIN LATERAL (
    SELECT one.name, one.ref, one.latitude, one.longitude FROM connectivity_station one
    WHERE NOT one.removed AND one.longitude IS NOT NULL AND one.ended_on IS NULL AND one.state = 'in_use'
      AND (one.g4 OR one.g5)
    ORDER BY point(one.longitude, one.latitude) <-> point(place.lon::float, place.lat::float) LIMIT 1
) station ON true
WHERE place.id = ANY(%s) AND place.lat IS NOT NULL
"""


@dataclass(frozen=True)
class StationDistance:
    """A commune or a hamlet: the nearest working 4G or 5G station, and how far it is (None: there is none)."""

    unit: Unit
    km: float | None
    station: str
    station_ref: str
    covered: Decimal | None
    covered_of: str
    far: bool

    @property
    def is_gap(self) -> bool:
        """Whether it is too far, or not everybody is covered."""
        return self.far or (self.covered is not None and self.covered < 100)


def places_by_distance(by: Actor, day: date) -> list[StationDistance]:
    """Communes and hamlets of ``day`` that ``by`` may see, the worst first."""
    seen = (
        Q()
        if SEE_CONNECTIVITY in by.everywhere
        else Q(pk__in=by.places(SEE_CONNECTIVITY)) | Q(parent__in=by.places(SEE_CONNECTIVITY))
    )
    wanted = {one.pk: one for one in units.at(day).filter(seen, level__in=(Level.COMMUNE, Level.HAMLET))}
    covered, month = _covered_shares([one.ref for one in wanted.values()], by)
    by_ref = {one.ref: one for one in wanted.values()}
    limit = float(rules().gaps.km)
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [list(wanted)])
        found = [
            StationDistance(
                by_ref[ref], km, name or "", station or "", covered.get(ref), month, km is None or km > limit
            )
            for ref, name, station, km in cursor.fetchall()
        ]
    return sorted(found, key=_gap_order)


def _gap_order(one: StationDistance) -> tuple[bool, float, str]:
    return not one.is_gap, -(one.km if one.km is not None else 1e9), one.unit.name


def _covered_shares(refs: Sequence[str], by: Actor) -> tuple[Mapping[str, Decimal], str]:
    """Per cent of people covered by commune, of the last month that is known, and which month that is."""
    known = indicators.catalogue().indicators
    told = known.get(rules().gaps.coverage)
    if told is None or not refs:
        return {}, ""
    to, number = indicators.audience_of(by), indicators.newest_number()
    month = _last_month(told, refs, to, number)
    if not month:
        return {}, ""
    found = indicators.readings_across(told, refs, month, to=to, snapshot=number)
    return {one.unit: one.value for one in found if one.value is not None}, month


def _last_month(told: Indicator, refs: Sequence[str], to: Audience, number: int) -> str:
    for ref in refs[:5]:
        known = [
            one.period for one in indicators.reading_series(told, ref, to=to, snapshot=number) if one.value is not None
        ]
        if known:
            return max(known)
    return ""
