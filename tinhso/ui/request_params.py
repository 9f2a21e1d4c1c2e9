"""What an address or a form carries, read in one way: tidied, no longer than it may be, never with the letter NUL.

PostgreSQL keeps no NUL; paths lose it before any page sees them (``project.middleware.AddressMiddleware``).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.http.request import QueryDict

from tinhso.kernel import clock

LONGEST_PARAM, LONGEST_TEXT = 200, 2000


def query_param(request: HttpRequest, name: str, longest: int = LONGEST_PARAM) -> str:
    """The parameter ``name`` of the address, tidied; empty where there is none."""
    return text_in(request.GET, name, longest)


def posted_field(request: HttpRequest, name: str, longest: int = LONGEST_TEXT) -> str:
    """The field ``name`` of the form that was sent, tidied; empty where there is none."""
    return text_in(request.POST, name, longest)


def text_in(values: QueryDict | Mapping[str, str], name: str, longest: int) -> str:
    """The text under ``name``, tidied; empty where there is none."""
    return values.get(name, "").replace("\0", "").strip()[:longest]


def param_list(request: HttpRequest, name: str, *, most: int, longest: int = LONGEST_PARAM) -> list[str]:
    """The first ``most`` values under ``name`` in the address, each tidied."""
    return _texts_in(request.GET, name, most, longest)


def posted_list(request: HttpRequest, name: str, *, most: int, longest: int = LONGEST_PARAM) -> list[str]:
    """The first ``most`` values that a form sent under ``name``, each tidied."""
    return _texts_in(request.POST, name, most, longest)


def _texts_in(values: QueryDict, name: str, most: int, longest: int) -> list[str]:
    return [value.replace("\0", "").strip()[:longest] for value in values.getlist(name)[:most]]


def posted_number(request: HttpRequest, name: str, *, digits: int = 6) -> int:
    """The whole number that a form sent; 0 for anything else and for more than ``digits`` digits."""
    return number_in(request.POST.get(name, ""), digits=digits) or 0


def number_in(text: str, *, digits: int = 6) -> int | None:
    """A whole number of plain digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def day_in(text: str) -> date | None:
    """A day as browsers send it (``2026-12-31``); None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_in(text: str) -> datetime | None:
    """A moment as browsers send it, on the province's clock where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)


def day_param(request: HttpRequest, name: str = "day") -> tuple[date, bool]:
    """The day in the address, today where there is none; and whether its text is no day, so that today stands in."""
    text = query_param(request, name)
    day = day_in(text) if text else clock.today()
    return (clock.today(), True) if day is None else (day, False)


def posted_files(request: HttpRequest, name: str) -> list[Any]:
    """The files that a form sent under ``name``."""
    return [upload for upload in request.FILES.getlist(name) if hasattr(upload, "chunks")]
