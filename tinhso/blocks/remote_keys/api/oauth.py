"""Where people let programs in, and let them sign (OAuth 2 of the remote signing service).

The page is ours: PIN and one-time code are typed here and never reach the program.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from oauthlib.oauth2 import FatalClientError, OAuth2Error

from tinhso.blocks.identity import queries as people
from tinhso.blocks.remote_keys import queries, services
from tinhso.blocks.remote_keys.api import shapes
from tinhso.blocks.remote_keys.api.shapes import CscError
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.ui.actors import actor_of

TYPE = "application/x-www-form-urlencoded"


@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest, version: str) -> HttpResponse:
    """Ask a person whether a program may list their keys, or sign these hashes; then send them back to it."""
    by = actor_of(request)
    if by.kind != "person":
        return redirect_to_login(request.get_full_path())
    query_params = {name: str(value) for name, value in request.GET.items() if "\0" not in value}
    uri = f"{services.OUR_ADDRESS}/?{urlencode(query_params)}"
    try:
        scopes, credentials = services.oauth_server.validate_authorization_request(uri, "GET", None, {})
    except FatalClientError as problem:
        message = _("Chương trình yêu cầu ký gửi địa chỉ sai (%(why)s). Hãy báo người phụ trách chương trình.")
        return render(request, "error.html", {"status": 400, "message": message % {"why": problem.error}}, status=400)
    except OAuth2Error as problem:
        return _redirect_to_program(problem.in_uri(problem.redirect_uri or ""))
    try:
        values = _granted_scope(request, query_params, scopes[0])
    except (CscError, Refused) as problem:
        why = problem.description if isinstance(problem, CscError) else shapes.csc_error(problem, version).description
        return _redirect_to_program(
            _with_query(
                credentials["redirect_uri"],
                error="invalid_request",
                error_description=why,
                **_state_param(query_params),
            )
        )
    return _authorization_response(request, query_params, scopes, credentials["redirect_uri"], uri, values)


def _granted_scope(request: HttpRequest, asked: Mapping[str, str], scope: str) -> dict[str, Any]:
    """Who lets, and for scope ``credential`` what: checked before anybody is asked for a PIN."""
    person = people.person_behind(request.user)  # type: ignore[arg-type]
    if scope != "credential":
        return {"person": person}
    credential = queries.credential_of(person, shapes.text_field(asked, "credentialID"))
    hashes = tuple(
        _bytes_from_base64url(part).hex() for part in asked.get("hashes", asked.get("hash", "")).split(",") if part
    )
    count = shapes.text_field(asked, "numSignatures")
    if not count.isdecimal() or len(count) > 6:
        raise CscError("Missing (or invalid type) integer parameter numSignatures")
    signature_scope = services.SignatureScope(int(count), hashes, shapes.hash_of(asked, hashes))
    services.must_take_pin(credential)
    services.must_be_usable(credential, clock.now())
    services.must_be_in_bounds(credential, signature_scope)
    allowed = {"count": signature_scope.count, "hashes": list(hashes), "algorithm": signature_scope.algorithm}
    return {"person": person, "credential": credential, "allowed": allowed}


def _bytes_from_base64url(part: str) -> bytes:
    try:
        return base64.b64decode(part.strip() + "=" * (-len(part.strip()) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as problem:
        raise CscError("Invalid Base64 hash string parameter") from problem


def _authorization_response(
    request: HttpRequest, asked: Mapping[str, str], scopes: list[str], back: str, uri: str, given: dict[str, Any]
) -> HttpResponse:
    refused, sent = "", False
    if request.method == "POST" and request.POST.get("how") == "send" and "credential" in given:
        try:
            services.send_code(one=given["credential"], by=actor_of(request), now=clock.now())
            sent = True
        except Refused as refusal:
            refused = refusal.message
    elif request.method == "POST":
        if request.POST.get("how") != "allow":
            return _redirect_to_program(_with_query(back, error="access_denied", **_state_param(asked)))
        try:
            given |= _proven_pin(request, given)
            headers, _body, _status = services.oauth_server.create_authorization_response(
                uri, "GET", None, {}, scopes, {"given": given}
            )
            return _redirect_to_program(headers["Location"])
        except Refused as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
            refused = refusal.message
    context = {
        "program": queries.application_by_ref(asked["client_id"]),
        "given": given,
        "refused": refused,
        "sent": sent,
        "described": asked.get("description", "")[:500],
        "query": request.GET.urlencode(),
        "shown": [
            f"{hash_text[:16]}…{hash_text[-8:]}" for hash_text in given.get("allowed", {}).get("hashes", [])[:20]
        ],
    }
    response = render(request, "remote_keys/let.html", context, status=409 if refused else 200)
    where = urlsplit(back)
    response._csp_update = {"form-action": [f"{where.scheme}://{where.netloc}"]}  # type: ignore[attr-defined]
    return response


def _proven_pin(request: HttpRequest, given: Mapping[str, Any]) -> dict[str, str]:
    """The PIN, once it and the one-time code were seen to be right."""
    if "credential" not in given:
        return {}
    pin, otp = request.POST.get("pin", ""), request.POST.get("otp", "").strip()
    services.require_pin_and_code(one=given["credential"], pin=pin, otp=otp, by=actor_of(request), now=clock.now())
    return {"pin": pin}


def _state_param(asked: Mapping[str, str]) -> dict[str, str]:
    return {"state": asked["state"]} if "state" in asked else {}


def _with_query(address: str, **more: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(more)}"


def _redirect_to_program(address: str) -> HttpResponse:
    """To the program: its address was compared with those registered for it."""
    answer = HttpResponse(status=302)
    answer["Location"] = address
    return answer


@csrf_exempt  # programs, never a browser's session
@require_POST
def token(request: HttpRequest, version: str) -> HttpResponse:
    """A code or a refresh token for tokens; a code of scope ``credential`` for a SAD."""
    try:
        headers, body, status = services.oauth_server.create_token_response(*_library_request(request))
    except Refused as refusal:
        return CscError(shapes.csc_error(refusal, version).description, "invalid_grant").answer()
    token_values = json.loads(body)
    if version == "v2" and token_values.get("token_type") == "SAD":
        token_values["token_type"] = "Bearer"
    answer = JsonResponse(token_values, status=status)
    answer["Cache-Control"] = "no-store"
    if "WWW-Authenticate" in headers:
        answer["WWW-Authenticate"] = headers["WWW-Authenticate"]
    return answer


@csrf_exempt  # programs, never a browser's session
@require_POST
def revoke(request: HttpRequest, version: str) -> HttpResponse:
    """End a token of the program that asks (RFC 7009)."""
    _headers, body, status = services.oauth_server.create_revocation_response(*_library_request(request))
    return (
        HttpResponse(status=204)
        if status == 200
        else HttpResponse(body, status=status, content_type="application/json")
    )


def _library_request(request: HttpRequest) -> tuple[str, str, str, dict[str, str]]:
    """The request as the library reads it; what no column takes is left out."""
    fields = {name: value for name, value in request.POST.items() if isinstance(value, str) and "\0" not in value}
    headers = {"Content-Type": TYPE}
    if "Authorization" in request.headers:
        headers["Authorization"] = request.headers["Authorization"]
    return services.OUR_ADDRESS, "POST", urlencode(fields), headers


urlpatterns = [
    path(f"{version}/oauth2/{view.__name__}", view, {"version": version}, name=f"oauth2/{view.__name__}")
    for version in ("v1", "v2")
    for view in (authorize, token, revoke)
]
