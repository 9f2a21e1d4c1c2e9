"""Reading a number as a clerk wrote it: Vietnamese (1.482.176; 84,59) or English style, or a spreadsheet's own."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

SPACES = dict.fromkeys(map(ord, " \u00a0\u2007\u2009\u202f\t"))
MINUS = str.maketrans({"−": "-", "–": "-"})
PLAIN = re.compile(r"[+-]?\d{1,30}")
GROUPED = r"[+-]?\d{1,3}(?:%s\d{3})+"
STYLES = {".": ",", ",": "."}
ENGLISH = "english_style"
ASSUMED = "assumed_thousands"
SPACED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?![ \d])|\S+")


@dataclass(frozen=True)
class Number:
    """What was read: a value, or the ``problem`` (a stable code) with its sentence; ``note`` names an assumption."""

    value: Decimal | None = None
    problem: str = ""
    message: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The value as it is stored: plain digits, a point, no exponent, no needless zeros; empty without a value."""
        return "" if self.value is None else canonical_text(self.value)


EMPTY = Number()


def canonical_text(value: Decimal) -> str:
    """``Decimal("84.50")`` as ``84.5``; ``1E+3`` as ``1000``."""
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def typed_text(stored: str) -> str:
    """A stored number as a clerk writes it, so that reading it again gives the same: ``84,59``.

    Three decimals after one to three digits could be thousands: there a zero is added (``1,2340``).
    """
    text = stored.replace(".", ",")
    return f"{text}0" if re.fullmatch(GROUPED % ",", text) and not text.lstrip("-").startswith("0") else text


def is_stored(text: str, *, decimals: int) -> bool:
    """Whether ``text`` is how a number of at most ``decimals`` places is stored."""
    if not re.fullmatch(r"-?\d{1,18}(\.\d+)?", text):
        return False
    return canonical_text(Decimal(text)) == text and len(text.partition(".")[2]) <= decimals


def read_number(given: object, *, decimals: int) -> Number:
    """Read one cell for a field of at most ``decimals`` places; an empty cell is no value and no problem."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return EMPTY
    if isinstance(given, bool | date | datetime | time):
        return _bad_number("not_a_number", _("phải là số, đang là ngày giờ hoặc đúng/sai"))
    if isinstance(given, int | Decimal):
        return _fitting_number(Decimal(given), decimals)
    if isinstance(given, float):
        return _fitting_number(Decimal(repr(given)), decimals)
    return _from_text(str(given), decimals)


def _from_text(given: str, decimals: int) -> Number:
    text = given.strip().translate(MINUS)
    if not SPACED.fullmatch(text):
        return _not_a_number(given)
    text = text.translate(SPACES)
    if PLAIN.fullmatch(text):
        return _fitting_number(Decimal(text), decimals)
    for thousands, point in STYLES.items():
        note = ENGLISH if thousands == "," else ""
        grouped = GROUPED % re.escape(thousands)
        if re.fullmatch(rf"{grouped}{re.escape(point)}\d+", text):
            return _fitting_number(_decimal_of(text, thousands, point), decimals, note)
        if re.fullmatch(grouped, text) and text.count(thousands) > 1:
            return _fitting_number(_decimal_of(text, thousands, point), decimals, note)
    if re.fullmatch(r"[+-]?\d+[.,]\d+", text):
        return _one_mark(text, decimals)
    return _not_a_number(given)


def _one_mark(text: str, decimals: int) -> Number:
    """One point or comma: thousands or decimals? Decided where only one reading is possible, else refused."""
    mark = "." if "." in text else ","
    as_decimal = _decimal_of(text, "", mark)
    integer_part = text.partition(mark)[0].lstrip("+-")
    if not re.fullmatch(GROUPED % re.escape(mark), text) or integer_part.startswith("0"):
        return _fitting_number(as_decimal, decimals, ENGLISH if mark == "." else "")
    if decimals >= 3:
        return _bad_number(
            "ambiguous",
            _("có thể là hàng nghìn hoặc số lẻ; hãy viết %(thousands)s hoặc thêm số lẻ khác ba chữ số")
            % {"thousands": text.replace(mark, "")},
        )
    return _fitting_number(_decimal_of(text, mark, ""), decimals, ASSUMED if mark == "." else ENGLISH)


def _decimal_of(text: str, thousands: str, point: str) -> Decimal:
    text = text.replace(thousands, "") if thousands else text
    return Decimal(text.replace(point, ".") if point else text)


def _fitting_number(value: Decimal, decimals: int, note: str = "") -> Number:
    if not value.is_finite() or abs(value) >= Decimal(10) ** 18:
        return _bad_number("too_big", _("vượt quá khả năng lưu (18 chữ số)"))
    places = -int(value.normalize().as_tuple().exponent)
    if places > decimals:
        if decimals == 0:
            return _bad_number("not_whole", _("phải là số nguyên"))
        return _bad_number("too_many_decimals", _("có nhiều hơn %(decimals)s chữ số lẻ") % {"decimals": decimals})
    return Number(value=value, note=note)


def _bad_number(problem: str, message: str) -> Number:
    return Number(problem=problem, message=message)


def _not_a_number(text: str) -> Number:
    excerpt = text.strip()[:40]
    return _bad_number("not_a_number", _("“%(value)s” không phải là số") % {"value": excerpt})
