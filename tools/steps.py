"""Runs one long step with a line of progress; its output goes to a log and is shown only when it fails."""

import subprocess
import sys
import time
from pathlib import Path

TICK = 5.0


class Stop(Exception):
    """The set-up cannot go on; the message says why and what to do."""


def tell(text: str) -> None:
    """Say what happens now."""
    print(f"» {text}", flush=True)


def run(
    title: str,
    command: list[str],
    *,
    log: Path,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    hint: str = "",
) -> None:
    """Run ``command``; while it lasts show the seconds; raise Stop with its last lines when it fails."""
    tell(title)
    began = time.monotonic()
    with log.open("ab") as output:
        start = output.tell()
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=cwd, env=env)
        try:
            _wait(child, began)
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
    if child.returncode:
        raise Stop(_failure(title, log, start, hint))
    took = time.monotonic() - began
    if took > 2:
        print(f"  xong sau {took:.0f} giây", flush=True)


def _wait(child: "subprocess.Popen[bytes]", began: float) -> None:
    while True:
        try:
            child.wait(timeout=TICK)
            return
        except subprocess.TimeoutExpired:
            print(f"  … {time.monotonic() - began:.0f} giây", file=sys.stderr, flush=True)


def _failure(title: str, log: Path, start: int, hint: str) -> str:
    with log.open("rb") as output:
        output.seek(start)
        lines = output.read().decode("utf-8", "replace").strip().splitlines()
    text = "\n".join(lines)
    if "No space left on device" in text or "ENOSPC" in text:
        return "Ổ đĩa đã đầy. / The disk is full."
    reason = hint or "Xem toàn bộ trong " + str(log)
    return f"{title}: không xong. {reason}\n" + "\n".join(f"    {line}" for line in lines[-8:])
