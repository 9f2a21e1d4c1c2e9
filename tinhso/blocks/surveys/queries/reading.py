"""One answer as text, read by the kind of its question: strictly, as ODK XForms writes them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.blocks.surveys.queries.evaluating import FormNode
from tinhso.blocks.surveys.queries.xform import SurveyForm, SurveyQuestion, local_name
from tinhso.kernel import clock

LONGEST_TEXT = 10_000
WRONG = {
    "int": _("Hãy ghi một số nguyên, ví dụ 12."),
    "decimal": _("Hãy ghi một số, ví dụ 12.5."),
    "date": _("Hãy ghi một ngày có thật."),
    "time": _("Hãy ghi giờ, ví dụ 14:30."),
    "datetime": _("Hãy ghi ngày và giờ có thật."),
    "geopoint": _("Hãy ghi vĩ độ rồi kinh độ, ví dụ 10.24 106.37."),
    "file": _("Tên tệp không dùng được."),
    "text": _("Câu trả lời quá dài."),
}
FILE_NAME = re.compile(r"[^/\\\x00-\x1f]{1,150}")


class Misread(ValueError):
    """A text that is no answer to a question of this kind."""


def read_answer(question: SurveyQuestion, text: str) -> Any:
    """The answer that ``told`` is; raises :class:`Misread`."""
    try:
        return _READERS.get(question.kind, _parse_text)(text)
    except (ValueError, InvalidOperation, OverflowError) as problem:
        raise Misread(question.kind) from problem


def _parse_text(text: str) -> str:
    if len(text) > LONGEST_TEXT or "\0" in text:
        raise ValueError
    return text


def _parse_int(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text) or not -(2**31) <= int(text) < 2**31:
        raise ValueError
    return int(text)


def _parse_decimal(text: str) -> Decimal:
    if not re.fullmatch(r"[+-]?([0-9]{1,15}(\.[0-9]{0,12})?|\.[0-9]{1,12})", text):
        raise ValueError
    return Decimal(text)


def _parse_time(text: str) -> time:
    time_of_day = time.fromisoformat(text)
    return time_of_day if time_of_day.tzinfo else time_of_day.replace(tzinfo=clock.VIETNAM)


def _parse_datetime(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)


def _parse_date(text: str) -> date:
    return date.fromisoformat(text[:10]) if re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", text) else _reject_value()


def _reject_value() -> Any:
    raise ValueError


def _parse_point(text: str) -> tuple[float, float, float | None, float | None]:
    parts = [float(part) for part in text.split()]
    if not 2 <= len(parts) <= 4 or not abs(parts[0]) <= 90 or not abs(parts[1]) <= 180:
        raise ValueError
    if any(part != part or abs(part) > 1e7 for part in parts):
        raise ValueError
    more: list[float | None] = [*parts[2:], None, None]
    return parts[0], parts[1], more[0], more[1]


def _parse_file_name(text: str) -> str:
    return text if FILE_NAME.fullmatch(text) and text.strip(". ") else _reject_value()


_READERS: dict[str, Any] = {
    "int": _parse_int,
    "decimal": _parse_decimal,
    "date": _parse_date,
    "time": _parse_time,
    "datetime": _parse_datetime,
    "geopoint": _parse_point,
    "file": _parse_file_name,
    "many": lambda told: tuple(told.split()),
    "rank": lambda told: tuple(told.split()),
}


def json_value(value: Any) -> Any:
    """The same answer as JSON keeps it."""
    if isinstance(value, Mapping):
        return {name: json_value(item_value) for name, item_value in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def typed_value(question: SurveyQuestion, kept: Any) -> Any:
    """An answer from JSON, as it was read."""
    if question.kind == "repeat":
        return [typed_group(question, row) for row in kept]
    if question.kind == "group":
        return typed_group(question, kept)
    if question.kind in {"many", "rank", "geopoint"}:
        return tuple(kept)
    return read_answer(question, str(kept)) if question.kind not in {"int"} else int(kept)


def typed_group(group: SurveyQuestion, values: Mapping[str, Any]) -> dict[str, Any]:
    """All answers of a group or of one row."""
    survey_questions_by_key = {child.name: child for child in group.children}
    return {
        name: typed_value(survey_questions_by_key[name], answer_value)
        for name, answer_value in values.items()
        if name in survey_questions_by_key
    }


def values_of(form: SurveyForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """All answers of a filled-in form, from JSON."""
    return typed_group(form.root, values)


def node_of(element: Any) -> FormNode:
    """An XML element as a plain node; namespaces are not minded, since clients do not agree on them."""
    node = FormNode(local_name(element), (element.text or "") if not len(element) else "")
    for child in element:
        node.add(node_of(child))
    return node
