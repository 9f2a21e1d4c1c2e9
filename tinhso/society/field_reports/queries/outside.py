"""The public map and list: what strangers may see, narrowed, page after page, and drawn."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Max, Q, QuerySet
from shapely import simplify
from shapely.geometry import mapping, shape

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Boundary, Level, Unit
from tinhso.kernel.text import fold
from tinhso.society.field_reports.contract import OPEN, Status
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import public
from tinhso.society.field_reports.queries.public import Cluster, Public
from tinhso.ui.drawing import UNITS_A_DEGREE, MapShape, outline_of_geometry

A_PAGE = 20
ACROSS = 9  # bubbles beside each other: on a phone each is as wide as a thumb
STILL_OPEN = tuple(sorted(OPEN))
DONE = (Status.CLOSED,)
STATES = {"open": STILL_OPEN, "done": DONE, "declined": (Status.DECLINED,)}
COARSE = 0.0012  # degrees (about 130 metres) by which an outline may differ when it is drawn small
BATCHES = 10  # so much is looked through for one page of a search


@dataclass(frozen=True)
class PublicReportFilter:
    """How the public list is narrowed. ``commune``: a unit's reference; ``box``: west, south, east, north."""

    words: str = ""
    category: str = ""
    state: str = ""
    commune: str = ""
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class PublicReportPage:
    """One page of the list, and the mark at which the next one begins (empty where there is none)."""

    reports: Sequence[Public]
    after: str


def matching_reports(public_report_filter: PublicReportFilter) -> QuerySet[Report]:
    """Released reports that may fit, the newest first; :func:`lines` looks for words in what strangers read."""
    reports = public.released_reports()
    if public_report_filter.category:
        reports = reports.filter(category=public_report_filter.category)
    if public_report_filter.state in STATES:
        reports = reports.filter(status__in=STATES[public_report_filter.state])
    if public_report_filter.commune:
        reports = reports.filter(origin_unit__ref=public_report_filter.commune)
    for word in _search_words(public_report_filter):
        reports = reports.filter(search_text__contains=word)
    if public_report_filter.box is not None:
        west, south, east, north = public_report_filter.box
        # a sensitive report is told by the middle of its cell: found by its true place, it would tell more
        reports = reports.filter(sensitive=False, longitude__isnull=False).extra(
            where=["point(longitude, latitude) <@ box(point(%s, %s), point(%s, %s))"], params=[west, south, east, north]
        )
    return reports


def public_report_page(
    public_report_filter: PublicReportFilter, *, after: str = "", size: int = A_PAGE
) -> PublicReportPage:
    """One page of the list that begins behind the mark ``after``."""
    reports: list[Report] = []
    for _batch in range(BATCHES):
        rows = list(_rows_after_mark(matching_reports(public_report_filter), after)[: size * 2])
        for row in rows:
            if _has_search_words(row, public_report_filter):
                reports.append(row)
            if len(reports) > size:
                return PublicReportPage(public.public_views(reports[:size]), _mark_of(reports[size - 1]))
        if len(rows) < size * 2:
            return PublicReportPage(public.public_views(reports), "")
        after = _mark_of(rows[-1])
    return PublicReportPage(public.public_views(reports), after)


def _search_words(public_report_filter: PublicReportFilter) -> list[str]:
    return fold(public_report_filter.words).split()[:6]


def _has_search_words(report: Report, public_report_filter: PublicReportFilter) -> bool:
    """Whether the words stand in what strangers read: nobody finds a report by what was struck out of it."""
    searchable_text = fold(f"{report.ref} {report.public_text} {'' if report.sensitive else report.address}")
    return all(word in searchable_text for word in _search_words(public_report_filter))


def _rows_after_mark(reports: QuerySet[Report], after: str) -> QuerySet[Report]:
    moment, pk = _parse_mark(after)
    if moment is None:
        return reports
    return reports.filter(Q(received_at__lt=moment) | Q(received_at=moment, pk__lt=pk), received_at__lte=moment)


def _mark_of(report: Report) -> str:
    return f"{int(report.received_at.timestamp() * 1_000_000)}.{report.pk}" if report.received_at else ""


def _parse_mark(text: str) -> tuple[datetime | None, int]:
    micro, _dot, pk = text.partition(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 18 for part in (micro, pk)):
        return None, 0
    seconds, rest = divmod(int(micro), 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), int(pk)


@dataclass(frozen=True)
class Bubble:
    """A cluster on the drawing: where, how large, how many, how many of them open, and the view that it opens."""

    x: float
    y: float
    radius: float
    count: int
    open: int
    box: str

    @property
    def short(self) -> str:
        """The count in at most four letters; in full it stands in the title."""
        if self.count < 1000:
            return str(self.count)
        return f"{self.count / 1000:.0f}k" if self.count < 1_000_000 else f"{self.count / 1_000_000:.0f}M"


@dataclass(frozen=True)
class BubbleMap:
    """Communes with bubbles; ``frame`` is the SVG view box."""

    shapes: tuple[MapShape, ...]
    bubbles: tuple[Bubble, ...]
    frame: str
    letters: float
    schematic: bool
    total: int


