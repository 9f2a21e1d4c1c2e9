"""Cutting the values of a map into classes and sizing its circles: on the server, so that every drawing agrees."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from math import floor, log10, sqrt

from tinhso.ui.wording import as_decimal

QUANTILE, EQUAL, NATURAL, TARGET = METHODS = ("quantile", "equal", "natural", "target")
CIRCLES = "circles"
MANY = 400  # distinct values beyond which natural breaks are sought among evenly spaced ones


@dataclass(frozen=True)
class MapClass:
    """One shade of a map: its number from 1, the values from ``low`` to ``high`` (both included), how many areas.

    ``tone`` is "miss" or "meet" where classes are cut at a target, else empty.
    """

    number: int
    low: Decimal
    high: Decimal
    count: int = 0
    tone: str = ""

    @property
    def shade(self) -> str:
        """Its place in the palette: ``1`` to ``7``, or ``t1`` … ``t4`` about a target."""
        return f"t{self.number}" if self.tone else str(self.number)


@dataclass(frozen=True)
class TargetRange:
    """What values are held against: a floor, a ceiling, or both."""

    floor: Decimal | None = None
    ceiling: Decimal | None = None

    def met_by(self, value: Decimal) -> bool:
        """Whether ``value`` is not below the floor nor above the ceiling."""
        return (self.floor is None or value >= self.floor) and (self.ceiling is None or value <= self.ceiling)


def classes_of(
    values: Iterable[object], count: int = 5, method: str = QUANTILE, aim: TargetRange | None = None
) -> list[MapClass]:
    """Cut ``values`` into at most ``count`` classes; equal values share a class and no class is empty.

    ``quantile``: nearly equal numbers of areas; ``equal``: ranges of equal width; ``natural``: the ranges in which
    values differ least from their own mean (Fisher 1958, Jenks 1967); ``target``: missed by much, missed, met, met by
    much, each pair parted at its median (``aim`` is needed).
    """
    numbers = sorted(number for number in map(as_decimal, values) if number is not None)
    if not numbers:
        return []
    if method == TARGET and aim is not None:
        return _classes_around_target(numbers, aim)
    if len(set(numbers)) <= count:
        return _classes_between(numbers, sorted(set(numbers)))
    return _classes_between(numbers, _CUTS.get(method, _quantile_cuts)(numbers, count))


def _quantile_cuts(known: Sequence[Decimal], count: int) -> list[Decimal]:
    return sorted({known[round(len(known) * i / count) - 1] for i in range(1, count)} | {known[-1]})


def _equal_cuts(known: Sequence[Decimal], count: int) -> list[Decimal]:
    width = (known[-1] - known[0]) / count
    bounds = [known[0] + width * i for i in range(1, count)]
    return sorted({max(value for value in known if value <= bound) for bound in bounds} | {known[-1]})


def _natural_cuts(known: Sequence[Decimal], count: int) -> list[Decimal]:
    """Fisher's exact partition of the sorted values into ``count`` groups of least squared deviation."""
    picked = known if len(set(known)) <= MANY else [known[round(i * (len(known) - 1) / MANY)] for i in range(MANY + 1)]
    distinct = sorted(set(picked))
    ends = _best_ends([float(value) for value in distinct], [picked.count(value) for value in distinct], count)
    return [distinct[end] for end in ends]


def _best_ends(values: Sequence[float], weights: Sequence[int], count: int) -> list[int]:
    weight = [0, *accumulate(weights)]
    total = [0.0, *accumulate(v * w for v, w in zip(values, weights, strict=True))]
    square = [0.0, *accumulate(v * v * w for v, w in zip(values, weights, strict=True))]

    def spread(first: int, last: int) -> float:
        many, amount = weight[last + 1] - weight[first], total[last + 1] - total[first]
        return square[last + 1] - square[first] - amount * amount / many

    cost = [spread(0, last) for last in range(len(values))]
    chosen: list[list[int]] = []
    for group in range(1, count):
        best = [
            min(((cost[cut - 1] + spread(cut, last), cut) for cut in range(group, last + 1)), default=(0.0, 0))
            for last in range(len(values))
        ]
        cost = [best_cut[0] for best_cut in best]
        chosen.append([best_cut[1] for best_cut in best])
    ends, last = [len(values) - 1], len(values) - 1
    for cuts in reversed(chosen):
        last = cuts[last] - 1
        ends.append(last)
    return sorted(ends)


