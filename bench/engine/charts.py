"""Charts of the measurement as PNG, one for a light page and one for a dark one, drawn from SVG of our own."""

import math
from html import escape
from typing import Any

from bench.engine import summary
from bench.ioc import place
from tinhso.ui import raster

FOLDER = place.ROOT / "bench" / "images"
WIDTH, ROW, LEFT, RIGHT, TOP = 860, 30, 270, 120, 76
THEMES = {
    "light": {
        "ground": "#ffffff",
        "ink": "#1f2937",
        "faint": "#6b7280",
        "grid": "#e5e7eb",
        "floor": "#9ca3af",
        "ours": "#0b7285",
        "peer": "#e8590c",
    },
    "dark": {
        "ground": "#0d1117",
        "ink": "#e6edf3",
        "faint": "#9198a1",
        "grid": "#30363d",
        "floor": "#6e7681",
        "ours": "#3bc9db",
        "peer": "#ff922b",
    },
}
Colours = dict[str, str]


def draw(found: dict[str, Any]) -> None:
    """All charts in both themes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sizes = {int(rows): summary.by_name(size) for rows, size in found["sizes"].items()}
    for theme, colours in THEMES.items():
        for rows, sides in sizes.items():
            if sides:
                _save(f"engine-{rows // 1_000_000}m-{theme}", _bars(rows, list(sides.values()), colours))
        if len(sizes) > 1:
            _save(f"engine-growth-{theme}", _lines(sizes, colours))


def _save(name: str, svg: str) -> None:
    (FOLDER / f"{name}.png").write_bytes(raster.png_of_svg(svg, width=2 * WIDTH))


def _group(name: str) -> str:
    return "floor" if name in summary.FLOOR else "ours" if name in summary.OURS else "peer"


def _seconds(wall: float) -> str:
    if wall < 100:
        return f"{wall:.1f} s" if wall >= 1 else f"{wall:.2g} s"
    return f"{wall:,.0f} s" if wall < 7200 else f"{wall / 3600:.1f} h"


def _text(
    x: float, y: float, words: str, colour: str, *, size: int = 13, anchor: str = "start", bold: bool = False
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" text-anchor="{anchor}"{weight}>'
        f"{escape(words)}</text>"
    )


def _frame(height: float, title: str, under: str, colours: Colours, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="{raster.FAMILY}">'
        f'<rect width="100%" height="100%" fill="{colours["ground"]}"/>'
        + _text(20, 30, title, colours["ink"], size=17, bold=True)
        + _text(20, 50, under, colours["faint"], size=12)
        + "".join(parts)
        + "</svg>"
    )


def _bars(rows: int, sides: list[summary.Line], colours: Colours) -> str:
    """Seconds for the whole requirement, on a scale of powers of ten."""
    low = 10 ** math.floor(math.log10(min(one.wall for one in sides)))
    high = 10 ** math.ceil(math.log10(max(one.wall for one in sides)))

    def at(wall: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(wall / low) / math.log10(high / low)

    bottom, parts, tick = TOP + ROW * len(sides), [], low
    while tick <= high:
        parts.append(f'<path d="M{at(tick):.1f} {TOP - 6}V{bottom}" stroke="{colours["grid"]}"/>')
        parts.append(_text(at(tick), bottom + 16, _seconds(tick), colours["faint"], size=11, anchor="middle"))
        tick *= 10
    for place_of, one in enumerate(sides):
        y, fill = TOP + ROW * place_of, colours[_group(one.name)]
        pale = ' fill-opacity="0.55"' if one.is_reckoned else ""
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{max(at(one.wall) - LEFT, 2):.1f}" height="18" fill="{fill}"{pale}/>'
        )
        parts.append(_text(LEFT - 10, y + 14, one.title, colours["ink"], anchor="end"))
        told = f"{'≈ ' if one.is_reckoned else ''}{_seconds(one.wall)}"
        parts.append(_text(at(one.wall) + 8, y + 14, told, colours["ink"]))
    title = f"Every reading of 1,000 indicators from {rows:,} rows"
    under = "Wall time, logarithmic. Grey: floor. Pale bars: reckoned from a sample of questions."
    return _frame(bottom + 34, title, under, colours, parts)


def _lines(sizes: dict[int, dict[str, summary.Line]], colours: Colours) -> str:
    """Growth from size to size, both scales logarithmic; a straight diagonal is linear growth."""
    names = [name for name in summary.TITLES if sum(name in sides for sides in sizes.values()) > 1]
    walls = [sides[name].wall for sides in sizes.values() for name in names if name in sides]
    low, high, ordered = math.log10(min(walls)), math.log10(max(walls)), sorted(sizes)
    left, right, bottom = 90.0, WIDTH - 270.0, 440.0

    def point(rows: int, wall: float) -> tuple[float, float]:
        x = left + (right - left) * math.log10(rows / ordered[0]) / math.log10(ordered[-1] / ordered[0])
        return x, bottom - (bottom - TOP) * (math.log10(wall) - low) / (high - low)

    parts = []
    for rows in ordered:
        x = point(rows, walls[0])[0]
        parts.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="{colours["grid"]}"/>')
        parts.append(_text(x, bottom + 18, f"{rows // 1_000_000} M rows", colours["faint"], size=11, anchor="middle"))
    ends = []
    for name in names:
        known = [(rows, sizes[rows][name].wall) for rows in ordered if name in sizes[rows]]
        way = " L".join("{:.1f} {:.1f}".format(*point(*one)) for one in known)
        dash = "" if name in (*summary.FLOOR, *summary.OURS) else ' stroke-dasharray="5 4"'
        parts.append(f'<path d="M{way}" fill="none" stroke="{colours[_group(name)]}" stroke-width="2"{dash}/>')
        ends.append((point(*known[-1]), f"{summary.TITLES[name]}, {_seconds(known[-1][1])}", _group(name)))
    parts += _labels(ends, colours)
    return _frame(bottom + 40, "Growth from size to size", "Wall time against rows, both logarithmic", colours, parts)


def _labels(ends: list[tuple[tuple[float, float], str, str]], colours: Colours) -> list[str]:
    """Names at the ends of lines, moved apart so that none covers another."""
    made: list[str] = []
    free: dict[float, float] = {}
    for (x, y), words, group in sorted(ends, key=lambda one: one[0][1]):
        free[x] = max(free.get(x, 0.0) + 15, y + 4)
        made.append(_text(x + 8, free[x], words, colours[group], size=11))
    return made
