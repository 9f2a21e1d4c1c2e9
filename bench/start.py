"""Fresh clone to first page, to a loaded province and second start, step by step: ``make run`` as a newcomer would.

Downloads packages; with warm caches of pip and npm the figures are those of a second checkout.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = int(os.environ.get("TINHSO_BENCH_PORT", "8795"))
LONGEST = 1200
NOT_FOR_A_NEWCOMER = ("DATABASE_URL", "TINHSO_", "DJANGO_", "PYTHONPATH", "VIRTUAL_ENV", "MAKE")


@dataclass
class Start:
    """What was seen of one ``make run``, in seconds since it began: each step that it printed, the first page, the
    moment when everything was loaded."""

    steps: list[tuple[str, float]]
    first_page: float = 0.0
    loaded: float = 0.0


def main() -> None:
    """Print a line for every step, then the measurement as a line of JSON; everything made is removed."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-start-"))
    try:
        clone = folder / "tinhso"
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], check=True, timeout=120)
        before = _size(clone)
        first = _start(clone, until_loaded=True)
        second = _start(clone, until_loaded=False)
        _print_steps(first)
        found = {
            "first_page_s": round(first.first_page, 1),
            "loaded_s": round(first.loaded, 1),
            "second_start_s": round(second.first_page, 1),
            "installed_mb": _size(clone) - before,
            "packages_mb": _size(clone / ".venv"),
        }
        print(json.dumps(found))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _print_steps(start: Start) -> None:
    ends = [began for _title, began in start.steps[1:]] + [start.loaded]
    for (title, began), end in zip(start.steps, ends, strict=True):
        print(f"{began:8.1f} s  {end - began:7.1f} s  {title}")


def _start(clone: Path, *, until_loaded: bool) -> Start:
    """Run until the first page is answered, or until all is loaded; then stop as Ctrl-C does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(NOT_FOR_A_NEWCOMER)}
    began, log = time.monotonic(), clone.parent / f"run-{time.monotonic_ns()}.log"
    with log.open("wb") as output:
        command = ["make", "run", f"ARGS=--port {PORT}"]
        running = subprocess.Popen(
            command, cwd=clone, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            return _watch(running, began, log, clone / "var" / "loading.json", until_loaded)
        finally:
            os.killpg(running.pid, signal.SIGINT)
            running.wait(timeout=60)


def _watch(running: "subprocess.Popen[bytes]", began: float, log: Path, progress: Path, until_loaded: bool) -> Start:
    start = Start([])
    while (passed := time.monotonic() - began) < LONGEST:
        printed = log.read_text(errors="replace")
        if running.poll() is not None:
            raise SystemExit(f"make run ended: {printed[-1500:]}")
        titles = [line.removeprefix("» ") for line in printed.splitlines() if line.startswith("» ")]
        start.steps += [(title, passed) for title in titles[len(start.steps) :]]
        if not start.first_page and _answers():
            start.first_page = time.monotonic() - began
        if start.first_page and not until_loaded:
            return start
        if start.first_page and _is_loaded(progress):
            start.loaded = time.monotonic() - began
            return start
        time.sleep(0.2)
    raise SystemExit("make run did not come that far in time")


def _answers() -> bool:
    try:
        urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=10).read()
    except OSError:
        return False
    return True


def _is_loaded(progress: Path) -> bool:
    steps = json.loads(progress.read_text(encoding="utf-8")) if progress.is_file() else []
    return bool(steps) and all(step["state"] == "ready" for step in steps)


def _size(folder: Path) -> int:
    return round(sum(one.lstat().st_blocks * 512 for one in folder.rglob("*")) / 2**20)


if __name__ == "__main__":
    main()
