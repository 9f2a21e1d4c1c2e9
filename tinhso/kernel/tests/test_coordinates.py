"""Places turned from one coordinate system into another."""

import pytest

from tinhso.kernel.coordinates import CRS84, ProjError, coordinate_transform

PLACE = (106.193094, 9.970209)


@pytest.mark.parametrize(
    ("system", "digits"), [("EPSG:4326", 8), ("EPSG:4756", 8), ("EPSG:3405", 3), ("EPSG:9210", 3), ("EPSG:3857", 3)]
)
def test_a_place_is_rounded_to_a_millimetre_in_the_unit_of_its_system(system: str, digits: int) -> None:
    there, back = coordinate_transform(CRS84, system), coordinate_transform(system, CRS84)

    led_back = back.point(*there.point(*PLACE))

    assert there.digits == digits
    assert led_back == pytest.approx(PLACE, abs=2e-8)  # degrees: two millimetres


def test_latitude_comes_first_where_the_system_says_so() -> None:
    place = coordinate_transform(CRS84, "EPSG:4326").point(*PLACE)

    assert place == (PLACE[1], PLACE[0])


def test_a_box_over_the_180th_meridian_stays_one() -> None:
    box = coordinate_transform("EPSG:4326", CRS84).box((-1, 179, 1, -179))

    assert box == (179, -1, -179, 1)


@pytest.mark.parametrize("system", ["EPSG:3405", "EPSG:3406", "EPSG:9209", "EPSG:9210", "EPSG:4756"])
def test_vn_2000_goes_by_the_official_parameters_both_ways(system: str) -> None:
    ways = (
        coordinate_transform(CRS84, system).operation,
        coordinate_transform(system, CRS84).operation,
        coordinate_transform("EPSG:4326", system).operation,
    )

    assert all("VN-2000 to WGS 84 (2) (EPSG:6960)" in way for way in ways)


def test_what_has_no_place_there_is_refused() -> None:
    with pytest.raises(ProjError):
        coordinate_transform("EPSG:4326", "EPSG:9210").point(1e9, 1e9)
