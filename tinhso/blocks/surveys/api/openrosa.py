"""OpenRosa 1.0: the list of forms, each form, its lists, and taking what was filled in.

https://docs.getodk.org/openrosa/ . Answers that people read are Vietnamese: Collect shows them.
"""

import hashlib
import mimetypes
from collections.abc import Callable
from email.utils import format_datetime
from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from lxml import etree
from lxml.builder import ElementMaker

from tinhso.blocks.surveys import queries, services
from tinhso.blocks.surveys.api import callers
from tinhso.blocks.surveys.api.callers import SurveyCaller
from tinhso.blocks.surveys.contract import Survey
from tinhso.blocks.surveys.models import Version
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import for_xml

LIST, MANIFEST, ANSWER = (
    "http://openrosa.org/xforms/xformsList",
    "http://openrosa.org/xforms/xformsManifest",
    "http://openrosa.org/http/response",
)
FORM = "xml_submission_file"
INCOMPLETE = "*isIncomplete*"
View = Callable[..., HttpResponse]


def _xml_response(root: "etree._Element", status: int = 200) -> HttpResponse:
    text = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return HttpResponse(text, status=status, content_type="text/xml; charset=utf-8")


def _openrosa_message(message: str, status: int, *, nature: str = "") -> HttpResponse:
    make = ElementMaker(namespace=ANSWER, nsmap={None: ANSWER})
    message_element = make.message(for_xml(message), **({"nature": nature} if nature else {}))
    return _xml_response(make.OpenRosaResponse(message_element), status)


def _keyed_view(*methods: str) -> Callable[[View], View]:
    """A view for whoever shows a key; refusals are said as OpenRosa says them."""

    def wrapped(view: View) -> View:
        @csrf_exempt  # a key acts here, never a browser's session
        @wraps(view)
        def inner(request: HttpRequest, key: str | None = None, **named: str) -> HttpResponse:
            answer = _response_of_view(view, methods, request, key, named)
            answer["X-OpenRosa-Version"] = "1.0"
            answer["Date"] = format_datetime(clock.now(), usegmt=True)
            answer["Cache-Control"] = "private, no-store"
            if answer.status_code == 401:
                answer["WWW-Authenticate"] = 'Basic realm="ODK"'
            return answer

        return inner

    return wrapped


def _response_of_view(
    view: View, methods: tuple[str, ...], request: HttpRequest, key: str | None, named: dict[str, str]
) -> HttpResponse:
    try:
        if request.method not in methods:
            raise Refused("no_such_method", _("Địa chỉ này không nhận yêu cầu kiểu ấy."))
        return view(request, callers.caller_of(request, key), key, **named)
    except Refused as refusal:
        return _openrosa_message(refusal.message, callers.status_of(refusal))
    except RequestDataTooBig:
        return _openrosa_message(_("Nội dung gửi lên quá lớn."), 413)
    except (MultiPartParserError, SuspiciousOperation):
        return _openrosa_message(_("Không đọc được nội dung gửi lên."), 400)


def _keyed_address(request: HttpRequest, key: str | None, place: str, /, **more: str) -> str:
    """An address for the same way of showing the key."""
    named = f"odk:keyed:{place}" if key is not None else f"odk:plain:{place}"
    return request.build_absolute_uri(reverse(named, kwargs=more | ({"key": key} if key is not None else {})))


@_keyed_view("GET", "HEAD")
def form_list(request: HttpRequest, caller: SurveyCaller, key: str | None) -> HttpResponse:
    """The forms that somebody may fill in, each in its newest version."""
    make = ElementMaker(namespace=LIST, nsmap={None: LIST})
    surveys = [
        survey
        for survey in queries.fillable_surveys(caller.actor)
        if request.GET.get("formID", survey.code) == survey.code
    ]
    newest = queries.newest_versions([survey.code for survey in surveys])
    return _xml_response(
        make.xforms(
            *(
                _xform_element(make, request, key, survey, newest[survey.code])
                for survey in surveys
                if survey.code in newest
            )
        )
    )


def _xform_element(
    make: ElementMaker, request: HttpRequest, key: str | None, one: Survey, version: Version
) -> "etree._Element":
    address = _keyed_address(request, key, "form_xml", code=one.code)
    xform = make.xform(
        make.formID(one.code),
        make.name(version.title),
        make.version(version.version),
        make.hash(f"md5:{version.hash}"),
        make.descriptionText(one.name),
        make.downloadUrl(f"{address}?{urlencode({'version': version.version})}"),
    )
    if queries.form_of(version).files or version.media.exists():
        xform.append(
            make.manifestUrl(
                f"{_keyed_address(request, key, 'manifest', code=one.code)}?{urlencode({'version': version.version})}"
            )
        )
    return xform


