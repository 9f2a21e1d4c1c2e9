"""A question's unit and period, the figure beside what was found, and what a reader may not see."""

from datetime import date

import pytest
from django.test import Client

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.models import Definition
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.units.models import Unit
from tinhso.ioc import queries
from tinhso.ioc.queries.asked import period_in
from tinhso.ioc.tests.makers import dossiers, published, text_of, words

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("độ mặn tháng 3/2024", "2024-03"),
        ("giải ngân quý 3 năm 2024", "2024-Q3"),
        ("giải ngân quý III/2024", "2024-Q3"),
        ("giải ngân Q2 2025", "2025-Q2"),
        ("tỷ lệ hộ nghèo 2024", "2024"),
        ("hồ sơ 9/2024", "2024-09"),
        ("hồ sơ năm ngoái", "2025"),
        ("ho so thang truoc", "2026-10"),
        ("hồ sơ quý này", "2026-Q4"),
        ("hồ sơ tháng 12", "2025-12"),
        ("dossiers in September 2024", "2024-09"),
        ("dossiers last year", "2025"),
        ("hồ sơ đúng hạn", ""),
    ],
)
def test_periods_are_read_as_people_say_them(question: str, period: str) -> None:
    rest, found = period_in(question, TODAY)

    assert found == period
    assert not any(part in rest for part in ("2024", "2025", "quý", "tháng", "thang"))


def test_a_question_with_unit_and_period_leads_straight_to_the_reading(reader: Client) -> None:
    published(*dossiers("2024-03", "a1", "a2"))
    Unit.objects.filter(ref="a1").update(name="Xã Bình Hòa", search_text="xa binh hoa")

    page = reader.get("/search/", {"q": "tỷ lệ trễ hạn xã Bình Hoà 3/2024"})

    html = page.content.decode()
    assert "/indicators/D-2/?unit=a1&amp;period=2024-03" in html
    assert "86,67 %" in words(html)
    assert "trễ hạn ≈ đúng hạn (ngược)" in html


def test_the_figure_of_the_readers_own_unit_stands_beside_the_answer(reader: Client) -> None:
    published(*dossiers("2024-07", "x", "y"))

    said = text_of(reader, "/search/?q=ty+le+dung+han")

    assert "86,67 % tháng 7/2024" in said


def test_a_hidden_figure_is_not_told_by_the_search(reader: Client) -> None:
    published(*dossiers("2024-07", "x", "y"))
    found = Definition.objects.get(code="D-2")
    found.spec |= {"access": {"default": "restricted"}}
    found.save()
    indicators.clear_caches()
    queries.clear_caches()
    refresh()

    said = text_of(reader, "/search/?q=ty+le+dung+han")

    assert "Tỷ lệ đúng hạn" in said
    assert "86,67" not in said
