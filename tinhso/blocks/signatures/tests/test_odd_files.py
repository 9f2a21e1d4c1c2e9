"""Altered, not to be judged, and intact stay apart, however a file is written and whatever was done to it later."""

import shutil
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from tests.simulators.certificate_authority import PASSWORD, Authorities
from tinhso.blocks.signatures import services
from tinhso.blocks.signatures.contract import CheckReport, CheckVerdict, Integrity, PadesLevel, PageChange
from tinhso.blocks.signatures.tests import oddities
from tinhso.blocks.signatures.tests.makers import a_pdf, signed
from tinhso.kernel import clock

draws = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="máy không có pdftoppm (apt install poppler-utils)")


def checked(content: bytes) -> CheckReport:
    return services.check_file(content=content, now=clock.now())


def by_a_lenient_program(authorities: Authorities, content: bytes, field: str = "S") -> bytes:
    """A signature by a program that signs what is written against the standard, too."""
    signer = signers.SimpleSigner.load_pkcs12_data(authorities.p12("chu-tich"), [], PASSWORD.encode())
    about = signers.PdfSignatureMetadata(
        field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, signer_key_usage=set()
    )
    made: bytes = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(content), strict=False), about, signer).getvalue()
    return made


@pytest.mark.parametrize("odd", [oddities.hybrid, oddities.dangling], ids=lambda one: one.__name__)
def test_what_is_written_oddly_is_intact_until_a_letter_changes(offline: Authorities, odd: Callable[[], bytes]) -> None:
    content = by_a_lenient_program(offline, odd())

    honest, altered = checked(content), checked(content.replace(b"/MediaBox[0 0 595", b"/MediaBox[0 0 999", 1))

    assert (honest.integrity, honest.signatures[0].why) == (Integrity.INTACT, ("status_unknown",))
    assert (altered.integrity, altered.verdict) == (Integrity.ALTERED, CheckVerdict.INVALID)
    assert "altered" in altered.signatures[0].why


def test_a_second_signature_in_a_file_that_names_what_is_not_there_leaves_the_first_intact(
    offline: Authorities,
) -> None:
    twice = by_a_lenient_program(offline, by_a_lenient_program(offline, oddities.dangling()), "S2")

    report = checked(twice)
    altered = checked(twice.replace(b"/MediaBox[0 0 595", b"/MediaBox[0 0 999", 1))

    assert [one.integrity for one in report.signatures] == [Integrity.INTACT, Integrity.INTACT]
    assert (report.integrity, altered.integrity) == (Integrity.INTACT, Integrity.ALTERED)


@pytest.mark.parametrize(
    ("objects", "freed"),
    [
        ({79: b"<</Type/Annot/Subtype/FreeText/Rect[0 0 100 100]/Contents(9.000.000)>>"}, ()),
        ({77: b"<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>>>"}, ()),
        ({}, (3,)),
    ],
    ids=["an annotation", "a script", "a page less"],
)
def test_what_was_missing_when_it_was_signed_and_comes_later_is_a_change(
    offline: Authorities, objects: dict[int, bytes], freed: tuple[int, ...]
) -> None:
    once = by_a_lenient_program(offline, oddities.dangling())

    report = checked(oddities.with_more(once, objects, freed=freed))

    assert report.integrity is Integrity.ALTERED
    assert report.signatures[0].integrity is Integrity.ALTERED


def test_what_came_after_a_signature_in_an_odd_file_is_not_called_forged(offline: Authorities) -> None:
    once = by_a_lenient_program(offline, oddities.hybrid())

    report = checked(by_a_lenient_program(offline, once, "S2"))

    assert report.integrity is Integrity.UNJUDGED
    assert [one.integrity for one in report.signatures] == [Integrity.UNJUDGED, Integrity.INTACT]
    assert report.signatures[0].why[0] == "unjudged_after"


def test_what_no_reader_opens_is_told_by_the_signed_bytes(offline: Authorities) -> None:
    honest = oddities.that_leads_nowhere(signed(offline, level=PadesLevel.B_B))
    altered = honest.replace(b"1.000.000", b"9.000.000", 1)

    reports = [checked(honest), checked(altered)]

    assert [(one.integrity, one.verdict, one.why) for one in reports] == [
        (Integrity.UNJUDGED, CheckVerdict.UNKNOWN, ("unread",)),
        (Integrity.ALTERED, CheckVerdict.INVALID, ("altered_file",)),
    ]


