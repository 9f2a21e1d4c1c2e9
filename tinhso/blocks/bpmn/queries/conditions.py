"""Conditions on arrows: comparisons of what was answered, and nothing else of Python.

They are read once as a tree of which every node is known, then worked out by simpleeval without functions or
attributes; the engine's own ``eval`` never sees them.
"""

import ast
from collections.abc import Mapping
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

from tinhso.blocks.bpmn.contract import registered_runner

LONGEST = 300
ALLOWED = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Name,
    ast.Load,
    ast.Constant,
)
ANSWER = "answer"  # the last one given


class BadCondition(ValueError):
    """An expression that is no comparison of known things; the text says which part."""


def known_facts() -> frozenset[str]:
    """What conditions may compare besides the answers of steps."""
    return registered_runner().facts | {ANSWER}


def check_condition(expression: str, known: frozenset[str]) -> None:
    """Refuse what is not a comparison of constants with ``known`` names."""
    if len(expression) > LONGEST:
        raise BadCondition(f"{expression[:40]}…")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise BadCondition(expression) from error
    for node in ast.walk(tree):
        if not isinstance(node, ALLOWED):
            raise BadCondition(type(node).__name__)
        if isinstance(node, ast.Name) and node.id not in known:
            raise BadCondition(node.id)
        if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | bool):
            raise BadCondition(repr(node.value))


def is_condition_true(expression: str, names: Mapping[str, Any]) -> bool:
    """Whether a condition holds; names that nobody has answered yet are empty."""
    check_condition(expression, frozenset(names))
    try:
        return bool(SimpleEval(functions={}, names=dict(names)).eval(expression.strip()))
    except (InvalidExpression, TypeError) as error:
        raise BadCondition(expression) from error
