"""People sign, organisations seal: levels, order, looks, keys, and what is written down."""

import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from PIL import Image

from tests.simulators.certificate_authority import PASSWORD, Authorities
from tinhso.blocks.documents import services as documents
from tinhso.blocks.documents.queries import file_of
from tinhso.blocks.documents.tests.makers import a_report
from tinhso.blocks.signatures import queries, services
from tinhso.blocks.signatures.contract import CheckVerdict, PadesLevel, PageBox, SignatureKind
from tinhso.blocks.signatures.models import Signature
from tinhso.blocks.signatures.tests.makers import CLERK, RIGHT, a_pdf, an_ask, key_of, signed
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


@pytest.mark.parametrize("level", list(PadesLevel))
def test_each_level_is_reached_and_the_original_stays_byte_for_byte(trusted: Authorities, level: PadesLevel) -> None:
    original = a_pdf()

    content = signed(trusted, level=level, content=original)
    report = services.check_file(content=content, now=clock.now())

    assert content.startswith(original)
    assert [one.level for one in report.signatures] == [level]
    assert report.signatures[0].why == ("illustrative",)
    assert (report.signatures[0].proven_at is None) == (level is PadesLevel.B_B)


def test_a_seal_waits_for_a_signature(trusted: Authorities) -> None:
    key, content, now = key_of(trusted, "con-dau"), a_pdf(), clock.now()

    with pytest.raises(Refused, match="seal_first"):
        services.sign_pdf(content=content, signer=key, ask=an_ask(SignatureKind.SEAL), now=now)

    alone = services.sign_pdf(content=content, signer=key, ask=an_ask(SignatureKind.SEAL, alone=True), now=now)
    assert alone.content.startswith(content)


def test_the_same_request_signs_once_and_another_needs_the_newest_bytes(trusted: Authorities, province: Unit) -> None:
    content, ask, key = a_pdf(), an_ask(level=PadesLevel.B_B, about="QD-2"), key_of(trusted)
    more: dict[str, Any] = {"unit": province, "right": RIGHT, "by": CLERK, "now": clock.now()}
    first = services.sign_content(content=content, signer=key, ask=ask, **more)

    again = services.sign_content(content=content, signer=key, ask=ask, **more)
    with pytest.raises(Refused, match="not_latest"):
        services.sign_content(content=content, signer=key, ask=an_ask(about="QD-2"), **more)
    with pytest.raises(Refused, match="other_request"):
        services.sign_content(content=a_pdf("khac"), signer=key, ask=ask, **more)

    assert again == first
    assert bytes(again.result) == bytes(first.result)
    assert Signature.objects.count() == 1


def test_an_issued_document_is_signed_and_sealed_until_it_is_withdrawn(trusted: Authorities, province: Unit) -> None:
    more: dict[str, Any] = {"right": RIGHT, "by": CLERK, "now": clock.now()}
    issued = documents.issue_document(document=a_report(), unit=province, **more)
    ask = an_ask(level=PadesLevel.B_B)

    first = services.sign_issued(ref=issued.ref, signer=key_of(trusted), ask=ask, **more)
    again = services.sign_issued(ref=issued.ref, signer=key_of(trusted), ask=ask, **more)
    seal = replace(an_ask(SignatureKind.SEAL, PadesLevel.B_B), visible=True)
    second = services.sign_issued(ref=issued.ref, signer=key_of(trusted, "con-dau"), ask=seal, **more)
    documents.withdraw_document(ref=issued.ref, why="sai", **more)

    assert again == first
    assert bytes(second.result).startswith(issued_pdf(issued.ref))
    assert (second.place, second.document.about) == (2, issued.ref)
    with pytest.raises(Refused, match="withdrawn_already"):
        services.sign_issued(ref=issued.ref, signer=key_of(trusted), ask=an_ask(), **more)


def issued_pdf(ref: str) -> bytes:
    """The bytes as issued."""
    return bytes(file_of(ref, "pdf").content)


def test_the_page_of_a_code_knows_a_signed_copy_and_leads_on(
    trusted: Authorities, province: Unit, client: Client
) -> None:
    more: dict[str, Any] = {"right": RIGHT, "by": CLERK, "now": clock.now()}
    issued = documents.issue_document(document=a_report(), unit=province, verifiable=True, **more)
    ask = an_ask(level=PadesLevel.B_B)
    copy = bytes(services.sign_issued(ref=issued.ref, signer=key_of(trusted), ask=ask, **more).result)
    address = issued.content["verify"].partition("/verify/")[2]

    pages = [
        client.post(f"/verify/{address}", {"file": SimpleUploadedFile("a.pdf", content)}).content.decode()
        for content in (copy, b"x" + copy)
    ]

    assert "bắt đầu bằng đúng bản đã ghi" in pages[0]
    assert "/verify/signature/" in pages[0]
    assert "KHÔNG phải bản đã ghi" in pages[1]


