"""What strangers may see: reports that the desk released, without who told them, and roughly where they lie.

Nothing else hands a report to the public, so that no page, map or data set forgets to round a sensitive place.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.society.field_reports.contract import OPEN
from tinhso.society.field_reports.models import Attachment, Entry, Report
from tinhso.society.field_reports.queries import lookup
from tinhso.society.field_reports.queries.rules import name_of

COLUMNS = (
    "ref",
    "status",
    "category",
    "sensitive",
    "public_text",
    "answer",
    "address",
    "longitude",
    "latitude",
    "received_at",
    "due_at",
    "resolved_at",
    "closed_at",
    "followers_count",
    "unit__name",
    "origin_unit__name",
)
ROUGHLY = 50  # cells a degree (about two kilometres) in whose middle a sensitive place is shown
LEVELS = (25, 100, 400)  # cells a degree that the database keeps counts for
ACROSS = 40  # cells that a map may show beside each other


@dataclass(frozen=True)
class PublicPlace:
    """Where something lies, for strangers. ``rough``: only a cell of two kilometres is told."""

    longitude: float
    latitude: float
    rough: bool


@dataclass(frozen=True)
class Public:
    """A report as anybody may see it; photos are references of attachments."""

    ref: str
    status: int
    status_name: str
    category: str
    category_name: str
    text: str
    answer: str
    unit: str
    commune: str
    address: str
    place: PublicPlace | None
    received_at: datetime | None
    due_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    followers: int
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """So many reports around a point."""

    longitude: float
    latitude: float
    count: int
    open: int


def cell_centre(longitude: float, latitude: float) -> tuple[float, float]:
    """The middle of the cell in which a sensitive place lies."""
    return tuple(math.floor(value * ROUGHLY) / ROUGHLY + 0.5 / ROUGHLY for value in (longitude, latitude))  # type: ignore[return-value]


def public_place(report: Report) -> PublicPlace | None:
    """Where a report lies, as far as strangers may know."""
    if report.longitude is None or report.latitude is None:
        return None
    if report.sensitive:
        return PublicPlace(*cell_centre(report.longitude, report.latitude), rough=True)
    return PublicPlace(report.longitude, report.latitude, rough=False)


def released_reports() -> QuerySet[Report]:
    """Every report that the public may see, the newest first. Give its rows to :func:`shown`, never to a page."""
    reports = Report.objects.filter(is_public=True, status__range=(1, 9)).select_related("unit", "origin_unit")
    return reports.order_by("-received_at", "-pk")


def public_views(reports: Sequence[Report]) -> list[Public]:
    """These reports as anybody may see them."""
    files: dict[int, dict[str, list[str]]] = {
        listed_report.pk: {"before": [], "after": []} for listed_report in reports
    }
    rows = Attachment.objects.filter(report__in=list(files), public=True).exclude(kind=Attachment.Kind.VOICE)
    for report, kind, ref in rows.order_by("pk").values_list("report_id", "kind", "ref"):
        files[report][kind].append(ref)
    names = {int(status): str(status.label) for status in Report.Status}  # once, not once a report: translating is slow
    categories = {code: name_of(code) for code in {listed_report.category for listed_report in reports}}
    return [
        _public_view(
            listed_report, files[listed_report.pk], names[listed_report.status], categories[listed_report.category]
        )
        for listed_report in reports
    ]


def _public_view(report: Report, files: dict[str, list[str]], status_name: str, category_name: str) -> Public:
    ended = report.status in (5, 6, 7, 8, 9)
    return Public(
        ref=report.ref,
        status=report.status,
        status_name=status_name,
        category=report.category,
        category_name=category_name,
        text=report.public_text,
        answer=report.answer if ended else "",
        unit=report.unit.name,
        commune=report.origin_unit.name,
        address="" if report.sensitive else report.address,
        place=public_place(report),
        received_at=report.received_at,
        due_at=report.due_at,
        resolved_at=report.resolved_at,
        closed_at=report.closed_at,
        followers=report.followers_count,
        before=tuple(files["before"]),
        after=tuple(files["after"]),
    )


def public_report(ref: str) -> Public:
    """The public side of a report, or of the one that it was merged into; refuses what is not released."""
    report = lookup.final_report(lookup.by_ref(ref))
    if not report.is_public or not 1 <= report.status <= 9:
        raise lookup.unknown_report(ref)
    return public_views([report])[0]


def public_entries(ref: str) -> list[Entry]:
    """What happened to a released report that anybody may know, the oldest first."""
    return list(
        Entry.objects.filter(report__ref=ref, report__is_public=True, public=True)
        .exclude(did__in=["told", "rated", "followed"])
        .select_related("unit")
        .order_by("number")
    )


def public_photo(ref: str) -> Attachment:
    """A photo that anybody may see; refuses others."""
    attachment = (
        Attachment.objects.filter(ref=ref, public=True, report__is_public=True)
        .select_related("picture__shown", "picture__small", "report")
        .first()
    )
    if attachment is None:
        raise lookup.unknown_report(ref)
    return attachment


CLUSTERS = """
    SELECT x / %(by)s AS cx, y / %(by)s AS cy, sum(count), sum(count) FILTER (WHERE is_open)
    FROM field_reports_cell
    WHERE level = %(level)s AND x BETWEEN %(west)s AND %(east)s AND y BETWEEN %(south)s AND %(north)s
      AND (%(categories)s::varchar[] IS NULL OR category = ANY(%(categories)s))
      AND (%(is_open)s::boolean IS NULL OR is_open = %(is_open)s)
    GROUP BY 1, 2 HAVING sum(count) > 0 ORDER BY 1, 2
