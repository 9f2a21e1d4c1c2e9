"""Scans become readable: words come back with their tone marks."""

import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
import weasyprint

from tinhso.blocks.documents import jobs, queries, services
from tinhso.blocks.documents.contract import ScanPart
from tinhso.blocks.documents.models import Digitisation, DigitisedPart, StoredFile
from tinhso.blocks.documents.queries import recognising
from tinhso.blocks.documents.queries.pdf import typeface_css
from tinhso.blocks.documents.tests import papers as a
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.usefixtures("store")
PAGES = (
    "Ủy ban nhân dân xã Hưng Thịnh chứng nhận ông Nguyễn Văn Ví Dụ đã đăng ký hộ kinh doanh.",
    "Giấy phép xây dựng nhà ở riêng lẻ được cấp cho thửa đất số mười hai.",
)


@pytest.fixture
def tesseract() -> None:
    """Tesseract with Vietnamese, and Poppler."""
    if not recognising.can_recognise("application/pdf"):
        pytest.skip("máy không có tesseract hoặc tiếng Việt của nó (apt install tesseract-ocr tesseract-ocr-vie)")


def a_scan(folder: Path) -> StoredFile:
    """Pictures of two printed pages, without a letter of text in them."""
    fonts = weasyprint.text.fonts.FontConfiguration()
    style = weasyprint.CSS(
        string=typeface_css() + "@page { size: A4 } p { font: 16pt Tinos; break-after: page }", font_config=fonts
    )
    printed = folder / "in.pdf"
    html = "".join(f"<p>{text}</p>" for text in PAGES)
    weasyprint.HTML(string=html).write_pdf(str(printed), stylesheets=[style], font_config=fonts)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", str(printed), str(folder / "quet")], check=True)
    from PIL import Image

    first, *others = (Image.open(path).convert("L") for path in sorted(folder.glob("quet-*.png"))[: len(PAGES)])
    scan = folder / "quet.pdf"
    first.save(scan, "PDF", resolution=200, save_all=True, append_images=others)
    return a.accept(scan.read_bytes(), "quet.pdf")


def words_of(file: StoredFile, folder: Path) -> str:
    """The text that another program finds in a stored PDF."""
    path = folder / f"{file.ref}.pdf"
    path.write_bytes(b"".join(queries.chunks(file)))
    said = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(said.split())


def test_words_come_back_with_their_tone_marks(tesseract: None, tmp_path: Path) -> None:
    scan = a_scan(tmp_path)
    assert words_of(scan, tmp_path) == ""
    parts = [ScanPart("Giấy chứng nhận", 1, 1), ScanPart("Giấy phép", 2, 2)]
    asked = services.request_digitisation(file=scan, parts=parts, by=a.CITIZEN, now=a.NOON)
    assert asked.state == "waiting"

    done = services.recognise_text(ref=asked.ref, now=a.NOON)

    assert (done.state, done.pages_done) == ("done", 2)
    first, second = done.made.order_by("place")
    assert (first.name, second.name) == ("Giấy chứng nhận", "Giấy phép")
    found = words_of(first.file, tmp_path)
    assert "đã đăng ký hộ kinh doanh" in found
    assert "Nguyễn Văn Ví Dụ" in " ".join(first.text.split())
    assert "Giấy phép xây dựng nhà ở riêng lẻ" in words_of(second.file, tmp_path)
    assert b"".join(queries.chunks(scan)) == (tmp_path / "quet.pdf").read_bytes()


def test_what_is_done_is_not_done_again(tesseract: None) -> None:
    asked = services.request_digitisation(
        file=a.accept(a.a_picture(size=(600, 400)), "anh.png"), parts=[], by=a.CITIZEN, now=a.NOON
    )
    services.recognise_text(ref=asked.ref, now=a.NOON)

    services.recognise_text(ref=asked.ref, now=a.NOON)

    assert DigitisedPart.objects.count() == 1
    assert Digitisation.objects.get().tries == 1


def test_a_machine_without_the_program_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)

    asked = services.request_digitisation(file=a.accept(a.a_pdf()), parts=[], by=a.CITIZEN, now=a.NOON)

    assert asked.state == "unavailable"
    assert "không có chương trình" in asked.get_state_display()
    assert services.recognise_text(ref=asked.ref, now=a.NOON).state == "unavailable"


def test_parts_beyond_the_pages_are_refused() -> None:
    file = a.accept(a.a_pdf(pages=2))

    for first, last in ((0, 1), (2, 1), (1, 3)):
        with pytest.raises(Refused, match="no_such_pages"):
            services.request_digitisation(file=file, parts=[ScanPart("x", first, last)], by=a.CITIZEN, now=a.NOON)


def test_a_workbook_is_no_scan() -> None:
    with pytest.raises(Refused, match="no_scan"):
        services.request_digitisation(file=a.accept(a.a_workbook(), "ds.xlsx"), parts=[], by=a.CITIZEN, now=a.NOON)


def test_a_page_that_fails_is_tried_again_and_given_up_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "can_recognise", lambda media_type: True)
    monkeypatch.setattr(recognising, "_run_program", _too_slow)
    asked = services.request_digitisation(file=a.accept(a.a_pdf()), parts=[], by=a.CITIZEN, now=a.NOON)

    for _time in range(2):
        with pytest.raises(services.NotDoneYet):
            jobs.digitise_scan.func(ref=asked.ref)
    jobs.digitise_scan.func(ref=asked.ref)

    row = Digitisation.objects.get()
    assert (row.state, row.tries, row.trouble) == ("failed", 3, "tesseract: TimeoutExpired")
    assert not DigitisedPart.objects.exists()


def _too_slow(command: list[str]) -> None:
    raise recognising.PageFailed("tesseract: TimeoutExpired")


def test_a_page_may_take_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognising, "PAGE_SECONDS", 0.05)

    with pytest.raises(recognising.PageFailed, match="TimeoutExpired"):
        recognising._run_program(["sleep", "30"])


def test_a_picture_taken_sideways_is_set_upright(tmp_path: Path) -> None:
    from PIL import Image

    sideways = Image.Exif()
    sideways[0x0112] = 6
    Image.new("RGB", (60, 40)).save(tmp_path / "anh.jpg", exif=sideways)

    path = recognising._page_picture(tmp_path / "anh.jpg", "image/jpeg", 1, tmp_path)

    with Image.open(path) as upright:
        assert upright.size == (40, 60)


def test_pages_are_joined_in_their_order(tmp_path: Path) -> None:
    for at in (1, 2):
        (tmp_path / f"{at}.pdf").write_bytes(a.a_pdf(pages=at))

    joined = recognising._merge_pages([tmp_path / "2.pdf", tmp_path / "1.pdf"], tmp_path / "chung.pdf")

    with pikepdf.open(joined) as pdf:
        assert len(pdf.pages) == 3
