"""Open311 GeoReport v2 at ``/open311/v2/`` with the extension of service request updates, in XML and JSON.

What the desk has released is open to everybody. Writing takes a key: a program's token with the right to send reports,
or to take them, as ``api_key``. http://wiki.open311.org/GeoReport_v2
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import path, re_path, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.field_reports.api import open311_asking as asking
from tinhso.society.field_reports.api import open311_shapes as shapes
from tinhso.society.field_reports.queries import lookup, open311, secrets
from tinhso.society.field_reports.queries.open311_rules import interface
from tinhso.society.field_reports.queries.rules import categories_on, category_by_code
from tinhso.society.field_reports.services import open311 as services

Handler = Callable[..., tuple[str, Any]]
STATUSES = {"too_often": 429, "too_big": 413, "no_such_method": 405}


def _status_of(refusal: Refused) -> int:
    if isinstance(refusal, Forbidden):
        return 403
    return STATUSES.get(refusal.code, 404 if refusal.code.startswith("unknown_") else 400)


def _method_view(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view of one handler for each method; a handler gives the root of its answer and what it tells."""

    @csrf_exempt  # only a key writes here, never a browser's session
    def view(request: HttpRequest, form: str, **named: str) -> HttpResponse:
        if form not in shapes.TYPES:
            return shapes.error_response("bad_form", _("Chỉ có .json và .xml."), 404, "json")
        handler = handlers.get("GET" if request.method == "HEAD" else request.method or "")
        answer = _handler_response(request, handler, form, named)
        answer["Access-Control-Allow-Origin"] = "*"
        if handler is None:
            answer["Allow"] = ", ".join(handlers)
        return answer

    return view


def _handler_response(
    request: HttpRequest, handler: Handler | None, form: str, named: Mapping[str, str]
) -> HttpResponse:
    with override(asking.request_language(request)):
        try:
            if handler is None:
                raise Refused("no_such_method", _("Địa chỉ này không nhận yêu cầu kiểu ấy."))
            by = asking.api_actor(request)
            asking.count_read(by)
            asking.check_jurisdiction(request)
            root, answer_content = handler(
                request, by, **{name: value.replace("\0", "") for name, value in named.items()}
            )
            return shapes.answer_response(root, answer_content, form)
        except Refused as refusal:
            answer = shapes.error_response(refusal.code, refusal.message, _status_of(refusal), form)
            if answer.status_code == 429:
                answer["Retry-After"] = "60"
            return answer
        except RequestDataTooBig:
            return shapes.error_response("too_big", _("Nội dung gửi lên quá lớn."), 413, form)
        except (MultiPartParserError, SuspiciousOperation):
            return shapes.error_response("unreadable", _("Không đọc được nội dung gửi lên."), 400, form)
        except (DataError, UnicodeEncodeError):
            return shapes.error_response("unusable", _("Yêu cầu có ký tự hoặc con số không dùng được."), 400, form)


def discovery(request: HttpRequest, by: Actor) -> tuple[str, Any]:
    """Where the interface is, and whom to ask for a key."""
    open311_interface = interface()
    root = request.build_absolute_uri(reverse("open311:root"))
    return "discovery", shapes.discovery_shape(
        root, open311_interface.contact, open311_interface.key_service, open311_interface.changed
    )


def services_offered(request: HttpRequest, by: Actor) -> tuple[str, Any]:
    """Every category in use today."""
    open311_interface = interface()
    return "services", [
        shapes.service_shape(category, open311_interface.asks(category.code))
        for category in categories_on(clock.today())
    ]


def service_definition(request: HttpRequest, by: Actor, code: str) -> tuple[str, Any]:
    """What one category asks."""
    category = category_by_code(code, clock.today())
    return "service_definition", shapes.definition_shape(category.code, interface().asks(category.code))


