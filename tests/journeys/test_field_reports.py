"""Somebody tells of waste on a cheap phone; an officer hands it to a crew, who mends it and is done."""

import re
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import world as worlds
from tinhso.kernel import clock
from tinhso.society.field_reports import services
from tinhso.society.field_reports.contract import Status
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries import secrets
from tinhso.society.field_reports.tests.makers import a_draft, photo

Opened = Callable[..., Page]
OFFICER, CREW = "cong-chuc-an-binh", "doi-an-binh"
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"
BY_THE_RIVER = (107.06, 15.16)


def _barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    barriers = [f"{page.url} {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
    wider = page.evaluate(WIDER)
    return [*barriers, f"{page.url}: {wider} px too wide"] if wider > 0 else barriers


def _photo(colour: str, at: tuple[float, float] | None = None) -> dict[str, object]:
    return {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": photo(colour=colour, at=at)}


def test_a_citizen_tells_confirms_and_rates_on_a_phone_and_meets_no_barrier(opened: Opened) -> None:
    page = opened("", size="phone")
    barriers: list[str] = []

    page.goto("/reports/new/")
    page.locator("#photo").set_input_files(_photo("brown", BY_THE_RIVER))  # type: ignore[arg-type]
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("theo vị trí của ảnh")).to_be_visible()
    barriers += _barriers(page)
    page.get_by_label("Kể ngắn gọn").fill("Rác đổ xuống bờ sông, mùi hôi lắm")
    page.get_by_label("Điện thoại hoặc thư điện tử").last.fill("0912345678")
    page.get_by_role("button", name="Gửi phản ánh").click()
    expect(page.get_by_role("heading", name="Nhập mã để gửi đi")).to_be_visible()
    code = page.locator(".message strong.num").inner_text()
    barriers += _barriers(page)
    page.get_by_label("Mã xác nhận").fill(code)
    page.get_by_role("button", name="Xác nhận", exact=True).click()
    expect(page.get_by_text("Đã tiếp nhận").first).to_be_visible()
    ref = page.url.split("/")[-3]
    _mend(ref)
    page.reload()
    barriers += _barriers(page)
    page.locator("input[name=points-result][value='5']").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.get_by_role("button", name="Xong rồi").click()

    expect(page.get_by_text("Đã đóng").first).to_be_visible()
    report = Report.objects.get(ref=ref)
    assert (report.category, report.confirmed) == ("rac", True)
    assert barriers == []


def _the_list_is_there_without_a_network(phone: Page, words: str) -> None:
    phone.wait_for_function("() => navigator.serviceWorker.controller !== null")
    phone.goto("/field-reports/crew/")
    phone.wait_for_function("async () => Boolean(await caches.match('/field-reports/crew/', { ignoreVary: true }))")
    phone.context.set_offline(True)
    phone.goto("/field-reports/crew/")
    expect(phone.get_by_text("đang ngoại tuyến")).to_be_visible()
    expect(phone.get_by_text(words)).to_be_visible()
    phone.context.set_offline(False)


def _mend(ref: str) -> None:
    by, now = worlds.somebody(OFFICER), clock.now()
    services.classify_report(ref=ref, by=by, now=now)
    services.begin_work(ref=ref, by=by, now=now)
    services.resolve_report(
        ref=ref, answer="Đã dọn sạch bờ sông và cắm biển cấm.", by=by, now=now, no_photo_why="Trời tối không chụp được"
    )


def test_an_officer_releases_and_gives_a_report_to_a_crew_that_mends_it(opened: Opened) -> None:
    draft = a_draft(request="journey-desk", longitude=107.051, latitude=15.151, text="Ổ gà to trước cổng trường")
    report = services.submit_report(draft=draft, by=worlds.somebody(OFFICER), now=clock.now(), confirmed=True)
    desk, barriers = opened(OFFICER), list[str]()

    desk.goto("/field-reports/")
    desk.get_by_role("row").filter(has_text=report.ref).get_by_role("link").click()
    desk.get_by_label("Nội dung công khai").fill("Ổ gà to trước cổng trường")
    desk.get_by_role("button", name="Ghi phân loại").click()
    desk.get_by_label("Người làm").select_option(label="Mạc Văn Đước")
    desk.get_by_role("button", name="Giao", exact=True).click()
    expect(desk.get_by_text("Đã giao việc.")).to_be_visible()
    barriers += _barriers(desk)
    phone = opened(CREW, size="phone")
    phone.goto("/field-reports/crew/")
    barriers += _barriers(phone)
    _the_list_is_there_without_a_network(phone, "Ổ gà to trước cổng trường")
    phone.goto(f"/field-reports/crew/{report.ref}/")
    phone.get_by_role("button", name="Tôi bắt đầu làm").click()
    phone.get_by_label("Ảnh sau xử lý").set_input_files(_photo("green"))  # type: ignore[arg-type]
    phone.get_by_label("Đã làm gì").fill("Đã vá ổ gà bằng bê tông")
    barriers += _barriers(phone)
    phone.get_by_role("button", name="Xong", exact=True).click()
    expect(phone).to_have_url(re.compile("/crew/$"))
    desk.goto(f"/field-reports/{report.ref}/")
    desk.get_by_role("button", name="Báo kết quả").click()
    expect(desk.get_by_text("Đã báo kết quả cho người gửi.")).to_be_visible()

    report.refresh_from_db()
    assert report.status == Status.AWAITING
    stranger = opened("", size="phone")
    stranger.goto(secrets.reporter_page_path(report))
    expect(stranger.get_by_role("img", name=re.compile("Ảnh sau xử lý"))).to_be_visible()
    assert barriers == []


def test_what_is_told_without_a_network_is_kept_on_the_phone_and_sent_once_when_it_is_back(opened: Opened) -> None:
    page = opened("", size="phone")
    page.goto("/reports/new/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.get_by_text("Chỉ chỗ trên bản đồ").click()
    expect(page.locator("ts-map.is-drawn")).to_be_visible()

    page.context.set_offline(True)
    page.goto("/reports/new/")
    page.get_by_text("Chỉ chỗ trên bản đồ").click()
    page.get_by_label("Xã, phường").select_option(label="Xã An Bình")
    page.get_by_role("button", name="Cắm ghim giữa bản đồ").click()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_text("Chỗ đã chỉ: Xã An Bình")).to_be_visible()
    barriers = _barriers(page)
    page.locator("#photo").set_input_files(_photo("green"))  # type: ignore[arg-type]
    page.get_by_label("Kể ngắn gọn").fill("Cống nghẹt trước trường, nước tràn ra đường")
    page.get_by_label("Thư điện tử").fill("nguoi.dan@example.com")
    page.get_by_role("button", name="Giữ lại để gửi").click()
    expect(page.get_by_text("đang chờ mạng")).to_be_visible()
    page.goto("/reports/new/")
    expect(page.get_by_text("đang chờ mạng")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("đã gửi; mở để xác nhận")).to_be_visible()
    page.get_by_text("đã gửi; mở để xác nhận").click()

    expect(page.get_by_role("heading", name="Nhập mã để gửi đi")).to_be_visible()
    report = Report.objects.get(text__startswith="Cống nghẹt trước trường")
    assert (report.channel, report.attachments.count(), report.origin_unit.ref) == ("app", 1, "AB")
    assert report.longitude is not None
    assert barriers == []
