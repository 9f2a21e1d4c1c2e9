"""Pages about one snapshot are drawn once and kept in memory."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tinhso.ioc.queries.frame import Frame
from tinhso.ioc.queries.kept import kept

Context = Mapping[str, object]


def kept_part(
    request: HttpRequest, at: Frame, key: tuple[object, ...], template: str, make: Callable[[], Context]
) -> tuple[str, SafeString]:
    """The title and the drawn template for ``key``; ``make`` gives its context (with ``title``) when it is not kept.

    It is drawn with the first reader's request: no form that carries their token may be in it.
    """

    def draw() -> tuple[str, str]:
        context = make()
        return str(context.get("title", "")), render_to_string(template, dict(context), request)

    title, body = kept(at, (template, *key), draw)
    return title, mark_safe(body)


def kept_page(
    request: HttpRequest, at: Frame, key: tuple[object, ...], template: str, make: Callable[[], Context], **own: object
) -> HttpResponse:
    """A whole page whose body is kept; ``own`` is what differs from reader to reader and stands above it."""
    title, body = kept_part(request, at, (request.path, *key), template, make)
    return render(request, "ioc/page.html", {"title": title, "body": body, "known_at": at.known_at, **own})
