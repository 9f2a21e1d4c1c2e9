"""Cells of a column read together: the values and words of ``parsing``, without asking them cell by cell.

Large files hold the same few values over and over, numbers within bounds, or text that is as it should be. What is seen
to be so of all cells at once needs no reader; whatever is not goes to the reader of its column.
"""

import json
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tinhso.blocks.registers.queries import parsing, registry
from tinhso.blocks.registers.queries.registry import RegisterColumn

FEW = 4  # a column of which a quarter is distinct is read by its distinct values


@dataclass(frozen=True)
class ParsedCells:
    """Values by place (None where a cell is faulty), and by place what is wrong."""

    values: list[Any]
    faults: dict[int, str] = field(default_factory=dict)


def read_cells(column: RegisterColumn, reader: parsing.Reader, cells: Sequence[Any]) -> ParsedCells:
    """What ``reader`` makes of each of these cells of ``column``."""
    distinct = set(zip(map(type, cells), cells, strict=True))  # 1, 1.0 and True are equal, but not the same
    if len(distinct) * FEW <= len(cells):
        return _by_value(reader, distinct, cells)
    values = _number_values(column, cells) or _text_values(column, cells)
    return ParsedCells(values) if values else _read_each_cell(reader, cells)


def json_texts(values: Sequence[Any]) -> list[str]:
    """Each value as JSON; none of them a list or an object. A line break is never inside of a JSON value."""
    return json.dumps(values, ensure_ascii=False, separators=("\n", ":"))[1:-1].split("\n")


def _read_each_cell(reader: parsing.Reader, cells: Sequence[Any]) -> ParsedCells:
    values: list[Any] = []
    faults: dict[int, str] = {}
    for place, cell in enumerate(cells):
        try:
            values.append(reader(cell))
        except parsing.UnreadableValue as fault:
            values.append(None)
            faults[place] = str(fault)
    return ParsedCells(values, faults)


def _by_value(reader: parsing.Reader, distinct: set[tuple[type, Any]], cells: Sequence[Any]) -> ParsedCells:
    pairs = list(distinct)
    few = _read_each_cell(reader, [cell for _type, cell in pairs])
    by_pair = dict(zip(pairs, few.values, strict=True))
    values = [by_pair[pair] for pair in zip(map(type, cells), cells, strict=True)]
    if not few.faults:
        return ParsedCells(values)
    wrong = {pairs[n]: why for n, why in few.faults.items()}
    typed_cells = enumerate(zip(map(type, cells), cells, strict=True))
    return ParsedCells(values, {place: wrong[pair] for place, pair in typed_cells if pair in wrong})


def _number_values(column: RegisterColumn, cells: Sequence[Any]) -> list[Any] | None:
    """Numbers of a spreadsheet that are all within the column's bounds; None where one may not be."""
    bounds = parsing.number_limits(column)
    if bounds is None or set(map(type, cells)) != {float} or not all(map(math.isfinite, cells)):
        return None
    if not bounds[0] <= min(cells) <= max(cells) <= bounds[1]:
        return None
    if column.kind != registry.WHOLE:
        return list(cells)
    return list(map(int, cells)) if all(map(float.is_integer, cells)) else None


def _text_values(column: RegisterColumn, cells: Sequence[Any]) -> list[Any] | None:
    """Texts that are all spelt in the composed way and short enough; None where one may not be, or is empty."""
    if column.kind not in (registry.TEXT, registry.LONG) or parsing.model_validators(column):
        return None
    if set(map(type, cells)) != {str}:
        return None
    texts = list(map(str.strip, cells))
    together = "\n".join(texts)
    most = column.field.max_length
    if "" in texts or "\0" in together or not unicodedata.is_normalized("NFC", together):
        return None
    return texts if most is None or max(map(len, texts)) <= most else None
