"""A rule as ``proactive.toml`` holds it, in its normal form, and everything that is wrong with one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.forms import queries as forms
from tinhso.government.public_services.models import ProactiveRule, Procedure

FINISHED, EXPIRES, PAPER, AGE = "finished", "expires", "paper", "age"
# kind of trigger → what it must say, and what it may say
KINDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    FINISHED: (frozenset({"procedure"}), frozenset({"days"})),
    EXPIRES: (frozenset({"procedure", "days"}), frozenset({"valid_months"})),
    PAPER: (frozenset({"paper", "days"}), frozenset()),
    AGE: (frozenset({"procedure", "field"}), frozenset({"years", "months", "days"})),
}
TEXTS = {
    "code": 40,
    "name": 200,
    "name_en": 200,
    "procedure": 40,
    "option": 40,
    "title": 200,
    "title_en": 200,
    "text": 4000,
    "text_en": 4000,
    "why": 4000,
    "why_en": 4000,
    "basis": 300,
    "source": 300,
}
NEEDED = ("code", "name", "procedure", "title", "text", "basis")
DAYS = {"notice_days": 0, "restore_days": 30, "lapse_days": 60, "catch_up_days": 30}
MARKS = ("verified", "illustrative")
OTHERS = ("level", "trigger", "prefill", "held", "effective_from", "effective_to")
SOURCES = re.compile(r"^(values|text):")
CODE = re.compile(r"^[a-z0-9][a-z0-9-]*$")
LONGEST_DAYS = 3650
Document = dict[str, Any]


@dataclass(frozen=True)
class RuleFault:
    """What is wrong with which field of a rule."""

    field: str
    why: str


@dataclass(frozen=True)
class Trigger:
    """When a rule speaks.

    ``finished``: so many ``days`` after a case of ``procedure`` was finished. ``expires``: ``days`` before the
    result of such a case runs out, ``valid_months`` after it was finished where the result does not say itself.
    ``paper``: ``days`` before a paper of the kind ``paper`` runs out. ``age``: ``days`` before somebody whose birthday
    ``field`` of such a case's form tells is ``years`` and ``months`` old.
    """

    kind: str
    procedure: str = ""
    paper: str = ""
    field: str = ""
    days: int = 0
    valid_months: int | None = None
    years: int = 0
    months: int = 0


def trigger_of(rule: ProactiveRule) -> Trigger:
    """The rule's trigger."""
    return Trigger(**rule.trigger)


def read_rule(values: Mapping[str, Any]) -> tuple[Document, list[RuleFault]]:
    """A rule in its normal form, with everything that is wrong with it."""
    faults = list(_rule_faults(values))
    if faults:
        return {}, faults
    document: Document = {name: str(values.get(name, "")).strip() for name in TEXTS}
    document |= {name: int(values.get(name, usual)) for name, usual in DAYS.items()}
    document |= {name: bool(values.get(name, False)) for name in MARKS}
    return document | {
        "level": values["level"],
        "trigger": dict(values["trigger"]),
        "prefill": dict(values.get("prefill", {})),
        "held": list(values.get("held", [])),
        "effective_from": _parse_day(values["effective_from"]),
        "effective_to": _parse_day(values["effective_to"]) if values.get("effective_to") else None,
    }, []


def _rule_faults(values: Mapping[str, Any]) -> Iterator[RuleFault]:
    known_keys = {*TEXTS, *DAYS, *MARKS, *OTHERS}
    yield from (RuleFault(name, _("không phải mục của quy tắc")) for name in values if name not in known_keys)
    yield from (RuleFault(name, _("phải có")) for name in NEEDED if not str(values.get(name, "")).strip())
    for name, longest in TEXTS.items():
        if len(str(values.get(name, ""))) > longest:
            yield RuleFault(name, _("dài quá %(longest)s ký tự") % {"longest": longest})
    for name in DAYS:
        if not _is_count(values.get(name, 0)):
            yield RuleFault(name, _("phải là số ngày, từ 0 đến %(most)s") % {"most": LONGEST_DAYS})
    if values.get("code") and not CODE.match(str(values["code"])):
        yield RuleFault("code", _("chỉ gồm chữ thường không dấu, số và gạch nối"))
    yield from _level_faults(values)
    yield from _day_faults(values)
    yield from _trigger_faults(values.get("trigger"))
    yield from _filling_faults(values)
    if not values.get("illustrative") and not str(values.get("source", "")).strip():
        yield RuleFault("source", _("phải có, trừ khi quy tắc chỉ để minh họa (illustrative)"))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST_DAYS


