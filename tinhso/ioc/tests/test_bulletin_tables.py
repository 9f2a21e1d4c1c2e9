"""A bulletin holds tables that other apps tell: kept as they were when it was handed in, never for the public."""

from datetime import date, datetime

import pytest

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import ReportTable
from tinhso.ioc.queries import bulletins as queries
from tinhso.ioc.tests import bulletin_makers as make
from tinhso.ioc.tests.test_bulletins import figures, quick, with_real_files

__all__ = ["figures", "quick", "with_real_files"]
TEMPLATE = (
    make.TEMPLATE
    + """
[[block]]
id = "viec"
sort = "app_table"
table = "thu.viec"
text = "Việc đã làm"
most = 1
"""
)


def test_a_table_of_another_app_stays_as_it_was_handed_in(figures: None, monkeypatch: pytest.MonkeyPatch) -> None:
    told = [("Trồng cây", "90%"), ("Tưới cây", "10%")]

    def provider(unit: str, first: date, last: date, now: datetime) -> ReportTable:
        assert (unit, first, last) == ("p", date(2024, 5, 1), date(2024, 5, 31))
        return ReportTable(("Việc", "Tiến độ"), tuple(told), frozenset({1}))

    monkeypatch.setitem(contract.TABLE_PROVIDERS, "thu.viec", provider)
    make.templates(TEMPLATE)
    one = make.issued()
    told.clear()

    said = make.words_of(one)
    assert "Việc đã làm" in said
    assert "Trồng cây 90%" in said
    assert "Còn 1 dòng khác." in said
    assert queries.verify_issue(one).verdict == "same"


def test_the_public_is_told_nothing_of_it(figures: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract.TABLE_PROVIDERS, "thu.viec", lambda *_asked: ReportTable(("Việc",), (("Trồng cây",),)))
    make.templates(TEMPLATE)

    assert "Trồng cây" not in make.words_of(make.issued(audience="public"))
