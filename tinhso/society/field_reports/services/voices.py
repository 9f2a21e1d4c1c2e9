"""Voice notes: a short recording, known by its first bytes, kept without what the recorder wrote into it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services import accepting, scanning, storing
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.field_reports.queries import recordings
from tinhso.society.field_reports.queries.rules import rules

HEAD = 64
TYPES: Mapping[str, str] = {
    "audio/ogg": "ogg",
    "audio/webm": "webm",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/amr": "amr",
}


def recording_type(head: bytes) -> str:
    """The media type of a recording by its first bytes; empty for anything else."""
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return "audio/webm"
    if head[4:8] == b"ftyp" and head[8:11] in (b"M4A", b"mp4", b"iso", b"3gp", b"das", b"MSN"):
        return "audio/mp4"
    if head.startswith(b"ID3") or (len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "audio/wav"
    return "audio/amr" if head.startswith(b"#!AMR") else ""


def keep_voice(*, upload: accepting.Upload, by: Actor, now: datetime) -> StoredFile:
    """Take in a recording; refuses what is none and what is too large. Stands in a transaction of its own."""
    most, size, head = rules().front.voice_bytes, 0, b""
    with storing.incoming_file() as path:
        with path.open("wb") as opened:
            for chunk in upload.chunks():
                size += len(chunk)
                if size > most:
                    raise Refused("voice_too_long", _("Đoạn ghi âm quá dài. Hãy nói ngắn hơn, dưới hai phút."))
                head = head or bytes(chunk[:HEAD])
                opened.write(chunk)
        media_type = recording_type(head)
        if not media_type:
            raise Refused("not_a_recording", _("Tệp này không phải đoạn ghi âm. Hãy ghi lại bằng điện thoại."))
        scanning.scan_for_malware(path)
        path.write_bytes(recordings.strip_metadata(media_type, path.read_bytes()))
        with transaction.atomic(durable=True):
            file, is_new = storing.store_file(path, media_type=media_type, now=now)
            audit.record(by=by, did="accepted recording", to=file, after={"size": file.size, "new": is_new})
    return file
