"""Every way to register something with an app below is written down, with where it is called and an example."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import PACKAGE, ROOT, python_files

PAGE = ROOT / "docs" / "developers" / "plug-points.md"
ADDS = {"append", "extend", "setdefault"}
LINE = re.compile(r"^\| `(\w+)` \| `([\w.]+)` \| `(\w+)\.py` \| [^|]+ \| (?:`([\w/.]+)`|none yet) \|$", re.M)


def hooks() -> Iterator[tuple[str, str]]:
    """Name of each function that registers something, and the module that offers it."""
    for path in python_files("tinhso"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        offered = "contract" in parts or parts[0] in ("kernel", "ui")
        if offered and "tests" not in parts:
            module = ".".join(parts[: parts.index("contract") + 1] if "contract" in parts else parts)
            yield from ((name, module) for name in _registering(ast.parse(path.read_text(encoding="utf-8"))))


def _registering(tree: ast.Module) -> Iterator[str]:
    collections = {
        name.id
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, (ast.List, ast.Dict, ast.Call))
        for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(name, ast.Name)
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _adds_to(node, collections):
            yield node.name


def _adds_to(function: ast.FunctionDef, collections: set[str]) -> bool:
    for node in ast.walk(function):
        changed: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ADDS:
            changed = node.func.value
            if isinstance(changed, ast.Call) and isinstance(changed.func, ast.Attribute):
                changed = changed.func.value  # of ``REGISTRY.setdefault(key, []).append(…)``
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            changed = node.targets[0].value
        if isinstance(changed, ast.Name) and changed.id in collections:
            return True
    return False


def test_every_hook_has_its_line_and_every_line_its_hook() -> None:
    listed = {(name, module) for name, module, _room, _example in LINE.findall(PAGE.read_text(encoding="utf-8"))}

    assert listed == set(hooks())


def test_every_example_calls_its_hook() -> None:
    wrong = []
    for name, _module, _room, example in LINE.findall(PAGE.read_text(encoding="utf-8")):
        path = PACKAGE / example
        if example and not re.search(rf"\b{name}\b", path.read_text(encoding="utf-8") if path.is_file() else ""):
            wrong.append((name, example))

    assert wrong == []