def test_who_lacks_the_right_signs_nothing(trusted: Authorities, province: Unit) -> None:
    stranger = Actor(ref="person:la", name="Người lạ")

    with pytest.raises(Forbidden):
        services.sign_content(
            content=a_pdf(),
            signer=key_of(trusted),
            ask=an_ask(),
            unit=province,
            right=RIGHT,
            by=stranger,
            now=clock.now(),
        )

    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"), [("thu-hoi", "no_proof"), ("la", "no_proof"), ("het-han", "certificate_over")]
)
def test_a_certificate_that_does_not_hold_signs_nothing_that_should_last(
    trusted: Authorities, name: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        signed(trusted, name)


def test_a_timestamp_that_nobody_gives_is_refused_in_words(offline: Authorities) -> None:
    with pytest.raises(Refused, match="no_timestamps"):
        signed(offline, level=PadesLevel.B_T)


def test_a_wrong_password_opens_no_key(authorities: Authorities) -> None:
    with pytest.raises(Refused, match="bad_key_file"):
        services.from_file(authorities.p12("chu-tich"), PASSWORD + "x")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE signatures_signature SET serial = '0'",
        "DELETE FROM signatures_signature",
        "UPDATE signatures_signeddocument SET sha256 = repeat('0', 64)",
        "INSERT INTO signatures_signature SELECT id + 1, place + 1, request || '2', kind, level, repeat('0', 64), "
        "result_sha256, result, by, by_name, subject, issuer, serial, key, said_place, reason, at, document_id "
        "FROM signatures_signature",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_signed(trusted: Authorities, province: Unit, statement: str) -> None:
    ask = an_ask(level=PadesLevel.B_B)
    services.sign_content(
        content=a_pdf(), signer=key_of(trusted), ask=ask, unit=province, right=RIGHT, by=CLERK, now=clock.now()
    )

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_seal_covers_a_third_of_the_signature_from_its_left() -> None:
    look = queries.StampLook()
    signer = queries.signer_box(look, (595, 842))

    seal = queries.seal_box(look, signer)

    assert signer.left < seal.left + seal.width < signer.left + signer.width
    assert (seal.left + seal.width - signer.left) / signer.width == pytest.approx(1 / 3)
    assert seal.left < signer.left


def test_what_is_drawn_says_who_and_when_with_the_hours_from_greenwich(trusted: Authorities, tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("máy không có pdftotext (apt install poppler-utils)")
    ask = replace(an_ask(level=PadesLevel.B_B), visible=True, place="Hai Sông")
    now = clock.now().replace(microsecond=0)
    made = services.sign_pdf(content=a_pdf(), signer=key_of(trusted), ask=ask, now=now)
    (tmp_path / "a.pdf").write_bytes(made.content)

    said = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, text=True).stdout

    assert "Nguyễn Văn Ví Dụ" in said
    assert f"Thời gian ký: {queries.moment_text(now)}" in said
    assert queries.moment_text(now).endswith("+07:00")
    assert "Nơi ký: Hai Sông" in said


def test_an_image_is_only_drawn(trusted: Authorities) -> None:
    out = BytesIO()
    Image.new("RGBA", (60, 60), (200, 0, 0, 90)).save(out, "PNG")
    ask = replace(an_ask(level=PadesLevel.B_B), visible=True, image=out.getvalue(), box=PageBox(100, 100, 80, 80))
    made = services.sign_pdf(content=a_pdf(), signer=key_of(trusted), ask=ask, now=clock.now())

    with pikepdf.open(BytesIO(made.content)) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            del field["/V"]
        bare = BytesIO()
        pdf.save(bare)

    assert services.check_file(content=made.content, now=clock.now()).signatures
    assert services.check_file(content=bare.getvalue(), now=clock.now()).verdict is CheckVerdict.NOT_SIGNED


@pytest.mark.conformance
def test_poppler_says_that_the_whole_document_is_signed(authorities: Authorities, tmp_path: Path, trusted: Any) -> None:
    if not shutil.which("pdfsig"):
        pytest.skip("máy không có pdfsig (apt install poppler-utils)")
    (tmp_path / "a.pdf").write_bytes(signed(authorities, level=PadesLevel.B_T))

    said = subprocess.run(["pdfsig", tmp_path / "a.pdf"], capture_output=True, text=True).stdout

    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_a_proof_holds_after_the_certificate_has_ended(trusted: Authorities) -> None:
    content = signed(trusted, level=PadesLevel.B_LTA)

    later = services.check_file(content=content, now=clock.now() + timedelta(days=3500))

    assert later.signatures[0].why == ("illustrative",)
    assert "then_only" in later.signatures[0].notes
