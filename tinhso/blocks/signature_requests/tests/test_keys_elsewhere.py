"""Keys elsewhere on the pages of what waits: one permission for many, a phone that answers later, a provider."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.simulators.certificate_authority import Authorities
from tests.simulators.mobile_operator import PIN as SIM_PIN
from tests.simulators.mobile_operator import Operator
from tinhso.blocks.identity.tests.makers import PASSWORD
from tinhso.blocks.messaging.services import wire
from tinhso.blocks.remote_keys import services as remote_keys
from tinhso.blocks.remote_keys.models import Authorisation
from tinhso.blocks.remote_keys.tests.makers import PIN, a_code, a_signer
from tinhso.blocks.signature_requests import queries, services
from tinhso.blocks.signature_requests.models import PendingSignature, Request
from tinhso.blocks.signature_requests.tests.makers import Office, an_office, sent, signed_by
from tinhso.blocks.signature_requests.tests.test_desk import as_
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import WAYS, CheckVerdict, SignatureKind
from tinhso.blocks.signatures.models import Signature
from tinhso.kernel import clock

NUMBER = "84900000009"


@pytest.fixture
def office(db: None, trusted: Authorities) -> Office:
    """The body whose documents are signed."""
    return an_office()


@pytest.fixture(scope="module")
def served(authorities: Authorities) -> Iterator[Operator]:
    """An operator with one subscriber."""
    made = Operator(authorities.folder, ap="tinh", secret="bi-mat-nha-mang")
    made.subscribe(NUMBER, "Nguyễn Văn Ví Dụ")
    Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def operator(served: Operator, settings: Any) -> Operator:
    """The same, with a handset that is on."""
    settings.MSS_URL, settings.MSS_AP_ID, settings.MSS_AP_PASSWORD = served.address, "tinh", "bi-mat-nha-mang"
    sim = served.sims[NUMBER]
    sim.off, sim.blocked, sim.wrong = False, False, 0
    served.requests.clear()
    return served


def begun(client: Client, office: Office, one: Request) -> str:
    """The page that waits for the phone, once the chairman has asked for it."""
    given = {"act": "sign", "sha256": queries.bytes_of(one).sha256, "way": "sim", "sim-phone": "0900 000 009"}
    answer = as_(client, office.chairman).post(f"/signing/{one.ref}/act/", given)
    return str(answer["Location"])


def test_many_are_signed_with_one_permission_for_exactly_them(office: Office, hsm: Authorities, client: Client) -> None:
    one = a_signer(hsm, "chu-tich")
    requests = [sent(office) for _number in range(3)]
    items = [f"{each.ref}#{queries.bytes_of(each).sha256}" for each in requests[:2]] + [f"{requests[2].ref}#{'0' * 64}"]
    browser = as_(client, office.chairman)
    given = {"item": items, "way": "remote", "remote-otp": a_code(one)}

    refused = browser.post("/signing/many/", given | {"remote-pin": "sai-pin"})
    told = browser.post("/signing/many/", given | {"remote-otp": a_code(one), "remote-pin": PIN}).content.decode()

    assert (refused.status_code, Signature.objects.count()) == (409, 2)
    assert "Đã ký 2 văn bản" in told
    assert "Văn bản vừa có thêm chữ ký" in told
    (let,) = Authorisation.objects.all()
    assert (let.asked, let.left, let.application) == (2, 0, None)
    report = signing.check_file(content=queries.bytes_of(requests[0]).content, now=clock.now())
    assert (report.verdict, report.signatures[0].added) == (CheckVerdict.VALID_BUT, "nothing")


def test_the_clerk_seals_many_with_the_bodys_key_and_nobody_else_is_offered_it(
    office: Office, hsm: Authorities, client: Client
) -> None:
    seal = a_signer(hsm, "van-thu", unit=office.unit)
    done = [signed_by(sent(office), office.chairman, hsm) for _number in range(2)]

    chosen = {"ref": [each.ref for each in done], "way": "remote", "remote-pin": PIN, "remote-otp": a_code(seal)}
    as_(client, office.clerk).post("/signing/sealing/", chosen)

    assert {Request.objects.get(pk=each.pk).state for each in done} == {Request.State.ISSUED}
    assert Authorisation.objects.get().asked == 2
    offered = {
        (name, kind): "remote" in signing.available_ways(kind=kind, unit=office.unit, by=by)
        for name, by in (("clerk", office.clerk), ("chairman", office.chairman))
        for kind in SignatureKind
    }
    assert [who for who, is_offered in offered.items() if is_offered] == [("clerk", SignatureKind.SEAL)]


def test_a_phone_is_asked_once_and_any_process_finishes_what_it_answered(
    office: Office, operator: Operator, client: Client
) -> None:
    one = sent(office)
    page = begun(client, office, one)
    again = begun(client, office, one)
    waits = client.get(page).content.decode()

    operator.press(NUMBER, pin=SIM_PIN)
    ended = services.follow_pending(now=clock.now())  # the page was closed, and the process that asked is gone
    after = [client.get(page).content.decode() for _time in range(2)]

    row = PendingSignature.objects.get()
    (rung,) = operator.requests.values()
    assert (again, ended) == (page, 1)
    assert f'<p class="phone-code">{remote_keys.verification_code(rung.digest)}</p>' in waits
    assert "hx-post" in waits
    assert all("Đã ký" in told and "hx-post" not in told for told in after)
    assert Request.objects.get(pk=one.pk).state == Request.State.SIGNED
    assert (row.why, bytes(row.content)) == ("", b"")
    report = signing.check_file(content=queries.bytes_of(one).content, now=clock.now())
    assert report.verdict is CheckVerdict.VALID_BUT
    assert as_(client, office.head).get(page).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        PendingSignature.objects.update(ended_at=None)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("deny", "đã từ chối ký"),
        ("pin", "PIN trên điện thoại sai nhiều lần"),
        ("late", "Đã hết giờ chờ"),
        ("off", "tắt máy hoặc ngoài vùng phủ sóng"),
    ],
)
def test_a_phone_that_does_not_sign_says_why_and_the_document_waits(
    office: Office, operator: Operator, client: Client, how: str, words: str
) -> None:
    one = sent(office)
    operator.sims[NUMBER].off = how == "off"
    page = begun(client, office, one)
    for pressed in {"deny": [{"deny": "1"}], "pin": [{"pin": "0"}] * 3}.get(how, []):
        operator.press(NUMBER, **pressed)

    late = timedelta(minutes=3) if how == "late" else timedelta()
    row = PendingSignature.objects.get()
    services.check_device(ref=row.ref, by=office.chairman, now=clock.now() + late)
    told = client.get(page).content.decode()
    again = begun(client, office, one)

    assert words in told
    assert list(queries.requests_to_sign(office.chairman)) == [one]
    assert not Signature.objects.exists()
    assert again.startswith("/signing/pending/") == (how in ("deny", "late"))  # not with a SIM that is blocked, or off


def test_who_gives_up_may_begin_anew_and_what_the_phone_signs_then_is_not_used(
    office: Office, operator: Operator, client: Client
) -> None:
    one = sent(office)
    page = begun(client, office, one)

    client.post(f"{page}end/")
    operator.press(NUMBER, pin=SIM_PIN)
    services.follow_pending(now=clock.now())

    assert "Bạn đã dừng lần ký này" in client.get(page).content.decode()
    assert list(queries.requests_to_sign(office.chairman)) == [one]
    assert begun(client, office, one) != page


def test_what_another_signed_meanwhile_is_not_signed_again(
    office: Office, operator: Operator, trusted: Authorities, client: Client
) -> None:
    one = sent(office)
    page = begun(client, office, one)
    signed_by(one, office.chairman, trusted)

    operator.press(NUMBER, pin=SIM_PIN)
    told = client.post(f"{page}look/", follow=True).content.decode()

    assert "Đã ký" in told  # by the same person, of the same bytes
    assert Signature.objects.count() == 1


def test_looking_at_the_page_changes_nothing_and_asking_finishes(
    office: Office, operator: Operator, client: Client
) -> None:
    one = sent(office)
    page = begun(client, office, one)
    operator.press(NUMBER, pin=SIM_PIN)

    seen = client.get(page).content.decode()
    before = list(PendingSignature.objects.filter(ended_at=None)), Signature.objects.exists()
    by_address = client.get(f"{page}look/").status_code
    asked = client.post(f"{page}look/", follow=True)
    strange = as_(client, office.head).post(f"{page}look/").status_code

    assert "phone-code" in seen
    assert (len(before[0]), before[1], by_address) == (1, False, 405)
    assert asked.redirect_chain == [(page, 302)]
    assert "Đã ký" in asked.content.decode()
    assert Request.objects.get(pk=one.pk).state == Request.State.SIGNED
    assert strange == 404


def test_phones_sign_one_at_a_time_and_the_page_of_many_says_so(
    office: Office, operator: Operator, client: Client
) -> None:
    both = [sent(office), sent(office)]
    browser = as_(client, office.chairman)

    asked = browser.get("/signing/many/", {"ref": [one.ref for one in both]}).content.decode()
    items = [f"{one.ref}#{queries.bytes_of(one).sha256}" for one in both]
    refused = browser.post("/signing/many/", {"item": items, "way": "sim", "sim-phone": "0900000009"})

    assert 'value="sim"' not in asked
    assert "mở từng văn bản để ký" in asked
    assert "SIM ký từng văn bản một" in refused.content.decode()
    assert not operator.requests


def test_a_key_at_a_provider_signs_many_with_one_permission(
    office: Office, hsm: Authorities, client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = a_signer(hsm, "khach")  # our own service, as if it were somebody else's
    settings.CSC_SERVICES = ["https://ky.vi-du.vn"]
    provider = Client()

    def answer_call(_method: str, url: str, body: bytes, headers: dict[str, str]) -> Any:
        answer = provider.post(url.partition("vi-du.vn")[2], body, content_type="application/json", headers=headers)
        return SimpleNamespace(status=answer.status_code, body=answer.content)

    monkeypatch.setattr(wire, "request_url", answer_call)
    both = [sent(office), sent(office)]
    items = [f"{one.ref}#{queries.bytes_of(one).sha256}" for one in both]
    given = {"item": items, "way": "csc", "csc-user": "khach", "csc-password": PASSWORD, "csc-pin": PIN}

    told = as_(client, office.chairman).post("/signing/many/", given | {"csc-otp": a_code(key)}).content.decode()

    assert "Đã ký 2 văn bản" in told
    assert Authorisation.objects.get().asked == 2
    assert {row.key for row in Signature.objects.all()} == {"csc"}


def test_every_process_knows_the_ways_to_sign_with_keys_elsewhere(settings: Any) -> None:
    program = "import django; django.setup(); from tinhso.blocks.signatures.contract import WAYS; print(*sorted(WAYS))"

    said = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.ROOT, capture_output=True, text=True, check=True
    )

    assert said.stdout.split() == ["csc", "demo", "file", "remote", "sim", "token"]


def test_the_ways_stand_in_one_order_whoever_brings_them(
    office: Office, seals: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CSC_SERVICES, settings.MSS_URL = ["https://ky.vi-du.vn"], "https://nha-mang.vi-du.vn"
    monkeypatch.setattr(WAYS["demo"], "offered", lambda **asked: True, raising=False)
    monkeypatch.setattr(WAYS["remote"], "offered", lambda **asked: True, raising=False)

    to_sign = signing.available_ways(kind=SignatureKind.PERSON, unit=office.unit, by=office.chairman)
    to_seal = signing.available_ways(kind=SignatureKind.SEAL, unit=office.unit, by=office.clerk)

    assert list(to_sign) == ["demo", "file", "remote", "csc", "sim"]
    assert list(to_seal) == ["demo", "token", "file", "remote", "csc"]
