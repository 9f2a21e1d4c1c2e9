"""SDMX-REST 2 (SDMX 3.0) at ``/sdmx/3.0/``: public figures for everybody, more for those who log in or send a token."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from tinhso.blocks.exchange.queries import sdmx
from tinhso.blocks.exchange.queries.sdmx import asking, errors
from tinhso.blocks.exchange.queries.sdmx.artefacts import Artefact
from tinhso.blocks.exchange.queries.sdmx.data_csv import Columns, data_csv
from tinhso.blocks.exchange.queries.sdmx.data_json import data_json
from tinhso.blocks.exchange.queries.sdmx.data_xml import data_xml
from tinhso.blocks.exchange.queries.sdmx.messages import error_json, structure_json
from tinhso.blocks.exchange.queries.sdmx.names import agency
from tinhso.blocks.exchange.queries.sdmx.negotiation import CSV, JSON, XML, Chosen, choose
from tinhso.blocks.exchange.queries.sdmx.shapes import Answer, Form, form
from tinhso.blocks.exchange.queries.sdmx.structure_xml import error_xml, structure_xml
from tinhso.blocks.exchange.services import sdmx as services
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused

Answering = Callable[[HttpRequest, list[str]], HttpResponseBase]
PATHS = {
    "structure": ("*", "*", "*", "~", "*"),
    "data": ("*", "*", "*", "~", "*"),
    "availability": ("*", "*", "*", "~", "*", "*"),
}
LONGEST = 16_000
SEE = "Accept", "Accept-Language", "Authorization", "Cookie"


def _actor(request: HttpRequest) -> Actor:
    """Who asks. A token that is unknown, expired or revoked is refused: its sender must not take less for all."""
    by: Actor = getattr(request, "actor", NOBODY)
    if "Authorization" in request.headers and not by.is_someone:
        raise errors.No(401, "log_in", _("Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."))
    return by


def _desk(request: HttpRequest, given: asking.Parameters) -> sdmx.Desk:
    return sdmx.desk(_actor(request), as_of=given.moment("asOf"))


def structures(request: HttpRequest, parts: list[str]) -> HttpResponseBase:
    """``/structure/{type}/{agency}/{id}/{version}/{item}``."""
    given = asking.parameters(request.META["QUERY_STRING"], asking.STRUCTURES)
    chosen = choose("structure", request.headers.get("Accept", ""), given.get("format"))
    desk = _desk(request, given)
    detail, references = given.get("detail", "full"), given.get("references", "none")
    kind, maintainer, name, version, item = parts
    wanted = sdmx.Wanted(kind, maintainer, name, version, item, detail, references)
    return _structure(request, desk, chosen, sdmx.structures(desk, wanted))


def availability(request: HttpRequest, parts: list[str]) -> HttpResponseBase:
    """``/availability/{context}/{agency}/{id}/{version}/{key}/{component}``."""
    given = asking.parameters(request.META["QUERY_STRING"], asking.AVAILABILITY)
    chosen = choose("structure", request.headers.get("Accept", ""), given.get("format"))
    desk = _desk(request, given)
    *where, key, component = parts
    found: list[Artefact] = []
    for asked in asking.questions(asking.flows(desk, *where), key, given):
        mode, references = given.get("mode", "exact"), given.get("references", "none")
        found += sdmx.availability(desk, asked, component=component, mode=mode, references=references)
    return _structure(request, desk, chosen, list({one.urn: one for one in found}.values()))


def data(request: HttpRequest, parts: list[str]) -> HttpResponseBase:
    """``/data/{context}/{agency}/{id}/{version}/{key}``, written as it is read."""
    given = asking.parameters(request.META["QUERY_STRING"], asking.DATA)
    chosen = choose("data", request.headers.get("Accept", ""), given.get("format"))
    shape = form(given.get("attributes", "dsd"), given.get("measures", "all"))
    desk = _desk(request, given)
    *where, key = parts
    asked = asking.questions(asking.flows(desk, *where), key, given)
    start, most = given.number("offset", least=0) or 0, given.number("limit")
    unchanged = _unchanged(request, desk, _mark(request, desk, chosen))
    if unchanged is not None:
        return unchanged
    answers = list(_begun(desk, asked, start, most))
    if not answers:
        raise errors.nothing()
    for one in answers if request.method == "GET" else ():
        query, flow = request.get_full_path(), one.asked.flow.id
        services.note_taken(flow=flow, query=query, form=chosen.name, snapshot=desk.number, by=_actor(request))
    written = _written(desk, chosen, answers, shape) if request.method == "GET" else iter(())
    is_wide = most is None and any(one.is_wide for one in asked)
    response = StreamingHttpResponse(_Turn(written) if is_wide else written, content_type=chosen.media_type)
    if chosen.name == CSV:
        response["Content-Disposition"] = f'attachment; filename="{answers[0].asked.flow.id}.csv"'
    return _marked(response, desk, _mark(request, desk, chosen))


def _written(desk: sdmx.Desk, chosen: Chosen, answers: list[Answer], shape: Form) -> Iterator[bytes]:
    now = clock.now()
    columns = Columns(chosen.options.get("labels", "id"), chosen.options.get("keys", "none"))
    chunks = {
        JSON: lambda: data_json(desk, answers, shape, now=now),
        CSV: lambda: data_csv(desk, answers, shape, columns),
        XML: lambda: data_xml(desk, answers, shape, now=now),
    }[chosen.name]()
    return (chunk.encode() for chunk in chunks)


class _Turn:
    """A whole dataflow is written for one asker at a time in each process, so that pages do not wait for it."""

    free = threading.BoundedSemaphore(1)

    def __init__(self, chunks: Iterator[bytes]) -> None:
        if not self.free.acquire(blocking=False):
            raise errors.No(503, "busy", _("Đang có người lấy toàn bộ số liệu; hãy thử lại sau, hoặc lọc bớt."))
        self.chunks, self.has_ended = chunks, False

    def __iter__(self) -> "_Turn":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self.chunks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the next one begin; called at the end, and by the server when the reader has gone."""
        if not self.has_ended:
            self.has_ended = True
            self.free.release()


