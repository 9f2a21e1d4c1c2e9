"""The centre on a phone: installed, read without a network, forgotten at log-out, light, shared, notified."""

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Error, Page, Response, expect

from tests.journeys import world as worlds
from tests.journeys.conftest import PATIENCE, session_of
from tests.journeys.world import World
from tinhso.blocks.audit.models import Entry
from tinhso.ioc.models import Favourite

Opened = Callable[..., Page]
LEADER, HEAD = "chu-tich", "giam-doc"
SEEN = re.compile(r"Số liệu xem lần cuối lúc \d\d:\d\d \d\d/\d\d/\d{4}; đang ngoại tuyến")
BUDGET, ASSETS = 150 * 1024, "/static/dist/assets/"
KEPT = """async () => {
  const cache = await caches.open('pages');
  return (await cache.keys()).map(one => new URL(one.url).pathname);
}"""

SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(one => [one.title, one.data.href, one.tag])"""


@pytest.fixture(autouse=True)
def nothing_followed(world: World) -> None:
    Favourite.objects.all().delete()


def controlled(page: Page, address: str = "/phone/") -> Page:
    """Open a page twice: the first visit installs the service worker, the second goes through it."""
    page.goto(address)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.goto(address)
    return page


def until(page: Page, script: str, is_so: Callable[[Any], bool]) -> Any:
    """Ask the page again and again until the answer will do; a browser's own waiting does not wait for promises."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not is_so(found := page.evaluate(script)):
        assert time.monotonic() < deadline, found
        page.wait_for_timeout(100)
    return found


def wait_until_stored(page: Page, path: str) -> None:
    """Wait until the phone has kept a page."""
    until(page, KEPT, lambda paths: path in paths)


def talk(page: Page) -> CDPSession:
    return page.context.new_cdp_session(page)


