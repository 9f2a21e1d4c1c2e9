"""Recognising text in pictures of pages, by Tesseract as a program of its own."""

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tinhso.blocks.documents.contract import ScanPart

LANGUAGE, DPI = "vie", 300
PAGE_SECONDS = 120
PDF = "application/pdf"


@dataclass(frozen=True)
class Readable:
    """One paper cut out of a scan: the file of a PDF whose text can be searched, and that text."""

    part: ScanPart
    path: Path
    text: str


class PageFailed(Exception):
    """A program gave up on a page, or took too long."""


def can_recognise(media_type: str) -> bool:
    """Whether this machine has the programs: Tesseract with Vietnamese, and Poppler for a PDF."""
    if media_type == PDF and not shutil.which("pdftoppm"):
        return False
    program = shutil.which("tesseract")
    return program is not None and LANGUAGE in _installed_languages(program)


@lru_cache(maxsize=4)
def _installed_languages(program: str) -> frozenset[str]:
    done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=30, check=False)
    return frozenset(done.stdout.split())


def page_count(path: Path, media_type: str) -> int:
    """How many pages a scan has."""
    if media_type == PDF:
        import pikepdf

        with pikepdf.open(path) as pdf:
            return len(pdf.pages)
    from PIL import Image

    with Image.open(path) as image:
        return int(getattr(image, "n_frames", 1))


def make_readable(
    source: Path, media_type: str, parts: Sequence[ScanPart], folder: Path, after_page: Callable[[], None]
) -> list[Readable]:
    """Each part as a searchable PDF in ``folder``; the scan stays as it is. Raises :class:`PageFailed`."""
    done = []
    for at, part in enumerate(parts):
        pages = []
        for number in range(part.first, part.last + 1):
            picture = _page_picture(source, media_type, number, folder)
            pages.append(_recognise_picture(picture, folder / f"{at}-{number}"))
            picture.unlink()
            after_page()
        text = "\f".join(unicodedata.normalize("NFC", page.with_suffix(".txt").read_text("utf-8")) for page in pages)
        done.append(
            Readable(part, _merge_pages([page.with_suffix(".pdf") for page in pages], folder / f"{at}.pdf"), text)
        )
    return done


def _page_picture(source: Path, media_type: str, number: int, folder: Path) -> Path:
    if media_type == PDF:
        stem = folder / "page"
        where = ["-f", str(number), "-l", str(number), "-singlefile"]
        _run_program(["pdftoppm", "-r", str(DPI), "-jpeg", "-jpegopt", "quality=85", *where, str(source), str(stem)])
        return stem.with_suffix(".jpg")
    from PIL import Image, ImageOps

    path = folder / "page.jpg"
    with Image.open(source) as image:
        image.seek(number - 1)
        upright = ImageOps.exif_transpose(image.convert("RGB"))
        upright.save(path, "JPEG", quality=90, dpi=image.info.get("dpi", (DPI, DPI)))
    return path


def _recognise_picture(picture: Path, stem: Path) -> Path:
    _run_program(["tesseract", str(picture), str(stem), "-l", LANGUAGE, "pdf", "txt"])
    return stem


def _run_program(command: list[str]) -> None:
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # a page a core: the pages of others wait for the cores, too
    try:
        subprocess.run(command, capture_output=True, timeout=PAGE_SECONDS, check=True, env=environment)
    except subprocess.CalledProcessError as problem:
        error_text = problem.stderr.decode("utf-8", "replace").strip()[-200:]
        raise PageFailed(f"{command[0]}: {error_text}") from problem
    except (subprocess.TimeoutExpired, OSError) as problem:
        raise PageFailed(f"{command[0]}: {type(problem).__name__}") from problem


def _merge_pages(pages: Sequence[Path], target: Path) -> Path:
    import pikepdf

    with pikepdf.new() as merged_pdf:
        for page in pages:
            with pikepdf.open(page) as page_pdf:
                merged_pdf.pages.extend(page_pdf.pages)
        merged_pdf.save(target)
    return target
