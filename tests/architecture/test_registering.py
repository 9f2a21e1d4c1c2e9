"""Apps register what they have; nothing below an app knows it by name."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.urls import URLResolver, get_resolver

from tests.architecture.sources import FLOORS, PACKAGE, ROOT, own_apps, place, python_files
from tinhso.kernel.rights import registered_rights
from tinhso.ui import navigation
from tinhso.ui.menus import address_of


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

    assert (lost, unknown) == ([], [])


def test_no_group_of_the_menu_has_more_than_eight_ways_or_two_at_one_place() -> None:
    groups = Counter(way.group for way in navigation.navigation_entries())
    places = Counter((way.group, way.place) for way in navigation.navigation_entries())

    assert groups.total() > 30
    assert [group for group, count in groups.items() if count > 8] == []
    assert [where for where, count in places.items() if count > 1] == []


def test_every_way_says_what_one_does_there_and_what_it_covers_exists() -> None:
    silent = [way.address for way in navigation.navigation_entries() if not way.description]
    beginnings = [prefix for way in navigation.navigation_entries() for prefix in way.covers]
    addresses = list(_addresses_below(get_resolver()))

    assert silent == []
    assert beginnings
    assert [prefix for prefix in beginnings if not any(address.startswith(prefix) for address in addresses)] == []


def _addresses_below(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses_below(pattern, here)
        else:
            yield here


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
