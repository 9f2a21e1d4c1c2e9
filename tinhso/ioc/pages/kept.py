"""Pages about one snapshot are drawn once and kept in memory: fifty readers of the same number cost one drawing."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tinhso.ioc.queries.frame import Frame

SECONDS = 3600
Context = Mapping[str, object]


def kept_part(
    request: HttpRequest, at: Frame, key: tuple[object, ...], template: str, make: Callable[[], Context]
) -> tuple[str, SafeString]:
    """The title and the drawn template for ``key``; ``make`` gives its context (with ``title``) when it is not kept.

    The key must name all that the part depends on beside the snapshot, the audience, the units, the day and the
    language.
    """
    full = (at.number, at.at, at.audience, at.known_at, at.places.version, at.today, get_language(), template, *key)
    name = f"ioc:{sha256(repr(full).encode()).hexdigest()}"
    found: tuple[str, str] | None = cache.get(name)
    if found is None:
        context = make()
        found = str(context.get("title", "")), render_to_string(template, dict(context), request)
        cache.set(name, found, SECONDS)
    return found[0], mark_safe(found[1])


def kept_page(
    request: HttpRequest, at: Frame, key: tuple[object, ...], template: str, make: Callable[[], Context]
) -> HttpResponse:
    """A whole page whose body is kept."""
    title, body = kept_part(request, at, (request.path, *key), template, make)
    return render(request, "ioc/page.html", {"title": title, "body": body, "known_at": at.known_at})
