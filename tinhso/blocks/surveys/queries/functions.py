"""The functions that conditions of forms may call: those of XPath 1.0 and of ODK XForms that we work out.

Each takes where it is called and its arguments, not yet worked out. A workbook that calls another one is refused.
"""

import base64
import hashlib
import math
import re
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime

from tinhso.blocks.surveys.queries.evaluating import (
    FUNCTIONS,
    Context,
    FormNode,
    Value,
    day_text,
    evaluate,
    number_value,
    text_value,
    truth_value,
)
from tinhso.blocks.surveys.queries.places import Point, area, is_inside, length
from tinhso.blocks.surveys.queries.xpath import Ast
from tinhso.kernel import clock
from tinhso.kernel.patterns import fits_pattern

# Give another answer each time: what the client worked out is kept
CHANGING = frozenset({"now", "today", "random", "uuid", "once"})
HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
MOST_DIGITS = 15  # behind the point, when rounding


def _texts(take: Callable[..., Value]) -> Callable[..., Value]:
    """A function of texts."""
    return lambda context, *args: take(*(text_value(evaluate(arg, context)) for arg in args))


def _numbers(take: Callable[..., float]) -> Callable[..., Value]:
    """A function of numbers."""
    return lambda context, *args: float(take(*(number_value(evaluate(arg, context)) for arg in args)))


def _all_numbers(context: Context, args: tuple[Ast, ...]) -> list[float]:
    numbers: list[float] = []
    for arg in args:
        value = evaluate(arg, context)
        numbers += [number_value(node.text) for node in value] if isinstance(value, list) else [number_value(value)]
    return numbers


def _set(context: Context, one: Ast) -> list[FormNode]:
    value = evaluate(one, context)
    if not isinstance(value, list):
        raise TypeError
    return value


def _here(context: Context, args: tuple[Ast, ...]) -> Value:
    return evaluate(args[0], context) if args else [context.node]


def _substring(text: str, first: float, length: float = math.inf) -> str:
    if math.isnan(first) or math.isnan(length):
        return ""
    begin = math.floor(first + 0.5)
    end = math.inf if math.isinf(length) else begin + math.floor(length + 0.5)
    return "".join(letter for place, letter in enumerate(text, 1) if begin <= place < end)


def _place(value: float) -> int | None:
    """Where a text is cut; None at its end, and nothing counts as 0."""
    if math.isinf(value):
        return None
    return 0 if math.isnan(value) else int(value)


def _translate(text: str, these: str, those: str) -> str:
    table = {letter: those[place : place + 1] for place, letter in reversed(list(enumerate(these)))}
    return "".join(table.get(letter, letter) for letter in text)


def _position(context: Context, *args: Ast) -> Value:
    if not args:
        return float(context.position)
    node = _set(context, args[0])[0]
    row = [form_node for form_node in node.parent.children if form_node.name == node.name] if node.parent else [node]
    # The pattern that new rows are made of stands behind all rows
    return float(next((place for place, form_node in enumerate(row, 1) if form_node is node), len(row) + 1))


def _round(value: float, digits: float = 0) -> float:
    if not math.isfinite(value) or not abs(digits) <= MOST_DIGITS:
        return value
    scale = 10 ** int(digits)
    return float(math.floor(value * scale + 0.5) / scale)


def _format(context: Context, told: Ast, pattern: Ast) -> Value:
    value = evaluate(told, context)
    days = number_value(value)
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
    return re.sub(r"%(.)", lambda match: signs.get(match[1], ""), text_value(evaluate(pattern, context)))


def _date(context: Context, one: Ast) -> Value:
    return day_text(number_value(evaluate(one, context)))


def _moment(context: Context, one: Ast) -> Value:
    value = evaluate(one, context)
    return text_value(value) if not isinstance(value, float) else day_text(value)


def _instance(context: Context, one: Ast) -> Value:
    form_node = context.instances.get(text_value(evaluate(one, context)))
    return [] if form_node is None else [form_node]


