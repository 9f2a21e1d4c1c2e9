from decimal import Decimal

import pytest

from tinhso.kernel.cells import harmless_cell, harmless_row


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "+84"]
)
def test_text_that_a_spreadsheet_would_reckon_is_marked_as_text(text: str) -> None:
    assert harmless_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "cell", ["-5", "-5.25", "-5,25", -5, -5.25, Decimal("-5.25"), 5, None, "", "Lan", "3-1", "'=1"]
)
def test_numbers_and_other_text_stay_as_they_are(cell: object) -> None:
    assert harmless_cell(cell) is cell


def test_every_cell_of_a_row_is_looked_at() -> None:
    assert harmless_row(["a", "=b", -1]) == ["a", "'=b", -1]
