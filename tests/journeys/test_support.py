"""An old handset becomes a new one: asked for at home, decided at the commune, handed over with proof, paid once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import addresses, things
from tinhso.society.support.models import Application, Batch, BatchLine

HEAD_OF_COMMUNE, CODE = "chu-tich-an-binh", "doi-may-hanh-trinh"


def test_somebody_asks_at_home_and_is_given_a_handset_that_is_paid_once(opened: Callable[..., Page]) -> None:
    things.a_programme(CODE)
    citizen = opened(size="phone", script=False)

    _is_it_for_me(citizen)
    _apply(citizen)
    one = Application.objects.get(programme__code=CODE)
    _decide(opened(HEAD_OF_COMMUNE, script=False))
    _hand_over(opened(addresses.CASHIER, size="phone", script=False), one)
    _pay(opened(addresses.ADMINISTRATOR, script=False))

    assert BatchLine.objects.get(application=one).state == "paid"
    citizen.reload()
    expect(citizen.get_by_text("đã trao").first).to_be_visible()


def _is_it_for_me(citizen: Page) -> None:
    citizen.goto(f"/support/{CODE}/")
    citizen.get_by_label("Năm sinh").fill("1950")
    citizen.get_by_label("Xã, phường nơi cư trú").select_option(label="Xã An Bình")
    citizen.get_by_role("button", name="Xem câu trả lời").click()
    expect(citizen.get_by_role("heading", name="Bạn có thể được nhận")).to_be_visible()


def _apply(citizen: Page) -> None:
    citizen.get_by_role("link", name="Nộp hồ sơ").first.click()
    citizen.get_by_label("Họ và tên").fill("Nguyễn Thị Hoa")
    citizen.get_by_label("Số định danh").fill("083000000777")
    citizen.get_by_label("Số điện thoại").fill("0912 000 777")
    citizen.get_by_label("Xã, phường nơi cư trú").select_option(label="Xã An Bình")
    citizen.get_by_label("Năm sinh").fill("1950")
    citizen.get_by_label("IMEI máy đang dùng").fill("990000010000071")
    citizen.get_by_role("button", name="Gửi hồ sơ").click()
    expect(citizen.get_by_text("chữ số cuối phải khớp")).to_be_visible()
    citizen.get_by_label("IMEI máy đang dùng").fill(things.an_imei(777))
    citizen.get_by_role("button", name="Gửi hồ sơ").click()
    code = citizen.locator(".message strong").inner_text()
    citizen.get_by_label("Mã xác nhận").fill(code)
    citizen.get_by_role("button", name="Xác nhận").click()
    expect(citizen.get_by_text("chờ duyệt").first).to_be_visible()


def _decide(chief: Page) -> None:
    chief.goto(f"/support-desk/?programme={CODE}")
    chief.get_by_role("link", name="N. T. Hoa").click()
    expect(chief.get_by_text("083000000777")).to_have_count(0)
    chief.get_by_label("Đã xem giấy tờ").check()
    chief.get_by_role("button", name="Duyệt", exact=True).click()
    expect(chief.get_by_text("đã duyệt, chờ trao").first).to_be_visible()


def _hand_over(clerk: Page, one: Application) -> None:
    clerk.goto(f"/support-desk/{one.ref}/")
    clerk.get_by_label("IMEI máy trao").fill(things.an_imei(778, "99000102"))
    clerk.get_by_label("Ảnh lúc trao").set_input_files(
        {"name": "trao.jpg", "mimeType": "image/jpeg", "buffer": things.a_photo()}
    )
    clerk.get_by_role("button", name="Ghi đã trao").click()
    expect(clerk.get_by_role("heading", name="Đã trao")).to_be_visible()


def _pay(operator: Page) -> None:
    operator.goto(f"/support-desk/programmes/{CODE}/")
    operator.get_by_role("button", name="Lập đợt thanh toán").click()
    batch = Batch.objects.get(programme__code=CODE)
    operator.get_by_role("link", name=batch.ref).click()
    operator.get_by_role("button", name="Đã thanh toán").click()
    expect(operator.get_by_text("1 đã thanh toán")).to_be_visible()