def _begun(desk: sdmx.Desk, asked: Iterable[sdmx.Question], start: int, most: int | None) -> Iterator[Answer]:
    """The answers that are not empty: the first observation is read before anything is promised."""
    for one in asked:
        found = islice(sdmx.observations(desk, one), start, None if most is None else start + most)
        first = next(found, None)
        if first is not None:
            yield Answer(one, chain([first], found))


def _structure(request: HttpRequest, desk: sdmx.Desk, chosen: Chosen, found: list[Artefact]) -> HttpResponseBase:
    mark = _mark(request, desk, chosen, repr([one.body for one in found]))
    unchanged = _unchanged(request, desk, mark)
    if unchanged is not None:
        return unchanged
    write = structure_xml if chosen.name == XML else structure_json
    response = HttpResponse(write(desk, found, now=clock.now()), content_type=chosen.media_type)
    return _marked(response, desk, mark)


def _mark(request: HttpRequest, desk: sdmx.Desk, chosen: Chosen, more: str = "") -> str:
    """What changes when the answer would: the snapshot, the units, the address, the asker's audience, the format."""
    known = (desk.number, desk.at, desk.audience.access, sorted(desk.audience.restricted_at or ()), desk.language)
    asked = (request.get_full_path(), chosen.media_type, sorted(chosen.options.items()))
    units = sorted(map(repr, desk.nodes.values()))
    whole = repr((known, desk.audience.restricted_at is None, asked, units, more))
    return f'W/"{desk.number}-{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


def _unchanged(request: HttpRequest, desk: sdmx.Desk, mark: str) -> HttpResponseBase | None:
    seconds = int(desk.at.timestamp()) if desk.at else None
    found: HttpResponse | None = get_conditional_response(request, etag=mark, last_modified=seconds)
    return None if found is None else _marked(found, desk, mark)


def _marked(response: HttpResponseBase, desk: sdmx.Desk, mark: str) -> HttpResponseBase:
    response["ETag"] = mark
    if desk.at is not None:
        response["Last-Modified"] = http_date(desk.at.timestamp())
    response["Content-Language"] = desk.language
    return response


ANSWERS: dict[str, Answering] = {"structure": structures, "data": data, "availability": availability}


@csrf_exempt
@gzip_page
def answer(request: HttpRequest, resource: str = "", rest: str = "") -> HttpResponseBase:
    """Every address: reads the path, answers or refuses in the words of SDMX, and says what the answer depends on."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        try:
            response = _answered(request, resource, rest)
        except Refused as refusal:
            response = _refused(request, refusal)
    by: Actor = getattr(request, "actor", NOBODY)
    response["Cache-Control"] = "private, no-cache" if by.is_someone else "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, SEE)
    return response


def _answered(request: HttpRequest, resource: str, rest: str) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD"):
        raise errors.No(405, "method", _("Chỉ đọc: hãy dùng GET."))
    if len(request.get_full_path()) > LONGEST:
        raise errors.No(errors.TOO_LONG, "too_long", _("Địa chỉ quá dài; hãy hỏi nhiều lần."))
    if resource in ("metadata", "schema", "registration"):
        raise errors.not_built(_("Chưa có “%(name)s”; có: structure, data, availability."), name=resource)
    if resource not in ANSWERS:
        raise errors.nothing()
    given, defaults = rest.strip("/").split("/") if rest.strip("/") else [], PATHS[resource]
    if len(given) > len(defaults) or "" in given:
        raise errors.bad(_("Địa chỉ có nhiều phần hơn SDMX-REST biết."))
    return ANSWERS[resource](request, [*given, *defaults[len(given) :]])


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = getattr(refusal, "status", 404)
    language, wants = translation.get_language() or "vi", request.headers.get("Accept", "")
    if "xml" in wants and "json" not in wants:
        message, body = XML, error_xml(status, refusal.message, language=language)
    else:
        text = error_json(agency(), status, refusal.message, language=language, now=clock.now())
        message, body = JSON, text.encode()
    response = HttpResponse(body, status=status, content_type=Chosen("structure", message).media_type)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 503:
        response["Retry-After"] = "60"
    if status == 405:
        response["Allow"] = "GET, HEAD"
    return response


urlpatterns = [
    path("", answer, name="sdmx"),
    path("<str:resource>", answer, name="sdmx_resource"),
    path("<str:resource>/<path:rest>", answer, name="sdmx_path"),
]
