"""Apps register what they have; nothing below an app knows it by name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import FLOORS, PACKAGE, ROOT, own_apps, place, python_files
from tinhso.kernel.rights import registered_rights
from tinhso.ui import navigation
from tinhso.ui.context import address_of


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Line and value of every string of a module that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def modules() -> Iterator[Path]:
    """Modules that are neither tests nor migrations."""
    for path in python_files("tinhso"):
        if not {"tests", "migrations"} & set(path.parts):
            yield path


def test_a_right_is_written_where_its_app_registers_it_and_nowhere_else() -> None:
    names = {right.name for right in registered_rights()}

    elsewhere = [
        f"{path.relative_to(ROOT)}:{line}: {value}"
        for path in modules()
        if path.name != "rights.py"
        for line, value in strings(path)
        if value in names
    ]

    assert elsewhere == []


def test_every_way_in_the_header_leads_somewhere_and_asks_a_right_that_exists() -> None:
    names = {right.name for right in registered_rights()}

    lost = [way.address for way in navigation.navigation_entries() if not address_of(way.address)]
    unknown = [
        way.address for way in navigation.navigation_entries() if way.right is not None and way.right not in names
    ]
    places = [way.place for way in navigation.navigation_entries()]

    assert (lost, unknown) == ([], [])
    assert len(places) == len(set(places)) > 30


def test_no_floor_names_an_app_of_the_floors_above_it() -> None:
    upwards = [
        f"{path.relative_to(ROOT)}:{line}: {value}"
        for path in modules()
        for line, value in strings(path)
        if (named := re.match(r"(\w+)[:.][A-Za-z_]+$", value)) and _is_above(named.group(1), path)
    ]

    assert upwards == []


def _is_above(label: str, path: Path) -> bool:
    named = next((app for app in own_apps() if app.label == label), None)
    return named is not None and place(named)[0] > FLOORS[path.relative_to(PACKAGE).parts[0].removesuffix(".py")]
