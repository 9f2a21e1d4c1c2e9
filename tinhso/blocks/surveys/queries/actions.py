"""What a form does by itself: values put in when it is opened, when a row is begun, when another answer changes.

https://getodk.github.io/xforms-spec/#event:xforms-value-changed and the two ``odk-`` events; XLSForm writes the
third as the column ``trigger``.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from tinhso.blocks.surveys.queries.xpath import Ast, UnreadableExpression, parse_xpath

SETVALUE, REPEAT = "{http://www.w3.org/2002/xforms}setvalue", "{http://www.w3.org/2002/xforms}repeat"
OPENED, ROW_BEGUN, CHANGED = "odk-instance-first-load", "odk-new-repeat", "xforms-value-changed"


class Acting(Protocol):
    """What is written down here with a question, beside its name and path."""

    name: str
    path: str
    first: Ast | None
    each_row: Ast | None
    sets: list[tuple[str, Ast]]
    is_set: bool


def read_into(by_path: Mapping[str, Acting], root: Any) -> None:
    """Write down with each question what its ``setvalue`` elements ask; raises :class:`Unreadable`."""
    repeats = [element.get("nodeset", "") for element in root.iter(REPEAT)]
    for element in root.iter(SETVALUE):
        question = by_path.get(element.get("ref", ""))
        if question is None:
            continue
        events, value = element.get("event", "").split(), _value(question, element)
        row = max((repeat for repeat in repeats if question.path.startswith(f"{repeat}/")), key=len, default="")
        value = _within(value, row, question.path.count("/") - row.count("/")) if row else value
        if OPENED in events:
            question.first = value
        if ROW_BEGUN in events:
            question.each_row = value
        above = element.getparent()
        changing = by_path.get(above.get("ref") or above.get("nodeset") or "")
        if CHANGED in events and changing is not None:
            changing.sets.append((question.path, value))
            question.is_set = True


def _value(question: Acting, element: Any) -> Ast:
    written = element.get("value")
    if not written:
        return ("text", (element.text or "").strip())
    try:
        return parse_xpath(written)
    except UnreadableExpression as problem:
        raise UnreadableExpression(f"{question.name}: {written.strip()[:200]}") from problem


def _within(tree: Ast, row: str, depth: int) -> Ast:
    """The same expression, in which a path that leads into the repeat ``row`` stays within the row it is worked out in,
    as clients of ODK have it; ``depth`` steps lead from there up to the row."""
    if tree[:2] == ("path", ("root",)):
        names = tuple(name for _axis, name, _predicates in tree[2])
        above = tuple(row.strip("/").split("/"))
        if names[: len(above)] == above and len(names) > len(above):
            return ("path", None, (("parent", "node()", ()),) * depth + tree[2][len(above) :])
    return tuple(_within(part, row, depth) if isinstance(part, tuple) else part for part in tree)
