"""The one process that keeps keys, and how secrets rest: sealed so that only another secret opens them."""

import atexit
import base64
import json
import logging
import os
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused

logger = logging.getLogger(__name__)
KEEPER = str(Path(__file__).with_name("key_daemon.py"))  # a program that alone sees keys
NONCE = 12


class _Keeper:
    """The keeper, started when first asked and again when it died or settings name another device."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[str] | None = None
        self._told: tuple[list[str], dict[str, str]] = ([], {})
        self._lock = threading.Lock()

    def ask(self, **asked: Any) -> dict[str, Any]:
        """What the token answers; refuses a wrong PIN, a locked token, and one that does not answer."""
        if not settings.PKCS11_MODULE:
            raise Refused("no_token", _("Chưa cấu hình thiết bị giữ khóa (TINHSO_PKCS11_MODULE)."))
        with self._lock:
            values = self._answer(asked)
        error = values.get("error")
        if error == "pin":
            raise Refused("wrong_pin", _("PIN không đúng."))
        if error == "locked":
            raise Refused("locked_pin", _("Khóa đã bị chặn vì nhập sai PIN nhiều lần; hãy tạo khóa mới."))
        if error:
            logger.error("The token does not %s: %s", asked["do"], values.get("why", "no answer"))
            raise Refused("token_refuses", _("Thiết bị giữ khóa không ký được; hãy kiểm tra thiết bị."))
        return values

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        program = self._begun()
        assert program.stdin is not None
        assert program.stdout is not None
        try:
            program.stdin.write(json.dumps(asked) + "\n")
            program.stdin.flush()
            values: dict[str, Any] = json.loads(program.stdout.readline())
        except (OSError, ValueError):
            self._end()
            return {"error": "token"}
        return values

    def _begun(self) -> subprocess.Popen[str]:
        values = {name: os.environ[name] for name in settings.PKCS11_ENVIRONMENT if name in os.environ}
        start_values = ([settings.PKCS11_MODULE, settings.PKCS11_PIN_FILE], values)
        if self._told != start_values or self._running is None or self._running.poll() is not None:
            self._end()
            self._told = start_values
            self._running = subprocess.Popen(
                [sys.executable, "-I", KEEPER, *start_values[0]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={"LC_ALL": "C.UTF-8", **values},
            )
        return self._running

    def _end(self) -> None:
        if self._running is not None:
            for pipe in (self._running.stdin, self._running.stdout):
                if pipe is not None:
                    pipe.close()
            self._running.kill()
            self._running.wait()
            self._running = None

    def stop(self) -> None:
        """End it; the next question starts another."""
        with self._lock:
            self._end()


keeper = _Keeper()
atexit.register(keeper.stop)


def secret_digest(secret: str) -> str:
    """What is kept of a secret that is random enough (256 bits) for one round of SHA-256."""
    return sha256(secret.encode()).hexdigest()


def derived_secret(secret: str, about: str) -> str:
    """Another secret that only who holds ``secret`` works out, for ``about`` alone; it does not lead back."""
    content = HKDF(hashes.SHA256(), 32, None, f"tinhso signing {about}".encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def sealed_text(text: str, secret: str) -> bytes:
    """``text`` so that only who holds ``secret`` reads it."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_sealing_key(secret)).encrypt(nonce, text.encode(), None)


def unsealed_text(content: bytes, secret: str) -> str:
    """The text behind it; refuses another secret."""
    try:
        return AESGCM(_sealing_key(secret)).decrypt(content[:NONCE], content[NONCE:], None).decode()
    except InvalidTag as problem:
        raise Refused("invalid_sad", _("Mã cho phép ký không dùng được.")) from problem


def _sealing_key(secret: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"tinhso signing").derive(secret.encode())
