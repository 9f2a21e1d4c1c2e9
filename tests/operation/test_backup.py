"""A backup is one consistent copy, and what it restores is row for row the same."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from tinhso.blocks.audit import queries as audit_queries
from tinhso.blocks.audit import services as audit
from tinhso.blocks.indicators.models import Snapshot
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused
from tinhso.project import backup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.smoke]
ROOT = Path(__file__).resolve().parents[2]
EMPTY = f"restore_{os.getpid()}"


def _url(database: str) -> str:
    settings = connection.settings_dict
    user = quote(settings["USER"]) + (f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else "")
    return f"postgresql://{user}@/{database}?host={quote(str(settings['HOST']))}&port={settings['PORT'] or 5432}"


@pytest.fixture
def empty_database() -> Iterator[str]:
    with psycopg.connect(_url("postgres"), autocommit=True) as server:
        server.execute(f'create database "{EMPTY}" template template0')
        yield EMPTY
        server.execute(f'drop database "{EMPTY}" with (force)')


def _tinhso(database: str, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DATABASE_URL": _url(database), **more}
    command = [sys.executable, "-m", "tinhso.project.cli", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)


def _some_history() -> None:
    for number in range(20):
        audit.record(
            by=program_actor("test", rights=()), did="counted", to=("test.Thing", str(number)), after={"n": number}
        )


def test_restoring_gives_every_table_the_same_rows(empty_database: str, tmp_path: Path) -> None:
    _some_history()
    held = backup.table_hashes()
    copy = tmp_path / "copy.zip"
    backup.write_backup(copy)

    done = _tinhso(empty_database, "restore", str(copy))
    checked = _tinhso(empty_database, "audit", "verify")

    assert done.returncode == 0, done.stderr
    assert "20 mục" in checked.stdout
    manifest = backup._read_backup(copy)
    assert manifest["tables"] == held
    assert held["public.audit_entry"]["rows"] == audit_queries.verify_chain().entries == 20


def test_a_database_that_holds_tables_is_never_overwritten(tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    backup.write_backup(copy)

    with pytest.raises(Refused, match="not_empty"):
        backup.restore_backup(copy)


def test_a_file_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    copy.write_text("công việc của người khác", encoding="utf-8")

    with pytest.raises(Refused, match="file_exists"):
        backup.write_backup(copy)

    assert copy.read_text(encoding="utf-8") == "công việc của người khác"


def test_a_row_that_differs_is_found(empty_database: str, tmp_path: Path) -> None:
    _some_history()
    copy, altered = tmp_path / "copy.zip", tmp_path / "altered.zip"
    backup.write_backup(copy)
    with zipfile.ZipFile(copy) as good, zipfile.ZipFile(altered, "w") as bad:
        bad.writestr(backup.DUMP, good.read(backup.DUMP))
        bad.writestr(backup.MANIFEST, good.read(backup.MANIFEST).replace(b'"rows": 20', b'"rows": 19'))

    done = _tinhso(empty_database, "restore", str(altered))

    assert done.returncode == 2
    assert "public.audit_entry" in done.stderr


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.zip"
    stranger.write_bytes(b"PK nothing")

    with pytest.raises(Refused, match="not_a_backup"):
        backup.restore_backup(stranger)


def test_past_snapshots_come_along_and_a_damaged_one_is_refused(
    empty_database: str, tmp_path: Path, settings: Any
) -> None:
    settings.SNAPSHOT_DIR = tmp_path / "had" / "snapshots"
    chunk = settings.SNAPSHOT_DIR / "FACT" / "2024-00000001.parquet"
    chunk.parent.mkdir(parents=True)
    chunk.write_bytes(b"cells")
    facts = {"FACT": {"chunks": {"2024": "FACT/2024-00000001.parquet"}}}
    Snapshot.objects.create(at=clock.now(), engine="duckdb", manifest={"facts": facts}, pinned=True)
    copy, damaged, place = tmp_path / "copy.zip", tmp_path / "damaged.zip", tmp_path / "place"
    backup.write_backup(copy)
    damaged.write_bytes(copy.read_bytes().replace(b"cells", b"sells"))

    done = _tinhso(empty_database, "restore", str(copy), TINHSO_VAR=str(place))

    assert done.returncode == 0, done.stderr
    assert (place / "snapshots" / "FACT" / "2024-00000001.parquet").read_bytes() == b"cells"
    with pytest.raises(zipfile.BadZipFile), zipfile.ZipFile(damaged) as archive:
        backup._put_back(archive, "FACT/2024-00000001.parquet", "")


def test_a_snapshot_that_is_another_one_is_refused_though_the_archive_is_whole(tmp_path: Path, settings: Any) -> None:
    settings.SNAPSHOT_DIR = tmp_path / "snapshots"
    with zipfile.ZipFile(tmp_path / "copy.zip", "w") as archive:
        archive.writestr("snapshots/FACT/1.parquet", b"sells")

    with zipfile.ZipFile(tmp_path / "copy.zip") as archive, pytest.raises(Refused, match="file_differs"):
        backup._put_back(archive, "FACT/1.parquet", sha256(b"cells").hexdigest())

    assert not settings.SNAPSHOT_DIR.exists()


def test_what_was_restored_is_held_against_every_row_of_the_manifest() -> None:
    _some_history()
    whole = backup._backup_manifest()
    backup._compare_with_manifest(whole)

    for table in ("public.audit_entry", "public.units_unit"):
        for wrong in ({"hash": "1/1"}, {"rows": 99}):
            altered = whole["tables"] | {table: whole["tables"][table] | wrong}
            with pytest.raises(Refused, match=table):
                backup._compare_with_manifest(whole | {"tables": altered})
    fewer = {name: told for name, told in whole["tables"].items() if name != "public.audit_entry"}
    with pytest.raises(Refused, match=r"rows_differ.*public\.audit_entry"):
        backup._compare_with_manifest(whole | {"tables": fewer})
    with pytest.raises(Refused, match=r"rows_differ.*public\.gone"):
        backup._compare_with_manifest(whole | {"tables": whole["tables"] | {"public.gone": {"rows": 0, "hash": "0/0"}}})


def test_one_changed_letter_of_one_row_changes_the_hash_of_its_table() -> None:
    _some_history()
    before = backup.table_hashes()

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_entry SET actor_name = 'tesT' WHERE id = (SELECT min(id) FROM audit_entry)")
        cursor.execute("SET session_replication_role = origin")
    after = backup.table_hashes()

    assert [name for name in before if before[name] != after[name]] == ["public.audit_entry"]
    assert before["public.audit_entry"]["rows"] == after["public.audit_entry"]["rows"] == 20


def test_an_audit_log_that_is_not_the_one_that_was_saved_is_refused() -> None:
    _some_history()
    whole = backup._backup_manifest()

    with pytest.raises(Refused, match="chain_broken"):
        backup._compare_with_manifest(whole | {"audit_head": "0" * 64})
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_entry SET actor_name = 'khác' WHERE id = (SELECT min(id) FROM audit_entry)")
        cursor.execute("SET session_replication_role = origin")
    with pytest.raises(Refused, match="chain_broken"):
        backup._compare_with_manifest(whole | {"tables": backup.table_hashes()})


@pytest.mark.parametrize("number", [0, 3, None])
def test_a_backup_of_another_format_is_refused(tmp_path: Path, number: int | None) -> None:
    strange = tmp_path / "strange.zip"
    with zipfile.ZipFile(strange, "w") as archive:
        archive.writestr(backup.DUMP, b"")
        archive.writestr(backup.MANIFEST, json.dumps({"format": number, "made_at": "2026-01-01T00:00:00+00:00"}))

    with pytest.raises(Refused, match="newer_backup"):
        backup.restore_backup(strange)
