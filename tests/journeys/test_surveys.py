"""Somebody fills a survey in on a phone that has no network; nothing they wrote is lost, and nothing is sent twice."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.journeys.world import World, person
from tinhso.blocks.surveys import services
from tinhso.blocks.surveys.contract import SURVEYS, declare_survey
from tinhso.blocks.surveys.models import FilledIn
from tinhso.blocks.surveys.tests import makers as a
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

Opened = Callable[..., Page]
VOLUNTEER, OTHER, OFFICER = "cong-chuc-an-binh", "mot-cua-an-binh", "thong-ke"
FILL = f"/surveys/{a.CODE}/"
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"
IS_KEPT = f"async () => Boolean(await caches.match('{FILL}', {{ ignoreVary: true }}))"
DRAFT = """async () => { const asked = indexedDB.open('tinhso-surveys', 1);
  const base = await new Promise((yes) => { asked.onsuccess = () => yes(asked.result); });
  const all = base.transaction('forms').objectStore('forms').getAll();
  const found = await new Promise((yes) => { all.onsuccess = () => yes(all.result); });
  base.close(); return found.map((one) => one.state + (one.problem ? '!' : '')).sort(); }"""


@pytest.fixture(autouse=True)
def survey(world: World) -> Iterator[None]:
    """A survey that clerks of one commune fill in; what was filled in before this journey does not count."""
    before = dict(SURVEYS)
    fill = {person(name).ref for name in (VOLUNTEER, OTHER)}
    declare_survey(
        a.a_survey(
            may_fill=lambda by: by.ref in fill, see="publish returns", manage="manage forms", taken=lambda *_told: "AB"
        )
    )
    keeper = program_actor("keeper", rights=["manage forms"])
    services.publish_version(survey=a.CODE, workbook=a.a_workbook(), filename="cay.xlsx", by=keeper, now=clock.now())
    yield
    SURVEYS.clear()
    SURVEYS.update(before)


def _barriers(page: Page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    barriers = [f"{page.url} {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
    wider = page.evaluate(WIDER)
    return [*barriers, f"{page.url}: {wider} px too wide"] if wider > 0 else barriers


def _photo() -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (400, 300), "green").save(out, "JPEG")
    return {"name": "cay.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def _kept(page: Page) -> None:
    """The form's page is on the phone, as after one visit with a network."""
    page.goto(FILL)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.goto(FILL)
    page.wait_for_function(IS_KEPT)


def _ready(page: Page) -> None:
    page.wait_for_selector("form[data-survey][data-ready]")


def _fill(page: Page, *, address: str = "Ấp Một", people: str = "4") -> None:
    _ready(page)
    page.get_by_label("Tổ số 1").check()
    page.get_by_label("Ngày đi").fill("2024-03-01")
    page.get_by_label("Nhà dân").check()
    page.get_by_label("Địa chỉ").fill(address)
    page.get_by_label("Tránh lừa đảo").check()
    page.get_by_label("Bao nhiêu người").fill(people)
    page.get_by_label("Họ tên").fill("Người được giúp")
    page.get_by_label("Người được giúp đồng ý ghi").check()


def _saved(page: Page, *states: str) -> None:
    page.wait_for_function(f"async () => JSON.stringify(await ({DRAFT})()) === JSON.stringify({sorted(states)})")


def test_a_form_is_filled_in_without_a_network_and_sent_when_there_is_one(opened: Opened) -> None:
    page, before, barriers = opened(VOLUNTEER, size="phone"), FilledIn.objects.count(), list[str]()
    _kept(page)

    page.context.set_offline(True)
    page.goto(FILL)
    expect(page.get_by_text("đang ngoại tuyến")).to_be_visible()
    _fill(page)
    page.locator("input[type=file]").set_input_files(_photo())  # type: ignore[arg-type]
    _saved(page, "draft")
    barriers += _barriers(page)
    page.reload()
    _ready(page)
    expect(page.get_by_label("Địa chỉ")).to_have_value("Ấp Một")
    expect(page.locator("[data-previews] img")).to_be_visible()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Chờ gửi: 1")).to_be_visible()
    barriers += _barriers(page)
    page.reload()
    expect(page.get_by_text("Chờ gửi: 1")).to_be_visible()
    page.context.set_offline(False)

    expect(page.get_by_text(re.compile("đã gửi PH-"))).to_be_visible()
    assert FilledIn.objects.count() == before + 1
    row = FilledIn.objects.latest("pk")
    assert (row.values["address"], row.files.count(), row.unit.ref) == ("Ấp Một", 1, "AB")
    assert barriers == []