def _fillable_survey(code: str, caller: SurveyCaller) -> Survey:
    survey = queries.survey(code)
    queries.must_fill(survey, caller.actor)
    return survey


def version_asked(code: str, name: str | None) -> Version:
    """A version by name, else the newest; refuses where there is none."""
    if name:
        return queries.version_by_name(code, name)
    version = queries.current_version(code)
    if version is None:
        raise Refused("unknown_version", _("Phiếu này chưa được phát hành."))
    return version


@_keyed_view("GET", "HEAD")
def form_xml(request: HttpRequest, caller: SurveyCaller, key: str | None, code: str) -> HttpResponse:
    """One form as XForm."""
    version = version_asked(_fillable_survey(code, caller).code, request.GET.get("version"))
    return HttpResponse(version.xform, content_type="text/xml; charset=utf-8")


@_keyed_view("GET", "HEAD")
def manifest(request: HttpRequest, caller: SurveyCaller, key: str | None, code: str) -> HttpResponse:
    """What comes beside a form: lists, own to whoever asks, and the files that it was published with."""
    survey = _fillable_survey(code, caller)
    version = version_asked(code, request.GET.get("version"))
    published = dict(version.media.values_list("name", "md5"))
    list_file_names = [name for name in queries.form_of(version).files if name not in published]
    files = []
    for name in sorted(list_file_names):
        content = queries.list_csv(survey, name.removesuffix(".csv"), caller.actor)
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        files.append((name, digest, _keyed_address(request, key, "media", code=code, name=name.removesuffix(".csv"))))
    for name, digest in sorted(published.items()):
        place = _keyed_address(request, key, "media_file", code=code, name=name)
        files.append((name, digest, f"{place}?{urlencode({'version': version.version})}"))
    make = ElementMaker(namespace=MANIFEST, nsmap={None: MANIFEST})
    return _xml_response(
        make.manifest(
            *(
                make.mediaFile(make.filename(name), make.hash(f"md5:{digest}"), make.downloadUrl(address))
                for name, digest, address in files
            )
        )
    )


@_keyed_view("GET", "HEAD")
def download_media(request: HttpRequest, caller: SurveyCaller, key: str | None, code: str, name: str) -> HttpResponse:
    """One list of an app."""
    content = queries.list_csv(_fillable_survey(code, caller), name, caller.actor)
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@_keyed_view("GET", "HEAD")
def media_file(request: HttpRequest, caller: SurveyCaller, key: str | None, code: str, name: str) -> HttpResponse:
    """One file that a version was published with."""
    version = version_asked(_fillable_survey(code, caller).code, request.GET.get("version"))
    file = queries.media_file(version, name)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return HttpResponse(bytes(file.content), content_type=kind)


@_keyed_view("GET", "HEAD", "POST")
def receive_submission(request: HttpRequest, caller: SurveyCaller, key: str | None) -> HttpResponse:
    """Take a filled-in form, or say how much may be sent at once."""
    if request.method != "POST":
        answer = HttpResponse(status=204)
        answer["X-OpenRosa-Accept-Content-Length"] = str(settings.LARGEST_REQUEST)
        answer["Location"] = request.build_absolute_uri(request.path)
        return answer
    upload = request.FILES.get(FORM)
    if not isinstance(upload, UploadedFile):
        raise Refused("no_form", _("Không có nội dung phiếu (xml_submission_file)."))
    xml = upload.read()
    others = [(name, file) for name, file in request.FILES.items() if name != FORM and isinstance(file, UploadedFile)]
    files = {file.name or name: file.read() for name, file in others}
    code = services.survey_of(xml)
    sent = {"survey": code, "xml": xml, "files": files, "by": caller.actor, "now": clock.now()}
    if request.POST.get(INCOMPLETE, "").lower() in {"yes", "true"}:
        services.hold_files(**sent)
        return _openrosa_message(_("Đã nhận một phần phiếu; đang chờ phần còn lại."), 202, nature="submit_success")
    survey_submission = services.take_form(**sent, device=request.GET.get("deviceID", ""))
    return _openrosa_message(
        _("Đã nhận phiếu %(ref)s. Cảm ơn bạn!") % {"ref": survey_submission.ref}, 201, nature="submit_success"
    )
