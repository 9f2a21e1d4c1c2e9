"""Pages where documents are read, signed, refused and sealed; who may open them; what people are told."""

from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.simulators.certificate_authority import PASSWORD, Authorities
from tinhso.blocks.documents import services as documents
from tinhso.blocks.documents.tests.makers import a_report
from tinhso.blocks.identity.models import Person
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.signature_requests import demo, indicators, queries, services
from tinhso.blocks.signature_requests.models import Request
from tinhso.blocks.signature_requests.tests.makers import Office, an_office, sealed_by, sent, signed_by
from tinhso.blocks.signatures import contract
from tinhso.blocks.signatures import services as signing
from tinhso.blocks.signatures.contract import SignatureKind
from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS
from tinhso.blocks.signatures.tests.makers import a_pdf
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor
from tinhso.kernel.errors import Refused


@pytest.fixture
def office(db: None, offline: Authorities) -> Office:
    """The body whose documents are signed."""
    return an_office()


def as_(client: Client, who: Actor) -> Client:
    """The browser of one of them."""
    client.force_login(Person.objects.get(ref=who.ref), backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def the_key(authorities: Authorities, name: str = "chu-tich", password: str = PASSWORD) -> dict[str, Any]:
    """A key file as a form hands it in."""
    file = SimpleUploadedFile("khoa.p12", authorities.p12(name), "application/x-pkcs12")
    return {"way": "file", "file-key": file, "file-password": password}


def deliver() -> None:
    """What the worker would do."""
    for one in Announcement.objects.filter(delivered_at=None).order_by("pk"):
        outbox.deliver_announcement(one.pk)


def test_a_leader_reads_the_page_as_a_picture_and_signs_exactly_that(
    office: Office, offline: Authorities, client: Client
) -> None:
    one, browser = sent(office), as_(client, office.chairman)

    shown = browser.get(f"/signing/{one.ref}/").content.decode()
    picture = browser.get(f"/signing/{one.ref}/pages/1.png")
    missing = browser.get(f"/signing/{one.ref}/pages/2.png")
    seen = queries.bytes_of(one).sha256
    wrong = {"act": "sign", "sha256": seen, **the_key(offline, password="sai")}
    browser.post(f"/signing/{one.ref}/act/", wrong)
    before = Request.objects.get(ref=one.ref).state
    browser.post(f"/signing/{one.ref}/act/", {"act": "sign", "sha256": seen, **the_key(offline)})

    assert seen in shown
    assert (picture.content[:8], missing.status_code) == (b"\x89PNG\r\n\x1a\n", 404)
    assert before == Request.State.SIGNING
    assert Request.objects.get(ref=one.ref).state == Request.State.SIGNED


@pytest.mark.parametrize("path", ["", "file/", "pages/1.png"])
def test_somebody_elses_request_is_not_there(office: Office, client: Client, path: str) -> None:
    one = sent(office)

    answer = as_(client, office.stranger).get(f"/signing/{one.ref}/{path}")

    assert answer.status_code == 404


def test_many_are_signed_in_one_confirmation_and_each_says_what_became_of_it(
    office: Office, offline: Authorities, client: Client
) -> None:
    first, second = sent(office), sent(office)
    browser = as_(client, office.chairman)
    asked = browser.get("/signing/many/", {"ref": [first.ref, second.ref]}).content.decode()
    items = [f"{first.ref}#{queries.bytes_of(first).sha256}", f"{second.ref}#{'0' * 64}"]

    told = browser.post("/signing/many/", {"item": items, **the_key(offline)}).content.decode()

    assert all(f"/signing/{one.ref}/" in asked for one in (first, second))
    assert "Đã ký 1 văn bản" in told
    assert "Văn bản vừa có thêm chữ ký" in told
    assert browser.get("/signing/many/progress/", {"ref": [first.ref, second.ref]}).json() == {"done": 1, "of": 2}
    assert list(queries.requests_to_sign(office.chairman)) == [second]


def test_the_clerk_seals_what_is_ticked_and_everybody_can_check_it(
    office: Office, offline: Authorities, client: Client
) -> None:
    done = [signed_by(sent(office), office.chairman, offline) for _one in range(2)]
    browser = as_(client, office.clerk)

    chosen = {"ref": [one.ref for one in done], **the_key(offline, "con-dau")}
    told = browser.post("/signing/sealing/", chosen).content.decode()
    issued = [Request.objects.get(ref=one.ref) for one in done]
    public = Client().get(f"/verify/signature/{queries.document_of(issued[0])}/").content.decode()

    assert told.count(">xong<") == 2 or told.count("xong</span>") == 2
    assert [one.number for one in issued] == [1, 2]
    assert issued[0].title not in public
    assert "01/QĐ-UBND" in public
    assert "Chữ ký 2: Ủy ban nhân dân tỉnh Hai Sông" in public


def test_a_drafter_sends_a_file_and_an_issued_document_whose_code_leads_to_its_signatures(
    office: Office, offline: Authorities, client: Client
) -> None:
    by = program_actor("office", rights=[DRAFT_DOCUMENTS])
    issued = documents.issue_document(
        document=a_report(), unit=office.unit, right=DRAFT_DOCUMENTS, by=by, now=clock.now(), verifiable=True
    )
    browser = as_(client, office.drafter)
    who = {"signer-1": office.chairman.ref, "form-1": "TM.", "seal": "1", "act": "send"}
    file = SimpleUploadedFile("a.pdf", a_pdf("moi"), "application/pdf")
    kind = queries.rules().flow.kinds[0].name

    browser.post("/signing/new/", {"key": "k1", "kind": kind, "title": "Cử cán bộ", "content": file, **who})
    browser.post(f"/signing/new/?issued={issued.ref}", {"key": "k2", **who})
    other = Request.objects.get(about=f"issued:{issued.ref}")
    sealed_by(signed_by(other, office.chairman, offline), office.clerk, offline)
    page = Client().get("/verify/" + issued.content["verify"].partition("/verify/")[2]).content.decode()
    documents.withdraw_document(ref=issued.ref, why="sai", right=DRAFT_DOCUMENTS, by=by, now=clock.now())
    kept = Client().get(f"/verify/signature/{queries.document_of(Request.objects.get(pk=other.pk))}/").content.decode()

    assert Request.objects.get(title="Cử cán bộ").state == Request.State.SIGNING
    assert other.number_text == str(issued)
    assert "không còn giá trị" in kept
    assert f"/verify/signature/{queries.document_of(Request.objects.get(pk=other.pk))}/" in page


def test_many_that_arrive_together_ring_once_and_the_drafter_learns_the_reason(
    office: Office, offline: Authorities
) -> None:
    ones = [sent(office) for _one in range(3)]
    deliver()
    services.return_to_drafter(ref=ones[0].ref, why="Sai căn cứ", by=office.chairman, now=clock.now())
    deliver()

    to_chairman = Message.objects.filter(to__ref=office.chairman.ref)
    (to_drafter,) = Message.objects.filter(to__ref=office.drafter.ref)

    assert 1 <= to_chairman.count() <= 2  # two where the quarter of an hour just turned
    assert "văn bản chờ ký" in to_chairman[0].title
    assert "Sai căn cứ" in to_drafter.body


def test_a_way_and_a_guard_that_others_bring_are_asked(
    office: Office, offline: Authorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no(certificate: bytes, person: str, unit: str, kind: SignatureKind) -> None:
        raise Refused("not_your_key", "Chứng thư này không phải của bạn.")

    monkeypatch.setattr(contract, "KEY_GUARDS", contract.KEY_GUARDS)
    contract.KEY_GUARDS.append(no)
    try:
        with pytest.raises(Refused, match="not_your_key"):
            signed_by(sent(office), office.chairman, offline)
    finally:
        contract.KEY_GUARDS.remove(no)

    offered = signing.available_ways(kind=SignatureKind.PERSON, unit=office.unit, by=office.chairman)
    assert "file" in offered
    assert "demo" not in offered  # they are no people of a demo
    with (
        pytest.raises(Refused, match="no_way"),
        signing.open_key("demo", {}, kind=SignatureKind.PERSON, unit=office.unit, by=office.chairman),
    ):
        pass


def test_the_demo_is_truly_signed_and_its_facts_add_up(office: Office, settings: Any) -> None:
    settings.DEMO = True
    Person.objects.update(is_demo=True)
    told = {"months": 1, "issued": 2, "to_seal": 1, "returned": 1, "waiting": 1}

    made, again = (demo.load_demo_documents(told=told, now=clock.now()) for _time in range(2))
    requests, signatures = _rows(), _rows(1)

    assert (made, again) == (5, 0)
    assert sum(row["issued"] for row in requests) == 2
    assert sum(row["returned"] for row in requests) == 1
    assert sum(row["waiting"] for row in requests) == 3
    assert sum(row["signatures"] for row in signatures) == 2 * 2 + 1
    one = Request.objects.filter(state="issued").first()
    assert one is not None
    report = signing.check_file(content=queries.bytes_of(one).content, now=clock.now())
    assert {found.added for found in report.signatures} <= {"nothing", "allowed"}
    assert all("GIÁ TRỊ PHÁP LÝ" in found.who for found in report.signatures)


def _rows(which: int = 0) -> list[dict[str, Any]]:
    from django.db import connection

    fact = list(indicators.signing_as_facts())[which]
    with connection.cursor() as cursor:
        cursor.execute(fact.select)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(fact.fingerprints)
        assert {row[0] for row in cursor.fetchall()} >= {row["month"] for row in rows}
    return rows


def test_letters_of_a_signature_stand_as_close_as_the_typeface_has_them() -> None:
    key = signing.illustrative_key("Nguyễn Văn Ví Dụ", "Ủy ban nhân dân " * 9)
    ask = contract.SignatureAsk("a", "b", SignatureKind.PERSON, title="KT. CHỦ TỊCH")

    made = signing.sign_pdf(content=a_pdf(), signer=key, ask=ask, now=clock.now()).content

    with pikepdf.open(BytesIO(made)) as pdf:
        fonts = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and "/W" in one and "/CIDSystemInfo" in one
        ]
        widths = [int(each) for font in fonts for part in font.W if isinstance(part, pikepdf.Array) for each in part]
    assert widths
    assert max(widths) <= 1000  # thousandths of the size: no letter of these words is wider than it is high
