"""The remote signing service at ``/csc/v1/`` and ``/csc/v2/``: the API of the Cloud Signature Consortium.

Versions 1.0.4 and 2.0 in one: names that changed are taken in either. Keys lie in the token, and a signature needs its
person's PIN and one-time code for exactly these hashes; or in a SIM, and the person is asked on the phone.
https://cloudsignatureconsortium.org/resources/
"""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import authenticate
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity import services as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.remote_keys import queries, services
from tinhso.blocks.remote_keys.api import oauth, shapes
from tinhso.blocks.remote_keys.api.shapes import CscError
from tinhso.blocks.remote_keys.models import Access, Credential
from tinhso.blocks.signatures import services as signing
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused

Handler = Callable[["CscCall"], dict[str, Any] | None]
SPECS = {"v1": "1.0.4.0", "v2": "2.0.0.0"}
LEVELS = {"Ades-B-B": "B-B", "Ades-B-T": "B-T", "Ades-B-LT": "B-LT", "Ades-B-LTA": "B-LTA"}
FORMATS = {"P": "pades", "C": "cades", "X": "xades"}
MOST_LOG_INS = 20  # wrong ones of one address in an hour; the account itself locks sooner


class CscCall:
    """One call of a method: what was said, in which version, and for whom."""

    def __init__(self, request: HttpRequest, version: str) -> None:
        self.request, self.version, self.now = request, version, clock.now()
        self.said = shapes.request_object(request)
        self.bearer = people.bearer_secret(request)
        self.address = people.address_of(request)

    @property
    def access(self) -> Access:
        """The token of whoever lets this program in."""
        if not self.bearer:
            malformed = bool(self.request.headers.get("Authorization"))
            words = "Malformed authorization header" if malformed else "The access token is missing"
            raise CscError(words, "invalid_request" if malformed else "invalid_token", 400 if malformed else 401)
        return services.access_of_token(self.bearer, now=self.now)

    @property
    def by(self) -> Actor:
        """The person as an actor, where the call came from."""
        return people.actor_for(self.access.person, address=self.address)

    def credential(self) -> Credential:
        """The key that is named, of this very person."""
        return queries.credential_of(self.access.person, shapes.text_field(self.said, "credentialID"))


def _csc_view(handler: Handler) -> Callable[..., HttpResponse]:
    @csrf_exempt  # tokens, never a browser's session
    def view(request: HttpRequest, version: str) -> HttpResponse:
        try:
            if request.method != "POST":
                raise CscError("Only POST", status=405)
            call = CscCall(request, version)
            try:
                values = handler(call)
            except Refused as refusal:
                _write_down(call, handler, refusal)
                raise shapes.csc_error(refusal, version) from refusal
        except CscError as problem:
            return problem.answer()
        except (DataError, UnicodeEncodeError):
            return CscError("The request holds characters that cannot be used").answer()
        response = HttpResponse(status=204) if values is None else JsonResponse(values)
        response["Cache-Control"] = "no-store"
        return response

    return view


def _write_down(call: CscCall, handler: Handler, refusal: Refused) -> None:
    """Who was refused what; the key's name is shortened, since anybody may write anything there."""
    try:
        by = call.by
    except (CscError, Refused):
        by = NOBODY
    named = call.said.get("credentialID")
    subject = ("remote_keys.Credential", named[:40] if isinstance(named, str) else "-")
    audit.record_refusal(
        by=by, did="refused remote signing", to=subject, after={"code": refusal.code, "in": handler.__name__}
    )


