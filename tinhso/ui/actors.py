"""Who acts through a page, and how what they did, or why it was refused, is said on the next one."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request; nobody where none logged in."""
    actor: Actor = getattr(request, "actor", NOBODY)
    return actor


def perform(request: HttpRequest, act: Callable[[], object], success: str) -> bool:
    """Do ``act`` and leave the message ``success``, or the reason why it was refused; returns whether it was done."""
    try:
        act()
    except Refused as refusal:
        request.refusal = refusal  # type: ignore[attr-defined]  # for the middleware that writes refusals down
        messages.error(request, refusal.message)
        return False
    messages.success(request, success)
    return True
