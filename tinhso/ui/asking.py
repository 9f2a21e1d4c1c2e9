"""Who asks for a page, and how a refusal is told on it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request."""
    actor: Actor = getattr(request, "actor", NOBODY)
    return actor


def done(request: HttpRequest, act: Callable[[], object], said: str) -> bool:
    """Do ``act`` and say ``said``, or tell why it was refused; returns whether it was done."""
    try:
        act()
    except Refused as refusal:
        request.refusal = refusal  # type: ignore[attr-defined]  # for whoever writes refusals down
        messages.error(request, refusal.message)
        return False
    messages.success(request, said)
    return True
