"""Expressions of indicators: arithmetic on a fact's columns, as text that a province may write.

``a + b - 2 * c`` and ``when(channel == "online", a)`` (the amount where a dimension has a member, else 0). Nothing else
is understood, so nothing else can be run.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ibis

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
}


class BadExpression(ValueError):
    """The text is not an expression of this language; the message says which part."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression: which columns and dimensions it reads, and whether it is linear in the columns."""

    text: str
    columns: frozenset[str]
    dims: frozenset[str]
    linear: bool
    tree: ast.expr

    def on(self, table: Any) -> Any:
        """The expression over an Ibis table that has the columns and dimensions."""
        return _build_node(self.tree, table)


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Expression:
    """Parse and check ``text``; raises BadExpression."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise BadExpression(f"“{text}” không phải biểu thức") from error
    columns: set[str] = set()
    dims: set[str] = set()
    degree = _check_node(tree, columns, dims)
    return Expression(text.strip(), frozenset(columns), frozenset(dims), degree <= 1, tree)


def _check_node(node: ast.expr, columns: set[str], dims: set[str]) -> int:
    """Collect names and return the degree of the polynomial."""
    match node:
        case ast.Name(id=name):
            columns.add(name)
            return 1
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return 0
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _check_node(left, columns, dims) + _check_node(right, columns, dims)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return max(_check_node(left, columns, dims), _check_node(right, columns, dims))
        case ast.Call(func=ast.Name(id="when"), args=[condition, amount], keywords=[]):
            dims.add(_read_condition(condition)[0])
            return _check_node(amount, columns, dims)
    raise BadExpression(f"không hiểu phần “{ast.unparse(node)}”")


def _read_condition(node: ast.expr) -> tuple[str, str]:
    match node:
        case ast.Compare(left=ast.Name(id=dim), ops=[ast.Eq()], comparators=[ast.Constant(value=str(member))]):
            return dim, member
    raise BadExpression(f'điều kiện phải có dạng phân_tổ == "mã", không phải “{ast.unparse(node)}”')


def _build_node(node: ast.expr, table: Any) -> Any:
    match node:
        case ast.Name(id=name):
            return table[name]
        case ast.Constant(value=value):
            return ibis.literal(value)
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](_build_node(left, table), _build_node(right, table))
        case ast.Call(args=[condition, amount]):
            dim, member = _read_condition(condition)
            return ibis.ifelse(table[dim] == member, _build_node(amount, table), 0)
    raise AssertionError("checked when parsed")
