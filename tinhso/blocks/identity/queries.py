"""Who is who, and what they may do."""

from django.http import HttpRequest

from tinhso.kernel.actor import NOBODY, Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind ``request``; nobody for a visitor who has not logged in."""
    return NOBODY
