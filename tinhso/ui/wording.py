"""Numbers, dates, periods and states in the words of a Vietnamese reader (English style when English is active)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext as _in

from tinhso.kernel import periods
from tinhso.kernel.errors import Refused
from tinhso.kernel.periods import PeriodType

NO_VALUE = "—"
QUARTERS = {1: "I", 2: "II", 3: "III", 4: "IV"}


def as_decimal(value: object) -> Decimal | None:
    """The exact number in ``value``, or None where there is no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def number_text(value: object, decimals: int | None = None) -> str:
    """``1482176`` as "1.482.176", ``Decimal("84.59")`` as "84,59"; "—" where there is no number.

    ``decimals`` fixes the places (half rounds away from zero); without it the number keeps its own.
    """
    number = as_decimal(value)
    if number is None:
        return NO_VALUE
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(number) if number == 0 else number:,f}"
    if (get_language() or "vi").startswith("en"):
        return text
    return text.translate(str.maketrans(",.", ".,"))


def date_text(value: date | datetime | str | None) -> str:
    """A day as "05/10/2024"; an ISO date in text is read as well."""
    day = _parsed_moment(value)
    return NO_VALUE if day is None else f"{day:%d/%m/%Y}"


def datetime_text(value: datetime | str | None) -> str:
    """A moment in the province's time as "17:00 05/10/2024"."""
    moment = _parsed_moment(value)
    if moment is None:
        return NO_VALUE
    return f"{moment:%H:%M %d/%m/%Y}" if isinstance(moment, datetime) else f"{moment:%d/%m/%Y}"


def _parsed_moment(value: date | datetime | str | None) -> date | datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def period_text(code: object) -> str:
    """A period code as people say it: "tháng 9/2024", "quý III/2024", "năm 2024", "ngày 30/09/2024"."""
    try:
        period = periods.parse(str(code))
    except Refused:
        return str(code or NO_VALUE)
    return _PERIOD_TEXTS[period.kind](period.start)


_PERIOD_TEXTS: dict[PeriodType, Callable[[date], str]] = {
    PeriodType.DAY: lambda day: _("ngày %(day)s") % {"day": f"{day:%d/%m/%Y}"},
    PeriodType.MONTH: lambda day: _("tháng %(month)s/%(year)s") % {"month": day.month, "year": day.year},
    PeriodType.QUARTER: lambda day: (
        _("quý %(quarter)s/%(year)s") % {"quarter": QUARTERS[(day.month + 2) // 3], "year": day.year}
    ),
    PeriodType.YEAR: lambda day: _("năm %(year)s") % {"year": day.year},
}


def period_short(code: object) -> str:
    """A period code for an axis or a narrow column: "9/2024", "III/2024", "2024", "30/09"."""
    try:
        period = periods.parse(str(code))
    except Refused:
        return str(code or NO_VALUE)
    start = period.start
    return {
        PeriodType.DAY: f"{start:%d/%m}",
        PeriodType.MONTH: f"{start.month}/{start.year}",
        PeriodType.QUARTER: f"{QUARTERS[(start.month + 2) // 3]}/{start.year}",
        PeriodType.YEAR: f"{start.year}",
    }[period.kind]


@dataclass(frozen=True)
class ChangeText:
    """A difference put into a sign, a word, a figure and a judgement (``good``, ``bad`` or ``even``)."""

    sign: str
    word: str
    amount: str
    tone: str


def change_of(value: object, *, decimals: int | None = None, better: str = "none") -> ChangeText | None:
    """How ``value`` (a signed difference) reads, or None where it is not known.

    ``better`` is the indicator's direction: ``higher``, ``lower`` or ``none``.
    """
    number = as_decimal(value)
    if number is None:
        return None
    amount = number_text(abs(number), decimals)
    if number == 0 or not any(digit in "123456789" for digit in amount):
        return ChangeText("＝", _("không đổi"), "", "even")
    up = number > 0
    tone = {"higher": ("bad", "good")[up], "lower": ("good", "bad")[up]}.get(better, "even")
    return ChangeText("▲" if up else "▼", _("tăng") if up else _("giảm"), amount, tone)


STATUS_WORDS = {
    "official": _lazy("Chính thức"),
    "estimate": _lazy("Ước tính"),
    "preliminary": _lazy("Sơ bộ"),
    "missing": _lazy("Chưa có số liệu"),
    "not_computable": _lazy("Không tính được"),
}


def status_text(code: object) -> str:
    """The word for a figure's status: official, estimate, preliminary, missing, not_computable."""
    return str(STATUS_WORDS.get(str(code), code or ""))


def name_in_language(thing: object) -> str:
    """The name of a unit, a data set, an indicator or a part of one in the reader's language, as far as it has one."""
    return name_of({"name": getattr(thing, "name", ""), "name_en": getattr(thing, "name_en", "")})


def name_of(table: Mapping[str, object]) -> str:
    """The same of a table of a province's file, with its ``name`` and perhaps ``name_en``."""
    return in_language(str(table.get("name") or ""), str(table.get("name_en") or ""))


def in_language(vietnamese: str, english: str) -> str:
    """A text in the reader's language; the Vietnamese one where there is no English one."""
    return english if english and (get_language() or "vi").startswith("en") else vietnamese


def measure_text(unit: object) -> str:
    """A unit of measure in the reader's language; one that no catalogue knows stays as the province wrote it."""
    text = str(unit or "")
    return _in("measure", text) if text else ""


def unit_text(unit: object) -> str:
    """A unit of measure with the space it needs: none before % and ‰, a no-break space before words."""
    text = measure_text(unit)
    if not text:
        return ""
    return text if text in ("%", "‰") else f"\u00a0{text}"


def list_text(names: list[str]) -> str:
    """Names as a sentence lists them: "A, B và C"."""
    if len(names) < 2:
        return "".join(names)
    return _in("list", "%(first)s và %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


_BREAKS = {
    "quantile": _lazy("mỗi màu có số đơn vị gần bằng nhau"),
    "equal": _lazy("các khoảng giá trị rộng bằng nhau"),
    "natural": _lazy("khoảng cắt tự nhiên (Fisher – Jenks)"),
    "target": _lazy("cắt tại mục tiêu"),
    "circles": _lazy("diện tích vòng tròn tỷ lệ với số lượng"),
}


def breaks_text(method: str) -> str:
    """How a map was drawn, in a few words."""
    return str(_BREAKS.get(method, ""))
