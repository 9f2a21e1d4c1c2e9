"""SDMX-REST 2 (SDMX 3.0) at ``/sdmx/3.0/``: public figures for everybody, more for those who log in or send a token."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from tinhso.blocks.sdmx import queries
from tinhso.blocks.sdmx.queries import errors, query_parser
from tinhso.blocks.sdmx.queries import extracts as extract_files
from tinhso.blocks.sdmx.queries.artefacts import Artefact
from tinhso.blocks.sdmx.queries.data_csv import Columns, data_csv
from tinhso.blocks.sdmx.queries.data_json import data_json
from tinhso.blocks.sdmx.queries.data_xml import data_xml
from tinhso.blocks.sdmx.queries.messages import error_json, structure_json
from tinhso.blocks.sdmx.queries.names import agency_id
from tinhso.blocks.sdmx.queries.negotiation import CSV, JSON, XML, Chosen, choose_format
from tinhso.blocks.sdmx.queries.shapes import DataflowAnswer, DataForm, data_form
from tinhso.blocks.sdmx.queries.structure_xml import error_xml, structure_xml
from tinhso.blocks.sdmx.services import audit_log as services
from tinhso.blocks.sdmx.services import extracts
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
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")  # one span: several at once are answered whole
SEE = "Accept", "Accept-Language", "Authorization", "Cookie"


def _asking_actor(request: HttpRequest) -> Actor:
    """Who asks. A token that is unknown, expired or revoked is refused: its sender must not take less for all."""
    by: Actor = getattr(request, "actor", NOBODY)
    if "Authorization" in request.headers and not by.is_someone:
        raise errors.No(401, "log_in", _("Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."))
    return by


def _desk_of_request(request: HttpRequest, given: query_parser.Parameters) -> queries.SdmxDesk:
    return queries.sdmx_desk(_asking_actor(request), as_of=given.moment("asOf"))


def answer_structures(request: HttpRequest, parts: list[str]) -> HttpResponseBase:
    """``/structure/{type}/{agency}/{id}/{version}/{item}``."""
    parameters = query_parser.parse_parameters(request.META["QUERY_STRING"], query_parser.STRUCTURES)
    chosen = choose_format("structure", request.headers.get("Accept", ""), parameters.get("format"))
    desk = _desk_of_request(request, parameters)
    detail, references = parameters.get("detail", "full"), parameters.get("references", "none")
    kind, maintainer, name, version, item = parts
    structure_query = queries.StructureQuery(kind, maintainer, name, version, item, detail, references)
    return _structure_response(request, desk, chosen, queries.matching_structures(desk, structure_query))


def answer_availability(request: HttpRequest, parts: list[str]) -> HttpResponseBase:
    """``/availability/{context}/{agency}/{id}/{version}/{key}/{component}``."""
    parameters = query_parser.parse_parameters(request.META["QUERY_STRING"], query_parser.AVAILABILITY)
    chosen = choose_format("structure", request.headers.get("Accept", ""), parameters.get("format"))
    desk = _desk_of_request(request, parameters)
    *where, key, component = parts
    artefacts: list[Artefact] = []
    for data_question in query_parser.data_questions(query_parser.dataflows_of_path(desk, *where), key, parameters):
        mode, references = parameters.get("mode", "exact"), parameters.get("references", "none")
        artefacts += queries.availability_artefacts(
            desk, data_question, component=component, mode=mode, references=references
        )
    return _structure_response(request, desk, chosen, list({artefact.urn: artefact for artefact in artefacts}.values()))


def answer_data(request: HttpRequest, parts: list[str]) -> HttpResponseBase:
    """``/data/{context}/{agency}/{id}/{version}/{key}``, written as it is read."""
    parameters = query_parser.parse_parameters(request.META["QUERY_STRING"], query_parser.DATA)
    chosen = choose_format("data", request.headers.get("Accept", ""), parameters.get("format"))
    shape = data_form(parameters.get("attributes", "dsd"), parameters.get("measures", "all"))
    desk = _desk_of_request(request, parameters)
    *where, key = parts
    data_questions = query_parser.data_questions(query_parser.dataflows_of_path(desk, *where), key, parameters)
    mark = _etag_of_answer(request, desk, chosen)
    is_kept = _is_everybodys(request, chosen, data_questions, key)
    if is_kept:
        mark = mark.removeprefix("W/")  # the same bytes each time
    unchanged = _not_modified_response(request, desk, mark)
    if unchanged is not None:
        return unchanged
    path = extract_files.path_of(desk, data_questions[0].flow.id, chosen.name) if is_kept else None
    if path is not None and path.exists():
        response: HttpResponseBase = _extract_response(request, path, chosen, mark)
    else:
        response = _data_response(
            request,
            desk,
            chosen,
            data_questions,
            shape,
            (parameters.number("offset", least=0) or 0, parameters.number("limit")),
            path,
        )
    if chosen.name == CSV:
        response["Content-Disposition"] = f'attachment; filename="{data_questions[0].flow.id}.csv"'
    return _with_cache_headers(response, desk, mark)


def _is_everybodys(request: HttpRequest, chosen: Chosen, asked: list[queries.DataQuestion], key: str) -> bool:
    """Whether this is a whole dataflow, as anybody who asks for nothing in particular gets it."""
    is_plain = not request.META["QUERY_STRING"] and not any(
        value not in ("id", "none") for value in chosen.options.values()
    )
    return is_plain and key == "*" and len(asked) == 1 and not _asking_actor(request).is_someone


def _data_response(
    request: HttpRequest,
    desk: queries.SdmxDesk,
    chosen: Chosen,
    asked: list[queries.DataQuestion],
    shape: DataForm,
    part: tuple[int, int | None],
    path: Path | None,
) -> HttpResponseBase:
    answers = list(_nonempty_answers(desk, asked, *part))
    if not answers:
        raise errors.no_results()
    if request.method != "GET":
        return StreamingHttpResponse(iter(()), content_type=chosen.media_type)
    for dataflow_answer in answers:
        query, flow = request.get_full_path(), dataflow_answer.asked.flow.id
        services.note_taken(flow=flow, query=query, form=chosen.name, snapshot=desk.number, by=_asking_actor(request))
    if path is not None:
        flow, language = answers[0].asked.flow.id, desk.language
        chunks = extract_files.encoded_message(desk, answers, chosen.name)
        return StreamingHttpResponse(
            extracts.InTurn(chunks, path, lambda: extracts.ask_for(flow, chosen.name, language)),
            content_type=chosen.media_type,
        )
    written = _encoded_chunks(desk, chosen, answers, shape)
    is_wide = part[1] is None and any(data_question.is_wide for data_question in asked)
    return StreamingHttpResponse(extracts.InTurn(written) if is_wide else written, content_type=chosen.media_type)


def _extract_response(request: HttpRequest, path: Path, chosen: Chosen, mark: str) -> HttpResponseBase:
    """A kept extract, or the part of it that a reader lacks (RFC 9110, section 14)."""
    stream = path.open("rb")  # the response closes it
    size = path.stat().st_size
    match = RANGE.fullmatch(request.headers.get("Range", ""))
    condition = request.headers.get("If-Range", mark)
    if match is None or condition != mark:
        response = FileResponse(stream, content_type=chosen.media_type)
        response["Accept-Ranges"] = "bytes"
        return response
    first, last = _byte_range(match[1], match[2], size)
    if first > last:
        stream.close()
        refusal = HttpResponse(status=416, content_type="text/plain")
        refusal["Content-Range"] = f"bytes */{size}"
        return refusal
    stream.seek(first)
    part = StreamingHttpResponse(_file_chunks(stream, last - first + 1), status=206, content_type=chosen.media_type)
    part["Content-Range"], part["Content-Length"] = f"bytes {first}-{last}/{size}", str(last - first + 1)
    part["Accept-Ranges"] = "bytes"
    return part


def _byte_range(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte; the first behind the last where there is nothing to send."""
    if not first:
        return (max(size - int(last), 0), size - 1) if last and int(last) else (1, 0)
    return int(first), min(int(last), size - 1) if last else size - 1


