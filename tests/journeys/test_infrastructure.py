"""The operator announces that a service will stop; whoever needs it reads when, and what to do meanwhile."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.journeys import addresses, things
from tinhso.government.infrastructure.models import Outage
from tinhso.kernel import clock


def test_an_outage_is_announced_ahead_and_everybody_reads_of_it(opened: Callable[..., Page]) -> None:
    things.a_service("Cổng nộp hồ sơ")
    operator = opened(addresses.ADMINISTRATOR, script=False)
    begin = clock.local(clock.now() + timedelta(days=30)).replace(hour=22, minute=0)

    operator.goto("/infrastructure/")
    operator.get_by_role("link", name="Thông báo sẽ ngừng").click()
    operator.get_by_label("Tên").fill("Nâng cấp máy chủ")
    operator.get_by_label("Ngừng những gì").select_option(label="Cổng nộp hồ sơ")
    for label, day in (("Ngừng từ", clock.local(clock.now())), ("Dự kiến khôi phục", begin + timedelta(hours=3))):
        operator.get_by_label(label).fill(f"{day:%Y-%m-%dT%H:%M}")
    operator.get_by_label("Lý do ngừng").fill("Thay đĩa")
    operator.get_by_label("Trong lúc ngừng, người dân và cán bộ làm thế nào").fill("Nộp tại quầy")
    operator.get_by_role("button", name="Thông báo", exact=True).click()
    expect(operator.get_by_text("ngày làm việc").first).to_be_visible()
    assert not Outage.objects.filter(title="Nâng cấp máy chủ").exists()
    operator.get_by_label("Ngừng từ").fill(f"{begin:%Y-%m-%dT%H:%M}")
    operator.get_by_role("button", name="Thông báo", exact=True).click()
    expect(operator.get_by_role("heading", level=1)).to_have_text("Nâng cấp máy chủ")

    reader = opened(size="phone", script=False)
    reader.goto("/service-outages/")
    told = reader.get_by_role("article").filter(has_text="Nâng cấp máy chủ")
    expect(told).to_contain_text("Cổng nộp hồ sơ")
    expect(told).to_contain_text("Nộp tại quầy")
