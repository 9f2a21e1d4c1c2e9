"""Resolves the dependencies anew into hashed lock files that name no address of a registry."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
PLAIN = ["--no-annotate", "--no-header", "--no-emit-index-url"]
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "pyproject.toml:dev"],
}


def main() -> int:
    """Write every lock file; return the exit code of the first that cannot be resolved."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, "-m", "venv", scratch], check=True)
        pip = [f"{scratch}/bin/python", "-m", "pip", "install", "-q", "--require-hashes"]
        subprocess.run([*pip, "-r", str(ROOT / "tools/requirements-uv.lock")], check=True)
        for lock, sources in LOCKS.items():
            print(f"» {lock}", flush=True)
            done = subprocess.run([f"{scratch}/bin/uv", *COMPILE, *PLAIN, *sources, "-o", lock], cwd=ROOT)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