def _file_chunks(stream: BinaryIO, count: int) -> Iterator[bytes]:
    with stream:
        while count > 0 and (piece := stream.read(min(count, 65_536))):
            count -= len(piece)
            yield piece


def _encoded_chunks(
    desk: queries.SdmxDesk, chosen: Chosen, answers: list[DataflowAnswer], shape: DataForm
) -> Iterator[bytes]:
    now = clock.now()
    columns = Columns(chosen.options.get("labels", "id"), chosen.options.get("keys", "none"))
    chunks = {
        JSON: lambda: data_json(desk, answers, shape, now=now),
        CSV: lambda: data_csv(desk, answers, shape, columns),
        XML: lambda: data_xml(desk, answers, shape, now=now),
    }[chosen.name]()
    return (chunk.encode() for chunk in chunks)


def _nonempty_answers(
    desk: queries.SdmxDesk, asked: Iterable[queries.DataQuestion], start: int, most: int | None
) -> Iterator[DataflowAnswer]:
    """The answers that are not empty: the first observation is read before anything is promised."""
    for data_question in asked:
        observations = islice(queries.observations(desk, data_question), start, None if most is None else start + most)
        first = next(observations, None)
        if first is not None:
            yield DataflowAnswer(data_question, chain([first], observations))


def _structure_response(
    request: HttpRequest, desk: queries.SdmxDesk, chosen: Chosen, found: list[Artefact]
) -> HttpResponseBase:
    mark = _etag_of_answer(request, desk, chosen, repr([artefact.body for artefact in found]))
    unchanged = _not_modified_response(request, desk, mark)
    if unchanged is not None:
        return unchanged
    write = structure_xml if chosen.name == XML else structure_json
    response = HttpResponse(write(desk, found, now=clock.now()), content_type=chosen.media_type)
    return _with_cache_headers(response, desk, mark)


