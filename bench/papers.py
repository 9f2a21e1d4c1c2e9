"""``python -m bench.papers``: seconds for 200 certified copies, for accepting, and for recognising a page's text.

Run a demo once before. Nothing stays: rows are rolled back, files lie in a folder that is removed.
"""

import os
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from tinhso.project.cli.place import open_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
COPIES, PAGES = 200, 3


def main() -> None:
    """Print what each takes on this machine."""
    with open_database(), tempfile.TemporaryDirectory() as folder:
        from django.conf import settings
        from django.db import connection, transaction

        settings.FILE_STORE = folder
        with transaction.atomic():
            _measure(Path(folder))
            transaction.set_rollback(True)
        connection.close()


def _measure(folder: Path) -> None:
    from tinhso.blocks.documents import services
    from tinhso.blocks.documents.contract import ScanPart
    from tinhso.blocks.documents.queries import limits, recognising
    from tinhso.blocks.documents.services import accepting, storing
    from tinhso.blocks.units.models import Unit
    from tinhso.kernel import clock
    from tinhso.kernel.actor import program_actor

    clerk = program_actor("bench", rights=["certify"])
    paper = folder / "paper.pdf"
    paper.write_bytes(_a_scan())
    _say(f"inspecting a scan of {PAGES} pages", lambda: accepting.inspect_file(paper, limits()))
    with storing.incoming_file() as path:
        path.write_bytes(paper.read_bytes())
        original, _is_new = storing.store_file(path, media_type="application/pdf", now=clock.now())

    def certify() -> None:
        row = services.certify_copies(
            original=original,
            what="Bằng tốt nghiệp",
            copies=COPIES,
            unit=Unit.objects.earliest("pk"),
            right="certify",
            by=clerk,
            now=clock.now(),
        )
        print(f"  {row.packed.size / 1e6:.1f} MB packed, {row.lines.count()} lines in the register")

    _say(f"certifying {COPIES} copies of {PAGES} pages", certify)
    if recognising.can_recognise("application/pdf"):
        part = ScanPart("bench", 1, 1)
        kind = "application/pdf"
        _say("recognising one page", lambda: recognising.make_readable(paper, kind, [part], folder, lambda: None))


def _a_scan() -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    from tinhso.blocks.documents.queries.pdf import typeface_file

    font = ImageFont.truetype(str(typeface_file("400Regular")), 42)
    pages = []
    for number in range(PAGES):
        page = Image.new("L", (1654, 2339), 255)
        pen = ImageDraw.Draw(page)
        for line in range(40):
            pen.text((150, 150 + 50 * line), f"Trang {number}, dòng {line}: Ủy ban nhân dân xã chứng nhận", 0, font)
        pages.append(page)
    out = BytesIO()
    pages[0].save(out, "PDF", resolution=200, save_all=True, append_images=pages[1:])
    return out.getvalue()


def _say(name: str, act: Callable[[], object]) -> None:
    began = time.perf_counter()
    act()
    print(f"{name}: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
