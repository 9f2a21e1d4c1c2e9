"""What CSC messages look like: how requests are read, how keys are told, and the standard's own errors."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from asn1crypto import x509
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse

from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Credential
from tinhso.kernel.errors import Refused
from tinhso.kernel.strict_json import read_json

HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
LENGTHS = {32: "sha256", 48: "sha384", 64: "sha512"}
RSA = "1.2.840.113549.1.1.1"
SIGNS = {
    "rsa": {
        RSA: "",
        "1.2.840.113549.1.1.11": "sha256",
        "1.2.840.113549.1.1.12": "sha384",
        "1.2.840.113549.1.1.13": "sha512",
    },
    "ec": {
        "1.2.840.10045.4.3.2": "sha256",
        "1.2.840.10045.4.3.3": "sha384",
        "1.2.840.10045.4.3.4": "sha512",
    },
}
P256 = "1.2.840.10045.3.1.7"
APP, MAILED = "OTP", "MAIL"  # what our keys call their one-time codes
# How a person lets a key sign: the service asks by itself, the program hands on what was typed, or our own page asks.
IMPLICIT, EXPLICIT, BY_OAUTH = "implicit", "explicit", "oauth2code"
SAID = {
    "unknown_credential": "Invalid parameter credentialID",
    "disabled_credential": "The credential identified by credentialID is disabled",
    "certificate_over": "Signing certificate is expired",
    "bad_count": "Invalid value for parameter numSignatures",
    "count_too_high": "Numbers of signatures is too high",
    "no_hash": "Empty hash array",
    "bad_hash": "Invalid digest value length",
    "invalid_sad": "Invalid parameter SAD",
    "expired_sad": "SAD expired",
    "hash_not_allowed": "Hash is not authorized by the SAD",
    "tried_too_often": "Credential locked",
    "locked_pin": "Credential locked",
    "no_sent_codes": "The OTP of this credential is offline",
    "key_in_sim": "The credential is authorized on the phone of its owner, one hash at a time (authMode implicit)",
}
DENIED = {
    "phone_refused": "The owner of the credential declined on the phone",
    "phone_timed_out": "The owner of the credential did not answer on the phone in time",
    "phone_wrong_pin": "The SIM of the credential does not sign: its PIN was wrong too often",
}
NOT_NOW = {
    "no_token",
    "token_refuses",
    "no_timestamp",
    "no_timestamps",
    "busy",
    "code_not_sent",
    "no_operator",
    "phone_busy",
    "phone_operator",
    "phone_phone_off",
    "phone_not_allowed",
}
TOKENS = {
    "invalid_token": "The access token is not valid",
    "expired_token": "The access token is expired or has been revoked",
}


class CscError(Exception):
    """A request that the standard has an error for."""

    def __init__(self, description: str, error: str = "invalid_request", status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status

    def answer(self) -> JsonResponse:
        """The standard's error object."""
        response = JsonResponse({"error": self.error, "error_description": self.description}, status=self.status)
        response["Cache-Control"] = "no-store"
        if self.status == 401:
            response["WWW-Authenticate"] = f'Bearer error="{self.error}"'
        return response


def csc_error(refusal: Refused, version: str) -> CscError:
    """One of our refusals in the standard's words; its second version does not say which secret was wrong."""
    if refusal.code in TOKENS:
        return CscError(TOKENS[refusal.code], refusal.code, 401)
    if refusal.code in ("wrong_pin", "wrong_otp"):
        if version == "v2":
            return CscError("The authentication data is invalid", "invalid_authentication_data")
        name = refusal.code.removeprefix("wrong_")
        return CscError(f"The {name.upper()} is invalid", f"invalid_{name}")
    if refusal.code in DENIED:
        return CscError(DENIED[refusal.code], "access_denied")
    if refusal.code in NOT_NOW:
        return CscError(refusal.message, "temporarily_unavailable", 503)
    if refusal.code.endswith("too_often") and refusal.code not in SAID:
        return CscError(refusal.message, "access_denied", 429)
    return CscError(SAID.get(refusal.code, refusal.message))


