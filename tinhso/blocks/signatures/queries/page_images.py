"""Pages of a PDF as pictures, made by Poppler as a program of its own, so that any browser shows what is signed."""

import resource
import shutil
import subprocess
import tempfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.blocks.signatures.contract import PageChange
from tinhso.kernel.errors import Refused

WIDE = 1240  # dots across a page: sharp on a phone that is enlarged twice
SECONDS, MEMORY = 20, 1_500_000_000
DOTS_AN_INCH, MOST_PAGES, LARGEST_PAGES = 72, 30, 200_000_000  # to compare pages; the last in bytes of all together


def page_count(content: bytes) -> int:
    """How many pages a PDF has; refuses what is none, what is encrypted or broken, and what has too many to look at."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            count = 0 if pdf.is_encrypted else len(pdf.pages)
    except pikepdf.PdfError as problem:
        raise _not_a_pdf() from problem
    if not 1 <= count <= 500:
        raise _not_a_pdf()
    return count


def _not_a_pdf() -> Refused:
    return Refused("not_a_pdf", _("Hãy chọn tệp PDF không có mật khẩu, từ 1 đến 500 trang."))


def last_page(content: bytes) -> tuple[float, float]:
    """Width and height of the last page, in points."""
    import pikepdf

    with pikepdf.open(BytesIO(content)) as pdf:
        left, bottom, right, top = (float(coordinate) for coordinate in pdf.pages[-1].mediabox)
    return right - left, top - bottom


def page_png(content: bytes, number: int) -> bytes:
    """One page as a PNG, 1,240 dots wide; refuses a page that there is not, and on a machine without Poppler."""
    program = shutil.which("pdftoppm")
    if program is None:
        raise Refused("no_poppler", _("Máy chủ thiếu poppler-utils nên chưa vẽ được trang; hãy mở tệp PDF."))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.pdf"
        source.write_bytes(content)
        page_options = ["-f", str(number), "-l", str(number), "-singlefile", "-png"]
        command = [program, *page_options, "-scale-to-x", str(WIDE), "-scale-to-y", "-1", str(source), str(source)]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True, preexec_fn=_limit_processor_time)
            return source.with_name("a.pdf.png").read_bytes()
        except (subprocess.SubprocessError, OSError) as problem:
            raise Refused("unknown_page", _("Không vẽ được trang %(number)s."), number=number) from problem


def changed_pages(signed: bytes, content: bytes) -> dict[int, PageChange] | None:
    """Pages that look different in what is ``shown`` from what was ``signed``, of the first thirty.

    None where they cannot be compared: no Poppler here, or it cannot draw one of the two.
    """
    before, after = _page_picture_hashes(signed), _page_picture_hashes(content)
    if before is None or after is None:
        return None
    page_changes_by_key = {number: PageChange.GONE for number in before if number not in after}
    page_changes_by_key |= {number: PageChange.ADDED for number in after if number not in before}
    both = before.keys() & after.keys()
    return page_changes_by_key | {number: PageChange.DIFFERENT for number in both if before[number] != after[number]}


def _page_picture_hashes(content: bytes) -> dict[int, str] | None:
    """A hash of each page's picture by its number."""
    program = shutil.which("pdftoppm")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "a.pdf"
        source.write_bytes(content)
        command = [program, "-gray", "-r", str(DOTS_AN_INCH), "-l", str(MOST_PAGES), str(source), f"{folder}/p"]
        try:
            subprocess.run(
                command, capture_output=True, timeout=SECONDS, check=True, preexec_fn=_limit_processor_time, env={}
            )
        except (subprocess.SubprocessError, OSError):
            return None
        pages = sorted(Path(folder).glob("p-*.pgm"))
        return {int(page.stem.rpartition("-")[2]): sha256(page.read_bytes()).hexdigest() for page in pages} or None


def _limit_processor_time() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_PAGES, LARGEST_PAGES))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
