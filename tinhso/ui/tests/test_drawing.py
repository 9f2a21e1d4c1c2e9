import json
from decimal import Decimal

import pytest

from tinhso.ui import drawing
from tinhso.ui.breaks import classes_of

CORNERS = [(106.0, 10.0), (106.1, 10.0), (106.1, 10.1), (106.0, 10.1), (106.0, 10.0)]
SQUARE = {"type": "Polygon", "coordinates": [CORNERS]}


def test_a_gap_in_the_figures_stays_a_gap_in_the_line() -> None:
    spark = drawing.spark_line([1, 2, None, 3, 4])

    assert len(spark.lines) == 2


def test_points_with_a_period_are_read_by_their_second_member() -> None:
    plain = drawing.spark_line([1, 3, 2])
    told = drawing.spark_line([("2024-01", 1), ("2024-02", Decimal(3)), ("2024-03", "2", "estimate")])

    assert told.lines == plain.lines


def test_the_highest_figure_is_at_the_top_and_the_lowest_at_the_bottom() -> None:
    spark = drawing.spark_line([0, 10], width=108, height=40)

    assert spark.lines == ("4.0,36.0 104.0,4.0",)
    assert spark.last == (104.0, 4.0)


def test_a_target_outside_the_figures_still_fits_the_picture() -> None:
    spark = drawing.spark_line([1, 2], target=10, height=40)

    assert spark.target == 4.0


@pytest.mark.parametrize("points", [[], [None, None]])
def test_nothing_known_draws_nothing(points: list[object]) -> None:
    spark = drawing.spark_line(points)

    assert spark.lines == ()
    assert spark.last is None


def test_figures_that_never_change_are_a_level_line() -> None:
    assert drawing.spark_line([5, 5], width=108, height=40).lines == ("4.0,20.0 104.0,20.0",)


def test_classes_hold_every_figure_exactly_once() -> None:
    values = [Decimal(n * n) for n in range(1, 50)]

    classes = classes_of(values, 5)

    held = [sum(cls.low <= value <= cls.high for cls in classes) for value in values]
    assert held == [1] * len(values)
    assert len(classes) == 5


def test_equal_figures_share_a_class() -> None:
    classes = classes_of([7] * 30 + [9], 5)

    assert [(cls.low, cls.high) for cls in classes] == [(Decimal(7), Decimal(7)), (Decimal(9), Decimal(9))]


def test_figures_that_crowd_at_one_value_do_not_break_the_classes() -> None:
    values = [1] * 90 + [2, 3, 4, 5, 6, 7]

    classes = classes_of(values, 5)

    assert classes[0].low == 1
    assert classes[-1].high == 7
    assert all(drawing.shade_of(Decimal(v), classes) != "0" for v in values)


def test_an_area_without_a_figure_has_no_shade() -> None:
    areas = [{"ref": "a", "name": "A", "geometry": SQUARE, "value": None}]

    (shape,) = drawing.shapes_of(areas, classes_of([None]))

    assert shape.shade == "0"
    assert shape.outline.path.startswith("M")


def test_an_outline_is_the_same_from_a_mapping_and_from_text() -> None:
    assert drawing.outline_of_geometry(json.dumps(SQUARE)) == drawing.outline_of_geometry(SQUARE)


def test_north_is_up_and_neighbours_share_their_edge() -> None:
    north = {"type": "Polygon", "coordinates": [[[x, y + 0.1] for x, y in CORNERS]]}

    south_box, north_box = drawing.outline_of_geometry(SQUARE).box, drawing.outline_of_geometry(north).box

    assert north_box[3] == south_box[1]
    assert north_box[1] < south_box[1]


def test_every_part_of_a_multi_polygon_is_drawn() -> None:
    islands = {
        "type": "MultiPolygon",
        "coordinates": [[CORNERS], [[[x + 1, y] for x, y in CORNERS]]],
    }

    assert drawing.outline_of_geometry(islands).path.count("M") == 2


@pytest.mark.parametrize(
    "geometry", [None, {"type": "Point", "coordinates": [1, 2]}, "null", {"type": "Polygon", "coordinates": []}]
)
def test_what_is_no_area_is_not_drawn(geometry: object) -> None:
    assert drawing.outline_of_geometry(geometry).path == ""


def test_the_frame_holds_every_outline() -> None:
    shapes = drawing.shapes_of([{"geometry": SQUARE}], [])
    left, top, width, height = map(int, drawing.frame_of(shapes).split())
    box = shapes[0].outline.box

    assert (left <= box[0], top <= box[1]) == (True, True)
    assert (left + width >= box[2], top + height >= box[3]) == (True, True)
    assert drawing.frame_of([]) == "0 0 100 60"