def _etag_of_answer(request: HttpRequest, desk: queries.SdmxDesk, chosen: Chosen, more: str = "") -> str:
    """What changes when the answer would: the snapshot, the units, the address, the asker's audience, the format."""
    desk_state = (desk.number, desk.at, desk.audience.access, sorted(desk.audience.restricted_at or ()), desk.language)
    request_state = (request.get_full_path(), chosen.media_type, sorted(chosen.options.items()))
    units = sorted(map(repr, desk.nodes.values()))
    fingerprint_text = repr((desk_state, desk.audience.restricted_at is None, request_state, units, more))
    return f'W/"{desk.number}-{hashlib.sha256(fingerprint_text.encode()).hexdigest()[:32]}"'


def _not_modified_response(request: HttpRequest, desk: queries.SdmxDesk, mark: str) -> HttpResponseBase | None:
    seconds = int(desk.at.timestamp()) if desk.at else None
    response: HttpResponse | None = get_conditional_response(request, etag=mark, last_modified=seconds)
    return None if response is None else _with_cache_headers(response, desk, mark)


def _with_cache_headers(response: HttpResponseBase, desk: queries.SdmxDesk, mark: str) -> HttpResponseBase:
    response["ETag"] = mark
    if desk.at is not None:
        response["Last-Modified"] = http_date(desk.at.timestamp())
    response["Content-Language"] = desk.language
    return response


ANSWERS: dict[str, Answering] = {
    "structure": answer_structures,
    "data": answer_data,
    "availability": answer_availability,
}


@csrf_exempt
def answer_request(request: HttpRequest, resource: str = "", rest: str = "") -> HttpResponseBase:
    """Every address. What is taken up in the middle is not compressed: its bytes are counted as they are kept."""
    view: Callable[..., HttpResponseBase] = (
        _negotiated_answer if "Range" in request.headers else gzip_page(_negotiated_answer)
    )
    return view(request, resource, rest)


def _negotiated_answer(request: HttpRequest, resource: str = "", rest: str = "") -> HttpResponseBase:
    """Reads the path, answers or refuses in the words of SDMX, and says what the answer depends on."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        try:
            response = _dispatch_request(request, resource, rest)
        except Refused as refusal:
            response = _refusal_response(request, refusal)
    by: Actor = getattr(request, "actor", NOBODY)
    response["Cache-Control"] = "private, no-cache" if by.is_someone else "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, SEE)
    return response


def _dispatch_request(request: HttpRequest, resource: str, rest: str) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD"):
        raise errors.No(405, "method", _("Chỉ đọc: hãy dùng GET."))
    if len(request.get_full_path()) > LONGEST:
        raise errors.No(errors.TOO_LONG, "too_long", _("Địa chỉ quá dài; hãy hỏi nhiều lần."))
    if resource in ("metadata", "schema", "registration"):
        raise errors.not_built(_("Chưa có “%(name)s”; có: structure, data, availability."), name=resource)
    if resource not in ANSWERS:
        raise errors.no_results()
    path_parts, defaults = rest.strip("/").split("/") if rest.strip("/") else [], PATHS[resource]
    if len(path_parts) > len(defaults) or "" in path_parts:
        raise errors.bad_request(_("Địa chỉ có nhiều phần hơn SDMX-REST biết."))
    return ANSWERS[resource](request, [*path_parts, *defaults[len(path_parts) :]])


def _refusal_response(request: HttpRequest, refusal: Refused) -> HttpResponse:
    status = getattr(refusal, "status", 404)
    language, wants = translation.get_language() or "vi", request.headers.get("Accept", "")
    if "xml" in wants and "json" not in wants:
        message, body = XML, error_xml(status, refusal.message, language=language)
    else:
        text = error_json(agency_id(), status, refusal.message, language=language, now=clock.now())
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
    path("", answer_request, name="sdmx"),
    path("<str:resource>", answer_request, name="sdmx_resource"),
    path("<str:resource>/<path:rest>", answer_request, name="sdmx_path"),
]
