"""The DHIS2 Web API at ``/dhis2/api/``: what its clients call, in its shapes; a token instead of a password."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tinhso.blocks.dhis2.api import data
from tinhso.blocks.dhis2.api import objects as listing
from tinhso.blocks.dhis2.api.objects import DhisCall
from tinhso.blocks.dhis2.queries.refusal import DhisRefused
from tinhso.blocks.dhis2.queries.world import visible_world
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity import services as people
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

LATEST = 37  # what an address without a version means: answers are plain, as dhis2.py's own helpers read them
WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
}
Handler = Callable[[DhisCall], HttpResponse]


def secret_of(request: HttpRequest) -> str:
    """The token that a client sent: ``ApiToken`` or ``Bearer``, or as the password of Basic (never a real password)."""
    kind, _, rest = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() in ("apitoken", "bearer"):
        return rest.strip()
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _token_actor(request: HttpRequest) -> Actor:
    """Only a token opens this door: a browser's session would let other pages write here."""
    secret = secret_of(request)
    by = identity.actor_of_token(secret, address=identity.address_of(request), now=clock.now())
    if not secret or not by.is_someone:
        raise DhisRefused(401, "", "Unauthorized: send a personal token as the password, or Authorization: ApiToken")
    people.token_used(ref=by.ref, now=clock.now())
    return by


def _preferred_form(request: HttpRequest) -> str:
    """The form that a client would rather have, where the address names none."""
    csv = {"text/csv", "application/csv"}
    offered = ["application/json", *csv]
    return "csv" if request.method == "GET" and request.get_preferred_type(offered) in csv else "json"


def _answer_call(request: HttpRequest, version: int, handler: Handler, name: str, form: str, uid: str) -> HttpResponse:
    try:
        call = DhisCall(
            request, version, name, form or _preferred_form(request), uid, visible_world(_token_actor(request))
        )
        return handler(call)
    except DhisRefused as refusal:
        return refusal_response(refusal)
    except Forbidden as refusal:
        return refusal_response(DhisRefused(403, "", refusal.message))
    except Refused as refusal:
        return refusal_response(DhisRefused(409, "", refusal.message))
    except RequestDataTooBig:
        return refusal_response(DhisRefused(413, "", "The payload is too large."))


def refusal_response(refusal: DhisRefused) -> HttpResponse:
    """A refusal as DHIS2's web message."""
    body: dict[str, Any] = {
        "httpStatus": WORDS.get(refusal.status, ""),
        "httpStatusCode": refusal.status,
        "status": "ERROR",
        "message": refusal.message,
    }
    if refusal.code:
        body["errorCode"] = refusal.code
    answer = JsonResponse(body, status=refusal.status)
    if refusal.status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="DHIS2"'
    return answer


@csrf_exempt
def collection(request: HttpRequest, name: str, version: int = LATEST) -> HttpResponse:
    """``/api/<name>.<form>``: a list of objects, data values, or analytics."""
    name, _, form = name.partition(".")
    handlers: dict[str, Handler] = {
        "dataValueSets": data.data_value_sets,
        "analytics": data.analytics_response,
        "me": listing.current_user,
        "resources": listing.resource_list,
    }
    return _answer_call(request, version, handlers.get(name, listing.list_objects), name, form, "")


@csrf_exempt
def single(request: HttpRequest, name: str, uid: str, version: int = LATEST) -> HttpResponse:
    """``/api/<name>/<uid>.<form>``: one object, or ``system/info``."""
    uid, _, form = uid.partition(".")
    handler = listing.system_info if name == "system" else listing.read_object
    return _answer_call(request, version, handler, name, form, uid)


app_name = "dhis2"
urlpatterns = [
    path("<int:version>/<str:name>", collection, name="versioned_collection"),
    path("<int:version>/<str:name>/<str:uid>", single, name="versioned_object"),
    path("<str:name>", collection, name="collection"),
    path("<str:name>/<str:uid>", single, name="object"),
]
