"""Keys and component filters of a data query: ``M.AN-001.U83.*.*`` and ``c[TIME_PERIOD]=ge:2024-01+le:2024-06``."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.sdmx.queries.components import BY_ID, KEY
from tinhso.blocks.sdmx.queries.errors import TOO_LONG, No, bad_request
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused

MOST_KEYS, MOST_VALUES, LONGEST = 500, 2000, 8000
NUMBERS = frozenset(["OBS_VALUE", "NUMERATOR", "DENOMINATOR", "REPORTED", "EXPECTED", "MARGIN", "DECIMALS", "SNAPSHOT"])
_CODE = re.compile(r"[A-Za-z0-9_@$-]{1,200}")
_OPERATION = re.compile(r"(eq|ne|lt|le|gt|ge|co|nc|sw|ew):(.*)", re.DOTALL)
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_WORDS: Mapping[str, Callable[[str, str], bool]] = {
    "co": operator.contains,
    "nc": lambda value, wanted: wanted not in value,
    "sw": str.startswith,
    "ew": str.endswith,
}
Codes = frozenset[str] | None  # None: any
Key = tuple[Codes, ...]
Value = str | Decimal | int | None


def parse_keys(text: str) -> tuple[Key, ...]:
    """The boxes of the cube that a key names: full keys between commas, dimensions between points, ``*`` for any.

    ``+`` between codes of one dimension is taken as *or*, as clients of SDMX 2.1 still write. Refuses more dimensions
    than there are, and what cannot be a code.
    """
    if len(text) > LONGEST:
        raise No(TOO_LONG, "too_long", _("Khóa quá dài; hãy lọc bằng c[…] hoặc hỏi nhiều lần."))
    keys = [_parse_key(part) for part in text.split(",")] if text not in ("", "*", "all") else []
    if len(keys) > MOST_KEYS:
        raise No(TOO_LONG, "too_long", _("Nhiều khóa quá; hãy lọc bằng c[…] hoặc hỏi nhiều lần."))
    return tuple(keys) or ((None,) * len(KEY),)


def _parse_key(text: str) -> Key:
    parts = text.split(".")
    if len(parts) > len(KEY):
        raise bad_request(_("Khóa có nhiều nhất %(count)s chiều: %(order)s."), count=len(KEY), order=".".join(KEY))
    return tuple(_parse_codes(part) for part in [*parts, *[""] * (len(KEY) - len(parts))])


def _parse_codes(part: str) -> Codes:
    if part in ("", "*"):
        return None
    codes = part.split("+")
    for code in codes:
        if not _CODE.fullmatch(code):
            raise bad_request(_("“%(code)s” không thể là một mã."), code=code[:60])
    return frozenset(codes)


@dataclass(frozen=True)
class ValueComparison:
    """One comparison of a component's value."""

    component: str
    operation: str
    value: str
    number: Decimal | None = None
    period: periods.Period | None = None

    def holds(self, value: Value) -> bool:
        """Whether it holds of ``value``; nothing holds of a missing one but *not equal* and *does not contain*."""
        if value is None:
            return self.operation in ("ne", "nc")
        if self.period is not None:
            return self._of_period(periods.parse(str(value)), self.period)
        if self.operation in _WORDS:
            return _WORDS[self.operation](str(value), self.value)
        if self.number is not None:
            return _ORDER[self.operation](Decimal(value), self.number)
        return _ORDER[self.operation](str(value), self.value)

    def _of_period(self, one: periods.Period, other: periods.Period) -> bool:
        """Periods of different lengths compare by their days: from its first day on, up to its last day."""
        by_days = {
            "lt": one.end < other.start,
            "le": one.end <= other.end,
            "gt": one.start > other.end,
            "ge": one.start >= other.start,
            "eq": one == other,
            "ne": one != other,
        }
        return by_days[self.operation]


@dataclass(frozen=True)
class ComponentFilter:
    """What one component must be: any of the groups, in a group all of the comparisons."""

    component: str
    groups: tuple[tuple[ValueComparison, ...], ...]

    def holds(self, value: Value) -> bool:
        """Whether ``value`` passes."""
        return any(all(atom.holds(value) for atom in group) for group in self.groups)

    def among(self, values: Iterable[str]) -> frozenset[str]:
        """Those of ``values`` that pass."""
        return frozenset(value for value in values if self.holds(value))


def component_filter(component: str, text: str) -> ComponentFilter:
    """Read the value of ``c[component]``: ``,`` is *or*, ``+`` is *and*; refuses what is not a comparison."""
    if component not in BY_ID:
        raise bad_request(_("Cấu trúc này không có thành phần “%(name)s”."), name=component[:60])
    groups = [part.split("+") for part in text.split(",")]
    if sum(map(len, groups)) > MOST_VALUES or len(text) > 10 * LONGEST:
        raise No(TOO_LONG, "too_long", _("Bộ lọc quá dài; hãy hỏi nhiều lần."))
    return ComponentFilter(
        component,
        tuple(tuple(_parse_comparison(component, comparison_text) for comparison_text in group) for group in groups),
    )


def _parse_comparison(component: str, text: str) -> ValueComparison:
    match = _OPERATION.fullmatch(text)
    operation, value = (match[1], match[2]) if match else ("eq", text)
    if not value:
        raise bad_request(_("Bộ lọc của “%(name)s” thiếu giá trị."), name=component)
    if component == "TIME_PERIOD" and operation not in _WORDS:
        return ValueComparison(component, operation, value, period=_parse_period(value))
    if component in NUMBERS and operation not in _WORDS:
        return ValueComparison(component, operation, value, number=_parse_number(component, value))
    return ValueComparison(component, operation, value)


def _parse_period(text: str) -> periods.Period:
    """A period as SDMX writes it; the first instant of a day stands for the day."""
    plain = re.sub(r"T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$", "", text)
    plain = re.sub(r"^(\d{4})-A1$", r"\1", plain)
    plain = re.sub(r"^(\d{4})-M(\d\d)$", r"\1-\2", plain)
    try:
        return periods.parse(plain)
    except Refused:
        raise bad_request(_("“%(text)s” không phải một kỳ (ví dụ 2024-09, 2024-Q3, 2024)."), text=text[:40]) from None


def _parse_number(component: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise bad_request(_("“%(name)s” so với một số, không phải “%(text)s”."), name=component, text=text[:40])
    return number
