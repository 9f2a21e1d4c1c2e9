"""The part of ODK Central's interface that its own client, pyodk, and spreadsheets need.

https://docs.getodk.org/central-api/ . What is there and what is not: docs/handbook/surveys.md.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.api import callers, odata, shapes
from tinhso.blocks.surveys.api.callers import SurveyCaller
from tinhso.blocks.surveys.api.doors import request_body, view_by_method
from tinhso.blocks.surveys.api.openrosa import version_asked
from tinhso.blocks.surveys.contract import SURVEYS, Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import packing, tables
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.strict_json import read_json
from tinhso.ui.context import served_province
from tinhso.ui.downloads import file_response

LONGEST_LIST = 5_000
Handler = Callable[..., Any]


def _with_caller(handler: Handler) -> Handler:
    """A handler that is told who calls."""

    @wraps(handler)
    def inner(request: HttpRequest, **named: str) -> Any:
        return handler(request, callers.caller_of(request), **named)

    return inner


def log_in(request: HttpRequest) -> Any:
    """A session: the key itself serves as its token, for as long as the key opens."""
    try:
        credentials = read_json(request.body)
        name, secret = credentials["email"], credentials["password"]
        if not isinstance(name, str) or not isinstance(secret, str):
            raise TypeError
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused("no_key", _("Cần email (tên đăng nhập) và password (khóa).")) from problem
    survey_caller = callers.caller_of_key(secret, name, request)
    return {
        "token": survey_caller.secret,
        "csrf": "-",
        "createdAt": clock.now(),
        "expiresAt": clock.now() + timedelta(days=1),
    }


@_with_caller
def log_out(request: HttpRequest, caller: SurveyCaller, token: str = "") -> Any:
    """Nothing is kept of a session; the key goes on opening until it is revoked."""
    return {"success": True}


@_with_caller
def current_user(request: HttpRequest, caller: SurveyCaller) -> Any:
    """Who calls."""
    who = caller.actor
    return {
        "id": shapes.person_number(who.ref),
        "type": "user" if caller.reads else "field_key",
        "displayName": who.name,
        "email": None,
        "createdAt": clock.now(),
        "updatedAt": None,
        "deletedAt": None,
    }


def _visible_surveys(caller: SurveyCaller) -> list[Survey]:
    """What somebody may fill in, or read."""
    filled = queries.fillable_surveys(caller.actor)
    surveys = [survey for survey in queries.visible_surveys(caller.actor) if caller.reads]
    return [survey for survey in SURVEYS.values() if survey in filled or survey in surveys]


def _offered_one(code: str, caller: SurveyCaller) -> Survey:
    survey = queries.survey(code)
    if survey not in _visible_surveys(caller):
        raise Forbidden("no_right", _("Bạn không được đọc phiếu này."))
    return survey


def _require_project(project: str) -> None:
    if project != str(shapes.PROJECT):
        raise Refused("unknown_project", _("Chỉ có dự án số 1."))


@_with_caller
def projects(request: HttpRequest, caller: SurveyCaller) -> Any:
    """The one project."""
    return [shapes.project_json(served_province().name, len(_visible_surveys(caller)))]


@_with_caller
def one_project(request: HttpRequest, caller: SurveyCaller, project: str) -> Any:
    """The one project."""
    _require_project(project)
    return shapes.project_json(served_province().name, len(_visible_surveys(caller)))


@_with_caller
def forms(request: HttpRequest, caller: SurveyCaller, project: str) -> Any:
    """Surveys in their newest version."""
    _require_project(project)
    offered = _visible_surveys(caller)
    newest = queries.newest_versions([survey.code for survey in offered])
    return [shapes.form_json(survey, newest[survey.code]) for survey in offered if survey.code in newest]


@_with_caller
def one_form(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """One survey; with ``.xml`` its XForm, with ``.xlsx`` its workbook."""
    _require_project(project)
    code, _dot, kind = code.partition(".")
    survey = _offered_one(code, caller)
    version = version_asked(survey.code, request.GET.get("version"))
    if kind == "xml":
        return HttpResponse(version.xform, content_type="application/xml; charset=utf-8")
    if kind == "xlsx":
        content = bytes(version.workbook)
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return file_response(iter([content]), name=f"{code}.xlsx", media_type=media, size=len(content))
    if kind == "svc":
        return {
            "@odata.context": request.build_absolute_uri(request.path + "/$metadata"),
            "value": [
                {"name": name, "kind": "EntitySet", "url": name}
                for name, _question in shapes.tables_of_form(queries.form_of(version))
            ],
        }
    if kind:
        raise Refused("unknown_form", _("Chỉ có .xml, .xlsx và .svc."))
    return shapes.form_json(survey, version)


@_with_caller
def versions(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """All versions, the newest first."""
    _require_project(project)
    survey = _offered_one(code, caller)
    return [shapes.form_json(survey, version) for version in queries.versions(survey.code)]


@_with_caller
def fields(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """The questions of the newest version."""
    _require_project(project)
    return shapes.field_list(queries.form_of(version_asked(_offered_one(code, caller).code, None)))


def _readable_forms(code: str, caller: SurveyCaller) -> Any:
    """Filled-in forms that somebody may read here: a token's by its rights, an app key's own."""
    survey = _offered_one(code, caller)
    if caller.reads and caller.actor.can(survey.see):
        return queries.readable_forms(survey, caller.actor)
    return queries.own_forms(caller.actor).filter(survey=survey.code)


@_with_caller
def submissions(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """What was filled in, without the answers."""
    _require_project(project)
    rows = list(_readable_forms(code, caller).select_related("version")[:LONGEST_LIST])
    states = queries.review_states(rows)
    return [shapes.submission_json(row, states) for row in rows]


@_with_caller
def create_submission(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """Take a filled-in form; files follow one by one."""
    _require_project(project)
    services.take_form(
        survey=code,
        xml=request.body,
        files={},
        by=caller.actor,
        now=clock.now(),
        device=request.GET.get("deviceID", ""),
    )
    return _submission_json(_form_by_instance(code, services.instance_of(request.body), caller))


def _form_by_instance(code: str, instance: str, caller: SurveyCaller) -> FilledIn:
    """A form in its last state, by the instance id of its first or its last."""
    named = Q(instance_id=instance) | Q(first_id=instance)
    for rows in (_readable_forms(code, caller), queries.own_forms(caller.actor).filter(survey=code)):
        row: FilledIn | None = rows.filter(named).select_related("version", "unit").first()
        if row is not None:
            return row
    raise Refused("unknown_filled_in", _("Không tìm thấy phiếu “%(ref)s”."), ref=instance[:80])


def _submission_json(row: FilledIn) -> dict[str, Any]:
    return shapes.submission_json(row, queries.review_states([row]))


@_with_caller
def one_submission(request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str) -> Any:
    """One filled-in form, without its answers; with ``.xml`` as it was sent."""
    _require_project(project)
    if instance.endswith(".xml"):
        row = _form_by_instance(code, instance.removesuffix(".xml"), caller)
        if row.by != caller.actor.ref and queries.survey(code).private:
            raise Forbidden("private_file", _("Phiếu này có câu riêng tư; hãy đọc bằng bảng."))
        return HttpResponse(row.xml, content_type="application/xml; charset=utf-8")
    return _submission_json(_form_by_instance(code, instance, caller))


@_with_caller
def correct_submission(request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str) -> Any:
    """A newer state of a form: its XML names the last one (deprecatedID) and has an instance id of its own."""
    _require_project(project)
    row = _form_by_instance(code, instance, caller)
    sent = services.opened_form(survey=code, xml=request.body, by=caller.actor)
    if sent.corrects != row.instance_id:
        words = _("deprecatedID phải là mã của bản mới nhất, “%(id)s”.")
        raise Refused("other_content", words, id=row.instance_id)
    services.take_form(
        survey=code,
        xml=request.body,
        files={},
        by=caller.actor,
        now=clock.now(),
        device=request.GET.get("deviceID", ""),
    )
    return _submission_json(_form_by_instance(code, instance, caller))


@_with_caller
def set_review_state(request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str) -> Any:
    """How a form is judged (reviewState)."""
    _require_project(project)
    row = _form_by_instance(code, instance, caller)
    services.add_remark(row=row, by=_reading_actor(caller), now=clock.now(), state=_json_field(request, "reviewState"))
    return _submission_json(row)


@_with_caller
def list_comments(request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str) -> Any:
    """What was written about a form, the newest first."""
    _require_project(project)
    rows = queries.comments_on(_form_by_instance(code, instance, caller)).exclude(body="")
    return [shapes.comment_json(row) for row in rows]


@_with_caller
def add_comment(request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str) -> Any:
    """Write something about a form."""
    _require_project(project)
    row = _form_by_instance(code, instance, caller)
    return shapes.comment_json(
        services.add_remark(row=row, by=_reading_actor(caller), now=clock.now(), body=_json_field(request, "body"))
    )


def _reading_actor(caller: SurveyCaller) -> Actor:
    """Who calls by a token of a program; an app key only sends."""
    if not caller.reads:
        raise Forbidden("no_right", _("Khóa ứng dụng chỉ gửi phiếu; hãy dùng mã truy cập."))
    return caller.actor


def _json_field(request: HttpRequest, name: str) -> str:
    """The one field of a JSON body."""
    try:
        body = read_json(request.body)
    except ValueError as problem:
        raise Refused("bad_json", _("Nội dung gửi lên không phải JSON.")) from problem
    if not isinstance(body, dict) or set(body) != {name} or not isinstance(body[name], str) or not body[name].strip():
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name)
    return str(body[name])


@_with_caller
def list_attachments(request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str) -> Any:
    """The files that a form speaks of, and whether they came."""
    _require_project(project)
    row = _form_by_instance(code, instance, caller)
    present = set(row.files.values_list("name", flat=True))
    return [{"name": name, "exists": name in present} for name in tables.expected_files(row)]


@_with_caller
def download_attachment(
    request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str, name: str
) -> Any:
    """One such file."""
    _require_project(project)
    row = _form_by_instance(code, instance, caller)
    if row.by != caller.actor.ref and name in tables.private_files(row, frozenset(queries.survey(code).private)):
        raise Forbidden("private_file", _("Tệp này là dữ liệu riêng tư."))
    file = services.file_for(row, name, by=caller.actor)
    return file_response(documents.checked_chunks(file), name=name, media_type=file.media_type, size=file.size)


@_with_caller
def upload_attachment(
    request: HttpRequest, caller: SurveyCaller, project: str, code: str, instance: str, name: str
) -> Any:
    """Add one that is missing."""
    _require_project(project)
    content = request_body(request)
    added = services.attach_file(
        survey=_offered_one(code, caller).code,
        instance_id=instance,
        name=name,
        content=content,
        by=caller.actor,
        now=clock.now(),
    )
    if not added:
        raise Refused("unknown_file", _("Phiếu không nhắc đến tệp này, hoặc tệp đã có."))
    return {"success": True}


@_with_caller
def odata_table(request: HttpRequest, caller: SurveyCaller, project: str, code: str, name: str) -> Any:
    """Answers as OData."""
    _require_project(project)
    rows = _readable_forms(code, caller)
    document, count = odata.table_document(request, rows, name, queries.form_of(version_asked(code, None)))
    services.record_export(survey=code, count=count, by=caller.actor)
    return document


@_with_caller
def odata_metadata(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """What the tables are made of."""
    _require_project(project)
    form = queries.form_of(version_asked(_offered_one(code, caller).code, None))
    return HttpResponse(odata.metadata_document(code, form), content_type="application/xml; charset=utf-8")


@_with_caller
def as_csv(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """Answers as CSV, private ones left out."""
    _require_project(project)
    survey = _offered_one(code, caller)
    rows = _readable_forms(code, caller)
    services.record_export(survey=code, count=rows.count(), by=caller.actor)
    content = tables.as_csv(survey, rows)
    return file_response(iter([content]), name=f"{code}.csv", media_type="text/csv; charset=utf-8", size=len(content))


@_with_caller
def as_zip(request: HttpRequest, caller: SurveyCaller, project: str, code: str) -> Any:
    """The same as Central packs it: a CSV of the forms, one of each repeat, and the files that came along."""
    _require_project(project)
    survey = _offered_one(code, caller)
    rows = _readable_forms(code, caller)
    with_files = request.GET.get("attachments", "true") != "false"
    services.record_export(survey=code, count=rows.count(), by=caller.actor)
    packed = packing.packed_archive(survey, rows, with_files=with_files)
    return file_response(
        packing.archive_chunks(packed),
        name=f"{code}.zip",
        media_type="application/zip",
        size=packing.archive_size(packed),
    )


FORM = "projects/<str:project>/forms/<str:code>"
ONE = f"{FORM}/submissions/<str:instance>"
urlpatterns = [
    path("sessions", view_by_method(POST=log_in)),
    path("sessions/<str:token>", view_by_method(DELETE=log_out)),
    path("users/current", view_by_method(GET=current_user)),
    path("projects", view_by_method(GET=projects)),
    path("projects/<str:project>", view_by_method(GET=one_project)),
    path("projects/<str:project>/forms", view_by_method(GET=forms)),
    path("projects/<str:project>/forms/<str:code>.svc/$metadata", view_by_method(GET=odata_metadata)),
    path("projects/<str:project>/forms/<str:code>.svc/<str:name>", view_by_method(GET=odata_table)),
    path(FORM, view_by_method(GET=one_form)),
    path(f"{FORM}/versions", view_by_method(GET=versions)),
    path(f"{FORM}/fields", view_by_method(GET=fields)),
    path(f"{FORM}/submissions.csv", view_by_method(GET=as_csv)),
    path(f"{FORM}/submissions.csv.zip", view_by_method(GET=as_zip)),
    path(f"{FORM}/submissions", view_by_method(GET=submissions, POST=create_submission)),
    path(ONE, view_by_method(GET=one_submission, PUT=correct_submission, PATCH=set_review_state)),
    path(f"{ONE}/comments", view_by_method(GET=list_comments, POST=add_comment)),
    path(f"{ONE}/attachments", view_by_method(GET=list_attachments)),
    path(f"{ONE}/attachments/<str:name>", view_by_method(GET=download_attachment, POST=upload_attachment)),
]
