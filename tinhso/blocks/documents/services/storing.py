"""Putting bytes into the file store so that what is acknowledged is there after a power cut, and taking them out."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.queries.store import FileStore, file_store, place_of
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

UNUSED_AFTER = timedelta(days=30)  # time enough for whoever began something and comes back to it
AT_ONCE = 1000  # objects compared with the table by one query
LEFT_ALONE = timedelta(days=1)  # longer than any request: what is older was left behind by a crash or a rollback


@contextmanager
def incoming_file() -> Iterator[Path]:
    """A new empty file beside the store; gone afterwards unless it was moved into the store."""
    folder = file_store().incoming
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as temporary_file:
        path = Path(temporary_file.name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def store_file(path: Path, *, media_type: str, now: datetime) -> tuple[StoredFile, bool]:
    """Move the file at ``path`` into the store; says whether its bytes are new there. Call it in a transaction."""
    sha256, size = _hash_and_size(path)
    store = file_store()
    with connection.cursor() as cursor:
        # shared: whoever keeps the same bytes does not wait; the sweep does
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_lock_of(sha256)])
    _move_into_store(store, path, sha256)
    fresh = {"ref": refs.new_ref("TEP"), "size": size, "media_type": media_type, "stored_at": now}
    fresh["where"] = place_of(sha256)
    return StoredFile.objects.get_or_create(sha256=sha256, defaults=fresh)


def _hash_and_size(path: Path) -> tuple[str, int]:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), path.stat().st_size


def _lock_of(sha256: str) -> int:
    return int.from_bytes(bytes.fromhex(sha256)[:8], "big", signed=True)


def _move_into_store(store: FileStore, path: Path, sha256: str) -> None:
    if not store.is_local:
        import obstore

        if not store.has(sha256):
            with path.open("rb") as opened:
                obstore.put(store.bucket(), place_of(sha256), opened)
        return
    target = store.path(sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.stat().st_dev != target.parent.stat().st_dev:  # no renaming from there: copied beside the objects first
        with incoming_file() as near:
            shutil.copyfile(path, near)
            _move_into_store(store, near, sha256)
        return
    path.chmod(0o440)
    _sync_to_disk(path)
    os.replace(path, target)  # the same bytes again heal an object that was damaged
    for folder in (target.parent, target.parent.parent, Path(store.root)):
        _sync_to_disk(folder)


def _sync_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@transaction.atomic
def remove_file(*, file: StoredFile, why: str, right: str, by: Actor) -> None:
    """Let go of a file that nothing refers to; refuses one that is referred to, and without a reason.

    Its bytes leave the store with the next :func:`sweep`.
    """
    by.must_be_able_to(right)
    if not why.strip():
        raise Refused("no_reason", _("Hãy ghi lý do xóa tệp."))
    row = StoredFile.objects.select_for_update().get(pk=file.pk)
    if queries.is_in_use(row):
        raise Refused(
            "file_in_use", _("Tệp đang được giấy tờ hoặc hồ sơ dùng nên không xóa được; hãy gỡ ở nơi dùng trước.")
        )
    audit.record(by=by, did="removed file", to=row, before={"sha256": row.sha256}, after={"why": why.strip()})
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tinhso.retention', 'on', true)")
        row.delete()
        cursor.execute("SELECT set_config('tinhso.retention', 'off', true)")


def let_go_of_unused(*, now: datetime, right: str, by: Actor) -> int:
    """Remove files that were accepted long ago and that nobody ever used; says how many."""
    why = f"Đã nhận quá {UNUSED_AFTER.days} ngày mà không hồ sơ, giấy tờ nào dùng."
    gone = 0
    for file in queries.unused_files(before=now - UNUSED_AFTER):
        with contextlib.suppress(Refused, StoredFile.DoesNotExist):
            remove_file(file=file, why=why, right=right, by=by)
            gone += 1
    return gone


def sweep_store(*, now: datetime) -> dict[str, int]:
    """Clean up what crashes and rollbacks left: half files, and objects without a row; says how many of each."""
    before = now - LEFT_ALONE
    half = 0
    folder = file_store().incoming
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                half += 1
    old = (sha256 for sha256, written in file_store().objects() if written < before)
    lost = 0
    while some := list(islice(old, AT_ONCE)):
        lost += sum(_sweep_one(sha256) for sha256 in queries.without_row(some))
    return {"half files": half, "objects without a row": lost}


@transaction.atomic
def _sweep_one(sha256: str) -> bool:
    if len(sha256) != 64:
        return False  # not ours
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_of(sha256)])
        if not cursor.fetchone()[0] or not queries.without_row([sha256]):
            return False  # somebody is keeping the same bytes at this moment
    store = file_store()
    if store.is_local:
        store.path(sha256).unlink(missing_ok=True)
    else:
        import obstore

        obstore.delete(store.bucket(), place_of(sha256))
    return True


def write_chunks(chunks: Iterator[bytes], path: Path) -> None:
    """Write bytes to a file of this machine, for a program that reads files."""
    with path.open("wb") as opened:
        for chunk in chunks:
            opened.write(chunk)
