"""The jobs of somebody who goes out to mend things, and a short way round to all of them."""

import math
from collections.abc import Sequence
from itertools import pairwise

from django.db.models import Q

from tinhso.kernel.actor import Actor
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries.places import METRES_A_DEGREE
from tinhso.society.field_reports.rights import FIX_FIELD_REPORTS

MOST = 60
Point = tuple[float, float]


def crew_jobs(by: Actor) -> list[Report]:
    """What was given to ``by``, and what nobody holds where they mend; danger and late ones first."""
    free = Q(
        holder="", unit__in=sorted(by.places(FIX_FIELD_REPORTS)), status__in=[Status.TRANSFERRED, Status.IN_PROGRESS]
    )
    mine = Q(holder=by.ref, status__in=[Status.CLASSIFYING, Status.TRANSFERRED, Status.IN_PROGRESS])
    reports = Report.objects.filter(free | mine).select_related("unit", "origin_unit")
    return list(reports.order_by("priority", "due_at", "pk")[:MOST])


def way_round(reports: Sequence[Report], start: Point | None = None) -> list[Report]:
    """The same jobs in an order that makes for a short way, from ``start`` (longitude, latitude) or the first of them.

    What is dangerous comes first whatever the way; what has no place comes last.
    """
    danger = [
        report for report in reports if report.priority == Report.Priority.DANGER and report.longitude is not None
    ]
    others = [
        report for report in reports if report.priority != Report.Priority.DANGER and report.longitude is not None
    ]
    nowhere = [report for report in reports if report.longitude is None]
    first = _in_visit_order(danger, start)
    return [*first, *_in_visit_order(others, _report_point(first[-1]) if first else start), *nowhere]


def _in_visit_order(reports: Sequence[Report], start: Point | None) -> list[Report]:
    points = [_report_point(report) for report in reports]
    return [reports[place] for place in shortest_way(points, start)]


def _report_point(report: Report) -> Point:
    return float(report.longitude or 0), float(report.latitude or 0)


def shortest_way(points: Sequence[Point], start: Point | None = None) -> list[int]:
    """Places of ``points`` in the order of a short open way: always on to the nearest, then untangled (2-opt)."""
    left, order = list(range(len(points))), list[int]()
    at = start
    while left:
        here = at
        nearest = min(left, key=lambda place: metres_between(here, points[place])) if here is not None else left[0]
        left.remove(nearest)
        order.append(nearest)
        at = points[nearest]
    return _untangled_way(order, points, start)


def _untangled_way(order: list[int], points: Sequence[Point], start: Point | None) -> list[int]:
    best, better = way_length(order, points, start), True
    while better:
        better = False
        for first in range(0 if start else 1, len(order) - 1):
            for last in range(first + 1, len(order)):
                tried = [*order[:first], *reversed(order[first : last + 1]), *order[last + 1 :]]
                if (metres := way_length(tried, points, start)) < best - 0.5:
                    order, best, better = tried, metres, True
    return order


def way_length(order: Sequence[int], points: Sequence[Point], start: Point | None = None) -> float:
    """How long a way is, in metres."""
    way = [*([start] if start else []), *(points[place] for place in order)]
    return sum(metres_between(a, b) for a, b in pairwise(way))


def metres_between(a: Point, b: Point) -> float:
    """Metres between two points that are not far from each other."""
    wide = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(wide, a[1] - b[1]) * METRES_A_DEGREE
