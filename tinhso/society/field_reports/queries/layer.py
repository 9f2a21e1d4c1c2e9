"""Open reports for the live map of the operations centre: how many lie where, and the newest of them.

A sensitive report lies in the middle of its cell, as for strangers: a wall hangs where many see it.
"""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Box, Happening, Layer, Spot
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import TO_DO, Priority
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries.public import ROUGHLY
from tinhso.society.field_reports.queries.rules import name_of

HEARD = (events.ReportReceived.name, events.ReportMoved.name)
RUNNING = sorted(int(status) for status in TO_DO)
NEWEST = 8
SPOTS = """
    SELECT avg(x), avg(y), count(*), count(*) FILTER (WHERE due_at < %(now)s OR priority = %(danger)s)
    FROM (
        SELECT due_at, priority,
               CASE WHEN sensitive THEN (floor(longitude * %(rough)s) + 0.5) / %(rough)s ELSE longitude END AS x,
               CASE WHEN sensitive THEN (floor(latitude * %(rough)s) + 0.5) / %(rough)s ELSE latitude END AS y
        FROM field_reports_report
        WHERE status = ANY(%(running)s) AND longitude IS NOT NULL
          AND (%(units)s::bigint[] IS NULL OR unit_id = ANY(%(units)s) OR origin_unit_id = ANY(%(units)s))
    ) open
    WHERE x BETWEEN %(west)s AND %(east)s AND y BETWEEN %(south)s AND %(north)s
    GROUP BY floor(x / %(step)s), floor(y / %(step)s)
    ORDER BY 3 DESC
"""


def report_layer(units: frozenset[int], box: Box, across: int, now: datetime) -> Layer:
    """What is to be done now, in the box. All units when ``units`` is empty."""
    west, south, east, north = box
    values: dict[str, Any] = {
        "now": now,
        "danger": int(Priority.DANGER),
        "rough": float(ROUGHLY),
        "running": RUNNING,
        "units": sorted(units) or None,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "step": max(east - west, 0.001) / across,
    }
    with connection.cursor() as cursor:
        cursor.execute(SPOTS, values)
        spots = tuple(Spot(round(x, 5), round(y, 5), count, urgent) for x, y, count, urgent in cursor.fetchall())
    return Layer(
        "field_reports",
        _("Phản ánh đang mở"),
        sum(spot.count for spot in spots),
        spots,
        _newest_reports(units, now),
        _("sổ phản ánh hiện trường"),
        reverse("field_reports:inbox"),
        HEARD,
    )


def _newest_reports(units: frozenset[int], now: datetime) -> tuple[Happening, ...]:
    reports = Report.objects.filter(status__in=RUNNING, received_at__isnull=False)
    if units:
        reports = reports.filter(Q(unit__in=units) | Q(origin_unit__in=units))
    return tuple(
        Happening(
            title=name_of(report.category),
            href=reverse("field_reports:one", args=[report.ref]),
            where=report.origin_unit.name,
            since=report.received_at or now,
            tone="bad"
            if report.priority == Priority.DANGER
            else "warn"
            if report.due_at and report.due_at < now
            else "",
        )
        for report in reports.select_related("origin_unit").order_by("-received_at", "-pk")[:NEWEST]
    )
