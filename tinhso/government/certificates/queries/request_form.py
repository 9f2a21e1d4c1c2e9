"""The questions of a request: what is answered, what is wrong with it, and what the register knows already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.government.certificates.contract import CertificateKind, RequestPurpose
from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries.rules import RequestQuestion, rules
from tinhso.kernel.text import nfc

LONGEST = {"long": 2000}
SIM_ONLY = {"device": "sim"}


@dataclass(frozen=True)
class FormQuestion:
    """A question as a page shows it, with what was answered and what is wrong."""

    field: RequestQuestion
    value: str
    problem: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CheckedAnswers:
    """Answers in their normal form, and what is wrong by code of the question."""

    values: dict[str, str]
    problems: dict[str, str]


def check_answers(ask: str, kind: str, given: Mapping[str, Any]) -> CheckedAnswers:
    """Read the answers to a request's questions; what nobody asked is dropped."""
    values: dict[str, str] = {}
    problems: dict[str, str] = {}
    for field in rules().of(ask, kind):
        text = nfc(str(given.get(field.code, "") or "")).replace("\0", "").strip()[: LONGEST.get(field.type, 300)]
        wrong = _answer_problem(field, text)
        if wrong:
            problems[field.code] = wrong
        if text:
            values[field.code] = text
    return CheckedAnswers(values, problems)


def _answer_problem(field: RequestQuestion, text: str) -> str:
    if not text:
        return _("Hãy điền “%(name)s”.") % {"name": field.label} if field.required else ""
    if field.type == "id_number" and not (text.isascii() and text.isdigit() and len(text) in (9, 12)):
        return _("Số định danh có 9 hoặc 12 chữ số.")
    if field.type == "phone" and not (text.isascii() and text.isdigit() and text[0] == "0" and 9 <= len(text) <= 15):
        return _("Số điện thoại bắt đầu bằng 0, chỉ gồm chữ số.")
    if field.type in ("choice", "reason") and text not in dict(choices_of(field)):
        return _("Hãy chọn một trong các mục có sẵn.")
    if field.type == "date" and _date_of(text) is None:
        return _("Ngày không đúng.")
    return ""


def _date_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def choices_of(field: RequestQuestion) -> tuple[tuple[str, str], ...]:
    """What may be chosen for a question."""
    return tuple((named.code, named.label) for named in rules().reasons) if field.type == "reason" else field.choices


def form_questions(
    ask: str, kind: str, values: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> list[FormQuestion]:
    """The questions with answers, for a form."""
    wrong = problems or {}
    return [
        FormQuestion(field, values.get(field.code, ""), wrong.get(field.code, ""), choices_of(field))
        for field in rules().of(ask, kind)
    ]


def prefilled_answers(ask: str, version: Version, *, reason: str = "") -> dict[str, str]:
    """What the register knows of the answers already; the name of an organisation is its unit's present one."""
    value_by_field = {
        field.sets: getattr(version, field.sets, "") for field in rules().of(ask, version.kind) if field.sets
    }
    values: dict[str, str] = {}
    for field in rules().of(ask, version.kind):
        text = str(value_by_field.get(field.sets, "") or "")
        if field.sets == "subject" and ask == RequestPurpose.CHANGE and version.kind == CertificateKind.ORGANISATION:
            text = version.unit.name
        elif field.type == "reason":
            text = reason or version.reason
        elif field.code == "years":
            text = choices_of(field)[-1][0] if field.choices else ""
        if text and not (field.type == "choice" and text not in dict(choices_of(field))):
            values[field.code] = text
    return values


def certificate_changes(ask: str, kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """What of the certificate the answers change."""
    return {field.sets: values[field.code] for field in rules().of(ask, kind) if field.sets and values.get(field.code)}


def title_of(ask: str, kind: str, values: Mapping[str, str], version: Version | None, unit: str) -> str:
    """Whom a request is about, in a line."""
    if version is not None:
        return (version.holder or version.subject)[:400]
    return (values.get("holder") or values.get("subject") or unit)[:400]
