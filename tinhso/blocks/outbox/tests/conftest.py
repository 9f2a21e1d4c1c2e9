import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from tinhso.blocks.outbox.tests.listeners import JOURNAL

Worker = Callable[[], "subprocess.Popen[bytes]"]


def database_url() -> str:
    """The test database as another process reaches it."""
    parts = connection.settings_dict
    query = urlencode({"host": parts["HOST"], "port": parts["PORT"] or "5432"})
    return f"postgresql://{parts['USER']}:{parts['PASSWORD']}@/{parts['NAME']}?{query}"


@pytest.fixture
def empty_queue(transactional_db: None) -> Iterator[None]:
    """No jobs but one's own, before and after."""
    _empty()
    yield
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        for table in ("events", "periodic_defers", "jobs", "workers"):
            cursor.execute(f"DELETE FROM procrastinate_{table}")


@pytest.fixture
def start_worker(empty_queue: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Starts real worker processes on the test database; none outlives the test."""
    monkeypatch.setenv(JOURNAL, str(tmp_path / "journal"))
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tinhso.blocks.outbox.tests.worker"]
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            started.append(subprocess.Popen(command, env=environment, cwd=settings.ROOT, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def until(come_true: Callable[[], object], *, seconds: float = 45) -> None:
    """Wait until something has come true; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not come_true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
