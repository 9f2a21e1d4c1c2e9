"""A chairman on his way learns of an alert and takes it in hand, with one thumb."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import world as worlds

WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_commune_chairman_acknowledges_an_alert_from_the_inbox_on_a_phone(
    opened: Callable[..., Page], script: bool
) -> None:
    alert = worlds.an_alert_opens_anew("AB")
    page = opened("chu-tich-an-binh", size="phone", script=script)

    page.goto("/messages/")
    page.get_by_role("button", name="Chưa đạt mục tiêu: Tỷ lệ cây trồng còn sống: Xã An Bình").first.click()
    page.wait_for_url(f"**/alerts/{alert.ref}/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("mục tiêu từ 90% trở lên")
    page.get_by_label("Tôi nhận xử lý").fill("Sáng mai tôi xuống vườn ươm.")
    page.get_by_role("button", name="Nhận xử lý").click()

    expect(main).to_contain_text("Đã nhận xử lý cảnh báo.")
    expect(main).to_contain_text("Sáng mai tôi xuống vườn ươm.")
    expect(page.get_by_role("button", name="Nhận xử lý")).to_have_count(0)
    if script:
        assert page.evaluate(WIDER) <= 0
    alert.refresh_from_db()
    assert (alert.state, alert.entries.get(did="acknowledged").by_name) == ("acknowledged", "Hồ Thị Lim")