def info(call: CscCall) -> dict[str, Any]:
    """What the service is, and which methods it has."""
    here = reverse("csc:info", kwargs={"version": call.version})
    answer: dict[str, Any] = {
        "specs": SPECS[call.version],
        "name": "Tỉnh số",
        "logo": call.request.build_absolute_uri("/icons/icon-192.png"),
        "region": "VN",
        "lang": "vi-VN",
        "description": _("Dịch vụ ký số từ xa của tỉnh"),
        "authType": ["basic", "oauth2code"],
        "oauth2": call.request.build_absolute_uri(here).removesuffix("/info"),
        "methods": [name for name in (*METHODS, *OAUTH) if name not in NOT_IN[call.version]],
    }
    if call.version == "v2":
        answer |= {
            "asynchronousOperationMode": False,
            "signAlgorithms": {"algos": [oid for family in shapes.SIGNS.values() for oid in family]},
            "signature_formats": {
                "formats": ["C", "X", "P"],
                "envelope_properties": [["Detached"], ["Enveloped"], ["Revision"]],
            },
            "conformance_levels": list(LEVELS),
        }
    return answer


def log_in(call: CscCall) -> dict[str, Any]:
    """Let a program in by name and password, or again by refresh token; it signs nothing by that alone."""
    again = shapes.text_field(call.said, "refresh_token", needed=False)
    if again:
        access = services.taken_once(again, Access.REFRESH, None, now=call.now)
        if access is None or not access.person.is_active:
            raise CscError("Invalid refresh_token")
        return _token_answer(call, access.person, access.family, refresh=True)
    name, password = _basic_credentials(call)
    by = Actor(ref="", name=NOBODY.name, kind="nobody", address=call.address)

    def opening() -> Person:
        user = authenticate(request=call.request, username=name, password=password)
        if user is None or queries.may_not_enter(people.person_behind(user)):
            raise Refused("wrong_log_in", _("Tên đăng nhập hoặc mật khẩu không đúng."))
        return people.person_behind(user)

    try:
        person = identity.try_secret(what="remote_keys.login", most=MOST_LOG_INS, by=by, now=call.now, opening=opening)
    except Refused as refusal:
        raise CscError("An error occurred during authentication process", "authentication_error") from refusal
    return _token_answer(call, person, "", refresh=shapes.boolean_field(call.said, "rememberMe"))


def _basic_credentials(call: CscCall) -> tuple[str, str]:
    kind, _space, text = call.request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        raise CscError("Malformed authentication parameter", status=401)
    try:
        name, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as problem:
        raise CscError("Malformed username-password") from problem
    if not colon or "\0" in name + password:
        raise CscError("Malformed username-password")
    return name, password


def _token_answer(call: CscCall, person: Person, family: str, *, refresh: bool) -> dict[str, Any]:
    by = people.actor_for(person, address=call.address)
    issued_tokens = services.let_in(
        person=person, application=None, family=family, refresh=refresh, by=by, now=call.now
    )
    more = {"refresh_token": issued_tokens.refresh} if issued_tokens.refresh else {}
    return {"access_token": issued_tokens.access, "token_type": "Bearer", "expires_in": issued_tokens.seconds} | more


def revoke(call: CscCall) -> None:
    """End a token of the same person."""
    services.end_access(token=shapes.text_field(call.said, "token"), mine=call.access, application=None, now=call.now)


def list_credentials(call: CscCall) -> dict[str, Any]:
    """The keys of whoever lets the program in."""
    if call.said.get("userID") is not None:
        raise CscError("userID parameter MUST be null")
    credentials = list(queries.credentials_of(call.access.person).select_related("person", "unit"))
    if shapes.boolean_field(call.said, "onlyValid"):
        credentials = [credential for credential in credentials if credential.status == Credential.ENABLED]
        credentials = [
            credential for credential in credentials if queries.certificate_status(credential, call.now) == "valid"
        ]
    answer: dict[str, Any] = {"credentialIDs": [credential.ref for credential in credentials]}
    if shapes.boolean_field(call.said, "credentialInfo"):
        answer["credentialInfos"] = [
            {"credentialID": credential.ref} | _credential_info(call, credential) for credential in credentials
        ]
    if shapes.boolean_field(call.said, "onlyValid"):
        answer["onlyValid"] = True
    return answer


