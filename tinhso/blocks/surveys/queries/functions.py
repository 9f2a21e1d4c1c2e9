"""The functions that conditions of forms may call: those of XPath 1.0 and of ODK XForms that we work out.

Each takes where it is called and its arguments, not yet worked out. A workbook that calls another one is refused.
"""

import math
import re
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime

from tinhso.blocks.surveys.queries.evaluating import (
    FUNCTIONS,
    Context,
    Node,
    Value,
    day_text,
    evaluate,
    number,
    text,
    truth,
)
from tinhso.blocks.surveys.queries.xpath import Ast
from tinhso.kernel import clock
from tinhso.kernel.patterns import fits

# Give another answer each time: what the client worked out is kept
CHANGING = frozenset({"now", "today", "random", "uuid", "once"})


def _texts(take: Callable[..., Value]) -> Callable[..., Value]:
    """A function of texts."""
    return lambda context, *args: take(*(text(evaluate(one, context)) for one in args))


def _numbers(take: Callable[..., float]) -> Callable[..., Value]:
    """A function of numbers."""
    return lambda context, *args: float(take(*(number(evaluate(one, context)) for one in args)))


def _all_numbers(context: Context, args: tuple[Ast, ...]) -> list[float]:
    found: list[float] = []
    for one in args:
        value = evaluate(one, context)
        found += [number(node.text) for node in value] if isinstance(value, list) else [number(value)]
    return found


def _set(context: Context, one: Ast) -> list[Node]:
    value = evaluate(one, context)
    if not isinstance(value, list):
        raise TypeError
    return value


def _here(context: Context, args: tuple[Ast, ...]) -> Value:
    return evaluate(args[0], context) if args else [context.node]


def _substring(told: str, first: float, length: float = math.inf) -> str:
    if math.isnan(first) or math.isnan(length):
        return ""
    begin = math.floor(first + 0.5)
    end = math.inf if math.isinf(length) else begin + math.floor(length + 0.5)
    return "".join(letter for place, letter in enumerate(told, 1) if begin <= place < end)


def _translate(told: str, these: str, those: str) -> str:
    table = {letter: those[place : place + 1] for place, letter in reversed(list(enumerate(these)))}
    return "".join(table.get(letter, letter) for letter in told)


def _position(context: Context, *args: Ast) -> Value:
    if not args:
        return float(context.position)
    node = _set(context, args[0])[0]
    row = [one for one in node.parent.children if one.name == node.name] if node.parent else [node]
    return float(next(place for place, one in enumerate(row, 1) if one is node))


def _round(value: float, digits: float = 0) -> float:
    if not math.isfinite(value):
        return value
    scale = 10 ** int(digits)
    return float(math.floor(value * scale + 0.5) / scale)


def _format(context: Context, told: Ast, pattern: Ast) -> Value:
    value = evaluate(told, context)
    days = number(value)
    if math.isnan(days):
        return ""
    seconds = round((days - math.floor(days)) * 86_400)
    moment = datetime.fromisoformat(day_text(days) or "1970-01-01").replace(
        hour=seconds // 3600, minute=seconds // 60 % 60, second=seconds % 60
    )
    signs = {
        "Y": f"{moment.year:04d}",
        "y": f"{moment.year % 100:02d}",
        "m": f"{moment.month:02d}",
        "n": f"{moment.month}",
        "d": f"{moment.day:02d}",
        "e": f"{moment.day}",
        "H": f"{moment.hour:02d}",
        "h": f"{moment.hour}",
        "M": f"{moment.minute:02d}",
        "S": f"{moment.second:02d}",
        "3": "000",
        "%": "%",
        "b": f"{moment.month:02d}",
        "a": "",
    }
    return re.sub(r"%(.)", lambda found: signs.get(found[1], ""), text(evaluate(pattern, context)))


def _date(context: Context, one: Ast) -> Value:
    return day_text(number(evaluate(one, context)))


def _moment(context: Context, one: Ast) -> Value:
    value = evaluate(one, context)
    return text(value) if not isinstance(value, float) else day_text(value)


def _instance(context: Context, one: Ast) -> Value:
    found = context.instances.get(text(evaluate(one, context)))
    return [] if found is None else [found]


def _pulldata(context: Context, name: Ast, column: Ast, key: Ast, value: Ast) -> Value:
    """pulldata('fruits', 'price', 'name', ${fruit}): a cell of the first row whose key is the value."""
    top = context.instances.get(text(evaluate(name, context)).removesuffix(".csv"))
    sought, keys, cells = text(evaluate(value, context)), text(evaluate(key, context)), text(evaluate(column, context))
    for row in top.children[0].children if top is not None and top.children else ():
        texts = {cell.name: cell.value for cell in row.children}
        if texts.get(keys) == sought:
            return texts.get(cells, "")
    return ""


def _indexed(context: Context, wanted: Ast, *more: Ast) -> Value:
    """indexed-repeat(/data/r/x, /data/r, 2): x of the second r."""
    pairs = zip(more[::2], more[1::2], strict=True)
    rows = [(_set(context, group), int(number(evaluate(index, context)))) for group, index in pairs]
    chosen = [row[place - 1] for row, place in rows if 0 < place <= len(row)]
    if len(chosen) < len(rows):
        return ""
    inside = [node for node in _set(context, wanted) if _is_below(node, chosen[-1])]
    return list(inside)