def province_box() -> tuple[float, float, float, float] | None:
    """The box (degrees) in which all communes lie; None without outlines."""
    return _commune_ground(_boundaries_version())[1]


def commune_shapes() -> tuple[MapShape, ...]:
    """The communes as drawings without figures."""
    return _commune_ground(_boundaries_version())[0]


def bubble_map(public_report_filter: PublicReportFilter, day: date) -> BubbleMap | None:
    """The map of a view: communes around it, and how many reports lie where; None where nothing can be drawn."""
    ground, full_extent, schematic = _commune_ground(_boundaries_version())
    box = public_report_filter.box or box_of(public_report_filter.commune) or full_extent
    if box is None:
        return None
    only = [public_report_filter.category] if public_report_filter.category else []
    is_open = {"open": True, "done": False, "declined": False}.get(public_report_filter.state)
    clusters = public.report_clusters(*box, categories=only, is_open=is_open, across=ACROSS)
    left, top = _map_point(box[0], box[3])
    right, bottom = _map_point(box[2], box[1])
    wide, high = max(right - left, 2.0), max(bottom - top, 2.0)
    most = max((cluster.count for cluster in clusters), default=1)
    bubbles = tuple(_cluster_bubble(cluster, most, wide / ACROSS, (box[2] - box[0]) / ACROSS) for cluster in clusters)
    margin = wide / ACROSS / 2  # a bubble at the edge is seen whole
    frame = f"{left - margin:.1f} {top - margin:.1f} {wide + 2 * margin:.1f} {high + 2 * margin:.1f}"
    inside = tuple(map_shape for map_shape in ground if _meets_box(map_shape, (left, top, right, bottom)))
    return BubbleMap(inside, bubbles, frame, round(wide / 34, 2), schematic, sum(cluster.count for cluster in clusters))


def _cluster_bubble(cluster: Cluster, most: int, step: float, degrees: float) -> Bubble:
    x, y = _map_point(cluster.longitude, cluster.latitude)
    radius = round(max(0.2, 0.48 * math.sqrt(cluster.count / most)) * step, 2)
    half = degrees / 2
    box = ",".join(
        f"{value:.4f}"
        for value in (
            cluster.longitude - half,
            cluster.latitude - half,
            cluster.longitude + half,
            cluster.latitude + half,
        )
    )
    return Bubble(x, y, radius, cluster.count, cluster.open, box)


def _map_point(longitude: float, latitude: float) -> tuple[float, float]:
    north = math.degrees(math.asinh(math.tan(math.radians(latitude))))
    return round(longitude * UNITS_A_DEGREE, 1), round(-north * UNITS_A_DEGREE, 1)


def _meets_box(map_shape: MapShape, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = map_shape.outline.box
    return left <= box[2] and right >= box[0] and top <= box[3] and bottom >= box[1]


def box_of(ref: str) -> tuple[float, float, float, float] | None:
    """The box (degrees) in which a unit lies; None without an outline."""
    boundary = Boundary.objects.filter(unit__ref=ref).first() if ref else None
    return shape(boundary.geometry).bounds if boundary is not None else None


def _boundaries_version() -> tuple[int, str]:
    newest = Boundary.objects.aggregate(last=Max("pk"))["last"] or 0
    return newest, units.at(date.today()).filter(level=Level.COMMUNE).aggregate(last=Max("ref"))["last"] or ""


Ground = tuple[tuple[MapShape, ...], tuple[float, float, float, float] | None, bool]


@lru_cache(maxsize=2)
def _commune_ground(_changed: tuple[int, str]) -> Ground:
    boundaries = _commune_boundaries()
    shapes = tuple(
        MapShape(
            unit.ref,
            unit.name,
            outline_of_geometry(json.dumps(mapping(simplify(shape(geometry), COARSE)))),
            "base",
            None,
            "",
            "",
        )
        for unit, geometry, _schematic in boundaries
    )
    if not boundaries:
        return (), None, False
    bounds = [shape(geometry).bounds for _unit, geometry, _schematic in boundaries]
    box = (min(b[0] for b in bounds), min(b[1] for b in bounds), max(b[2] for b in bounds), max(b[3] for b in bounds))
    return shapes, box, any(schematic for _unit, _geometry, schematic in boundaries)


def _commune_boundaries() -> list[tuple[Unit, Any, bool]]:
    communes = units.at(date.today()).filter(level=Level.COMMUNE).values_list("pk")
    boundaries = Boundary.objects.filter(unit__in=communes).select_related("unit").order_by("unit__sort_key", "pk")
    return [(boundary.unit, boundary.geometry, boundary.schematic) for boundary in boundaries]


def commune_outlines() -> dict[str, Any]:
    """The communes as GeoJSON, for the map that can be zoomed."""
    return _outlines_geojson(_boundaries_version())


@lru_cache(maxsize=2)
def _outlines_geojson(_changed: tuple[int, str]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "properties": {"ref": unit.ref, "name": unit.name},
            "geometry": mapping(simplify(shape(geometry), COARSE / 3)),
        }
        for unit, geometry, _schematic in _commune_boundaries()
    ]
    return {"type": "FeatureCollection", "features": features}
