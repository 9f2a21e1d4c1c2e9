"""Fresh clone to first page, second start, installed size: ``make run`` as a newcomer would. Downloads packages."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = int(os.environ.get("TINHSO_BENCH_PORT", "8795"))
LONGEST = 1200
NOT_FOR_A_NEWCOMER = ("DATABASE_URL", "TINHSO_", "DJANGO_", "PYTHONPATH", "VIRTUAL_ENV", "MAKE")


def main() -> None:
    """Print the measurement as a line of JSON; everything made is removed."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-start-"))
    try:
        clone = folder / "tinhso"
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(clone)], check=True, timeout=120)
        before = _size(clone)
        first = _until_first_page(clone)
        found = {
            "first_page_s": round(first, 1),
            "second_start_s": round(_until_first_page(clone), 1),
            "installed_mb": _size(clone) - before,
            "packages_mb": _size(clone / ".venv"),
        }
        print(json.dumps(found))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _until_first_page(clone: Path) -> float:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_FOR_A_NEWCOMER)}
    began = time.monotonic()
    with (clone.parent / "run.log").open("ab") as log:
        command = ["make", "run", f"ARGS=--port {PORT}"]
        running = subprocess.Popen(command, cwd=clone, env=kept, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait(running, began, clone.parent / "run.log")
            return time.monotonic() - began
        finally:
            os.killpg(running.pid, signal.SIGINT)
            running.wait(timeout=60)


def _wait(running: "subprocess.Popen[bytes]", began: float, log: Path) -> None:
    while time.monotonic() - began < LONGEST:
        if running.poll() is not None:
            raise SystemExit(f"make run ended: {log.read_text(errors='replace')[-1500:]}")
        try:
            urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=10).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("make run did not answer in time")


def _size(folder: Path) -> int:
    return round(sum(one.lstat().st_blocks * 512 for one in folder.rglob("*")) / 2**20)


if __name__ == "__main__":
    main()
