"""What the province says of its field reports (``field_reports.toml``): categories, times, who gets what, words."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator, Field

from tinhso.kernel.deadlines import DurationUnit
from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import province_table, table
from tinhso.kernel.text import fold
from tinhso.society.field_reports.contract import Priority
from tinhso.ui.wording import in_language, name_in_language

COMMUNE = "commune"  # the category is for the commune in which the thing lies


def _parse_priority(name: object) -> Priority:
    if str(name).upper() not in Priority.__members__:
        names = ", ".join(name.lower() for name in Priority.__members__)
        raise ValueError(_("phải là một trong: %(names)s") % {"names": names})
    return Priority[str(name).upper()]


PriorityName = Annotated[Priority, BeforeValidator(_parse_priority)]
Folded = Annotated[str, AfterValidator(fold)]


@table
class RepairTerm:
    """How long mending may take; ``clock`` "round": nights and holidays count (hours only)."""

    amount: int
    unit: DurationUnit
    clock: Literal["office", "round"] = "office"

    @property
    def round_the_clock(self) -> bool:
        """Whether nights and holidays count."""
        return self.clock == "round"


@table
class Category:
    """What a report may be about. ``to``: the short code of the agency in charge, or ``commune``; ``first`` and
    ``last``: the days between which it is in use."""

    code: str
    name: str
    name_en: str = ""
    icon: str = "help"
    priority: PriorityName = Priority.NORMAL
    sensitive: bool = False
    to: str = COMMUNE
    by_place: Mapping[str, str] = field(default_factory=dict)
    words: tuple[Folded, ...] = ()
    terms: Annotated[Mapping[PriorityName, RepairTerm], Field(alias="deadline")] = field(default_factory=dict)
    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="to_day")] = None

    def holds(self, day: date) -> bool:
        """Whether it was in use on ``day``."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return name_in_language(self)


@table
class PublicIntakeRules:
    """What the public may do: files of one report, sizes in bytes, reports an hour of one address; how long a code
    holds and how often it may be tried; hours after which what nobody confirmed is dropped; what lies nearby, in
    metres.

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


@table
class ClosingRules:
    """Days after which silence closes a report, within which it may be opened again, and after which people in it are
    forgotten; which return between offices those above decide; fewest ratings that are shown."""

    silence_days: int = 7
    reopen_days: int = 30
    disputed_returns: int = 2
    smallest: int = 5
    forget_days: int = 365


@table
class Reminding:
    """Working hours before the end at which somebody is reminded; hours after it at which those above hear of it."""

    before_hours: int = 4
    escalate_hours: int = 24


@table
class Danger:
    """Words that sound like danger, compared without diacritics."""

    words: tuple[Folded, ...] = ()


@table
class BilingualText:
    """A text in two languages."""

    text: str = ""
    text_en: str = ""

    def __str__(self) -> str:
        """The text in the reader's language."""
        return in_language(self.text, self.text_en)


@table
class FieldReportRules:
    """Everything that the file says; ``guidance`` by kind of what is no field report."""

    source: str = ""
    verified: bool = False
    categories: Annotated[tuple[Category, ...], Field(alias="category")] = ()
    front: PublicIntakeRules = PublicIntakeRules()
    closing: ClosingRules = ClosingRules()
    reminding: Reminding = Reminding()
    terms: Annotated[Mapping[PriorityName, RepairTerm], Field(alias="deadline")] = field(default_factory=dict)
    danger: Danger = Danger()
    outside: BilingualText = BilingualText()
    guidance: Mapping[str, BilingualText] = field(default_factory=dict)


rules = province_table("field_reports.toml", FieldReportRules)


def categories_on(day: date) -> list[Category]:
    """The categories in use on ``day``, in the province's order."""
    return [category for category in rules().categories if category.holds(day)]


def category_by_code(code: str, day: date) -> Category:
    """The category called ``code`` on ``day``; refuses an unknown one."""
    category = next((candidate for candidate in categories_on(day) if candidate.code == code), None)
    if category is None:
        raise Refused("unknown_category", _("Không có lĩnh vực nào mang mã “%(code)s”. Hãy chọn lại."), code=code[:40])
    return category


def name_of(code: str) -> str:
    """What a category is called, the latest name where it had several; the code itself of one that is gone."""
    return next((category.label for category in reversed(rules().categories) if category.code == code), code)


def icon_of(code: str) -> str:
    """The picture of a category."""
    return next((category.icon for category in reversed(rules().categories) if category.code == code), "help")


def guidance_text(kind: str) -> str:
    """Where somebody goes whose report is no field report, in the reader's language."""
    return str(rules().guidance.get(kind, ""))


def outside_words() -> str:
    """Where somebody goes with something outside of the province."""
    return str(rules().outside) or _("Nơi này nằm ngoài địa bàn tỉnh. Hãy xem lại vị trí.")
