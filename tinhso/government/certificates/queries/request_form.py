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
        said = nfc(str(given.get(field.code, "") or "")).replace("\0", "").strip()[: LONGEST.get(field.type, 300)]
        wrong = _answer_problem(field, said)
        if wrong:
            problems[field.code] = wrong
        if said:
            values[field.code] = said
    return CheckedAnswers(values, problems)


def _answer_problem(field: RequestQuestion, said: str) -> str:
    if not said:
        return _("Hãy điền “%(name)s”.") % {"name": field.label} if field.required else ""
    if field.type == "id_number" and not (said.isascii() and said.isdigit() and len(said) in (9, 12)):
        return _("Số định danh có 9 hoặc 12 chữ số.")
    if field.type == "phone" and not (said.isascii() and said.isdigit() and said[0] == "0" and 9 <= len(said) <= 15):
        return _("Số điện thoại bắt đầu bằng 0, chỉ gồm chữ số.")
    if field.type in ("choice", "reason") and said not in dict(choices_of(field)):
        return _("Hãy chọn một trong các mục có sẵn.")
    if field.type == "date" and _date_of(said) is None:
        return _("Ngày không đúng.")
    return ""


def _date_of(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def choices_of(field: RequestQuestion) -> tuple[tuple[str, str], ...]:
    """What may be chosen for a question."""
    return tuple((one.code, one.label) for one in rules().reasons) if field.type == "reason" else field.choices


def form_questions(
    ask: str, kind: str, values: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> list[FormQuestion]:
    """The questions with answers, for a form."""
    wrong = problems or {}
    return [
        FormQuestion(field, values.get(field.code, ""), wrong.get(field.code, ""), choices_of(field))
        for field in rules().of(ask, kind)
    ]


def prefilled_answers(ask: str, one: Version, *, reason: str = "") -> dict[str, str]:
    """What the register knows of the answers already; the name of an organisation is its unit's present one."""
    known = {field.sets: getattr(one, field.sets, "") for field in rules().of(ask, one.kind) if field.sets}
    values: dict[str, str] = {}
    for field in rules().of(ask, one.kind):
        said = str(known.get(field.sets, "") or "")
        if field.sets == "subject" and ask == RequestPurpose.CHANGE and one.kind == CertificateKind.ORGANISATION:
            said = one.unit.name
        elif field.type == "reason":
            said = reason or one.reason
        elif field.code == "years":
            said = choices_of(field)[-1][0] if field.choices else ""
        if said and not (field.type == "choice" and said not in dict(choices_of(field))):
            values[field.code] = said
    return values


def certificate_changes(ask: str, kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """What of the certificate the answers change."""
    return {field.sets: values[field.code] for field in rules().of(ask, kind) if field.sets and values.get(field.code)}


def title_of(ask: str, kind: str, values: Mapping[str, str], one: Version | None, unit: str) -> str:
    """Whom a request is about, in a line."""
    if one is not None:
        return (one.holder or one.subject)[:400]
    return (values.get("holder") or values.get("subject") or unit)[:400]