def test_bytes_behind_the_end_are_named_and_counted(offline: Authorities) -> None:
    report = checked(oddities.bytes_behind(signed(offline, level=PadesLevel.B_B), 500))

    one = report.signatures[0]
    assert (report.integrity, one.outside, one.added) == (Integrity.INTACT, 500, "bytes")
    assert "bytes_outside" in one.why


def test_an_update_without_an_end_is_not_taken_for_bytes_that_nobody_sees(offline: Authorities) -> None:
    content = oddities.fill_in(signed(offline, level=PadesLevel.B_B, content=oddities.a_form()))

    report = checked(content[: content.rindex(b"%%EOF")])

    assert report.integrity is not Integrity.INTACT


@pytest.mark.parametrize(
    ("content", "why", "integrity"),
    [
        (b"GIF89a", "not_pdf", Integrity.NONE),
        (b"%PDF-1.7\n", "broken_file", Integrity.UNJUDGED),
        (a_pdf(), "no_signature", Integrity.NONE),
    ],
    ids=["no pdf", "torn", "unsigned"],
)
def test_what_cannot_be_judged_says_why(offline: Authorities, content: bytes, why: str, integrity: Integrity) -> None:
    report = checked(content)

    assert (report.why, report.integrity) == ((why,), integrity)


def test_a_file_that_was_cut_off_says_so(offline: Authorities) -> None:
    content = signed(offline, level=PadesLevel.B_B)

    report = checked(content[:-200])

    assert (report.why, report.integrity) == (("cut",), Integrity.UNJUDGED)


def test_a_file_with_a_password_says_so(offline: Authorities) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(a_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="chu", user="khach"))

    report = checked(out.getvalue())

    assert (report.why, report.integrity) == (("encrypted",), Integrity.UNJUDGED)


@draws
@pytest.mark.parametrize(
    ("change", "number", "added"),
    [
        (oddities.fill_in, 1, "allowed"),
        (oddities.annotate, 1, "forbidden"),
        (lambda content: oddities.annotate(content, 1), 2, "forbidden"),
    ],
    ids=["form", "annotation", "annotation on the second page"],
)
def test_a_change_that_one_sees_is_shown_page_by_page(
    offline: Authorities, change: Callable[[bytes], bytes], number: int, added: str
) -> None:
    content = signed(offline, level=PadesLevel.B_B, content=oddities.a_form())

    one = checked(change(content)).signatures[0]

    assert one.added == added
    assert one.pages == {number: PageChange.DIFFERENT}


@draws
def test_what_cannot_be_seen_is_not_drawn_and_a_field_of_the_same_look_is_no_change(offline: Authorities) -> None:
    content = signed(offline, level=PadesLevel.B_B, content=oddities.a_form())

    same = checked(oddities.fill_in(content, "1.000.000")).signatures[0]
    whole = checked(content).signatures[0]

    assert (same.pages, whole.pages) == ({}, None)


@draws
def test_the_page_tells_pages_and_bytes_beside_the_verdict(client: Client, db: None, offline: Authorities) -> None:
    form = oddities.fill_in(signed(offline, level=PadesLevel.B_B, content=oddities.a_form()))
    behind = oddities.bytes_behind(signed(offline, level=PadesLevel.B_B))

    pages = [_shown(client, content) for content in (form, behind, oddities.that_leads_nowhere(behind))]
    told: Any = client.post("/api/v1/signatures/check", form, content_type="application/octet-stream").json()

    assert "Trang 1: khác bản đã ký" in pages[0]
    assert "Byte sau chỗ kết thúc của PDF</dt><dd>500" in pages[1]
    assert "Không kiểm tra được" in pages[2]
    assert "Không thấy sai" not in pages[2]
    assert (told["integrity"], told["signatures"][0]["pages"]) == ("intact", [{"page": 1, "change": "different"}])


def _shown(client: Client, content: bytes) -> str:
    answer = client.post("/verify/signature/", {"file": SimpleUploadedFile("a.pdf", content)})
    return answer.content.decode()
