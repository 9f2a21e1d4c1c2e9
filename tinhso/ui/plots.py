"""Charts for documents, drawn on the server as plain shapes: the same input gives the same SVG, letter by letter.

Words arrive ready-made; nothing here knows of languages, requests or Django.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from xml.sax.saxutils import escape, quoteattr

Height = Callable[[Decimal], float]
Across = Callable[[int], float]
INK, SOFT, LINE, ACCENT, AIM = "#111111", "#555555", "#cccccc", "#1f5c7a", "#a33a00"
WIDTH, LETTER = 480.0, 0.5  # units of a drawing; a letter's width as part of its size, on average


@dataclass(frozen=True)
class ChartShape:
    """A ``line`` through points, a ``box`` between two, a ``dot``, or a ``text`` anchored at one."""

    kind: str
    points: tuple[tuple[float, float], ...]
    colour: str = INK
    size: float = 1.0
    text: str = ""
    anchor: str = "start"
    dashed: bool = False
    hollow: bool = False


@dataclass(frozen=True)
class ChartDrawing:
    """Shapes on a white sheet of ``width`` by ``height`` units."""

    width: float
    height: float
    shapes: tuple[ChartShape, ...]


@dataclass(frozen=True)
class ChartMark:
    """One figure of a chart: where it belongs, how much (None: not known, a gap), how it reads, how firm it is."""

    label: str
    value: Decimal | None
    text: str = ""
    firm: bool = True


def drawing_svg(drawing: ChartDrawing, *, font: str, title: str = "") -> str:
    """The drawing as SVG; ``title`` is what a screen reader says."""
    name = f"<title>{escape(title)}</title>" if title else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width:g} {drawing.height:g}" '
        f'width="{drawing.width:g}" height="{drawing.height:g}" role="img">{name}'
    )
    return head + "".join(_SVG[shape.kind](shape, quoteattr(font)) for shape in drawing.shapes) + "</svg>"


def _svg_line(shape: ChartShape, _font: str) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in shape.points)
    dash = ' stroke-dasharray="5 3"' if shape.dashed else ""
    return f'<polyline points="{points}" fill="none" stroke="{shape.colour}" stroke-width="{shape.size:g}"{dash}/>'


def _svg_box(shape: ChartShape, _font: str) -> str:
    (left, top), (right, bottom) = shape.points
    paint = f'fill="#ffffff" stroke="{shape.colour}"' if shape.hollow else f'fill="{shape.colour}"'
    return f'<rect x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}" {paint}/>'


def _svg_dot(shape: ChartShape, _font: str) -> str:
    ((x, y),) = shape.points
    fill = "#ffffff" if shape.hollow else shape.colour
    return f'<circle cx="{x:g}" cy="{y:g}" r="{shape.size:g}" fill="{fill}" stroke="{shape.colour}"/>'


def _svg_text(shape: ChartShape, font: str) -> str:
    ((x, y),) = shape.points
    return (
        f'<text x="{x:g}" y="{y:g}" font-family={font} font-size="{shape.size:g}" text-anchor="{shape.anchor}" '
        f'fill="{shape.colour}">{escape(shape.text)}</text>'
    )


_SVG = {"line": _svg_line, "box": _svg_box, "dot": _svg_dot, "text": _svg_text}


def scale_ticks(low: Decimal, high: Decimal, wanted: int = 5) -> list[Decimal]:
    """Round numbers that span ``low`` to ``high``, about ``wanted`` of them."""
    span = (high - low) or abs(high) or Decimal(1)
    rough = span / (wanted - 1)
    unit = Decimal(1).scaleb(rough.adjusted())
    step = next(unit * times for times in (1, 2, Decimal("2.5"), 5, 10) if unit * times >= rough)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = max((high / step).to_integral_value(ROUND_CEILING), first + 1)
    return [(first + n) * step for n in range(int(last - first) + 1)]


def line_chart(
    marks: Sequence[ChartMark], *, aim: ChartMark | None = None, scale: Sequence[ChartMark] = ()
) -> ChartDrawing:
    """Figures over time; a gap stays a gap, a figure that is not firm is hollow, ``aim`` is a dashed line.

    ``scale`` names the ticks (see :func:`ticks`); the chart spans from the first to the last of them.
    """
    left, right, top, bottom = _left_of(scale), WIDTH - 12.0, 22.0, 190.0
    low, high = _lowest_and_highest(scale)

    def place(at: int, value: Decimal) -> tuple[float, float]:
        step = (right - left - 16) / max(len(marks) - 1, 1)
        share = float((value - low) / (high - low))
        return round(left + 8 + at * step, 1), round(bottom - share * (bottom - top), 1)

    shapes = list(_scale_shapes(scale, left, right, lambda value: place(0, value)[1]))
    shapes += _axis_labels(marks, lambda at: place(at, low)[0], bottom + 16)
    shapes += _aim_shapes(aim, left, right, lambda value: place(0, value)[1])
    dots = [None if mark.value is None else place(at, mark.value) for at, mark in enumerate(marks)]
    shapes += [ChartShape("line", piece, ACCENT, 1.8) for piece in _line_pieces(dots) if len(piece) > 1]
    shapes += [
        ChartShape("dot", (dot,), ACCENT, 2.6, hollow=not mark.firm)
        for dot, mark in zip(dots, marks, strict=True)
        if dot is not None
    ]
    shapes += _last_text(marks, dots)
    return ChartDrawing(WIDTH, bottom + 26, tuple(shapes))


def bar_chart(marks: Sequence[ChartMark], *, aim: ChartMark | None = None) -> ChartDrawing:
    """Figures side by side as bars from zero, each with its name before it and its figure after it."""
    left = min(max((_text_width(mark.label, 11.0) for mark in marks), default=0.0) + 10, WIDTH * 0.45)
    room = WIDTH - left - max((_text_width(mark.text, 11.0) for mark in marks), default=0.0) - 12
    bar_values = [mark.value for mark in marks if mark.value is not None]
    largest = max([*bar_values, *([aim.value] if aim and aim.value is not None else []), Decimal(0)]) or Decimal(1)
    shapes: list[ChartShape] = []

    def across(value: Decimal) -> float:
        return round(left + room * max(float(value / largest), 0.0), 1)

    for row, mark in enumerate(marks):
        y = 22.0 + row * 19
        shapes.append(ChartShape("text", ((left - 6, y + 10),), size=11.0, text=mark.label, anchor="end"))
        end = across(mark.value) if mark.value is not None else left
        if mark.value is not None:
            shapes.append(ChartShape("box", ((left, y), (end, y + 13)), ACCENT, hollow=not mark.firm))
        shapes.append(ChartShape("text", ((end + 5, y + 10),), size=11.0, text=mark.text))
    bottom = 22.0 + len(marks) * 19
    shapes.append(ChartShape("line", ((left, 18.0), (left, bottom)), SOFT))
    if aim is not None and aim.value is not None:
        x = across(aim.value)
        shapes.append(ChartShape("line", ((x, 18.0), (x, bottom)), AIM, 1.2, dashed=True))
        shapes.append(ChartShape("text", ((x, 12.0),), AIM, 10.5, aim.text, "end" if x > WIDTH / 2 else "start"))
    return ChartDrawing(WIDTH, bottom + 6, tuple(shapes))


def _left_of(scale: Iterable[ChartMark]) -> float:
    return max((_text_width(mark.text, 10.5) for mark in scale), default=0.0) + 12


def _text_width(text: str, size: float) -> float:
    return len(text) * size * LETTER


def _lowest_and_highest(scale: Sequence[ChartMark]) -> tuple[Decimal, Decimal]:
    values = [mark.value for mark in scale if mark.value is not None] or [Decimal(0), Decimal(1)]
    return min(values), max(values)


def _scale_shapes(scale: Sequence[ChartMark], left: float, right: float, height: Height) -> Iterable[ChartShape]:
    for mark in scale:
        if mark.value is not None:
            y = height(mark.value)
            yield ChartShape("line", ((left, y), (right, y)), LINE, 0.6)
            yield ChartShape("text", ((left - 6, round(y + 3.5, 1)),), SOFT, 10.5, mark.text, "end")


def _axis_labels(marks: Sequence[ChartMark], across: Across, y: float) -> list[ChartShape]:
    """As many labels as fit, the last always among them."""
    widest = max((_text_width(mark.label, 10.5) for mark in marks), default=0.0) + 8
    gap = max(1, -(-len(marks) * int(widest) // int(WIDTH - 40)))
    label_positions = [at for at in range(len(marks)) if (len(marks) - 1 - at) % gap == 0]
    return [ChartShape("text", ((across(at), y),), SOFT, 10.5, marks[at].label, "middle") for at in label_positions]


def _aim_shapes(aim: ChartMark | None, left: float, right: float, height: Height) -> list[ChartShape]:
    if aim is None or aim.value is None:
        return []
    y = height(aim.value)
    return [
        ChartShape("line", ((left, y), (right, y)), AIM, 1.2, dashed=True),
        ChartShape("text", ((left + 4, round(y - 4, 1)),), AIM, 10.5, aim.text),
    ]


def _line_pieces(places: Sequence[tuple[float, float] | None]) -> list[tuple[tuple[float, float], ...]]:
    pieces: list[list[tuple[float, float]]] = [[]]
    for at in places:
        if at is not None:
            pieces[-1].append(at)
        elif pieces[-1]:
            pieces.append([])
    return [tuple(piece) for piece in pieces if piece]


def _last_text(marks: Sequence[ChartMark], dots: Sequence[tuple[float, float] | None]) -> list[ChartShape]:
    drawn_marks = [(mark, dot) for mark, dot in zip(marks, dots, strict=True) if dot is not None]
    if not drawn_marks:
        return []
    mark, (x, y) = drawn_marks[-1]
    return [ChartShape("text", ((round(x + 4, 1), round(y - 7, 1)),), INK, 11.5, mark.text, "end")]
