"""A form as our own page draws it: every question with its words, its choices, what was answered and what is wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from tinhso.blocks.surveys.queries.evaluating import FormNode, evaluate, text_value
from tinhso.blocks.surveys.queries.judging import BLANK, Judged, JudgedAnswer, choice_label
from tinhso.blocks.surveys.queries.xform import CHOSEN, MISSING, Label, SurveyForm, SurveyQuestion
from tinhso.blocks.surveys.queries.xpath import Ast, UnreadableExpression

BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__")
PLACE = re.compile("\ue000(\\d+)\ue001")
INPUTS = {
    "int": ("text", "numeric"),
    "decimal": ("text", "decimal"),
    "date": ("date", ""),
    "time": ("time", ""),
    "datetime": ("datetime-local", ""),
    "geopoint": ("text", ""),
}
SHORT_LIST = 7  # more choices than these are folded into a list


@dataclass
class PageQuestion:
    """One question on the page; ``key`` tells rows of repeats apart, ``path`` does not."""

    question: SurveyQuestion
    key: str
    label: SafeString
    hint: SafeString
    value: str = ""
    error: str = ""
    applies: bool = True
    required: bool = False
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    parts: list["PageQuestion"] = field(default_factory=list)
    blank: "PageQuestion | None" = None

    @property
    def id(self) -> str:
        """Its id on the page."""
        return "q-" + self.key.replace(".", "-")

    @property
    def name(self) -> str:
        """The name under which its answer is sent."""
        return f"q.{self.key}"

    @property
    def was(self) -> str:
        """The name under which the page says what its answer was; empty where no change of it matters."""
        return f"was.{self.key}" if self.question.sets or self.question.is_set else ""

    @property
    def written(self) -> str:
        """The answer as an input of its type wants it: moments without seconds and zone."""
        return self.value[: {"datetime": 16, "time": 5}.get(self.question.kind, len(self.value))]

    @property
    def control(self) -> str:
        """How it is asked: hidden, group, repeat, note, radio, checks, select, area, file, tick or an input's type."""
        kind, looks = self.question.kind, self.question.appearance
        if kind in {"group", "repeat", "note", "file"}:
            return kind
        if not self.question.is_asked:
            return "hidden"
        if kind == "trigger":
            return "tick"
        if kind == "one":
            return (
                "select" if "minimal" in looks or "autocomplete" in looks or len(self.options) > SHORT_LIST else "radio"
            )
        if kind in {"many", "rank"}:
            return "checks"
        return "area" if "multiline" in looks else INPUTS.get(kind, ("text", ""))[0]

    @property
    def mode(self) -> str:
        """The keyboard of a phone for it."""
        kind, looks = self.question.kind, self.question.appearance
        return INPUTS.get(kind, ("", "tel" if "numbers" in looks else ""))[1]


def page_questions(judged: Judged, language: str) -> list[PageQuestion]:
    """The questions of the page, in order."""
    return _Drawing(judged, language).group(judged.top)


