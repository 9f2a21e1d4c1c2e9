"""Who may be given something: rules as data, each answered yes, no or "once a paper was seen", with its reason.

A set of rules is a list of objects. ``{"rule": "age", "least": 60}``, ``{"rule": "household", "among": ["poor"],
"paper": "Giấy chứng nhận hộ nghèo"}``, ``{"rule": "unit", "among": ["83"]}``, ``{"rule": "device", "generation": 2}``
and ``{"rule": "any", "of": [rules]}``. Nobody is trusted for what a paper must show: where a rule names one, yes means
that the paper is still to be seen.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import jsonschema
from django.utils.translation import gettext as _

from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Refused
from tinhso.society.support.contract import EligibilityFacts, EligibilityOutcome, HouseholdKind, RuleAnswer
from tinhso.society.support.models import Application, Handset, Programme, Rules

AGE = {"type": "integer", "minimum": 0, "maximum": 130}
PAPER = {"type": "string", "minLength": 3, "maxLength": 200}


def _rule_schema(name: str, required: Sequence[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["rule", *required],
        "properties": {"rule": {"const": name}, "paper": PAPER, **properties},
    }


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "array",
    "maxItems": 20,
    "items": {"$ref": "#/$defs/rule"},
    "$defs": {
        "rule": {
            "oneOf": [
                _rule_schema("age", [], least=AGE, most=AGE),
                _rule_schema(
                    "household",
                    ["among"],
                    among={
                        "type": "array",
                        "minItems": 1,
                        "items": {"enum": [str(household_kind) for household_kind in HouseholdKind]},
                    },
                ),
                _rule_schema(
                    "unit",
                    ["among"],
                    among={
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 300,
                        "items": {"type": "string", "maxLength": 40},
                    },
                ),
                _rule_schema("device", ["generation"], generation={"enum": [2, 3]}),
                _rule_schema(
                    "any",
                    ["of"],
                    of={
                        "type": "array",
                        "minItems": 2,
                        "maxItems": 10,
                        "items": {"$ref": "#/$defs/rule"},
                    },
                ),
            ]
        }
    },
}
_CHECKER = jsonschema.Draft202012Validator(SCHEMA)


def validated_rules(rules: Any) -> list[dict[str, Any]]:
    """The rules, held against their schema; refuses what it does not know, saying where."""
    fault = next(iter(_CHECKER.iter_errors(rules)), None)
    if fault is not None:
        words = _("Điều kiện chưa đúng dạng ở %(where)s.")
        raise Refused("bad_rules", words, where="/".join(map(str, fault.absolute_path)) or "/")
    rows: list[dict[str, Any]] = rules
    return rows


def in_force(programme: Programme, day: date) -> Rules | None:
    """The rules of a programme as of ``day``; None before the first."""
    return Rules.objects.filter(programme=programme, valid_from__lte=day).order_by("-valid_from").first()


def rule_answers(
    rules: Sequence[Mapping[str, Any]], eligibility_facts: EligibilityFacts, day: date
) -> list[RuleAnswer]:
    """What each rule says of somebody on ``day``."""
    return [_answer_of_rule(rule, eligibility_facts, day) for rule in rules]


def combined_outcome(answers: Sequence[RuleAnswer]) -> EligibilityOutcome:
    """No if any says no; else a paper if any wants one; else yes."""
    eligibility_outcomes = {rule_answer.outcome for rule_answer in answers}
    return next(
        (outcome for outcome in (EligibilityOutcome.NO, EligibilityOutcome.PAPER) if outcome in eligibility_outcomes),
        EligibilityOutcome.YES,
    )


def open_on(programme: Programme, day: date) -> RuleAnswer:
    """Whether the programme takes applications on ``day``."""
    if programme.state != Programme.State.OPEN:
        return RuleAnswer("open", EligibilityOutcome.NO, _("Chương trình hiện không nhận hồ sơ."))
    if day < programme.starts_on or (programme.ends_on is not None and day > programme.ends_on):
        return RuleAnswer("open", EligibilityOutcome.NO, _("Hôm nay ngoài thời gian nhận hồ sơ."))
    return RuleAnswer("open", EligibilityOutcome.YES, _("Đang trong thời gian nhận hồ sơ."))


def _answer_of_rule(rule: Mapping[str, Any], eligibility_facts: EligibilityFacts, day: date) -> RuleAnswer:
    answer = ASKING[str(rule["rule"])](rule, eligibility_facts, day)
    paper = rule.get("paper")
    if paper and answer.outcome is EligibilityOutcome.YES:
        why = _("%(why)s Mang theo: %(paper)s.") % {"why": answer.why, "paper": paper}
        return RuleAnswer(answer.rule, EligibilityOutcome.PAPER, why)
    return answer


def _age_answer(rule: Mapping[str, Any], eligibility_facts: EligibilityFacts, day: date) -> RuleAnswer:
    least, most = rule.get("least"), rule.get("most")
    if not eligibility_facts.born:
        return RuleAnswer("age", EligibilityOutcome.PAPER, _("Cần biết năm sinh: mang theo căn cước."))
    age, words = day.year - eligibility_facts.born, {"least": least, "most": most}
    if least is not None and age < least:
        return RuleAnswer("age", EligibilityOutcome.NO, _("Phải từ %(least)s tuổi.") % words)
    if most is not None and age > most:
        return RuleAnswer("age", EligibilityOutcome.NO, _("Chỉ dành cho người không quá %(most)s tuổi.") % words)
    return RuleAnswer("age", EligibilityOutcome.YES, _("Đúng độ tuổi."))


def _household_answer(rule: Mapping[str, Any], eligibility_facts: EligibilityFacts, day: date) -> RuleAnswer:
    names = dict(Application.Household.choices)
    among = ", ".join(str(names[Application.Household(household_code)]) for household_code in rule["among"])
    if not eligibility_facts.household:
        return RuleAnswer(
            "household",
            EligibilityOutcome.PAPER,
            _("Dành cho %(among)s: mang theo giấy chứng nhận.") % {"among": among},
        )
    if eligibility_facts.household not in rule["among"]:
        return RuleAnswer("household", EligibilityOutcome.NO, _("Chỉ dành cho %(among)s.") % {"among": among})
    return RuleAnswer("household", EligibilityOutcome.YES, _("Thuộc diện được hỗ trợ."))


def _unit_answer(rule: Mapping[str, Any], eligibility_facts: EligibilityFacts, day: date) -> RuleAnswer:
    if not eligibility_facts.commune:
        return RuleAnswer("unit", EligibilityOutcome.PAPER, _("Cần biết nơi cư trú."))
    above = _unit_lineage(eligibility_facts.commune)
    if above & set(rule["among"]):
        return RuleAnswer("unit", EligibilityOutcome.YES, _("Đúng địa bàn hỗ trợ."))
    matching_units = Unit.objects.filter(ref__in=rule["among"]).order_by("sort_key")[:5]
    names = ", ".join(units.place_name(unit) for unit in matching_units)
    return RuleAnswer("unit", EligibilityOutcome.NO, _("Chỉ dành cho người cư trú tại: %(names)s.") % {"names": names})


def _unit_lineage(commune: int) -> set[str]:
    """References of a unit, of those above it, and of what it was made of."""
    reached, unit_refs = {commune}, set[str]()
    for _step in range(4):
        rows = list(Unit.objects.filter(pk__in=reached).values_list("ref", "parent_id"))
        unit_refs |= {ref for ref, _parent in rows}
        reached = {parent for _ref, parent in rows if parent is not None}
    return unit_refs


def _device_answer(rule: Mapping[str, Any], eligibility_facts: EligibilityFacts, day: date) -> RuleAnswer:
    words: dict[str, Any] = {"generation": rule["generation"]}
    if not eligibility_facts.imei:
        return RuleAnswer(
            "device", EligibilityOutcome.PAPER, _("Mang theo máy chỉ dùng được mạng %(generation)sG.") % words
        )
    handset = Handset.objects.filter(tac=eligibility_facts.imei[:8]).first()
    if handset is None:
        return RuleAnswer(
            "device", EligibilityOutcome.PAPER, _("Chưa rõ máy này dùng mạng nào: mang máy tới để xem.") % words
        )
    words |= {"name": handset.name, "has": handset.generation}
    if handset.generation > int(rule["generation"]):
        why = _("Máy %(name)s dùng được mạng %(has)sG; chỉ đổi máy %(generation)sG.")
        return RuleAnswer("device", EligibilityOutcome.NO, why % words)
    return RuleAnswer("device", EligibilityOutcome.YES, _("Máy %(name)s chỉ dùng được mạng %(generation)sG.") % words)


def _any_answer(rule: Mapping[str, Any], eligibility_facts: EligibilityFacts, day: date) -> RuleAnswer:
    """The best of several: yes goes before a paper, a paper before no, whose reasons stand together."""
    answers = [_answer_of_rule(alternative, eligibility_facts, day) for alternative in rule["of"]]
    for outcome in (EligibilityOutcome.YES, EligibilityOutcome.PAPER):
        best = next((rule_answer for rule_answer in answers if rule_answer.outcome is outcome), None)
        if best is not None:
            return RuleAnswer("any", outcome, best.why)
    return RuleAnswer("any", EligibilityOutcome.NO, " ".join(dict.fromkeys(rule_answer.why for rule_answer in answers)))


ASKING: Mapping[str, Callable[[Mapping[str, Any], EligibilityFacts, date], RuleAnswer]] = {
    "age": _age_answer,
    "household": _household_answer,
    "unit": _unit_answer,
    "device": _device_answer,
    "any": _any_answer,
}


def in_words(rules: Sequence[Mapping[str, Any]]) -> list[str]:
    """The rules as sentences, for everybody."""
    return [_rule_sentence(rule) for rule in rules]


def _rule_sentence(rule: Mapping[str, Any]) -> str:
    names = {str(value): str(label) for value, label in Application.Household.choices}
    if rule["rule"] == "any":
        text = _(" hoặc ").join(_rule_sentence(alternative).rstrip(".") for alternative in rule["of"]) + "."
    elif rule["rule"] == "age":
        text = _age_in_words(rule)
    elif rule["rule"] == "household":
        text = _("Thuộc %(among)s.") % {"among": ", ".join(names[household_code] for household_code in rule["among"])}
    elif rule["rule"] == "device":
        text = _("Đang dùng máy chỉ có mạng %(generation)sG.") % {"generation": rule["generation"]}
    else:
        matching_units = Unit.objects.filter(ref__in=rule["among"]).order_by("sort_key")[:20]
        text = _("Cư trú tại %(names)s.") % {"names": ", ".join(units.place_name(unit) for unit in matching_units)}
    return text + (" " + _("Giấy tờ: %(paper)s.") % {"paper": rule["paper"]} if rule.get("paper") else "")


def _age_in_words(rule: Mapping[str, Any]) -> str:
    least, most = rule.get("least"), rule.get("most")
    if least is not None and most is not None:
        return _("Từ %(least)s đến %(most)s tuổi.") % {"least": least, "most": most}
    if most is not None:
        return _("Không quá %(most)s tuổi.") % {"most": most}
    return _("Từ %(least)s tuổi.") % {"least": least or 0}
