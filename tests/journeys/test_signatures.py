"""Somebody without an account or script asks whether a signed file can be trusted, and is told."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Page, expect

from tests.simulators.certificate_authority import Authorities, serve
from tinhso.blocks.signatures import services
from tinhso.blocks.signatures.contract import SignatureKind
from tinhso.blocks.signatures.tests import attacks
from tinhso.blocks.signatures.tests.makers import signed

WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authorities]:
    """Simulated authorities that the province trusts, may ask, and has timestamps from."""
    server, made = serve(tmp_path_factory.mktemp("ca"))
    Thread(target=server.serve_forever, daemon=True).start()
    host = made.origin.removeprefix("http://")
    with override_settings(TRUST_DIR=str(made.trust), SIGNING_HOSTS=[host], TIMESTAMP_URL=made.timestamps):
        yield made
    server.shutdown()
    server.server_close()
    services.programs.stop()


@pytest.mark.parametrize(("size", "script"), [("phone", False), ("desk", True)])
def test_whoever_holds_a_file_learns_who_signed_it_and_that_it_was_altered(
    size: str, script: bool, opened: Callable[..., Page], authorities: Authorities, tmp_path: Path
) -> None:
    good = _signed_and_sealed(authorities)
    page = opened(size=size, script=script)
    page.goto("/verify/")
    page.get_by_role("link", name="Kiểm tra chữ ký của tệp").click()

    _hand_in(page, tmp_path / "tot.pdf", good)
    expect(page.get_by_role("heading", level=1)).to_have_text("Chữ ký đúng, nhưng có điều cần biết")
    expect(page.get_by_role("main")).to_contain_text("không có giá trị pháp lý")
    expect(page.get_by_role("heading", name="Chữ ký 2: Ủy ban nhân dân tỉnh Hai Sông")).to_be_visible()

    _hand_in(page, tmp_path / "sua.pdf", attacks.swap_the_contents(good))
    expect(page.get_by_role("heading", level=1)).to_have_text("Chữ ký KHÔNG hợp lệ")
    expect(page.get_by_role("main")).to_contain_text("Sau khi ký, tệp bị thêm hoặc đổi nội dung")
    if script:
        assert Axe().run(page).response["violations"] == []
    assert page.evaluate(WIDER) <= 0


def _signed_and_sealed(authorities: Authorities) -> bytes:
    """Signs in a thread: the browser's driver keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(
            lambda: signed(authorities, "con-dau", content=signed(authorities), kind=SignatureKind.SEAL)
        ).result()


def _hand_in(page: Page, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    page.get_by_label("Tệp PDF hoặc XML, tối đa").set_input_files(path)
    page.get_by_role("button", name="Kiểm tra chữ ký", exact=True).click()
    page.wait_for_load_state()
