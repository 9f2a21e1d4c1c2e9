"""Conditions in words: «Nếu “Lý do” là “Khác”», so that a form makes sense on paper and without script."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.blocks.forms.queries.shape import Field, Json, branches, forbidden


def chosen(vi: str, en: str) -> str:
    """The text in the reader's language."""
    return en if en and (get_language() or "vi").startswith("en") else vi


def governing(name: str, schema: Json) -> tuple[tuple[int, str], ...]:
    """Which conditions hide a field, and on which side; fields with the same ones stand together."""
    found = enumerate(branches(schema))
    sides = [(at, side) for at, branch in found for side in ("then", "else") if name in forbidden(branch.get(side))]
    return tuple(sides)


def condition(name: str, schema: Json, fields: Iterable[Field]) -> str:
    """When a field is asked, in words; empty for one that always is."""
    known = {field.name: field for field in fields}
    all_branches = branches(schema)
    said = []
    for at, side in governing(name, schema):
        looked_at = all_branches[at]["if"]["properties"]
        words = _(" và ").join(_rule(known[one], rule) for one, rule in looked_at.items() if one in known)
        said.append(_("Nếu %(what)s") % {"what": words} if side == "else" else _("Trừ khi %(what)s") % {"what": words})
    return "; ".join(said)


def _rule(field: Field, rule: Mapping[str, Any]) -> str:
    label = chosen(field.label, field.label_en)
    if field.kind == "boolean" and "const" in rule:
        sentence = _("đã chọn “%(label)s”") if rule["const"] else _("không chọn “%(label)s”")
        return sentence % {"label": label}
    if "not" in rule:
        return _("không phải %(what)s") % {"what": _rule(field, rule["not"])}
    if "minimum" in rule:
        return _("“%(label)s” từ %(limit)s trở lên") % {"label": label, "limit": rule["minimum"]}
    if "maximum" in rule:
        return _("“%(label)s” không quá %(limit)s") % {"label": label, "limit": rule["maximum"]}
    values = [rule["const"]] if "const" in rule else rule.get("enum") or [rule.get("contains", {}).get("const")]
    words = _(" hoặc ").join(f"“{_name(field, value)}”" for value in values)
    return _("“%(label)s” là %(words)s") % {"label": label, "words": words}


def _name(field: Field, value: Any) -> str:
    return next((chosen(one.name, one.name_en) for one in field.choices if one.value == value), str(value))
