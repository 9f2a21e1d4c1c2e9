"""Finding a procedure: without diacritics, with slips of typing, by everyday words, by what narrows."""

from datetime import date
from typing import Any

import pytest

from tinhso.government.public_services.queries import finding
from tinhso.government.public_services.queries.finding import ProcedureFilter
from tinhso.government.public_services.tests import makers as a

pytestmark = pytest.mark.django_db
TODAY = date(2025, 1, 15)
NAMES = {
    "HT-01": "Đăng ký khai sinh",
    "HT-02": "Đăng ký lại khai sinh",
    "HT-03": "Đăng ký khai tử",
    "HT-04": "Đăng ký kết hôn",
    "HT-05": "Cấp giấy xác nhận tình trạng hôn nhân",
    "DN-01": "Đăng ký thành lập hộ kinh doanh",
    "DD-01": "Đăng ký cấp giấy chứng nhận quyền sử dụng đất lần đầu",
    "GT-01": "Cấp đổi giấy phép lái xe",
}
OTHERWISE: dict[str, dict[str, Any]] = {
    "HT-01": {"keywords": ["làm giấy khai sinh"]},
    "DN-01": {
        "field_code": "doanh-nghiep",
        "field": "Hộ kinh doanh",
        "audiences": ["household"],
        "keywords": ["mở quán ăn"],
    },
    "DD-01": {
        "field_code": "dat-dai",
        "field": "Đất đai",
        "life_events": ["nha-dat"],
        "keywords": ["làm sổ đỏ", "sổ hồng"],
        "levels": ["province"],
        "agency": "SNNMT",
        "agency_name": "Sở Nông nghiệp và Môi trường",
        "online": "info",
    },
}


@pytest.fixture(autouse=True)
def catalogue() -> None:
    """Eight procedures with names that are close to one another."""
    plain: dict[str, Any] = {"keywords": [], "life_events": [], "name_en": ""}
    a.put(*(a.a_document(code=code, name=name, **(plain | OTHERWISE.get(code, {}))) for code, name in NAMES.items()))


def codes_found(words: str = "", **narrow: str) -> list[str]:
    return [one.procedure.code for one in finding.search_procedures(ProcedureFilter(words=words, **narrow), TODAY)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("Đăng ký khai sinh", "HT-01"),
        ("dang ky khai sinh", "HT-01"),
        ("ĐĂNG KÝ KẾT HÔN", "HT-04"),
        ("ket hon", "HT-04"),
        ("dang ki ket hon", "HT-04"),
        ("dang ky ket hom", "HT-04"),
        ("giay phep lai se", "GT-01"),
        ("khai tu", "HT-03"),
        ("đổi bằng giấy phép lái xe", "GT-01"),
        ("tôi muốn làm sổ đỏ", "DD-01"),
        ("so do", "DD-01"),
        ("mo quan an", "DN-01"),
        ("giay khai sinh", "HT-01"),
        ("HT-05", "HT-05"),
        ("dn-01", "DN-01"),
    ],
)
def test_words_lead_to_the_procedure_that_is_meant(words: str, first: str) -> None:
    assert codes_found(words)[0] == first


@pytest.mark.parametrize("words", ["zzzz", "qwerty uiop", "%%%", "\\", "'; DROP TABLE", "_"])
def test_what_means_nothing_finds_nothing(words: str) -> None:
    assert codes_found(words) == []


def test_what_is_looked_for_can_be_narrowed_each_way() -> None:
    assert codes_found(life_event="nha-dat") == ["DD-01"]
    assert codes_found(field="doanh-nghiep") == ["DN-01"]
    assert codes_found(agency="SNNMT") == ["DD-01"]
    assert codes_found(audience="household") == ["DN-01"]
    assert codes_found(level="province") == ["DD-01"]
    assert codes_found(online="info") == ["DD-01"]
    assert codes_found("đăng ký", field="doanh-nghiep") == ["DN-01"]
    assert codes_found("đăng ký", field="khong-co") == []


def test_without_words_the_order_is_that_of_the_dictionary() -> None:
    assert codes_found() == ["GT-01", "HT-05", "DD-01", "HT-04", "HT-01", "HT-03", "HT-02", "DN-01"]


def test_only_what_is_in_force_on_the_day_is_found() -> None:
    a.put(a.a_document(effective_from="2025-07-01", name="Khai sinh theo luật mới"), now=a.LATER)

    before = [one.ref for one in finding.search_procedures(ProcedureFilter(words="khai sinh theo luat moi"), TODAY)]
    after = [
        one.ref for one in finding.search_procedures(ProcedureFilter(words="khai sinh theo luat moi"), date(2025, 8, 1))
    ]

    assert "HT-01-20250701" not in before
    assert after[0] == "HT-01-20250701"


def test_ways_to_narrow_come_with_their_counts() -> None:
    assert {one.code: one.count for one in finding.procedure_fields(TODAY)} == {
        "ho-tich": 6,
        "dat-dai": 1,
        "doanh-nghiep": 1,
    }
    assert [one.name for one in finding.procedure_fields(TODAY)] == ["Đất đai", "Hộ kinh doanh", "Hộ tịch"]
    assert {one.code: one.count for one in finding.competent_agencies(TODAY)} == {"UBND-XA": 7, "SNNMT": 1}
    assert finding.life_event_counts(TODAY) == {"nha-dat": 1}
    assert dict(finding.totals_by_online_level(TODAY)) == {"full": 7, "info": 1}
