"""Are the conditions of a schema sound? They are the one place that says what is hidden, so they must be readable.

A condition is ``if`` with what it looks at ``required`` (else an unanswered question would count as a yes), over fields
that stand before those it governs (else the order of answering would matter). ``"field": false`` in ``then`` or
``else`` hides a field; ``properties`` and ``required`` there say the rest.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.forms.queries.shape import Json, conditional_branches, forbidden_properties

Wrong = tuple[str, str]
LOOKS = {"const", "enum", "minimum", "maximum", "not", "contains"}
THEN = {"properties", "required"}
NARROWS = {"const", "enum", "minLength", "minimum", "maximum", "minItems"}


def condition_faults(document: Json, schema: Json) -> Iterator[Wrong]:
    """What is wrong with the conditions of the schema at every level: place and reason."""
    order = [item for section in document["layout"] for item in section["items"]]
    yield from _object_faults(schema, order, "/schema")


def _object_faults(schema: Json, items: list[Json], where: str) -> Iterator[Wrong]:
    order = [item["field"] for item in items if "field" in item]
    for at, branch in enumerate(schema.get("allOf", [])):
        if "if" not in branch or branch.keys() - {"if", "then", "else", "$comment"}:
            yield f"{where}/allOf/{at}", _("chỉ nhận if, then, else")
    for branch in conditional_branches(schema):
        yield from _branch_faults(branch, schema, order, where)
    for item in items:
        if item.get("items"):
            field_schema = schema["properties"][item["field"]]
            inner = field_schema["items"] if field_schema["type"] == "array" else field_schema
            yield from _object_faults(inner, item["items"], f"{where}/properties/{item['field']}")


def _branch_faults(branch: Json, schema: Json, order: list[str], where: str) -> Iterator[Wrong]:
    condition = branch["if"]
    looked_at = condition.get("properties", {}) if isinstance(condition, dict) else {}
    if not looked_at or condition.keys() - {"properties", "required"}:
        yield f"{where}/if", _("điều kiện phải gồm properties và required")
        return
    if set(condition.get("required", [])) != looked_at.keys():
        yield f"{where}/if/required", _("phải kể đủ các trường mà điều kiện xét: chưa trả lời không phải là có")
    for name, rule in looked_at.items():
        if name not in order:
            yield f"{where}/if/properties/{name}", _("“%(name)s” không phải một trường của biểu mẫu") % {"name": name}
        if not _is_simple(rule):
            yield f"{where}/if/properties/{name}", _("chỉ nhận: %(known)s") % {"known": ", ".join(sorted(LOOKS))}
    for side in ("then", "else"):
        yield from _side_faults(branch.get(side), side, schema, order, looked_at, where)


def _is_simple(rule: Any) -> bool:
    inner = [rule[key] for key in ("not", "contains") if key in rule] if isinstance(rule, dict) else [None]
    return isinstance(rule, dict) and bool(rule) and not rule.keys() - LOOKS and all(map(_is_simple, inner))


def _side_faults(
    side_rule: Any, side: str, schema: Json, order: list[str], looked_at: Json, where: str
) -> Iterator[Wrong]:
    if side_rule is None:
        return
    if not isinstance(side_rule, dict) or side_rule.keys() - THEN:
        yield f"{where}/{side}", _("chỉ nhận properties và required")
        return
    yield from _faults_of_properties(side_rule.get("properties", {}), schema, f"{where}/{side}")
    for name in side_rule.get("required", []):
        if name not in schema["properties"]:
            yield f"{where}/{side}/required", _("“%(name)s” không phải một trường của biểu mẫu") % {"name": name}
    for name in sorted(forbidden_properties(side_rule)):
        if name in order and any(field in order and order.index(field) >= order.index(name) for field in looked_at):
            yield f"{where}/if", _("điều kiện phải xét các trường đứng trước “%(name)s”") % {"name": name}
        if name in schema.get("required", []):
            yield f"{where}/required", _("“%(name)s” có thể bị ẩn: hãy đòi trong then hoặc else") % {"name": name}


def _faults_of_properties(rules: Json, schema: Json, where: str) -> Iterator[Wrong]:
    for name, rule in rules.items():
        if name not in schema["properties"]:
            unknown = _("“%(name)s” không phải một trường của biểu mẫu") % {"name": name}
            yield f"{where}/properties/{name}", unknown
        if rule is not False and (not isinstance(rule, dict) or rule.keys() - NARROWS):
            yield f"{where}/properties/{name}", _("chỉ nhận: %(known)s") % {"known": ", ".join(sorted(NARROWS))}
