"""The processes of a running system: started together, watched, stopped together."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType

from tinhso.kernel.errors import Refused

START_SECONDS = 60
STOP_SECONDS = 15
LAST_LINES = 12
LONGEST_LOG = 10_000_000


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Pages and API: several processes of a few threads each."""
    options = ["--interface", "wsgi", "--workers", str(workers), "--blocking-threads", "4", "--no-ws"]
    return [*_granian(host, port), *options, "tinhso.project.wsgi:application"]


def live_command(host: str, port: int) -> list[str]:
    """The stream of live updates: one process that holds many open connections."""
    options = ["--interface", "asgi", "--workers", "1", "--no-ws"]
    return [*_granian(host, port), *options, "tinhso.project.asgi:application"]


# A notice that comes while the worker looks for jobs is lost (procrastinate 3.10), and none tells of a lock that is
# free again: both would wait for the next look by itself, which is five seconds away by default.
LOOK = ["--fetch-job-polling-interval", "0.5"]
TIDY = ["--delete-jobs", "successful"]  # what happened is told by the outbox and the audit log, not by the queue


def worker_command() -> list[str]:
    """Background work: deliveries, timed jobs, refreshes. It gives way to pages that somebody waits for."""
    nice = shutil.which("nice")
    return [
        *([nice, "-n", "5"] if nice else []),
        sys.executable,
        "-m",
        "django",
        "procrastinate",
        "worker",
        "--concurrency",
        "4",
        *TIDY,
    ]


def _granian(host: str, port: int) -> list[str]:
    # A worker that fails to start must end the family with its message rather than be started again for ever.
    return [sys.executable, "-m", "granian", "--host", host, "--port", str(port), "--log-level", "warning"]


def must_be_free(host: str, *ports: int) -> None:
    """Refuse when something already listens on one of the ports."""
    for port in ports:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as problem:
                raise Refused(
                    "port_in_use",
                    "Không dùng được cổng %(port)s ở %(host)s (%(why)s). Chọn cổng khác: "
                    'make run ARGS="--port 9000" hoặc tinhso up --port 9000.',
                    port=port,
                    host=host,
                    why=os.strerror(problem.errno or 0),
                ) from problem


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Refuse a second ``up`` for the same data."""
    with (var / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise Refused("already_up", "Hệ thống với dữ liệu ở %(var)s đang chạy rồi.", var=str(var)) from problem
        yield


def foreground(command: list[str]) -> int:
    """Run one command until it ends or somebody asks to stop; hand the wish on to it."""
    child = subprocess.Popen(command, env=_environment(os.environ))
    with _told_to_stop(lambda: child.send_signal(signal.SIGTERM)):
        return child.wait()


class Family:
    """Child processes with a log each: when one ends, all end."""

    def __init__(self, commands: Mapping[str, list[str]], *, environment: Mapping[str, str], logs: Path) -> None:
        self.commands, self.logs = commands, logs
        self.environment = _environment(environment)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def __enter__(self) -> "Family":
        self.logs.mkdir(parents=True, exist_ok=True)
        try:
            for name, command in self.commands.items():
                self._start(name, command)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def wait_for_port(self, host: str, port: int) -> None:
        """Return when the server answers, or earlier when a child has ended."""
        began = said = time.monotonic()
        while time.monotonic() - began < START_SECONDS and not self._ended():
            try:
                socket.create_connection((host.replace("0.0.0.0", "127.0.0.1"), port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
            if time.monotonic() - said > 2:
                said = time.monotonic()
                print(f"  … {said - began:.0f} giây", file=sys.stderr, flush=True)

    def watch(self) -> int:
        """Wait until somebody asks to stop (0) or a child ends by itself (1, with its last lines)."""
        with _told_to_stop(self._wish_to_stop):
            while not self.stopping:
                ended = self._ended()
                if ended:
                    self._report(ended)
                    return 1
                time.sleep(0.3)
        print("Đang dừng…", flush=True)
        return 0

    def _start(self, name: str, command: list[str]) -> None:
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_suffix(".log.old"))
        with log.open("ab") as output:
            self.children[name] = subprocess.Popen(
                [*_dies_with_parent(), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )

    def _wish_to_stop(self) -> None:
        self.stopping = True

    def _ended(self) -> str:
        return next((name for name, child in self.children.items() if child.poll() is not None), "")

    def _report(self, name: str) -> None:
        log = self.logs / f"{name}.log"
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        code = self.children[name].returncode
        print(f"✗ Tiến trình «{name}» đã dừng (mã {code}) nên mọi tiến trình khác được dừng. {log}:", file=sys.stderr)
        print("\n".join(f"    {line}" for line in lines), file=sys.stderr)

    def _stop(self) -> None:
        """Ask every child to end, then insist, with whatever it has started itself."""
        for child in self.children.values():
            _signal(child, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.1, until - time.monotonic()))
            _signal_group(child, signal.SIGKILL)
            child.wait()


def _dies_with_parent() -> list[str]:
    """Where util-linux is there, the system itself ends a child whose parent was killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _environment(base: Mapping[str, str]) -> dict[str, str]:
    return {**base, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings", "PYTHONUNBUFFERED": "1"}


def _signal(child: "subprocess.Popen[bytes]", number: int) -> None:
    if child.poll() is None:
        child.send_signal(number)


def _signal_group(child: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return


@contextmanager
def _told_to_stop(then: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM call ``then`` instead of ending this process half-way."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        then()

    former = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in former.items():
            signal.signal(number, old)
