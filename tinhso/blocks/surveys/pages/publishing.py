"""A new version: the workbook is looked at first, then published as it was looked at."""

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.queries import drawing, judging
from tinhso.blocks.surveys.queries.media import lists_among
from tinhso.blocks.surveys.services import WorkbookDraft
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.workbooks import is_old_workbook
from tinhso.ui.actors import actor_of, perform_with_message
from tinhso.ui.downloads import XLSX, file_response

XLS = "application/vnd.ms-excel"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def publishing_page(request: HttpRequest, code: str) -> HttpResponse:
    """Upload, look, publish."""
    by = actor_of(request)
    survey = queries.survey(code)
    by.must_be_able_to(survey.manage)
    context: dict[str, Any] = {
        "survey": survey,
        "title": queries.name_of(survey),
        "last": queries.current_version(code),
    }
    if request.method != "POST":
        return render(request, "surveys/publish.html", context)
    content, name = _uploaded_workbook(request)
    media_files = _media_files(request)
    if request.POST.get("do") == "publish":
        if perform_with_message(
            request,
            lambda: services.publish_version(
                survey=code, workbook=content, filename=name, by=by, now=clock.now(), media_files=media_files
            ),
            _("Phiên bản mới đã phát hành. Điện thoại sẽ nhận khi có mạng."),
        ):
            return redirect("surveys:about", code)
        return render(request, "surveys/publish.html", context, status=409)
    try:
        draft = services.draft_of_workbook(survey=survey, workbook=content, now=clock.now(), media_files=media_files)
        services.must_be_new(survey, draft.form)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return render(request, "surveys/publish.html", context, status=422)
    sent = {"media": [(file, base64.b64encode(data).decode()) for file, data in media_files.items()]}
    return render(
        request, "surveys/publish.html", context | sent | _draft_preview(survey, draft, content, name, request)
    )


def _media_files(request: HttpRequest) -> dict[str, bytes]:
    """The files beside the workbook: as they were uploaded, or as they were looked at."""
    files = {upload.name or "": upload.read() for upload in request.FILES.getlist("media")}
    names, contents = request.POST.getlist("media_name"), request.POST.getlist("media_content")
    for name, content in zip(names, contents, strict=False):
        try:
            files[name] = base64.b64decode(content, validate=True)
        except binascii.Error:
            files[name] = b""
    return files


def _uploaded_workbook(request: HttpRequest) -> tuple[bytes, str]:
    upload = request.FILES.get("workbook")
    if upload is not None:
        return upload.read(), (upload.name or "phieu.xlsx")[-160:]
    try:
        return base64.b64decode(request.POST.get("content", ""), validate=True), request.POST.get("name", "phieu.xlsx")
    except binascii.Error:
        return b"", ""


def _draft_preview(
    survey: Survey, draft: WorkbookDraft, content: bytes, name: str, request: HttpRequest
) -> dict[str, Any]:
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    outside = lists_among(survey, actor_of(request), draft.form, draft.media)
    node = judging.blank_node(draft.form.root)
    judging.put_in_defaults(draft.form, node, now=clock.now(), outside=outside)
    laid = judging.settled_form(draft.form, node, now=clock.now(), outside=outside, language=language, patterns=True)
    return {
        "draft": draft,
        "content": base64.b64encode(content).decode(),
        "name": name,
        "questions": drawing.page_questions(laid, language),
        "languages": list(draft.form.languages),
    }


@require_safe
@login_required
def survey_workbook(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """The workbook of a version, as it was handed in."""
    by = actor_of(request)
    survey = queries.survey(code)
    by.must_be_able_to(survey.manage)
    version = queries.version_by_number(code, number)
    content = bytes(version.workbook)
    old = is_old_workbook(content)
    name = f"{code}-{version.version}.{'xls' if old else 'xlsx'}"
    return file_response(iter([content]), name=name, media_type=XLS if old else XLSX, size=len(content))
