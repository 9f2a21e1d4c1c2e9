"""The inbox."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from tinhso.blocks.messaging import queries, services
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor


def page_context(request: HttpRequest) -> Mapping[str, object]:
    """What the header of every page asks: ``unread_count`` (asked once, when shown) and ``live_url``."""
    actor: Actor = getattr(request, "actor", NOBODY)
    if actor.kind != "person":
        return {"unread_count": 0, "live_url": ""}
    return {
        "unread_count": SimpleLazyObject(lambda: queries.unread_count(actor)),
        "live_url": _live_url(request),
    }


def _live_url(request: HttpRequest) -> str:
    """Where open pages listen: behind the same origin, or on a laptop at the page's own host on another port."""
    if settings.LIVE_URL or not settings.LIVE_PORT:
        return str(settings.LIVE_URL or "/live/")
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}"


@require_GET
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """My messages, newest first."""
    page = Paginator(queries.inbox(request.actor), 30).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    return render(request, "messaging/inbox.html", {"page": page})


@require_POST
@login_required
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a message: on to what it is about."""
    message = services.mark_read(pk=pk, by=request.actor, now=clock.now())  # type: ignore[attr-defined]
    inside = message.href.startswith("/") and url_has_allowed_host_and_scheme(message.href, allowed_hosts=None)
    return redirect(message.href if inside else "messaging:inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message as read."""
    services.mark_all_read(by=request.actor, now=clock.now())  # type: ignore[attr-defined]
    return redirect("messaging:inbox")


app_name = "messaging"
urlpatterns = [
    path("", inbox, name="inbox"),
    path("read/", read_all, name="read_all"),
    path("<int:pk>/open/", open_message, name="open"),
]
