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
from typing import Self

from tinhso.kernel.errors import Refused

Tend = Callable[[], None]
START_SECONDS = 60
STOP_SECONDS = 15
LAST_LINES = 12
LONGEST_PAUSE = 60.0  # seconds until a child that ends again and again is started once more
LIVED = 60.0  # seconds after which a child counts as one that works
LOOK_SECONDS = 0.3
LONGEST_LOG = 10_000_000


# A worker that was killed, by the system or by a file made for that, is started again while the others go on.
# One that does not hear that it shall stop, as it has only just begun, is ended all the same.
RESPAWN = ["--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "10"]


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Pages and API: several processes of a few threads each."""
    options = ["--interface", "asgi", "--workers", str(workers), "--no-ws", *RESPAWN]
    return [*_granian_command(host, port), *options, "tinhso.project.front:application"]


def live_command(host: str, port: int) -> list[str]:
    """The stream of live updates: one process that holds many open connections."""
    options = ["--interface", "asgi", "--workers", "1", "--no-ws", *RESPAWN]
    return [*_granian_command(host, port), *options, "tinhso.project.asgi:application"]


# A notice that comes while the worker looks for jobs is lost (procrastinate 3.10), and none tells of a lock that is
# free again: both would wait for the next look by itself, which is five seconds away by default.
LOOK = ["--fetch-job-polling-interval", "0.3"]
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
        *LOOK,
        *TIDY,
    ]


def _granian_command(host: str, port: int) -> list[str]:
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


def tend_nothing() -> None:
    """Nothing needs tending."""


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Refuse a second ``up`` for the same data."""
    with (var / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise Refused("already_up", "Hệ thống với dữ liệu ở %(var)s đang chạy rồi.", var=str(var)) from problem
        yield


def run_in_foreground(command: list[str], tend: Tend = tend_nothing) -> int:
    """Run one command until it ends or somebody asks to stop; hand the wish on to it. ``tend`` is called meanwhile."""
    child = subprocess.Popen(command, env=_child_environment(os.environ))
    with _told_to_stop(lambda: child.send_signal(signal.SIGTERM)):
        while True:
            with suppress(subprocess.TimeoutExpired):
                return child.wait(timeout=LOOK_SECONDS)
            tend()


class Pauses:
    """How long to wait before something is started again: twice as long each time, until it has lived for a while."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._pause = 0.0
        self._started = now()
        self.due: float | None = None  # when to start again; None while it runs

    def ended(self) -> float:
        """It has ended: the seconds until it is due again."""
        lived = self._now() - self._started
        self._pause = 1.0 if lived >= LIVED or not self._pause else min(self._pause * 2, LONGEST_PAUSE)
        self.due = self._now() + self._pause
        return self._pause

    def is_due(self) -> bool:
        """Whether the time has come to start it."""
        return self.due is not None and self._now() >= self.due

    def started(self) -> None:
        """It was started again."""
        self._started, self.due = self._now(), None


class ProcessFamily:
    """Child processes with a log each. One that ends before all is up ends all; later it alone is started again.

    Once the servers answer, ``then`` are started; before those, if there is something to be done ``once``, that runs to
    its good end, speaking where this process speaks.
    """

    def __init__(
        self,
        commands: Mapping[str, list[str]],
        *,
        environment: Mapping[str, str],
        logs: Path,
        tend: Tend = tend_nothing,
        once: Mapping[str, list[str]] | None = None,
        then: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.commands, self.logs = dict(commands), logs
        self.once, self.then = dict(once or {}), dict(then or {})
        self.environment = _child_environment(environment)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.pauses = {name: Pauses() for name in (*commands, *self.once, *self.then)}
        self.tend = tend
        self.stopping = False

    def __enter__(self) -> Self:
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

    def wait_for_port(self, host: str, port: int) -> bool:
        """Whether the server answers; False, after its last lines, when a child has ended before."""
        began = reported_at = time.monotonic()
        while time.monotonic() - began < START_SECONDS and not self._ended():
            try:
                socket.create_connection((host.replace("0.0.0.0", "127.0.0.1"), port), timeout=1).close()
                return True
            except OSError:
                time.sleep(0.1)
            if time.monotonic() - reported_at > 2:
                reported_at = time.monotonic()
                print(f"  … {reported_at - began:.0f} giây", file=sys.stderr, flush=True)
        if ended := self._ended():
            self._report(ended, "nên mọi tiến trình khác được dừng")
        return not ended

    def watch(self) -> int:
        """Start what comes after the servers, and again whatever ends, until somebody asks to stop."""
        with _told_to_stop(self._wish_to_stop):
            self._start_all(self.once or self.then)
            while not self.stopping:
                self.tend()
                for name in list(self.commands):
                    self._heal(name)
                time.sleep(LOOK_SECONDS)
        print("Đang dừng…", flush=True)
        return 0

    def _heal(self, name: str) -> None:
        """Say that a child has ended, and start it again after a pause that grows while it keeps ending."""
        pause = self.pauses[name]
        if name in self.once and self.children[name].poll() == 0:
            self._finish(name)
        elif pause.is_due():
            self._start(name, self.commands[name])
            pause.started()
            print(f"✓ Tiến trình «{name}» được chạy lại.", file=sys.stderr, flush=True)
        elif pause.due is None and self.children[name].poll() is not None:
            _signal_group(self.children[name], signal.SIGKILL)  # what it has started itself still holds its port
            seconds = pause.ended()
            self._report(name, f"và sẽ được chạy lại sau {seconds:.0f} giây; các tiến trình khác vẫn chạy")

    def _finish(self, name: str) -> None:
        """Leave what was to be done once; when it was the last of these, what waits for them is started."""
        del self.commands[name], self.once[name]
        if not self.once:
            self._start_all(self.then)

    def _start_all(self, commands: Mapping[str, list[str]]) -> None:
        for name, command in commands.items():
            self.commands[name] = command
            self._start(name, command)

    def _start(self, name: str, command: list[str]) -> None:
        log = self.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > LONGEST_LOG:
            log.replace(log.with_suffix(".log.old"))
        with log.open("ab") as output:
            self.children[name] = subprocess.Popen(
                [*_dies_with_parent(), *command],
                stdin=subprocess.DEVNULL,
                stdout=None if name in self.once else output,
                stderr=None if name in self.once else subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )

    def _wish_to_stop(self) -> None:
        self.stopping = True

    def _ended(self) -> str:
        return next((name for name, child in self.children.items() if child.poll() is not None), "")

    def _report(self, name: str, then: str) -> None:
        log = self.logs / f"{name}.log"
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        lines = text.splitlines()[-LAST_LINES:]
        code = self.children[name].returncode
        print(f"✗ Tiến trình «{name}» đã dừng (mã {code}) {then}. {log}:", file=sys.stderr)
        print("\n".join(f"    {line}" for line in lines), file=sys.stderr, flush=True)

    def _stop(self) -> None:
        """Ask every child to end, then insist, with whatever it has started itself."""
        for child in self.children.values():
            _send_signal(child, signal.SIGTERM)
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


def _child_environment(base: Mapping[str, str]) -> dict[str, str]:
    return {**base, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings", "PYTHONUNBUFFERED": "1"}


def _send_signal(child: "subprocess.Popen[bytes]", number: int) -> None:
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
