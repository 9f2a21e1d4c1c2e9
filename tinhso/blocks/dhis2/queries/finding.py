"""Choosing objects: DHIS2's ``filter``, ``query``, ``order`` and paging."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.blocks.dhis2.queries.fields import Objects, Reference
from tinhso.blocks.dhis2.queries.refusal import DhisRefused
from tinhso.kernel.text import fold

A_PAGE, BIGGEST_PAGE = 50, 10_000
Thing = Mapping[str, Any]


def _folded_test(test: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    return lambda have, want: test(fold(have), fold(want))


def _numeric_test(test: Callable[[Any, Any], bool]) -> Callable[[str, str], bool]:
    def compared(have: str, want: str) -> bool:
        try:
            return test(float(have), float(want))
        except ValueError:
            return test(have, want)

    return compared


def _has_all_words(have: str, want: str) -> bool:
    return all(word in have for word in want.split())


TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda have, want: have == want,
    "ieq": _folded_test(lambda have, want: have == want),
    "ne": lambda have, want: have != want,
    "gt": _numeric_test(lambda have, want: have > want),
    "ge": _numeric_test(lambda have, want: have >= want),
    "lt": _numeric_test(lambda have, want: have < want),
    "le": _numeric_test(lambda have, want: have <= want),
    "like": lambda have, want: want in have,
    "ilike": _folded_test(lambda have, want: want in have),
    "$like": lambda have, want: have.startswith(want),
    "$ilike": _folded_test(lambda have, want: have.startswith(want)),
    "like$": lambda have, want: have.endswith(want),
    "ilike$": _folded_test(lambda have, want: have.endswith(want)),
    "token": _folded_test(_has_all_words),
    "in": lambda have, want: have in _list_items(want),
}
NEGATED = {"!eq", "!like", "!ilike", "!$like", "!$ilike", "!like$", "!ilike$", "!in", "!token"}
ALONE = {"null", "!null", "empty", "!empty"}


def _list_items(text: str) -> list[str]:
    return [item.strip() for item in text.strip("[]").split(",")]


@dataclass(frozen=True)
class ObjectQuery:
    """What a list of objects was asked for."""

    filters: Sequence[str] = ()
    any_of: bool = False
    query: str = ""
    order: Sequence[str] = ()


def filtered_objects(things: Sequence[Thing], object_query: ObjectQuery, objects: Objects) -> list[Thing]:
    """The objects that pass every filter (or any, when so asked), in the asked order."""
    tests = [_filter_test(text, objects) for text in object_query.filters]
    every = any if object_query.any_of and tests else all
    rows = [values for values in things if every(test(values) for test in tests)]
    if object_query.query:
        words = fold(object_query.query)
        rows = [values for values in rows if words in fold(str(values["name"])) or object_query.query == values["id"]]
    for order in reversed(object_query.order):
        name, _, direction = order.partition(":")
        key = _sort_key(name)
        rows.sort(key=key, reverse=direction in ("desc", "idesc"))
    return rows


def _sort_key(name: str) -> Callable[[Thing], tuple[bool, Any]]:
    def key(thing: Thing) -> tuple[bool, Any]:
        value = thing.get(name)
        return (not isinstance(value, (int, float)), value if isinstance(value, (int, float)) else fold(str(value)))

    return key


def _filter_test(text: str, objects: Objects) -> Callable[[Thing], bool]:
    """A filter such as ``name:ilike:case`` or ``parent.id:in:[a,b]``."""
    path, _, rest = text.partition(":")
    operator, _, want = rest.partition(":")
    is_supported = operator in TESTS or operator in NEGATED or operator in ALONE
    if not path or not is_supported or not re.fullmatch(r"[\w.]{1,100}", path):
        raise DhisRefused(400, "E1003", f"Filter cannot be read: {text[:80]}")
    if operator in ALONE:
        return lambda values: (not _values_at_path(values, path, objects)) is not operator.startswith("!")
    test = TESTS[operator.removeprefix("!")]
    return lambda values: (
        any(test(have, want) for have in _values_at_path(values, path, objects)) is (operator not in NEGATED)
    )


def _values_at_path(values: Thing, path: str, objects: Objects) -> list[str]:
    """The values at the end of a path of names, as text."""
    if path == "identifiable":
        return [str(values[name]) for name in ("id", "code", "name") if values.get(name)]
    here: list[Any] = [values]
    for name in path.split("."):
        stepped = [item.get(name) for item in here if isinstance(item, Mapping)]
        flat = [item for value in stepped for item in (value if isinstance(value, list) else [value])]
        here = [objects.look(item) if isinstance(item, Reference) else item for item in flat]
    return [_value_text(value) for value in here if value is not None and value != ""]


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value["id"]) if isinstance(value, Mapping) and "id" in value else str(value)


@dataclass(frozen=True)
class ObjectPage:
    """One page of a list, counted from 1."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many there are; at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def part(self) -> slice:
        """Where it lies in the list."""
        return slice((self.number - 1) * self.size, self.number * self.size)


def object_page(number: str, size: str, total: int) -> ObjectPage:
    """The page asked for; refuses what is no number."""
    if not (number or "1").isdecimal() or not (size or "1").isdecimal() or len(number) > 9 or len(size) > 9:
        raise DhisRefused(400, "E1003", "page and pageSize must be whole numbers.")
    return ObjectPage(max(1, int(number or 1)), min(BIGGEST_PAGE, max(1, int(size or A_PAGE))), total)
