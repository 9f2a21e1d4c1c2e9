"""GovStack's Registration building block at ``/govstack/registration/``: what its description and scenarios ask for.

The catalogue is open to everybody; everything about cases takes a program's token beside the header
``Information-Mediator-Client``, which says who calls and proves nothing. Refusals have the shape ``systemError``.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from tinhso.blocks.audit import services as audit
from tinhso.blocks.cases.models import Case
from tinhso.government.public_services import services
from tinhso.government.public_services.api import govstack_asking as asking
from tinhso.government.public_services.api import govstack_shapes as shapes
from tinhso.government.public_services.api.govstack_asking import GovstackCall, UnreadableRequest
from tinhso.government.public_services.queries import decisions, eforms, govstack
from tinhso.government.public_services.rights import FILE_CASES
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

Handler = Callable[..., Any]
UNKNOWN = ("no_such_service", "no_such_form", "no_such_application", "no_such_task", "unknown_procedure")
DECISIONS = ("APPROVED", "SENDBACK", "REJECTED")


def refusal_response(status: int, refusal: Refused) -> JsonResponse:
    """A refusal in the description's words: for programs a code, for people both languages."""
    with override("en"):
        english = refusal.message
    body = {"code": refusal.code, "message": english, "localizedMessage": refusal.message}
    return JsonResponse(body, status=status)


def _status_of(refusal: Refused) -> int:
    if isinstance(refusal, Forbidden):
        return 403
    return 404 if refusal.code in UNKNOWN else 409


def _method_view(*, is_open: bool = False, needs_client: bool = False) -> Callable[..., Callable[..., HttpResponse]]:
    """Make a view of one handler for each method; ``is_open``: without a token; ``needs_client``: with the header."""

    def make(**handlers: Handler) -> Callable[..., HttpResponse]:
        @csrf_exempt  # only a token opens this door, never a browser's session
        def view(request: HttpRequest, **named: str) -> HttpResponse:
            handler = handlers.get("GET" if request.method == "HEAD" else request.method or "")
            if handler is None:
                answer = refusal_response(405, Refused("no_such_method", _("Địa chỉ này không nhận yêu cầu kiểu ấy.")))
                answer["Allow"] = ", ".join(handlers)
                return answer
            return _handler_response(request, handler, is_open, needs_client, named)

        return view

    return make


def _handler_response(
    request: HttpRequest, handler: Handler, is_open: bool, needs_client: bool, named: Mapping[str, str]
) -> HttpResponse:
    try:
        by = asking.api_actor(request, is_open=is_open)
        client = asking.client_of(request) if needs_client else ""
        return JsonResponse(handler(GovstackCall(request, by, client), **asking.without_nul_bytes(named)), safe=False)
    except UnreadableRequest as refusal:
        answer = refusal_response(refusal.status, refusal)
        if refusal.status == 401:
            answer["WWW-Authenticate"] = "Bearer"
        return answer
    except Refused as refusal:
        return refusal_response(_status_of(refusal), refusal)
    except RequestDataTooBig:
        return refusal_response(413, Refused("too_big", _("Nội dung gửi lên quá lớn.")))
    except (MultiPartParserError, SuspiciousOperation):
        return refusal_response(400, Refused("unreadable", _("Không đọc được nội dung gửi lên.")))
    except (DataError, UnicodeEncodeError):
        return refusal_response(400, Refused("unusable", _("Yêu cầu có ký tự hoặc con số không dùng được.")))


def list_services(call: GovstackCall) -> list[dict[str, Any]]:
    """What may be applied for online today."""
    versions = govstack.online_services(call.text("name"), clock.today())
    ids = govstack.service_ids(version.procedure.code for version in versions)
    return [shapes.service_shape(version, ids[version.procedure.code]) for version in versions]


def read_service(call: GovstackCall, service: str) -> dict[str, Any]:
    """One service."""
    version = govstack.service_version(service, clock.today())
    return shapes.service_shape(version, govstack.service_ids([version.procedure.code])[version.procedure.code])


def list_forms(call: GovstackCall, service: str) -> list[dict[str, Any]]:
    """The e-forms with which one applies."""
    version = govstack.service_version(service, clock.today())
    return [shapes.form_item(eform) for eform in eforms.of_procedure(version, clock.today())]


def read_form(call: GovstackCall, form: str) -> dict[str, Any]:
    """One e-form with its schema."""
    eform = eforms.by_code(form, clock.today())
    return shapes.form_item(eform) | {"schema": eforms.schema_of(eform)}


def submit_application(call: GovstackCall, service: str) -> dict[str, Any]:
    """File a case; with ``Idempotency-Key`` a repeated request is answered with the case that there is."""
    call.by.must_be_able_to(FILE_CASES)
    version = govstack.service_version(service, clock.today())
    key = call.request.headers.get("Idempotency-Key", "")
    attempt = sha256(f"govstack {call.by.ref} {key}".encode()).hexdigest()[:40] if key else ""
    sent = asking.submitted_application(call)
    case = services.submit_application(service=version, sent=sent, by=call.by, now=clock.now(), attempt=attempt)
    return _application_detail(case)


