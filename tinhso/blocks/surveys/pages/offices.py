"""For offices: a survey's versions, what was answered, one form, files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import pictures, reports, tables
from tinhso.blocks.surveys.queries.judging import Lists
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.actors import actor_of
from tinhso.ui.downloads import file_response
from tinhso.ui.request_params import query_param

A_PAGE = 50
FORMS = {
    "csv": (tables.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (tables.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _looked_after(code: str, by: Actor) -> Survey:
    survey = queries.survey(code)
    if survey not in queries.visible_surveys(by):
        raise Forbidden("no_right", _("Bạn không được đọc phiếu này."))
    return survey


def _page_language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"


@never_cache
@require_safe
@login_required
def survey_page(request: HttpRequest, code: str) -> HttpResponse:
    """A survey: its versions, how much comes in."""
    by = actor_of(request)
    survey = _looked_after(code, by)
    address = request.build_absolute_uri(reverse("surveys:fill", args=[code]))
    months = (
        reports.monthly_counts(queries.readable_forms(survey, by), today=clock.today()) if by.can(survey.see) else []
    )
    context = {
        "survey": survey,
        "title": queries.name_of(survey),
        "versions": list(queries.versions(code)),
        "months": months,
        "most": max([count for _month, count in months], default=0),
        "total": sum(count for _month, count in months),
        "may_manage": by.can(survey.manage),
        "may_see": by.can(survey.see),
        "may_fill": survey.may_fill(by),
        "units": reports.unit_counts(queries.readable_forms(survey, by)) if by.can(survey.see) else [],
        "qr": pictures.qr_code_svg(address, title=_("Mã mở trang điền")),
        "address": address,
    }
    return render(request, "surveys/about.html", context)


@never_cache
@require_safe
@login_required
def answers_page(request: HttpRequest, code: str) -> HttpResponse:
    """What was filled in, by unit and month."""
    by = actor_of(request)
    survey = _looked_after(code, by)
    by.must_be_able_to(survey.see)
    values = _list_filter(request)
    page = Paginator(
        reports.filtered_forms(queries.readable_forms(survey, by), **values).select_related("unit"), A_PAGE
    ).get_page(request.GET.get("page"))
    version = queries.current_version(code)
    form = queries.form_of(version) if version else None
    columns = reports.list_columns(survey, form, _page_language()) if form else []
    words = (
        reports.AnswerWords(form, _page_language(), Lists(form, queries.outside_lists(survey, by, version)))
        if form and version
        else None
    )
    context = {
        "survey": survey,
        "title": queries.name_of(survey),
        "page": page,
        "units": reports.unit_counts(queries.readable_forms(survey, by)),
        "columns": [label for _name, label, _question in columns],
        "wanted": values,
        "rows": [
            (
                row,
                [
                    (text, words.of(survey_question, tables.cell_value(row.values, name)))
                    for name, text, survey_question in columns
                ]
                if words
                else [],
            )
            for row in page
        ],
        "query": request.GET.urlencode(),
    }
    return render(request, "surveys/answers.html", context)


def _list_filter(request: HttpRequest) -> dict[str, str]:
    month = request.GET.get("month", "")
    try:
        datetime.strptime(month, "%Y-%m")
    except ValueError:
        month = ""
    return {"unit": query_param(request, "unit", 40), "month": month}


@never_cache
@require_safe
@login_required
def export_answers(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The same as a file, private answers left out."""
    by = actor_of(request)
    survey = _looked_after(code, by)
    by.must_be_able_to(survey.see)
    if form not in FORMS:
        raise Refused("unknown_form", _("Chỉ có .csv và .xlsx."))
    rows = reports.filtered_forms(queries.readable_forms(survey, by), **_list_filter(request))
    exporter, media = FORMS[form]
    content = exporter(survey, rows)
    services.record_export(survey=code, count=rows.count(), by=by)
    return file_response(iter([content]), name=f"{code}.{form}", media_type=media, size=len(content))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One form filled in; private answers masked until somebody says why they look."""
    by = actor_of(request)
    row = queries.readable_one(ref, by)
    revealed = row.by == by.ref
    problem = ""
    if request.method == "POST" and not revealed:
        try:
            services.reveal_answers(ref=ref, why=request.POST.get("why", ""), by=by)
            revealed = True
        except Refused as refusal:
            problem = refusal.message
    survey = queries.survey(row.survey)
    form = queries.form_of(row.version)
    lists = Lists(form, queries.outside_lists(survey, by, row.version))
    lines = reports.answer_lines(form, row, _page_language(), hidden=() if revealed else survey.private, lists=lists)
    context: Mapping[str, Any] = {
        "row": row,
        "title": queries.name_of(survey),
        "lines": lines,
        "problem": problem,
        "masked": not revealed and any(line.masked for line in lines),
        "own": row.by == by.ref,
        "files": _visible_files(row, frozenset() if revealed else frozenset(survey.private)),
    }
    return render(request, "surveys/one.html", context, status=409 if problem else 200)


def _visible_files(row: FilledIn, private: frozenset[str]) -> list[str]:
    hidden = tables.private_files(row, private)
    return [name for name in row.files.values_list("name", flat=True).order_by("name") if name not in hidden]


@require_safe
@login_required
def download_photo(request: HttpRequest, ref: str, name: str) -> HttpResponseBase:
    """A photo of a form filled in."""
    by = actor_of(request)
    row = queries.readable_one(ref, by)
    private = frozenset(queries.survey(row.survey).private) if row.by != by.ref else frozenset[str]()
    if name in tables.private_files(row, private):
        raise Forbidden("private_file", _("Tệp này là dữ liệu riêng tư."))
    stored_file = services.file_for(row, name, by=by)
    return file_response(
        documents.checked_chunks(stored_file),
        name=name,
        media_type=stored_file.media_type,
        size=stored_file.size,
        inline=True,
    )
