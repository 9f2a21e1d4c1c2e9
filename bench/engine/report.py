"""Tables of the measurement: lines for a terminal, and the parts of ``bench/README.md`` that the command writes."""

from itertools import pairwise
from typing import Any

from bench.engine import summary
from bench.ioc import place

README = place.ROOT / "bench" / "README.md"
Found = dict[str, Any]


def line(side: Found) -> str:
    """One side in a few words."""
    if "not_measured" in side:
        return f"not measured: {side['not_measured']}"
    parts = side.get("floors", side)
    if "reckoned_wall" in parts:
        told = (
            f"{parts['asked']} of {parts['of']} questions in {parts['asked_wall']} s; all: {parts['reckoned_wall']} s"
        )
    else:
        told = ", ".join(f"{name} {took} s" for name, took in parts["steps"].items())
    return f"{told}; CPU {parts['process_cpu']} s, peak {parts['peak_mb']:,} MB, read {parts['read_mb']:,} MB"


def write(found: Found) -> None:
    """Put fresh tables between the marks of the README."""
    text = README.read_text(encoding="utf-8")
    parts = {"aims": _aims(found), "sizes": _sizes(found), "growth": _growth(found), "reading": _reading(found)}
    for name, table in parts.items():
        before, begin, rest = text.partition(f"<!-- {name} -->\n")
        _former, end, after = rest.partition(f"<!-- end of {name} -->")
        text = f"{before}{begin}{table}\n{end}{after}"
    README.write_text(text, encoding="utf-8")


def _aims(found: Found) -> str:
    said = {True: "met", False: "**missed**", None: "–"}
    rows = [f"| {aim.words} | {aim.came} | {said[aim.met]} |" for aim in summary.aims(found)]
    return "\n".join(["| aim | measured | |", "|---|---:|---|", *rows])


def _sizes(found: Found) -> str:
    used: dict[str, str] = {}
    for side in (side for size in found["sizes"].values() for side in size.values()):
        used |= side.get("versions", {})
    versions = ", ".join(f"{name} {version}" for name, version in sorted(used.items()))
    parts = [f"{found.get('cores', '?')} cores, {found.get('memory_gb', '?')} GB of memory. {versions}."]
    for rows, size in sorted(found["sizes"].items(), key=lambda one: int(one[0])):
        parts.append(f"\n### {int(rows):,} rows\n\n{_table(size)}")
        parts += [f"\n{name}: not measured, {why}." for name, why in summary.missing(size)]
    return "\n".join(parts)


def _table(size: Found) -> str:
    sides = summary.by_name(size)
    base = sides["duckdb"].wall if "duckdb" in sides else None
    head = "| side | measured | wall s, all of it | × tinhso | CPU s | peak MB | read MB | equal | load |"
    rows = [head, "|---|---|---:|---:|---:|---:|---:|---:|---|"]
    for one in sides.values():
        measured = f"{one.asked} of {one.of:,} questions" if one.is_reckoned else "all of it"
        wall = f"{'≈ ' if one.is_reckoned else ''}{one.wall:,.1f}"
        times = f"{one.wall / base:,.2f}" if base and one.name != "scan" else ""
        cost = f"{one.cpu:,.1f} | {one.peak_mb:,} | {one.read_mb:,}"
        rows.append(
            f"| {one.title} | {measured if one.name != 'scan' else 'reads only'} | {wall} | {times} | {cost} |"
            f" {f'{one.equal:,}' if one.equal else ''} | {one.load} |"
        )
    return "\n".join(rows)


def _growth(found: Found) -> str:
    sizes = {int(rows): summary.by_name(size) for rows, size in found["sizes"].items()}
    ordered = sorted(sizes)
    head = "| side | " + " | ".join(f"{less:,} → {more:,}" for less, more in pairwise(ordered))
    rows = [head + " |", "|---|" + "---:|" * (len(ordered) - 1)]
    for name, title in summary.TITLES.items():
        steps = [
            f"{sizes[more][name].wall / sizes[less][name].wall:.1f} ×"
            if {name} <= sizes[more].keys() & sizes[less].keys()
            else ""
            for less, more in pairwise(ordered)
        ]
        if any(steps):
            rows.append(f"| {title} | {' | '.join(steps)} |")
    return "\n".join(rows)


def _reading(found: Found) -> str:
    reading = found.get("reading")
    if not reading:
        return "Not measured."
    rows = ["| question | asked | opened p50 / p95 | cold p50 / p95 | warm p50 / p95 |", "|---|---:|---:|---:|---:|"]
    for name in ("point", "slice", "wall of 300 indicators", "wall of 25 × 12 months"):
        one = reading[name]
        spread = [f"{one[kind]['p50']} / {one[kind]['p95']}" for kind in ("opened", "cold", "warm")]
        rows.append(f"| {name} | {one['questions']} | {' | '.join(spread)} |")
    told = reading["extract"]
    memory = ", ".join(f"{mb}" for mb in told["memory_mb_every_5_s"])
    rows.append(
        f"\nSDMX-CSV of everything: {told['rows']:,} of {told['of_rows']:,} observations in {told['seconds']} s,"
        f" {told['rows_a_second']:,} a second, {told['mb']:,} MB of text; memory of the process every five seconds:"
        f" {memory} MB. Load {reading.get('load_after', '?')}."
    )
    return "\n".join(rows)
