"""What stops if a thing stops, as a table and as a drawing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from tinhso.government.infrastructure.models import Dependency, Line, Server
from tinhso.government.infrastructure.queries.lookup import InfrastructureThing, assets_by_ref

WIDE, HIGH, GAP_X, GAP_Y = 190, 44, 70, 16
MOST = 60  # boxes of a drawing; the table has all


@dataclass(frozen=True)
class Stop:
    """A thing that stops, ``steps`` away, because ``because`` (a reference) does."""

    thing: InfrastructureThing
    steps: int
    because: str


@dataclass(frozen=True)
class DrawnBox:
    """A thing in a drawing."""

    thing: InfrastructureThing
    x: int
    y: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class StopDrawing:
    """Boxes from left to right by steps, and curves between them."""

    boxes: tuple[DrawnBox, ...]
    curves: tuple[str, ...]
    width: int
    height: int
    more: int


def dependency_edges() -> dict[str, set[str]]:
    """By thing, what stops with it at once: what people tied, and what stands or ends in a room."""
    tied = Dependency.objects.filter(until__isnull=True).order_by().values_list("of", "on")
    inside = [
        model.objects.filter(removed=False, ended_on__isnull=True, room__isnull=False).order_by()
        for model in (Server, Line)
    ]
    edges: dict[str, set[str]] = defaultdict(set)
    for of, on in tied.union(*(rows.values_list("ref", "room__ref") for rows in inside)):
        edges[on].add(of)
    return edges


def edges_of(ref: str) -> list[tuple[str, str]]:
    """What people tied to a thing: (of, on), both ways."""
    dependencies = Dependency.objects.filter(until__isnull=True).filter(Q(of=ref) | Q(on=ref)).order_by("of", "on")
    return list(dependencies.values_list("of", "on"))


def stops_caused_by(roots: Iterable[str]) -> list[Stop]:
    """Everything that stops if ``roots`` stop, nearest first; the roots themselves are not among it."""
    by_on, infrastructure_things_by_key = dependency_edges(), assets_by_ref()
    reached_refs = set(roots)
    waiting, stops = [(root, 0) for root in reached_refs], []
    while waiting:
        here, steps = waiting.pop(0)
        for of in sorted(by_on.get(here, ())):
            if of not in reached_refs and of in infrastructure_things_by_key:
                reached_refs.add(of)
                stops.append(Stop(infrastructure_things_by_key[of], steps + 1, here))
                waiting.append((of, steps + 1))
    return stops


def would_circle(of: str, on: str) -> bool:
    """Whether ``on`` already stops when ``of`` does."""
    return of == on or any(stop.thing.ref == on for stop in stops_caused_by([of]))


def draw_stops(root: InfrastructureThing, found: list[Stop]) -> StopDrawing:
    """Lay what stops out in columns by steps."""
    stops = found[:MOST]
    columns: dict[int, list[InfrastructureThing]] = defaultdict(list)
    columns[0].append(root)
    for stop in stops:
        columns[stop.steps].append(stop.thing)
    tallest = max(len(column) for column in columns.values())
    height = tallest * (HIGH + GAP_Y) + GAP_Y
    boxes = {
        infrastructure_thing.ref: DrawnBox(
            infrastructure_thing,
            10 + step * (WIDE + GAP_X),
            _top_of_box(place, len(column), height),
            _box_lines(infrastructure_thing.name),
        )
        for step, column in columns.items()
        for place, infrastructure_thing in enumerate(column)
    }
    curves = tuple(_curve_path(boxes, stop) for stop in stops if stop.because in boxes)
    return StopDrawing(
        tuple(boxes.values()), curves, 20 + len(columns) * (WIDE + GAP_X) - GAP_X, height, len(found) - len(stops)
    )


def _top_of_box(place: int, count: int, height: int) -> int:
    column_height = count * (HIGH + GAP_Y) - GAP_Y
    return (height - column_height) // 2 + place * (HIGH + GAP_Y)


def _curve_path(boxes: Mapping[str, DrawnBox], stop: Stop) -> str:
    before, after = boxes[stop.because], boxes[stop.thing.ref]
    x1, y1, x2, y2 = before.x + WIDE, before.y + HIGH // 2, after.x, after.y + HIGH // 2
    return f"M{x1} {y1}C{x1 + GAP_X // 2} {y1} {x2 - GAP_X // 2} {y2} {x2} {y2}"


def _box_lines(name: str) -> tuple[str, ...]:
    """A name in at most two lines of a box."""
    lines, most = [""], 26
    for word in name.split():
        if len(lines[-1]) + len(word) + 1 > most and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][: most - 1]}…"]
    return tuple(line[: most + 2] for line in lines)
