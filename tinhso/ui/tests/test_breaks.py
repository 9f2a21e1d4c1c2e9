from decimal import Decimal
from random import Random

import pytest

from tinhso.ui.breaks import CIRCLES, METHODS, NATURAL, TARGET, TargetRange, classes_of, radius_of, round_sizes
from tinhso.ui.drawing import map_of

RING: list[tuple[float, float]] = [(0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1), (0, 0)]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
RATES = [Decimal(Random(n).randrange(8000, 10000)) / 100 for n in range(60)]


@pytest.mark.parametrize("method", METHODS)
def test_every_value_is_in_exactly_one_class_and_classes_say_how_many(method: str) -> None:
    classes = classes_of(RATES, 5, method, TargetRange(floor=Decimal(90)))

    held = [sum(one.low <= value <= one.high for one in classes) for value in RATES]
    assert held == [1] * len(RATES)
    assert [one.count for one in classes] == [sum(one.low <= v <= one.high for v in RATES) for one in classes]
    assert all(one.count for one in classes)


def test_natural_breaks_fall_into_the_gaps() -> None:
    classes = classes_of([1, 2, 2, 3, 40, 41, 42, 100, 101], 3, NATURAL)

    assert [(int(one.low), int(one.high), one.count) for one in classes] == [(1, 3, 4), (40, 42, 3), (100, 101, 2)]


def test_natural_breaks_differ_less_inside_than_any_other_cut() -> None:
    values = [Decimal(v) for v in (4, 5, 9, 10, 11, 20, 22, 23)]

    classes = classes_of(values, 3, NATURAL)

    def spread(groups: list[list[Decimal]]) -> Decimal:
        means = [sum(group, Decimal(0)) / len(group) for group in groups]
        return sum(((v - m) ** 2 for group, m in zip(groups, means, strict=True) for v in group), Decimal(0))

    ours = spread([[v for v in values if one.low <= v <= one.high] for one in classes])
    cuts = [(a, b) for a in range(1, 7) for b in range(a + 1, 8)]
    assert ours == min(spread([values[:a], values[a:b], values[b:]]) for a, b in cuts)


def test_equal_intervals_are_equally_wide() -> None:
    classes = classes_of(range(101), 5, "equal")

    assert [one.high for one in classes] == [20, 40, 60, 80, 100]


def test_a_target_parts_what_misses_it_from_what_meets_it() -> None:
    classes = classes_of([90, 91, 95, 96, 99, 100], method=TARGET, aim=TargetRange(floor=Decimal(95)))

    assert [(one.shade, one.tone, one.count) for one in classes] == [
        ("t1", "miss", 1),
        ("t2", "miss", 1),
        ("t3", "meet", 2),
        ("t4", "meet", 2),
    ]


def test_under_a_ceiling_the_low_values_are_the_good_ones() -> None:
    classes = classes_of([1, 2, 8, 9], method=TARGET, aim=TargetRange(ceiling=Decimal(4)))

    assert [(int(one.low), one.shade) for one in classes] == [(1, "t4"), (2, "t3"), (8, "t2"), (9, "t1")]


def test_outside_a_range_is_missed_on_either_side() -> None:
    classes = classes_of([1, 5, 9], method=TARGET, aim=TargetRange(floor=Decimal(4), ceiling=Decimal(6)))

    assert [one.tone for one in classes] == ["miss", "meet", "miss"]


def test_the_area_of_a_circle_is_as_its_amount() -> None:
    whole, quarter = radius_of(Decimal(100), Decimal(100), 40), radius_of(Decimal(25), Decimal(100), 40)

    assert (whole, quarter) == (40, 20)
    assert radius_of(None, Decimal(100), 40) == radius_of(Decimal(0), Decimal(100), 40) == 0


@pytest.mark.parametrize(("largest", "sizes"), [("73", ["50", "20", "5"]), ("1", ["1", "0.5", "0.2"]), ("0", [])])
def test_the_legend_of_circles_has_round_amounts(largest: str, sizes: list[str]) -> None:
    assert round_sizes(Decimal(largest)) == [Decimal(size) for size in sizes]


def test_a_map_of_amounts_leaves_areas_plain_and_hatches_those_without_a_figure() -> None:
    areas = [{"ref": ref, "geometry": SQUARE, "value": value} for ref, value in (("a", 100), ("b", 25), ("c", None))]

    drawn = map_of(areas, method=CIRCLES)

    assert [shape.shade for shape in drawn.shapes] == ["base", "base", "0"]
    assert drawn.shapes[0].radius == pytest.approx(2 * drawn.shapes[1].radius, abs=0.1)
    assert drawn.missing == 1
    assert all(size.y + size.radius <= drawn.box[3] for size in drawn.sizes)


def test_an_outline_knows_the_middle_of_its_largest_part() -> None:
    far = [[(x + 1, y) for x, y in RING]]
    small = [[[2, 2], [2.01, 2], [2.01, 2.01], [2, 2.01], [2, 2]]]

    drawn = map_of([{"ref": "a", "geometry": {"type": "MultiPolygon", "coordinates": [small, far]}, "value": 1}])

    assert drawn.shapes[0].outline.lonlat == pytest.approx((1.05, 0.05), abs=0.002)
