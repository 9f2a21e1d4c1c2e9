"""What the province says of its field reports (``field_reports.toml``): categories, times, who gets what, words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.kernel.deadlines import Unit
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold
from tinhso.society.field_reports.contract import Priority

FILE = "field_reports.toml"
COMMUNE = "commune"  # the category is for the commune in which the thing lies


@dataclass(frozen=True)
class Term:
    """How long mending may take. ``round_the_clock``: nights and holidays count (hours only)."""

    amount: int
    unit: Unit
    round_the_clock: bool = False


@dataclass(frozen=True)
class Category:
    """What a report may be about. ``to``: the short code of the agency in charge, or ``commune``."""

    code: str
    name: str
    name_en: str = ""
    icon: str = "help"
    priority: Priority = Priority.NORMAL
    sensitive: bool = False
    to: str = COMMUNE
    by_place: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    terms: Mapping[Priority, Term] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether it was in use on ``day``."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return self.name_en if get_language() == "en" and self.name_en else self.name


@dataclass(frozen=True)
class Numbers:
    """The numbers that a province sets; sizes in bytes.

    ``wrong_keys``: after how many wrong keys of an hour an address opens no report any more.
    """

    online: bool = True
    per_hour: int = 30
    wrong_keys: int = 30
    photos: int = 6
    photo_bytes: int = 15_000_000
    voice_bytes: int = 5_000_000
    code_minutes: int = 30
    code_tries: int = 5
    expires_hours: int = 72
    nearby_metres: int = 150
    silence_days: int = 7
    reopen_days: int = 30
    disputed_returns: int = 2
    smallest: int = 5
    forget_days: int = 365
    before_hours: int = 4
    escalate_hours: int = 24


@dataclass(frozen=True)
class Rules:
    """Everything that the file says; ``guidance`` by kind of what is no field report."""

    categories: tuple[Category, ...] = ()
    numbers: Numbers = Numbers()
    terms: Mapping[Priority, Term] = field(default_factory=dict)
    danger: tuple[str, ...] = ()
    outside: Mapping[str, str] = field(default_factory=dict)
    guidance: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def rules() -> Rules:
    """The rules of the province at hand; read again when the file has changed."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    raw = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    told: dict[str, Any] = {**raw.get("front", {}), **raw.get("closing", {}), **raw.get("reminding", {})}
    known = {one.name for one in fields(Numbers)}
    return Rules(
        categories=tuple(_category(one) for one in raw.get("category", [])),
        numbers=Numbers(**{name: value for name, value in told.items() if name in known}),
        terms=_terms(raw.get("deadline", {})),
        danger=tuple(fold(word) for word in raw.get("danger", {}).get("words", [])),
        outside=raw.get("outside", {}),
        guidance=raw.get("guidance", {}),
    )


def _category(raw: Mapping[str, Any]) -> Category:
    return Category(
        code=raw["code"],
        name=raw["name"],
        name_en=raw.get("name_en", ""),
        icon=raw.get("icon", "help"),
        priority=Priority[str(raw.get("priority", "normal")).upper()],
        sensitive=bool(raw.get("sensitive", False)),
        to=raw.get("to", COMMUNE),
        by_place=raw.get("by_place", {}),
        words=tuple(fold(word) for word in raw.get("words", [])),
        terms=_terms(raw.get("deadline", {})),
        first=raw.get("from"),
        last=raw.get("to_day"),
    )


def _terms(raw: Mapping[str, Any]) -> dict[Priority, Term]:
    return {
        Priority[name.upper()]: Term(int(one["amount"]), Unit(one["unit"]), one.get("clock") == "round")
        for name, one in raw.items()
    }


def categories(day: date) -> list[Category]:
    """The categories in use on ``day``, in the province's order."""
    return [one for one in rules().categories if one.holds(day)]


def category(code: str, day: date) -> Category:
    """The category called ``code`` on ``day``; refuses an unknown one."""
    found = next((one for one in categories(day) if one.code == code), None)
    if found is None:
        raise Refused("unknown_category", _("Không có lĩnh vực nào mang mã “%(code)s”. Hãy chọn lại."), code=code[:40])
    return found


def name_of(code: str) -> str:
    """What a category is called, the latest name where it had several; the code itself of one that is gone."""
    return next((one.label for one in reversed(rules().categories) if one.code == code), code)


def icon_of(code: str) -> str:
    """The picture of a category."""
    return next((one.icon for one in reversed(rules().categories) if one.code == code), "help")


def guidance(kind: str) -> str:
    """Where somebody goes whose report is no field report, in the reader's language."""
    return _in_language(rules().guidance.get(kind, {}))


def outside_words() -> str:
    """Where somebody goes with something outside of the province."""
    return _in_language(rules().outside) or _("Nơi này nằm ngoài địa bàn tỉnh. Hãy xem lại vị trí.")


def _in_language(words: Mapping[str, str]) -> str:
    return words.get("text_en", "") if get_language() == "en" and words.get("text_en") else words.get("text", "")
