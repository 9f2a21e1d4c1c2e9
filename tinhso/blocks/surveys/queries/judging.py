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
from tinhso.blocks.surveys.queries.evaluating import Context, Node, evaluate, number, text, truth
from tinhso.blocks.surveys.queries.wording import said
from tinhso.blocks.surveys.queries.xform import CHOSEN, Form, Question
from tinhso.blocks.surveys.queries.xpath import Ast, Unreadable, calls, list_named
from tinhso.kernel.errors import Refused

MOST_NODES = 5_000
ROUNDS = 12
BLANK = "blank"
META = {"meta", "instanceID", "instanceName"}


@dataclass(eq=False)
class Answer:
    """A question with what was answered; a repeat has rows of answers, a group its answers."""

    question: Question
    node: Node
    told: str = ""
    below: list["Answer"] = field(default_factory=list)
    applies: bool = True
    key: str = ""

    def all(self) -> "list[Answer]":
        """It and all below."""
        return [self, *(one for child in self.below for one in child.all())]


@dataclass(frozen=True)
class Problem:
    """What is wrong with one answer: where (names and places of rows, with dots), and words for people."""

    key: str
    label: str
    message: str


@dataclass
class Judged:
    """A filled-in form as it is understood."""

    form: Form
    top: Answer
    context: Context
    problems: list[Problem] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """Answers by name, as the contract has them; call it where there are no problems."""
        return _values(self.top)

    @property
    def file_names(self) -> list[str]:
        """The names of the files that answers speak of."""
        return [one.told for one in self.top.all() if one.question.kind == "file" and one.applies and one.told]

    @property
    def meta(self) -> dict[str, str]:
        """Start, end, device and the like, by what they are."""
        return {one.question.preload: one.told for one in self.top.all() if one.question.preload and one.told}


def judge(form: Form, sent: Node, *, now: datetime, outside: Mapping[str, Callable[[], Node]], language: str) -> Judged:
    """``sent`` judged by ``form``. ``outside`` gives the lists that come as files, by name, when they are needed."""
    judged = settled(form, sent, now=now, outside=outside, language=language)
    for one in judged.top.all():
        if one.applies and (message := _fault(one, judged, language)):
            label = said(one.question.label, form.language(language), _at(judged, one), form.default_language)
            judged.problems.append(Problem(one.key, label or one.question.name, message))
    return judged


def settled(
    form: Form,
    sent: Node,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], Node]],
    language: str,
    patterns: bool = False,
) -> Judged:
    """What was sent, with what applies and what the form works out; nothing found fault with yet.

    With ``patterns`` each repeat has one more row, whose key ends in :data:`BLANK`, that no condition counts.
    """
    judged = laid_out(form, sent, now=now, outside=outside, language=language, patterns=patterns)
    _settle(judged)
    return judged


def laid_out(
    form: Form,
    sent: Node,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], Node]],
    language: str,
    patterns: bool = False,
) -> Judged:
    """What was sent, laid over the questions; nothing worked out yet."""
    document = Node("")
    top = _laid(form.root, sent, document, "", patterns)
    if len(top.all()) > MOST_NODES:
        raise Refused("too_many_answers", _("Phiếu có quá nhiều câu trả lời."))
    lists = Lists(form, outside)

    def label(path: str, value: str) -> str:
        return _choice_words(form, lists, path, value, language)

    return Judged(form, top, Context(document, document, now, lists, label))


class Lists(dict[str, Node]):
    """Lists to choose from; those that come as files are made when somebody asks."""

    def __init__(self, form: Form, outside: Mapping[str, Callable[[], Node]]) -> None:
        super().__init__(form.lists)
        self.outside = {name: outside[file] for name, file in form.outside.items() if file in outside}

    def get(self, name: str, default: Any = None) -> Any:
        if name in self.outside and name not in self:
            self[name] = self.outside[name]()
        return super().get(name, default)


def _laid(question: Question, sent: Node | None, above: Node, before: str, patterns: bool) -> Answer:
    node = above.add(Node(question.name))
    answer = Answer(question, node, key=before.strip("."))
    if not question.is_group:
        answer.told = node.value = (sent.text if sent else "").strip()
        return answer
    for child in question.children:
        found = [one for one in sent.children if one.name == child.name] if sent else []
        key = f"{before}.{child.name}"
        if child.kind == "repeat":
            answer.below += [_laid(child, one, node, f"{key}.{place}", patterns) for place, one in enumerate(found)]
            answer.below += [_pattern(child, node, key)] if patterns else []
        else:
            answer.below.append(_laid(child, found[0] if found else None, node, key, patterns))
    return answer


def _pattern(question: Question, above: Node, key: str) -> Answer:
    row = _laid(question, blank(question), above, f"{key}.{BLANK}", True)
    above.children.remove(row.node)  # it knows its parent, and nobody counts it
    return row


def blank(question: Question, meta: Mapping[str, str] | None = None) -> Node:
    """A question, group or row that nobody has filled in yet: defaults, ``meta`` by what it is, one row of repeats."""
    node = Node(question.name)
    if not question.is_group:
        node.value = (meta or {}).get(question.preload, question.default)
    for child in question.children:
        node.add(blank(child, meta))
    return node


def put_in_defaults(
    form: Form,
    node: Node,
    *,
    now: datetime,
    outside: Mapping[str, Callable[[], Node]],
    row: Node | None = None,
    unasked: bool = False,
) -> None:
    """Work out the defaults of a form just opened, else of a ``row`` just begun, where nothing stands.

    Only those of questions that nobody is asked where ``unasked`` says so: what our own page sends lacks them.
    """
    document = Node("")
    document.add(node)
    context = Context(document, document, now, Lists(form, outside))
    _put_in(form.root, node, context, row, inside=row is None, unasked=unasked)
    node.parent = None


