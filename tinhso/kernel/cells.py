"""Cells of files that spreadsheets open: no text in them is taken for a formula."""

import re
from collections.abc import Iterable
from typing import Any

# What makes a spreadsheet reckon (OWASP, CSV injection); the wide ones are folded by some
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)?")


def harmless_cell(cell: Any) -> Any:
    """``cell`` with an apostrophe before it where a spreadsheet would reckon; a number, written as text too, stays."""
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def harmless_row(cells: Iterable[Any]) -> list[Any]:
    """Every cell of a row, harmless."""
    return [harmless_cell(cell) for cell in cells]
