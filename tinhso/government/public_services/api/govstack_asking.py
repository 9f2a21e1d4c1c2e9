"""What a program asks GovStack's interface for, read with care: every fault has a sentence, nothing is guessed."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tinhso.government.public_services.queries import decisions
from tinhso.government.public_services.services import ApplicationSubmission
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.strict_json import read_json
from tinhso.ui.request_params import query_param

Row = TypeVar("Row", bound=Model)
HEADER = "Information-Mediator-Client"
A_CLIENT = re.compile(r"[^/\s]+(?:/[^/\s]+){3}")
BIGGEST = 1024 * 1024  # bytes of one application; documents are named by address, not sent
A_PAGE, MOST_ROWS = 50, 100
FARTHEST = 1_000_000
MOST_DOCUMENTS = 50
TOLD = ("decision", "reason", "note", "answer", "outcome", "number", "to")


class UnreadableRequest(Refused):
    """A request that cannot be taken, with its status of HTTP."""

    def __init__(self, status: int, code: str, message: str, /, **params: object) -> None:
        super().__init__(code, message, **params)
        self.status = status


@dataclass(frozen=True)
class GovstackCall:
    """One request: who asks, and what their system calls itself."""

    request: HttpRequest
    by: Actor
    client: str

    def text(self, name: str, longest: int = 200) -> str:
        """A parameter of the query as text; empty where it is left out."""
        return query_param(self.request, name, longest)

    def number(self, name: str, usual: int, most: int) -> int:
        """A parameter that counts from 0."""
        text = self.text(name)
        if not text:
            return usual
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise UnreadableRequest(400, "bad_number", _("“%(name)s” phải là số nguyên không âm."), name=name)
        return min(int(text), most)

    def day(self, name: str) -> date | None:
        """A parameter that is a day; a century at most from ours, so that one can reckon with it."""
        text = self.text(name)
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError:
            day = date.min
        if day is not None and not 1900 <= day.year <= 2200:
            raise UnreadableRequest(400, "bad_day", _("“%(name)s” phải là ngày dạng YYYY-MM-DD."), name=name)
        return day

    def page(self, found: QuerySet[Row], order: Mapping[str, Sequence[str]]) -> list[Row]:
        """The rows asked for with ``firstResult``, ``maxResult``, ``sortBy`` and ``sortOrder``; at most a hundred."""
        first = self.number("firstResult", 0, FARTHEST)
        size = self.number("maxResult", A_PAGE, MOST_ROWS)
        by, way = self.text("sortBy") or "created", self.text("sortOrder") or "asc"
        if by not in order or way not in ("asc", "desc"):
            raise UnreadableRequest(400, "bad_order", _("Không sắp xếp được theo “%(by)s” (%(way)s)."), by=by, way=way)
        names = [f"-{name}" if way == "desc" else name for name in (*order[by], "pk")]
        return list(found.order_by(*names)[first : first + size])


def api_actor(request: HttpRequest, *, is_open: bool) -> Actor:
    """The program behind the request's token; a person's session opens nothing here."""
    by: Actor = getattr(request, "actor", NOBODY)
    if by.kind != "program" and not is_open:
        raise UnreadableRequest(401, "no_token", _("Hãy gửi mã truy cập trong tiêu đề Authorization: Bearer."))
    return by


def client_of(request: HttpRequest) -> str:
    """What the calling system calls itself: INSTANCE/CLASS/MEMBER/SUBSYSTEM."""
    text = request.headers.get(HEADER, "").strip()
    if len(text) > 200 or not A_CLIENT.fullmatch(text):
        words = _("Hãy gửi tiêu đề %(header)s dạng INSTANCE/CLASS/MEMBER/SUBSYSTEM.")
        raise UnreadableRequest(400, "no_client", words, header=HEADER)
    return text


def without_nul_bytes(named: Mapping[str, str]) -> dict[str, str]:
    """Parts of the address without what a database cannot keep."""
    return {name: value.replace("\0", "")[:200] for name, value in named.items()}


def body_object(request: HttpRequest) -> dict[str, Any]:
    """The object that was sent; refuses what is too big, no JSON, or beyond what can be kept."""
    if len(request.body) > BIGGEST:
        raise UnreadableRequest(413, "too_big", _("Nội dung gửi lên quá lớn."))
    try:
        body_data = read_json(request.body)
        body_text = json.dumps(body_data, allow_nan=False, ensure_ascii=False)
        body_text.encode()
    except (ValueError, RecursionError):
        raise UnreadableRequest(400, "no_json", _("Nội dung gửi lên không phải JSON hợp lệ.")) from None
    if not isinstance(body_data, dict) or "\\u0000" in body_text:
        raise UnreadableRequest(400, "no_object", _("Nội dung gửi lên phải là một đối tượng JSON, không có ký tự NUL."))
    return body_data


def submitted_application(call: GovstackCall) -> ApplicationSubmission:
    """The application in the body (``applicationFileSubmit``)."""
    values = body_object(call.request)
    form = values.get("formData")
    form = {} if form is None else form
    data = form.get("data") if isinstance(form, dict) else form
    urls = values.get("documentUrls") or []
    if not isinstance(form, dict) or not isinstance(data, (dict, type(None))):
        raise _bad_value("formData")
    if not isinstance(urls, list) or len(urls) > MOST_DOCUMENTS or not all(map(_is_address, urls)):
        raise _bad_value("documentUrls")
    applicant = _string_value(values, "applicantId", 100)
    if not applicant:
        raise _bad_value("applicantId")
    return ApplicationSubmission(
        applicant_id=applicant,
        client=call.client,
        name=_string_value(values, "applicationName", 200),
        created=_created_moment(values),
        form=_string_value(form, "eFormId", 80),
        data=data,
        document_urls=tuple(urls),
    )


def uploaded_file(call: GovstackCall) -> "UploadedFile[bytes]":
    """The one file that was sent as ``file``."""
    uploads = call.request.FILES.getlist("file")
    if len(uploads) != 1:
        raise UnreadableRequest(400, "one_file", _("Hãy gửi đúng một tệp mỗi lần, trong mục “file”."))
    return uploads[0]


def step_decision(call: GovstackCall) -> dict[str, str]:
    """The words of ``data`` that decide about a step, plain or wrapped in an object."""
    data = body_object(call.request).get("data") or {}
    if not isinstance(data, dict):
        raise _bad_value("data")
    values = {name: data.get(name, "") for name in TOLD}
    plain = {name: value.get("value", "") if isinstance(value, dict) else value for name, value in values.items()}
    return {name: _string_value(plain, name, 4000) for name in plain}


def decision_query(call: GovstackCall) -> decisions.DecisionQuery:
    """What the statistics are asked for."""
    first, last, frame = call.day("startDate"), call.day("endDate"), call.text("timeframe")
    if first and last and last < first:
        raise UnreadableRequest(400, "bad_days", _("Ngày cuối phải sau ngày đầu."))
    if frame and frame not in decisions.FRAMES:
        raise UnreadableRequest(400, "bad_frame", _("“timeframe” phải là day, week, month hoặc year."))
    name = call.text("registrationName", 500)
    return decisions.DecisionQuery(first, last, name, call.text("operator"), call.text("role"), frame)


def _string_value(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name)
    value = "" if value is None else value
    if not isinstance(value, str) or len(value) > longest:
        raise _bad_value(name)
    return value.strip()


def _created_moment(told: Mapping[str, Any]) -> datetime | None:
    text = _string_value(told, "created", 40)
    if not text:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or not 1900 <= moment.year <= 2200:
        raise _bad_value("created")
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.VIETNAM)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 2000


def _bad_value(name: str) -> UnreadableRequest:
    return UnreadableRequest(400, "bad_value", _("“%(name)s” thiếu, sai dạng hoặc quá dài."), name=name)
