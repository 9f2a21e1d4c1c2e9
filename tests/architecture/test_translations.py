"""Vietnamese is the source; every string that a reader may see has an English translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from tests.architecture.sources import PACKAGE, ROOT, python_files
from tinhso.project.catalogues import read_catalogue

GETTEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "gettext_noop",
    "_lazy",
    "_in",
}
MARKED = re.compile(
    r"""\bn?p?gettext(?:_lazy)?\(u?(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|_\(\s*(?P<plain>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "_in"}
MEASURE = re.compile(r'^unit(?:_of_measure)? = "([^"]+)"', re.MULTILINE)
SAME_EVERYWHERE = {"%", "‰", "ha", "g/l"}
NOT_SHOWN = {"tests", "migrations"}


def _strings_of_code() -> Iterator[tuple[str, str]]:
    for path in python_files():
        if NOT_SHOWN.isdisjoint(path.parts):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT and node.args:
                    at = 1 if getattr(node.func, "id", "") in WITH_CONTEXT else 0
                    text = node.args[at]
                    if isinstance(text, ast.Constant) and isinstance(text.value, str):
                        yield text.value, str(path.relative_to(ROOT))


def _strings_of_templates() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        for found in MARKED.finditer(code):
            quoted = found["quoted"] or found["plain"]
            yield ast.literal_eval(quoted), str(path.relative_to(ROOT))


def _translated(catalogues: list[Path]) -> set[str]:
    return {message.id for path in catalogues for message in read_catalogue(path) if message.is_translated}


def test_every_string_has_an_english_translation() -> None:
    catalogues = sorted(PACKAGE.rglob("locale/en/LC_MESSAGES/*.po"))
    known = _translated(catalogues)

    missing = {(text, where) for text, where in [*_strings_of_code(), *_strings_of_templates()] if text not in known}

    assert sorted(missing) == []


def test_every_unit_of_measure_of_a_province_has_an_english_translation() -> None:
    known = {
        message.id
        for message in read_catalogue(PACKAGE / "ui/locale/en/LC_MESSAGES/django.po")
        if message.context == "measure"
    }
    kinds = ("data_sets/*", "indicators/*", "figures")
    files = [path for kind in kinds for path in sorted(ROOT.glob(f"provinces/*/{kind}.toml"))]

    used = {unit for path in files for unit in MEASURE.findall(path.read_text(encoding="utf-8"))}

    assert used
    assert sorted(used - known - SAME_EVERYWHERE) == []


def test_every_catalogue_says_how_its_letters_are_written() -> None:
    for path in sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/*.po")):
        headers = [message for message in read_catalogue(path) if not message.id]
        assert [message.is_translated and "charset=UTF-8" in message.text[0] for message in headers] == [True], path
