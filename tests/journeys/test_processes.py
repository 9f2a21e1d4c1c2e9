"""Who keeps the processes draws one anew; an officer sees on the picture where a case stands."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import addresses
from tests.journeys import world as worlds
from tinhso.blocks.bpmn.models import Process
from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Applicant, Channel
from tinhso.blocks.cases.models import Case, Task
from tinhso.blocks.cases.queries import lookup
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

RECEIVER = program_actor("journeys", rights=["receive cases", "process cases"])


def a_dossier() -> Case:
    """Somebody wants to fell a tree, and it has been looked at."""
    offer = lookup.option_of("public_services", "CX.01", "", day=clock.today(), channel=Channel.IN_PERSON)
    unit = Unit.objects.get(ref="T-SO")
    filing = services.CaseFiling(offer, Applicant("Nguyễn Văn Thử"), Channel.IN_PERSON, unit, unit)
    case = services.receive_case(filing=filing, by=RECEIVER, now=clock.now())
    task = Task.objects.get(case=case, done_at=None)
    return services.complete(code=case.code, step=task.number, by=RECEIVER, now=clock.now(), answer="được đốn")


def test_the_keeper_is_told_by_name_what_is_wrong_and_publishes_what_is_right(opened: Callable[..., Page]) -> None:
    before = Process.objects.get(code="don-cay").versions.count()
    page = opened(addresses.OFFICER)
    page.goto("/processes/don-cay/edit/")
    page.locator('.djs-element[data-element-id="xem-cay"]').first.click()

    page.get_by_label("Giờ làm việc").fill("nhiều")
    page.get_by_label("Giờ làm việc").press("Tab")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.get_by_role("button", name="Xem cây tại chỗ (userTask)")).to_be_visible()
    expect(page.locator('.djs-element[data-element-id="xem-cay"].lit-fault')).to_be_visible()
    page.get_by_label("Giờ làm việc").fill("12")
    page.get_by_label("Giờ làm việc").press("Tab")
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.get_by_text("Sơ đồ dùng được.")).to_be_visible()
    page.get_by_label("Áp dụng từ ngày").fill(clock.today().isoformat())
    page.get_by_role("button", name="Ban hành phiên bản").click()

    expect(page.get_by_text(f"Đã ban hành phiên bản {before + 1}.")).to_be_visible()
    newest = Process.objects.get(code="don-cay").versions.latest("number")
    assert 'tinhso:hours="12"' in newest.bpmn
    assert 'tinhso:result="Văn bản từ chối"' in newest.bpmn
    worlds.deliver()


def test_without_script_a_file_is_brought_and_its_faults_are_named(opened: Callable[..., Page]) -> None:
    bpmn = Process.objects.get(code="don-cay").versions.latest("number").bpmn
    broken = bpmn.replace("bpmn:userTask", "bpmn:scriptTask")
    page = opened(addresses.OFFICER, size="phone", script=False)

    page.goto("/processes/don-cay/edit/")
    page.get_by_label("Tệp BPMN 2.0").set_input_files(
        {"name": "x.bpmn", "mimeType": "application/xml", "buffer": broken.encode()}
    )
    page.get_by_label("Áp dụng từ ngày").fill(clock.today().isoformat())
    page.get_by_role("button", name="Ban hành phiên bản").click()

    expect(page.get_by_role("alert")).to_contain_text("scriptTask xem-cay")
    assert "bpmn:scriptTask" in page.get_by_label("Nội dung sơ đồ").input_value()


def test_an_officer_sees_the_step_where_a_dossier_stands_with_script_and_without(opened: Callable[..., Page]) -> None:
    case = a_dossier()
    drawn, plain = opened(addresses.OFFICER), opened(addresses.OFFICER, size="phone", script=False)

    drawn.goto(f"/processes/of/{case.code}/")
    plain.goto(f"/processes/of/{case.code}/")

    expect(drawn.locator('.djs-element[data-element-id="ky-phep"].lit-now')).to_be_visible()
    expect(drawn.locator('.djs-element[data-element-id="xem-cay"].lit-done')).to_be_visible()
    expect(drawn.locator(".bjs-powered-by")).to_be_visible()
    expect(plain.locator(".process-box.is-now")).to_contain_text("Ký giấy phép")
    expect(plain.locator("li[aria-current=step]")).to_contain_text("Ký giấy phép")
    worlds.deliver()
