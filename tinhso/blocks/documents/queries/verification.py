"""What anybody may check of a document that carries our code."""

import hashlib
import re
from collections.abc import Iterable
from itertools import islice

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.documents.models import Verification
from tinhso.kernel.errors import Refused

MOST_UPDATES = 100


def verify_url(token: str) -> str:
    """The address that a document's code leads to."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/verify/{token}/"


def verification(token: str) -> Verification:
    """What is known of a token; refuses an unknown one."""
    verification_record = Verification.objects.filter(token=token).first()
    if verification_record is None:
        raise Refused(
            "unknown_verification", _("Không có văn bản nào mang mã này. Hãy xem lại từng chữ của mã in trên văn bản.")
        )
    return verification_record


def begins_with(known: Verification, content: bytes) -> bool:
    """Whether the bytes of the document come first and something was added, as digital signatures are."""
    total, position = hashlib.sha256(), 0
    for mark in islice(re.finditer(rb"%%EOF", content), MOST_UPDATES):
        total.update(content[position : mark.end()])
        position = mark.end()
        for line_end in (b"", b"\n", b"\r", b"\r\n"):
            if content.startswith(line_end, position) and position + len(line_end) < len(content):
                digest = total.copy()
                digest.update(line_end)
                if digest.hexdigest() == known.sha256:
                    return True
    return False


def same_bytes(known: Verification, chunks: Iterable[bytes]) -> bool:
    """Whether bytes are those of the document; they are read once and kept nowhere."""
    total = hashlib.sha256()
    for chunk in chunks:
        total.update(chunk)
    return bool(known.sha256) and total.hexdigest() == known.sha256
