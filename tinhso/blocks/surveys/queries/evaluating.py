"""Working out conditions: XPath 1.0 in which a day is a number of days, as ODK's clients have it."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from tinhso.blocks.surveys.queries.xpath import Ast, UnreadableExpression
from tinhso.kernel import clock

Value = float | str | bool | list["FormNode"]
NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")
EPOCH = date(1970, 1, 1)
FUNCTIONS: dict[str, Callable[..., "Value"]] = {}  # filled by functions.py


@dataclass(eq=False)
class FormNode:
    """An element with its text; only what has no children has a text of its own."""

    name: str
    value: str = ""
    children: list["FormNode"] = field(default_factory=list)
    parent: "FormNode | None" = None

    def add(self, child: "FormNode") -> "FormNode":
        """Put ``child`` below, at the end."""
        child.parent = self
        self.children.append(child)
        return child

    @property
    def text(self) -> str:
        """The text of it and of all below."""
        return self.value + "".join(child.text for child in self.children) if self.children else self.value

    def below(self) -> Iterator["FormNode"]:
        """It and all below, in the order of the document."""
        yield self
        for child in self.children:
            yield from child.below()


@dataclass(frozen=True)
class Context:
    """Where an expression is worked out. ``instances`` are lists to choose from by name; ``labels`` gives a choice's
    label: (question's path, value) → words."""

    node: FormNode
    root: FormNode
    now: datetime
    instances: Mapping[str, FormNode] = field(default_factory=dict)
    labels: Callable[[str, str], str] = lambda _path, value: value
    position: int = 1
    size: int = 1
    current: FormNode | None = None


def number_value(value: Value) -> float:
    """As a number; days and moments are days since 1970; NaN where it is none."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float):
        return value
    text = text_value(value).strip()
    if NUMBER.fullmatch(text):
        return float(text)
    return _days_since_epoch(text) if DAY.fullmatch(text) else math.nan


def _days_since_epoch(text: str) -> float:
    try:
        if "T" not in text:
            return float((date.fromisoformat(text) - EPOCH).days)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    local = moment if moment.tzinfo is None else clock.local(moment)
    return (local.date() - EPOCH).days + (local.hour * 3600 + local.minute * 60 + local.second) / 86_400


def day_text(days: float) -> str:
    """A number of days since 1970 as a date; empty where it is none."""
    if not math.isfinite(days) or not -700_000 < days < 2_900_000:
        return ""
    return (EPOCH + timedelta(days=math.floor(days))).isoformat()


def text_value(value: Value) -> str:
    """As text: the first node's, numbers without needless zeros."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return value[0].text if value else ""
    return value


def truth_value(value: Value) -> bool:
    """As a yes or no."""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def evaluate(tree: Ast, context: Context) -> Value:
    """The value of an expression; raises :class:`Unreadable` for what nobody can work out."""
    value: Value = _KINDS[tree[0]](tree, context)
    return value


def _evaluate_operation(tree: Ast, context: Context) -> Value:
    sign = tree[1]
    if sign in {"and", "or"}:
        left = truth_value(evaluate(tree[2], context))
        return left if left is (sign == "or") else truth_value(evaluate(tree[3], context))
    left_value, right_value = evaluate(tree[2], context), evaluate(tree[3], context)
    if sign in _COMPARED:
        return _compare_values(sign, left_value, right_value)
    return _arithmetic_result(sign, number_value(left_value), number_value(right_value))


def _arithmetic_result(sign: str, left: float, right: float) -> float:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if right == 0:
        return math.nan if sign == "mod" or left == 0 or math.isnan(left) else math.copysign(math.inf, left)
    return left / right if sign == "div" else math.fmod(left, right)


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def _compare_values(sign: str, left: Value, right: Value) -> bool:
    holds = _COMPARED[sign]
    if isinstance(left, list) and isinstance(right, list):
        return any(_compare_single_values(sign, form_node.text, other.text) for form_node in left for other in right)
    if isinstance(left, bool) or isinstance(right, bool):
        return (
            holds(truth_value(left), truth_value(right))
            if sign in {"=", "!="}
            else holds(number_value(left), number_value(right))
        )
    if isinstance(left, list):
        return any(_compare_single_values(sign, form_node.text, right) for form_node in left)
    if isinstance(right, list):
        return any(_compare_single_values(sign, left, form_node.text) for form_node in right)
    return _compare_single_values(sign, left, right)


def _compare_single_values(sign: str, left: Value, right: Value) -> bool:
    holds = _COMPARED[sign]
    if sign in {"=", "!="} and isinstance(left, str) and isinstance(right, str):
        return holds(left, right)
    return holds(number_value(left), number_value(right))


def _evaluate_union(tree: Ast, context: Context) -> Value:
    form_nodes = [*_require_nodes(evaluate(tree[1], context)), *_require_nodes(evaluate(tree[2], context))]
    order = {id(node): place for place, node in enumerate(context.root.below())}
    unique = {id(node): node for node in form_nodes}
    return sorted(unique.values(), key=lambda node: order.get(id(node), len(order)))


def _require_nodes(value: Value) -> list[FormNode]:
    if not isinstance(value, list):
        raise UnreadableExpression("/")
    return value


def _evaluate_path(tree: Ast, context: Context) -> Value:
    start = tree[1]
    nodes = [context.node] if start is None else _require_nodes(evaluate(start, context))
    for axis, test, predicates in tree[2]:
        form_nodes_by_key: dict[int, FormNode] = {}
        for node in nodes:
            stepped = [
                form_node for form_node in _AXES[axis](node) if test in ("node()", "*") or form_node.name == test
            ]
            form_nodes_by_key |= {
                id(form_node): form_node for form_node in _apply_predicates(stepped, predicates, context)
            }
        nodes = list(form_nodes_by_key.values())
    return nodes


def _apply_predicates(nodes: list[FormNode], predicates: tuple[Ast, ...], context: Context) -> list[FormNode]:
    for predicate in predicates:
        size, form_nodes = len(nodes), []
        for place, node in enumerate(nodes, 1):
            here = replace(context, node=node, position=place, size=size, current=context.current or context.node)
            value = evaluate(predicate, here)
            if value == place if isinstance(value, float) else truth_value(value):
                form_nodes.append(node)
        nodes = form_nodes
    return nodes


def _ancestors_of(node: FormNode) -> list[FormNode]:
    form_nodes = []
    while node.parent is not None:
        node = node.parent
        form_nodes.append(node)
    return form_nodes


def _sibling_nodes(node: FormNode, after: bool) -> list[FormNode]:
    row = node.parent.children if node.parent else [node]
    place = next(number for number, form_node in enumerate(row) if form_node is node)
    return row[place + 1 :] if after else row[:place][::-1]


_AXES: dict[str, Callable[[FormNode], list[FormNode]]] = {
    "child": lambda node: node.children,
    "self": lambda node: [node],
    "parent": lambda node: [node.parent] if node.parent else [],
    "ancestor": _ancestors_of,
    "descendant": lambda node: list(node.below())[1:],
    "descendant-or-self": lambda node: list(node.below()),
    "preceding-sibling": lambda node: _sibling_nodes(node, False),
    "following-sibling": lambda node: _sibling_nodes(node, True),
    "attribute": lambda node: [],
}


def _evaluate_call(tree: Ast, context: Context) -> Value:
    function = FUNCTIONS.get(tree[1])
    if function is None:
        raise UnreadableExpression(f"{tree[1]}()")
    try:
        return function(context, *tree[2])
    except (TypeError, ValueError, LookupError, ArithmeticError, re.error) as problem:
        raise UnreadableExpression(f"{tree[1]}()") from problem


_KINDS: dict[str, Callable[[Ast, Context], Value]] = {
    "number": lambda tree, context: float(tree[1]),
    "text": lambda tree, context: str(tree[1]),
    "neg": lambda tree, context: -number_value(evaluate(tree[1], context)),
    "op": _evaluate_operation,
    "union": _evaluate_union,
    "root": lambda tree, context: [context.root],
    "path": _evaluate_path,
    "filter": lambda tree, context: list(
        _apply_predicates(_require_nodes(evaluate(tree[1], context)), tree[2], context)
    ),
    "call": _evaluate_call,
}
