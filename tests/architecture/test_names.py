"""Names say what they name: docs/developers/naming.md. What does not yet stands in a list that only becomes shorter."""

import ast
import os
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, python_files

ALLOWED = ROOT / "tests" / "snapshots" / "names.toml"
# A participle or a pronoun in place of the thing
EMPTY = re.compile(
    "ones?|told|said|kept|found|asked|wanted|shown|given|taken|held|put|made|left|read|heard|known|seen|others?"
    "|things?|what|whom|which|it|those|these|whole|rest"
)
FIXED = {"Meta", "Command", "Migration"}  # words of Django


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in python_files("tinhso"):
        if not {"tests", "migrations"} & set(path.parts):
            yield str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))


def _words(name: str) -> list[str]:
    return [word for word in re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip("_")).lower().split("_") if word]


def _is_empty(name: str) -> bool:
    words = _words(name)
    return bool(words) and all(EMPTY.fullmatch(word) for word in words)


def _nameless() -> dict[str, dict[str, list[str]]]:
    """By kind and file: functions that name nothing or are private with one word, values that name nothing."""
    functions: dict[str, list[str]] = defaultdict(list)
    values: dict[str, list[str]] = defaultdict(list)
    for path, tree in _modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("__") and _is_empty(node.name):
                functions[path].append(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and _is_empty(node.id):
                values[path].append(node.id)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("_") and len(_words(node.name)) == 1:
                functions[path].append(node.name)
    return {
        "functions": {path: sorted(set(names)) for path, names in functions.items()},
        "values": {path: sorted(set(names)) for path, names in values.items()},
        "classes": {"everywhere": _repeated_classes()},
    }


def _repeated_classes() -> list[str]:
    places = Counter(
        node.name
        for _path, tree in _modules()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name not in FIXED
    )
    return sorted(name for name, count in places.items() if count > 1)


def _allowed() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(ALLOWED.read_text(encoding="utf-8"))


def _write_what_is_left(now: dict[str, dict[str, list[str]]]) -> None:
    """Take out of the list what is named by now; nothing is ever added to it."""
    lines = []
    for kind, by_file in _allowed().items():
        lines.append(f"[{kind}]")
        for path, names in sorted(by_file.items()):
            left = [f'"{name}"' for name in names if name in now[kind].get(path, [])]
            lines += [f'"{path}" = [{", ".join(left)}]'] if left else []
    ALLOWED.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("kind", ["functions", "values", "classes"])
def test_no_name_is_added_that_names_nothing_and_the_list_of_old_ones_only_becomes_shorter(kind: str) -> None:
    now = _nameless()
    if os.environ.get("TINHSO_WRITE_SNAPSHOTS"):
        _write_what_is_left(now)

    pairs = {(path, name) for path, names in now[kind].items() for name in names}
    allowed = {(path, name) for path, names in _allowed().get(kind, {}).items() for name in names}

    assert sorted(pairs - allowed) == [], "name these for what they are (docs/developers/naming.md)"
    assert sorted(allowed - pairs) == [], "named by now: run with TINHSO_WRITE_SNAPSHOTS=1, and the list forgets them"


def test_a_map_of_the_code_names_files_and_functions_that_there_are() -> None:
    wrong = []
    for page in sorted((ROOT / "docs" / "developers").glob("*.md")):
        for path, names in re.findall(r"\| `([\w/]+\.py)` \| ((?:`\w+`(?:, )?)+) \|", page.read_text(encoding="utf-8")):
            defined = _definitions(PACKAGE / path)
            wrong += [f"{page.name}: {path} {name}" for name in re.findall(r"`(\w+)`", names) if name not in defined]

    assert wrong == []


def _definitions(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
