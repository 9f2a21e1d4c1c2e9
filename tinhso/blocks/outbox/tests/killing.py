"""Kill -9 at every moment of a piece of work: before each statement that writes, around each commit, before its end.

The work is a function that a module names. A process of its own is asked for it again and again: each time a child does
it and is killed one moment later than the one before, until one comes to its end. Between two kills the test looks at
what is there.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]
WRITING = ("procrastinate_", "pg_notify")  # functions that a SELECT calls in order to write
SHARED = (
    "BANK_NOTICE_SECRET",
    "EMAIL_FILE_PATH",
    "FILE_STORE",
    "NPSP_SECRET",
    "NPSP_SYSTEM",
    "NPSP_URL",
    "PAYMENT_GATEWAY_CODE",
    "PAYMENT_GATEWAY_SECRET",
    "PROVINCE_DIR",
)
PLACES = ("EMAIL_FILE_PATH", "PROVINCE_DIR")


class Victims:
    """A process that is asked for work, whose children are killed."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def killed_at_every_moment(self, work: str, *arguments: str) -> Iterator[int]:
        """Let ``module:function`` be killed at its first moment, its second, … until it comes to its end unharmed.

        Yields the number of the moment after each kill; fails when the work itself fails.
        """
        for moment in count(1):
            ended = self._ask(work, arguments, moment)
            if ended != signal.SIGKILL:
                break
            yield moment
        assert ended == 0, f"{work} failed by itself"

    def _ask(self, work: str, arguments: tuple[str, ...], moment: int) -> int:
        from django.conf import settings
        from django.db import connection

        database = {name: connection.settings_dict[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        told = {name: str(getattr(settings, name)) for name in SHARED}
        asked = {"work": work, "arguments": arguments, "moment": moment, "database": database, "settings": told}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(asked), file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@contextmanager
def victims() -> Iterator[Victims]:
    """The process, for a while."""
    command = [sys.executable, "-W", "ignore", "-m", __name__]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Victims(process)
        assert process.stdin is not None
        process.stdin.close()


class _Moments:
    """Counts moments, and ends the process at the chosen one."""

    def __init__(self, last: int) -> None:
        self.left = last

    def pass_one(self) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(self, execute: Callable[..., Any], *asked: Any) -> Any:
        words = str(asked[0]).lstrip()
        if not words.startswith("SELECT") or any(name in words for name in WRITING):
            self.pass_one()  # a moment between two readings is the same moment
        return execute(*asked)


def _die_at(moment: int, work: str, arguments: list[str]) -> None:
    from django.db import connection

    module, _, name = work.partition(":")
    victim = getattr(import_module(module), name)
    moments, commit = _Moments(moment), connection._commit  # type: ignore[attr-defined]

    def committing() -> None:
        moments.pass_one()
        commit()
        moments.pass_one()

    connection._commit = committing  # type: ignore[attr-defined]
    with connection.execute_wrapper(moments.before_statement):
        victim(*arguments)
    moments.pass_one()


def _child(asked: dict[str, Any]) -> None:
    from django.conf import settings
    from django.db import connection

    for name, value in asked["settings"].items():
        setattr(settings, name, Path(value) if name in PLACES else value)
    connection.settings_dict |= asked["database"] | {"OPTIONS": {}}
    _die_at(asked["moment"], asked["work"], asked["arguments"])


def main() -> int:
    """Do what standard input asks for, a line each time, and say how each child ended."""
    import django

    django.setup()
    import_module("tinhso.project.urls")  # once, not in every child
    for line in sys.stdin:
        asked = json.loads(line)
        import_module(asked["work"].partition(":")[0])
        child = os.fork()
        if not child:
            _child(asked)
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        print(status, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