def _level_faults(values: Mapping[str, Any]) -> Iterator[RuleFault]:
    level = values.get("level")
    if level not in (1, 2, 3, 4) or isinstance(level, bool):
        yield RuleFault("level", _("phải là 1, 2, 3 hoặc 4"))
        return
    if level == ProactiveRule.Level.RECOMMEND and not str(values.get("why", "")).strip():
        yield RuleFault("why", _("mức 3 phải nói vì sao khuyến nghị"))
    if level != ProactiveRule.Level.AUTOMATIC:
        return
    for name in ("notice_days", "restore_days"):
        if not values.get(name, DAYS[name]):
            yield RuleFault(name, _("mức 4 phải có ít nhất một ngày"))
    days = [values.get(name, DAYS[name]) for name in ("notice_days", "lapse_days")]
    if all(map(_is_count, days)) and days[0] >= days[1]:
        yield RuleFault("lapse_days", _("mức 4 phải dài hơn số ngày báo trước (notice_days)"))


def _day_faults(values: Mapping[str, Any]) -> Iterator[RuleFault]:
    first, last = _parse_day(values.get("effective_from")), _parse_day(values.get("effective_to"))
    if first is None:
        yield RuleFault("effective_from", _("phải là một ngày, như 2026-07-01"))
    if values.get("effective_to") and last is None:
        yield RuleFault("effective_to", _("phải là một ngày, như 2026-07-01"))
    if first and last and last <= first:
        yield RuleFault("effective_to", _("phải sau ngày bắt đầu"))


def _parse_day(value: Any) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _trigger_faults(told: Any) -> Iterator[RuleFault]:
    if not isinstance(told, Mapping) or told.get("kind") not in KINDS:
        yield RuleFault("trigger.kind", _("phải là một trong: %(kinds)s") % {"kinds": ", ".join(KINDS)})
        return
    needed, allowed = KINDS[told["kind"]]
    for name in sorted(needed - set(told)):
        yield RuleFault(f"trigger.{name}", _("phải có"))
    for name in sorted(set(told) - needed - allowed - {"kind"}):
        yield RuleFault(f"trigger.{name}", _("không phải mục của quy tắc"))
    for name in sorted({"days", "years", "months", "valid_months"} & set(told)):
        if not _is_count(told[name]):
            yield RuleFault(f"trigger.{name}", _("phải là số, từ 0 đến %(most)s") % {"most": LONGEST_DAYS})
    if "procedure" in told and not _is_known(told["procedure"]):
        yield RuleFault("trigger.procedure", _("không có trong danh mục thủ tục"))


def _is_known(code: Any) -> bool:
    return Procedure.objects.filter(code=str(code)).exists()


def _filling_faults(values: Mapping[str, Any]) -> Iterator[RuleFault]:
    prefill, paper_names, code = values.get("prefill", {}), values.get("held", []), str(values.get("procedure", ""))
    if code and not _is_known(code):
        yield RuleFault("procedure", _("không có trong danh mục thủ tục"))
    if not isinstance(paper_names, list) or not all(isinstance(paper_name, str) for paper_name in paper_names):
        yield RuleFault("held", _("phải là danh sách tên giấy tờ"))
    if not isinstance(prefill, Mapping):
        yield RuleFault("prefill", _("phải là bảng: ô của biểu mẫu = lấy từ đâu"))
        return
    day = _parse_day(values.get("effective_from"))
    form = next(iter(forms.for_procedure(code, day)), None) if day else None
    fields = {form_field.name for form_field in forms.shape_of(form).fields} if form else None
    for name, source in prefill.items():
        if not isinstance(source, str) or not SOURCES.match(source):
            yield RuleFault(f"prefill.{name}", _("phải bắt đầu bằng “values:” hoặc “text:”"))
        elif fields is not None and name not in fields:
            yield RuleFault(f"prefill.{name}", _("biểu mẫu của thủ tục không có ô này"))