def _pulldata(context: Context, name: Ast, column: Ast, key: Ast, value: Ast) -> Value:
    """pulldata('fruits', 'price', 'name', ${fruit}): a cell of the first row whose key is the value."""
    top = context.instances.get(text_value(evaluate(name, context)).removesuffix(".csv"))
    sought, keys, cells = (
        text_value(evaluate(value, context)),
        text_value(evaluate(key, context)),
        text_value(evaluate(column, context)),
    )
    for row in top.children[0].children if top is not None and top.children else ():
        texts = {cell.name: cell.value for cell in row.children}
        if texts.get(keys) == sought:
            return texts.get(cells, "")
    return ""


def _indexed(context: Context, wanted: Ast, *more: Ast) -> Value:
    """indexed-repeat(/data/r/x, /data/r, 2): x of the second r."""
    pairs = zip(more[::2], more[1::2], strict=True)
    rows = [(_set(context, group), number_value(evaluate(index, context))) for group, index in pairs]
    chosen = [row[int(place) - 1] for row, place in rows if 1 <= place < len(row) + 1]
    if len(chosen) < len(rows):
        return ""
    inside = [node for node in _set(context, wanted) if _is_below(node, chosen[-1])]
    return list(inside)


def _is_below(node: FormNode | None, other: FormNode) -> bool:
    while node is not None and node is not other:
        node = node.parent
    return node is other


def _choice_name(context: Context, value: Ast, question: Ast) -> Value:
    return context.labels(text_value(evaluate(question, context)).strip(), text_value(evaluate(value, context)))


def _once(context: Context, one: Ast) -> Value:
    return context.node.text or text_value(evaluate(one, context))


def _if(context: Context, condition: Ast, yes: Ast, no: Ast) -> Value:
    return evaluate(yes if truth_value(evaluate(condition, context)) else no, context)


def _coalesce(context: Context, *args: Ast) -> Value:
    return next((text for text in (text_value(evaluate(arg, context)) for arg in args) if text), "")


def _checklist(context: Context, least: Ast, most: Ast, *args: Ast) -> Value:
    yes = sum(truth_value(evaluate(arg, context)) for arg in args)
    low, high = number_value(evaluate(least, context)), number_value(evaluate(most, context))
    return (low < 0 or yes >= low) and (high < 0 or yes <= high)


def _weighted(context: Context, least: Ast, most: Ast, *args: Ast) -> Value:
    """weighted-checklist(least, most, yes, weight, yes, weight, …): whether the weights of what holds are enough."""
    pairs = zip(args[::2], args[1::2], strict=True)
    total = sum(
        number_value(evaluate(weight, context))
        for condition, weight in pairs
        if truth_value(evaluate(condition, context))
    )
    low, high = number_value(evaluate(least, context)), number_value(evaluate(most, context))
    return (low < 0 or total >= low) and (high < 0 or total <= high)


def _digest(context: Context, *args: Ast) -> Value:
    """digest('text', 'SHA-256', 'hex'): a hash; the third is 'base64' where it is left out."""
    text, name, *coding = (text_value(evaluate(arg, context)) for arg in args)
    content = hashlib.new(HASHES[name.upper()], text.encode(), usedforsecurity=False).digest()
    return content.hex() if coding == ["hex"] else base64.b64encode(content).decode()


def _points(context: Context, one: Ast) -> list[Point]:
    """The points of a place, a line, a shape, or of many places: latitude and longitude in degrees."""
    value = evaluate(one, context)
    points_text = ";".join(node.text for node in value) if isinstance(value, list) else text_value(value)
    parts = [part.split() for part in points_text.split(";") if part.strip()]
    return [(float(part[0]), float(part[1])) for part in parts]


def _join(context: Context, between: Ast, *args: Ast) -> Value:
    texts: list[str] = []
    for arg in args:
        value = evaluate(arg, context)
        texts += [node.text for node in value] if isinstance(value, list) else [text_value(value)]
    return text_value(evaluate(between, context)).join(texts)


def _selected_at(text: str, place: str) -> str:
    index, chosen = number_value(place), text.split()
    return chosen[int(index)] if 0 <= index < len(chosen) else ""


def _logarithm(value: float, of: Callable[[float], float]) -> float:
    if value > 0:
        return of(value)
    return -math.inf if value == 0 else math.nan


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except (OverflowError, ZeroDivisionError, ValueError):
        return math.nan


def _time(text: str) -> float:
    match = re.match(r"(\d\d):(\d\d)(?::(\d\d))?", text.rpartition("T")[2])
    return (int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)) / 86_400 if match else math.nan