def test_a_browser_can_install_it(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    session = talk(page)

    manifest = json.loads(session.send("Page.getAppManifest")["data"])
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    icons = {(icon["sizes"], icon["purpose"]): page.request.get(icon["src"]) for icon in manifest["icons"]}

    assert [one["errorId"] for one in errors if one["errorId"] != "in-incognito"] == []
    assert (manifest["start_url"], manifest["display"], manifest["name"]) == ("/phone/", "standalone", "Tỉnh Hai Sông")
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= icons.keys()
    assert all(answer.body().startswith(b"\x89PNG") for answer in icons.values())
    assert page.request.get("/sw.js").headers["cache-control"] == "no-cache"


def test_without_a_network_the_last_seen_numbers_say_when_they_were_seen(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    wait_until_stored(page, "/phone/")
    number = page.locator(".ptile .figure").first.inner_text()
    detail = page.locator("a.ptile-name").first.get_attribute("href") or ""
    page.goto(detail)
    wait_until_stored(page, detail.partition("?")[0])

    page.context.set_offline(True)
    page.goto("/phone/")

    expect(page.get_by_role("status")).to_contain_text(SEEN)
    expect(page.locator(".ptile .figure").first).to_have_text(number)
    expect(page.get_by_role("button", name="Tìm")).to_be_hidden()
    page.locator("a.ptile-name").first.click()
    expect(page.get_by_role("status")).to_contain_text(SEEN)
    expect(page.get_by_role("heading", name="Các kỳ gần đây")).to_be_visible()
    assert page.locator("form:visible").count() == 0


def test_one_goes_about_among_kept_pages_and_past_them_without_a_network(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    wait_until_stored(page, "/alerts/")
    page.context.set_offline(True)

    headings = []
    for address in ("/phone/", "/alerts/", "/domains/"):
        page.goto(address)
        headings.append(page.get_by_role("heading", level=1).inner_text())

    assert headings == ["Của tôi", "Cảnh báo", "Đang ngoại tuyến"]


def test_another_page_says_that_it_needs_a_network_and_lists_what_can_be_read(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    wait_until_stored(page, "/phone/")

    page.context.set_offline(True)
    page.goto("/returns/")

    expect(page.get_by_role("heading", level=1)).to_have_text("Đang ngoại tuyến")
    page.get_by_role("listitem").filter(has_text="Của tôi").get_by_role("link").first.click()
    expect(page.get_by_role("status")).to_contain_text(SEEN)


def test_with_the_network_back_the_page_is_fresh_again(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    wait_until_stored(page, "/phone/")
    page.context.set_offline(True)
    page.goto("/phone/")
    expect(page.get_by_role("status")).to_contain_text(SEEN)

    page.context.set_offline(False)

    expect(page.locator(".last-seen")).to_have_count(0)
    expect(page.locator(".ptile").first).to_be_visible()


def test_pages_that_the_home_leads_to_are_kept_while_nobody_waits(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    detail = (page.locator("a.ptile-name").first.get_attribute("href") or "").partition("?")[0]

    wait_until_stored(page, detail)
    wait_until_stored(page, "/alerts/")


def test_logging_out_leaves_nothing_on_the_phone(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    wait_until_stored(page, "/phone/")

    page.evaluate("() => localStorage.setItem('left', 'behind')")

    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/accounts/login/**")

    until(page, KEPT, lambda paths: paths == [])
    assert page.evaluate("() => localStorage.getItem('left')") is None
    page.context.set_offline(True)
    assert not _numbers_of(page, "/phone/")


def test_the_next_person_on_the_same_phone_sees_nothing_of_the_one_before(opened: Opened, world: World) -> None:
    page = controlled(opened(LEADER, size="phone"))
    wait_until_stored(page, "/phone/")
    page.context.clear_cookies()
    page.context.add_cookies([session_of(HEAD, world)])  # type: ignore[list-item]

    page.goto("/messages/")
    until(page, KEPT, lambda paths: "/phone/" not in paths)
    page.context.set_offline(True)

    assert not _numbers_of(page, "/phone/")


def test_while_it_is_not_known_who_logged_in_nothing_kept_is_shown(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    wait_until_stored(page, "/phone/")
    page.evaluate("() => fetch('/accounts/login/', {method: 'POST', body: new URLSearchParams({login: 'la'})})")

    page.context.set_offline(True)

    assert not _numbers_of(page, "/phone/")


def _numbers_of(page: Page, address: str) -> list[str]:
    """The figures on a page, none when it does not open."""
    with suppress(Error):
        page.goto(address)
        return page.locator(".figure").all_inner_texts()
    return []


def test_forms_and_returns_are_never_kept(opened: Opened) -> None:
    page = controlled(opened("chuyen-vien", size="phone"))
    one = worlds.a_return(worlds.LOOKED_AT)

    for address in ("/returns/", f"/returns/{one.ref}/", f"/returns/{one.ref}/fill-in/", "/accounts/", "/messages/"):
        page.goto(address)

    assert [path for path in page.evaluate(KEPT) if not path.startswith(("/phone/", "/alerts/", "/-/"))] == []


def test_a_new_build_takes_over_and_leaves_no_old_files(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    page.evaluate(
        "async () => { await (await caches.open('shell-old')).put('/static/dist/assets/old.js', new Response('')) }"
    )

    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).unregister()")
    controlled(page)

    names = until(page, "() => caches.keys()", lambda names: "shell-old" not in names)
    assert sum(name.startswith("shell-") for name in names) == 1


def test_the_first_load_stays_under_its_budget_of_bytes(opened: Opened) -> None:
    sizes = _bytes_of(opened(LEADER, size="phone"), "/phone/")

    without_assets = sum(size for address, size in sizes.items() if ASSETS not in address)
    assert 10_000 < without_assets <= BUDGET / 3, sizes
    assert without_assets < sum(sizes.values()) <= BUDGET, sizes


def test_once_installed_no_asset_comes_over_the_network_again(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"))
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))

    page.goto("/phone/", wait_until="networkidle")

    assets = [answer for answer in answers if ASSETS in answer.url]
    assert assets
    assert [answer.url for answer in assets if not answer.from_service_worker] == []


def _bytes_of(page: Page, address: str) -> dict[str, int]:
    """What comes over the network for a page, headers included, by address: a first visit, with nothing kept."""
    session, addresses, sizes = talk(page), dict[str, str](), dict[str, int]()

    def note_request(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def ended(event: dict[str, Any]) -> None:
        where = addresses.get(event["requestId"], "")
        sizes[where] = sizes.get(where, 0) + int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", note_request)
    session.on("Network.loadingFinished", ended)
    session.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    session.detach()
    return sizes


def test_a_number_is_followed_put_in_order_and_dropped_without_script(opened: Opened) -> None:
    page = opened(LEADER, size="phone", script=False)
    for code in ("CX-1", "CX-2"):
        page.goto(f"/indicators/{code}/")
        page.get_by_role("link", name="Theo dõi, chia sẻ").click()
        page.get_by_role("button", name="Theo dõi").click()
        expect(page.get_by_text("Đã thêm vào trang của tôi")).to_be_visible()
    page.goto("/phone/")
    expect(page.locator(".ptile-name")).to_have_count(2)
    first, second = page.locator(".ptile-name").all_inner_texts()

    page.get_by_role("link", name="Sắp xếp").click()
    page.get_by_role("button", name=f"Đưa {second} lên").click()
    page.get_by_role("button", name=f"Bỏ theo dõi {first}").click()
    page.goto("/phone/")

    assert page.locator(".ptile-name").all_inner_texts() == [second]


def test_everything_to_press_on_the_phones_home_is_large_enough_for_a_thumb(opened: Opened) -> None:
    page = opened(LEADER, size="phone")
    page.goto("/phone/")

    small = page.evaluate(
        """() => [...document.querySelectorAll('main .btn, .thumb a, main input:not([type=hidden]), .ptile')]
          .filter(one => one.offsetParent !== null || getComputedStyle(one).position === 'fixed')
          .map(one => [one.innerText || one.name, one.getBoundingClientRect().height])
          .filter(([, height]) => height < 44)"""
    )

    assert small == []


def test_a_number_is_shared_as_a_picture_with_its_source_and_its_date(opened: Opened) -> None:
    page = opened(LEADER, size="phone")
    page.goto("/phone/indicators/CX-1/?period=2023-09")
    href = page.get_by_role("link", name="Mở ảnh").get_attribute("href") or ""

    picture = page.request.get(href)
    drawn = page.request.get(href.replace("card.png", "card.svg")).text()

    width, height = int.from_bytes(picture.body()[16:20]), int.from_bytes(picture.body()[20:24])
    assert (picture.headers["content-type"], width, height) == ("image/png", 1200, 630)
    for words in ("Tỷ lệ cây trồng còn sống", "tháng 9/2023", "Nguồn:", "Đúng đến", "Bản chụp số", "Dữ liệu minh họa"):
        assert words in drawn
    assert Entry.objects.filter(did="exported", subject="CX-1", after__form="png").exists()


def test_the_phones_own_sheet_gets_the_picture_as_a_file(opened: Opened) -> None:
    page = opened(LEADER, size="phone")
    page.add_init_script(
        "navigator.canShare = () => true; navigator.share = async (what) => { window.shared = what; };"
    )
    page.goto("/phone/indicators/CX-1/")

    page.get_by_role("link", name="Gửi ảnh").click()
    page.wait_for_function("() => window.shared?.files?.length === 1")

    name, kind, text = page.evaluate("() => [shared.files[0].name, shared.files[0].type, shared.text]")
    assert re.fullmatch(r"CX-1-.*\.png", name)
    assert kind == "image/png"
    assert "/indicators/CX-1/?unit=" in text


def test_what_is_pushed_shows_as_a_notification_that_leads_to_its_page(opened: Opened, world: World) -> None:
    page = controlled(opened(LEADER, size="phone"))
    page.context.grant_permissions(["notifications"])
    session = talk(page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(200)

    def push(**data: object) -> None:
        told = {"origin": world.address, "registrationId": registrations[-1], "data": json.dumps(data)}
        session.send("ServiceWorker.deliverPushMessage", told)

    push(id=7, title="Báo cáo bị trả lại", href="/returns/BC-1/")
    until(page, SHOWN, lambda notes: len(notes) == 1)  # of two at once a busy browser may hand over only one
    push(id=8, title="Xấu", href="//xau.example/")
    until(page, SHOWN, lambda notes: len(notes) == 2)

    assert page.evaluate(SHOWN) == [
        ["Báo cáo bị trả lại", "/returns/BC-1/", "message-7"],
        ["Xấu", "/messages/", "message-8"],
    ]


def test_a_browser_that_reaches_no_push_service_says_so(opened: Opened) -> None:
    page = controlled(opened(LEADER, size="phone"), "/messages/devices/")
    page.context.grant_permissions(["notifications"])

    page.get_by_role("button", name="Bật thông báo trên thiết bị này").click()

    expect(page.locator("[data-push-said]")).to_contain_text(re.compile("Chưa bật được|đang chặn"))
