"""Makes a fresh clone ready: Python packages, message catalogues, front end; repeats nothing that is up to date.

Standard library only.
``python tools/setup.py`` prepares what `make run` needs; ``--dev`` adds what `make test` needs.
"""

import sys

MINIMUM = (3, 11)
if sys.version_info < MINIMUM:
    sys.exit(
        "Cần Python từ 3.11 trở lên, máy này dùng {0}.{1}. / Python 3.11 or newer is needed, not {0}.{1}.".format(
            *sys.version_info[:2]
        )
    )

import hashlib  # noqa: E402
import os  # noqa: E402
import shutil  # noqa: E402
import subprocess  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent))

from frontend_build import build_frontend  # noqa: E402
from slimming import slim  # noqa: E402
from steps import Stop, run, tell  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("TINHSO_VAR", ROOT / "var"))
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TOOLS = VAR / "tools"
NEEDED_MB = 1500
# Compiled modules are kept with the data, so that starts are quick also where the code may not be written to.
LAUNCHER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export PYTHONPYCACHEPREFIX="${TINHSO_VAR:-$here/../../var}/pycache" PYTHONDONTWRITEBYTECODE=
exec "$here/python" -m tinhso.project.cli "$@"
"""


def main() -> int:
    """Do every step that is not done yet; return the exit code."""
    dev = "--dev" in sys.argv[1:]
    try:
        check_place()
        make_environment()
        install_packages(dev)
        write_launcher()
        compile_catalogues()
        build_frontend(ROOT, VAR, TOOLS, keep_modules=dev, install_node=install_node)
    except Stop as stop:
        print(f"✗ {stop}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"✗ {explain(problem)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n✗ Đã dừng theo yêu cầu; chạy lại sẽ làm tiếp. / Stopped; run again to go on.", file=sys.stderr)
        return 130
    finally:
        shutil.rmtree(TOOLS, ignore_errors=True)
    return 0


def explain(problem: OSError) -> str:
    """One line for what the disk or the rights refuse."""
    if problem.errno == 28:
        return "Ổ đĩa đã đầy. / The disk is full."
    if problem.errno in {1, 13, 30}:
        return f"Không có quyền ghi vào {problem.filename}. / No right to write there."
    return str(problem)


def check_place() -> None:
    """Refuse early where there is no room or no right to write."""
    VAR.mkdir(parents=True, exist_ok=True)
    for place in (ROOT, VAR):
        if not os.access(place, os.W_OK):
            raise Stop(f"Không có quyền ghi vào {place}. / No right to write there.")
    free = shutil.disk_usage(VAR).free // 1_000_000
    if not PYTHON.exists() and free < NEEDED_MB:
        raise Stop(f"Cần {NEEDED_MB} MB trống, ổ đĩa chỉ còn {free} MB. / Not enough disk space.")


def make_environment() -> None:
    """Create ``.venv`` with the Python that runs this, or keep the one that works."""
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", "import sys"], capture_output=True).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    run("Tạo môi trường Python", [sys.executable, "-m", "venv", "--without-pip", str(VENV)], log=VAR / "setup.log")


def install_packages(dev: bool) -> None:
    """Install exactly the locked packages, each checked against its hash."""
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    wanted = {name: _digest(ROOT / f"{name}.lock") for name in ("requirements", "requirements-dev")}
    stamp = VENV / "installed"
    have = stamp.read_text() if stamp.exists() else ""
    if have == wanted["requirements-dev"] or (have == wanted["requirements"] and not dev):
        return
    title = "Cài thư viện Python cho phát triển" if dev else "Cài thư viện Python"
    # What was slimmed for running comes back whole for checking.
    whole = ["--reinstall"] if dev and have else []
    run(title, [*_uv(), *whole, "--require-hashes", "-r", str(lock)], log=VAR / "setup.log", env=_uv_env())
    if not dev:
        slim(VENV)
    stamp.write_text(wanted["requirements-dev" if dev else "requirements"])


def install_node(target: Path) -> None:
    """Put a Node.js from PyPI into ``target``, for machines without one."""
    lock = ROOT / "tools" / "requirements-node.lock"
    command = [*_uv(), "--require-hashes", "--target", str(target), "-r", str(lock)]
    run("Cài Node.js (máy chưa có bản từ 20 trở lên)", command, log=VAR / "setup.log", env=_uv_env())


def write_launcher() -> None:
    """Let ``.venv/bin/tinhso`` and every Python of the environment find this clone."""
    site = next((VENV / "lib").glob("python3.*/site-packages"))
    (site / "tinhso-clone.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    launcher = VENV / "bin" / "tinhso"
    text = LAUNCHER
    if not launcher.exists() or launcher.read_text() != text:
        launcher.write_text(text)
        launcher.chmod(0o755)


def compile_catalogues() -> None:
    """Turn the translations that changed from text into the form that gettext reads."""
    changed = [
        po
        for po in (ROOT / "tinhso").rglob("locale/*/LC_MESSAGES/*.po")
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if not changed:
        return
    tell(f"Dịch {len(changed)} tệp thông điệp sang dạng máy đọc")
    script = (
        "import sys, pathlib; from tinhso.project.catalogues import compile_file; "
        "[compile_file(pathlib.Path(name)) for name in sys.argv[1:]]"
    )
    done = subprocess.run([str(PYTHON), "-c", script, *map(str, changed)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise Stop(f"Tệp dịch có lỗi: {done.stderr.strip().splitlines()[-1]}")


def _uv() -> list[str]:
    """The installer's command, fetched once into a folder that goes away when the set-up is done."""
    uv = TOOLS / "bin" / "uv"
    if not uv.exists():
        log = VAR / "setup.log"
        run("Chuẩn bị trình cài đặt", [sys.executable, "-m", "venv", str(TOOLS)], log=log, hint=_NO_VENV)
        lock = ROOT / "tools" / "requirements-uv.lock"
        pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
        run("Tải trình cài đặt uv", pip, log=log)
    return [str(uv), "pip", "install", "--python", str(PYTHON)]


_NO_VENV = "Python này thiếu mô-đun venv; trên Debian/Ubuntu: apt install python3-venv. / The venv module is missing."


def _uv_env() -> dict[str, str]:
    return {**os.environ, "UV_CACHE_DIR": str(TOOLS / "cache"), "UV_NO_PROGRESS": "1", "UV_PYTHON_DOWNLOADS": "never"}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