class _Drawing:
    def __init__(self, judged: Judged, language: str) -> None:
        self.judged, self.language, self.form = judged, language, judged.form
        self.errors = {answer_problem.key: answer_problem.message for answer_problem in judged.problems}

    def group(self, above: JudgedAnswer) -> list[PageQuestion]:
        questions: list[PageQuestion] = []
        repeats: dict[str, PageQuestion] = {}
        for judged_answer in above.below:
            if judged_answer.question.kind == "repeat":
                holder = repeats.get(judged_answer.question.name)
                if holder is None:
                    holder = repeats[judged_answer.question.name] = self.repeat(judged_answer)
                    questions.append(holder)
                if not _is_blank(judged_answer):
                    holder.parts.append(self.draw_answer(judged_answer))
                else:
                    holder.blank = self.draw_answer(judged_answer)
            elif _is_drawn(judged_answer.question):
                questions.append(self.draw_answer(judged_answer))
        return questions

    def repeat(self, one: JudgedAnswer) -> PageQuestion:
        drawn = PageQuestion(
            one.question, one.key.rpartition(".")[0], self.words(one.question.label, one), SafeString("")
        )
        drawn.applies = one.applies
        return drawn

    def draw_answer(self, one: JudgedAnswer) -> PageQuestion:
        question = one.question
        drawn = PageQuestion(
            question,
            one.key,
            self.words(question.label, one),
            self.words(question.hint, one),
            one.told,
            self.errors.get(one.key, ""),
            one.applies,
            question.required is not None and bool(self._safely(question.required, one)),
        )
        if question.is_group:
            drawn.parts = self.group(one)
        elif question.kind in CHOSEN:
            chosen = [one.told] if question.kind == "one" else one.told.split()
            drawn.options = [(value, label, value in chosen) for value, label in self.options(one)]
        return drawn

    def options(self, one: JudgedAnswer) -> Iterable[tuple[str, str]]:
        """All rows of the list: a page without script cannot know yet which of them will apply."""
        question = one.question
        choice_rows = self._safely(_without_filters(question.choices), one) if question.choices else []
        for row in choice_rows if isinstance(choice_rows, list) else []:
            value = next((cell.value for cell in row.children if cell.name == question.choice_value), "")
            yield value, choice_label(question, row, self.form, self.form.language(self.language)) or value

    def words(self, label: Label, one: JudgedAnswer) -> SafeString:
        """A label as HTML, with what is put in marked for the script."""
        parts = parts_of(label, self.form, self.language)
        joined = "".join(part if isinstance(part, str) else f"\ue000{place}\ue001" for place, part in enumerate(parts))
        marked = BOLD.sub(lambda match: f"<strong>{match[1] or match[2]}</strong>", str(escape(joined.strip())))
        marked = marked.replace("\n", "<br>")

        def put_in(found: "re.Match[str]") -> str:
            return f'<span data-out="{found[1]}">{escape(self._text(parts[int(found[1])], one))}</span>'

        return mark_safe(PLACE.sub(put_in, marked))

    def _text(self, part: Any, one: JudgedAnswer) -> str:
        value = self._safely(part, one)
        return text_value(value) if value is not None else "…"

    def _safely(self, tree: Ast, one: JudgedAnswer) -> Any:
        context = replace(self.judged.context, node=one.node, current=one.node)
        try:
            return evaluate(tree, context)
        except UnreadableExpression:
            return None


def parts_of(label: Label, form: SurveyForm, language: str) -> tuple[Any, ...]:
    """The words and expressions of a label in a page's language."""
    parts = label.get(form.language(language), ())
    if not parts or parts == (MISSING,):
        parts = label.get(form.default_language) or label.get("") or next(iter(label.values()), ())
    return () if parts == (MISSING,) else parts


def _is_drawn(question: SurveyQuestion) -> bool:
    return (
        question.is_asked
        or question.is_set
        or (question.kind == "group" and any(_is_drawn(child) for child in question.children))
    )


def _is_blank(judged_answer: JudgedAnswer) -> bool:
    return judged_answer.key.rpartition(".")[2] == BLANK


def _without_filters(tree: Ast) -> Ast:
    if tree[0] == "path":
        return ("path", tree[1], tuple((axis, test, ()) for axis, test, _predicates in tree[2]))
    return tree


def script_spec(form: SurveyForm, lists: Mapping[str, FormNode], language: str, *, code: str) -> dict[str, Any]:
    """What the script works with: the questions with their conditions as trees, and the lists to choose from."""
    return {
        "code": code,
        "version": form.version,
        "root": _question_spec(form.root, form, language),
        "lists": {name: _list_rows(lists.get(name)) for name in [*form.lists, *form.outside]},
    }


def _question_spec(question: SurveyQuestion, form: SurveyForm, language: str) -> dict[str, Any]:
    values: dict[str, Any] = {"n": question.name, "k": question.kind}
    for name in ("relevant", "required", "constraint", "calculate", "choices"):
        if getattr(question, name) is not None:
            values[name] = getattr(question, name)
    values |= {name: tree for name, tree in (("first", question.first), ("row", question.each_row)) if tree is not None}
    if question.sets:
        values["sets"] = question.sets
    for name in ("label", "hint"):
        parts = parts_of(getattr(question, name), form, language)
        if any(not isinstance(part, str) for part in parts):
            values[name] = parts
    for name in ("message", "required_message"):
        if parts := parts_of(getattr(question, name), form, language):
            values[name] = parts
    more: dict[str, Any] = {"v": question.choice_value, "l": question.choice_label} if question.choices else {}
    more |= {"bounds": question.bounds} if question.bounds[0] else {}
    more |= {"d": question.default} if question.default else {}
    more |= (
        {"f": [_question_spec(survey_question, form, language) for survey_question in question.children]}
        if question.children
        else {}
    )
    return values | more


def _list_rows(top: FormNode | None) -> list[dict[str, str]]:
    root = next((form_node for form_node in top.children if form_node.name == "root"), None) if top else None
    return [{cell.name: cell.value for cell in row.children} for row in root.children] if root else []
