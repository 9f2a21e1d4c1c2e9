"""Makers that read aloud: files as people hand them in, good ones and others, and who hands them in."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents import services
from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.models import Paper, StoredFile
from tinhso.kernel.actor import Actor

NOON = datetime(2026, 11, 5, 5, 0, tzinfo=UTC)
CITIZEN = Actor(ref="person:dan", name="Người nộp hồ sơ")
OWNER, ANOTHER = "can-cuoc:001099000123", "can-cuoc:001099000456"


def a_pdf(*, pages: int = 1, **root: Any) -> bytes:
    """Blank pages; ``root`` goes into the catalogue of the file."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        for key, value in root.items():
            pdf.Root[f"/{key}"] = value
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def a_picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: str = "#c0ffee") -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def a_workbook() -> bytes:
    """A workbook with one cell."""
    import openpyxl

    out = BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "Danh sách"  # type: ignore[index]
    book.save(out)
    return out.getvalue()


def packed_with(content: bytes, name: str, more: bytes) -> bytes:
    """An archive with one more entry."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            target.writestr(entry, source.read(entry))
        target.writestr(name, more)
    return out.getvalue()


class Stream:
    """An upload that never ends before it is told to; counts what was asked of it."""

    def __init__(self, size: int) -> None:
        self.left, self.given = size, 0

    def chunks(self) -> Iterator[bytes]:
        """Pieces of 64 KB."""
        while self.left > 0:
            piece = b"%PDF" * 16_384
            self.left -= len(piece)
            self.given += len(piece)
            yield piece


def accept(
    content: bytes,
    name: str = "don.pdf",
    *,
    by: Actor = CITIZEN,
    limits: UploadLimits | None = None,
    now: datetime = NOON,
) -> StoredFile:
    """Hand in a file."""
    upload = SimpleUploadedFile(name, content)
    return services.accept_upload(upload=upload, file_name=name, limits=limits, by=by, now=now)


def a_paper(owner: str = OWNER, **changes: Any) -> Paper:
    """A paper in somebody's vault."""
    usual: dict[str, Any] = {
        "file_name": "khai-sinh.pdf",
        "kind": "KQ.TEST",
        "name": "Giấy khai sinh",
        "by": CITIZEN,
        "now": NOON,
    }
    file = changes.pop("file", None) or accept(a_pdf())
    return services.keep_paper(owner=owner, file=file, **usual | changes)


def written_down(did: str) -> dict[str, Any]:
    """What the audit log says of the one time that this was done."""
    return dict(Entry.objects.get(did=did).after or {})
