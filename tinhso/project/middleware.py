"""Turns a refusal into the answer its reader expects, and speaks the language that the reader chose."""

from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Forbidden, Refused


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Vietnamese, unless the reader chose another language on a page: what a browser prefers does not count.

    Many offices run browsers in English; a state office's pages are Vietnamese all the same.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Take the language from the cookie that the language form sets."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


# What a request may hold that no column takes: the letter NUL, half of a letter, a number beyond all bounds
UNUSABLE = (DataError, UnicodeEncodeError)
NOBODY_GOES_BY_THAT_NAME = ("unknown_", "no_such_", "no_return", "no_data_set")


def status_of(refusal: Refused) -> int:
    """403 where a right is missing, 404 where nothing goes by that name, 429 where it was too often, else 409."""
    if isinstance(refusal, Forbidden):
        return 403
    if refusal.code.endswith("too_often"):
        return 429
    return 404 if refusal.code.startswith(NOBODY_GOES_BY_THAT_NAME) else 409


def unusable_words() -> str:
    """What somebody is told whose request holds what no column takes."""
    return _("Yêu cầu có ký tự hoặc con số không dùng được.")


class RefusalMiddleware:
    """A page that was refused shows why, with 403, 404, 409 or 429; the API has its own handler.

    That somebody had no right to what they tried is written down, also where a page says so itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refusal = getattr(request, "refusal", None)
        if isinstance(refusal, Forbidden):
            _write_down(request, refusal.code)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other error to Django."""
        if isinstance(exception, Refused):
            request.refusal = exception  # type: ignore[attr-defined]
            return _error_response(request, status_of(exception), exception.message)
        return _error_response(request, 400, unusable_words()) if isinstance(exception, UNUSABLE) else None


class AddressMiddleware:
    """The letter NUL in a path becomes U+FFFD before a page reads it: no column keeps it, nothing goes by such a name.

    The query stays as it came, since some are signed; ``ui.request_params`` reads it without NUL.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path_info = request.path_info.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return self.get_response(request)


class SizeMiddleware:
    """What says that it is larger than anything that is handed in is refused before a byte of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length_text = request.META.get("CONTENT_LENGTH") or "0"
        if length_text.isdigit() and int(length_text) <= settings.LARGEST_REQUEST:
            return self.get_response(request)
        _write_down(request, "too_big")
        words = _(
            "Nội dung gửi lên lớn hơn %(most)s MB nên không được nhận. Hãy gửi từng tệp, hoặc quét lại ở 300 dpi."
        )
        message = words % {"most": settings.LARGEST_REQUEST // 1_000_000}
        if request.path.startswith("/api/"):
            body = {"type": "about:blank", "title": "too_big", "status": 413, "code": "too_big", "detail": message}
            return JsonResponse(body, status=413, content_type="application/problem+json")
        return _error_response(request, 413, message)


def _write_down(request: HttpRequest, code: str) -> None:
    """Who was refused what: the name of the page, not its address, which may hold a key."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return
    about = match.kwargs.get("code") or match.kwargs.get("ref") or "-"
    after = {"code": code, "method": request.method}
    subject = (match.view_name[:80], str(about).replace("\0", "")[:80])
    audit.record_refusal(by=getattr(request, "actor", NOBODY), did="refused request", to=subject, after=after)


def _error_response(request: HttpRequest, status: int, message: str) -> HttpResponse:
    return render(request, "error.html", {"status": status, "message": message}, status=status)
