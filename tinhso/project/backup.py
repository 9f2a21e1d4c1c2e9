"""One consistent copy of the database and of the snapshots that pages can still show, and its way back.

The file is a zip of a PostgreSQL archive, the files of kept snapshots, and a manifest with the number of rows and hash
of every table and a hash of every file. The fact store is left out: ``tinhso refresh --full`` makes it again.
"""

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tinhso.blocks.audit import queries as audit
from tinhso.blocks.indicators import queries as indicators
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused
from tinhso.project.bundled_postgres import POSTGRES_BIN_PATH

FORMATS = (1, 2)  # 1 had no snapshots
DUMP, MANIFEST, SNAPSHOTS = "database.dump", "manifest.json", "snapshots/"
TABLES = """
    SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
# A sum of row hashes does not depend on the order of rows and needs no memory.
HASH = """
    SELECT count(*),
           coalesce(sum(('x' || substr(h, 1, 16))::bit(64)::bigint::numeric), 0)::text || '/' ||
           coalesce(sum(('x' || substr(h, 17, 16))::bit(64)::bigint::numeric), 0)::text
    FROM (SELECT md5(t::text) AS h FROM {} AS t) AS hashed
"""
# What a row looks like as text must not depend on the session.
SAME_TEXT = """
    SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601';
    SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'
"""


def write_backup(target: Path) -> dict[str, Any]:
    """Back the database up into ``target``; returns the manifest. Refuses to replace a file."""
    if target.exists():
        raise Refused("file_exists", "Tệp %(file)s đã có; bản sao lưu không ghi đè.", file=str(target))
    with tempfile.TemporaryDirectory(dir=target.resolve().parent, prefix=".tinhso-") as scratch:
        dump = Path(scratch) / DUMP
        with transaction.atomic():
            snapshot = _shared_snapshot()
            _run_program(
                "pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-acl", "--file", str(dump)
            )
            manifest, files = _backup_manifest(), sorted(indicators.kept_files())
        packed = Path(scratch) / "packed"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(dump, DUMP)
            manifest["snapshots"] = {name: _add_snapshot_file(archive, name) for name in files}
            archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
        packed.chmod(0o600)
        packed.replace(target)
    return manifest


def restore_backup(source: Path) -> dict[str, Any]:
    """Restore ``source`` into the empty database at hand and compare every table; returns the manifest.

    Refuses a database that holds tables, a file that is not a backup, and rows that differ after all.
    """
    manifest = _read_backup(source)
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        if cursor.fetchone():
            raise Refused("not_empty", "Cơ sở dữ liệu đã có bảng; chỉ khôi phục vào một cơ sở dữ liệu trống.")
    with tempfile.TemporaryDirectory(prefix="tinhso-") as scratch:
        with zipfile.ZipFile(source) as archive:
            archive.extract(DUMP, scratch)
        _run_program("pg_restore", "--no-owner", "--no-acl", "--dbname", _database_name(), str(Path(scratch) / DUMP))
    connection.close()
    _compare_with_manifest(manifest)
    with zipfile.ZipFile(source) as archive:
        for name in sorted(indicators.kept_files() & manifest.get("snapshots", {}).keys()):
            _put_back(archive, name, manifest["snapshots"][name])
    return manifest


def _add_snapshot_file(archive: zipfile.ZipFile, name: str) -> str:
    """Put the file of a snapshot into the archive; returns its hash."""
    path = Path(settings.SNAPSHOT_DIR) / name
    try:
        archive.write(path, SNAPSHOTS + name)
    except FileNotFoundError as problem:
        why = "Thiếu tệp bản chụp %(file)s (có thể vừa được dọn): sao lưu lại; nếu vẫn thiếu, xem tinhso doctor."
        raise Refused("snapshot_file_missing", why, file=name) from problem
    return sha256(archive.read(SNAPSHOTS + name)).hexdigest()


def _put_back(archive: zipfile.ZipFile, name: str, expected: str) -> None:
    content = archive.read(SNAPSHOTS + name)
    if sha256(content).hexdigest() != expected:
        raise Refused("file_differs", "Tệp bản chụp %(file)s trong bản sao lưu đã hỏng.", file=name)
    path = Path(settings.SNAPSHOT_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def table_hashes() -> dict[str, dict[str, Any]]:
    """Rows and hash of every table, as of the transaction at hand."""
    hash_by_table: dict[str, dict[str, Any]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SAME_TEXT)
        cursor.execute(TABLES)
        for (name,) in cursor.fetchall():
            cursor.execute(HASH.format(name))
            rows, value = cursor.fetchone()
            hash_by_table[name] = {"rows": rows, "hash": value}
    return hash_by_table


def _shared_snapshot() -> str:
    """Freeze what this transaction sees and name it, so that pg_dump sees exactly the same."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        name: str = cursor.fetchone()[0]
    return name


