"""Somebody signs on a phone: the code on both screens, the PIN on the handset, and every way in which it may not."""

import hashlib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.simulators.certificate_authority import Authorities
from tests.simulators.mobile_operator import PIN, Operator
from tinhso.blocks.remote_keys import services
from tinhso.blocks.remote_keys.contract import PhoneTrouble, RingingPhone
from tinhso.blocks.remote_keys.models import PhoneSignature
from tinhso.blocks.remote_keys.services import mss, phone_signatures
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import CheckVerdict, PadesLevel
from tinhso.blocks.signatures.tests.makers import CLERK, a_pdf, an_ask
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

NUMBER, WRITTEN = "84900000001", "0900 000 001"
DIGEST = hashlib.sha256(b"van ban").digest()


@pytest.fixture(scope="module")
def served(authorities: Authorities) -> Iterator[Operator]:
    """An operator with one subscriber."""
    made = Operator(authorities.folder, ap="tinh", secret="bi-mat-nha-mang")
    made.subscribe(NUMBER, "Nguyễn Văn Ví Dụ")
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def operator(served: Operator, trusted: Authorities, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """The same, with a handset that is on and a SIM that is not blocked."""
    settings.MSS_URL, settings.MSS_AP_ID, settings.MSS_AP_PASSWORD = served.address, "tinh", "bi-mat-nha-mang"
    monkeypatch.setattr(phone_signatures, "POLL_SECONDS", 0.05)
    sim = served.sims[NUMBER]
    sim.off, sim.blocked, sim.wrong, served.forge = False, False, 0, False
    served.requests.clear()
    return served


def a_request(**changes: Any) -> PhoneSignature:
    """Somebody is asked to sign."""
    about: dict[str, Any] = {"phone": WRITTEN, "digest": DIGEST, "shown": "Công văn 1", "by": CLERK, "now": clock.now()}
    return services.begin_on_phone(**about | changes)


def polled(operator: Operator, row: PhoneSignature, **changes: Any) -> PhoneSignature:
    """What became of it."""
    about: dict[str, Any] = {
        "ref": row.ref,
        "certificate": operator.sims[NUMBER].certificate,
        "by": CLERK,
        "now": clock.now(),
    }
    return services.poll_phone(**about | changes)


def test_the_same_code_stands_on_both_screens_and_a_pin_signs(operator: Operator, db: None) -> None:
    row = a_request()
    before = polled(operator, row)
    handset = httpx.get(f"{operator.address.removesuffix('/soap')}/phones/{NUMBER}").text

    operator.press(NUMBER, pin=PIN)
    after = polled(operator, row)

    assert (before.state, after.state) == ("waiting", "signed")
    assert f"<strong>{row.code}</strong>" in handset
    assert "không có giá trị pháp lý" in handset
    assert row.phone == "8490***001"
    assert phone_signatures.verified_signature(bytes(after.signature), DIGEST, operator.sims[NUMBER].certificate)


@pytest.mark.parametrize("how", ["deny", "pin", "late", "forged", "someone_else"])
def test_what_does_not_end_in_a_signature_says_why(operator: Operator, db: None, how: str) -> None:
    row, now = a_request(), clock.now()
    operator.forge = how == "forged"
    presses = {"deny": [{"deny": "1"}], "pin": [{"pin": "0"}] * 3, "forged": [{"pin": PIN}]}.get(how, [])
    for pressed in presses:
        operator.press(NUMBER, **pressed)

    late = timedelta(minutes=3) if how == "late" else timedelta()
    state = "" if how == "someone_else" else polled(operator, row, now=now + late).state

    expected = {"deny": "refused", "pin": "wrong_pin", "late": "timed_out", "forged": "bad_signature"}
    assert state == expected.get(how, "")
    if how == "someone_else":
        with pytest.raises(Refused, match="unknown_request"):
            polled(operator, row, by=CLERK.__class__(ref="person:khac", name="Khác"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"phone": "0911111111"}, "unknown_number"),
        ({"off": "1"}, "phone_off"),
        ({"blocked": "1"}, "wrong_pin"),
        ({"password": "sai"}, "not_allowed"),
        ({"silent": "1"}, "operator"),
        ({"phone": "12"}, "bad_number"),
    ],
    ids=str,
)
def test_a_phone_that_cannot_be_asked_has_words_of_its_own(
    operator: Operator, db: None, settings: Any, change: dict[str, str], why: str
) -> None:
    sim = operator.sims[NUMBER]
    sim.off, sim.blocked = "off" in change, "blocked" in change
    settings.MSS_AP_PASSWORD = change.get("password", settings.MSS_AP_PASSWORD)
    settings.MSS_URL = "http://127.0.0.1:9/soap" if "silent" in change else settings.MSS_URL

    with pytest.raises(Refused, match=why) as refused:
        a_request(phone=change.get("phone", WRITTEN))

    assert len(refused.value.message) > 20
    assert not PhoneSignature.objects.filter(state="waiting").exists()


def test_every_trouble_is_told_apart() -> None:
    words = [mss.phone_refusal(kind).message for kind in PhoneTrouble]

    assert len(set(words)) == len(words) == 9


def test_a_pdf_is_signed_on_the_phone_and_holds(operator: Operator) -> None:
    heard: list[RingingPhone] = []

    def answer_on_phone(waiting: RingingPhone) -> None:
        heard.append(waiting)
        threading.Thread(target=operator.press, args=(NUMBER,), kwargs={"pin": PIN}).start()

    key = services.from_sim(phone=WRITTEN, shown="Công văn 1", now=clock.now(), told=answer_on_phone)
    made = signing.sign_pdf(content=a_pdf(), signer=key, ask=an_ask(level=PadesLevel.B_T), now=clock.now())

    report = signing.check_file(content=made.content, now=clock.now())
    assert report.verdict is CheckVerdict.VALID_BUT
    assert report.signatures[0].why == ("illustrative",)
    assert len(heard[0].code) == 4


def test_a_phone_that_is_waited_for_answers_in_one_go_and_is_told_how_it_ended(operator: Operator) -> None:
    def answer() -> None:
        while not operator.waiting(NUMBER):
            time.sleep(0.01)
        operator.press(NUMBER, pin=PIN)

    threading.Thread(target=answer).start()
    heard = mss.ask_phone(phone=NUMBER, digest=DIGEST, shown="Công văn 1", wait=True, now=clock.now())
    mss.send_receipt(transaction=heard.transaction, phone=NUMBER, words="Đã ký xong", now=clock.now())

    assert heard.code == "500"
    assert operator.sims[NUMBER].receipts[-1] == "Đã ký xong"
