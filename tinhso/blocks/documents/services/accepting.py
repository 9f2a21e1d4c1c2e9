"""Accepting what people hand in: streamed to disk, looked into by a program of its own, then kept for good."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries
from tinhso.blocks.documents.contract import TYPES, UploadLimits
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services import scanning, storing
from tinhso.kernel import apart
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused, gettext_noop

LIMITS = apart.ProcessLimits(memory=2_000_000_000, seconds=60, patience=120)
LONGEST_NAME = 120
# never within a name either: what opens by a double click on some machine
PROGRAMS = {
    "exe",
    "com",
    "bat",
    "cmd",
    "scr",
    "pif",
    "msi",
    "jar",
    "js",
    "jse",
    "vbs",
    "vbe",
    "wsf",
    "ps1",
    "lnk",
    "hta",
    "html",
    "htm",
    "svg",
    "php",
    "jsp",
    "sh",
    "apk",
    "dll",
    "reg",
}
WRONG = {
    "wrong_type": gettext_noop("Loại tệp này không được nhận. Hãy gửi một trong các loại: %(types)s."),
    "two_in_one": gettext_noop("Trong tệp có lẫn dữ liệu của một tệp khác. Hãy lưu hoặc quét lại rồi gửi."),
    "encrypted": gettext_noop("Tệp có mật khẩu nên không xem được. Hãy bỏ mật khẩu rồi gửi lại."),
    "active_content": gettext_noop("Tệp có chứa mã lệnh. Hãy in ra PDF (hoặc quét lại) rồi gửi bản đó."),
    "files_within": gettext_noop("Trong PDF có đính kèm tệp khác. Hãy gửi từng tệp riêng."),
    "macros": gettext_noop("Tệp có macro hoặc đối tượng nhúng. Hãy lưu thành PDF rồi gửi."),
    "zip_bomb": gettext_noop("Tệp nén bất thường, giải nén ra quá lớn. Hãy lưu lại thành PDF rồi gửi."),
    "too_many_pixels": gettext_noop("Ảnh có quá nhiều điểm ảnh. Hãy quét ở 300 dpi hoặc chụp lại với cỡ nhỏ hơn."),
    "too_heavy": gettext_noop("Tệp quá nặng để kiểm tra. Hãy tách ra hoặc quét lại rồi gửi."),
    "broken_file": gettext_noop("Tệp hỏng, không mở được. Hãy mở thử trên máy của bạn rồi gửi lại."),
}


class Upload(Protocol):
    """What hands its bytes over in pieces, as Django's uploaded files do."""

    def chunks(self) -> Iterator[bytes]: ...


@dataclass
class UploadProgress:
    """What has been read of an upload so far; the hash is of what was read."""

    size: int = 0
    sha256: str = ""


def accept_upload(
    *, upload: Upload, file_name: str, limits: UploadLimits | None, by: Actor, now: datetime
) -> StoredFile:
    """Take in what somebody hands in, once it is known to be harmless; ``limits`` None: the province's.

    Stands in a transaction of its own and refuses to stand in another: looking into a file takes seconds during which
    nothing must be locked, and a refusal stays in the audit log whatever becomes of the caller. Link the file to what
    it belongs to afterwards; one that nobody links is let go after a month. Whether ``by`` may hand in here is for the
    caller to ask. Refuses, each with its own code: see ``WRONG``, ``clean_name``, ``scanning.scan``.
    """
    if not by.is_someone:
        raise Forbidden("must_log_in", _("Hãy đăng nhập để gửi tệp."))
    allowed = limits or queries.limits()
    name, got = file_name, UploadProgress()
    with storing.incoming_file() as path:
        try:
            name = clean_name(file_name)
            _receive_upload(upload, path, allowed, got)
            media_type = inspect_file(path, allowed)
            _must_fit(name, media_type)
            scanning.scan_for_malware(path)
        except Refused as refusal:
            _write_down(refusal, name, got, by)
            raise
        with transaction.atomic(durable=True):
            file, is_new = storing.store_file(path, media_type=media_type, now=now)
            audit.record(by=by, did="accepted file", to=file, after={"name": name, "size": file.size, "new": is_new})
    return file


def clean_name(name: str) -> str:
    """The last part of a path, letters composed, without signs that hide something; refuses a name that deceives."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem, _dot, ending = _visible_name(last).strip(". ").rpartition(".")
    if not stem or not ending:
        raise Refused("no_ending", _("Tên tệp phải có đuôi cho biết loại tệp, ví dụ “don.pdf”."))
    if PROGRAMS & {part.lower().strip() for part in [*stem.split(".")[1:], ending]}:
        raise Refused(
            "program_name",
            _("Tên tệp “%(name)s” giống tên của một chương trình. Hãy đổi tên."),
            name=_visible_name(last),
        )
    return f"{stem[:LONGEST_NAME]}.{ending[:8].lower()}"


def _visible_name(name: str) -> str:
    """Without control letters, marks of direction, and runs of spaces."""
    return " ".join("".join(letter for letter in name if unicodedata.category(letter)[0] != "C").split())


def _receive_upload(upload: Upload, path: Path, limits: UploadLimits, got: UploadProgress) -> None:
    total = hashlib.sha256()
    with path.open("wb") as opened:
        for chunk in upload.chunks():
            got.size += len(chunk)
            if got.size > limits.largest:
                raise Refused(
                    "too_large",
                    _("Tệp lớn hơn %(most)s MB. Hãy quét ở 300 dpi, tách ra hoặc nén lại rồi gửi."),
                    most=limits.largest // 1_000_000,
                )
            total.update(chunk)
            got.sha256 = total.hexdigest()
            opened.write(chunk)
    if not got.size:
        raise Refused("empty_file", _("Tệp rỗng. Hãy chọn lại tệp."))


def inspect_file(path: Path, limits: UploadLimits) -> str:
    """The media type, as the inspecting program finds it."""
    inspection_limits = {"media_types": limits.media_types, "pixels": limits.pixels}
    inspection_limits |= {"unpacked": limits.unpacked, "ratio": limits.ratio}
    try:
        content = apart.program_output(
            queries.INSPECTING, str(path), given=json.dumps(inspection_limits).encode(), limits=LIMITS
        )
        values: dict[str, Any] = json.loads(content)
    except (apart.ProcessBroken, ValueError):
        values = {"code": "too_heavy"}  # it ran out of memory or time, or was brought down
    if "code" in values:
        raise Refused(values["code"], _(WRONG[values["code"]]), types=", ".join(limits.types))
    return str(values["type"])


def _must_fit(name: str, media_type: str) -> None:
    short, endings = TYPES[media_type]
    if name.rpartition(".")[2] not in endings:
        raise Refused(
            "wrong_ending",
            _("Tên tệp “%(name)s” không đúng với nội dung (%(short)s). Hãy đổi đuôi tệp rồi gửi lại."),
            name=name,
            short=short,
        )


def _write_down(refusal: Refused, name: str, got: UploadProgress, by: Actor) -> None:
    values = {"code": refusal.code, "name": _visible_name(name)[:300], "sha256": got.sha256, "size": got.size}
    with transaction.atomic(durable=True):
        subject = (StoredFile._meta.label, got.sha256 or "-")
        audit.record(by=by, did="refused file", to=subject, after=values)
