"""The scorecard: points from figures, a range where there are none, and nothing passed off as known."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.units.models import Unit
from tinhso.ioc.queries.scorecard import definition as definitions
from tinhso.ioc.queries.scorecard.card import Points, grade_of
from tinhso.ioc.queries.scorecard.definition import Grade
from tinhso.ioc.tests import makers as a
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db(transaction=True)
CARD = """
name = "Bộ chỉ số thử"
basis = "Quyết định thử"
source = "kiểm thử"
[[grade]]
floor = 90
name = "xuất sắc"
[[grade]]
below = 50
name = "yếu"
[[group]]
key = "mot"
name = "Nhóm một"
weight = 60
[[group.part]]
key = "dung-han"
name = "Đúng hạn"
indicator = "D-2"
[[group.part]]
key = "tre"
name = "Không trễ"
indicator = "D-2"
invert = true
[[group.part]]
key = "chua-co"
name = "Chưa có"
missing = "chưa ai đo"
[[group]]
key = "hai"
name = "Nhóm hai"
weight = 40
[[group.section]]
key = "a"
name = "Mục a"
weight = 30
[[group.section.part]]
key = "x"
name = "Biết điểm"
weight = 30
indicator = "D-2"
[[group.section]]
key = "b"
name = "Mục b"
weight = 10
[[group.section.part]]
key = "y"
name = "Chỉ tiêu không phải tỷ lệ"
indicator = "D-1"
"""


@pytest.fixture
def told(reader: Client, settings: Any) -> Callable[[str], Client]:
    """A province with a scorecard, and a reader of it."""

    def write(text: str = CARD) -> Client:
        (Path(settings.PROVINCE_DIR) / "scorecard.toml").write_text(text, encoding="utf-8")
        return reader

    return write


def test_points_are_shares_of_weights_and_what_is_missing_leaves_a_range(told: Callable[..., Client]) -> None:
    a.published(("x", "2024-09", "desk", 10, 8, 0, "0"), ("y", "2024-09", "desk", 10, 8, 0, "0"))
    browser = told(CARD)

    page = a.text_of(browser, "/scorecard/?period=2024-09&unit=p")

    # 20 × 0.8 + 20 × 0.2 + (0 to 20) and 30 × 0.8 + (0 to 10)
    assert "44,00 – 74,00 / 100" in page
    assert "20,00 – 40,00 / 60" in page
    assert "24,00 / 30" in page
    assert "3 trong 5 mục có số liệu" in page
    assert "16 / 20" in page
    assert "Chưa tính được: chưa ai đo" in page
    assert "chỉ tiêu này không phải tỷ lệ phần trăm" in page
    assert "Chưa nói được xếp loại" in page


def test_a_known_weight_is_not_called_provisional(told: Callable[..., Client]) -> None:
    a.published(*a.dossiers("2024-09", "x", "y"))
    browser = told(CARD)

    page = a.text_of(browser, "/scorecard/?period=2024-09&unit=p")

    assert page.count("tạm chia đều") == 4
    assert page.count("Biết điểm tạm chia đều") == 0
    assert "Đây không phải điểm chính thức" in page


def test_every_number_leads_to_its_indicator_and_its_records(told: Callable[..., Client]) -> None:
    a.published(*a.dossiers("2024-09", "x", "y"))

    html = told(CARD).get("/scorecard/?period=2024-09&unit=x").content.decode()

    assert 'href="/indicators/D-2/?unit=x&amp;period=2024-09&amp;basis=published"' in html
    assert 'href="/indicators/D-2/records/?unit=x&amp;period=2024-09&amp;basis=published"' in html


def test_a_period_without_figures_and_an_unknown_indicator_say_so(told: Callable[..., Client]) -> None:
    a.published(*a.dossiers("2024-09", "x", "y"))
    browser = told(CARD.replace('indicator = "D-1"', 'indicator = "KHONG-CO"'))

    page = a.text_of(browser, "/scorecard/?period=2023-01&unit=p")

    assert "0,00 – 100,00 / 100" in page
    assert "tỉnh chưa có chỉ tiêu KHONG-CO" in page
    assert "chưa có số liệu" in page


def test_a_province_without_a_scorecard_is_told_how_to_begin(reader: Client) -> None:
    a.published(*a.dossiers("2024-09", "x", "y"))

    assert "scorecard.toml" in a.text_of(reader, "/scorecard/")


def test_a_unit_a_period_and_an_agency_that_there_are_not_are_not_found(told: Callable[..., Client]) -> None:
    a.published(*a.dossiers("2024-09", "x", "y"))
    browser = told(CARD)

    for query in ("unit=zz", "period=2024-13", "agency=ZZ"):
        assert browser.get(f"/scorecard/?{query}").status_code == 404


@pytest.mark.parametrize(
    ("low", "high", "name"),
    [("92", "95", "xuất sắc"), ("10", "49.99", "yếu"), ("10", "50", None), ("60", "70", None), ("89", "95", None)],
)
def test_a_grade_is_told_only_where_it_holds_for_the_whole_range(low: str, high: str, name: str | None) -> None:
    grades = (Grade("xuất sắc", "", floor=Decimal(90)), Grade("yếu", "", below=Decimal(50)))

    grade = grade_of(Points(Decimal(low), Decimal(high), Decimal(100)), grades)

    assert (grade.name if grade else None) == name


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("weight = 60", "weight = 50"),
        ("weight = 10", "weight = 9"),
        ('missing = "chưa ai đo"', ""),
        ("weight = 30\nindicator", "weight = 31\nindicator"),
        ('key = "mot"', ""),
    ],
)
def test_a_scorecard_that_does_not_add_up_is_refused(
    was: str, becomes: str, told: Callable[..., Client], settings: Any
) -> None:
    assert Unit.objects.exists()
    told(CARD.replace(was, becomes))

    with pytest.raises(Refused, match="bad_province_table"):
        definitions.scorecard_definition()


def test_the_demo_provinces_own_scorecard_adds_up(settings: Any) -> None:
    settings.PROVINCE_DIR = Path(__file__).resolve().parents[3] / "provinces" / "ben_tre"

    found = definitions.scorecard_definition()

    assert found is not None
    assert [int(group.weight) for group in found.groups] == [18, 20, 22, 22, 18]
    assert [int(section.weight) for section in found.groups[3].sections] == [12, 10]
    assert all(part.is_provisional for part in found.parts())
    assert [part.weight for part in found.groups[2].sections[0].parts] == [
        Decimal("7.33"),
        Decimal("7.34"),
        Decimal("7.33"),
    ]
