"""What somebody is told when the system failed: whether what they sent was saved, what to do, and a number to name."""

import errno
import secrets
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from psycopg.errors import DiskFull
from psycopg_pool import PoolTimeout

from tinhso.project import logs

FULL = (errno.ENOSPC, errno.EDQUOT)
NUMBER_BYTES = 5
READING = ("GET", "HEAD", "OPTIONS")


class Accident(NamedTuple):
    """How an error is told: status, a word for programs, a heading, and sentences that say what to do."""

    status: int
    code: str
    heading: str
    words: str


class RequestNumberMiddleware:
    """Gives each request a number: in the log, in ``X-Request-Id``, on the page of an accident."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(NUMBER_BYTES)
        request.number = number  # type: ignore[attr-defined]
        context_token = logs.current.set({"request": number, "method": request.method or "", "page": page_of(request)})
        try:
            response = self.get_response(request)
        finally:
            logs.current.reset(context_token)
        response["X-Request-Id"] = number
        return response


def page_of(request: HttpRequest) -> str:
    """Which page is asked for: its route, never its address, which may hold a key or a person's number."""
    try:
        return resolve(request.path_info).route
    except Resolver404:
        return ""


def not_found_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's ``handler404``: a page for whoever reads pages, one line for what takes none, such as a stream."""
    if request.accepts("text/html"):
        response: HttpResponse = page_not_found(request, exception)
    else:
        response = HttpResponse("404\n", status=404, content_type="text/plain; charset=utf-8")
    patch_vary_headers(response, ["Accept"])
    return response


def error_page(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``: the page (or the problem document) for the error that is being handled."""
    accident = accident_of(sys.exc_info()[1], reads=request.method in READING)
    number = getattr(request, "number", "")
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": accident.code,
            "status": accident.status,
            "code": accident.code,
            "detail": accident.words,
            "request": number,
        }
        response: HttpResponse = JsonResponse(body, status=accident.status, content_type="application/problem+json")
    else:
        context = {"accident": accident, "number": number}
        response = render(
            None, "500.html", context, status=accident.status
        )  # no request: its processors ask the database
    if accident.status == 503:
        response["Retry-After"] = "60"
    return response


def accident_of(error: BaseException | None, *, reads: bool) -> Accident:
    """What to tell of an error; ``reads``: nothing was to be saved."""
    causes = list(_causes_of(error))
    lost = "" if reads else _("Điều bạn vừa gửi CHƯA được lưu: hãy giữ lại nội dung (sao chép ra nơi khác). ")
    if any(_is_full(cause) for cause in causes):
        words = lost + _("Ổ đĩa của máy chủ đã đầy. Hãy báo người quản trị và gửi lại khi họ đã dọn ổ đĩa.")
        return Accident(503, "disk_full", _("Máy chủ hết chỗ chứa"), words)
    if any(isinstance(cause, OperationalError | InterfaceError | PoolTimeout) for cause in causes):
        unsure = (
            "" if reads else _("Chưa chắc điều bạn vừa gửi đã được lưu: hãy mở lại trang để xem trước khi gửi lại. ")
        )
        words = unsure + _("Cơ sở dữ liệu tạm thời không trả lời. Hãy thử lại sau một phút.")
        return Accident(503, "database_away", _("Hệ thống tạm thời không phục vụ được"), words)
    if reads:
        words = _("Không mở được trang này; không có dữ liệu nào bị thay đổi. Hãy thử lại sau ít phút.")
    else:
        words = _("Chưa chắc điều bạn vừa gửi đã được lưu: hãy mở lại trang để xem trước khi gửi lại.")
    return Accident(500, "accident", _("Hệ thống gặp lỗi"), words)


def _causes_of(error: BaseException | None) -> Iterator[BaseException]:
    for _number in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return isinstance(error, DiskFull) or "No space left on device" in str(error)
