"""The part of ODK Central's interface that its own client, pyodk, and spreadsheets need.

https://docs.getodk.org/central-api/ . What is there and what is not: docs/handbook/surveys.md.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.api import callers, odata, shapes
from tinhso.blocks.surveys.api.callers import Caller
from tinhso.blocks.surveys.api.doors import door
from tinhso.blocks.surveys.api.openrosa import version_asked
from tinhso.blocks.surveys.contract import SURVEYS, Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import packing, tables
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.context import province
from tinhso.ui.downloads import download

LONGEST_LIST = 5_000
Handler = Callable[..., Any]


def _called(handler: Handler) -> Handler:
    """A handler that is told who calls."""

    @wraps(handler)
    def inner(request: HttpRequest, **named: str) -> Any:
        return handler(request, callers.caller(request), **named)

    return inner


def log_in(request: HttpRequest) -> Any:
    """A session: the key itself serves as its token, for as long as the key opens."""
    try:
        told = json.loads(request.body)
        name, secret = str(told["email"]), str(told["password"])
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused("no_key", _("Cần email (tên đăng nhập) và password (khóa).")) from problem
    found = callers.known(secret, name, request)
    return {"token": found.secret, "csrf": "-", "createdAt": clock.now(), "expiresAt": clock.now() + timedelta(days=1)}


@_called
def log_out(request: HttpRequest, caller: Caller, token: str = "") -> Any:
    """Nothing is kept of a session; the key goes on opening until it is revoked."""
    return {"success": True}


@_called
def me(request: HttpRequest, caller: Caller) -> Any:
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


def _offered(caller: Caller) -> list[Survey]:
    """What somebody may fill in, or read."""
    filled = queries.fillable(caller.actor)
    seen = [one for one in queries.visible(caller.actor) if caller.reads]
    return [one for one in SURVEYS.values() if one in filled or one in seen]


def _offered_one(code: str, caller: Caller) -> Survey:
    one = queries.survey(code)
    if one not in _offered(caller):
        raise Forbidden("no_right", _("Bạn không được đọc phiếu này."))
    return one


def _project(project: str) -> None:
    if project != str(shapes.PROJECT):
        raise Refused("unknown_project", _("Chỉ có dự án số 1."))


@_called
def projects(request: HttpRequest, caller: Caller) -> Any:
    """The one project."""
    return [shapes.project(province().name, len(_offered(caller)))]


@_called
def one_project(request: HttpRequest, caller: Caller, project: str) -> Any:
    """The one project."""
    _project(project)
    return shapes.project(province().name, len(_offered(caller)))


@_called
def forms(request: HttpRequest, caller: Caller, project: str) -> Any:
    """Surveys in their newest version."""
    _project(project)
    offered = _offered(caller)
    newest = queries.newest([one.code for one in offered])
    return [shapes.form(one, newest[one.code]) for one in offered if one.code in newest]


@_called
def one_form(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """One survey; with ``.xml`` its XForm, with ``.xlsx`` its workbook."""
    _project(project)
    code, _dot, kind = code.partition(".")
    one = _offered_one(code, caller)
    version = version_asked(one.code, request.GET.get("version"))
    if kind == "xml":
        return HttpResponse(version.xform, content_type="application/xml; charset=utf-8")
    if kind == "xlsx":
        content = bytes(version.workbook)
        media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return download(iter([content]), name=f"{code}.xlsx", media_type=media, size=len(content))
    if kind == "svc":
        return {
            "@odata.context": request.build_absolute_uri(request.path + "/$metadata"),
            "value": [
                {"name": name, "kind": "EntitySet", "url": name}
                for name, _question in shapes.tables(queries.form_of(version))
            ],
        }
    if kind:
        raise Refused("unknown_form", _("Chỉ có .xml, .xlsx và .svc."))
    return shapes.form(one, version)


@_called
def versions(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """All versions, the newest first."""
    _project(project)
    one = _offered_one(code, caller)
    return [shapes.form(one, version) for version in queries.versions(one.code)]


@_called
def fields(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """The questions of the newest version."""
    _project(project)
    return shapes.fields(queries.form_of(version_asked(_offered_one(code, caller).code, None)))


def _readable(code: str, caller: Caller) -> Any:
    """Filled-in forms that somebody may read here: a token's by its rights, an app key's own."""
    one = _offered_one(code, caller)
    if caller.reads and caller.actor.can(one.see):
        return queries.readable(one, caller.actor)
    return queries.mine(caller.actor).filter(survey=one.code)


@_called
def submissions(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """What was filled in, without the answers."""
    _project(project)
    rows = list(_readable(code, caller).select_related("version")[:LONGEST_LIST])
    states = queries.review_states(rows)
    return [shapes.submission(row, states) for row in rows]


@_called
def create(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """Take a filled-in form; files follow one by one."""
    _project(project)
    services.take(
        survey=code,
        xml=request.body,
        files={},
        by=caller.actor,
        now=clock.now(),
        device=request.GET.get("deviceID", ""),
    )
    return _about(_own(code, services.instance_of(request.body), caller))


def _own(code: str, instance: str, caller: Caller) -> FilledIn:
    """A form in its last state, by the instance id of its first or its last."""
    named = Q(instance_id=instance) | Q(first_id=instance)
    for rows in (_readable(code, caller), queries.mine(caller.actor).filter(survey=code)):
        row: FilledIn | None = rows.filter(named).select_related("version", "unit").first()
        if row is not None:
            return row
    raise Refused("unknown_filled_in", _("Không tìm thấy phiếu “%(ref)s”."), ref=instance[:80])


def _about(row: FilledIn) -> dict[str, Any]:
    return shapes.submission(row, queries.review_states([row]))


@_called
def one_submission(request: HttpRequest, caller: Caller, project: str, code: str, instance: str) -> Any:
    """One filled-in form, without its answers; with ``.xml`` as it was sent."""
    _project(project)
    if instance.endswith(".xml"):
        row = _own(code, instance.removesuffix(".xml"), caller)
        if row.by != caller.actor.ref and queries.survey(code).private:
            raise Forbidden("private_file", _("Phiếu này có câu riêng tư; hãy đọc bằng bảng."))
        return HttpResponse(row.xml, content_type="application/xml; charset=utf-8")
    return _about(_own(code, instance, caller))


@_called
def correct(request: HttpRequest, caller: Caller, project: str, code: str, instance: str) -> Any:
    """A newer state of a form: its XML names the last one (deprecatedID) and has an instance id of its own."""
    _project(project)
    row = _own(code, instance, caller)
    sent = services.opened_form(survey=code, xml=request.body, by=caller.actor)
    if sent.corrects != row.instance_id:
        words = _("deprecatedID phải là mã của bản mới nhất, “%(id)s”.")
        raise Refused("other_content", words, id=row.instance_id)
    services.take(
        survey=code,
        xml=request.body,
        files={},
        by=caller.actor,
        now=clock.now(),
        device=request.GET.get("deviceID", ""),
    )
    return _about(_own(code, instance, caller))


@_called
def judge(request: HttpRequest, caller: Caller, project: str, code: str, instance: str) -> Any:
    """How a form is judged (reviewState)."""
    _project(project)
    row = _own(code, instance, caller)
    services.add_remark(row=row, by=_reader(caller), now=clock.now(), state=_field(request, "reviewState"))
    return _about(row)


@_called
def comments(request: HttpRequest, caller: Caller, project: str, code: str, instance: str) -> Any:
    """What was written about a form, the newest first."""
    _project(project)
    rows = queries.remarks(_own(code, instance, caller)).exclude(body="")
    return [shapes.remark(row) for row in rows]


@_called
def comment(request: HttpRequest, caller: Caller, project: str, code: str, instance: str) -> Any:
    """Write something about a form."""
    _project(project)
    row = _own(code, instance, caller)
    return shapes.remark(
        services.add_remark(row=row, by=_reader(caller), now=clock.now(), body=_field(request, "body"))
    )


def _reader(caller: Caller) -> Actor:
    """Who calls by a token of a program; an app key only sends."""
    if not caller.reads:
        raise Forbidden("no_right", _("Khóa ứng dụng chỉ gửi phiếu; hãy dùng mã truy cập."))
    return caller.actor


def _field(request: HttpRequest, name: str) -> str:
    """The one field of a JSON body."""
    try:
        body = json.loads(request.body)
    except ValueError as problem:
        raise Refused("bad_json", _("Nội dung gửi lên không phải JSON.")) from problem
    if not isinstance(body, dict) or set(body) != {name} or not isinstance(body[name], str) or not body[name].strip():
        raise Refused("bad_value", _("“%(name)s” sai dạng."), name=name)
    return str(body[name])


@_called
def attachments(request: HttpRequest, caller: Caller, project: str, code: str, instance: str) -> Any:
    """The files that a form speaks of, and whether they came."""
    _project(project)
    row = _own(code, instance, caller)
    present = set(row.files.values_list("name", flat=True))
    return [{"name": name, "exists": name in present} for name in tables.expected_files(row)]


@_called
def attachment(request: HttpRequest, caller: Caller, project: str, code: str, instance: str, name: str) -> Any:
    """One such file."""
    _project(project)
    row = _own(code, instance, caller)
    if row.by != caller.actor.ref and name in tables.private_files(row, frozenset(queries.survey(code).private)):
        raise Forbidden("private_file", _("Tệp này là dữ liệu riêng tư."))
    file = services.file_for(row, name, by=caller.actor)
    return download(documents.begun(file), name=name, media_type=file.media_type, size=file.size)


def _content(request: HttpRequest) -> bytes:
    """The body, also of a client that does not say beforehand how long it is (pyodk): Django would read nothing."""
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return request.read()
    content: bytes = request.META["wsgi.input"].read(settings.LARGEST_REQUEST + 1)
    if len(content) > settings.LARGEST_REQUEST:
        raise Refused("too_big", _("Nội dung gửi lên quá lớn."))
    return content


@_called
def attach(request: HttpRequest, caller: Caller, project: str, code: str, instance: str, name: str) -> Any:
    """Add one that is missing."""
    _project(project)
    content = _content(request)
    added = services.attach(
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


@_called
def table(request: HttpRequest, caller: Caller, project: str, code: str, name: str) -> Any:
    """Answers as OData."""
    _project(project)
    rows = _readable(code, caller)
    document, count = odata.answered(request, rows, name, queries.form_of(version_asked(code, None)))
    services.exported(survey=code, count=count, by=caller.actor)
    return document


@_called
def metadata(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """What the tables are made of."""
    _project(project)
    form = queries.form_of(version_asked(_offered_one(code, caller).code, None))
    return HttpResponse(odata.described(code, form), content_type="application/xml; charset=utf-8")


@_called
def as_csv(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """Answers as CSV, private ones left out."""
    _project(project)
    one = _offered_one(code, caller)
    rows = _readable(code, caller)
    services.exported(survey=code, count=rows.count(), by=caller.actor)
    content = tables.as_csv(one, rows)
    return download(iter([content]), name=f"{code}.csv", media_type="text/csv; charset=utf-8", size=len(content))


@_called
def as_zip(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """The same as Central packs it: a CSV of the forms, one of each repeat, and the files that came along."""
    _project(project)
    survey = _offered_one(code, caller)
    rows = _readable(code, caller)
    with_files = request.GET.get("attachments", "true") != "false"
    services.exported(survey=code, count=rows.count(), by=caller.actor)
    packed = packing.packed(survey, rows, with_files=with_files)
    return download(packing.pieces(packed), name=f"{code}.zip", media_type="application/zip", size=packing.size(packed))


FORM = "projects/<str:project>/forms/<str:code>"
ONE = f"{FORM}/submissions/<str:instance>"
urlpatterns = [
    path("sessions", door(POST=log_in)),
    path("sessions/<str:token>", door(DELETE=log_out)),
    path("users/current", door(GET=me)),
    path("projects", door(GET=projects)),
    path("projects/<str:project>", door(GET=one_project)),
    path("projects/<str:project>/forms", door(GET=forms)),
    path("projects/<str:project>/forms/<str:code>.svc/$metadata", door(GET=metadata)),
    path("projects/<str:project>/forms/<str:code>.svc/<str:name>", door(GET=table)),
    path(FORM, door(GET=one_form)),
    path(f"{FORM}/versions", door(GET=versions)),
    path(f"{FORM}/fields", door(GET=fields)),
    path(f"{FORM}/submissions.csv", door(GET=as_csv)),
    path(f"{FORM}/submissions.csv.zip", door(GET=as_zip)),
    path(f"{FORM}/submissions", door(GET=submissions, POST=create)),
    path(ONE, door(GET=one_submission, PUT=correct, PATCH=judge)),
    path(f"{ONE}/comments", door(GET=comments, POST=comment)),
    path(f"{ONE}/attachments", door(GET=attachments)),
    path(f"{ONE}/attachments/<str:name>", door(GET=attachment, POST=attach)),
]