def test_an_answer_that_was_lost_on_the_way_makes_no_second_form(opened: Opened) -> None:
    page, before = opened(VOLUNTEER, size="phone"), FilledIn.objects.count()
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            route.fetch()  # the server takes it; nobody hears that it did
            lost.append(route.request.url)
            return route.abort()
        return route.continue_()

    page.goto(FILL)
    page.route(f"**{FILL}", lose)
    _fill(page)
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Chờ gửi: 1")).to_be_visible()
    page.get_by_role("button", name="Gửi ngay").click()

    expect(page.get_by_text(re.compile("đã gửi PH-"))).to_be_visible()
    assert len(lost) == 1
    assert FilledIn.objects.count() == before + 1


def test_what_was_refused_stays_and_can_be_mended(opened: Opened) -> None:
    page, before = opened(VOLUNTEER, size="phone"), FilledIn.objects.count()
    page.goto(FILL)
    _fill(page)
    page.evaluate("() => { document.querySelector('[name=version]').value = 'gone'; }")

    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Cần sửa: 1")).to_be_visible()
    page.get_by_role("button", name="Sửa").click()
    expect(page.get_by_label("Địa chỉ")).to_have_value("Ấp Một")
    page.get_by_role("button", name="Gửi phiếu").click()

    expect(page.get_by_text(re.compile("đã gửi PH-"))).to_be_visible()
    assert FilledIn.objects.count() == before + 1


def test_two_tabs_fill_in_two_forms(opened: Opened) -> None:
    page, before = opened(VOLUNTEER, size="phone"), FilledIn.objects.count()
    page.goto(FILL)
    _fill(page, address="Ấp Một")
    _saved(page, "draft")
    other = page.context.new_page()
    other.goto(FILL)
    _ready(other)
    expect(other.get_by_label("Bao nhiêu người")).to_have_value("")
    _fill(other, address="Ấp Hai")

    for number, one in enumerate((page, other), 1):
        one.get_by_role("button", name="Gửi phiếu").click()
        expect(one.get_by_text(re.compile("đã gửi PH-"))).to_have_count(number)

    made = list(FilledIn.objects.order_by("-pk")[: FilledIn.objects.count() - before])
    assert sorted(one.values["address"] for one in made) == ["Ấp Hai", "Ấp Một"]


def test_waiting_forms_outlive_a_log_out_and_are_sent_as_whose_they_are(opened: Opened, world: World) -> None:
    from tests.journeys.conftest import session_of

    page, before = opened(VOLUNTEER, size="phone"), FilledIn.objects.count()
    _kept(page)
    page.route(f"**{FILL}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    _fill(page)
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Chờ gửi: 1")).to_be_visible()
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page.get_by_role("link", name="Đăng nhập").first).to_be_visible()
    page.unroute(f"**{FILL}")

    page.context.add_cookies([session_of(OTHER, world)])  # type: ignore[list-item]
    page.goto(FILL)
    expect(page.get_by_text("Máy này còn 1 phiếu của người khác chờ gửi")).to_be_visible()
    page.wait_for_timeout(1000)
    assert FilledIn.objects.count() == before
    page.context.clear_cookies(name="sessionid")
    page.context.add_cookies([session_of(VOLUNTEER, world)])  # type: ignore[list-item]
    page.goto(FILL)

    expect(page.get_by_text(re.compile("đã gửi PH-"))).to_be_visible()
    assert FilledIn.objects.latest("pk").by == person(VOLUNTEER).ref


