"""Every test runs on a real PostgreSQL, in a folder of its own, and reaches nothing but this machine."""

import fcntl
import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connections

from tinhso.project import bundled_postgres

REQUIRE_ALL = os.environ.get("TINHSO_REQUIRE_ALL") == "1"
TEMPLATE, KEPT_TEMPLATES = "tinhso_template", 8
ROOT = Path(__file__).parent
# Nothing of the shared server outlives the tests: each database that one of them drops would wait for the disk
WITHOUT_WAITING = {"fsync": "off", "full_page_writes": "off"}
LEFT_BEHIND = 3  # connections of the eight that a pool has
LOOPBACK = "127.0.0.1,::1,localhost"
# What may be absent even where every program is installed
MAY_BE_ABSENT = ("TINHSO_VECTORS", "PDF của người khác")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Close every socket but loopback and unix; keep what tests write out of ``var/``."""
    config.option.allow_hosts = config.option.allow_hosts or LOOPBACK
    config.option.allow_unix_socket = True
    folder = Path(tempfile.mkdtemp(prefix="tinhso-files-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    settings.VAR = folder
    settings.SNAPSHOT_DIR = folder / "snapshots"
    settings.FACT_STORE = str(folder / "facts")
    settings.FILE_STORE = str(folder / "files")
    settings.EMAIL_FILE_PATH = folder / "mail"
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir()
    settings.SECOND_FACTOR_RIGHTS = []  # people of tests log in with one; its own tests ask for two


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Where everything is said to be installed, a skipped test is a failed one."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail") and isinstance(report.longrepr, tuple):
        reason = str(report.longrepr[2])
        if not any(one in reason for one in MAY_BE_ABSENT):
            report.outcome = "failed"
            report.longrepr = f"TINHSO_REQUIRE_ALL=1, nhưng: {reason}"
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Unless DATABASE_URL names a server, share one bundled server and one migrated template among all workers."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    shared = _shared_folder()
    with ExitStack() as stack:
        with patch.dict(bundled_postgres.SETTINGS, WITHOUT_WAITING):
            server = stack.enter_context(bundled_postgres.in_use(shared))
        _migrate_template(shared, server)
        connection = connections["default"]
        connection.settings_dict["HOST"] = str(server.sockets)
        connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE
        yield
        connections.close_all()
    if not bundled_postgres.is_running(server):
        shutil.rmtree(shared, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def flush_knows_the_audit_log() -> Iterator[None]:
    """Emptying the tables between tests that really commit needs a superuser's way round the append-only guard."""
    # of the class, since another thread or event loop has a connection, and so operations, of its own
    operations: Any = type(connections["default"].ops)
    plain = operations.sql_flush

    def sql_flush(self: Any, *args: Any, **options: Any) -> list[str]:
        statements: list[str] = plain(self, *args, **options)
        empty_chain = "UPDATE audit_chain_head SET position = 0, hash = NULL"
        return ["SET LOCAL session_replication_role = replica", *statements, empty_chain] if statements else []

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain


@pytest.fixture(scope="session", autouse=True)
def no_session_is_left_in_a_database_that_goes() -> None:
    """Copying or dropping a database ends what sessions threads of earlier tests forgot in it.

    Either is refused while there is one, and what was refused at the end of one test breaks all that come after.
    It is never taken back: the tests' own database is dropped after every fixture.
    """
    creation: Any = connections["default"].creation
    plain = {name: getattr(creation, name) for name in ("_clone_test_db", "_destroy_test_db")}

    def clone(*args: Any, **options: Any) -> Any:
        _end_sessions(creation.connection.settings_dict["NAME"])
        return plain["_clone_test_db"](*args, **options)

    def destroy(test_database_name: str, verbosity: int) -> Any:
        _end_sessions(test_database_name)
        return plain["_destroy_test_db"](test_database_name, verbosity)

    creation._clone_test_db, creation._destroy_test_db = clone, destroy


def _end_sessions(name: str) -> None:
    database: Any = connections["default"]
    database.close()
    database.close_pool()
    with database.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])


@pytest.fixture(autouse=True)
def threads_that_ended_keep_no_connection() -> Iterator[None]:
    """A thread that ends without closing its connection never gives it back; when several did, begin a new pool.

    What somebody still holds of the former pool goes on, and is closed when it is given back.
    """
    yield
    database: Any = connections["default"]
    pool = database._connection_pools.get("default")  # asking for ``database.pool`` would make one
    if pool is None or pool.closed:
        return
    told = pool.get_stats()
    if told.get("pool_size", 0) - told.get("pool_available", 0) > LEFT_BEHIND:
        database.close_pool()
        gc.collect()  # closes what ended threads held, or the database could not be dropped at the end


def _shared_folder() -> Path:
    """One folder for the run: open to the server's own account, and short, since it holds a socket."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"tinhso-tests-{run[:12]}"
    folder.mkdir(exist_ok=True)
    return folder


def _migrate_template(shared: Path, server: bundled_postgres.BundledServer) -> None:
    """Migrate once; each worker's database is then a copy."""
    done = shared / "template-is-ready"
    with (shared / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists():
            return
        bundled_postgres.create_database(server, TEMPLATE)
        environment = {
            **os.environ,
            "DATABASE_URL": server.url(TEMPLATE),
            "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
            "TINHSO_VAR": str(shared),
        }
        kept = _kept_template()
        if kept.exists():
            _call(server, "pg_restore", "--no-owner", "--dbname", server.url(TEMPLATE), str(kept))
        else:
            command = [sys.executable, "-m", "django", "migrate", "-v", "0"]
            subprocess.run(command, check=True, env=environment, cwd=ROOT)
            aside = kept.with_suffix(f".{os.getpid()}")
            _call(server, "pg_dump", "--format=custom", "--no-owner", "--file", str(aside), server.url(TEMPLATE))
            aside.replace(kept)
        done.touch()


def _kept_template() -> Path:
    """Where an earlier run of the same tables left them: migrating from nothing takes longer than most runs.

    The name tells what makes tables: models, migrations, and the versions of what others bring.
    """
    made_of = [*ROOT.glob("requirements*.lock"), *(ROOT / "tinhso").rglob("*.py")]
    told = sha256()
    for file in sorted(made_of):
        if file.suffix == ".lock" or "migrations" in file.parts or "models" in file.parts or file.stem == "models":
            told.update(file.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"tinhso-templates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime)[:-KEPT_TEMPLATES]:
        old.unlink(missing_ok=True)
    return folder / f"{told.hexdigest()[:24]}.dump"


def _call(server: bundled_postgres.BundledServer, program: str, *arguments: str) -> None:
    subprocess.run([str(server.programs / program), *arguments], check=True, cwd=ROOT)
