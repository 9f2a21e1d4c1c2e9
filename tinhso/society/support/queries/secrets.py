"""Numbers of people: marks by which the same number is known again, sealed texts, keys of applicants, codes for phones.

Each programme has a key of its own, sealed by the system's secret: when that one changes, keys are sealed again and the
marks, by which nobody is given twice, stay what they are. Marks of two programmes tell nothing of each other.
"""

import base64
import hmac
import json
import os
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.messaging.contract import secret_mark
from tinhso.kernel import refs
from tinhso.kernel.errors import Refused
from tinhso.society.support.models import Application, Programme

PAGE, CODE = "support.page", "support.code"  # as messages name them
LENGTH, DIGITS = 14, 6  # letters of a key: 68 bits; digits of a code


def new_key() -> bytes:
    """A fresh key of a programme, sealed."""
    return _system_fernet().encrypt(os.urandom(32))


def sealed_again(key: bytes) -> bytes:
    """The same key under today's secret of the system."""
    return _system_fernet().rotate(bytes(key))


def is_of_today(key: bytes) -> bool:
    """Whether a programme's key is sealed by today's secret of the system."""
    try:
        _fernet_of_secret(_system_secrets()[0]).decrypt(key)
    except InvalidToken:
        return False
    return True


def claim_mark(programme: Programme, kind: str, number: str) -> str:
    """What stands for a number in this programme, and nowhere else."""
    return hmac.new(_derived_key(bytes(programme.key), b"mark"), f"{kind}:{number}".encode(), sha256).hexdigest()


def seal_personal(programme: Programme, values: dict[str, Any]) -> bytes:
    """What is personal, readable only with the programme's key."""
    return _programme_fernet(bytes(programme.key)).encrypt(json.dumps(values, ensure_ascii=False).encode())


def unseal_personal(programme: Programme, content: bytes | memoryview) -> dict[str, Any]:
    """What was sealed; refuses what was sealed by another key."""
    try:
        values: dict[str, Any] = json.loads(_programme_fernet(bytes(programme.key)).decrypt(bytes(content)))
    except InvalidToken as problem:
        raise Refused("cannot_open", _("Không mở được dữ liệu cá nhân: khóa của chương trình đã đổi.")) from problem
    return values


def key_of(application: Application) -> str:
    """The key that only whoever applied is given."""
    return _application_key(str(settings.SECRET_KEY), application.ref)


def is_application_key(ref: str, text: str) -> bool:
    """Whether ``given`` is the key of an application, by today's secret of the system or a former one."""
    tidy = refs.tidied_letters(text)
    return (
        sum(hmac.compare_digest(_application_key(secret, ref), tidy) for secret in _system_secrets()) > 0
    )  # none is skipped


def applicant_page_path(application: Application) -> str:
    """The path of the page of whoever applied."""
    return reverse("support:mine", args=[application.ref, key_of(application)])


def named_page(application: Application) -> str:
    """How a message names the address of whoever applied, which it does not hold."""
    return secret_mark(PAGE, application.ref)


def named_code(application: Application, turn: int) -> str:
    """How a message names the code that it was sent the ``turn``-th time."""
    return secret_mark(CODE, f"{application.ref}:{turn}")


def page_named(ref: str) -> str:
    """The path that a message names."""
    return applicant_page_path(Application(ref=ref))


def code_named(about: str) -> str:
    """The code that a message names."""
    ref, _colon, turn = about.rpartition(":")
    return code_of(Application(ref=ref), int(turn))


def code_of(application: Application, turn: int) -> str:
    """The code that is sent the ``turn``-th time."""
    return _contact_code(str(settings.SECRET_KEY), application.ref, turn)


def code_fits(application: Application, turn: int, text: str) -> bool:
    """Whether ``given`` is the code that was sent last."""
    tidy = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    return (
        sum(hmac.compare_digest(_contact_code(secret, application.ref, turn), tidy) for secret in _system_secrets()) > 0
    )


def _system_secrets() -> list[str]:
    return [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _keyed_digest(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), f"support.{text}".encode(), sha256).digest()


def _application_key(secret: str, ref: str) -> str:
    return refs.readable_letters(_keyed_digest(secret, f"key:{ref}"), LENGTH)


def _contact_code(secret: str, ref: str, turn: int) -> str:
    return f"{int.from_bytes(_keyed_digest(secret, f'code:{ref}:{turn}'), 'big') % 10**DIGITS:0{DIGITS}d}"


def _system_fernet() -> MultiFernet:
    return MultiFernet([_fernet_of_secret(secret) for secret in _system_secrets()])


@lru_cache(maxsize=8)
def _fernet_of_secret(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_hkdf_key(secret.encode(), b"tinhso support keys")))


def _derived_key(key: bytes, content: bytes) -> bytes:
    return _unwrapped_key(key, content, tuple(_system_secrets()))


@lru_cache(maxsize=256)
def _unwrapped_key(key: bytes, what: bytes, _by: tuple[str, ...]) -> bytes:
    return _hkdf_key(_system_fernet().decrypt(key), b"tinhso support " + what)


def _programme_fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived_key(key, b"seal")))


def _hkdf_key(secret: bytes, content: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, content).derive(secret)