def test_what_does_not_apply_is_hidden_and_faults_are_said_at_once(opened: Opened) -> None:
    page = opened(VOLUNTEER, size="phone")
    page.goto(FILL)
    _ready(page)

    expect(page.get_by_label("Địa chỉ")).to_be_hidden()
    page.get_by_text("Chợ", exact=True).click()
    expect(page.get_by_text("Cổng chợ")).to_be_visible()
    expect(page.get_by_text("Sân", exact=True)).to_be_hidden()
    page.get_by_label("Nhà dân").check()
    expect(page.get_by_label("Địa chỉ")).to_be_visible()
    page.get_by_label("Bao nhiêu người").fill("501")
    expect(page.locator("strong", has_text="501")).to_be_visible()
    page.get_by_role("button", name="Thêm một mục").click()
    expect(page.get_by_label("Họ tên")).to_have_count(2)
    page.get_by_role("button", name="Gửi phiếu").click()

    expect(page.get_by_text("Từ 1 đến 500 người.")).to_be_visible()
    expect(page.locator(".field-error")).to_have_count(8)


def test_a_change_puts_a_value_in_once_and_what_is_written_over_it_stays(opened: Opened) -> None:
    keeper, page = program_actor("keeper", rights=["manage forms"]), opened(VOLUNTEER, size="phone")
    changing = (
        *a.QUESTIONS,
        a.q("text", "fruit", "Quả"),
        a.q("text", "price", "Giá", trigger="${fruit}", calculation="concat('giá ', ${fruit})"),
        a.q("calculate", "noted", trigger="${price}", calculation="concat('ghi ', ${price})"),
    )
    workbook = a.a_workbook(version="changing", questions=changing)
    services.publish_version(survey=a.CODE, workbook=workbook, filename="cay.xlsx", by=keeper, now=clock.now())
    page.goto(FILL)
    _fill(page)

    page.get_by_role("textbox", name="Quả").fill("xoài")
    page.get_by_role("textbox", name="Quả").blur()
    expect(page.get_by_role("textbox", name="Giá")).to_have_value("giá xoài")
    page.get_by_role("textbox", name="Giá").fill("25")
    page.get_by_role("textbox", name="Giá").blur()
    _saved(page, "draft")
    page.get_by_role("button", name="Gửi phiếu").click()

    expect(page.get_by_text(re.compile("đã gửi PH-"))).to_be_visible()
    values = FilledIn.objects.latest("pk").values
    assert [values[name] for name in ("fruit", "price", "noted")] == ["xoài", "25", "ghi 25"]
    for name in ("q.fruit", "was.fruit", "q.price", "q.noted"):
        expect(page.locator(f"[name='{name}']")).to_have_value("")


def test_an_office_reads_and_publishes_and_meets_no_barrier(opened: Opened) -> None:
    page, desk, barriers = opened(VOLUNTEER, size="phone"), opened(OFFICER), list[str]()
    page.goto(FILL)
    _fill(page)
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text(re.compile("đã gửi PH-"))).to_be_visible()
    barriers += _barriers(page)
    for address in ("/surveys/", "/surveys/mine/", "/surveys/connect/"):
        page.goto(address)
        barriers += _barriers(page)
    page.get_by_label("Tên thiết bị").fill("Điện thoại của tổ")
    page.get_by_role("button", name="Tạo khóa và mã QR").click()
    expect(page.locator(".survey-qr svg")).to_be_visible()
    barriers += _barriers(page)

    ref = FilledIn.objects.latest("pk").ref
    for address in ("/surveys/", f"{FILL}about/", f"{FILL}answers/", f"/surveys/sent/{ref}/"):
        desk.goto(address)
        barriers += _barriers(desk)
    desk.goto(f"{FILL}publish/")
    workbook = {"name": "moi.xlsx", "mimeType": "application/octet-stream", "buffer": a.a_workbook(version="9")}
    desk.get_by_label("Bảng tính XLSX").set_input_files(workbook)  # type: ignore[arg-type]
    desk.get_by_role("button", name="Xem trước").click()
    expect(desk.get_by_role("heading", name="Phiếu sẽ trông như sau")).to_be_visible()
    barriers += _barriers(desk)
    assert barriers == []
