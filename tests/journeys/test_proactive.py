"""Somebody on a cheap phone confirms what the state prepared, and takes it back; an officer sees what became of it."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import addresses
from tests.journeys import world as worlds
from tinhso.blocks.cases.models import Case

WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


def _barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    barriers = [f"{page.url} {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
    wider = page.evaluate(WIDER)
    return [*barriers, f"{page.url}: {wider} px too wide"] if wider > 0 else barriers


def test_a_person_confirms_and_takes_back_and_an_officer_sees_both(opened: Callable[..., Page]) -> None:
    address = worlds.an_offer()
    phone, barriers = opened("", size="phone"), []

    phone.goto(address)
    barriers += _barriers(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Bạn có muốn trồng lại cây không?")
    expect(phone.get_by_text("nhà nước đã có")).to_be_visible()
    phone.get_by_role("button", name="Đồng ý, nộp hồ sơ").click()
    expect(phone.get_by_role("heading", name="Hồ sơ đã nộp")).to_be_visible()
    barriers += _barriers(phone)
    phone.get_by_text("Tôi muốn trở lại như trước").click()
    phone.get_by_role("button", name="Trở lại như trước").click()

    expect(phone.get_by_role("heading", name="Đã trở lại như trước")).to_be_visible()
    assert Case.objects.filter(procedure="CX.02").latest("pk").status == Case.Status.WITHDRAWN
    desk = opened(addresses.OFFICER)
    desk.goto("/procedures/proactive/")
    row = desk.get_by_role("row", name="Đốn cây xong thì nhận cây giống")
    row.get_by_role("link", name="1", exact=True).last.click()
    expect(desk.get_by_role("cell", name="T. V. V. Dụ ••••077")).to_be_visible()
    barriers += _barriers(desk)
    desk.goto(f"/procedures/proactive/letters/{address.split('/')[2]}/")
    barriers += _barriers(desk)
    assert barriers == []
