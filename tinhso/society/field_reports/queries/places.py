"""Where something lies, who is in charge there, and what was told of around it already."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import suggesting
from tinhso.society.field_reports.queries.rules import COMMUNE, Category, name_of, outside_words, rules

EARTH = 6_371_000.0  # metres
METRES_A_DEGREE = 111_320.0
MOST = 5
OPEN_AROUND = (1, 2, 3, 4, 5, 6, 9)

NEAR = """
    SELECT * FROM (
        SELECT id, ref, category, status, is_public, public_text, followers_count, received_at, sensitive,
               2 * %(earth)s * asin(sqrt(
                   sin(radians(latitude - %(lat)s) / 2) ^ 2
                   + cos(radians(latitude)) * cos(radians(%(lat)s)) * sin(radians(longitude - %(lon)s) / 2) ^ 2
               )) AS metres
        FROM field_reports_report
        WHERE point(longitude, latitude) <@ box(point(%(west)s, %(south)s), point(%(east)s, %(north)s))
          AND status IN (1, 2, 3, 4, 5, 6, 9) AND longitude IS NOT NULL
    ) around
    WHERE metres <= %(within)s AND NOT sensitive AND (%(category)s = '' OR category = %(category)s)
    ORDER BY metres, id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Near:
    """An open report close by. ``text`` is empty until somebody at the desk has released it; metres in a line."""

    ref: str
    category: str
    category_name: str
    status: int
    status_name: str
    text: str
    followers: int
    received_at: datetime
    metres: int


def nearby_reports(
    longitude: float,
    latitude: float,
    category: str = "",
    text: str = "",
    now: datetime | None = None,
    *,
    metres: int | None = None,
    limit: int = MOST,
) -> list[Near]:
    """Open reports around a point that may tell of the same thing, the nearest first; nothing of sensitive categories.

    Without a ``category`` the ones that ``text`` sounds like come first.
    """
    within = metres if metres is not None else rules().front.nearby_metres
    high = within / METRES_A_DEGREE
    wide = high / max(math.cos(math.radians(latitude)), 0.01)
    values: dict[str, Any] = {
        "earth": EARTH,
        "lon": longitude,
        "lat": latitude,
        "within": within,
        "category": category,
        "west": longitude - wide,
        "east": longitude + wide,
        "south": latitude - high,
        "north": latitude + high,
        "limit": limit if category else limit * 4,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAR, values)
        rows = cursor.fetchall()
    nears = [
        Near(
            ref,
            code,
            name_of(code),
            status,
            str(Report.Status(status).label),
            report_text if public else "",
            followers,
            at,
            round(away),
        )
        for _id, ref, code, status, public, report_text, followers, at, _sensitive, away in rows
    ]
    likely = (
        {suggest_category.code for suggest_category in suggesting.suggest_categories(text, now.date())}
        if text and now and not category
        else set()
    )
    return (
        sorted(nears, key=lambda near: (near.category not in likely, near.metres))[:limit] if likely else nears[:limit]
    )


def box_around(longitude: float, latitude: float, metres: int) -> RawSQL:
    """Keys of reports in a box whose sides are ``metres`` away from a point: what the index of places finds."""
    high = metres / METRES_A_DEGREE
    wide = high / max(math.cos(math.radians(latitude)), 0.01)
    return RawSQL(
        "SELECT id FROM field_reports_report WHERE point(longitude, latitude) <@ box(point(%s, %s), point(%s, %s))",
        [longitude - wide, latitude - high, longitude + wide, latitude + high],
    )


def metres_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How far two points (longitude and latitude in degrees) are apart, in a line."""
    (lon, lat), (to_lon, to_lat) = (map(math.radians, point) for point in (one, other))
    half = math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def near_of(report: Report, metres: int) -> Near:
    """A report as those see it who look at another one close by."""
    return Near(
        report.ref,
        report.category,
        name_of(report.category),
        report.status,
        str(report.get_status_display()),
        report.public_text if report.is_public else "",
        report.followers_count,
        report.received_at or clock.now(),
        metres,
    )


def commune_at(longitude: float, latitude: float, day: date) -> Unit:
    """The commune in which a point lies; refuses one outside of the province, saying where to go."""
    valid = -180 <= longitude <= 180 and -90 <= latitude <= 90
    unit = units.commune_containing(longitude, latitude, day) if valid else None
    if unit is None:
        raise Refused("outside", "%(words)s", words=outside_words())
    return unit


def commune(ref: str, day: date) -> Unit:
    """A commune of ``day`` by its reference or its name; refuses others."""
    commune_units = units.at(day).filter(level=Level.COMMUNE)
    unit = commune_units.filter(ref=ref).first() or commune_units.filter(name=ref).first()
    if unit is None:
        raise Refused("no_commune", _("Hãy chọn xã, phường nơi xảy ra sự việc, hoặc bật định vị."))
    return unit


def communes(day: date) -> list[Unit]:
    """The communes of ``day`` to choose from."""
    return list(units.at(day).filter(level=Level.COMMUNE).order_by("sort_key"))


def in_charge(category: Category, where: Unit, day: date) -> Unit:
    """Who gets a report of a category that lies in the commune ``where``: an agency, or the commune itself."""
    to = category.by_place.get(where.ref, category.to)
    return where if to == COMMUNE else units.agency(to, day) or where


def given_to(ref: str, day: date) -> Unit:
    """A unit or agency of ``day`` that may be handed something; refuses others."""
    unit = units.at(day).filter(ref=ref).exclude(level__in=[Level.HAMLET, Level.DISTRICT]).first()
    if unit is None:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=ref[:40])
    return unit


def receiving_units(day: date) -> list[Unit]:
    """Who may be handed a report: agencies first, then communes."""
    receivers = units.at(day).filter(level__in=[Level.AGENCY, Level.PROVINCE, Level.COMMUNE])
    return list(receivers.order_by("-level", "sort_key"))


def unit_above(unit: Unit, day: date) -> Unit | None:
    """The unit that stands above ``unit`` on ``day``, to which things are taken further."""
    parent = unit.parent
    return parent if parent is not None and units.at(day).filter(pk=parent.pk).exists() else None


def in_commune(ref: str, text: str, now: datetime) -> list[Near]:
    """Open reports of a commune that share words with ``text``, the newest first: for who cannot tell a point."""
    where, likely = (
        commune(ref, now.date()),
        {category.code for category in suggesting.suggest_categories(text, now.date())},
    )
    reports = Report.objects.filter(
        origin_unit=where, status__in=OPEN_AROUND, sensitive=False, received_at__isnull=False
    )
    if likely:
        reports = reports.filter(category__in=likely)
    return [
        Near(
            report.ref,
            report.category,
            name_of(report.category),
            report.status,
            str(report.get_status_display()),
            report.public_text if report.is_public else "",
            report.followers_count,
            report.received_at or now,
            0,
        )
        for report in reports.order_by("-received_at", "-pk")[:MOST]
    ]
