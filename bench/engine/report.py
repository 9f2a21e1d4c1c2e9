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
    ours = sides.get("duckdb")
    head = "| side | measured | wall s | × tinhso | CPU s | × tinhso | peak MB | read MB | numbers equal | load |"
    rows = [head, "|---|---|---:|---:|---:|---:|---:|---:|---:|---|"]
    for one in sides.values():
        measured = f"{one.asked} of {one.of:,} questions" if one.is_reckoned else "all of it"
        about, times = "≈ " if one.is_reckoned else "", ("", "")
        if one.name == "scan":
            measured = "reads only"
        elif ours:
            times = f"{one.wall / ours.wall:,.2f}", f"{one.cpu / ours.cpu:,.2f}"
        wall = f"{one.wall:,.1f}" if one.wall >= 1 else f"{one.wall:.2g}"
        spent = f"{about}{wall} | {times[0]} | {about}{one.cpu:,.1f} | {times[1]}"
        equal = f"{one.equal:,}" if one.equal else ""
        rows.append(
            f"| {one.title} | {measured} | {spent} | {one.peak_mb:,} | {one.read_mb:,} | {equal} | {one.load} |"
        )
    return "\n".join(rows)


def _growth(found: Found) -> str:
    sizes = {int(rows): summary.by_name(size) for rows, size in found["sizes"].items()}
    steps = list(pairwise(sorted(sizes)))
    head = "| side | " + " | ".join(f"{less:,} → {more:,}" for less, more in steps)
    rows = [head + " |", "|---|" + "---:|" * len(steps)]
    for name, title in summary.TITLES.items():
        grown = [_grown(sizes[less].get(name), sizes[more].get(name)) for less, more in steps]
        if any(grown):
            rows.append(f"| {title} | {' | '.join(grown)} |")
    return "\n".join(rows)


def _grown(less: summary.Line | None, more: summary.Line | None) -> str:
    if less is None or more is None:
        return ""
    return f"{more.wall / less.wall:.1f} × / {more.cpu / less.cpu:.1f} ×"


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
