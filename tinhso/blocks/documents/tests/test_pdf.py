"""What other programs see in our PDF files."""

import hashlib
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings

from tinhso.blocks.documents import queries
from tinhso.blocks.documents.contract import Document, Paragraph, from_plain, to_plain
from tinhso.blocks.documents.tests.makers import a_report

ISSUED = {"number": 5, "day": "2026-02-05", "made_at": "2026-02-05T05:00:00Z"}
MM = 72 / 25.4
AGAIN = """
import hashlib, django
django.setup()
from tinhso.blocks.documents import queries
from tinhso.blocks.documents.tests.test_pdf import ISSUED
from tinhso.blocks.documents.tests.makers import a_report
for make in (queries.as_pdf, queries.as_docx):
    print(hashlib.sha256(make(a_report(**ISSUED))).hexdigest())
"""


def program_output(program: str, pdf: bytes, folder: Path, *options: str) -> str:
    """What a program of Poppler prints about a PDF file."""
    path = folder / "document.pdf"
    path.write_bytes(pdf)
    end = ["-"] if program == "pdftotext" else []
    command = [program, *options, str(path), *end]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC"})
    return done.stdout


@pytest.fixture(scope="module")
def report() -> bytes:
    """One report, set once for all who look at it."""
    return queries.as_pdf(a_report(**ISSUED))


@pytest.mark.conformance
def test_poppler_reads_the_parts_that_the_decree_asks_for(report: bytes, poppler: None, tmp_path: Path) -> None:
    text = program_output("pdftotext", report, tmp_path, "-layout")

    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/BC-TTĐH",
        "Hai Sông, ngày 05 tháng 02 năm 2026",
        "BÁO CÁO",
        "I. Kết quả chung",
        "1. Chỉ tiêu",
        "5‰ số hộ",
        "Nơi nhận:",
        "- Lưu: VT, TTĐH.",
        "TL. CHỦ TỊCH",
        "Nguyễn Văn Ví Dụ",
    ):
        assert part in text, part


@pytest.mark.conformance
def test_every_page_but_the_first_has_its_number_in_the_top_margin(
    report: bytes, poppler: None, tmp_path: Path
) -> None:
    pages = program_output("pdftotext", report, tmp_path, "-layout").split("\f")[:-1]

    firsts = [next(line.strip() for line in page.splitlines() if line.strip()) for page in pages]

    assert len(pages) == 3
    assert "CỘNG HÒA" in firsts[0]
    assert firsts[1:] == ["2", "3"]
    assert all("Dữ liệu minh họa" in page for page in pages)


@pytest.mark.conformance
def test_only_our_own_typeface_is_used_and_it_is_embedded(report: bytes, poppler: None, tmp_path: Path) -> None:
    lines = program_output("pdffonts", report, tmp_path).splitlines()[2:]

    assert lines
    assert all("+Tinos" in line and line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)


@pytest.mark.conformance
def test_the_file_is_a4_tagged_and_says_when_it_was_made(report: bytes, poppler: None, tmp_path: Path) -> None:
    info = program_output("pdfinfo", report, tmp_path)

    assert "(A4)" in info
    assert "Tagged:          yes" in info
    assert "Thu Feb  5 05:00:00 2026 UTC" in info


@pytest.mark.conformance
def test_the_text_keeps_inside_the_margins_of_the_decree(report: bytes, poppler: None, tmp_path: Path) -> None:
    words = [line for line in program_output("pdftotext", report, tmp_path, "-bbox").splitlines() if "<word" in line]

    lefts = [float(line.split('xMin="')[1].split('"')[0]) for line in words]
    rights = [float(line.split('xMax="')[1].split('"')[0]) for line in words]

    assert min(lefts) >= 30 * MM - 1
    assert max(rights) <= (210 - 15) * MM + 1


def test_structure_tells_readers_of_headings_tables_and_what_a_picture_shows(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as pdf:
        kinds, alts = set(), []
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructElem":
                kinds.add(str(one.get("/S")))
                alts.append(str(one.get("/Alt", "")))
        xmp = pdf.Root.Metadata.read_bytes().decode()
        language = str(pdf.Root.Lang)

    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/P", "/Figure"} <= kinds
    assert any("Tỷ lệ tăng từ 91% lên 96,2%" in alt for alt in alts)
    assert 'pdfaid:part="2" pdfaid:conformance="A"' in xmp
    assert language == "vi"


def test_another_process_sets_the_same_bytes(report: bytes) -> None:
    done = subprocess.run(
        [sys.executable, "-c", AGAIN],
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.ROOT,
        env={"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "tinhso.project.settings", "LC_ALL": "C", "TZ": "UTC"},
    )

    docx = queries.as_docx(a_report(**ISSUED))

    assert done.stdout.split() == [hashlib.sha256(made).hexdigest() for made in (report, docx)]


def test_two_documents_never_have_the_same_bytes(report: bytes) -> None:
    other = queries.as_pdf(a_report(**{**ISSUED, "identity": "BT-OTHER"}))

    assert other != report


def test_words_that_look_like_markup_are_only_words(poppler: None, tmp_path: Path) -> None:
    evil = '<img src="file:///etc/passwd"><style>p{display:none}</style><script>1</script> & "x" {{ 1 }}'

    made = queries.as_pdf(a_report(blocks=(Paragraph(evil),), mark='"; } * { color: red'))

    text = "".join(program_output("pdftotext", made, tmp_path).split())

    assert '<imgsrc="file:///etc/passwd"' in text
    assert "<script>1</script>&" in text
    assert "root:" not in text


def test_a_document_survives_being_kept_as_json() -> None:
    report: Document = a_report(**ISSUED)

    assert from_plain(json.loads(json.dumps(to_plain(report)))) == report
