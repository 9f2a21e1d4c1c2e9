"""A clerk asks for a certificate, the head approves, the focal point hands it over to the issuer in a batch."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import addresses
from tests.journeys import world as worlds
from tinhso.government.certificates.models import Batch, Request


def test_a_certificate_is_asked_for_approved_and_handed_over_in_a_batch(opened: Callable[..., Page]) -> None:
    clerk = opened(addresses.CASHIER, size="phone", script=False)

    clerk.goto("/certificates/")
    clerk.get_by_role("link", name="Đề nghị cấp mới").click()
    clerk.get_by_role("link", name="Cá nhân").click()
    clerk.get_by_role("button", name="Gửi lãnh đạo duyệt").click()
    expect(clerk.get_by_text("Hãy điền “Họ và tên người được cấp”.")).to_be_visible()
    clerk.get_by_label("Họ và tên người được cấp").fill("Phan Thị Ví Dụ")
    clerk.get_by_label("Số định danh cá nhân").fill("000123456789")
    clerk.get_by_role("button", name="Gửi lãnh đạo duyệt").click()
    expect(clerk.get_by_text("Đã gửi lãnh đạo đơn vị duyệt.")).to_be_visible()
    expect(clerk.get_by_text("•••••••••789")).to_be_visible()
    ref = Request.objects.get(title="Phan Thị Ví Dụ").ref

    head = opened("chu-tich-an-binh")
    head.goto(f"/certificates/requests/{ref}/")
    head.get_by_role("button", name="Duyệt", exact=True).click()
    expect(head.get_by_text("Đã duyệt.")).to_be_visible()

    officer = opened(addresses.OFFICER)
    officer.goto("/certificates/requests/?tray=accept")
    officer.get_by_label(f"Chọn {ref}").check()
    officer.get_by_role("button", name="Tiếp nhận các đề nghị đã chọn").click()
    officer.goto("/certificates/requests/?tray=batch")
    officer.get_by_label(f"Chọn {ref}").check()
    officer.get_by_role("button", name="Lập lô gửi nơi cấp").click()
    expect(officer.get_by_role("heading", level=1)).to_contain_text("Lô")
    with officer.expect_download() as downloading:
        officer.get_by_role("link", name="CSV").click()

    batch = Batch.objects.get(requests__ref=ref)
    assert downloading.value.path().read_bytes() == bytes(batch.table)
    worlds.deliver()
