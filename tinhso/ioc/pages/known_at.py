"""The moments at which something was published, as ways to see a page as it was known then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from tinhso.blocks.indicators import queries as indicators
from tinhso.ioc.pages.readers import for_readers, moment_text
from tinhso.ioc.queries.views import address_inside
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MOST = 400


@dataclass(frozen=True)
class Moment:
    """One publication, with the address of the page as it was known from then on."""

    number: int
    at: datetime
    pinned: bool
    newest: bool
    href: str


@for_readers
def known_at(request: HttpRequest, by: Actor) -> HttpResponse:
    """Every snapshot that is kept, by day, newest first; ``page``: the page to see as of then."""
    try:
        there = address_inside(request.GET.get("page", "") or "/")
    except Refused:
        there = "/"
    moments = [
        Moment(number, at, pinned, place == 0, _as_of(there, moment_text(at + timedelta(seconds=1))))  # no fractions
        for place, (number, at, pinned) in enumerate(
            indicators.kept_snapshots().values_list("number", "at", "pinned")[:MOST]
        )
    ]
    days = [(day, list(moments)) for day, moments in groupby(moments, key=lambda moment: clock.local(moment.at).date())]
    return render(request, "ioc/known_at_list.html", {"days": days, "there": there})


def _as_of(address: str, moment: str) -> str:
    """The same page as it was known at ``moment``."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "known_at"]
    return f"{parts.path}?{urlencode([*query, ('known_at', moment)])}"
