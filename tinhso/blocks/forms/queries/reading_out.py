"""Conditions in words: «Nếu “Lý do” là “Khác”», so that a form makes sense on paper and without script."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.forms.queries.shape import FormField, Json, conditional_branches, forbidden_properties


def text_in_language(vi: str, en: str) -> str:
    """The text in the reader's language."""
    return en if en and (get_language() or "vi").startswith("en") else vi


def governing_conditions(name: str, schema: Json) -> tuple[tuple[int, str], ...]:
    """Which conditions hide a field, and on which side; fields with the same ones stand together."""
    numbered_branches = enumerate(conditional_branches(schema))
    sides = [
        (at, side)
        for at, branch in numbered_branches
        for side in ("then", "else")
        if name in forbidden_properties(branch.get(side))
    ]
    return tuple(sides)


def condition_text(name: str, schema: Json, fields: Iterable[FormField]) -> str:
    """When a field is asked, in words; empty for one that always is."""
    form_fields_by_key = {field.name: field for field in fields}
    all_branches = conditional_branches(schema)
    sentences = []
    for at, side in governing_conditions(name, schema):
        looked_at = all_branches[at]["if"]["properties"]
        words = _(" và ").join(
            _rule_text(form_fields_by_key[field_name], rule)
            for field_name, rule in looked_at.items()
            if field_name in form_fields_by_key
        )
        sentences.append(
            _("Nếu %(what)s") % {"what": words} if side == "else" else _("Trừ khi %(what)s") % {"what": words}
        )
    return "; ".join(sentences)


def _rule_text(field: FormField, rule: Mapping[str, Any]) -> str:
    label = text_in_language(field.label, field.label_en)
    if field.kind == "boolean" and "const" in rule:
        sentence = _("đã chọn “%(label)s”") if rule["const"] else _("không chọn “%(label)s”")
        return sentence % {"label": label}
    if "not" in rule:
        return _("không phải %(what)s") % {"what": _rule_text(field, rule["not"])}
    if "minimum" in rule:
        return _("“%(label)s” từ %(limit)s trở lên") % {"label": label, "limit": rule["minimum"]}
    if "maximum" in rule:
        return _("“%(label)s” không quá %(limit)s") % {"label": label, "limit": rule["maximum"]}
    values = [rule["const"]] if "const" in rule else rule.get("enum") or [rule.get("contains", {}).get("const")]
    words = _(" hoặc ").join(f"“{_choice_name(field, value)}”" for value in values)
    return _("“%(label)s” là %(words)s") % {"label": label, "words": words}


def _choice_name(field: FormField, value: Any) -> str:
    return next(
        (
            text_in_language(field_choice.name, field_choice.name_en)
            for field_choice in field.choices
            if field_choice.value == value
        ),
        str(value),
    )
