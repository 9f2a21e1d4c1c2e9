"""Stored files: their bytes, whether anything refers to them, and what may be handed in."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path

from django.db.models import Exists, ForeignObjectRel, OuterRef, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.queries.store import DamagedFile, file_store
from tinhso.kernel import province
from tinhso.kernel.errors import Refused

HEIC = str(Path(__file__).with_name("heic.py"))  # a program, run for each photo of an iPhone
INSPECTING = str(Path(__file__).with_name("inspecting.py"))  # a program, run for each file that is handed in


def limits() -> UploadLimits:
    """What may be handed in in this province: ``[papers]`` of its ``province.toml``."""
    return UploadLimits.from_plain(province.province_facts().papers)


def file_by_ref(ref: str) -> StoredFile:
    """The stored file with a reference; refuses an unknown one."""
    stored_file = StoredFile.objects.filter(ref=ref).first()
    if stored_file is None:
        raise Refused("unknown_file", _("Không có tệp nào có mã “%(ref)s”."), ref=ref)
    return stored_file


def chunks(file: StoredFile) -> Iterator[bytes]:
    """The bytes of a file, a megabyte at a time, the last one only when all of them have the right hash.

    Raises ``store.DamagedFile`` otherwise; refuses when the store has lost it.
    """
    return file_store().chunks(file.sha256)


def checked_chunks(file: StoredFile) -> Iterator[bytes]:
    """The bytes, the first piece already read: what the store has lost is told on a page, not by a torn file."""
    pieces = chunks(file)
    try:
        first = next(pieces)
    except DamagedFile as problem:
        raise Refused(
            "damaged_file", _("Tệp trong kho đã bị hỏng; hãy báo quản trị viên khôi phục từ bản sao lưu.")
        ) from problem
    return chain([first], pieces)


def is_in_use(file: StoredFile) -> bool:
    """Whether any table of any app refers to the file."""
    return StoredFile.objects.filter(pk=file.pk).exclude(pk__in=_unused_files().filter(pk=file.pk)).exists()


def unused_files(*, before: datetime) -> list[StoredFile]:
    """Files stored before a moment that no table of any app refers to."""
    return list(_unused_files().filter(stored_at__lt=before).order_by("pk")[:1000])


def without_row(hashes: Collection[str]) -> set[str]:
    """Which of these hashes no row knows."""
    return set(hashes) - set(StoredFile.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))


def lost_files(*, newest: int = 200) -> list[str]:
    """References of the newest files whose bytes the store does not have."""
    store = file_store()
    return [file.ref for file in StoredFile.objects.order_by("-pk")[:newest] if not store.has(file.sha256)]


def _unused_files() -> QuerySet[StoredFile]:
    stored_files = StoredFile.objects.all()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):  # hidden ones, too: "+" names no way back but holds on all the same
            users = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
            stored_files = stored_files.exclude(Exists(users))
    return stored_files
