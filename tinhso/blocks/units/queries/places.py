"""In which commune a point lies, on a day, by the boundaries at hand (drawn ones where nobody supplied any)."""

from datetime import date
from functools import lru_cache

from django.db import connection
from shapely import Point, STRtree
from shapely.geometry import shape

from tinhso.blocks.units.models import Boundary, Level, Unit
from tinhso.blocks.units.queries.lookup import at

# what changes with every row that is written: the outlines in memory are of the tables as they are
PRINT = """
    SELECT (SELECT coalesce(sum(xmin::text::bigint), 0) || '.' || count(*) FROM units_boundary),
           (SELECT coalesce(sum(xmin::text::bigint), 0) || '.' || count(*) FROM units_unit WHERE level = %s)
"""


def commune_containing(longitude: float, latitude: float, day: date) -> Unit | None:
    """The commune of ``day`` that holds a point (degrees, WGS 84); None outside of all of them."""
    keys, tree = _outline_index(day, _outlines_version())
    positions = tree.query(Point(longitude, latitude), predicate="covered_by")
    return at(day).filter(pk=keys[int(min(positions))]).first() if len(positions) else None


def _outlines_version() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(PRINT, [Level.COMMUNE])
        boundaries, units = cursor.fetchone()
    return str(boundaries), str(units)


@lru_cache(maxsize=4)
def _outline_index(day: date, _changed: tuple[str, str]) -> tuple[list[int], STRtree]:
    communes = at(day).filter(level=Level.COMMUNE).values_list("pk")
    outlines = list(Boundary.objects.filter(unit__in=communes).order_by("unit_id").values_list("unit_id", "geometry"))
    return [pk for pk, _outline in outlines], STRtree([shape(outline) for _pk, outline in outlines])
