"""What a form sent in."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def text(request: HttpRequest, name: str, longest: int = 300) -> str:
    """A line that was sent in, tidied: without what a database cannot keep, and not longer than it may be."""
    return request.POST.get(name, "").replace("\0", "").strip()[:longest]


def files(request: HttpRequest, names: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    """The files that were sent in: the paper that each is, its name, itself. ``names``: field of the form → paper."""
    return [
        (paper, upload.name or "tep", upload)
        for field, paper in names.items()
        for upload in request.FILES.getlist(field)
        if hasattr(upload, "chunks")
    ]


def number(request: HttpRequest, name: str) -> int:
    """A whole number that was sent in; 0 for anything else."""
    told = request.POST.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else 0
