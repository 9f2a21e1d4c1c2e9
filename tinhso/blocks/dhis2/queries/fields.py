"""The part of an object that was asked for: DHIS2's ``fields`` (``id,name,parent[id],children~size,!code``)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tinhso.blocks.dhis2.queries.refusal import DhisRefused

LONGEST, DEEPEST, MOST_STEPS = 4_000, 8, 300_000
IDENTIFIABLE = ("id", "code", "name", "displayName", "created", "lastUpdated", "href")
NAMEABLE = (*IDENTIFIABLE, "shortName", "displayShortName", "description", "displayDescription")
EVERYTHING = {":all", "*", ":owner", ":persisted"}
_TOKEN = re.compile(r"\s*(?:([!:*\w]+)((?:(?:~|::)\w+(?:\([^()\[\]]{0,100}\))?)*)|([\[\],]))")
_STEP = re.compile(r"(?:~|::)(\w+)(?:\(([^()]*)\))?")


@dataclass(frozen=True)
class Reference:
    """Another object, by its collection and identifier."""

    collection: str
    uid: str


@dataclass
class RequestedField:
    """One name of a ``fields`` list, with what is asked of the object behind it and how to reshape the value."""

    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)
    inside: list["RequestedField"] | None = None


class Objects:
    """All objects of a server by collection and identifier. ``left`` bounds how many one answer may walk through."""

    def __init__(self, collections: Mapping[str, Mapping[str, Mapping[str, Any]]], *, left: int = MOST_STEPS) -> None:
        self.collections = collections
        self.left = left

    def look(self, there: Reference) -> Mapping[str, Any]:
        """The object that a reference names; just its identifier for one that cannot be seen."""
        self.left -= 1
        if self.left < 0:
            raise DhisRefused(409, "E1006", "The answer would be too large: ask for fewer nested fields.")
        return self.collections.get(there.collection, {}).get(there.uid, {"id": there.uid})


def parse_fields(text: str) -> list[RequestedField]:
    """Read a ``fields`` list; refuses one that is not."""
    if len(text) > LONGEST:
        raise DhisRefused(400, "E1004", "The fields parameter is too long.")
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if not match:
            raise _unreadable_fields(text)
        tokens.append(match)
        at = match.end()
    stack: list[list[RequestedField]] = [[]]
    for token in tokens:
        _take_token(token, stack, text)
    if len(stack) != 1:
        raise _unreadable_fields(text)
    return stack[0]


def _take_token(token: re.Match[str], stack: list[list[RequestedField]], text: str) -> None:
    name, steps, mark = token.groups()
    if name:
        stack[-1].append(RequestedField(name, [(step[1], step[2] or "") for step in _STEP.finditer(steps)]))
    elif mark == "[":
        if not stack[-1] or len(stack) > DEEPEST:
            raise _unreadable_fields(text)
        stack[-1][-1].inside = []
        stack.append(stack[-1][-1].inside)
    elif mark == "]":
        if len(stack) < 2:
            raise _unreadable_fields(text)
        stack.pop()


def _unreadable_fields(text: str) -> DhisRefused:
    return DhisRefused(400, "E1004", f"The fields parameter cannot be read: {text[:80]}")


def requested_part(
    thing: Mapping[str, Any], requested_fields: Sequence[RequestedField], objects: Objects
) -> dict[str, Any]:
    """The asked part of an object."""
    left_out = {excluded_field.name[1:] for excluded_field in requested_fields if excluded_field.name.startswith("!")}
    values: dict[str, Any] = {}
    for requested_field in requested_fields:
        for name in _names_of_group(requested_field.name, thing):
            if name in thing and name not in left_out:
                key, value = _transformed_value(
                    name, _field_value(thing[name], requested_field, objects), requested_field.steps
                )
                values[key] = value
    return values


def _names_of_group(name: str, values: Mapping[str, Any]) -> Sequence[str]:
    if name in EVERYTHING:
        return list(values)
    if name == ":simple":
        return [key for key, value in values.items() if not isinstance(value, (Reference, list, dict))]
    return {":identifiable": IDENTIFIABLE, ":nameable": NAMEABLE}.get(name, () if name.startswith("!") else (name,))


def _field_value(value: Any, requested_field: RequestedField, objects: Objects) -> Any:
    if isinstance(value, Reference):
        inside = requested_field.inside if requested_field.inside is not None else [RequestedField("id")]
        return requested_part(objects.look(value), inside, objects)
    if isinstance(value, list):
        return [_field_value(item, requested_field, objects) for item in value]
    if isinstance(value, dict):
        return requested_part(
            value, requested_field.inside if requested_field.inside is not None else [RequestedField("*")], objects
        )
    return value


def _transformed_value(name: str, value: Any, steps: Sequence[tuple[str, str]]) -> tuple[str, Any]:
    for step, argument in steps:
        if step == "rename" and argument:
            name = argument
        elif step == "size":
            value = len(value) if isinstance(value, (list, dict, str)) else 0
        elif step == "isEmpty":
            value = not value
        elif step == "isNotEmpty":
            value = bool(value)
        elif step == "pluck" and isinstance(value, list):
            value = [item.get(argument or "id") if isinstance(item, dict) else item for item in value]
    return name, value


def flat_cells(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """An object as the cells of one row: what is inside another is named with a point, members of a list by id."""
    cells: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            cells |= flat_cells(value, f"{before}{name}.")
        elif isinstance(value, list):
            members = [item.get("id", "") if isinstance(item, Mapping) else item for item in value]
            cells[f"{before}{name}"] = ";".join(map(str, members))
        elif isinstance(value, bool):
            cells[f"{before}{name}"] = str(value).lower()
        else:
            cells[f"{before}{name}"] = "" if value is None else str(value)
    return cells