_CUTS: dict[str, Callable[[Sequence[Decimal], int], list[Decimal]]] = {
    QUANTILE: _quantile_cuts,
    EQUAL: _equal_cuts,
    NATURAL: _natural_cuts,
}


def _classes_between(known: Sequence[Decimal], uppers: Sequence[Decimal]) -> list[MapClass]:
    """Classes up to each of ``uppers``; their lows are values that occur."""
    map_classes, below = [], None
    for number, upper in enumerate(uppers, 1):
        inside = [value for value in known if value <= upper and (below is None or value > below)]
        map_classes.append(MapClass(number, inside[0], upper, len(inside)))
        below = upper
    return map_classes


def _classes_around_target(known: Sequence[Decimal], aim: TargetRange) -> list[MapClass]:
    """Up to four classes in the order of values: t1 and t2 miss the target, t3 and t4 meet it."""
    missed = [value for value in known if not aim.met_by(value)]
    met = [value for value in known if aim.met_by(value)]
    if aim.floor is not None and aim.ceiling is not None:
        return _about_range(known, met, aim)
    far_first = aim.floor is not None
    worse = _classes_of_half(missed, (1, 2) if far_first else (2, 1), "miss")
    better = _classes_of_half(met, (3, 4) if far_first else (4, 3), "meet")
    return [*worse, *better] if far_first else [*better, *worse]


def _about_range(known: Sequence[Decimal], met: Sequence[Decimal], aim: TargetRange) -> list[MapClass]:
    parts = [
        (1, "miss", [value for value in known if aim.floor is not None and value < aim.floor]),
        (4, "meet", list(met)),
        (2, "miss", [value for value in known if aim.ceiling is not None and value > aim.ceiling]),
    ]
    return [MapClass(number, part[0], part[-1], len(part), tone) for number, tone, part in parts if part]


def _classes_of_half(part: Sequence[Decimal], numbers: tuple[int, int], tone: str) -> list[MapClass]:
    if not part:
        return []
    cut = _classes_between(part, [part[-1]]) if len(set(part)) < 2 else _classes_between(part, _quantile_cuts(part, 2))
    if len(cut) == 1:
        near = numbers[1] if numbers in ((1, 2), (4, 3)) else numbers[0]
        return [replace(cut[0], number=near, tone=tone)]
    return [replace(map_class, number=number, tone=tone) for map_class, number in zip(cut, numbers, strict=True)]


def class_of(value: Decimal | None, classes: Sequence[MapClass]) -> MapClass | None:
    """The class that holds ``value``; None where there is no value."""
    if value is None or not classes:
        return None
    return next((map_class for map_class in classes if value <= map_class.high), classes[-1])


def radius_of(value: Decimal | None, largest: Decimal, widest: float) -> float:
    """The radius of a circle whose area is to ``widest``'s as ``value`` to ``largest``; 0 for nothing and below."""
    if value is None or value <= 0 or largest <= 0:
        return 0.0
    return round(widest * sqrt(value / largest), 1)


def round_sizes(largest: Decimal) -> list[Decimal]:
    """Three round amounts for a legend of circles, the largest first: 50, 20, 5 for 73."""
    if largest <= 0:
        return []
    power = Decimal(10) ** floor(log10(float(largest)))
    top = max(step for step in (1, 2, 5) if step * power <= largest) * power
    return [top, *((top / 2, top / 5) if top / power == 1 else (top * 2 / 5, top / 10))]
