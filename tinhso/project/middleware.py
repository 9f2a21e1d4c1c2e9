"""Turns a refusal into the answer its reader expects, and speaks the language that the reader chose."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import translation

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


class RefusalMiddleware:
    """A page that was refused shows why, with 403 or 409; the API has its own handler."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave every other error to Django."""
        if not isinstance(exception, Refused):
            return None
        status = 403 if isinstance(exception, Forbidden) else 409
        return render(request, "error.html", {"status": status, "message": exception.message}, status=status)