def requests_found(request: HttpRequest, by: Actor) -> tuple[str, Any]:
    """Reports by date, category, status, place, words or name."""
    open311_reports = open311.matching_reports(asking.search_of_request(request), by=by, now=clock.now())
    return "service_requests", [_request_record(request, open311_report) for open311_report in open311_reports]


def one_request(request: HttpRequest, by: Actor, ref: str) -> tuple[str, Any]:
    """One report; one that was merged is answered under its own name."""
    open311_report = open311.find_request(ref, by=by)
    if open311_report is None:
        raise lookup.unknown_report(ref)
    return "service_requests", [_request_record(request, open311_report)]


def _request_record(request: HttpRequest, one: open311.Open311Report) -> dict[str, Any]:
    return shapes.request_shape(one, request.build_absolute_uri("/").rstrip("/"), more=_wants_extensions(request))


def _wants_extensions(request: HttpRequest) -> bool:
    return request.GET.get("extensions", "") in ("true", "1")


def submit_request(request: HttpRequest, by: Actor) -> tuple[str, Any]:
    """A report; sent again, the same report."""
    services.may_write(by)
    sent = asking.submitted_report(request)
    report = services.take_request(sent=sent, photos=asking.submitted_photos(request), by=by, now=clock.now())
    text = shapes.service_notice(report)
    if report.due_at is None:
        text = f"{text} {request.build_absolute_uri(secrets.reporter_page_path(report))}"
    return "service_requests", [shapes.receipt_shape(report, text)]


def request_of_token(request: HttpRequest, by: Actor, token: str) -> tuple[str, Any]:
    """The name of the report that was sent under a token; none until its reporter has given the code."""
    report = lookup.by_ref(token.strip().upper()[:24])
    name = None if report.received_at is None else report.ref
    return "service_requests", [{"service_request_id": name, "token": report.ref}]


def request_updates(request: HttpRequest, by: Actor) -> tuple[str, Any]:
    """What happened to reports in a span of time."""
    first, last = asking.update_span(request)
    page, size, more = *asking.page_and_size(request), _wants_extensions(request)
    updates = open311.request_updates(first, last, by=by, page=page, size=size)
    return "service_request_updates", [shapes.update_shape(update, more=more) for update in updates]


def post_update(request: HttpRequest, by: Actor) -> tuple[str, Any]:
    """What somebody elsewhere says of a report that this program sent."""
    services.may_write(by)
    name = services.take_update(said=asking.update_of_request(request), by=by, now=clock.now())
    return "service_request_updates", [{"update_id": name}]


@csrf_exempt  # as the views that it leads to
def resolve_double_slash(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that a client put together from parts which both had a slash; no other than those of Open311."""
    match = resolve(f"/{re.sub('/+', '/', rest).lstrip('/')}", urlconf=__name__)
    answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
    return answer


def redirect_root(request: HttpRequest) -> HttpResponse:
    """The interface's own address leads to its description."""
    return _handler_response(request, discovery, "json", {})


app_name = "open311"
urlpatterns = [
    path("discovery.<str:form>", _method_view(GET=discovery)),
    path("v2/", redirect_root, name="root"),
    path("v2/discovery.<str:form>", _method_view(GET=discovery), name="discovery"),
    path("v2/services.<str:form>", _method_view(GET=services_offered), name="services"),
    path("v2/services/<str:code>.<str:form>", _method_view(GET=service_definition), name="definition"),
    path("v2/requests.<str:form>", _method_view(GET=requests_found, POST=submit_request), name="requests"),
    path("v2/requests/<str:ref>.<str:form>", _method_view(GET=one_request), name="request"),
    path("v2/tokens/<str:token>.<str:form>", _method_view(GET=request_of_token), name="token"),
    path("v2/servicerequestupdates.<str:form>", _method_view(GET=request_updates, POST=post_update), name="updates"),
    re_path(r"^(?P<rest>/.*|[^/].*//.*)$", resolve_double_slash, name="joined"),
]