def request_object(request: HttpRequest) -> dict[str, Any]:
    """The object in the body; an empty body is an empty object."""
    try:
        payload = read_json(request.body or b"{}")
    except RequestDataTooBig as problem:
        raise CscError("The request is too large", status=413) from problem
    except ValueError as problem:
        raise CscError("The body is not JSON") from problem
    if not isinstance(payload, dict):
        raise CscError("The body is not a JSON object")
    return payload


def text_field(found: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    """A string that columns and headers can hold."""
    value = found.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value):
        raise CscError(f"Missing (or invalid type) string parameter {name}")
    try:
        value.encode()
    except UnicodeEncodeError as problem:
        raise CscError(f"Invalid parameter {name}") from problem
    if "\0" in value or len(value) > 10_000:
        raise CscError(f"Invalid parameter {name}")
    return value


def boolean_field(found: Mapping[str, Any], name: str) -> bool:
    """A boolean that may be absent."""
    value = found.get(name, False)
    if not isinstance(value, bool):
        raise CscError(f"Invalid parameter {name}")
    return value


def number_field(found: Mapping[str, Any], name: str) -> int:
    """A whole number; JSON's true is none."""
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise CscError(f"Missing (or invalid type) integer parameter {name}")
    return max(-1, min(value, 1_000_000))


def hashes_field(found: Mapping[str, Any], version: str) -> tuple[str, ...]:
    """The hashes as hex: ``hash`` in the first version, ``hashes`` in the second; either is taken."""
    name = {"v1": "hash", "v2": "hashes"}[version]
    value = found.get(name, found.get("hash", found.get("hashes")))
    if not isinstance(value, list):
        raise CscError(f"Missing (or invalid type) array parameter {name}")
    return tuple(bytes_from_base64(encoded_hash, "hash").hex() for encoded_hash in value)


def bytes_from_base64(value: Any, name: str) -> bytes:
    """Bytes out of Base64."""
    try:
        if not isinstance(value, str) or not value:
            raise ValueError
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as problem:
        raise CscError(f"Invalid Base64 {name} string parameter") from problem


def named_hash(found: Mapping[str, Any]) -> str:
    """The hash algorithm that a request names, if it does."""
    name = "hashAlgorithmOID" if "hashAlgorithmOID" in found else "hashAlgo"
    said_oid = text_field(found, name, needed=False)
    if said_oid and said_oid not in HASHES:
        raise CscError(f"Invalid parameter {name}")
    return HASHES.get(said_oid, "")


