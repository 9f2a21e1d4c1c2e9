"""Kill -9 of what ``tinhso up`` runs: the process alone is started again, and the bundled database, too."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tinhso.project import bundled_postgres as bundled
from tinhso.project import processes
from tinhso.project.cli import running

SECONDS = 60
# Writes its number, and waits to be ended
WAITS = [sys.executable, "-c", "import os, signal; print(os.getpid(), flush=True); signal.pause()"]
# Writes its number, starts another that waits as a web server's worker does, and waits itself
WITH_A_CHILD = [
    sys.executable,
    "-c",
    "import os, signal\nif not os.fork(): signal.pause()\nprint(os.getpid(), flush=True)\nsignal.pause()",
]
FAILS = [sys.executable, "-c", "print('hết chỗ'); raise SystemExit(3)"]


class Watched(processes.ProcessFamily):
    """A family that is watched until something has come true."""

    def until(self, come_true: Callable[[], bool]) -> None:
        """Watch, and ask to stop once it is so."""
        self.tend = lambda: self._wish_to_stop() if come_true() else None
        self.watch()
        self.stopping = False


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has lived for a moment counts as working."""
    monkeypatch.setattr(processes, "LIVED", 0.0)


def numbers(logs: Path, name: str) -> list[int]:
    """The process numbers that a child's runs have written."""
    return [int(line) for line in (logs / f"{name}.log").read_text().split() if line.isdigit()]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["web", "live", "worker"])
def test_a_killed_process_alone_is_started_again(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    commands = {"web": WITH_A_CHILD, "live": WAITS, "worker": WAITS}
    with Watched(commands, environment=os.environ, logs=tmp_path) as family:
        family.until(lambda: all(numbers(tmp_path, one) for one in commands))
        first = {one: child.pid for one, child in family.children.items()}
        orphans = psutil.Process(first[name]).children()

        family.children[name].kill()
        family.until(lambda: len(numbers(tmp_path, name)) == 2)

        others = {one: child.pid for one, child in family.children.items() if one != name}
        psutil.wait_procs(orphans, timeout=SECONDS)

    assert others == {one: pid for one, pid in first.items() if one != name}
    assert not any(orphan.is_running() for orphan in orphans), "what it had started itself held its port"
    said = capsys.readouterr().err
    assert f"«{name}» đã dừng" in said
    assert f"«{name}» được chạy lại" in said


def test_what_ends_again_and_again_is_started_ever_more_seldom() -> None:
    moment = [0.0]
    pauses = processes.Pauses(lambda: moment[0])

    waited = []
    for _number in range(9):
        waited.append(pauses.ended())
        moment[0] += waited[-1]
        assert pauses.is_due()
        pauses.started()
    moment[0] += processes.LIVED
    after_a_while = pauses.ended()

    assert waited == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert after_a_while == 1


def test_a_process_that_cannot_start_says_why_and_leaves_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = []

    def has_said_so() -> bool:
        said.append(capsys.readouterr().err)
        return "hết chỗ" in "".join(said)

    with Watched({"web": WAITS, "worker": FAILS}, environment=os.environ, logs=tmp_path) as family:
        family.until(has_said_so)
        web = family.children["web"].poll()

    assert web is None
    assert "chạy lại sau 1 giây" in "".join(said)


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder whose server may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-pg-"))
    folder.chmod(0o755)
    yield folder
    bundled.stop_server(bundled.server_of_folder(folder))
    shutil.rmtree(folder)


@pytest.mark.slow
def test_a_killed_database_is_started_again_with_what_was_in_it(
    var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with bundled.in_use(var) as server:
        tend = running._database_tender(var)
        with psycopg.connect(server.url()) as own:
            own.execute("CREATE TABLE kept (number int)")
        tend()
        quiet = capsys.readouterr().err
        parent = psutil.Process(int((server.data / "postmaster.pid").read_text().split("\n")[0]))

        parent.kill()
        parent.wait(SECONDS)
        tend()

        with psycopg.connect(server.url()) as own:
            found = own.execute("SELECT count(*) FROM kept").fetchone()
    assert (quiet, found) == ("", (0,))
    assert "chạy lại" in capsys.readouterr().err


def test_a_database_that_cannot_be_started_is_tried_again_later_and_nothing_else_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = []

    def fails(_var: Path) -> bool:
        tries.append("try")
        raise bundled.DatabaseTrouble("Ổ đĩa đã đầy")

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(bundled, "revive_server", fails)
    tend = running._database_tender(tmp_path)

    tend()
    tend()

    assert tries == ["try"]
    assert "Ổ đĩa đã đầy (thử lại sau 1 giây)" in capsys.readouterr().err
