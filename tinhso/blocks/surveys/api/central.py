"""The part of ODK Central's interface that its own client, pyodk, and spreadsheets need.

https://docs.getodk.org/central-api/ . What is there and what is not: docs/handbook/surveys.md.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tinhso.blocks.documents import queries as documents
from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.api import asking, odata, shapes
from tinhso.blocks.surveys.api.asking import Caller
from tinhso.blocks.surveys.api.openrosa import version_asked
from tinhso.blocks.surveys.contract import SURVEYS, Survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.queries import tables
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.ui.context import province
from tinhso.ui.downloads import download

LONGEST_LIST = 5_000
Handler = Callable[..., Any]


def _json(told: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")


def _door(**handlers: Handler) -> Callable[..., HttpResponse]:
    """A view of one handler for each method; a handler gives a response, or what becomes JSON."""

    @csrf_exempt  # a key acts here, never a browser's session
    def view(request: HttpRequest, **named: str) -> HttpResponse:
        handler = handlers.get("GET" if request.method == "HEAD" else request.method or "")
        try:
            if handler is None:
                raise Refused("no_such_method", _("Địa chỉ này không nhận yêu cầu kiểu ấy."))
            told = handler(request, **{name: value.replace("\0", "") for name, value in named.items()})
        except Refused as refusal:
            status = asking.status_of(refusal)
            body = {"message": refusal.message, "code": float(f"{status}.1"), "details": {"reason": refusal.code}}
            told = _json(body, status)
        except RequestDataTooBig:
            told = _json({"message": _("Nội dung gửi lên quá lớn."), "code": 413.1}, 413)
        answer: HttpResponse = told if isinstance(told, HttpResponse) or hasattr(told, "streaming") else _json(told)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    return view


def _called(handler: Handler) -> Handler:
    """A handler that is told who calls."""

    @wraps(handler)
    def inner(request: HttpRequest, **named: str) -> Any:
        return handler(request, asking.caller(request), **named)

    return inner


def log_in(request: HttpRequest) -> Any:
    """A session: the key itself serves as its token, for as long as the key opens."""
    try:
        told = json.loads(request.body)
        name, secret = str(told["email"]), str(told["password"])
    except (ValueError, KeyError, TypeError) as problem:
        raise Refused("no_key", _("Cần email (tên đăng nhập) và password (khóa).")) from problem
    found = asking.known(secret, name, request)
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
        "id": shapes.person_number(who.ref), "type": "user" if caller.reads else "field_key", "displayName": who.name,
        "email": None, "createdAt": clock.now(), "updatedAt": None, "deletedAt": None,
    }  # fmt: skip


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
            "value": [{"name": "Submissions", "kind": "EntitySet", "url": "Submissions"}],
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
    rows = _readable(code, caller).select_related("version")[:LONGEST_LIST]
    return [shapes.submission(row) for row in rows]


@_called
def create(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """Take a filled-in form; files follow one by one."""
    _project(project)
    services.take(
        survey=code, xml=request.body, files={}, by=caller.actor, now=clock.now(),
        device=request.GET.get("deviceID", ""),
    )  # fmt: skip
    return shapes.submission(_own(code, services.instance_of(request.body), caller))


def _own(code: str, instance: str, caller: Caller) -> FilledIn:
    row: FilledIn | None = _readable(code, caller).filter(instance_id=instance).select_related("version").first()
    row = row or queries.mine(caller.actor).filter(survey=code, instance_id=instance).select_related("version").first()
    if row is None:
        raise Refused("unknown_filled_in", _("Không tìm thấy phiếu “%(ref)s”."), ref=instance[:80])
    return row


@_called
def one_submission(request: HttpRequest, caller: Caller, project: str, code: str, instance: str) -> Any:
    """One filled-in form, without its answers."""
    _project(project)
    return shapes.submission(_own(code, instance, caller))


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
        survey=_offered_one(code, caller).code, instance_id=instance, name=name, content=content, by=caller.actor,
        now=clock.now(),
    )  # fmt: skip
    if not added:
        raise Refused("unknown_file", _("Phiếu không nhắc đến tệp này, hoặc tệp đã có."))
    return {"success": True}


@_called
def table(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """Answers as OData."""
    _project(project)
    rows = _readable(code, caller)
    told, count = odata.answered(request, rows)
    services.exported(survey=code, count=count, by=caller.actor)
    return told


@_called
def as_csv(request: HttpRequest, caller: Caller, project: str, code: str) -> Any:
    """Answers as CSV, private ones left out."""
    _project(project)
    one = _offered_one(code, caller)
    rows = _readable(code, caller)
    services.exported(survey=code, count=rows.count(), by=caller.actor)
    content = tables.as_csv(one, rows)
    return download(iter([content]), name=f"{code}.csv", media_type="text/csv; charset=utf-8", size=len(content))


FORM = "projects/<str:project>/forms/<str:code>"
ONE = f"{FORM}/submissions/<str:instance>"
urlpatterns = [
    path("sessions", _door(POST=log_in)),
    path("sessions/<str:token>", _door(DELETE=log_out)),
    path("users/current", _door(GET=me)),
    path("projects", _door(GET=projects)),
    path("projects/<str:project>", _door(GET=one_project)),
    path("projects/<str:project>/forms", _door(GET=forms)),
    path("projects/<str:project>/forms/<str:code>.svc/Submissions", _door(GET=table)),
    path(FORM, _door(GET=one_form)),
    path(f"{FORM}/versions", _door(GET=versions)),
    path(f"{FORM}/fields", _door(GET=fields)),
    path(f"{FORM}/submissions.csv", _door(GET=as_csv)),
    path(f"{FORM}/submissions", _door(GET=submissions, POST=create)),
    path(ONE, _door(GET=one_submission)),
    path(f"{ONE}/attachments", _door(GET=attachments)),
    path(f"{ONE}/attachments/<str:name>", _door(GET=attachment, POST=attach)),
]
