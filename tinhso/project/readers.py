"""Tells a browser whose page it holds, and to forget all of it when that person logs out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from tinhso.kernel.actor import NOBODY, Actor

ANSWERS_WAIT = "surveys_waiting"  # as frontend/parts/survey-store.ts sets it
SALT = "tinhso.project.readers"


def tag_of(actor: Actor) -> str:
    """By which a device knows that another person reads now; says nothing of who."""
    return salted_hmac(SALT, actor.ref, algorithm="sha256").hexdigest()[:16]


class ReaderMiddleware:
    """``X-Reader`` on pages of somebody; ``Clear-Site-Data`` on the answer to a log-out.

    The service worker keeps last-seen pages of one reader and drops them at another's first page; a log-out empties
    this device's cache and storage altogether, its subscription to notifications included. Where forms that somebody
    filled in still wait to be sent (the page says so in a cookie), the storage stays, or they would be lost: the worker
    drops pages and subscription by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor: Actor = getattr(request, "actor", NOBODY)
        response = self.get_response(request)
        if actor.kind != "person":
            return response
        if not request.user.is_authenticated:
            waits = request.COOKIES.get(ANSWERS_WAIT) == "1"
            response["Clear-Site-Data"] = '"cache"' if waits else '"cache", "storage"'
        elif response.get("Content-Type", "").startswith("text/html"):
            response["X-Reader"] = tag_of(actor)
        return response
