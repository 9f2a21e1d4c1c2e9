"""An official signs two documents on a phone with a key that the province keeps, and another with a SIM."""

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.db import connections
from playwright.sync_api import Page, expect

from tests.journeys import papers
from tests.simulators.certificate_authority import Authorities
from tests.simulators.mobile_operator import PIN as SIM_PIN
from tests.simulators.mobile_operator import Operator
from tinhso.blocks.identity.models import Person
from tinhso.blocks.remote_keys import services as remote_keys
from tinhso.blocks.remote_keys.models import Credential
from tinhso.blocks.remote_keys.tests.conftest import hsm, token
from tinhso.blocks.remote_keys.tests.makers import PIN, a_code, a_signer
from tinhso.blocks.signatures.tests.conftest import authorities, trusted
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

__all__ = ["authorities", "hsm", "token", "trusted"]  # the devices that the tests of signing share
WIDER = "() => document.scrollingElement.scrollWidth - window.innerWidth"
NUMBER = "84900000007"
BACK = "http://127.0.0.1:9/xong"
T = TypeVar("T")


@pytest.fixture
def key(world: object, hsm: Authorities) -> Iterator[Credential]:
    """The chairman's key; other journeys have the chairman log in without an authenticator app."""
    made = _apart(lambda: a_signer(hsm, "chu-tich"))
    yield made
    _apart(lambda: Authenticator.objects.filter(user_id=made.person_id).delete())


@pytest.fixture
def mailed(key: Credential, hsm: Authorities) -> Credential:
    """Another key of the chairman, whose codes may be sent."""

    def made() -> Credential:
        Person.objects.filter(username="chu-tich").update(email="chu-tich@vi-du.vn")
        return a_signer(hsm, "chu-tich", codes=["totp", "mail"])

    return _apart(made)


@pytest.fixture
def operator(hsm: Authorities, settings: Any) -> Iterator[Operator]:
    """A mobile operator with one subscriber."""
    made = Operator(hsm.folder, ap="tinh", secret="bi-mat-nha-mang")
    made.subscribe(NUMBER, "Nguyễn Văn Ví Dụ")
    settings.MSS_URL, settings.MSS_AP_ID, settings.MSS_AP_PASSWORD = made.address, "tinh", "bi-mat-nha-mang"
    Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def test_two_documents_are_signed_with_one_pin_and_another_with_a_sim(
    opened: Callable[..., Page], key: Credential, operator: Operator
) -> None:
    refs = [papers.a_request(f"Giao nhiệm vụ {number}") for number in range(3)]
    phone = opened("chu-tich", size="phone", script=False)

    phone.goto(f"/signing/many/?ref={refs[0]}&ref={refs[1]}")
    phone.get_by_label("Khóa của tôi tại tỉnh").check()
    phone.get_by_label("PIN của khóa").fill(PIN)
    phone.get_by_role("textbox", name="Mã một lần").fill(_apart(lambda: a_code(key)))
    assert phone.evaluate(WIDER) <= 0
    phone.get_by_role("button", name="Ký các văn bản đã chọn").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Đã ký 2 văn bản")

    phone = opened("chu-tich", size="phone")
    phone.goto(f"/signing/{refs[2]}/")
    phone.get_by_label("SIM ký số").check()
    phone.get_by_label("Số điện thoại của SIM").fill("0900 000 007")
    phone.get_by_role("button", name="Ký", exact=True).click()
    expect(phone.get_by_role("heading", name="So mã rồi gõ PIN trên điện thoại")).to_be_visible()
    assert phone.evaluate(WIDER) <= 0
    assert Axe().run(phone).response["violations"] == []
    operator.press(NUMBER, pin=SIM_PIN)

    expect(phone.get_by_role("heading", name="Đã ký")).to_be_visible()  # the page looked by itself


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_person_makes_their_sim_a_key_for_programs_and_ends_it(
    opened: Callable[..., Page], operator: Operator, size: str
) -> None:
    page = opened("chu-tich", size=size, script=size == "desk")
    page.goto("/signing/")

    page.get_by_role("link", name="Khóa ký của tôi").click()
    page.get_by_label("Số điện thoại của SIM").fill("0900 000 007")
    page.get_by_role("button", name="Đăng ký SIM").click()
    expect(page.locator(".phone-code")).to_have_text(handset_code(operator))
    assert page.evaluate(WIDER) <= 0
    if size == "desk":
        assert Axe().run(page).response["violations"] == []
    operator.press(NUMBER, pin=SIM_PIN)
    page.get_by_role("button", name="Xem đã đồng ý chưa").click()
    expect(page.get_by_text("dùng được", exact=True).first).to_be_visible()
    assert page.evaluate(WIDER) <= 0
    page.locator("details:has(input[name=why]) summary").first.click()
    page.get_by_label("Lý do").first.fill("đổi SIM")
    page.get_by_role("button", name="Ngừng mãi mãi").first.click()

    expect(page.get_by_text("Đã ngừng khóa")).to_be_visible()


def handset_code(operator: Operator) -> str:
    """The code that the handset shows."""
    (request,) = operator.waiting(NUMBER).values()
    return remote_keys.verification_code(request.digest)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_person_lets_a_program_sign_with_a_code_that_was_sent(
    opened: Callable[..., Page], mailed: Credential, size: str
) -> None:
    page = opened("chu-tich", size=size, script=size == "desk")
    page.route(f"{BACK}**", lambda route: route.fulfill(body="xong"))

    page.goto(_apart(lambda: asked_of(mailed)))
    assert page.evaluate(WIDER) <= 0
    if size == "desk":
        assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Gửi mã đến thư của tôi").click()
    expect(page.get_by_role("status")).to_contain_text("Đã gửi mã")
    code = next(word for word in str(mail.outbox[-1].body).split() if word.isdigit() and len(word) == 6)
    page.get_by_label("PIN của khóa ký").fill(PIN)
    page.get_by_role("textbox", name="Mã một lần").fill(code)
    assert page.evaluate(WIDER) <= 0
    page.get_by_role("button", name="Ký", exact=True).click()

    page.wait_for_url(f"{BACK}?code=*")


def asked_of(key: Credential) -> str:
    """Where a program sends a person whom it asks to sign."""
    name, _secret = remote_keys.register_application(
        name="Phần mềm kế toán",
        addresses=[BACK],
        secret=False,
        now=clock.now(),
        by=program_actor("operator", rights=["operate system"]),
    )
    hashed = base64.urlsafe_b64encode(sha256(b"x").digest()).decode()
    asked = {
        "client_id": name,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "credential",
        "hash": hashed,
        "credentialID": key.ref,
        "numSignatures": "1",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
        "description": "Bảng lương tháng này",
    }
    return f"/csc/v1/oauth2/authorize?{urlencode(asked)}"


def _apart(act: Callable[[], T]) -> T:
    """What ``act`` gives, in a thread: the browser's driver keeps an event loop in this one."""

    def done() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as apart:
        return apart.submit(done).result()
