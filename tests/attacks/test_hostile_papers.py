"""Files made to harm, papers of others, and moments at which the power goes out."""

import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents import queries, services
from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.models import PaperUse, StoredFile
from tinhso.blocks.documents.queries.store import FileStore, file_store
from tinhso.blocks.documents.services import storing
from tinhso.blocks.documents.tests import papers as a
from tinhso.kernel.errors import Refused

MEGABYTE, ACTIVE = 1_000_000, "active_content"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def store(transactional_db: None, settings: Any, tmp_path: Path) -> FileStore:
    """An empty folder store."""
    settings.FILE_STORE = str(tmp_path / "files")
    return file_store()


def with_action(action: dict[str, Any]) -> bytes:
    """A PDF that does something when it is opened."""
    return a.a_pdf(OpenAction=pikepdf.Dictionary(action))


def a_form_with_script() -> bytes:
    """A PDF whose button runs a script, deep within a form."""
    button = pikepdf.Dictionary(
        AA=pikepdf.Dictionary(U=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
    )
    return a.a_pdf(AcroForm=pikepdf.Dictionary(Fields=pikepdf.Array([button])))


def with_a_file_within() -> bytes:
    """A PDF that carries a program."""
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["chuong-trinh.exe"] = b"MZ"
        pdf.save(out)
    return out.getvalue()


def with_password(user: str) -> bytes:
    """A PDF locked with a password, or with an owner's password alone."""
    out = BytesIO()
    with pikepdf.open(BytesIO(a.a_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="chu", user=user))
    return out.getvalue()


def a_bomb() -> bytes:
    """A small workbook that unpacks to 300 megabytes."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(a.a_workbook())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            packed.writestr(name, source.read(name))
        with packed.open("xl/worksheets/sheet9.xml", "w") as sheet:
            for _megabyte in range(300):
                sheet.write(b"0" * MEGABYTE)
    return out.getvalue()


def a_dense_bomb() -> bytes:
    """A workbook within the limit of what it unpacks to, but out of all proportion."""
    return a.packed_with(a.a_workbook(), "xl/worksheets/sheet9.xml", b"0" * 100 * MEGABYTE)


def a_lying_bomb() -> bytes:
    """A bomb whose directory says that it is small."""
    bomb = bytearray(a_dense_bomb())
    size = (100 * MEGABYTE).to_bytes(4, "little")
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(bomb)


def a_picture_bomb() -> bytes:
    """A few kilobytes that decode to a picture of 400 million dots."""
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


def a_pdf_in_a_picture() -> bytes:
    """A JPEG with a whole archive behind it."""
    return a.a_picture("JPEG") + a.a_workbook()


def a_picture_without_end() -> bytes:
    """A hundred bytes that say they are 60,000 by 60,000 dots in three colours: ten gigabytes of memory."""

    def piece(kind: bytes, content: bytes) -> bytes:
        return struct.pack("!L", len(content)) + kind + content + struct.pack("!L", zlib.crc32(kind + content))

    head = piece(b"IHDR", struct.pack("!LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + piece(b"IDAT", zlib.compress(b"\0" * 1000)) + piece(b"IEND", b"")


def without_pages() -> bytes:
    """A PDF that has nothing to read."""
    return a.a_pdf(pages=0)


# a bomb is built when its turn comes
HOSTILE: dict[str, tuple[str, bytes | Callable[[], bytes], str]] = {
    "a page as PDF": ("don.pdf", b"<html><script>alert(1)</script></html>", "wrong_type"),
    "a drawing as PDF": ("don.pdf", SVG, "wrong_type"),
    "a drawing as picture": ("anh.png", SVG, "wrong_type"),
    "a program": ("don.pdf", b"MZ" + b"\0" * 500, "wrong_type"),
    "any archive": ("ds.xlsx", b"PK\x05\x06" + b"\0" * 18, "wrong_type"),
    "nothing": ("don.pdf", b"", "empty_file"),
    "a picture called PDF": ("don.pdf", a.a_picture(), "wrong_ending"),
    "two endings": ("don.pdf.exe", a.a_pdf(), "program_name"),
    "an ending within": ("don.exe.pdf", a.a_pdf(), "program_name"),
    "no ending": ("don", a.a_pdf(), "no_ending"),
    "a script when opened": ("don.pdf", with_action({"/S": pikepdf.Name.JavaScript, "/JS": "1"}), ACTIVE),
    "a program to start": ("don.pdf", with_action({"/S": pikepdf.Name.Launch, "/F": "cmd.exe"}), ACTIVE),
    "a script in a form": ("don.pdf", a_form_with_script(), ACTIVE),
    "a file within": ("don.pdf", with_a_file_within(), "files_within"),
    "a password": ("don.pdf", with_password("mo"), "encrypted"),
    "an owner's password": ("don.pdf", with_password(""), "encrypted"),
    "a PDF behind a page": ("don.pdf", b"<html>\n" + a.a_pdf(), "wrong_type"),
    "a page behind a PDF": ("don.pdf", a.a_pdf() + SVG, "two_in_one"),
    "an archive behind a PDF": ("don.pdf", a.a_pdf() + a.a_workbook(), "two_in_one"),
    "an archive behind a picture": ("anh.jpg", a_pdf_in_a_picture(), "two_in_one"),
    "a page in a picture": ("anh.png", a.a_picture() + b"<script>alert(1)</script>", "two_in_one"),
    "no page": ("don.pdf", without_pages(), "broken_file"),
    "half a PDF": ("don.pdf", a.a_pdf()[:60] + b"\n%%EOF\n", "broken_file"),
    "half a picture": ("anh.jpg", a.a_picture("JPEG", (800, 800))[:600], "broken_file"),
    "a bomb": ("ds.xlsx", a_bomb, "zip_bomb"),
    "a dense bomb": ("ds.xlsx", a_dense_bomb, "zip_bomb"),
    "a lying bomb": ("ds.xlsx", a_lying_bomb, "broken_file"),
    "a picture bomb": ("anh.png", a_picture_bomb, "too_many_pixels"),
    "macros": ("ds.xlsx", a.packed_with(a.a_workbook(), "xl/vbaProject.bin", b"x"), "macros"),
    "entities": (
        "ds.xlsx",
        a.packed_with(a.a_workbook(), "xl/a.xml", b"<!DOCTYPE x [<!ENTITY e 'x'>]>"),
        "active_content",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason_written_down_and_nothing_kept(store: FileStore, what: str) -> None:
    name, content, code = HOSTILE[what]

    with pytest.raises(Refused) as refusal:
        a.accept(content() if callable(content) else content, name)

    assert refusal.value.code == code
    assert refusal.value.message
    assert a.written_down("refused file")["code"] == code
    assert not StoredFile.objects.exists()
    assert [*store.objects(), *store.incoming.iterdir()] == []


def test_a_file_that_eats_all_memory_brings_only_its_inspector_down(store: FileStore) -> None:
    boundless = UploadLimits(pixels=10**12)

    with pytest.raises(Refused, match="too_heavy"):
        a.accept(a_picture_without_end(), "anh.png", limits=boundless)

    assert a.written_down("refused file")["code"] == "too_heavy"


def test_two_hundred_megabytes_are_refused_while_they_arrive(store: FileStore) -> None:
    stream, limits = a.Stream(200 * MEGABYTE), UploadLimits(largest=20 * MEGABYTE)

    with pytest.raises(Refused, match="too_large"):
        services.accept_upload(upload=stream, file_name="to.pdf", limits=limits, by=a.CITIZEN, now=a.NOON)

    assert stream.given < 21 * MEGABYTE
    assert list(store.incoming.iterdir()) == []


def test_a_path_in_a_name_leads_nowhere(store: FileStore, tmp_path: Path) -> None:
    file = a.accept(a.a_pdf(), "../../../ngoai/don.pdf")

    assert services.clean_name("../../../ngoai/don.pdf") == "don.pdf"
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written == [store.path(file.sha256)]


def test_somebody_elses_paper_is_not_used(store: FileStore) -> None:
    theirs = a.a_paper(a.ANOTHER)

    with pytest.raises(Refused, match="unknown_paper"):
        services.use_paper(ref=theirs.ref, owner=a.OWNER, used_in="matter:1", by=a.CITIZEN, now=a.NOON)

    assert not PaperUse.objects.exists()


def test_the_same_bytes_handed_in_by_many_at_once_are_one_file(store: FileStore) -> None:
    def one(_at: int) -> int:
        try:
            return a.accept(a.a_pdf()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(one, range(12)))

    assert len(found) == StoredFile.objects.count() == len(list(store.objects())) == 1
    assert Entry.objects.filter(did="accepted file").count() == 12


KILLED = """
import os, sys, django
django.setup()
from django.conf import settings
settings.FILE_STORE = sys.argv[1]
from tinhso.blocks.documents.services import storing
with storing.incoming_file() as path:
    path.write_bytes(b"half a file")
    print("written", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_program_killed_before_renaming_leaves_half_a_file_that_is_cleaned_up(store: FileStore) -> None:
    command = [sys.executable, "-c", KILLED, store.root]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.kill()

    (left,) = store.incoming.iterdir()
    assert services.sweep_store(now=a.NOON - timedelta(days=9000))["half files"] == 0
    assert left.exists()
    assert services.sweep_store(now=a.NOON + timedelta(days=9000))["half files"] == 1
    assert not left.exists()
    assert list(store.objects()) == []


def test_a_power_cut_after_renaming_leaves_an_object_without_a_row_that_is_cleaned_up(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(StoredFile.objects, "get_or_create", lambda **given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            a.accept(a.a_pdf())
    assert len(list(store.objects())) == 1

    services.sweep_store(now=a.NOON + timedelta(days=9000))

    assert list(store.objects()) == []


def test_what_was_acknowledged_was_on_the_disk_before(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    settle, replace = storing._sync_to_disk, os.replace

    def settled(path: Path) -> None:
        done.append(f"sync {path.name}")
        settle(path)

    def replaced(old: Path, new: Path) -> None:
        done.append("rename")
        replace(old, new)

    monkeypatch.setattr(storing, "_sync_to_disk", settled)
    monkeypatch.setattr(os, "replace", replaced)

    file = a.accept(a.a_pdf())

    assert done[1:] == ["rename", f"sync {file.sha256[2:4]}", f"sync {file.sha256[:2]}", "sync files"]
    assert done[0].startswith("sync tmp")


def test_a_reader_of_the_public_page_cannot_put_markup_into_it(store: FileStore, client: Client) -> None:
    known = services.register_for_verification(
        kind="<script>alert(1)</script>",
        number='"><img>',
        issued_on=a.NOON.date(),
        issuer="x",
        by=a.CITIZEN,
        now=a.NOON,
    )

    page = client.post(f"/verify/{known.token}/", {"file": SimpleUploadedFile('"><img src=x>.pdf', b"x")})

    assert "<script>alert" not in page.content.decode()
    assert "<img" not in page.content.decode()
    assert queries.verification(known.token) == known
