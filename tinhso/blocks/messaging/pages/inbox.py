"""The inbox, and the devices on which I am notified."""

from collections.abc import Mapping

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tinhso.blocks.messaging import queries, services
from tinhso.blocks.messaging.contract import with_secret
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor


def page_context(request: HttpRequest) -> Mapping[str, object]:
    """What the header of every page shows: ``unread_count`` (read with the person) and ``live_url``."""
    actor: Actor = getattr(request, "actor", NOBODY)
    if actor.kind != "person":
        return {"unread_count": 0, "live_url": ""}
    return {
        "unread_count": getattr(getattr(request, "user", None), "unread_messages", 0),
        "live_url": queries.live_address(request.scheme or "http", request.get_host()),
    }


@require_GET
@login_required
def inbox_page(request: HttpRequest) -> HttpResponse:
    """My messages, newest first."""
    page = Paginator(queries.messages_to(request.actor), 30).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    return render(request, "messaging/inbox.html", {"page": page})


@require_POST
@login_required
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a message: on to what it is about."""
    message = services.mark_read(pk=pk, by=request.actor, now=clock.now())  # type: ignore[attr-defined]
    href = with_secret(message.href, message.secret)
    inside = href.startswith("/") and url_has_allowed_host_and_scheme(href, allowed_hosts=None)
    return redirect(href if inside else "messaging:inbox")


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message as read."""
    services.mark_all_read(by=request.actor, now=clock.now())  # type: ignore[attr-defined]
    return redirect("messaging:inbox")


@require_GET
@login_required
def devices_page(request: HttpRequest) -> HttpResponse:
    """The devices on which I am notified, and the button that adds this one."""
    mine = queries.devices_of(request.actor)  # type: ignore[attr-defined]
    context = {
        "devices": [(device, queries.endpoint_tag(device)) for device in mine],
        "push_key": services.push_key(now=clock.now()).public,
    }
    return render(request, "messaging/devices.html", context)


@require_POST
@login_required
def add_device(request: HttpRequest) -> HttpResponse:
    """Notify the browser that asks from now on."""
    values = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    name = browser_name(request.headers.get("User-Agent", ""))
    services.add_device(**values, name=name, by=request.actor, now=clock.now())  # type: ignore[attr-defined]
    notes.success(request, _("Thiết bị này sẽ nhận thông báo. Hãy gửi thử."))
    return redirect("messaging:devices")


@require_POST
@login_required
def remove_device(request: HttpRequest, ref: str) -> HttpResponse:
    """Notify one of my devices no more."""
    services.remove_device(ref=ref, by=request.actor)  # type: ignore[attr-defined]
    notes.success(request, _("Thiết bị đó không nhận thông báo nữa."))
    return redirect("messaging:devices")


@require_POST
@login_required
def try_devices(request: HttpRequest) -> HttpResponse:
    """Send myself a notification to see that it arrives."""
    services.try_devices(by=request.actor, now=clock.now())  # type: ignore[attr-defined]
    notes.success(request, _("Đã gửi thông báo thử; nó đến trong ít giây."))
    return redirect("messaging:devices")


BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """``Chrome, Android``: by which somebody knows their own device in a list."""
    browser_and_system = [next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, browser_and_system)) or _("Trình duyệt không rõ")


app_name = "messaging"
urlpatterns = [
    path("", inbox_page, name="inbox"),
    path("read/", read_all, name="read_all"),
    path("<int:pk>/open/", open_message, name="open"),
    path("devices/", devices_page, name="devices"),
    path("devices/add/", add_device, name="add_device"),
    path("devices/try/", try_devices, name="try_devices"),
    path("devices/<str:ref>/revoke/", remove_device, name="remove_device"),
]
