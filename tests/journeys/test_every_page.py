"""Every page can be used by everybody: axe-core finds nothing, and a narrow screen never scrolls sideways."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page, expect

from tests.journeys import addresses
from tests.journeys import world as worlds
from tests.journeys.conftest import SIZES
from tests.journeys.no_pages import NO_PAGE
from tests.journeys.world import World
from tinhso.blocks.identity.tests.makers import PASSWORD

READERS = [
    addresses.LEADER,
    addresses.CLERK,
    addresses.HEAD,
    addresses.OFFICER,
    addresses.ADMINISTRATOR,
    addresses.CASHIER,
    addresses.RECEIVER,
    addresses.KEEPER,
    addresses.STRANGER,
]
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_finds_no_barrier_on_any_page_at_a_desk_nor_on_a_phone(
    reader: str, opened: Callable[..., Page]
) -> None:
    listed = addresses.by_reader()[reader]
    page = opened(reader)
    if reader == addresses.HEAD:
        _say_the_password_again(page)
    barriers: list[str] = []

    for address in listed:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in {200, 401, 403, 404}, f"{address}: {answer.status}"
        assert urlsplit(page.url).path == urlsplit(address).path, f"{address} leads on to {page.url}"
        for size in SIZES:  # a page loaded once and narrowed: what a phone shows differs by width alone
            page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
            barriers += [f"{address} ({size}): {said}" for said in _barriers(page, size)]

    assert barriers == []


def _say_the_password_again(page: Page) -> None:
    page.goto("/accounts/reauthenticate/?next=/accounts/")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r":\d+/accounts/$"))


def test_the_second_step_of_logging_in_has_no_barrier_either(opened: Callable[..., Page]) -> None:
    worlds.a_second_factor(addresses.OFFICER)
    page = opened(size="phone")

    page.goto("/accounts/login/")
    page.get_by_label("Tên đăng nhập").fill(addresses.OFFICER)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.wait_for_url("**/accounts/2fa/authenticate/")
    barriers = _barriers(page, "phone")
    counter = next(yield_hotp_counters_from_time())
    page.get_by_label("Mã xác thực").first.fill(format_hotp_value(hotp_value(worlds.SECRET, counter)))
    page.keyboard.press("Enter")

    expect(page).not_to_have_url(re.compile("/accounts/"))
    assert barriers == []


def test_no_page_is_forgotten(world: World) -> None:
    opened = {resolve(urlsplit(one).path).route for one in _known_addresses()}

    forgotten = {
        route
        for route in _routes(get_resolver())
        if route not in opened and not any(re.search(pattern, route) for pattern in NO_PAGE)
    }

    assert forgotten == set()


def _known_addresses() -> Iterator[str]:
    for known in addresses.by_reader().values():
        yield from (one for one in known if "khong-co" not in one)


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, here)
        elif isinstance(pattern, URLPattern):
            yield here


def _barriers(page: Page, size: str) -> list[str]:
    page.locator("main").wait_for()
    found = _violations(Axe(), page)
    if size == "phone" and (wider := page.evaluate(WIDER)) > 0:
        found.append(f"{wider} px wider than the screen: {_widest(page)}")
    return found


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
