"""Values that a change of another answer puts in, where a page is sent that has no script to do it.

A page says with each such answer what it was when the page was made ("was."); a page with script keeps that up to
date as it puts values in itself, so that nothing is put in twice.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from tinhso.blocks.surveys.queries import judging
from tinhso.blocks.surveys.queries.evaluating import Node, text
from tinhso.blocks.surveys.queries.judging import Answer, Judged
from tinhso.blocks.surveys.queries.xform import Form, Question

MOST_STEPS = 200  # values that change each other in turn end here

Places = dict[str, tuple[Question, Node]]


def put_in(
    form: Form,
    node: Node,
    before: Node,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], Node]],
    language: str,
) -> None:
    """Put values into ``node`` where answers are not as they were ``before``; what people wrote themselves stays."""
    if not any(question.sets for question in form.root.all()):
        return
    places, earlier = dict(_placed(form.root, node, "")), dict(_placed(form.root, before, ""))
    changed = [key for key, (question, here) in places.items() if _is_changed(question, here, earlier[key][1])]
    written = set(changed)
    steps = 0
    while changed and steps < MOST_STEPS:
        key = changed.pop(0)
        for path, tree in places[key][0].sets:
            judged = judging.settled(form, node, now=now, outside=outside, language=language)
            for target in _targets(key, path, judged, places):
                steps += 1
                here = places[target.key][1]
                value = text(judging.work_out(tree, judged, target))
                if target.key not in written and here.value != value:
                    here.value = value
                    changed += [target.key] if places[target.key][0].sets else []


def _placed(question: Question, node: Node, key: str) -> Iterator[tuple[str, tuple[Question, Node]]]:
    """Every question with its node, by the key that :class:`Answer` has for it."""
    yield key, (question, node)
    for child in question.children:
        below = f"{key}.{child.name}".strip(".")
        for place, one in enumerate(one for one in node.children if one.name == child.name):
            yield from _placed(child, one, f"{below}.{place}" if child.kind == "repeat" else below)


def _is_changed(question: Question, now: Node, before: Node) -> bool:
    if question.is_group or not (question.sets or question.is_set):
        return False
    if question.kind == "file":  # the name of a photo is new each time
        return bool(now.value) != bool(before.value)
    return now.value != before.value


def _targets(key: str, path: str, judged: Judged, places: Places) -> list[Answer]:
    """Where a value goes: within the row of the answer that changed, where it stands in one; else in every row."""
    row = _row(key)
    found = [one for one in judged.top.all() if one.question.path == path and one.key in places]
    near = [one for one in found if row and one.key.startswith(f"{row}.")]
    return near or found


def _row(key: str) -> str:
    """The key of the innermost row that an answer stands in; empty where it stands in none."""
    parts = key.split(".")
    last = max((place for place, part in enumerate(parts) if part.isdecimal()), default=-1)
    return ".".join(parts[: last + 1])
