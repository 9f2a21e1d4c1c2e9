"""Tables of decisions (DMN 1.x) that travel inside a drawing, in the ``extensionElements`` of its process.

Of the expression language FEEL the tests of a cell are taken: a value, several with commas, ``not(…)``, ``< 5``,
ranges such as ``[1..5)``, and ``-`` for anything. They are read with patterns and compared as values; nothing in a
table is ever run.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.bpmn.queries.documents import Element, fault_of_element
from tinhso.blocks.bpmn.queries.shapes import DecisionRule, DecisionTable, answer_variable
from tinhso.blocks.bpmn.queries.sketching import DrawingReport

DMN = re.compile(r"\{https?://www\.omg\.org/spec/DMN/\d{8}/(?:MODEL|DMN[\w.]*)/?\}|\{http://www\.omg\.org/spec/DMN/")
NAME = re.compile(r"[^\W\d]\w{0,69}\Z")
MOST_RULES, MOST_COLUMNS, MOST_LETTERS = 300, 20, 300
COMPARED = re.compile(r"(<=|>=|<|>)\s*(-?\d+)\Z")
RANGE = re.compile(r"([\[(\]])\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*([\])\[])\Z")
WHOLE, TEXT, NOT = re.compile(r"-?\d{1,12}\Z"), re.compile(r'"([^"\\]*)"\Z'), re.compile(r"not\s*\((.*)\)\Z", re.DOTALL)
PART = re.compile(r'((?:"[^"]*"|[^",])+)(?:,|\Z)')
POLICIES = {"UNIQUE": False, "FIRST": True}
Value = str | int | bool


class NoDecision(ValueError):
    """No row fits, or more than one where only one may; the text is the table's id."""


def tables_in(root: Element, report: DrawingReport) -> dict[str, DecisionTable]:
    """The tables of a file by the ids of their decisions; what cannot be used goes into the report."""
    decision_tables_by_key: dict[str, DecisionTable] = {}
    for decision in root.iter():
        if _dmn_tag(decision) == "decision":
            table = next((child for child in decision if _dmn_tag(child) == "decisionTable"), None)
            if table is None:
                report.faults.append(fault_of(decision, _("quyết định phải là một bảng")))
            elif (decision_table := _decision_table(decision, table, report)) is not None:
                decision_tables_by_key[decision_table.id] = decision_table
    return decision_tables_by_key


def decide_by_table(table: DecisionTable, names: Mapping[str, Any]) -> dict[str, Value]:
    """What the table says for answers and facts. Raises NoDecision."""
    values = [names.get(input, "") for input in table.inputs]
    fitting = [rule for rule in table.rules if all(map(value_fits_test, rule.tests, values))]
    if not fitting or (len(fitting) > 1 and not table.first):
        raise NoDecision(table.id)
    return {name: _cell_value(text) for name, text in zip(table.outputs, fitting[0].values, strict=True)}


def value_fits_test(test: str, value: Any) -> bool:
    """Whether a value passes the test of a cell."""
    if test in ("", "-"):
        return True
    if match := NOT.match(test):
        return not value_fits_test(match[1].strip(), value)
    return any(_passes_part(part, value) for part in _test_parts(test))


def _test_parts(test: str) -> list[str]:
    return [part.strip() for part in PART.findall(test)]


def _passes_part(part: str, value: Any) -> bool:
    number = value if isinstance(value, int) else int(value) if WHOLE.match(str(value)) else None
    if match := COMPARED.match(part):
        sides = {"<": -1, "<=": -1, ">": 1, ">=": 1}
        if number is None:
            return False
        apart = (number > int(match[2])) - (number < int(match[2]))
        return apart == sides[match[1]] or (apart == 0 and match[1].endswith("="))
    if match := RANGE.match(part):
        if number is None:
            return False
        low, high = int(match[2]), int(match[3])
        return low + (match[1] != "[") <= number <= high - (match[4] != "]")
    return str(_cell_value(part)) == str(value)


def _cell_value(text: str) -> Value:
    if match := TEXT.match(text):
        return match[1]
    if WHOLE.match(text):
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def _is_test(text: str) -> bool:
    if text in ("", "-"):
        return True
    if match := NOT.match(text):
        return _is_test(match[1].strip()) and not NOT.match(match[1].strip())
    return all(
        COMPARED.match(test_part) or RANGE.match(test_part) or _is_value(test_part) for test_part in _test_parts(text)
    )


def _is_value(text: str) -> bool:
    return bool(TEXT.match(text) or WHOLE.match(text)) or text in ("true", "false")


def _decision_table(decision: Element, table: Element, report: DrawingReport) -> DecisionTable | None:
    inputs = [
        answer_variable(_text_of_child(child_element, "inputExpression"))
        for child_element in _child_elements(table, "input")
    ]
    outputs = [answer_variable(child_element.get("name") or "") for child_element in _child_elements(table, "output")]
    rules = [
        DecisionRule(tuple(_rule_cells(child_element, "inputEntry")), tuple(_rule_cells(child_element, "outputEntry")))
        for child_element in _child_elements(table, "rule")
    ]
    policy = table.get("hitPolicy", "UNIQUE").upper()
    why = _why_not(inputs, outputs, rules, policy)
    if why:
        report.faults.append(fault_of(decision, why))
        return None
    return DecisionTable(decision.get("id") or "", tuple(inputs), tuple(outputs), tuple(rules), POLICIES[policy])


def _why_not(inputs: list[str], outputs: list[str], rules: list[DecisionRule], policy: str) -> str:
    if policy not in POLICIES:
        return _("bảng quyết định phải là UNIQUE hoặc FIRST")
    if (
        not outputs
        or not all(NAME.match(column_name) for column_name in (*inputs, *outputs))
        or len(set(outputs)) < len(outputs)
    ):
        return _("cột của bảng quyết định phải có tên, gồm chữ, số, gạch dưới")
    if not rules or len(rules) > MOST_RULES or len(inputs) + len(outputs) > MOST_COLUMNS:
        return _("bảng quyết định cần từ 1 đến %(rules)s dòng, không quá %(columns)s cột") % {
            "rules": MOST_RULES,
            "columns": MOST_COLUMNS,
        }
    for rule in rules:
        if len(rule.tests) != len(inputs) or len(rule.values) != len(outputs):
            return _("một dòng của bảng quyết định thiếu hoặc thừa ô")
        for cell in rule.tests:
            if len(cell) > MOST_LETTERS or not _is_test(cell):
                return _("ô “%(cell)s” của bảng quyết định không dùng được") % {"cell": cell[:40]}
        for cell in rule.values:
            if len(cell) > MOST_LETTERS or not _is_value(cell):
                return _("ô “%(cell)s” của bảng quyết định không dùng được") % {"cell": cell[:40]}
    return ""


def fault_of(decision: Element, why: str) -> Any:
    """What is wrong with a table, which it names."""
    return fault_of_element(decision, why)


def _dmn_tag(element: Element) -> str:
    tag = str(element.tag)
    return tag.rpartition("}")[2] if DMN.match(tag) else ""


def _child_elements(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _dmn_tag(child) == name)


def _text_of_child(element: Element, holder: str) -> str:
    inner = next(_child_elements(element, holder), None)
    text = next(_child_elements(inner, "text"), None) if inner is not None else None
    return " ".join((text.text or "").split()) if text is not None else ""


def _rule_cells(rule: Element, name: str) -> Iterator[str]:
    for entry in _child_elements(rule, name):
        text = next(_child_elements(entry, "text"), None)
        yield " ".join((text.text or "").split()) if text is not None else ""
