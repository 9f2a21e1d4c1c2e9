"""Text with places that are computed: ``{{ value("DVC-022") }}``. A call of a known name with plain arguments, no more.

The text of a place is parsed as one Python call and taken apart; nothing is ever run. Names and their meaning:
:mod:`tinhso.ioc.queries.bulletins.saying`.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

Value = str | int
PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
ABOUT_ONE = ("value", "fraction", "change", "target", "state", "sentence", "best", "worst", "name")
ABOUT_NONE = ("period", "period_before", "year_before", "unit", "day", "met", "missed", "with_target", "late")
OPTIONS = {"period", "member", "unit", "since", "n", "domain"}
MOST_PLACES, LONGEST = 200, 20_000


class BadPhrase(ValueError):
    """A place that is not understood; the message says which and what to write."""


@dataclass(frozen=True)
class PhraseCall:
    """A name with its indicator (empty for names that need none) and options."""

    name: str
    indicator: str = ""
    options: tuple[tuple[str, Value], ...] = ()

    def option(self, name: str, other: str = "") -> str:
        """An option as text; ``other`` where it is not given."""
        return str(dict(self.options).get(name, other))


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[str | PhraseCall, ...]:
    """Words and calls in the order of the text; raises BadPhrase."""
    if len(text) > LONGEST:
        raise BadPhrase(_("văn bản dài quá %(most)s ký tự") % {"most": LONGEST})
    pieces: list[str | PhraseCall] = []
    for at, piece in enumerate(PLACE.split(text)):
        pieces.append(_parsed_call(piece.strip()) if at % 2 else piece)
    if len(pieces) // 2 > MOST_PLACES:
        raise BadPhrase(_("quá nhiều chỗ tính"))
    rest = "".join(piece for piece in pieces if isinstance(piece, str))
    if "{{" in rest or "}}" in rest:
        raise BadPhrase(_("thiếu {{ hoặc }}"))
    return tuple(pieces)


def fill(text: str, say: Mapping[str, Callable[[PhraseCall], str]]) -> str:
    """The text with every place filled; raises BadPhrase."""
    return "".join(piece if isinstance(piece, str) else say[piece.name](piece) for piece in parse(text))


def indicators_in(text: str) -> set[str]:
    """The codes of indicators that the places of a text name."""
    return {piece.indicator for piece in parse(text) if isinstance(piece, PhraseCall) and piece.indicator}


def _parsed_call(text: str) -> PhraseCall:
    try:
        tree = ast.parse(text, mode="eval").body if len(text) < 300 else None
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        tree = None
    match tree:
        case ast.Name(id=name):
            phrase_call = PhraseCall(name)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords) if len(arguments) < 2:
            options = tuple((str(keyword.arg), _literal_value(keyword.value, text)) for keyword in keywords)
            phrase_call = PhraseCall(name, str(_literal_value(arguments[0], text)) if arguments else "", options)
        case _:
            raise _not_understood(text)
    return _require_known_call(phrase_call, text)


def _require_known_call(call: PhraseCall, text: str) -> PhraseCall:
    if call.name not in (*ABOUT_ONE, *ABOUT_NONE) or {name for name, _value in call.options} - OPTIONS:
        raise _not_understood(text)
    if (call.name in ABOUT_ONE) != bool(call.indicator):
        raise _not_understood(text)
    _one_of(call, "period", ("this", "before", "year_before"), text)
    _one_of(call, "since", ("year", "before"), text)
    return call


def _one_of(call: PhraseCall, option: str, allowed: tuple[str, ...], text: str) -> None:
    if call.option(option, allowed[0]) not in allowed:
        raise _not_understood(text)


def _literal_value(node: ast.expr, text: str) -> Value:
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.Constant(value=int(value)) if not isinstance(value, bool) and 0 < value <= 50:
            return value
    raise _not_understood(text)


def _not_understood(text: str) -> BadPhrase:
    sample = '{{ value("DVC-022") }}'
    return BadPhrase(
        _("không hiểu {{ %(text)s }}; ví dụ viết đúng: %(sample)s") % {"text": text[:60], "sample": sample}
    )
