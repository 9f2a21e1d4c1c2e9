"""Places in VN-2000, to a centimetre, as the official seven parameters give them."""

import json
from pathlib import Path

import pytest

from tinhso.kernel.coordinates import CRS84, coordinate_transform

pytestmark = pytest.mark.conformance
CENTIMETRE = 0.01  # metres
CENTIMETRE_IN_DEGREES = 9e-8


def test_places_are_turned_to_a_centimetre_both_ways(vectors: Path) -> None:
    path = vectors / "07-land" / "vn2000" / "points.json"
    if not path.is_file():
        pytest.skip("không có điểm đối chiếu VN-2000 (TINHSO_VECTORS)")
    points = json.loads(path.read_text())["points"]

    for point in points:
        place = point["lon"], point["lat"]
        for zone in ("9209", "9210", "3405"):
            assert coordinate_transform(CRS84, f"EPSG:{zone}").point(*place) == pytest.approx(
                point[zone], abs=CENTIMETRE
            )
            back = coordinate_transform(f"EPSG:{zone}", CRS84).point(*point[zone])
            assert back == pytest.approx(place, abs=CENTIMETRE_IN_DEGREES)
    assert points