def credential_info(call: CscCall) -> dict[str, Any]:
    """A key with its certificates and how its person lets it sign."""
    return _credential_info(call, call.credential())


def _credential_info(call: CscCall, one: Credential) -> dict[str, Any]:
    mode = shapes.IMPLICIT if one.phone else shapes.BY_OAUTH if call.access.application_id else shapes.EXPLICIT
    return shapes.credential_info(one, call.said, call.version, call.now, mode)


def authorize(call: CscCall) -> dict[str, Any]:
    """A permission for exactly these hashes: by PIN and one-time code, or, of a key in a SIM, by phone."""
    credential = call.credential()
    count, hashes = shapes.number_field(call.said, "numSignatures"), shapes.hashes_field(call.said, call.version)
    signature_scope = services.SignatureScope(count, hashes, shapes.hash_of(call.said, hashes))
    if credential.phone:
        caller = services.SigningProgram(
            call.access, call.bearer, shapes.text_field(call.said, "description", needed=False)
        )
        row, sad = services.authorise_on_phone(
            one=credential, wanted=signature_scope, caller=caller, by=call.by, now=call.now
        )
        return _sad_answer(sad, row.expires_at, clock.now())
    pin, otp = _pin_and_code(call)
    row, sad = services.authorise_by_pin(
        one=credential,
        wanted=signature_scope,
        pin=pin,
        otp=otp,
        application=call.access.application,
        by=call.by,
        now=call.now,
    )
    return _sad_answer(sad, row.expires_at, call.now)


def _pin_and_code(call: CscCall) -> tuple[str, str]:
    if "authData" not in call.said:
        return shapes.text_field(call.said, "PIN"), shapes.text_field(call.said, "OTP")
    listed = call.said["authData"]
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise CscError("Missing (or invalid type) array parameter authData")
    values = {shapes.text_field(entry, "id"): shapes.text_field(entry, "value") for entry in listed}
    return shapes.text_field(values, "PIN"), shapes.text_field(
        values, shapes.MAILED if shapes.MAILED in values else shapes.APP
    )


def _sad_answer(sad: str, until: datetime, now: datetime) -> dict[str, Any]:
    return {"SAD": sad, "expiresIn": round((until - now).total_seconds())}


def send_otp(call: CscCall) -> None:
    """Send a one-time code to the person's mailbox (first version), where the key takes such codes."""
    credential = call.credential()
    services.must_be_usable(credential, call.now)
    services.send_code(one=credential, by=call.by, now=call.now)


def get_challenge(call: CscCall) -> None:
    """The same in the second version: what is sent is the challenge, by another way than this one."""
    if Credential.MAIL not in call.credential().codes or shapes.text_field(call.said, "authObjectID") != shapes.MAILED:
        raise CscError("Invalid parameter authObjectID")
    send_otp(call)


def extend(call: CscCall) -> dict[str, Any]:
    """A new SAD over other hashes for what remains of a permission."""
    credential, hashes = call.credential(), shapes.hashes_field(call.said, call.version)
    row, sad = services.extend_permission(
        sad=shapes.text_field(call.said, "SAD"),
        one=credential,
        hashes=hashes,
        algorithm=shapes.hash_of(call.said, hashes),
        by=call.by,
        now=call.now,
    )
    return _sad_answer(sad, row.expires_at, call.now)


def sign_hash(call: CscCall) -> dict[str, Any]:
    """Signatures over hashes, in their order."""
    if call.said.get("operationMode", "S") != "S":
        raise CscError("Invalid parameter operationMode")
    credential = call.credential()
    sad = shapes.text_field(call.said, "SAD")
    hashes, algorithm = shapes.hashes_field(call.said, call.version), shapes.signing_hash(call.said, credential)
    contents = services.sign_hashes(
        sad=sad, one=credential, hashes=hashes, algorithm=algorithm, by=call.by, now=call.now
    )
    return {"signatures": [base64.b64encode(signature).decode() for signature in contents]}


