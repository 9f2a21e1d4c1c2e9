"""The open data sets as pages, as files, and as a catalogue for programs."""

import gzip
import json
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import quote_etag
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from tinhso.blocks.open_data import services
from tinhso.blocks.open_data.queries import datasets as queries
from tinhso.blocks.open_data.queries import dcat
from tinhso.blocks.open_data.queries.datasets import OpenDataShelf, OpenSet
from tinhso.blocks.open_data.queries.dcat import Addresses
from tinhso.blocks.open_data.queries.records import all_records
from tinhso.blocks.sdmx.queries import names as sdmx
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused, gettext_noop

HTML = "text/html"
MEDIA = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


def _reading_actor(request: HttpRequest) -> Actor:
    by: Actor = getattr(request, "actor", NOBODY)
    return by


def addresses_of(request: HttpRequest, shelf: OpenDataShelf) -> Addresses:
    """Where things are, as the asker reached them."""
    root = request.build_absolute_uri(reverse("open_data:home"))
    data = request.build_absolute_uri("/sdmx/3.0/data/dataflow")
    flows = {code: f"{data}/{sdmx.agency_id()}/{sdmx.sdmx_id(code)}/" for code in shelf.sets}
    return Addresses(root, {code: f"{address}{sdmx.VERSION}" for code, address in flows.items()})


def preferred_ending(request: HttpRequest) -> str:
    """The ending of the form of catalogue that the asker's ``Accept`` prefers; empty for a page."""
    offered = {media: ending for ending, (media, _name) in dcat.FORMS.items()}
    best = request.get_preferred_type([HTML, *offered])
    return offered.get(best or HTML, "")


@require_safe
def open_data_page(request: HttpRequest) -> HttpResponse:
    """All open data sets; as a catalogue for programs when they prefer one."""
    ending = preferred_ending(request)
    answer = catalogue_in_form(request, ending) if ending else _open_data_response(request)
    answer["Vary"] = "Accept, Cookie, Accept-Language"
    return answer


def _open_data_response(request: HttpRequest) -> HttpResponse:
    open_data_shelf = queries.open_data_shelf()
    context = {
        "shelf": open_data_shelf,
        "sets": [_set_context(set) for set in open_data_shelf.sets.values()],
        "forms": list(dcat.FORMS),
    }
    context["records"] = all_records()
    return render(request, "open_data/home.html", context)


def _set_context(set: OpenSet) -> dict[str, Any]:
    return {
        "set": set,
        "title": dcat.set_title(set),
        "count": len(set.indicator_items),
        "indicators": set.indicator_items,
    }


@require_safe
def catalogue_in_form(request: HttpRequest, form: str) -> HttpResponse:
    """The catalogue in one form of DCAT-AP."""
    open_data_shelf = queries.open_data_shelf()
    return _graph_response(request, open_data_shelf, form, None)


def _graph_response(request: HttpRequest, found: OpenDataShelf, form: str, only: OpenSet | None) -> HttpResponse:
    if form not in dcat.FORMS:
        raise Refused("unknown_form", gettext_noop("Chỉ có các dạng: %(forms)s."), forms=", ".join(dcat.FORMS))
    drawn = dcat.catalogue_graph(found, addresses_of(request, found), only=only)
    return HttpResponse(dcat.serialized_graph(drawn, form), content_type=f"{dcat.FORMS[form][0]}; charset=utf-8")


@require_safe
def open_set(request: HttpRequest, code: str) -> HttpResponse:
    """One data set: what is in it, from whom, how often, and the files; as DCAT when that is preferred."""
    open_data_shelf = queries.open_data_shelf()
    set, ending = open_data_shelf.find(code), preferred_ending(request)
    if ending:
        answer = _graph_response(request, open_data_shelf, ending, set)
    else:
        addresses = addresses_of(request, open_data_shelf)
        context = {
            **_set_context(set),
            "shelf": open_data_shelf,
            "description": dcat.set_description(set),
            "sdmx": addresses.file(set, "sdmx"),
            "forms": list(dcat.FORMS),
            "schema_org": _inside_a_page(dcat.schema_org(open_data_shelf, addresses, set)),
        }
        answer = render(request, "open_data/open_set.html", context)
    answer["Vary"] = "Accept, Cookie, Accept-Language"
    return answer


def _inside_a_page(values: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    plain = json.dumps(values, ensure_ascii=False)
    return mark_safe(plain.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}))


def _answer_etag(request: HttpRequest, code: str, form: str) -> str | None:
    """What the answer hangs on: for figures, the file that is there."""
    open_data_shelf = queries.open_data_shelf()
    number: int | None = open_data_shelf.number
    if form in queries.FORMS and code in open_data_shelf.sets:
        path = queries.kept_file(open_data_shelf.sets[code], form, open_data_shelf)
        number = queries.number_of(path) if path else None
    return None if number is None else quote_etag(f"{number}-{code}-{form}-{get_language()}")


@require_safe
@cache_control(public=True, max_age=300)
@condition(etag_func=_answer_etag)
def download_set(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The figures of a data set as CSV or JSON, or its description in a form of DCAT; who takes figures is recorded."""
    open_data_shelf = queries.open_data_shelf()
    set = open_data_shelf.find(code)
    if form not in queries.FORMS:
        return _graph_response(request, open_data_shelf, form, set)
    if request.method == "HEAD":
        return HttpResponse(content_type=MEDIA[form])
    path = services.file_of(found=set, form=form, shelf=open_data_shelf, by=_reading_actor(request))
    if path is None:
        words = {"status": 503, "message": _("Tệp đang được lập; hãy thử lại sau ít phút.")}
        waiting = render(request, "error.html", words, status=503)
        waiting["Retry-After"] = "60"
        return waiting
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    content = path.open("rb") if packed else gzip.open(path, "rb")  # noqa: SIM115 (the response closes it)
    answer = FileResponse(content, content_type=MEDIA[form])
    answer["Content-Disposition"] = f'attachment; filename="{code}.{form}"'
    answer["Vary"] = "Accept-Encoding"
    if mark := _answer_etag(request, code, form):  # the first answer makes the file: before it there was no mark
        answer["ETag"] = mark
    if packed:
        answer["Content-Encoding"] = "gzip"
    return answer
