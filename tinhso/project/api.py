"""The API of the whole system at ``/api/v1/``: typed, described by OpenAPI, refusals as RFC 9457 problems."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import APIKeyCookie, HttpBearer

from tinhso.blocks.registers.api import router as registers
from tinhso.blocks.signatures.api import router as signatures
from tinhso.blocks.units.api import router as units
from tinhso.government.certificates.api import router as certificates
from tinhso.government.programme.api import router as programme
from tinhso.government.public_services.api import router as procedures
from tinhso.government.reporting.api import router as reporting
from tinhso.ioc.api import router as indicators
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.project.api_examples import add_examples
from tinhso.project.middleware import UNUSABLE, status_of, unusable_words
from tinhso.society.support.api import router as support
from tinhso.ui.strict import StrictParser, only_described


def _actor_of_token(request: HttpRequest) -> Actor | None:
    actor: Actor = getattr(request, "actor", NOBODY)
    return actor if actor.is_someone else None


class ProgramToken(HttpBearer):
    """A program's token, already looked up by the middleware that says who acts."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The program's actor; none for a token that is unknown, expired or revoked.

        A person's session never passes here, however the header looks: that way writes would miss the form token.
        """
        actor = _actor_of_token(request)
        return actor if actor is not None and actor.kind == "program" else None


class SessionCookie(APIKeyCookie):
    """The log-in of a person's browser; writes need the form token as well."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """The person's actor."""
        return _actor_of_token(request)


PROBLEM_TYPE = "application/problem+json"
PROBLEM = {
    "title": "Problem",
    "description": "Why something was refused (RFC 9457): `code` for programs, `detail` a sentence for people.",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "faults": {
            "type": "array",
            "description": "With 422: the place and reason of each fault.",
            "items": {
                "type": "object",
                "properties": {
                    "place": {"type": "array", "items": {"type": "string"}},
                    "why": {"type": "string"},
                },
                "required": ["place", "why"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
}
REFUSALS = {
    400: "The request could not be read",
    401: "Not logged in, or an unknown, expired or revoked token",
    403: "A right is missing at this place, or the form token of a browser's session",
    404: "Nothing goes by that name",
    409: "The rules do not allow it; nothing was changed",
    413: "The body is larger than ten megabytes",
    422: "The request does not have the described form",
}


class Api(NinjaAPI):
    """An API whose description also tells how it refuses."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description, with the problem documents that any operation may answer."""
        described = super().get_openapi_schema(**options)
        described.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
        content = {"schema": {"$ref": "#/components/schemas/Problem"}}
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, words in REFUSALS.items():
                    answer = operation["responses"].setdefault(status, {"description": words})
                    answer.setdefault("content", {})[PROBLEM_TYPE] = content
        add_examples(described)
        return described


api = Api(
    title="Tỉnh số",
    version="1",
    description="Báo cáo, đơn vị và chỉ tiêu của tỉnh. Reports, units and indicators of the province.",
    auth=[ProgramToken(), SessionCookie()],
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
)
api.add_decorator(only_described)
api.add_router("/", reporting)
api.add_router("/", units)
api.add_router("/", indicators)
api.add_router("/", procedures)
api.add_router("/", signatures)
api.add_router("/", certificates)
api.add_router("/", support)
api.add_router("/", programme)
api.add_router("/", registers)


def problem_response(request: HttpRequest, status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document: ``code`` for programs, ``detail`` a sentence that says what to do."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM_TYPE, json_dumps_params={"ensure_ascii": False})


@api.exception_handler(Refused)
def refusal_response(request: HttpRequest, error: Refused) -> HttpResponse:
    """409, or 403 where a right is missing, or 404 where nothing goes by that name."""
    return problem_response(request, status_of(error), error.code, error.message)


@api.exception_handler(ValidationError)
def invalid_response(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 with the place and reason of each fault."""
    faults = [{"place": list(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors]
    return problem_response(request, 422, "invalid", _("Yêu cầu không đúng dạng; xem “faults”."), faults=faults)


@api.exception_handler(AuthenticationError)
def unauthenticated_response(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """401: log in, or send a token."""
    return problem_response(
        request, 401, "log_in", _("Hãy đăng nhập, hoặc gửi mã truy cập trong tiêu đề Authorization.")
    )


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the library itself refuses, such as a body that is not JSON."""
    return problem_response(request, error.status_code, "bad_request", str(error))


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """413 before a byte too many is kept."""
    return problem_response(request, 413, "too_big", _("Nội dung gửi lên quá lớn."))


def unusable_response(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """400 for what no column takes."""
    return problem_response(request, 400, "unusable", unusable_words())


for _kind in UNUSABLE:
    api.add_exception_handler(_kind, unusable_response)
