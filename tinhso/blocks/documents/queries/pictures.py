"""Drawings as PNG, for programs that show no SVG."""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from tinhso.blocks.documents.queries.pdf import typeface_file
from tinhso.ui.plots import ChartDrawing, ChartShape

SCALE, FINER = 3, 2  # dots a unit in the file; drawn finer first, so that slanting lines are smooth


def as_png(drawing: ChartDrawing) -> bytes:
    """The drawing on white, 3 dots a unit (about 230 dots an inch at the width of a page)."""
    times = SCALE * FINER
    size = round(drawing.width * times), round(drawing.height * times)
    image = Image.new("RGB", size, "#ffffff")
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        _DRAW[shape.kind](pen, shape, [(x * times, y * times) for x, y in shape.points], times)
    small = image.resize((size[0] // FINER, size[1] // FINER), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "PNG", optimize=False, compress_level=9)
    return out.getvalue()


Points = list[tuple[float, float]]


def _draw_line(pen: ImageDraw.ImageDraw, shape: ChartShape, points: Points, times: int) -> None:
    width = max(1, round(shape.size * times))
    if not shape.dashed:
        pen.line(points, fill=shape.colour, width=width, joint="curve")
        return
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = max(abs(x1 - x0), abs(y1 - y0))
    for at in range(0, int(length), 8 * times):
        start, end = at / length, min(at + 5 * times, length) / length
        piece = [(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share) for share in (start, end)]
        pen.line(piece, fill=shape.colour, width=width)


def _draw_box(pen: ImageDraw.ImageDraw, shape: ChartShape, points: Points, times: int) -> None:
    fill = "#ffffff" if shape.hollow else shape.colour
    pen.rectangle((*points[0], *points[1]), fill=fill, outline=shape.colour, width=times)


def _draw_dot(pen: ImageDraw.ImageDraw, shape: ChartShape, points: Points, times: int) -> None:
    ((x, y),) = points
    reach = shape.size * times
    fill = "#ffffff" if shape.hollow else shape.colour
    pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=fill, outline=shape.colour, width=times)


def _draw_text(pen: ImageDraw.ImageDraw, shape: ChartShape, points: Points, times: int) -> None:
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
    pen.text(points[0], shape.text, fill=shape.colour, font=_font(round(shape.size * times)), anchor=anchor)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(typeface_file("400Regular")), size, layout_engine=ImageFont.Layout.BASIC)


_DRAW: dict[str, Callable[[ImageDraw.ImageDraw, ChartShape, Points, int], None]] = {
    "line": _draw_line,
    "box": _draw_box,
    "dot": _draw_dot,
    "text": _draw_text,
}
