"""Pages of figures are drawn once and kept in memory until one of their figures changes."""

import sys
from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.queries.kept import cached_by_figures
from tinhso.ui.wording import datetime_text, number_text

Context = Mapping[str, object]
# A drawing outlives the snapshot that it was drawn from where its figures stay; what names the snapshot is filled in
# when it is shown. Unicode gives these two letters no meaning, so nobody's text holds them.
SNAPSHOT_AT, SNAPSHOT_NUMBER = "\ue001", "\ue002"
OF_THE_SNAPSHOT = {"snapshot_at": SNAPSHOT_AT, "snapshot_number": SNAPSHOT_NUMBER}


def kept_part(
    request: HttpRequest, at: SnapshotFrame, key: tuple[object, ...], template: str, make: Callable[[], Context]
) -> tuple[str, SafeString]:
    """The title and the drawn template for ``key``; ``make`` gives its context (with ``title``) when it is not kept.

    It is drawn with the first reader's request: no form that carries their token may be in it. Of the snapshot it may
    name what ``snapshot_at`` and ``snapshot_number`` say, and nothing else.
    """

    def draw() -> tuple[str, str]:
        context = make()
        return str(context.get("title", "")), render_to_string(template, {**context, **OF_THE_SNAPSHOT}, request)

    title, body = cached_by_figures(at, (template, *key), draw, weigh=lambda drawn: sys.getsizeof(drawn[1]))
    body = body.replace(SNAPSHOT_AT, datetime_text(at.at)).replace(SNAPSHOT_NUMBER, number_text(at.number, 0))
    return title, mark_safe(body)


def kept_page(
    request: HttpRequest,
    at: SnapshotFrame,
    key: tuple[object, ...],
    template: str,
    make: Callable[[], Context],
    **own: object,
) -> HttpResponse:
    """A whole page whose body is kept; ``own`` is what differs from reader to reader and stands above it."""
    title, body = kept_part(request, at, (request.path, *key), template, make)
    return render(request, "ioc/page.html", {"title": title, "body": body, "known_at": at.known_at, **own})