def _put_in(question: Question, node: Node, context: Context, row: Node | None, *, inside: bool, unasked: bool) -> None:
    inside = inside or node is row
    tree = question.first if row is None else question.each_row
    if tree is not None and inside and not node.value and not (unasked and question.is_asked):
        with contextlib.suppress(Unreadable):  # nothing is put in then, and people answer
            node.value = text(evaluate(tree, replace(context, node=node, current=node)))
    by_name = {child.name: child for child in question.children}
    for child in node.children:
        _put_in(by_name[child.name], child, context, row, inside=inside, unasked=unasked)


def _at(judged: Judged, one: Answer) -> Context:
    return replace(judged.context, node=one.node, current=one.node)


def work_out(tree: Ast, judged: Judged, one: Answer) -> Any:
    """The value of an expression at an answer; an expression that cannot be worked out refuses the form."""
    try:
        return evaluate(tree, _at(judged, one))
    except Unreadable as problem:
        raise Refused(
            "unreadable_condition",
            _("Phiếu có điều kiện không tính được ở câu “%(name)s”; hãy báo người quản lý phiếu."),
            name=one.question.name,
        ) from problem


def _settle(judged: Judged) -> None:
    """Work relevance and calculations out again and again until nothing changes."""
    for _round in range(ROUNDS):
        before = [(one.applies, one.node.value) for one in judged.top.all()]
        _settle_one(judged.top, judged, True)
        if before == [(one.applies, one.node.value) for one in judged.top.all()]:
            return


def _settle_one(one: Answer, judged: Judged, above: bool) -> None:
    question = one.question
    one.applies = above and (question.relevant is None or truth(work_out(question.relevant, judged, one)))
    if question.calculate is not None and one.applies:
        kept = bool(one.told) and bool(calls(question.calculate) & functions.CHANGING)
        one.told = one.told if kept else text(work_out(question.calculate, judged, one))
    if not question.is_group:
        one.node.value = one.told if one.applies else ""
    for child in one.below:
        _settle_one(child, judged, one.applies)


def _fault(one: Answer, judged: Judged, language: str) -> str:
    question, form = one.question, judged.form
    if question.is_group or question.name in META or question.kind == "note":
        return ""
    if not one.told:
        if not question.is_asked or question.required is None or not truth(work_out(question.required, judged, one)):
            return ""
        words = said(question.required_message, form.language(language), _at(judged, one), form.default_language)
        return words or _("Câu này cần có trả lời.")
    try:
        reading.read(question, one.told)
    except reading.Misread:
        return str(reading.WRONG.get(question.kind, reading.WRONG["text"]))
    return _bad_choice(one, judged) or _out_of_bounds(one) or _broken_condition(one, judged, language)


def _bad_choice(one: Answer, judged: Judged) -> str:
    if one.question.kind not in CHOSEN or one.question.choices is None:
        return ""
    offered = {value for value, _label in choices(one, judged)}
    picked = [one.told] if one.question.kind == "one" else one.told.split()
    if len(set(picked)) < len(picked) or not set(picked) <= offered:
        return _("Trong danh sách không có lựa chọn này; hãy chọn lại.")
    return ""


def _out_of_bounds(one: Answer) -> str:
    low, high, _step = one.question.bounds
    if low and high and not float(low) <= number(one.told) <= float(high):
        return _("Hãy chọn một số từ %(low)s đến %(high)s.") % {"low": low, "high": high}
    return ""


def _broken_condition(one: Answer, judged: Judged, language: str) -> str:
    question, form = one.question, judged.form
    if question.constraint is None or truth(work_out(question.constraint, judged, one)):
        return ""
    words = said(question.message, form.language(language), _at(judged, one), form.default_language)
    return words or _("Câu trả lời không hợp với điều kiện của phiếu.")


def choices(one: Answer, judged: Judged) -> list[tuple[str, Node]]:
    """What a question offers here: values, each with its row of the list."""
    found = work_out(one.question.choices or ("text", ""), judged, one)
    rows = found if isinstance(found, list) else []
    return [(_cell(row, one.question.choice_value), row) for row in rows]


def _cell(row: Node, name: str) -> str:
    return next((cell.value for cell in row.children if cell.name == name), "")


def choice_label(question: Question, row: Node, form: Form, language: str) -> str:
    """How a choice is called."""
    ref = question.choice_label
    if ref.startswith("jr:itext("):
        label = form.texts.get(_cell(row, ref[len("jr:itext(") : -1].strip()), {})
        return said(label, form.language(language), None, form.default_language)
    return _cell(row, f"{ref}_{language}") or _cell(row, ref)


def _choice_words(form: Form, lists: "Lists", path: str, value: str, language: str) -> str:
    question = form.by_path.get(path)
    name = list_named(question.choices) if question and question.choices else ""
    rows = lists.get(name) if name else None
    for row in rows.below() if rows else ():
        if question and row.name == "item" and _cell(row, question.choice_value) == value:
            return choice_label(question, row, form, language)
    return value


def _values(group: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in group.below:
        question = one.question
        if not one.applies or question.name == "meta" or question.kind == "note":
            continue
        if question.kind == "repeat":
            found.setdefault(question.name, []).append(_values(one))
        elif question.kind == "group":
            if inner := _values(one):
                found[question.name] = inner
        elif one.told:
            found[question.name] = reading.read(question, one.told)
    return found
