"""What requests for registers ask."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.http.request import QueryDict
from django.utils.dateparse import parse_datetime

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.registers.queries.finding import Wanted
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.ui.asking import actor_of


def looker(request: HttpRequest, code: str) -> tuple[Register, Actor]:
    """The register and who looks into it."""
    register, by = registry.find(code), actor_of(request)
    by.must_be_able_to(register.see)
    return register, by


def changer(request: HttpRequest, code: str) -> tuple[Register, Actor]:
    """The register and who changes it."""
    register, by = registry.find(code), actor_of(request)
    by.must_be_able_to(register.change)
    return register, by


def word(told: QueryDict, name: str, most: int = 100) -> str:
    """A word of a form or an address."""
    return told.get(name, "").replace("\0", "").strip()[:most]


def day(told: str) -> date | None:
    """A day as a form writes it; None for none, refused for what is no day."""
    if not told:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError as fault:
        raise Refused("no_day", gettext_noop("Ngày chưa đúng, ví dụ 2026-12-31.")) from fault


def moment(told: str) -> datetime | None:
    """A moment as a form writes it, on the province's clock; None for none or for what is no moment."""
    try:
        found = parse_datetime(told)
    except ValueError:
        return None
    return found.replace(tzinfo=clock.VIETNAM) if found is not None and found.tzinfo is None else found


def wanted(register: Register, told: QueryDict) -> Wanted:
    """How an address narrows a list."""
    return Wanted(
        words=word(told, "q", 200),
        facets={name: word(told, name, 200) for name in register.filters},
        unit=word(told, "unit", 40),
        ended=told.get("ended") == "1",
        sort=word(told, "sort", 40) or "name",
        down=told.get("down") == "1",
        box=box(word(told, "box", 120)),
    )


def box(told: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north; None for what is no box."""
    try:
        west, south, east, north = (float(side) for side in told.split(","))
    except ValueError:
        return None
    usable = all(abs(x) <= 180 for x in (west, east)) and -90 <= south <= north <= 90
    return (west, south, east, north) if usable else None


def crumbs(register: Register, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way to a page of a register."""
    from django.urls import reverse
    from django.utils.translation import gettext as _

    return [
        {"label": _("Danh mục dữ liệu"), "href": reverse("registers:index")},
        {"label": registry.title(register), "href": reverse("registers:list", args=[register.code])},
        *more,
    ]
