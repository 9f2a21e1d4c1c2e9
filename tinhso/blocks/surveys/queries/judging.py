"""Is a filled-in form right? Relevance, what must be answered, kinds, choices, conditions: by its version's own words.

The same judge for all ways of sending. What does not apply is left out, whatever was sent; what the form works out is
worked out anew, unless it depends on the moment.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.surveys.queries import functions, reading
from tinhso.blocks.surveys.queries.evaluating import Context, FormNode, evaluate, number_value, text_value, truth_value
from tinhso.blocks.surveys.queries.wording import label_text
from tinhso.blocks.surveys.queries.xform import CHOSEN, SurveyForm, SurveyQuestion
from tinhso.blocks.surveys.queries.xpath import Ast, UnreadableExpression, called_functions, list_named
from tinhso.kernel.errors import Refused

MOST_NODES = 5_000
ROUNDS = 12
BLANK = "blank"
META = {"meta", "instanceID", "instanceName"}


@dataclass(eq=False)
class JudgedAnswer:
    """A question with what was answered; a repeat has rows of answers, a group its answers."""

    question: SurveyQuestion
    node: FormNode
    told: str = ""
    below: list["JudgedAnswer"] = field(default_factory=list)
    applies: bool = True
    key: str = ""

    def all(self) -> "list[JudgedAnswer]":
        """It and all below."""
        return [self, *(judged_answer for child in self.below for judged_answer in child.all())]


@dataclass(frozen=True)
class AnswerProblem:
    """What is wrong with one answer: where (names and places of rows, with dots), and words for people."""

    key: str
    label: str
    message: str


@dataclass
class Judged:
    """A filled-in form as it is understood."""

    form: SurveyForm
    top: JudgedAnswer
    context: Context
    problems: list[AnswerProblem] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """Answers by name, as the contract has them; call it where there are no problems."""
        return _group_values(self.top)

    @property
    def file_names(self) -> list[str]:
        """The names of the files that answers speak of."""
        return [
            judged_answer.told
            for judged_answer in self.top.all()
            if judged_answer.question.kind == "file" and judged_answer.applies and judged_answer.told
        ]

    @property
    def meta(self) -> dict[str, str]:
        """Start, end, device and the like, by what they are."""
        return {
            judged_answer.question.preload: judged_answer.told
            for judged_answer in self.top.all()
            if judged_answer.question.preload and judged_answer.told
        }


def judge_form(
    form: SurveyForm, sent: FormNode, *, now: datetime, outside: Mapping[str, Callable[[], FormNode]], language: str
) -> Judged:
    """``sent`` judged by ``form``. ``outside`` gives the lists that come as files, by name, when they are needed."""
    judged = settled_form(form, sent, now=now, outside=outside, language=language)
    for judged_answer in judged.top.all():
        if judged_answer.applies and (message := _answer_fault(judged_answer, judged, language)):
            label = label_text(
                judged_answer.question.label,
                form.language(language),
                _context_at(judged, judged_answer),
                form.default_language,
            )
            judged.problems.append(AnswerProblem(judged_answer.key, label or judged_answer.question.name, message))
    return judged


def settled_form(
    form: SurveyForm,
    sent: FormNode,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], FormNode]],
    language: str,
    patterns: bool = False,
) -> Judged:
    """What was sent, with what applies and what the form works out; nothing found fault with yet.

    With ``patterns`` each repeat has one more row, whose key ends in :data:`BLANK`, that no condition counts.
    """
    judged = laid_out(form, sent, now=now, outside=outside, language=language, patterns=patterns)
    _settle_answers(judged)
    return judged


def laid_out(
    form: SurveyForm,
    sent: FormNode,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], FormNode]],
    language: str,
    patterns: bool = False,
) -> Judged:
    """What was sent, laid over the questions; nothing worked out yet."""
    document = FormNode("")
    top = _answer_tree(form.root, sent, document, "", patterns)
    if len(top.all()) > MOST_NODES:
        raise Refused("too_many_answers", _("Phiếu có quá nhiều câu trả lời."))
    lists = Lists(form, outside)

    def label(path: str, value: str) -> str:
        return _choice_words(form, lists, path, value, language)

    return Judged(form, top, Context(document, document, now, lists, label))


class Lists(dict[str, FormNode]):
    """Lists to choose from; those that come as files are made when somebody asks."""

    def __init__(self, form: SurveyForm, outside: Mapping[str, Callable[[], FormNode]]) -> None:
        super().__init__(form.lists)
        self.outside = {name: outside[file] for name, file in form.outside.items() if file in outside}

    def get(self, name: str, default: Any = None) -> Any:
        if name in self.outside and name not in self:
            self[name] = self.outside[name]()
        return super().get(name, default)


def _answer_tree(
    question: SurveyQuestion, sent: FormNode | None, above: FormNode, before: str, patterns: bool
) -> JudgedAnswer:
    node = above.add(FormNode(question.name))
    answer = JudgedAnswer(question, node, key=before.strip("."))
    if not question.is_group:
        answer.told = node.value = (sent.text if sent else "").strip()
        return answer
    for child in question.children:
        form_nodes = [form_node for form_node in sent.children if form_node.name == child.name] if sent else []
        key = f"{before}.{child.name}"
        if child.kind == "repeat":
            answer.below += [
                _answer_tree(child, form_node, node, f"{key}.{place}", patterns)
                for place, form_node in enumerate(form_nodes)
            ]
            answer.below += [_row_pattern(child, node, key)] if patterns else []
        else:
            answer.below.append(_answer_tree(child, form_nodes[0] if form_nodes else None, node, key, patterns))
    return answer


def _row_pattern(question: SurveyQuestion, above: FormNode, key: str) -> JudgedAnswer:
    row = _answer_tree(question, blank_node(question), above, f"{key}.{BLANK}", True)
    above.children.remove(row.node)  # it knows its parent, and nobody counts it
    return row


def blank_node(question: SurveyQuestion, meta: Mapping[str, str] | None = None) -> FormNode:
    """A question, group or row that nobody has filled in yet: defaults, ``meta`` by what it is, one row of repeats."""
    node = FormNode(question.name)
    if not question.is_group:
        node.value = (meta or {}).get(question.preload, question.default)
    for child in question.children:
        node.add(blank_node(child, meta))
    return node


def put_in_defaults(
    form: SurveyForm,
    node: FormNode,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], FormNode]],
    row: FormNode | None = None,
    unasked: bool = False,
) -> None:
    """Work out the defaults of a form just opened, else of a ``row`` just begun, where nothing stands.

    Only those of questions that nobody is asked where ``unasked`` says so: what our own page sends lacks them.
    """
    document = FormNode("")
    document.add(node)
    context = Context(document, document, now, Lists(form, outside))
    _put_in(form.root, node, context, row, inside=row is None, unasked=unasked)
    node.parent = None


def _put_in(
    question: SurveyQuestion, node: FormNode, context: Context, row: FormNode | None, *, inside: bool, unasked: bool
) -> None:
    inside = inside or node is row
    tree = question.first if row is None else question.each_row
    if tree is not None and inside and not node.value and not (unasked and question.is_asked):
        with contextlib.suppress(UnreadableExpression):  # nothing is put in then, and people answer
            node.value = text_value(evaluate(tree, replace(context, node=node, current=node)))
    by_name = {child.name: child for child in question.children}
    for child in node.children:
        _put_in(by_name[child.name], child, context, row, inside=inside, unasked=unasked)


def _context_at(judged: Judged, judged_answer: JudgedAnswer) -> Context:
    return replace(judged.context, node=judged_answer.node, current=judged_answer.node)


def work_out(tree: Ast, judged: Judged, judged_answer: JudgedAnswer) -> Any:
    """The value of an expression at an answer; an expression that cannot be worked out refuses the form."""
    try:
        return evaluate(tree, _context_at(judged, judged_answer))
    except UnreadableExpression as problem:
        raise Refused(
            "unreadable_condition",
            _("Phiếu có điều kiện không tính được ở câu “%(name)s”; hãy báo người quản lý phiếu."),
            name=judged_answer.question.name,
        ) from problem


def _settle_answers(judged: Judged) -> None:
    """Work relevance and calculations out again and again until nothing changes."""
    for _round in range(ROUNDS):
        before = [(judged_answer.applies, judged_answer.node.value) for judged_answer in judged.top.all()]
        _settle_one(judged.top, judged, True)
        if before == [(judged_answer.applies, judged_answer.node.value) for judged_answer in judged.top.all()]:
            return


def _settle_one(judged_answer: JudgedAnswer, judged: Judged, above: bool) -> None:
    question = judged_answer.question
    judged_answer.applies = above and (
        question.relevant is None or truth_value(work_out(question.relevant, judged, judged_answer))
    )
    if question.calculate is not None and judged_answer.applies:
        keeps_answer = bool(judged_answer.told) and bool(called_functions(question.calculate) & functions.CHANGING)
        judged_answer.told = (
            judged_answer.told if keeps_answer else text_value(work_out(question.calculate, judged, judged_answer))
        )
    if not question.is_group:
        judged_answer.node.value = judged_answer.told if judged_answer.applies else ""
    for child in judged_answer.below:
        _settle_one(child, judged, judged_answer.applies)


def _answer_fault(judged_answer: JudgedAnswer, judged: Judged, language: str) -> str:
    question, form = judged_answer.question, judged.form
    if question.is_group or question.name in META or question.kind == "note":
        return ""
    if not judged_answer.told:
        if (
            not question.is_asked
            or question.required is None
            or not truth_value(work_out(question.required, judged, judged_answer))
        ):
            return ""
        words = label_text(
            question.required_message,
            form.language(language),
            _context_at(judged, judged_answer),
            form.default_language,
        )
        return words or _("Câu này cần có trả lời.")
    try:
        reading.read_answer(question, judged_answer.told)
    except reading.Misread:
        return str(reading.WRONG.get(question.kind, reading.WRONG["text"]))
    return (
        _bad_choice(judged_answer, judged)
        or _out_of_bounds(judged_answer)
        or _broken_condition(judged_answer, judged, language)
    )


def _bad_choice(judged_answer: JudgedAnswer, judged: Judged) -> str:
    if judged_answer.question.kind not in CHOSEN or judged_answer.question.choices is None:
        return ""
    offered = {value for value, _label in choices_offered(judged_answer, judged)}
    picked = [judged_answer.told] if judged_answer.question.kind == "one" else judged_answer.told.split()
    if len(set(picked)) < len(picked) or not set(picked) <= offered:
        return _("Trong danh sách không có lựa chọn này; hãy chọn lại.")
    return ""


def _out_of_bounds(judged_answer: JudgedAnswer) -> str:
    low, high, _step = judged_answer.question.bounds
    if low and high and not float(low) <= number_value(judged_answer.told) <= float(high):
        return _("Hãy chọn một số từ %(low)s đến %(high)s.") % {"low": low, "high": high}
    return ""


def _broken_condition(judged_answer: JudgedAnswer, judged: Judged, language: str) -> str:
    question, form = judged_answer.question, judged.form
    if question.constraint is None or truth_value(work_out(question.constraint, judged, judged_answer)):
        return ""
    words = label_text(
        question.message, form.language(language), _context_at(judged, judged_answer), form.default_language
    )
    return words or _("Câu trả lời không hợp với điều kiện của phiếu.")


def choices_offered(judged_answer: JudgedAnswer, judged: Judged) -> list[tuple[str, FormNode]]:
    """What a question offers here: values, each with its row of the list."""
    value = work_out(judged_answer.question.choices or ("text", ""), judged, judged_answer)
    rows = value if isinstance(value, list) else []
    return [(_cell_value(row, judged_answer.question.choice_value), row) for row in rows]


def _cell_value(row: FormNode, name: str) -> str:
    return next((cell.value for cell in row.children if cell.name == name), "")


def choice_label(question: SurveyQuestion, row: FormNode, form: SurveyForm, language: str) -> str:
    """How a choice is called."""
    ref = question.choice_label
    if ref.startswith("jr:itext("):
        label = form.texts.get(_cell_value(row, ref[len("jr:itext(") : -1].strip()), {})
        return label_text(label, form.language(language), None, form.default_language)
    return _cell_value(row, f"{ref}_{language}") or _cell_value(row, ref)


def _choice_words(form: SurveyForm, lists: "Lists", path: str, value: str, language: str) -> str:
    question = form.by_path.get(path)
    name = list_named(question.choices) if question and question.choices else ""
    rows = lists.get(name) if name else None
    for row in rows.below() if rows else ():
        if question and row.name == "item" and _cell_value(row, question.choice_value) == value:
            return choice_label(question, row, form, language)
    return value


def _group_values(group: JudgedAnswer) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for judged_answer in group.below:
        question = judged_answer.question
        if not judged_answer.applies or question.name == "meta" or question.kind == "note":
            continue
        if question.kind == "repeat":
            values.setdefault(question.name, []).append(_group_values(judged_answer))
        elif question.kind == "group":
            if inner := _group_values(judged_answer):
                values[question.name] = inner
        elif judged_answer.told:
            values[question.name] = reading.read_answer(question, judged_answer.told)
    return values
