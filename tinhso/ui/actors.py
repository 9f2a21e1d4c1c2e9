"""Who acts through a page, and how what they did, or why it was refused, is said on the next one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request; nobody where none logged in."""
    actor: Actor = getattr(request, "actor", NOBODY)
    return actor


def page_for(*rights: str) -> Callable[[Callable[Concatenate[HttpRequest, Actor, P], R]], Callable[..., R]]:
    """Make a page, which takes the actor after the request, one of those who can do one of ``rights`` somewhere.

    Whoever has not logged in is asked to; whoever can do none of them is refused with 403, naming the first.
    """

    def guard(page: Callable[Concatenate[HttpRequest, Actor, P], R]) -> Callable[..., R]:
        @login_required
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            by = actor_of(request)
            by.must_be_able_to_any(*rights)
            return page(request, by, *args, **kwargs)

        return guarded

    return guard


def perform_with_message(request: HttpRequest, act: Callable[[], object], success: str) -> bool:
    """Do ``act`` and leave the message ``success``, or the reason why it was refused; returns whether it was done."""
    try:
        act()
    except Refused as refusal:
        request.refusal = refusal  # type: ignore[attr-defined]  # for the middleware that writes refusals down
        messages.error(request, refusal.message)
        return False
    messages.success(request, success)
    return True


def redirect_back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """Lead to the page that a form names as ``back``, if it is one of ours; else to the address named ``otherwise``."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if is_ours else reverse(otherwise))
