"""Reading the conditions of a form: XPath 1.0 as ODK's clients understand it, as a small tree of tuples.

``frontend/parts/survey-xpath.ts`` reads the same in a browser; tests/conformance hold both against the same cases, and
the part that is plain XPath against libxml2.
"""

import re
from functools import lru_cache
from typing import Any

Ast = tuple[Any, ...]
TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<text>"[^"]*"|'[^']*')|(?P<op>\.\.|::|//|<=|>=|!=|[()\[\].@,/|+\-=<>*])"""
    r"""|(?P<name>[^\W\d][\w.\-]*(?::(?!:)[^\W\d][\w.\-]*)?))""",
)
BINDS = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
WORDS = {"or", "and", "div", "mod"}
AXES = {
    "child",
    "parent",
    "self",
    "ancestor",
    "descendant",
    "descendant-or-self",
    "preceding-sibling",
    "following-sibling",
    "attribute",
}
DEEPEST = 60
LONGEST = 8_000


class UnreadableExpression(Exception):
    """An expression that is no XPath, or more than we work out; says what is wrong in a few words."""


def xpath_tokens(source: str) -> list[tuple[str, str]]:
    """The pieces of an expression, "*" and words already told apart as the standard says."""
    tokens: list[tuple[str, str]] = []
    place = 0
    while source[place:].strip():
        match = TOKEN.match(source, place)
        if match is None:
            raise UnreadableExpression(source[place : place + 20].strip())
        kind = match.lastgroup or ""
        text = match[kind]
        after_value = (
            bool(tokens)
            and not (tokens[-1][0] == "op" and tokens[-1][1] not in {")", "]", ".", ".."})
            and (tokens[-1][0] != "binary")
        )
        if (kind == "name" and text in WORDS and after_value) or (kind == "op" and text in BINDS and text != "*"):
            kind = "binary"
        elif text == "*" and kind == "op":
            kind = "binary" if after_value else "name"
        tokens.append((kind, text))
        place = match.end()
    return tokens


class _TokenReader:
    def __init__(self, source: str) -> None:
        self.found = [*xpath_tokens(source), ("end", "")]
        self.at = self.depth = 0

    def is_next(self, *texts: str, kind: str = "op") -> bool:
        return self.found[self.at][0] == kind and self.found[self.at][1] in texts

    def take(self) -> str:
        self.at += 1
        return self.found[self.at - 1][1]

    def expect(self, text: str) -> None:
        if not self.is_next(text):
            raise UnreadableExpression(self.found[self.at][1] or text)
        self.at += 1

    def expression(self, least: int = 1) -> Ast:
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnreadableExpression("((((…")
        if self.is_next("-", kind="binary"):
            self.at += 1
            left: Ast = ("neg", self.expression(7))
        else:
            left = self.union()
        while self.found[self.at][0] == "binary" and BINDS[self.found[self.at][1]] >= least:
            sign = self.take()
            left = ("op", sign, left, self.expression(BINDS[sign] + 1))
        self.depth -= 1
        return left

    def union(self) -> Ast:
        left = self.path()
        while self.is_next("|"):
            self.at += 1
            left = ("union", left, self.path())
        return left

    def path(self) -> Ast:
        kind, text = self.found[self.at]
        following = self.found[self.at + 1][1] if kind != "end" else ""
        if kind in {"number", "text"} or (kind == "op" and text == "("):
            start = self.primary()
        elif kind == "name" and following == "(" and text not in {"node", "text"}:
            start = self.call()
        elif kind == "op" and text in {"/", "//"}:
            self.at += text == "/"
            steps = self.steps() if text == "//" or self.starts_step() else []
            return ("path", ("root",), tuple(steps))
        else:
            return ("path", None, (*self.step(), *self.steps()))
        if predicates := self.predicates():
            start = ("filter", start, predicates)
        return ("path", start, tuple(self.steps())) if self.is_next("/", "//") else start

    def starts_step(self) -> bool:
        return self.found[self.at][0] == "name" or self.is_next(".", "..", "@")

    def steps(self) -> list[Ast]:
        path_steps: list[Ast] = []
        if self.starts_step() and self.at and self.found[self.at - 1][1] == "/":
            path_steps += self.step()
        while self.is_next("/", "//"):
            if self.take() == "//":
                path_steps.append(("descendant-or-self", "node()", ()))
            path_steps += self.step()
        return path_steps

    def step(self) -> list[Ast]:
        if self.is_next("."):
            self.at += 1
            return [("self", "node()", self.predicates())]
        if self.is_next(".."):
            self.at += 1
            return [("parent", "node()", self.predicates())]
        axis = "child"
        if self.is_next("@"):
            self.at, axis = self.at + 1, "attribute"
        elif self.found[self.at + 1 : self.at + 2] == [("op", "::")]:
            axis = self.take()
            self.at += 1
        if axis not in AXES or self.found[self.at][0] != "name":
            raise UnreadableExpression(self.found[self.at][1] or axis)
        test = self.take()
        if self.is_next("("):
            self.at += 1
            self.expect(")")
            test += "()"
        return [(axis, test, self.predicates())]

    def predicates(self) -> tuple[Ast, ...]:
        expressions = []
        while self.is_next("["):
            self.at += 1
            expressions.append(self.expression())
            self.expect("]")
        return tuple(expressions)

    def primary(self) -> Ast:
        kind, text = self.found[self.at]
        self.at += 1
        if kind == "number":
            return ("number", float(text))
        if kind == "text":
            return ("text", text[1:-1])
        inner = self.expression()
        self.expect(")")
        return inner

    def call(self) -> Ast:
        name = self.take()
        self.expect("(")
        arguments = []
        while not self.is_next(")"):
            arguments.append(self.expression())
            if not self.is_next(")"):
                self.expect(",")
        self.at += 1
        return ("call", name, tuple(arguments))


@lru_cache(maxsize=4096)
def parse_xpath(source: str) -> Ast:
    """The tree of an expression; raises :class:`Unreadable`."""
    if len(source) > LONGEST:
        raise UnreadableExpression("…")
    reader = _TokenReader(source)
    tree = reader.expression()
    if reader.found[reader.at][0] != "end":
        raise UnreadableExpression(reader.found[reader.at][1])
    return tree


def called_functions(tree: Ast) -> set[str]:
    """Names of the functions that an expression calls."""
    own = {str(tree[1])} if tree and tree[0] == "call" else set()
    return own.union(*(called_functions(part) for part in tree if isinstance(part, tuple)))


def list_named(tree: Ast) -> str:
    """The name of the list that an expression chooses from; empty where it is none."""
    for part in (tree, *tree):
        if isinstance(part, tuple):
            if part[:2] == ("call", "instance"):
                return str(part[2][0][1])
            if part is not tree and (name := list_named(part)):
                return name
    return ""
