"""What a form sent in."""

from typing import Any

from django.http import HttpRequest


def text(request: HttpRequest, name: str, longest: int = 300) -> str:
    """A text that was sent in, tidied: without what a database cannot keep, and not longer than it may be."""
    return request.POST.get(name, "").replace("\0", "").strip()[:longest]


def number(request: HttpRequest, name: str) -> int:
    """A whole number that was sent in; 0 for anything else."""
    told = request.POST.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0


def degrees(told: str) -> float | None:
    """A longitude or latitude as a page writes it; None for anything else."""
    try:
        found = float(told.replace(",", ".")[:24])
    except ValueError:
        return None
    return found if -180 <= found <= 180 else None


def uploads(request: HttpRequest, name: str) -> list[Any]:
    """The files that were sent in under a name."""
    return [one for one in request.FILES.getlist(name) if hasattr(one, "chunks")]
