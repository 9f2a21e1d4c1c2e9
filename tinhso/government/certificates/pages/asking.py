"""What pages of certificates share: who asks, words from addresses, days, files to take away."""

from datetime import date

from django.http import HttpRequest, HttpResponse

from tinhso.government.certificates.rights import (
    APPROVE_CERTIFICATES,
    ASK_FOR_CERTIFICATES,
    MANAGE_CERTIFICATES,
    SEE_CERTIFICATES,
)
from tinhso.kernel.actor import Actor
from tinhso.ui.asking import actor_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 50


def worker(request: HttpRequest) -> Actor:
    """Who asks, if they have anything to do with certificates."""
    by = actor_of(request)
    if not any(
        by.can(right) for right in (SEE_CERTIFICATES, ASK_FOR_CERTIFICATES, APPROVE_CERTIFICATES, MANAGE_CERTIFICATES)
    ):
        by.must_be_able_to(SEE_CERTIFICATES)
    return by


def said(request: HttpRequest, name: str, most: int = 200) -> str:
    """A part of the address, short and without what no column takes."""
    return request.GET.get(name, "").replace("\0", "")[:most]


def typed(request: HttpRequest, name: str, most: int = 2000) -> str:
    """What was typed into a field."""
    return request.POST.get(name, "").replace("\0", "").strip()[:most]


def day_of(text: str) -> date | None:
    """A day as browsers send it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def attachment(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """A file that we made, to be taken away."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)
