"""The bundled server starts anywhere, survives being killed, and is stopped by its last user."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tinhso.project import bundled_postgres as bundled

pytestmark = pytest.mark.slow


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tinhso-pg-"))
    folder.chmod(0o755)
    yield folder
    bundled.stop_server(bundled.server_of_folder(folder))
    shutil.rmtree(folder)


def test_it_starts_with_the_first_user_and_stops_with_the_last(var: Path) -> None:
    with bundled.in_use(var) as server:
        with bundled.in_use(var):
            assert bundled.is_running(server)
        still_running = bundled.is_running(server)
        with psycopg.connect(server.url()) as connection:
            row = connection.execute("select lower('ĐẮK LẮK'), 'a' < 'Z' collate \"C\"").fetchone()

    assert still_running
    assert row == ("đắk lắk", False)
    assert not bundled.is_running(server)


def test_what_was_committed_survives_kill_nine(var: Path) -> None:
    with bundled.in_use(var) as server:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("create table kept as select 42 as answer")
        pid = int((server.data / "postmaster.pid").read_text().split("\n")[0])
        os.kill(pid, signal.SIGKILL)

    with bundled.in_use(var) as server, psycopg.connect(server.url()) as connection:
        kept = connection.execute("select answer from kept").fetchone()

    assert kept == (42,)


def test_a_lock_file_of_another_program_does_not_stop_it(var: Path) -> None:
    with bundled.in_use(var) as server:
        pass
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")

    with bundled.in_use(var):
        running = bundled.is_running(server)

    assert running


def test_a_path_too_long_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("sâu" * 30) / "var"

    sockets = bundled.socket_dir(deep)

    assert len(os.fsencode(sockets / bundled.SOCKET_NAME)) <= bundled.LONGEST_SOCKET_PATH
    assert sockets == bundled.server_of_folder(deep).sockets
