"""Processes: all of them, one as a picture, and drawing one anew."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.blocks.bpmn import services
from tinhso.blocks.bpmn.contract import registered_runner
from tinhso.blocks.bpmn.models import Process
from tinhso.blocks.bpmn.queries import catalogue, presentation
from tinhso.blocks.bpmn.queries.shapes import BadProcess
from tinhso.blocks.bpmn.rights import MANAGE_PROCEDURES
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.actors import actor_of

LARGEST = 1_000_001  # one more than what is read at all


def _require_reader(request: HttpRequest) -> Actor:
    by = actor_of(request)
    if not any(by.can(right) for right in (MANAGE_PROCEDURES, *registered_runner().readers)):
        raise Forbidden("no_right", _("Chỉ người làm hồ sơ hoặc giữ quy trình xem được trang này."))
    return by


@require_safe
@login_required
def processes_page(request: HttpRequest) -> HttpResponse:
    """All processes, with the version in force."""
    by, today = _require_reader(request), clock.today()
    rows = [(process, [v for v in process.versions.all() if v.since <= today]) for process in catalogue.all_processes()]
    current_rows = [
        (process, max(process_versions, key=lambda v: v.number) if process_versions else None)
        for process, process_versions in rows
    ]
    return render(request, "bpmn/processes.html", {"rows": current_rows, "may_draw": by.can(MANAGE_PROCEDURES)})


@require_safe
@login_required
def process_page(request: HttpRequest, code: str) -> HttpResponse:
    """A process as a picture and as a list of steps, with its versions."""
    by, today = _require_reader(request), clock.today()
    version = catalogue.process_version(code, _version_number(request), today)
    context = {
        "process": presentation.picture_of_version(version, today),
        "version": version,
        "versions": version.process.versions.order_by("-number"),
        "may_draw": by.can(MANAGE_PROCEDURES),
        "today": today,
    }
    return render(request, "bpmn/process.html", context)


@require_safe
@login_required
def download_drawing(request: HttpRequest, code: str) -> HttpResponse:
    """The BPMN file of a version, to be taken away or shown."""
    _require_reader(request)
    version = catalogue.process_version(code, _version_number(request), clock.today())
    name = f'attachment; filename="{version.process.code}-{version.number}.bpmn"'
    return HttpResponse(version.bpmn, content_type="application/xml", headers={"Content-Disposition": name})


def _version_number(request: HttpRequest) -> int | None:
    text = request.GET.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


@require_POST
@login_required
def check_drawing(request: HttpRequest) -> HttpResponse:
    """Whether a drawing could be published; each fault names its element."""
    actor_of(request).must_be_able_to(MANAGE_PROCEDURES)
    try:
        drawn = services.check_process(_posted_drawing(request), day=clock.today())
    except BadProcess as refusal:
        faults = [
            {
                "element": drawing_fault.element,
                "kind": drawing_fault.kind,
                "name": drawing_fault.name,
                "why": drawing_fault.why,
            }
            for drawing_fault in refusal.faults
        ]
        return JsonResponse({"faults": faults, "remarks": []})
    remarks = [
        {
            "element": drawing_fault.element,
            "kind": drawing_fault.kind,
            "name": drawing_fault.name,
            "why": drawing_fault.why,
        }
        for drawing_fault in drawn.remarks
    ]
    return JsonResponse({"faults": [], "remarks": remarks})


@require_http_methods(["GET", "POST"])
@login_required
def edit_process_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """Draw a process anew, or bring a file; what cannot be used is explained, element by element."""
    by = actor_of(request)
    by.must_be_able_to(MANAGE_PROCEDURES)
    process = catalogue.process_by_code(code) if code else None
    newest = process.versions.order_by("-number").first() if process else None
    bpmn = newest.bpmn if newest else registered_runner().drawing
    context = {
        "process": process,
        "newest": newest,
        "bpmn": bpmn,
        "today": clock.today(),
        "told": _process_values(process),
    }
    if request.method == "GET":
        return render(request, "bpmn/process_edit.html", context)
    content = _posted_drawing(request)
    context |= {"told": request.POST, "bpmn": content.decode("utf-8", "replace")}
    try:
        process_version = services.publish_process(
            told=_posted_publishing(request, process, content), by=by, now=clock.now()
        )
    except BadProcess as refusal:
        return render(request, "bpmn/process_edit.html", context | {"faults": refusal.faults}, status=422)
    except Refused as refusal:
        return render(request, "bpmn/process_edit.html", context | {"refusal": refusal}, status=422)
    messages.success(request, _("Đã ban hành phiên bản %(number)s.") % {"number": process_version.number})
    if catalogue.graph_of_version(process_version).remarks:
        messages.info(request, _("Có phần tử dùng khác với hình vẽ; hãy đọc ở dưới."))
    return redirect("bpmn:process", code=process_version.process.code)


def _process_values(process: Process | None) -> dict[str, str]:
    if process is None:
        return {}
    return {"code": process.code, "name": process.name, "procedures": " ".join(process.procedures)}


def _posted_drawing(request: HttpRequest) -> bytes:
    """The drawing that was sent: a file where one was chosen, else what the page holds."""
    file = request.FILES.get("file")
    if file is not None and hasattr(file, "read"):
        content: bytes = file.read(LARGEST)
        return content
    return request.POST.get("bpmn", "").encode()


def _posted_publishing(request: HttpRequest, process: Process | None, content: bytes) -> services.Publishing:
    try:
        since = date.fromisoformat(request.POST.get("since", ""))
    except ValueError as error:
        raise Refused("no_day", _("Hãy ghi ngày bắt đầu áp dụng.")) from error
    return services.Publishing(
        bpmn=content,
        code=process.code if process else request.POST.get("code", ""),
        name=request.POST.get("name", ""),
        since=since,
        procedures=[
            procedure_code[:40] for procedure_code in request.POST.get("procedures", "").replace(",", " ").split()
        ],
        note=request.POST.get("note", ""),
    )


app_name = "bpmn"
urlpatterns = [
    path("processes/", processes_page, name="processes"),
    path("processes/new/", edit_process_page, name="process_new"),
    path("processes/check/", check_drawing, name="process_check"),
    path("processes/<str:code>/", process_page, name="process"),
    path("processes/<str:code>/drawing.bpmn", download_drawing, name="process_drawing"),
    path("processes/<str:code>/edit/", edit_process_page, name="process_edit"),
]
