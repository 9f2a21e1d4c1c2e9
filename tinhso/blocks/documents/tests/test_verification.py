"""Whoever holds a document with our code can check it, and learns nothing about anybody."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents import queries, services
from tinhso.blocks.documents.models import StoredFile, Verification
from tinhso.blocks.documents.tests.makers import CLERK, NOON, RIGHT, a_report
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
TODAY = clock.local(NOON).date()


def registered(**changes: Any) -> Verification:
    """A receipt that carries a code."""
    usual: dict[str, Any] = {"kind": "Giấy tiếp nhận hồ sơ", "number": "H00.1", "issued_on": TODAY, "issuer": "Xã A"}
    return services.register_for_verification(**usual | changes, by=CLERK, now=NOON)


def test_a_token_is_long_enough_that_nobody_guesses_it() -> None:
    tokens = {registered().token for _one in range(20)}

    assert len(tokens) == 20
    assert min(len(token) for token in tokens) >= 22


def test_anybody_sees_what_was_registered(client: Client) -> None:
    known = registered(sha256="ab" * 32)

    page = client.get(f"/verify/{known.token}/").content.decode()

    for said in ("Giấy tiếp nhận hồ sơ", "H00.1", "05/11/2026", "Xã A", "ab" * 32, "Còn giá trị"):
        assert said in page


def test_a_withdrawn_document_is_said_to_hold_no_more(client: Client) -> None:
    known = registered()
    services.withdraw_verification(token=known.token, by=CLERK, now=NOON)
    services.withdraw_verification(token=known.token, by=CLERK, now=NOON)

    page = client.get(f"/verify/{known.token}/").content.decode()

    assert "không còn giá trị" in page
    assert "Còn giá trị" not in page
    assert Entry.objects.filter(did="withdrew verification").count() == 1


def test_an_unknown_token_is_not_found(client: Client) -> None:
    answer = client.get("/verify/khong-co/")

    assert answer.status_code == 404
    assert "Không có văn bản nào mang mã này" in answer.content.decode()


@pytest.mark.parametrize(("given", "said"), [(b"noi dung", "giống hệt"), (b"noi dunh", "KHÔNG phải")])
def test_a_file_is_compared_and_not_kept(client: Client, given: bytes, said: str) -> None:
    known = registered(sha256=hashlib.sha256(b"noi dung").hexdigest())

    answer = client.post(f"/verify/{known.token}/", {"file": SimpleUploadedFile("a.pdf", given)})

    assert said in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_file_that_is_too_large_is_not_even_read(client: Client) -> None:
    known = registered()

    answer = client.post(
        f"/verify/{known.token}/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="30000000"
    )

    assert answer.status_code == 409
    assert "lớn hơn 20 MB" in answer.content.decode()


def test_a_code_may_be_typed_or_pasted_as_an_address(client: Client) -> None:
    known = registered()

    answers = [client.get("/verify/", {"token": typed}) for typed in (known.token, f" http://x/verify/{known.token}/ ")]

    assert [answer.headers["Location"] for answer in answers] == [f"/verify/{known.token}/"] * 2
    assert "Mã viết chưa đúng" in client.get("/verify/", {"token": "<script>"}).content.decode()


def test_the_hash_is_written_once() -> None:
    known = registered()
    services.seal_verification(token=known.token, sha256="ab" * 32, by=CLERK)

    services.seal_verification(token=known.token, sha256="ab" * 32, by=CLERK)
    with pytest.raises(Refused, match="sealed_already"):
        services.seal_verification(token=known.token, sha256="cd" * 32, by=CLERK)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents_verification SET sha256 = repeat('cd', 32)",
        "UPDATE documents_verification SET issuer = 'khác'",
        "UPDATE documents_verification SET withdrawn_at = NULL",
        "DELETE FROM documents_verification",
    ],
)
def test_the_database_refuses_to_rewrite_what_can_be_checked(statement: str) -> None:
    known = registered(sha256="ab" * 32)
    services.withdraw_verification(token=known.token, by=CLERK, now=NOON)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_issued_document_carries_its_code_until_it_is_withdrawn(province: Unit, client: Client) -> None:
    row = services.issue_document(document=a_report(), unit=province, right=RIGHT, by=CLERK, now=NOON, verifiable=True)
    known = Verification.objects.get()

    answer = client.post(f"/verify/{known.token}/", {"file": SimpleUploadedFile("a.pdf", content_of(row.ref))})
    services.withdraw_document(ref=row.ref, why="sai số liệu", right=RIGHT, by=CLERK, now=NOON)

    assert "giống hệt" in answer.content.decode()
    assert (known.number, known.kind) == (str(row), "BÁO CÁO")
    assert row.content["verify"] == queries.verify_url(known.token)
    assert queries.compare_with_issued(row).is_exact
    assert Verification.objects.get().withdrawn_at == NOON


def content_of(ref: str) -> bytes:
    """The issued PDF."""
    return bytes(queries.file_of(ref, "pdf").content)


def test_the_code_is_a_picture_without_style_or_script() -> None:
    drawn = queries.qr_svg("https://tinh.example/verify/abc/", title="Mã QR")

    assert drawn.startswith("<svg ")
    assert "<title>Mã QR</title>" in drawn
    assert "style=" not in drawn
    assert queries.qr_png("https://tinh.example/")[:4] == b"\x89PNG"
