"""Says who acts in each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tinhso.blocks.identity import queries


class ActorMiddleware:
    """Sets ``request.actor`` from the log-in, with the rights of the posts held today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = queries.actor_of(request)  # type: ignore[attr-defined]
        return self.get_response(request)
