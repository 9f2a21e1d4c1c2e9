"""What has to be answered so that every indicator can be read, put as the questions that a peer is asked.

The whole requirement is fifty definitions × (whole, and broken down by each of four dimensions) × eight places (three
eras of units, each with its levels) × months, quarters and years. A peer that answers one question at a time is asked a
seeded sample of them; each place is a plain column of a table of units, which is what semantic layers and BI tools join
with best. Where a unit was split without a known share its place is empty, so a peer need not share figures out.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from bench.ioc import place

PLACES = {
    "pub_commune": ("published", 3),
    "pub_district": ("published", 2),
    "pub_province": ("published", 1),
    "now_commune": ("current", 3),
    "now_province": ("current", 1),
    "old_commune": ("old", 3),
    "old_district": ("old", 2),
    "old_province": ("old", 1),
}
GRAINS = ("month", "quarter", "year")
DIMS = ("", "field", "channel", "level", "result")
NUMBERS = (
    "received",
    "finished",
    "on_time",
    "early",
    "late",
    "online",
    "rated",
    "satisfied",
    "days",
    "open",
    "fees",
)
SEED = 5


@dataclass(frozen=True)
class Question:
    """Some definitions, broken down by a dimension ("" for the whole), by place and period."""

    number: int
    dim: str
    place: str
    grain: str
    definitions: tuple[dict[str, str], ...] = field(default_factory=tuple)


def definitions() -> list[dict[str, str]]:
    """The fifty, as words that need nothing of ours to be understood; count and out-of are SQL as well."""
    from bench.ioc import facts

    return [
        {
            "code": one.code.lower().replace("-", "_"),
            "kind": one.kind.value,
            "count": sql(one.count),
            "out_of": sql(one.out_of),
        }
        for one in facts.indicators()
    ]


def sql(text: str) -> str:
    """An expression of ours as SQL over a row of the fact."""
    text = text.replace('"', "'").replace("==", "=")
    if text.startswith("when("):
        condition, amount = text[5:-1].split(", ")
        return f"CASE WHEN {condition} THEN {amount} ELSE 0 END"
    return text


def one_at_a_time(known: Sequence[dict[str, str]], *, stocks: bool = True) -> list[Question]:
    """A question for each definition, breakdown, place and kind of period.

    Without ``stocks``, those (of which the last month stays) are asked by months only: a favour to semantic layers.
    """
    every = [
        Question(n, dim, where, grain, (one,))
        for n, (one, dim, where, grain) in enumerate(product(known, DIMS, PLACES, GRAINS))
    ]
    return [one for one in every if stocks or one.grain == "month" or one.definitions[0]["kind"] != "latest"]


def all_at_once(known: Sequence[dict[str, str]]) -> list[Question]:
    """A question for each breakdown, place and kind of period, about every definition that adds up in it.

    Stocks are asked by months only.
    """
    adding = tuple(one for one in known if one["kind"] != "latest")
    found = product(DIMS, PLACES, GRAINS)
    return [Question(n, *what, tuple(known) if what[2] == "month" else adding) for n, what in enumerate(found)]


def sample(questions: Sequence[Question], size: int) -> list[Question]:
    """``size`` of them, always the same ones."""
    return random.Random(SEED).sample(questions, size)


def write(path: Path, questions: Sequence[Question]) -> None:
    """Keep them where the peer's own environment finds them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in questions]))


def units() -> list[dict[str, Any]]:
    """Each unit and where it counts, column by column; None where that cannot be told of a whole unit."""
    reach = place.reach_tables().reach
    levels = {node.ref: int(node.level) for node in reach.nodes.values()}
    found: dict[str, dict[str, Any]] = {}
    for row in reach.rows:
        if row.share is not None:
            mine = found.setdefault(row.source, {"unit": row.source} | dict.fromkeys(PLACES))
            for name, wanted in PLACES.items():
                if wanted == (row.basis, levels[row.target]):
                    mine[name] = row.target
    return list(found.values())
