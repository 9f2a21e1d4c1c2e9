"""Who sends, by what they show: an app key, or a program's access token. A session of a browser opens nothing here."""

import base64
import binascii
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.surveys import services
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused

STATUSES = {
    "wrong_key": 401,
    "no_key": 401,
    "too_big": 413,
    "other_content": 409,
    "tried_too_often": 429,
    "too_often": 429,
    "no_such_method": 405,
}
TOKEN = "tinhso_"  # what access tokens begin with


@dataclass(frozen=True)
class SurveyCaller:
    """Who calls. An app key only sends and reads what sending needs; a token reads what its rights reach."""

    actor: Actor
    reads: bool
    secret: str = field(repr=False)  # never in a log


def status_of(refusal: Refused) -> int:
    """The HTTP status that a refusal becomes."""
    if refusal.code in STATUSES:
        return STATUSES[refusal.code]
    if isinstance(refusal, Forbidden):
        return 403
    return 404 if refusal.code.startswith(("unknown_", "no_such_")) else 400


def caller_of(request: HttpRequest, key: str | None = None) -> SurveyCaller:
    """Who calls; refuses nobody with ``no_key`` and a wrong secret with ``wrong_key``, which counts."""
    if key is not None:
        return caller_of_key(key, None, request)
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return caller_of_key(text.strip(), None, request)
    if kind.lower() == "basic":
        name, secret = _basic_credentials(text)
        return caller_of_key(secret, name, request)
    raise Forbidden("no_key", _("Cần khóa ứng dụng: mở trang “Kết nối ODK Collect” để tạo."))


def caller_of_key(secret: str, name: str | None, request: HttpRequest) -> SurveyCaller:
    """Who holds ``secret``; for an app key the name must be its owner's, where one is told."""
    nobody = Actor(ref="", name=NOBODY.name, kind="nobody", address=identity.address_of(request))
    if secret.startswith(TOKEN):
        return SurveyCaller(services.program_opened(secret=secret, by=nobody, now=clock.now()), True, secret)
    return SurveyCaller(services.actor_by_key(secret=secret, username=name, by=nobody, now=clock.now()), False, secret)


def _basic_credentials(told: str) -> tuple[str, str]:
    try:
        name, _colon, secret = base64.b64decode(told.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        name, secret = "", ""
    return name, secret
