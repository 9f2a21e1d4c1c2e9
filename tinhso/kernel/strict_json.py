"""JSON of strangers as RFC 8259 has it: no NaN, no name twice in an object, and not deeper than can be read."""

import json
from collections.abc import Callable
from typing import Any


def read_json(content: bytes | str, *, number: Callable[[str], Any] | None = None) -> Any:
    """What ``content`` says; with ``number`` each number is made of its letters. Raises ValueError for what is none."""
    try:
        return json.loads(
            content, parse_int=number, parse_float=number, parse_constant=_no_number, object_pairs_hook=_once
        )
    except RecursionError as problem:
        raise ValueError("too deep") from problem


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("the same name twice")
    return dict(pairs)
