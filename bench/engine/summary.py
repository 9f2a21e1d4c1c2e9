"""What the measured figures say: sides in order, ratios, growth, aims."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Found = dict[str, Any]
TITLES = {
    "scan": "bare scan",
    "hand": "hand-written DuckDB",
    "duckdb": "tinhso on DuckDB",
    "spark": "tinhso on Spark",
    "pysail": "tinhso on Sail (pysail)",
    "postgres floors": "PostgreSQL, floors of views",
    "bsl_wide": "boring-semantic-layer, wide",
    "metricflow_wide": "MetricFlow, wide",
    "statements": "one SQL statement each, DuckDB",
    "bsl_single": "boring-semantic-layer, single",
    "metricflow_single": "MetricFlow, single",
    "postgres each": "PostgreSQL, a view each",
}
OURS = ("duckdb", "spark", "pysail")
FLOOR = ("scan", "hand")
WIDE = ("postgres floors", "bsl_wide", "metricflow_wide")
SINGLE = ("statements", "bsl_single", "metricflow_single", "postgres each")


@dataclass(frozen=True)
class Line:
    """One side at one size. ``wall`` is for the whole requirement; ``asked`` of ``of`` questions were measured."""

    name: str
    wall: float
    cpu: float
    peak_mb: int
    read_mb: int
    asked: int = 0
    of: int = 0
    equal: int = 0
    load: str = ""

    @property
    def title(self) -> str:
        """For people."""
        return TITLES[self.name]

    @property
    def is_reckoned(self) -> bool:
        """Whether only a sample was measured."""
        return self.asked < self.of


def lines(size: Found) -> list[Line]:
    """All that was measured at one size, in the order of :data:`TITLES`."""
    flat = {name: side for name, side in size.items() if name != "postgres"}
    for part in ("floors", "each"):
        postgres = size.get("postgres", {})
        if part in postgres:
            near = {key: postgres[key] for key in ("load_before", "load_after") if key in postgres}
            flat[f"postgres {part}"] = postgres[part] | near
    return [_line(name, flat[name]) for name in TITLES if name in flat and "not_measured" not in flat[name]]


def missing(size: Found) -> list[tuple[str, str]]:
    """Sides that could not be measured, and why."""
    return [(name, side["not_measured"]) for name, side in size.items() if "not_measured" in side]


def _line(name: str, side: Found) -> Line:
    wall = side["reckoned_wall"] if "reckoned_wall" in side else sum(side["steps"].values())
    return Line(
        name=name,
        wall=float(wall),
        cpu=_cpu(side),
        peak_mb=side["peak_mb"],
        read_mb=side["read_mb"],
        asked=side.get("asked", 0),
        of=side.get("of", 0),
        equal=int(side.get("numbers_equal") or side.get("cells_equal") or 0),
        load=f"{side.get('load_before', '?')} → {side.get('load_after', '?')}",
    )


def _cpu(side: Found) -> float:
    """CPU seconds of the whole requirement: a server's are reckoned from those of the sample, its start included."""
    if "reckoned_cpu" in side:
        return float(side["reckoned_cpu"])
    return float(side["process_cpu"]) * (side["of"] / side["asked"] if "asked" in side else 1)


def by_name(size: Found) -> dict[str, Line]:
    """The same, by name."""
    return {line.name: line for line in lines(size)}


@dataclass(frozen=True)
class Aim:
    """What was wanted, what came, and whether that is it (None: not measured)."""

    words: str
    came: str
    met: bool | None


def aims(found: Found) -> list[Aim]:
    """Every aim of the benchmark."""
    sizes = {int(rows): by_name(size) for rows, size in found["sizes"].items()}
    return [*_to_hand(sizes), *_to_peers(sizes), *_growth(sizes), _memory(sizes), *_reading(found.get("reading"))]


def _to_hand(sizes: dict[int, dict[str, Line]]) -> list[Aim]:
    made = []
    for rows, sides in sorted(sizes.items()):
        if "hand" in sides and "duckdb" in sides:
            ratio = sides["duckdb"].wall / sides["hand"].wall
            work = sides["duckdb"].cpu / sides["hand"].cpu
            told = f"{ratio:.2f} × by the clock, {work:.2f} × by CPU seconds"
            made.append(Aim(f"{rows:,} rows: ≤ 1.3 × hand-written", told, ratio <= 1.3))
    return made


def _to_peers(sizes: dict[int, dict[str, Line]]) -> list[Aim]:
    sides = sizes.get(10_000_000, {})
    groups = {
        "asked one indicator at a time": SINGLE,
        "asked about all definitions at once": WIDE[1:],
        "laid out by hand": WIDE[:1],
    }
    made = []
    for words, group in groups.items():
        known = [sides[name] for name in group if name in sides]
        if known and "duckdb" in sides:
            best = min(known, key=lambda one: one.wall)
            ratio = best.wall / sides["duckdb"].wall
            told = f"{ratio:.1f} × by the clock, {best.cpu / sides['duckdb'].cpu:.1f} × by CPU seconds ({best.title})"
            made.append(Aim(f"10,000,000 rows: ≥ 50 × the fastest peer, {words}", told, ratio >= 50))
    return made


def _growth(sizes: dict[int, dict[str, Line]]) -> list[Aim]:
    made = []
    ordered = sorted(rows for rows, sides in sizes.items() if "duckdb" in sides)
    for less, more in pairwise(ordered):
        grown = sizes[more]["duckdb"].wall / sizes[less]["duckdb"].wall
        words = f"{less:,} → {more:,} rows: growth no worse than linear"
        made.append(Aim(words, f"{grown:.1f} × for {more / less:.0f} × the rows", grown <= more / less))
    return made


def _memory(sizes: dict[int, dict[str, Line]]) -> Aim:
    line = sizes.get(100_000_000, {}).get("duckdb")
    words = "100,000,000 rows: under 4 GB of memory"
    return Aim(words, f"{line.peak_mb:,} MB" if line else "not measured", line.peak_mb < 4096 if line else None)


def _reading(reading: Found | None) -> list[Aim]:
    if reading is None:
        return []
    limits = {"point": 5, "slice": 15, "wall of 300 indicators": 40, "wall of 25 × 12 months": 40}
    made = []
    for name, limit in limits.items():
        cold, warm = reading[name]["cold"]["p95"], reading[name]["warm"]["p95"]
        made.append(Aim(f"{name}: p95 ≤ {limit} ms", f"cold {cold} ms, warm {warm} ms", cold <= limit))
    memory = reading["extract"]["memory_mb_every_5_s"]
    flat = bool(memory) and memory[-1] <= 1.1 * memory[0]
    made.append(
        Aim(
            "SDMX extract in constant memory",
            f"{memory[0] if memory else '?'} → {memory[-1] if memory else '?'} MB",
            flat,
        )
    )
    return made