FUNCTIONS |= {
    "true": lambda context: True,
    "false": lambda context: False,
    "not": lambda context, one: not truth_value(evaluate(one, context)),
    "boolean": lambda context, one: truth_value(evaluate(one, context)),
    "boolean-from-string": _texts(lambda told: told in {"1", "true"}),
    "number": lambda context, *args: number_value(_here(context, args)),
    "string": lambda context, *args: text_value(_here(context, args)),
    "concat": lambda context, *args: _join(context, ("text", ""), *args),
    "contains": _texts(lambda told, part: part in told),
    "starts-with": _texts(lambda told, part: told.startswith(part)),
    "ends-with": _texts(lambda told, part: told.endswith(part)),
    "substring": lambda context, told, *args: _substring(
        text_value(evaluate(told, context)), *(number_value(evaluate(arg, context)) for arg in args)
    ),
    "substr": lambda context, told, *ends: text_value(evaluate(told, context))[
        slice(*(_place(number_value(evaluate(argument, context))) for argument in (*ends, ("number", math.inf))[:2]))
    ],
    "substring-before": _texts(lambda told, part: told.partition(part)[0] if part in told else ""),
    "substring-after": _texts(lambda told, part: told.partition(part)[2] if part else told),
    "string-length": lambda context, *args: float(len(text_value(_here(context, args)))),
    "normalize-space": lambda context, *args: " ".join(text_value(_here(context, args)).split()),
    "translate": _texts(_translate),
    "regex": _texts(lambda told, pattern: fits_pattern(pattern, told)),
    "join": _join,
    "count": lambda context, one: float(len(_set(context, one))),
    "count-non-empty": lambda context, one: float(sum(bool(node.text) for node in _set(context, one))),
    "sum": lambda context, one: float(sum(number_value(node.text) for node in _set(context, one))),
    "min": lambda context, *args: min(_all_numbers(context, args), default=math.nan),
    "max": lambda context, *args: max(_all_numbers(context, args), default=math.nan),
    "floor": _numbers(lambda value: math.floor(value) if math.isfinite(value) else value),
    "ceiling": _numbers(lambda value: math.ceil(value) if math.isfinite(value) else value),
    "round": _numbers(_round),
    "int": _numbers(lambda value: math.trunc(value) if math.isfinite(value) else math.nan),
    "abs": _numbers(abs),
    "pow": _numbers(_power),
    "sqrt": _numbers(lambda value: math.sqrt(value) if value >= 0 else math.nan),
    "exp": _numbers(lambda value: _power(math.e, value)),
    "exp10": _numbers(lambda value: _power(10, value)),
    "log": _numbers(lambda value: _logarithm(value, math.log)),
    "log10": _numbers(lambda value: _logarithm(value, math.log10)),
    "sin": _numbers(lambda value: math.sin(value) if math.isfinite(value) else math.nan),
    "cos": _numbers(lambda value: math.cos(value) if math.isfinite(value) else math.nan),
    "tan": _numbers(lambda value: math.tan(value) if math.isfinite(value) else math.nan),
    "asin": _numbers(lambda value: math.asin(value) if abs(value) <= 1 else math.nan),
    "acos": _numbers(lambda value: math.acos(value) if abs(value) <= 1 else math.nan),
    "atan": _numbers(math.atan),
    "atan2": _numbers(math.atan2),
    "pi": lambda context: math.pi,
    "area": lambda context, one: area(_points(context, one)),
    "enclosed-area": lambda context, one: area(_points(context, one)),
    "distance": lambda context, *args: length([point for arg in args for point in _points(context, arg)]),
    "geofence": lambda context, point, shape: is_inside(_points(context, point), _points(context, shape)),
    "digest": _digest,
    "base64-decode": _texts(lambda told: base64.b64decode(told, validate=True).decode("utf-8", "replace")),
    "weighted-checklist": _weighted,
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
    "decimal-date-time": lambda context, one: number_value(evaluate(one, context)),
    "decimal-time": _texts(_time),
    "format-date": _format,
    "format-date-time": _format,
    "uuid": lambda context, *_args: str(uuid.uuid4()),
    "random": lambda context: secrets.randbelow(10**9) / 10**9,
}
