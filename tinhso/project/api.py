"""The API of the whole system at ``/api/v1/``: typed, described by OpenAPI, refusals as RFC 9457 problems."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer

from tinhso.blocks.units.api import router as units
from tinhso.government.reporting.api import router as reporting
from tinhso.ioc.api import router as indicators
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused


def _known(request: HttpRequest) -> Actor | None:
    actor: Actor = getattr(request, "actor", NOBODY)
    return actor if actor.is_someone else None


class Token(HttpBearer):
    """A program's token, already looked up by the middleware that says who acts."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The program's actor; none for a token that is unknown, expired or revoked.

        A person's session never passes here, however the header looks: that way writes would miss the form token.
        """
        actor = _known(request)
        return actor if actor is not None and actor.kind == "program" else None


class Session(APIKeyCookie):
    """The log-in of a person's browser; writes need the form token as well."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The person's actor."""
        return _known(request)


api = NinjaAPI(
    title="Tỉnh số",
    version="1",
    description="Báo cáo, đơn vị và chỉ tiêu của tỉnh. Reports, units and indicators of the province.",
    auth=[Token(), Session()],
    urls_namespace="api",
    docs_url=None,
)
api.add_router("/", reporting)
api.add_router("/", units)
api.add_router("/", indicators)


def problem(request: HttpRequest, status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document: ``code`` for programs, ``detail`` a sentence that says what to do."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail, **more}
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """409, or 403 where a right is missing, or 404 where nothing goes by that name."""
    status = 403 if isinstance(error, Forbidden) else 404 if error.code.startswith("unknown_") else 409
    return problem(request, status, error.code, error.message)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 with the place and reason of each fault."""
    faults = [{"place": list(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors]
    return problem(request, 422, "invalid", _("Yêu cầu không đúng dạng; xem “faults”."), faults=faults)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """401: log in, or send a token."""
    return problem(request, 401, "log_in", _("Hãy đăng nhập, hoặc gửi mã truy cập trong tiêu đề Authorization."))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library itself refuses, such as a body that is not JSON."""
    return problem(request, error.status_code, "bad_request", str(error))
