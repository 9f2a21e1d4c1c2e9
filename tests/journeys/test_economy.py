"""The department finds the commune without a 4G station; a firm learns by its code what to do next."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys import addresses, things
from tinhso.economy.enterprises.models import Assessment


def test_a_station_that_breaks_leaves_a_gap_on_the_page(opened: Callable[..., Page]) -> None:
    station = things.a_station("T-AB", unit="AB")
    officer = opened(addresses.ADMINISTRATOR, script=False)

    officer.goto("/connectivity/gaps/")
    place = officer.get_by_role("listitem").filter(has_text="An Bình")
    expect(place).to_contain_text("cách trạm gần nhất 0,0 km")
    officer.goto(f"/registers/stations/{station}/edit/")
    officer.get_by_label("tình trạng").select_option("broken")
    officer.get_by_role("button", name="Lưu").first.click()

    officer.goto("/connectivity/")
    expect(officer.get_by_role("listitem").filter(has_text="An Bình")).to_contain_text("chưa có trạm 4G nào")
    officer.get_by_role("link", name="Tất cả các nơi").first.click()
    expect(place).to_contain_text("xa trạm")


def test_a_firm_answers_with_its_code_and_learns_what_to_do_next(opened: Callable[..., Page], tmp_path: Path) -> None:
    _a_questionnaire(tmp_path)
    firm = things.a_firm("0314409058")
    officer = opened(addresses.ADMINISTRATOR, script=False)
    officer.goto(f"/enterprises/{firm}/")
    officer.get_by_role("button", name="Cấp mã tự đánh giá").click()
    code = officer.get_by_role("status").locator(".figure").inner_text()

    owner = opened(size="phone", script=False)
    owner.goto("/self-assessment/")
    owner.get_by_label("Mã tự đánh giá").fill("SAI-MA")
    owner.get_by_role("button", name="Bắt đầu").click()
    expect(owner.get_by_text("Mã không đúng hoặc đã hết hạn").first).to_be_visible()
    owner.get_by_label("Mã tự đánh giá").fill(code.lower())
    owner.get_by_role("button", name="Bắt đầu").click()
    owner.get_by_role("group", name="Có trang web không?").get_by_label("Có", exact=True).check()
    owner.get_by_role("button", name="Xem điểm").click()
    expect(owner.get_by_role("alert")).to_contain_text("Nhận mã QR không?")  # one question is left
    owner.get_by_role("group", name="Nhận mã QR không?").get_by_label("Không", exact=True).check()
    owner.get_by_role("button", name="Xem điểm").click()

    expect(owner.get_by_text("Đặt mã VietQR ở quầy.")).to_be_visible()
    expect(owner.get_by_text("Làm một trang giới thiệu.")).to_have_count(0)
    assert [str(one.score) for one in Assessment.objects.filter(firm=firm)] == ["50.00"]
    officer.goto(f"/enterprises/{firm}/")
    expect(officer.get_by_role("heading", name="Các lần đã làm")).to_be_visible()


def _a_questionnaire(folder: Path) -> None:
    choices = {"khong": ["Không", "No"], "co": ["Có", "Yes"]}
    words = {"site": "Có trang web không?", "pay": "Nhận mã QR không?"}
    one = {"type": "string", "enum": list(choices)}
    form = {
        "code": "tu-danh-gia",
        "name": "Tự đánh giá",
        "name_en": "Self-assessment",
        "procedures": [],
        "effective_from": "2023-01-01",
        "source": "tỉnh tưởng tượng",
        "verified": True,
        "schema": {
            "type": "object",
            "additionalProperties": False,
            "properties": dict.fromkeys(words, one),
            "required": list(words),
        },
        "layout": [
            {
                "title": "Bán hàng",
                "title_en": "Sales",
                "items": [
                    {"field": field, "label": label, "label_en": label, "widget": "radio", "choices": choices}
                    for field, label in words.items()
                ],
            }
        ],
    }
    (folder / "tu-danh-gia.json").write_text(json.dumps(form), encoding="utf-8")
    things.some_forms(folder)
