"""Values that a change of another answer puts in, where a page is sent that has no script to do it.

A page says with each such answer what it was when the page was made ("was."); a page with script keeps that up to
date as it puts values in itself, so that nothing is put in twice.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from tinhso.blocks.surveys.queries import judging
from tinhso.blocks.surveys.queries.evaluating import FormNode, text_value
from tinhso.blocks.surveys.queries.judging import Judged, JudgedAnswer
from tinhso.blocks.surveys.queries.xform import SurveyForm, SurveyQuestion

MOST_STEPS = 100  # values that change each other in turn end here

Places = dict[str, tuple[SurveyQuestion, FormNode]]


def put_in(
    form: SurveyForm,
    node: FormNode,
    before: FormNode,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], FormNode]],
    language: str,
) -> None:
    """Put values into ``node`` where answers are not as they were ``before``; what people wrote themselves stays."""
    if not any(question.sets for question in form.root.all()):
        return
    places, earlier = dict(_placed(form.root, node, "")), dict(_placed(form.root, before, ""))
    changed = [key for key, (question, here) in places.items() if _is_changed(question, here, earlier[key][1])]

    def settled() -> Judged:
        return judging.settled_form(form, node, now=now, outside=outside, language=language)

    changes = _Changes(places, frozenset(changed), settled)
    for key in changed:
        changes.follow(key, frozenset({key}))


class _Changes:
    """The changes of one sending: each value that is put in may be a change itself."""

    def __init__(self, places: Places, written: frozenset[str], settled: Callable[[], Judged]) -> None:
        self.places, self.written, self.settled = places, written, settled
        self.steps = 0

    def follow(self, key: str, on_the_way: frozenset[str]) -> None:
        for path, tree in self.places[key][0].sets:
            if self.steps >= MOST_STEPS:
                return
            self.steps += 1
            judged = self.settled()
            values = [
                (judged_answer.key, text_value(judging.work_out(tree, judged, judged_answer)))
                for judged_answer in self._targets(key, path, judged)
            ]
            for target, value in values:
                if self._is_put_in(target, value) and target not in on_the_way:
                    self.follow(target, on_the_way | {target})

    def _is_put_in(self, key: str, value: str) -> bool:
        here = self.places[key][1]
        if key in self.written or here.value == value:
            return False
        here.value = value
        return True

    def _targets(self, key: str, path: str, judged: Judged) -> list[JudgedAnswer]:
        """Where a value goes: within the row of the answer that changed, where it stands in one; else in every row."""
        row = _row(key)
        every = [
            judged_answer
            for judged_answer in judged.top.all()
            if judged_answer.question.path == path and judged_answer.key in self.places
        ]
        near = [judged_answer for judged_answer in every if row and judged_answer.key.startswith(f"{row}.")]
        return near or every


def _placed(
    question: SurveyQuestion, node: FormNode, key: str
) -> Iterator[tuple[str, tuple[SurveyQuestion, FormNode]]]:
    """Every question with its node, by the key that :class:`Answer` has for it."""
    yield key, (question, node)
    for child in question.children:
        below = f"{key}.{child.name}".strip(".")
        for place, form_node in enumerate(child_node for child_node in node.children if child_node.name == child.name):
            yield from _placed(child, form_node, f"{below}.{place}" if child.kind == "repeat" else below)


def _is_changed(question: SurveyQuestion, now: FormNode, before: FormNode) -> bool:
    if question.is_group or not (question.sets or question.is_set):
        return False
    if question.kind == "file":  # the name of a photo is new each time
        return bool(now.value) != bool(before.value)
    if question.kind == "many":  # in the order of the page, not of a default
        return sorted(now.value.split()) != sorted(before.value.split())
    return now.value != before.value


def _row(key: str) -> str:
    """The key of the innermost row that an answer stands in; empty where it stands in none."""
    parts = key.split(".")
    last = max((place for place, part in enumerate(parts) if part.isdecimal()), default=-1)
    return ".".join(parts[: last + 1])
