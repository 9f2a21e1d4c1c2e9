"""A figure on the front page is one for which all have reported, as long as there is one."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from tinhso.blocks.indicators.contract import FigureStatus
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.open_data.queries.front_figures import front_figure

INDICATOR: Any = SimpleNamespace(code="D-1", scale=Decimal(1), kind=SimpleNamespace(has_out_of=False))
MARCH = Reading(
    INDICATOR, "T", "2024-03", "published", "", "", Decimal(30), None, 3, 3, True, FigureStatus.PRELIMINARY, None, 1
)
APRIL = replace(MARCH, period="2024-04", count=Decimal(12), reported=1)
MAY = replace(MARCH, period="2024-05", count=None, reported=0)


def test_a_month_that_some_have_not_reported_waits_behind_the_last_one_that_all_have() -> None:
    figure = front_figure(INDICATOR, "cay-xanh", [MARCH, APRIL, MAY])

    assert figure is not None
    assert (figure.reading, figure.values) == (MARCH, (Decimal(30),))


def test_where_no_month_is_complete_the_newest_is_shown_with_what_is_in() -> None:
    figure = front_figure(INDICATOR, "cay-xanh", [replace(MARCH, reported=2), APRIL])

    assert figure is not None
    assert (figure.reading, figure.reading.is_complete) == (APRIL, False)


def test_a_figure_that_nobody_knows_is_left_out() -> None:
    assert front_figure(INDICATOR, "cay-xanh", [MAY]) is None
