"""A leader sees a figure and has somebody do something about it: from the indicator's page to the closed directive."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import addresses
from tinhso.government.programme.models import Directive

TITLE = "Trồng dặm cây chết ven sông"


def test_a_reading_becomes_somebodys_task_and_the_chart_tells_of_it(opened: Callable[..., Page]) -> None:
    leader = opened(addresses.LEADER)
    leader.goto("/indicators/CX-1/?unit=AB&period=2023-09")
    leader.get_by_role("link", name="Chỉ đạo", exact=True).last.click()
    expect(leader.get_by_label("Giao cho")).to_be_visible()
    leader.get_by_label("Việc cần làm", exact=True).fill(TITLE)
    leader.get_by_label("Nội dung, kết quả cần có").fill("Nêu số cây đã trồng lại và ảnh.")
    leader.get_by_label("Giao cho").select_option(label="Phạm Văn Bàng, Chuyên viên Sở Cây xanh")
    leader.get_by_role("button", name="Giao chỉ đạo").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text(TITLE)
    one = Directive.objects.get(title=TITLE)
    assert (one.indicator, one.about_unit, one.period) == ("CX-1", "AB", "2023-09")

    owner = opened(addresses.CLERK, size="phone", script=False)
    owner.goto("/programme/mine/")
    card = owner.get_by_role("article").filter(has_text=TITLE)
    card.get_by_text("Trả lời").first.click()
    card.get_by_label("Đã làm gì, kết quả ra sao").fill("Đã trồng lại 40 cây.")
    card.get_by_role("button", name="Gửi trả lời").click()
    expect(owner.get_by_role("main")).to_contain_text("đã trả lời")

    leader.goto("/programme/")
    leader.get_by_role("link", name=TITLE).first.click()
    leader.get_by_role("button", name="Kết thúc chỉ đạo").click()
    expect(leader.get_by_role("main")).to_contain_text("Đã trồng lại 40 cây.")
    leader.goto("/indicators/CX-1/?unit=AB")
    deeds = leader.locator("#deeds")
    expect(deeds).to_contain_text(f"Chỉ đạo: {TITLE}")
    expect(deeds).to_contain_text(f"Kết thúc chỉ đạo: {TITLE}")
