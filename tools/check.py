"""Runs every check one after another, says how long each took, and ends with the summary of the tests."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SOURCES = ["tinhso", "tests", "tools", "manage.py", "conftest.py"]
QUICK: dict[str, list[str | Path]] = {
    "định dạng (ruff format)": [BIN / "ruff", "format", "--check", "."],
    "quy tắc (ruff check)": [BIN / "ruff", "check", "."],
    "mẫu trang (djangofmt)": [BIN / "djangofmt", "--check", "--quiet", "tinhso"],
    "kiểu (mypy --strict)": [BIN / "mypy", *SOURCES],
    "ranh giới nhập (lint-imports)": [BIN / "lint-imports"],
    "kiểu giao diện (tsc)": ["npm", "run", "--silent", "check"],
}
PYTEST = [BIN / "python", "-m", "pytest", "-n", "2", "--dist", "load", "-q", "-rfE", "--durations=10"]


def main() -> int:
    """Run them all even when one fails, so that one run shows every problem; return 1 if any failed."""
    failed = [name for name, command in QUICK.items() if not _passes(name, command)]
    if failed:
        print(f"✗ Không đạt: {', '.join(failed)}", flush=True)
    if "--quick" not in sys.argv[1:]:
        # Last, so that the summary of the tests ends the output.
        print("» kiểm thử (pytest)", flush=True)
        failed += ["pytest"] if subprocess.run([str(part) for part in PYTEST], cwd=ROOT).returncode else []
    return 1 if failed else 0


def _passes(name: str, command: list[str | Path]) -> bool:
    print(f"» {name}", flush=True)
    if shutil.which(command[0]) is None:
        print(f"  bỏ qua: máy không có {command[0]}", flush=True)
        return os.environ.get("TINHSO_REQUIRE_ALL") != "1"
    began = time.monotonic()
    passed = subprocess.run([str(part) for part in command], cwd=ROOT).returncode == 0
    print(f"  {'✓' if passed else '✗'} {time.monotonic() - began:.0f} giây", flush=True)
    return passed


if __name__ == "__main__":
    sys.exit(main())