def _is_below(node: Node | None, other: Node) -> bool:
    while node is not None and node is not other:
        node = node.parent
    return node is other


def _choice_name(context: Context, value: Ast, question: Ast) -> Value:
    return context.labels(text(evaluate(question, context)).strip(), text(evaluate(value, context)))


def _once(context: Context, one: Ast) -> Value:
    return context.node.text or text(evaluate(one, context))


def _if(context: Context, condition: Ast, yes: Ast, no: Ast) -> Value:
    return evaluate(yes if truth(evaluate(condition, context)) else no, context)


def _coalesce(context: Context, *args: Ast) -> Value:
    return next((told for told in (text(evaluate(one, context)) for one in args) if told), "")


def _checklist(context: Context, least: Ast, most: Ast, *args: Ast) -> Value:
    yes = sum(truth(evaluate(one, context)) for one in args)
    low, high = number(evaluate(least, context)), number(evaluate(most, context))
    return (low < 0 or yes >= low) and (high < 0 or yes <= high)


def _join(context: Context, between: Ast, *args: Ast) -> Value:
    found: list[str] = []
    for one in args:
        value = evaluate(one, context)
        found += [node.text for node in value] if isinstance(value, list) else [text(value)]
    return text(evaluate(between, context)).join(found)


def _selected_at(told: str, place: str) -> str:
    index, chosen = number(place), told.split()
    return chosen[int(index)] if 0 <= index < len(chosen) else ""


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except (OverflowError, ZeroDivisionError, ValueError):
        return math.nan


def _time(told: str) -> float:
    match = re.match(r"(\d\d):(\d\d)(?::(\d\d))?", told.rpartition("T")[2])
    return (int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)) / 86_400 if match else math.nan


FUNCTIONS |= {
    "true": lambda context: True,
    "false": lambda context: False,
    "not": lambda context, one: not truth(evaluate(one, context)),
    "boolean": lambda context, one: truth(evaluate(one, context)),
    "boolean-from-string": _texts(lambda told: told in {"1", "true"}),
    "number": lambda context, *args: number(_here(context, args)),
    "string": lambda context, *args: text(_here(context, args)),
    "concat": lambda context, *args: "".join(text(evaluate(one, context)) for one in args),
    "contains": _texts(lambda told, part: part in told),
    "starts-with": _texts(lambda told, part: told.startswith(part)),
    "ends-with": _texts(lambda told, part: told.endswith(part)),
    "substring": lambda context, told, *args: _substring(
        text(evaluate(told, context)), *(number(evaluate(one, context)) for one in args)
    ),
    "substr": lambda context, told, first, *end: text(evaluate(told, context))[
        int(number(evaluate(first, context))) : int(number(evaluate(end[0], context))) if end else None
    ],
    "substring-before": _texts(lambda told, part: told.partition(part)[0] if part in told else ""),
    "substring-after": _texts(lambda told, part: told.partition(part)[2] if part else told),
    "string-length": lambda context, *args: float(len(text(_here(context, args)))),
    "normalize-space": lambda context, *args: " ".join(text(_here(context, args)).split()),
    "translate": _texts(_translate),
    "regex": _texts(lambda told, pattern: fits(pattern, told)),
    "join": _join,
    "count": lambda context, one: float(len(_set(context, one))),
    "count-non-empty": lambda context, one: float(sum(bool(node.text) for node in _set(context, one))),
    "sum": lambda context, one: float(sum(number(node.text) for node in _set(context, one))),
    "min": lambda context, *args: min(_all_numbers(context, args), default=math.nan),
    "max": lambda context, *args: max(_all_numbers(context, args), default=math.nan),
    "floor": _numbers(lambda value: math.floor(value) if math.isfinite(value) else value),
    "ceiling": _numbers(lambda value: math.ceil(value) if math.isfinite(value) else value),
    "round": _numbers(_round),
    "int": _numbers(lambda value: math.trunc(value) if math.isfinite(value) else math.nan),
    "abs": _numbers(abs),
    "pow": _numbers(_power),
    "position": _position,
    "last": lambda context: float(context.size),
    "name": lambda context, *args: next((node.name for node in _here(context, args)), ""),  # type: ignore[union-attr]
    "local-name": lambda context, *args: next((node.name for node in _here(context, args)), ""),  # type: ignore[union-attr]
    "current": lambda context: [context.current or context.node],
    "instance": _instance,
    "pulldata": _pulldata,
    "indexed-repeat": _indexed,
    "selected": _texts(lambda told, value: value.strip() in told.split()),
    "selected-at": _texts(_selected_at),
    "count-selected": _texts(lambda told: float(len(told.split()))),
    "jr:choice-name": _choice_name,
    "if": _if,
    "coalesce": _coalesce,
    "once": _once,
    "checklist": _checklist,
    "today": lambda context: clock.local(context.now).date().isoformat(),
    "now": lambda context: clock.local(context.now).isoformat(timespec="seconds"),
    "date": _date,
    "date-time": _moment,
    "decimal-date-time": lambda context, one: number(evaluate(one, context)),
    "decimal-time": _texts(_time),
    "format-date": _format,
    "format-date-time": _format,
    "uuid": lambda context, *_args: str(uuid.uuid4()),
    "random": lambda context: secrets.randbelow(10**9) / 10**9,
}
