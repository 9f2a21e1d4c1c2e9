"""Peer: boring-semantic-layer over the same DuckDB file; runs in the peer's own environment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
from boring_semantic_layer import to_semantic_table  # type: ignore[import-not-found]

from bench.engine import asking

GRAINS = {"month": "M", "quarter": "Q", "year": "Y"}
PLACES = tuple(f"{era}_{level}" for era in ("pub", "now", "old") for level in ("commune", "district", "province"))


def opened(data: Path) -> asking.Answer:
    """One semantic model: facts joined with units, each definition of the question a measure of it."""
    running = ibis.duckdb.connect(str(data), read_only=True, memory_limit=asking.MEMORY)
    places = running.table("units")
    units = to_semantic_table(places, name="units").with_dimensions(
        unit=lambda t: t.unit, **{name: _column(name) for name in PLACES if name in places.columns}
    )
    facts = to_semantic_table(running.table("facts"), name="facts").with_dimensions(
        unit=lambda t: t.unit,
        **{grain: _since(letter) for grain, letter in GRAINS.items()},
        **{name: _column(name) for name in ("field", "channel", "level", "result")},
    )
    known: dict[tuple[str, ...], Any] = {}

    def answer(question: dict[str, Any]) -> tuple[list[str], Any]:
        codes = tuple(one["code"] for one in question["definitions"])
        if codes not in known:
            measures = {one["code"]: _measure(one) for one in question["definitions"]}
            known[codes] = facts.with_measures(**measures).join_one(units, on="unit")
        model = known[codes]
        keys = [f"units.{question['place']}", f"facts.{question['grain']}"]
        keys += [f"facts.{question['dim']}"] if question["dim"] else []
        found = model.group_by(*keys).aggregate(*(f"facts.{code}" for code in codes)).execute()
        names = ["target", "day", *(["member"] if question["dim"] else []), *codes]
        return names, list(found.itertuples(index=False, name=None))

    return answer


def _column(name: str) -> Callable[[Any], Any]:
    return lambda t: t[name]


def _since(letter: str) -> Callable[[Any], Any]:
    return lambda t: t.day.truncate(letter)


def _measure(one: dict[str, str]) -> Callable[[Any], Any]:
    def amount(t: Any) -> Any:
        count = _sum(t, one["count"])
        return count / _sum(t, one["out_of"]) if one["out_of"] else count

    return amount


def _sum(t: Any, text: str) -> Any:
    """The sum of one of the few forms that the definitions have: a column, a difference, a column under a condition."""
    if text.startswith("CASE WHEN "):
        dim, _equals, member, _then, column, *_rest = text.removeprefix("CASE WHEN ").split()
        return ibis.ifelse(t[dim] == member.strip("'"), t[column], 0).sum()
    first, _minus, second = text.partition(" - ")
    return (t[first] - t[second]).sum() if second else t[first].sum()


if __name__ == "__main__":
    asking.run(opened)