def hash_of(found: Mapping[str, Any], these: tuple[str, ...]) -> str:
    """The hash algorithm of a permission: as named, else by the length of its hashes."""
    implied_hash = LENGTHS.get(len(these[0]) // 2, "") if these else "sha256"
    if not (named_hash(found) or implied_hash):
        raise CscError("Invalid digest value length")
    return named_hash(found) or implied_hash


def signing_hash(found: Mapping[str, Any], one: Credential) -> str:
    """The hash algorithm of signatures: as ``signAlgo`` says, which must be one of the key's."""
    algorithm = text_field(found, "signAlgo")
    if algorithm not in SIGNS[one.algorithm]:
        raise CscError("Invalid parameter signAlgo")
    implied, named = SIGNS[one.algorithm][algorithm], named_hash(found)
    if not implied and not named:
        raise CscError("Missing (or invalid type) string parameter hashAlgo")
    if implied and named and implied != named:
        raise CscError("String parameter hashAlgorithmOID contradicts with signAlgo parameter")
    return implied or named


def credential_info(
    one: Credential, found: Mapping[str, Any], version: str, now: datetime, mode: str
) -> dict[str, Any]:
    """A key as ``credentials/info`` tells it; ``mode``: how this program has its person let it sign."""
    certificate_scope = text_field(found, "certificates", needed=False) or "single"
    if certificate_scope not in ("none", "single", "chain"):
        raise CscError("Invalid parameter certificates")
    usable = one.status == Credential.ENABLED
    key: dict[str, Any] = {
        "status": "enabled" if usable else "disabled",
        "algo": _algorithms_of_key(one),
        "len": one.bits,
    }
    if one.algorithm == "ec":
        key["curve"] = P256
    answer = {
        "description": f"{one.person} (SIM {queries.masked_number(one.phone)})"
        if one.phone
        else str(one.unit or one.person),
        "key": key,
        "cert": _certificate_info(one, certificate_scope, now, details=boolean_field(found, "certInfo")),
        "SCAL": "2",
        "multisign": one.multisign,
        "lang": "vi-VN",
    }
    return answer | _required_secrets(one, version, mode, shown=boolean_field(found, "authInfo"))


def _algorithms_of_key(one: Credential) -> list[str]:
    """Those of the key; SIMs sign SHA-256 alone."""
    return [oid for oid, implied in SIGNS[one.algorithm].items() if not one.phone or implied in ("", "sha256")]


def _certificate_info(one: Credential, which: str, now: datetime, *, details: bool) -> dict[str, Any]:
    if not one.certificate:
        return {}
    content = bytes(one.certificate)
    answer: dict[str, Any] = {"status": queries.certificate_status(one, now)}
    every = [base64.b64encode(content).decode(), *one.chain]
    if which != "none":
        answer["certificates"] = every if which == "chain" else every[:1]
    if details:
        certificate = x509.Certificate.load(content)
        answer |= {
            "issuerDN": certificate.issuer.human_friendly,
            "serialNumber": f"{certificate.serial_number:X}",
            "subjectDN": certificate.subject.human_friendly,
            "validFrom": f"{certificate.not_valid_before:%Y%m%d%H%M%SZ}",
            "validTo": f"{certificate.not_valid_after:%Y%m%d%H%M%SZ}",
        }
    return answer


def _required_secrets(one: Credential, version: str, mode: str, *, shown: bool) -> dict[str, Any]:
    """What a program must send to have a key sign, each time: PIN and a one-time code, of the person's app or sent to
    them; nothing where the person is asked elsewhere."""
    if mode != EXPLICIT:
        return {"auth": {"mode": mode}} if version == "v2" else {"authMode": mode}
    if version == "v2":
        pin = {"type": "Password", "id": "PIN", "format": "A", "label": "PIN"}
        every = {
            Credential.APP: {
                "type": "Password",
                "id": APP,
                "format": "N",
                "generator": "totp",
                "label": "Mã một lần",
            },
            Credential.MAIL: {
                "type": "ChallengeResponse",
                "id": MAILED,
                "format": "N",
                "label": "Mã gửi qua thư điện tử",
            },
        }
        codes = [every[kind] for kind in every if kind in one.codes]
        either = " OR ".join(code["id"] for code in codes)
        expression = f"PIN AND ({either})" if len(codes) > 1 else f"PIN AND {either}"
        return {"auth": {"mode": mode, "expression": expression, "objects": [pin, *codes]}}
    answer: dict[str, Any] = {"authMode": mode}
    if shown:
        answer["PIN"] = {"presence": "true", "format": "A", "label": "PIN"}
        answer["OTP"] = {"presence": "true", "format": "N", "label": "Mã một lần"} | _where_from(one)
    return answer


def _where_from(one: Credential) -> dict[str, str]:
    """The first version knows one kind of code for a key: online, where one can be sent."""
    if Credential.MAIL not in one.codes:
        return {"type": "offline", "provider": "totp"}
    either = "Mã gửi qua thư điện tử, hoặc mã trong ứng dụng xác thực"
    described = either if Credential.APP in one.codes else "Mã gửi qua thư điện tử"
    return {"type": "online", "ID": MAILED, "provider": "mail", "description": described}