def list_applications(call: GovstackCall) -> list[dict[str, Any]]:
    """Those that the program handed in, and those that a right of it reaches."""
    cases = govstack.readable_applications(call.by)
    if service_id := call.text("serviceId"):
        cases = govstack.of_service(cases, service_id)
    if applicant := call.text("applicantId"):
        cases = govstack.of_applicant(cases, applicant)
    page = call.page(cases, shapes.APPLICATION_ORDER)
    ids, sent = govstack.service_ids(case.procedure for case in page), govstack.submissions_by_case(page)
    return [shapes.application_item(case, ids[case.procedure], sent.get(case.pk, [])) for case in page]


def read_application(call: GovstackCall, application: str) -> dict[str, Any]:
    """One application with what was sent; looking at it is written down."""
    case = govstack.readable_application(application, by=call.by)
    audit.record_view(by=call.by, what=(Case._meta.label, case.code), why=f"govstack {call.client}"[:200])
    return _application_detail(case)


def supplement_application(call: GovstackCall, application: str) -> dict[str, Any]:
    """What was asked for after SENDBACK."""
    case = govstack.readable_application(application, by=call.by)
    services.supplement_application(
        code=case.code, sent=asking.submitted_application(call), by=call.by, now=clock.now()
    )
    return _application_detail(govstack.readable_application(application, by=call.by))


def list_tasks(call: GovstackCall) -> list[dict[str, Any]]:
    """Open steps that the program's owner may do."""
    main, application = call.text("mainTaskId"), call.text("fileId")
    tasks = govstack.open_tasks(call.by, main=main, application=application, assignee=call.text("assigneeId"))
    page = call.page(tasks, shapes.TASK_ORDER)
    ids = govstack.service_ids(task.case.procedure for task in page)
    return [shapes.task_item(task, ids[task.case.procedure]) for task in page]


def read_task(call: GovstackCall, task: str) -> dict[str, Any]:
    """One step with what the application says; looking at it is written down."""
    task_record = govstack.readable_task(task, by=call.by)
    case = task_record.case
    audit.record_view(by=call.by, what=(Case._meta.label, case.code), why="govstack task")
    sent = govstack.submissions_by_case([case]).get(case.pk, [])
    return shapes.task_response(task_record, govstack.service_ids([case.procedure])[case.procedure], sent)


def complete_task(call: GovstackCall, task: str) -> dict[str, Any]:
    """Do a step: ``data.decision`` says how (APPROVED when it says nothing), ``data.reason`` why."""
    task_record = govstack.readable_task(task, by=call.by)
    values = asking.step_decision(call)
    decision = values.get("decision", "") or DECISIONS[0]
    if decision not in DECISIONS:
        raise UnreadableRequest(400, "bad_decision", _("“decision” phải là APPROVED, SENDBACK hoặc REJECTED."))
    case = services.decide_step(task=task_record, decision=decision, told=values, by=call.by, now=clock.now())
    return shapes.completed_task_response(task, case, govstack.service_ids([case.procedure])[case.procedure])


def upload_file(call: GovstackCall) -> dict[str, Any]:
    """Keep a file, once it is known to be harmless; the application names it in ``documentUrls``."""
    call.by.must_be_able_to(FILE_CASES)
    upload = asking.uploaded_file(call)
    try:
        name = services.take_in(upload=upload, file_name=upload.name or "", by=call.by, now=clock.now())
    except Refused as refusal:
        raise UnreadableRequest(400, refusal.code, refusal.template, **refusal.params) from refusal
    return {"code": 200, "type": upload.content_type or "", "message": upload.name or "", "url": name}


def decision_statistics(call: GovstackCall) -> list[dict[str, Any]]:
    """What was decided about the cases that the program may see; 404 for a registration that nobody knows."""
    decision_query = asking.decision_query(call)
    if decision_query.name and not govstack.is_registration(decision_query.name):
        raise Refused("no_such_service", _("Không có dịch vụ nào mang mã này."))
    return [
        shapes.statistics_row(decision_count, decision_query)
        for decision_count in decisions.decision_counts(decision_query, govstack.readable_applications(call.by))
    ]


def _application_detail(case: Case) -> dict[str, Any]:
    sent = govstack.submissions_by_case([case]).get(case.pk, [])
    return shapes.application_shape(case, govstack.service_ids([case.procedure])[case.procedure], sent)


app_name = "govstack"
everybody, programs, mediated = _method_view(is_open=True), _method_view(), _method_view(needs_client=True)
urlpatterns = [
    path("services", everybody(GET=list_services), name="services"),
    path("services/<str:service>", everybody(GET=read_service), name="service"),
    path("services/<str:service>/eForms", everybody(GET=list_forms), name="forms"),
    path("eForms/<str:form>", everybody(GET=read_form), name="form"),
    path("services/<str:service>/applications", mediated(POST=submit_application), name="submit"),
    path("applications", mediated(GET=list_applications), name="applications"),
    path(
        "applications/<str:application>", mediated(GET=read_application, PUT=supplement_application), name="application"
    ),
    path("tasks", programs(GET=list_tasks), name="tasks"),
    path("tasks/<str:task>", programs(GET=read_task), name="task"),
    path("tasks/<str:task>/complete", programs(POST=complete_task), name="complete"),
    path("documents", programs(POST=upload_file), name="documents"),
    path("data/statistics", mediated(GET=decision_statistics), name="statistics"),
    path("data/statistics/1.0", mediated(GET=decision_statistics), name="statistics_1_0"),
]
