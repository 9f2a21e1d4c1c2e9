"""What a version consists of, as plain data: cases with durations and fees, papers, results, bases, forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tinhso.ui.wording import number_text

UNITS = {"working_day": _lazy("ngày làm việc"), "day": _lazy("ngày"), "hour": _lazy("giờ làm việc")}
AREAS = {
    "": _lazy("mọi nơi"),
    "xa": _lazy("xã"),
    "phuong": _lazy("phường"),
    "dac_khu": _lazy("đặc khu"),
}


@dataclass(frozen=True)
class Fee:
    """What is paid; ``amount`` None: it is not known here. ``area`` is empty where it is the same all over."""

    name: str
    amount: Decimal | None
    area: str = ""
    online_amount: Decimal | None = None
    note: str = ""

    @property
    def words(self) -> str:
        """The amount in dong, or that there is none, or that it is not known."""
        return _money_text(self.amount)

    @property
    def online_words(self) -> str:
        """What is paid when filed online, where it differs."""
        return "" if self.online_amount is None else _money_text(self.online_amount)

    @property
    def area_words(self) -> str:
        """Where the amount holds; empty where it is the same all over."""
        return str(AREAS.get(self.area, self.area)) if self.area else ""


@dataclass(frozen=True)
class ProcedureCase:
    """One case (trường hợp) of a procedure, with its duration: None means that it is not known here."""

    code: str
    name: str
    duration: Decimal | None
    unit: str
    online_duration: Decimal | None = None
    no_appointment: bool = False
    note: str = ""
    fees: tuple[Fee, ...] = ()

    @property
    def words(self) -> str:
        """The duration in words."""
        return _duration_text(self.duration, self.unit)

    @property
    def online_words(self) -> str:
        """The duration when filed online, where it differs."""
        return "" if self.online_duration is None else _duration_text(self.online_duration, self.unit)


@dataclass(frozen=True)
class ProcedurePaper:
    """A paper of the case: how many originals, copies, electronic copies."""

    name: str
    original: int = 0
    copy: int = 0
    electronic: int = 0
    case: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """How many of which kind."""
        counts = ((self.original, _("bản chính")), (self.copy, _("bản sao")), (self.electronic, _("bản điện tử")))
        return ", ".join(f"{count} {kind}" for count, kind in counts if count)


def _money_text(amount: Decimal | None) -> str:
    if amount is None:
        return _("chưa rõ mức")
    return _("%(amount)s đồng") % {"amount": number_text(amount)} if amount else _("không thu")


def _duration_text(duration: Decimal | None, unit: str) -> str:
    if duration is None:
        return _("chưa rõ thời hạn")
    return f"{number_text(duration)} {UNITS.get(unit, unit)}"


def _decimal_or_none(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def case_of(raw: Mapping[str, Any]) -> ProcedureCase:
    """A case as it is kept in a version."""
    return ProcedureCase(
        code=raw.get("code", ""),
        name=raw.get("name", ""),
        duration=_decimal_or_none(raw.get("duration")),
        unit=raw.get("unit", "working_day"),
        online_duration=_decimal_or_none(raw.get("online_duration")),
        no_appointment=bool(raw.get("no_appointment", False)),
        note=raw.get("note", ""),
        fees=tuple(fee_of(fee) for fee in raw.get("fees", [])),
    )


def fee_of(raw: Mapping[str, Any]) -> Fee:
    """A fee as it is kept in a case."""
    amounts = {name: _decimal_or_none(raw.get(name)) for name in ("amount", "online_amount")}
    return Fee(name=raw.get("name", ""), area=raw.get("area", ""), note=raw.get("note", ""), **amounts)


def paper_of(raw: Mapping[str, Any]) -> ProcedurePaper:
    """A paper as it is kept in a version."""
    return ProcedurePaper(**{name: raw[name] for name in ProcedurePaper.__dataclass_fields__ if name in raw})