"""


def report_clusters(
    west: float,
    south: float,
    east: float,
    north: float,
    *,
    categories: Sequence[str] = (),
    is_open: bool | None = None,
    across: int = 12,
) -> list[Cluster]:
    """Released reports within a view (degrees), counted in about ``across`` cells from west to east.

    Counts are kept by the database at three levels; a cell is never finer than the finest, 280 metres.
    """
    width = max(east - west, north - south, 1 / LEVELS[-1])
    level = max((zoom_level for zoom_level in LEVELS if width * zoom_level <= ACROSS), default=LEVELS[0])
    by = max(1, round(width * level / across))
    query_params = {
        "level": level,
        "by": by,
        "categories": list(categories) or None,
        "is_open": is_open,
        "west": math.floor(west * level),
        "east": math.floor(east * level),
        "south": math.floor(south * level),
        "north": math.floor(north * level),
    }
    size = by / level
    with connection.cursor() as cursor:
        cursor.execute(CLUSTERS, query_params)
        rows = cursor.fetchall()
    return [Cluster((x + 0.5) * size, (y + 0.5) * size, int(n), int(still or 0)) for x, y, n, still in rows]


def reports_in_view(west: float, south: float, east: float, north: float, *, limit: int = 200) -> list[Public]:
    """Released reports that lie in a view (degrees), open ones first; sensitive ones where they are shown to lie."""
    margin = 1 / ROUGHLY
    exact = _in_box((west, south, east, north), limit, sensitive=False)
    rough = _in_box((west - margin, south - margin, east + margin, north + margin), limit, sensitive=True)
    rows = public_views(sorted([*exact, *rough], key=lambda report: report.status not in OPEN))
    inside = [public for public in rows if public.place and west <= public.place.longitude <= east]
    return [public for public in inside if public.place and south <= public.place.latitude <= north][:limit]


def _in_box(box: tuple[float, float, float, float], limit: int, *, sensitive: bool) -> list[Report]:
    reports = released_reports().filter(sensitive=sensitive).only(*COLUMNS).order_by()
    reports = reports.extra(
        where=["longitude IS NOT NULL AND point(longitude, latitude) <@ box(point(%s, %s), point(%s, %s))"], params=box
    )
    return list(reports[:limit])


def status_words(status: int) -> str:
    """What a status is called."""
    return str(Report.Status(status).label) if status in Report.Status.values else _("không rõ")
