"""Files that a form of cases sends in, each with the paper that it is."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def posted_papers(request: HttpRequest, names: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    """The files that were sent in: the paper that each is, its name, itself. ``names``: field of the form → paper."""
    return [
        (paper, upload.name or "tep", upload)
        for field, paper in names.items()
        for upload in request.FILES.getlist(field)
        if hasattr(upload, "chunks")
    ]