def _backup_manifest() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return {
        "format": FORMATS[-1],
        "made_at": clock.now().astimezone(UTC).isoformat(),
        "postgresql": version,
        "audit_head": audit.verify_chain().head,
        "tables": table_hashes(),
    }


def _read_backup(source: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            archive.getinfo(DUMP)
    except (zipfile.BadZipFile, KeyError, ValueError) as problem:
        raise Refused("not_a_backup", "%(file)s không phải bản sao lưu của tinhso.", file=str(source)) from problem
    if manifest.get("format") not in FORMATS:
        raise Refused("newer_backup", "Bản sao lưu do một phiên bản tinhso khác tạo ra.")
    datetime.fromisoformat(manifest["made_at"])
    return manifest


def _compare_with_manifest(manifest: dict[str, Any]) -> None:
    current_hashes = table_hashes()
    wrong = sorted(
        name
        for name in {*current_hashes, *manifest["tables"]}
        if current_hashes.get(name) != manifest["tables"].get(name)
    )
    if wrong:
        raise Refused("rows_differ", "Các bảng khác với bản sao lưu: %(tables)s.", tables=", ".join(wrong))
    chain = audit.verify_chain()
    if not chain.is_whole or chain.head != manifest["audit_head"]:
        raise Refused("chain_broken", "Nhật ký kiểm toán không còn nguyên vẹn sau khi khôi phục.")


def _run_program(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [_program_path(program), *arguments], env=_libpq_environment(), capture_output=True, text=True
    )
    # pg_restore 17 and later set a time-out that older servers do not know; they skip it, and the rows are compared.
    errors = [line for line in done.stderr.splitlines() if "error:" in line and "transaction_timeout" not in line]
    if done.returncode and (errors or program == "pg_dump"):
        reason = errors[0] if errors else done.stderr.strip()[-300:]
        raise Refused("postgres_tool_failed", "%(program)s không xong: %(why)s", program=program, why=reason)


def _program_path(name: str) -> str:
    """The bundled program, new enough for every supported server; or the machine's."""
    bundled = POSTGRES_BIN_PATH / name
    program_path = str(bundled) if bundled.exists() else shutil.which(name)
    if not program_path:
        raise Refused("no_program", "Không tìm thấy chương trình %(name)s của PostgreSQL.", name=name)
    return program_path


def _libpq_environment() -> dict[str, str]:
    """How libpq's programs find the database; a password never stands on a command line."""
    parts = connection.settings_dict
    values = {
        "PGHOST": parts["HOST"],
        "PGPORT": parts["PORT"],
        "PGUSER": parts["USER"],
        "PGPASSWORD": parts["PASSWORD"],
        "PGDATABASE": _database_name(),
        "PGSSLMODE": parts["OPTIONS"].get("sslmode", ""),
    }
    return {**os.environ, **{name: str(value) for name, value in values.items() if value}}


def _database_name() -> str:
    return str(connection.settings_dict["NAME"])
