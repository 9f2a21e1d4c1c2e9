"""The register, filters, days and boxes that requests for registers name, and who may ask."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.request import QueryDict

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.registers.queries.finding import RecordFilter
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused, gettext_noop
from tinhso.ui.actors import actor_of
from tinhso.ui.request_params import day_in, text_in


def register_to_see(request: HttpRequest, code: str) -> tuple[Register, Actor]:
    """The register and who looks into it."""
    register, by = registry.find(code), actor_of(request)
    by.must_be_able_to(register.see)
    return register, by


def register_to_change(request: HttpRequest, code: str) -> tuple[Register, Actor]:
    """The register and who changes it."""
    register, by = registry.find(code), actor_of(request)
    by.must_be_able_to(register.change)
    return register, by


def day_param(text: str) -> date | None:
    """A day as a form writes it; None for none, refused for what is no day."""
    day = day_in(text)
    if text and day is None:
        raise Refused("no_day", gettext_noop("Ngày chưa đúng, ví dụ 2026-12-31."))
    return day


def list_filter_of(register: Register, told: QueryDict) -> RecordFilter:
    """How an address narrows a list."""
    return RecordFilter(
        words=text_in(told, "q", 200),
        facets={name: text_in(told, name, 200) for name in register.filters},
        unit=text_in(told, "unit", 40),
        ended=told.get("ended") == "1",
        sort=text_in(told, "sort", 40) or "name",
        down=told.get("down") == "1",
        box=box_param(text_in(told, "box", 120)),
    )


def box_param(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north; None for what is no box."""
    try:
        west, south, east, north = (float(side) for side in text.split(","))
    except ValueError:
        return None
    usable = all(abs(x) <= 180 for x in (west, east)) and -90 <= south <= north <= 90
    return (west, south, east, north) if usable else None


def register_crumbs(register: Register, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way to a page of a register."""
    from django.urls import reverse
    from django.utils.translation import gettext as _

    return [
        {"label": _("Danh mục dữ liệu"), "href": reverse("registers:index")},
        {"label": registry.title(register), "href": reverse("registers:list", args=[register.code])},
        *more,
    ]
