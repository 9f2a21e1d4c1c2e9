"""Boundaries: supplied by the operator as GeoJSON, or schematic cells drawn around the units' points."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from shapely import MultiPoint, Point, to_geojson, voronoi_polygons
from shapely.geometry import shape

from tinhso.blocks.audit import services as audit
from tinhso.blocks.units import queries
from tinhso.blocks.units.models import Boundary, Level, Unit
from tinhso.blocks.units.rights import MANAGE_UNITS
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MARGIN = 0.035  # degrees (about 4 km) that cells reach beyond the outermost points


@transaction.atomic
def load_boundaries(path: Path, *, by: Actor, day: date) -> tuple[int, list[str]]:
    """Take outlines for units valid on ``day`` from a GeoJSON FeatureCollection whose features carry ``code``.

    Returns how many were stored and the codes that name no unit. Refuses a file that is not GeoJSON polygons in
    longitude and latitude.
    """
    by.must_be_able_to(MANAGE_UNITS)
    features = _geojson_features(path)
    units = {
        unit.code: unit for unit in queries.at(day) if unit.level in (Level.COMMUNE, Level.DISTRICT, Level.PROVINCE)
    }
    unknown, stored = [], 0
    for feature in features:
        code = str(_code_of_feature(feature.get("properties") or {}))
        if code not in units:
            unknown.append(code)
            continue
        _check_outline(feature["geometry"], code)
        Boundary.objects.update_or_create(
            unit=units[code], defaults={"geometry": feature["geometry"], "schematic": False, "source": path.name}
        )
        stored += 1
    audit.record(by=by, did="loaded boundaries", to=("units.Boundary", path.name), after={"stored": stored})
    return stored, unknown


def _geojson_features(path: Path) -> list[dict[str, Any]]:
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
        return list(collection["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            "not_geojson", _("Không đọc được “%(name)s”: cần một tệp GeoJSON kiểu FeatureCollection."), name=path.name
        ) from error


def _code_of_feature(properties: dict[str, Any]) -> Any:
    for key in ("code", "ma", "ward_code", "maXa", "ma_xa"):
        if key in properties:
            return properties[key]
    return ""


def _check_outline(geometry: dict[str, Any], code: str) -> None:
    outline = shape(geometry)
    west, south, east, north = outline.bounds
    if outline.geom_type not in ("Polygon", "MultiPolygon") or not (
        -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    ):
        raise Refused("bad_outline", _("Ranh giới của đơn vị %(code)s phải là đa giác theo kinh độ, vĩ độ."), code=code)


@transaction.atomic
def draw_schematic(*, day: date) -> int:
    """Draw a cell around the point of every commune of ``day`` that has a point but no boundary; returns how many."""
    drawn = 0
    for province in queries.at(day).filter(level=Level.PROVINCE):
        tree = queries.tree(day)
        keys = [node.pk for node in tree.communes(province.pk)]
        units = list(Unit.objects.filter(pk__in=keys, lat__isnull=False, lon__isnull=False).order_by("ref"))
        drawn += _draw_cells(units) if len(units) > 2 else 0
    return drawn


def _draw_cells(units: list[Unit]) -> int:
    points = {unit.pk: Point(float(unit.lon or 0), float(unit.lat or 0)) for unit in units}
    frame = MultiPoint(list(points.values())).convex_hull.buffer(MARGIN)
    cells = voronoi_polygons(MultiPoint(list(points.values())), extend_to=frame)
    having = set(Boundary.objects.filter(unit__in=units).values_list("unit_id", flat=True))
    new = []
    for unit in units:
        cell = next((c for c in cells.geoms if c.covers(points[unit.pk])), None)
        if cell is not None and unit.pk not in having:
            geometry = json.loads(to_geojson(cell.intersection(frame).simplify(0.0005)))
            new.append(Boundary(unit=unit, geometry=geometry, schematic=True, source="Sơ đồ vẽ quanh điểm trung tâm"))
    Boundary.objects.bulk_create(new)
    return len(new)
