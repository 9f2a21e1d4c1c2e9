"""Lines and areas on the earth as ODK's clients measure them: a sphere of 6 378 100 m."""

import math
from itertools import pairwise

Point = tuple[float, float]  # latitude and longitude in degrees
RADIUS = 6_378_100.0  # metres


def length(points: list[Point]) -> float:
    """The length of a line in metres, to the centimetre."""
    return round(sum(_apart(point, other) for point, other in pairwise(points)), 2)


def _apart(one: Point, other: Point) -> float:
    (north, east), (north_2, east_2) = (map(math.radians, point) for point in (one, other))
    half = (
        math.sin((north_2 - north) / 2) ** 2 + math.cos(north) * math.cos(north_2) * math.sin((east_2 - east) / 2) ** 2
    )
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(half)))


def area(points: list[Point]) -> float:
    """The area of a shape in square metres, to two places; 0 where it is none."""
    total = 0.0
    for corner, other in zip(points, [*points[1:], *points[:1]], strict=True):
        (north, east), (north_2, east_2) = (map(math.radians, point) for point in (corner, other))
        total += (east_2 - east) * (2 + math.sin(north) + math.sin(north_2))
    return round(abs(total * RADIUS * RADIUS / 2), 2)


def is_inside(points: list[Point], shape: list[Point]) -> bool:
    """Whether the first of ``points`` lies in a shape: a ray from it crosses the border an odd number of times."""
    if not points or len(shape) < 3:
        return False
    (north, east), inside = points[0], False
    for (north_1, east_1), (north_2, east_2) in zip(shape, [*shape[1:], *shape[:1]], strict=True):
        if (north_1 > north) != (north_2 > north):
            inside ^= east < (east_2 - east_1) * (north - north_1) / (north_2 - north_1) + east_1
    return inside
