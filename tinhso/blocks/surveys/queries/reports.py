"""What offices look at: how much came in, where, and answers in words."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import tables
from tinhso.blocks.surveys.queries.drawing import parts_of
from tinhso.blocks.surveys.queries.judging import Lists, choice_label
from tinhso.blocks.surveys.queries.xform import CHOSEN, SurveyForm, SurveyQuestion
from tinhso.blocks.surveys.queries.xpath import list_named
from tinhso.kernel import clock
from tinhso.ui.wording import date_text, datetime_text

MONTHS = 12
UNLISTED = {"file", "trigger", "geopoint"}
COLUMNS = 5  # answers in a list; the whole form is one step away


def monthly_counts(rows: QuerySet[FilledIn], *, today: date) -> list[tuple[date, int]]:
    """How many forms came in in each of the last months, the oldest first."""
    place = today.year * 12 + today.month - 1
    every = [date(number // 12, number % 12 + 1, 1) for number in range(place - MONTHS + 1, place + 1)]
    since = datetime(every[0].year, every[0].month, 1, tzinfo=clock.VIETNAM)
    dated = rows.filter(received_at__gte=since).order_by()
    dated = dated.annotate(month=TruncMonth("received_at", tzinfo=clock.VIETNAM))
    counted = dated.values_list("month").annotate(count=Count("id"))
    count_by_month = {month.date(): count for month, count in counted}
    return [(month, count_by_month.get(month, 0)) for month in every]


def unit_counts(rows: QuerySet[FilledIn]) -> list[tuple[str, str, int]]:
    """The units that forms are of: reference, name, how many."""
    filled_ins = rows.order_by("unit__sort_key").values_list("unit__ref", "unit__name").annotate(count=Count("id"))
    return [(ref, name, count) for ref, name, count in filled_ins]


def filtered_forms(rows: QuerySet[FilledIn], *, unit: str, month: str) -> QuerySet[FilledIn]:
    """Only those of a unit, of a month ("2026-03"); an empty word narrows nothing."""
    if unit:
        rows = rows.filter(unit__ref=unit)
    if month:
        year, number = (int(part) for part in month.split("-"))
        first = datetime(year, number, 1, tzinfo=clock.VIETNAM)
        rows = rows.filter(
            received_at__gte=first,
            received_at__lt=datetime(year + number // 12, number % 12 + 1, 1, tzinfo=clock.VIETNAM),
        )
    return rows


@dataclass(frozen=True)
class AnswerLine:
    """One question with its answer in words; ``level`` is how deep it stands; ``heading`` has no answer."""

    label: str
    words: str
    level: int = 0
    heading: bool = False
    masked: bool = False
    file: str = ""
    children: list["AnswerLine"] = field(default_factory=list)


def label_of(question: SurveyQuestion, form: SurveyForm, language: str) -> str:
    """What a question asks, in the language of the page, what is put in left open."""
    parts = parts_of(question.label, form, language)
    return "".join(part if isinstance(part, str) else "…" for part in parts).replace("**", "").strip() or question.name


@dataclass(frozen=True)
class AnswerWords:
    """How answers are said: in a language, choices by the lists that they come from."""

    form: SurveyForm
    language: str
    lists: Lists

    def of(self, question: SurveyQuestion, kept: Any) -> str:
        """An answer as people read it."""
        if kept is None or kept == "":
            return ""
        if question.kind in CHOSEN:
            chosen = kept if isinstance(kept, list) else [kept] if question.kind == "one" else str(kept).split()
            return ", ".join(self._choice(question, str(choice)) for choice in chosen)
        if question.kind == "date":
            return date_text(date.fromisoformat(str(kept)))
        if question.kind == "datetime":
            return datetime_text(datetime.fromisoformat(str(kept)))
        if question.kind == "geopoint":
            parts = kept if isinstance(kept, list) else str(kept).split()
            return ", ".join(f"{float(part):.5f}" for part in parts[:2])
        return _("đã xác nhận") if question.kind == "trigger" else str(kept)

    def _choice(self, question: SurveyQuestion, value: str) -> str:
        top = self.lists.get(list_named(question.choices)) if question.choices else None
        for row in top.below() if top else ():
            cells = {cell.name: cell.value for cell in row.children}
            if row.name == "item" and cells.get(question.choice_value) == value:
                return choice_label(question, row, self.form, self.language) or value
        return value


def list_columns(survey: Survey, form: SurveyForm, language: str) -> list[tuple[str, str, SurveyQuestion]]:
    """The first questions that people are asked, as columns of a list: name, label, question."""
    questions = [
        (name, question)
        for name, question in tables.table_columns(survey, form)
        if question.is_asked and question.kind not in {"file", "trigger", "geopoint"}
    ]
    return [(name, label_of(question, form, language), question) for name, question in questions[:COLUMNS]]


def answer_lines(
    form: SurveyForm, row: FilledIn, language: str, *, hidden: Collection[str], lists: Lists
) -> list[AnswerLine]:
    """A whole form in words; ``lists`` are what its choices come from."""
    return _group_lines(form.root, row.values, AnswerWords(form, language, lists), frozenset(hidden), 0)


def _group_lines(
    group: SurveyQuestion, kept: Any, answer_words: "AnswerWords", hidden: frozenset[str], level: int
) -> list[AnswerLine]:
    lines: list[AnswerLine] = []
    for child in group.children:
        answer = kept.get(child.name) if isinstance(kept, dict) else None
        unasked = not child.is_asked and not child.label and not child.is_group
        if child.name == "meta" or child.kind == "note" or answer in (None, "") or unasked:
            continue
        label = label_of(child, answer_words.form, answer_words.language)
        if child.kind == "group":
            below = _group_lines(child, answer, answer_words, hidden, level + 1)
            lines += [AnswerLine(label, "", level, heading=True), *below] if child.label and below else below
        elif child.kind == "repeat":
            for place, row_answers in enumerate(answer, 1):
                lines.append(AnswerLine(f"{label} {place}", "", level, heading=True))
                lines += _group_lines(child, row_answers, answer_words, hidden, level + 1)
        elif child.name in hidden:
            lines.append(AnswerLine(label, "", level, masked=True))
        else:
            file = str(answer) if child.kind == "file" else ""
            lines.append(AnswerLine(label, answer_words.of(child, answer), level, file=file))
    return lines
