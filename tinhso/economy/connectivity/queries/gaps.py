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
    condition = (
        Q()
        if SEE_CONNECTIVITY in by.everywhere
        else Q(pk__in=by.places(SEE_CONNECTIVITY)) | Q(parent__in=by.places(SEE_CONNECTIVITY))
    )
    units_by_key = {unit.pk: unit for unit in units.at(day).filter(condition, level__in=(Level.COMMUNE, Level.HAMLET))}
    covered, month = _covered_shares([unit.ref for unit in units_by_key.values()], by)
    by_ref = {unit.ref: unit for unit in units_by_key.values()}
    limit = float(rules().gaps.km)
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [list(units_by_key)])
        station_distances = [
            StationDistance(
                by_ref[ref], km, name or "", station or "", covered.get(ref), month, km is None or km > limit
            )
            for ref, name, station, km in cursor.fetchall()
        ]
    return sorted(station_distances, key=_gap_order)


def _gap_order(station_distance: StationDistance) -> tuple[bool, float, str]:
    return (
        not station_distance.is_gap,
        -(station_distance.km if station_distance.km is not None else 1e9),
        station_distance.unit.name,
    )


def _covered_shares(refs: Sequence[str], by: Actor) -> tuple[Mapping[str, Decimal], str]:
    """Per cent of people covered by commune, of the last month that is known, and which month that is."""
    indicators_by_key = indicators.catalogue().indicators
    indicator = indicators_by_key.get(rules().gaps.coverage)
    if indicator is None or not refs:
        return {}, ""
    to, number = indicators.audience_of(by), indicators.newest_number()
    month = _last_month(indicator, refs, to, number)
    if not month:
        return {}, ""
    readings = indicators.readings_across(indicator, refs, month, to=to, snapshot=number)
    return {reading.unit: reading.value for reading in readings if reading.value is not None}, month


def _last_month(indicator: Indicator, refs: Sequence[str], to: Audience, number: int) -> str:
    for ref in refs[:5]:
        periods = [
            reading.period
            for reading in indicators.reading_series(indicator, ref, to=to, snapshot=number)
            if reading.value is not None
        ]
        if periods:
            return max(periods)
    return ""
