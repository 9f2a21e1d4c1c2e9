"""Turns a refusal into the answer its reader expects, and speaks the language that the reader chose."""

from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

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
    """403 where a right is missing, 404 where nothing goes by that name, else 409."""
    if isinstance(refusal, Forbidden):
        return 403
    return 404 if refusal.code.startswith(NOBODY_GOES_BY_THAT_NAME) else 409


def unusable_words() -> str:
    """What somebody is told whose request holds what no column takes."""
    return _("Yêu cầu có ký tự hoặc con số không dùng được.")


class RefusalMiddleware:
    """A page that was refused shows why, with 403, 404 or 409; the API has its own handler."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other error to Django."""
        if isinstance(exception, Refused):
            return _told(request, status_of(exception), exception.message)
        return _told(request, 400, unusable_words()) if isinstance(exception, UNUSABLE) else None


def _told(request: HttpRequest, status: int, message: str) -> HttpResponse:
    return render(request, "error.html", {"status": status, "message": message}, status=status)
