"""What an operator or developer may use is written down in the handbook."""

import argparse
import re

import pytest

from tests.architecture.sources import ROOT, python_files, rooms
from tinhso.project.cli import command_parser

HANDBOOK = ROOT / "docs" / "handbook"
SETTING = re.compile(r"""environ(?:\.get\(|\[)\s*["']([A-Z][A-Z0-9_]+)["']""")
# Said by the machine or by another program, not by an operator
NOT_OURS = {"PATH", "PYTHONPATH", "HOME", "CI", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
INTERNAL = {"PYTEST_XDIST_TESTRUNUID", "TINHSO_WRITE_SNAPSHOTS"}


def _handbook() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in sorted(HANDBOOK.glob("*.md")))


def _commands() -> set[str]:
    actions = [action for action in command_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return set(actions[0].choices)


@pytest.mark.parametrize("label", [app.label for app in rooms()])
def test_every_app_has_a_page_in_the_handbook(label: str) -> None:
    assert (HANDBOOK / f"{label}.md").is_file()


def test_every_setting_is_explained() -> None:
    read = {
        name
        for path in python_files("tinhso", "tests", "tools")
        for name in SETTING.findall(path.read_text(encoding="utf-8"))
    }

    unexplained = {name for name in read - NOT_OURS - INTERNAL if f"`{name}`" not in _handbook()}

    assert unexplained == set()


def test_every_command_is_explained() -> None:
    unexplained = {name for name in _commands() if f"tinhso {name}" not in _handbook()}

    assert unexplained == set()
