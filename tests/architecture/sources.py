"""What the architecture tests look at: the repository's files and the project's own apps."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tinhso"
FLOORS = {"kernel": 0, "ui": 1, "blocks": 2, "government": 3, "economy": 3, "society": 3, "ioc": 4, "project": 5}
BLOCKS = (
    "outbox",
    "audit",
    "units",
    "bulk",
    "identity",
    "worklist",
    "messaging",
    "documents",
    "signatures",
    "remote_keys",
    "signature_requests",
    "forms",
    "surveys",
    "indicators",
    "payments",
    "dhis2",
    "sdmx",
    "open_data",
    "registers",
    "bpmn",
    "cases",
)


def python_files(*places: str, migrations: bool = False) -> Iterator[Path]:
    """Python files of the given folders (of the whole package when none is named)."""
    for place in places or ("tinhso",):
        for path in sorted((ROOT / place).rglob("*.py")):
            if migrations or "migrations" not in path.parts:
                yield path


def own_apps() -> list[AppConfig]:
    """The project's own apps: blocks, domains, the operations centre."""
    return [app for app in apps.get_app_configs() if app.name.startswith("tinhso.")]


def rooms() -> list[AppConfig]:
    """Apps that have the floor plan of rooms: all but the kernel, the components and the composition root."""
    return [app for app in own_apps() if app.label not in {"ui", "project"}]


def place(app: AppConfig) -> tuple[int, int]:
    """The floor an app stands on, and its place within the floor of blocks."""
    floor = app.name.split(".")[1]
    return FLOORS[floor], BLOCKS.index(app.label) if floor == "blocks" else 0


def tracked(*patterns: str) -> list[Path]:
    """Files under version control that still exist."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]