def sign_doc(call: CscCall) -> dict[str, Any]:
    """Whole documents, or digests of them, signed here (PAdES, CAdES, XAdES)."""
    credential, sad = call.credential(), shapes.text_field(call.said, "SAD")
    values = {name: call.said.get(name) for name in ("documents", "documentDigests") if call.said.get(name)}
    if len(values) != 1:
        words = "Both documentDigests and documents parameters passed" if values else ""
        raise CscError(words or "Empty documentDigests and documents objects")
    ((name, listed),) = values.items()
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise CscError(f"Invalid array parameter {name}")
    asked_documents = [_asked_document(each, name, credential) for each in listed]
    contents = services.sign_documents(sad=sad, one=credential, documents=asked_documents, by=call.by, now=call.now)
    text = {"documents": "DocumentWithSignature", "documentDigests": "SignatureObject"}[name]
    return {text: [base64.b64encode(each).decode() for each in contents]}


def _asked_document(each: dict[str, Any], name: str, one: Credential) -> services.AskedDocument:
    form = FORMATS.get(shapes.text_field(each, "signature_format"))
    level = LEVELS.get(shapes.text_field(each, "conformance_level", needed=False) or "Ades-B-B")
    if form is None or (form == "cades" and name == "documents") or (form == "xades" and name != "documents"):
        raise CscError("Invalid parameter signature_format")
    if level is None or (form != "pades" and level not in ("B-B", "B-T")):
        raise CscError("Invalid parameter conformance_level")
    if shapes.signing_hash({"hashAlgo": "2.16.840.1.101.3.4.2.1"} | each, one) != "sha256":
        raise CscError("Invalid parameter hashAlgorithmOID")
    if name == "documents":
        return services.AskedDocument(form, level, content=shapes.bytes_from_base64(each.get("document"), "documents"))
    listed = each.get("hashes")
    listed = [listed] if isinstance(listed, str) else listed
    if not isinstance(listed, list) or len(listed) != 1:
        raise CscError("Invalid Base64 hashes string parameter")
    return services.AskedDocument(form, level, digest=shapes.bytes_from_base64(listed[0], "hashes"))


def timestamp(call: CscCall) -> dict[str, Any]:
    """A timestamp over a hash, of the service that the operator named."""
    _access = call.access
    algorithm = shapes.named_hash(call.said)
    hashed = shapes.bytes_from_base64(shapes.text_field(call.said, "hash"), "hash")
    nonce = shapes.text_field(call.said, "nonce", needed=False)
    if not algorithm:
        raise CscError("Invalid parameter hashAlgo")
    if shapes.LENGTHS.get(len(hashed)) != algorithm:
        raise CscError("Invalid digest value length")
    try:
        number = int(nonce, 16) if nonce else None
    except ValueError as problem:
        raise CscError("Invalid parameter nonce") from problem
    return {"timestamp": base64.b64encode(signing.timestamp_token(hashed, algorithm, number)).decode()}


METHODS: dict[str, Handler] = {
    "info": info,
    "auth/login": log_in,
    "auth/revoke": revoke,
    "credentials/list": list_credentials,
    "credentials/info": credential_info,
    "credentials/authorize": authorize,
    "credentials/sendOTP": send_otp,
    "credentials/getChallenge": get_challenge,
    "credentials/extendTransaction": extend,
    "signatures/signHash": sign_hash,
    "signatures/signDoc": sign_doc,
    "signatures/timestamp": timestamp,
}
NOT_IN = {"v1": ("credentials/getChallenge", "signatures/signDoc"), "v2": ("credentials/sendOTP",)}
OAUTH = ("oauth2/authorize", "oauth2/token", "oauth2/revoke")

app_name = "csc"
urlpatterns = [
    *(
        path(f"{version}/{name}", _csc_view(handler), {"version": version}, name=name)
        for version in SPECS
        for name, handler in (METHODS | {"signature/signHash": sign_hash}).items()
    ),
    *oauth.urlpatterns,
]
