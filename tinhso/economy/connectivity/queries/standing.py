"""How connectivity stands, for one who looks: counts, the map, each operator's subscribers over time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.registers.queries.tiles import RegisterTile, TileMaker, last_written
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Boundary, Level
from tinhso.economy.connectivity.models import Operator, Post, Station
from tinhso.economy.connectivity.queries.gaps import StationDistance
from tinhso.economy.connectivity.queries.lookup import ALIVE, within_reach
from tinhso.economy.connectivity.queries.rules import rules
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.ui.drawing import DrawnMap, SparkLine, spark_line
from tinhso.ui.drawing import map_of as drawn
from tinhso.ui.navigation import page_of
from tinhso.ui.round_trips import read_together, totals_read
from tinhso.ui.wording import number_text

MONTHS = 24


@dataclass(frozen=True)
class ConnectivityOverview:
    """Numbers of the first page; ``province`` is the reference of today's, empty where there is none."""

    stations: dict[str, int]
    posts: dict[str, int]
    tiles: Sequence[RegisterTile]
    written: datetime | None
    province: str


@dataclass(frozen=True)
class OperatorTrend:
    """One operator's monthly figure: the last reading, and the way it came."""

    name: str
    last: Reading
    spark: SparkLine
    href: str


def connectivity_overview(by: Actor) -> ConnectivityOverview:
    """What ``by`` may see of it."""
    rows = Station.objects.filter(ALIVE, within_reach(by))
    offices = Post.objects.filter(ALIVE, within_reach(by))
    sends = {name: Count("pk", Q(**{name: True})) for name in ("g3", "g4", "g5")}
    reads: list[DeferredRead[Any]] = [
        totals_read(rows, dict, all=Count("pk"), broken=Count("pk", Q(state="broken")), **sends),
        totals_read(offices, dict, all=Count("pk"), same_day=Count("pk", Q(same_day=True))),
        totals_read(Operator.objects.filter(ALIVE), lambda row: row["all"], all=Count("pk")),
        last_written("operators", "stations", "posts"),
        DeferredRead(units.at(clock.today()).filter(level=Level.PROVINCE).values("ref")[:1], _only_ref),
    ]
    stations, posts, operators, at, province = read_together(reads)
    make = TileMaker(at)
    station_count, served = stations["all"], posts["all"]
    tiles = [
        make.tile("operators", _("Doanh nghiệp viễn thông"), operators),
        make.tile("stations", _("Trạm phát sóng"), station_count),
        make.tile("stations", _("Trạm 4G"), stations["g4"], station_count, g4="true"),
        make.tile("stations", _("Trạm 5G"), stations["g5"], station_count, g5="true"),
        make.tile("stations", _("Trạm hỏng, tạm ngừng"), stations["broken"], station_count, state="broken"),
        make.tile("posts", _("Điểm bưu chính"), served),
        make.tile("posts", _("Điểm có thư báo trong ngày"), posts["same_day"], served, same_day="true"),
    ]
    return ConnectivityOverview(stations, posts, tiles, make.at.get("stations"), province)


def _only_ref(rows: list[Row]) -> str:
    return str(rows[0]["ref"]) if rows else ""


def subscriber_trends(by: Actor, place: str) -> Sequence[OperatorTrend]:
    """Subscribers of each operator in the unit ``place`` over the last two years, the largest first."""
    indicator = indicators.catalogue().indicators.get(rules().trend.indicator)
    if indicator is None or not place:
        return []
    to, operator_trends, number = indicators.audience_of(by), [], indicators.newest_number()
    for item in indicators.catalogue().family(indicator):
        if item.member is None:
            continue
        family = (rules().trend.dimension, item.member.code)
        readings = indicators.reading_series(indicator, place, to=to, family=family, snapshot=number)[-MONTHS:]
        nonzero_readings = [reading for reading in readings if reading.value]
        if nonzero_readings:  # who offers no such service is left out
            href = page_of("indicator", indicator.code)
            operator_trends.append(
                OperatorTrend(
                    item.member.name, nonzero_readings[-1], spark_line([reading.value for reading in readings]), href
                )
            )
    return sorted(operator_trends, key=lambda operator_trend: -(operator_trend.last.value or 0))


def map_of(places: Sequence[StationDistance]) -> DrawnMap | None:
    """Communes by the distance from their middle to the nearest working 4G or 5G station."""
    by_ref = {
        station_distance.unit.ref: station_distance
        for station_distance in places
        if station_distance.unit.level == Level.COMMUNE
    }
    rows = Boundary.objects.filter(
        unit__in=[station_distance.unit.pk for station_distance in by_ref.values()]
    ).select_related("unit")
    areas = [_distance_area(boundary, by_ref[boundary.unit.ref]) for boundary in rows]
    return drawn(areas) if areas else None


def _distance_area(boundary: Any, place: StationDistance) -> dict[str, object]:
    href = f"{reverse('registers:list', args=['stations'])}?unit={place.unit.ref}"
    text = _("chưa có trạm 4G") if place.km is None else _("%(km)s km") % {"km": number_text(place.km, 1)}
    value = None if place.km is None else round(place.km, 1)
    return {
        "ref": place.unit.ref,
        "name": place.unit.name,
        "geometry": json.dumps(boundary.geometry),
        "value": value,
        "href": href,
        "text": text,
    }
