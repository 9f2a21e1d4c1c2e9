"""Every page can be used by everybody: axe-core finds nothing, and a narrow screen never scrolls sideways."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys import addresses

READERS = [addresses.LEADER, addresses.CLERK, addresses.OFFICER, addresses.ADMINISTRATOR, addresses.STRANGER]
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_finds_no_barrier_on_any_page(reader: str, size: str, opened: Callable[..., Page]) -> None:
    page = opened(reader, size=size)
    axe = Axe()
    barriers: list[str] = []

    for address in addresses.by_reader()[reader]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in {200, 403, 404}, f"{address}: {answer.status}"
        if address not in {"/audit/"} or reader == addresses.ADMINISTRATOR:
            assert "/accounts/login" not in page.url or address.startswith("/accounts/"), address
        page.locator("main").wait_for()
        barriers += [f"{address}: {said}" for said in _violations(axe, page)]
        if size == "phone" and (wider := page.evaluate(WIDER)) > 0:
            barriers.append(f"{address}: {wider} px wider than the screen: {_widest(page)}")

    assert barriers == []


def _violations(axe: Axe, page: Page) -> list[str]:
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']} ({rule['help']}): " + " | ".join(node["html"][:160] for node in rule["nodes"][:3])
        for rule in found
    ]


def _widest(page: Page) -> str:
    script = """() => [...document.querySelectorAll('body *')]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 4).map(e => e.tagName + '.' + e.className).join(', ')"""
    return str(page.evaluate(script))
