"""The folder of received files, each named by the hash of its bytes; those that hand them on copy what is to stay."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tinhso.kernel.errors import Refused, gettext_noop

CHUNK = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")


def received_folder() -> Path:
    """Where received files lie."""
    return Path(settings.CHANNEL_FILES)


def path_of(sha256: str) -> Path:
    """The file of one hash, there or not; refuses what is no hash."""
    if not SHA256.fullmatch(sha256):
        raise Refused("no_such_file", gettext_noop("Không tìm thấy tệp này."))
    return received_folder() / sha256[:2] / sha256


@dataclass(frozen=True)
class ReceivedFile:
    """A received file, read as an uploaded one: ``documents.services.accept(upload=…)`` takes it."""

    sha256: str

    def chunks(self) -> Iterator[bytes]:
        """The bytes, about a megabyte at a time; refuses at the end what is not what was received."""
        total = hashlib.sha256()
        with path_of(self.sha256).open("rb") as opened:
            while chunk := opened.read(CHUNK):
                total.update(chunk)
                yield chunk
        if total.hexdigest() != self.sha256:
            raise Refused("damaged_file", gettext_noop("Tệp nhận được đã bị hỏng."))


def received_file(sha256: str) -> ReceivedFile:
    """A file that somebody sent on a channel; refuses one that is not there (any more)."""
    if not path_of(sha256).is_file():
        raise Refused("no_such_file", gettext_noop("Không tìm thấy tệp này."))
    return ReceivedFile(sha256)
