"""What is accepted is kept for good and once; what is refused is explained, written down, and not kept."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.simulators import object_store
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.documents import queries, services
from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.queries.store import DamagedFile, FileStore, file_store
from tinhso.blocks.documents.services import storing
from tinhso.blocks.documents.tests import papers as a
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused

KEEPER = Actor(ref="person:kho", name="Thủ kho", everywhere=frozenset({"remove files"}))
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("don.pdf", a.a_pdf(), "application/pdf"),
        ("anh.JPG", a.a_picture("JPEG"), "image/jpeg"),
        ("anh.png", a.a_picture("PNG"), "image/png"),
        ("quet.tif", a.a_picture("TIFF"), "image/tiff"),
        ("ds.xlsx", a.a_workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_a_good_file_is_kept_byte_for_byte(store: FileStore, name: str, content: bytes, media_type: str) -> None:
    file = a.accept(content, name)

    assert (file.media_type, file.size) == (media_type, len(content))
    assert b"".join(queries.chunks(file)) == content
    assert list(store.incoming.iterdir()) == []


def test_the_same_bytes_are_one_file_under_any_name(store: FileStore) -> None:
    first, second = a.accept(a.a_pdf(), "mot.pdf"), a.accept(a.a_pdf(), "hai.pdf")

    assert first == second
    assert len(list(store.objects())) == StoredFile.objects.count() == 1
    names = list(Entry.objects.filter(did="accepted file").order_by("id").values_list("after__name", flat=True))
    assert names == ["mot.pdf", "hai.pdf"]


def test_a_reader_never_gets_the_whole_of_a_damaged_file(store: FileStore) -> None:
    file = a.accept(a.a_pdf())
    path = store.path(file.sha256)
    path.chmod(0o600)
    path.write_bytes(b"X" + path.read_bytes()[1:])

    with pytest.raises(DamagedFile):
        list(queries.chunks(file))

    again = a.accept(a.a_pdf())
    assert b"".join(queries.chunks(again)) == a.a_pdf()


def test_a_lost_file_is_said_to_be_lost(store: FileStore) -> None:
    file = a.accept(a.a_pdf())
    store.path(file.sha256).unlink()

    with pytest.raises(Refused, match="file_lost"):
        list(queries.chunks(file))
    assert queries.lost_files() == [file.ref]


def test_a_bucket_keeps_files_as_a_folder_does(store: FileStore, settings: Any) -> None:
    with object_store.running("papers") as known:
        settings.FILE_STORE, settings.FACT_STORE_OPTIONS = "s3://papers/province", known

        file = a.accept(a.a_pdf(pages=3))
        again = a.accept(a.a_pdf(pages=3))

        assert file == again
        assert b"".join(queries.chunks(file)) == a.a_pdf(pages=3)
        assert [name for name, _written in file_store().objects()] == [file.sha256]
        services.remove_file(file=file, why="thử", right="remove files", by=KEEPER)
        later = a.NOON + timedelta(days=9000)
        assert services.sweep_store(now=later)["objects without a row"] == 1
        assert list(file_store().objects()) == []


def test_a_refusal_stays_written_down_whatever_becomes_of_the_caller(store: FileStore) -> None:
    with pytest.raises(Refused, match="wrong_type"):
        a.accept(b"<html></html>", "don.pdf")

    said = a.written_down("refused file")
    assert said["code"] == "wrong_type"
    assert (said["name"], said["size"], len(said["sha256"])) == ("don.pdf", 13, 64)
    assert not StoredFile.objects.exists()
    assert list(store.incoming.iterdir()) == []


def test_accepting_refuses_to_stand_in_the_transaction_of_somebody_else(store: FileStore) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        a.accept(a.a_pdf())

    assert not StoredFile.objects.exists()


def test_a_stranger_hands_nothing_in(store: FileStore) -> None:
    with pytest.raises(Forbidden):
        a.accept(a.a_pdf(), by=NOBODY)


def test_a_form_may_ask_for_less_than_the_province_takes(store: FileStore) -> None:
    with pytest.raises(Refused, match="wrong_type"):
        a.accept(a.a_picture(), "anh.png", limits=UploadLimits(types=("pdf",)))


def test_the_province_says_what_it_takes() -> None:
    limits = UploadLimits.from_plain({"types": ["pdf"], "largest": 5, "unknown": 1})

    assert (limits.media_types, limits.largest, limits.most) == (("application/pdf",), 5, UploadLimits().most)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (r"C:\Users\lan\Đơn xin.PDF", "Đơn xin.pdf"),
        ("../../etc/don.pdf", "don.pdf"),
        ("gi\u0061\u0301y  tờ.pdf", "giáy tờ.pdf"),
        ("fdp.\u202etxt\x00.pdf", "fdp.txt.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
        ("bao.cao.2026.pdf", "bao.cao.2026.pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert services.clean_name(given) == kept


@pytest.mark.parametrize("statement", ["UPDATE documents_storedfile SET size = 1", "DELETE FROM documents_storedfile"])
def test_the_database_refuses_to_rewrite_or_drop_a_file(store: FileStore, statement: str) -> None:
    a.accept(a.a_pdf())

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_file_that_is_used_is_not_removed(store: FileStore) -> None:
    paper = a.a_paper()

    with pytest.raises(Refused, match="file_in_use"):
        services.remove_file(file=paper.file, why="hết hạn lưu", right="remove files", by=KEEPER)

    assert queries.is_in_use(paper.file)


def test_removing_takes_the_row_first_and_the_bytes_with_the_next_sweep(store: FileStore) -> None:
    file = a.accept(a.a_pdf())
    services.remove_file(file=file, why="gửi nhầm", right="remove files", by=KEEPER)
    assert store.has(file.sha256)

    swept = services.sweep_store(now=a.NOON + timedelta(days=9000))

    assert swept["objects without a row"] == 1
    assert not store.has(file.sha256)
    assert Entry.objects.get(did="removed file").after == {"why": "gửi nhầm"}


def test_nobody_removes_without_the_right_or_a_reason(store: FileStore) -> None:
    file = a.accept(a.a_pdf())

    with pytest.raises(Forbidden):
        services.remove_file(file=file, why="x", right="remove files", by=a.CITIZEN)
    with pytest.raises(Refused, match="no_reason"):
        services.remove_file(file=file, why=" ", right="remove files", by=KEEPER)


def test_files_that_nobody_ever_used_are_let_go_after_a_month(store: FileStore) -> None:
    a.a_paper()
    forgotten = a.accept(a.a_picture(), "anh.png")
    fresh = a.accept(a.a_picture(colour="#ff0000"), "moi.png", now=a.NOON + timedelta(days=20))

    gone = services.let_go_of_unused(now=a.NOON + timedelta(days=31), right="remove files", by=KEEPER)

    assert gone == 1
    assert not StoredFile.objects.filter(pk=forgotten.pk).exists()
    assert StoredFile.objects.filter(pk=fresh.pk).exists()


def test_a_file_being_kept_again_at_this_moment_survives_the_sweep(store: FileStore) -> None:
    file = a.accept(a.a_pdf())
    services.remove_file(file=file, why="gửi nhầm", right="remove files", by=KEEPER)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [storing._lock_of(file.sha256)])
        swept: dict[str, int] = {}

        def sweep() -> None:
            swept.update(services.sweep_store(now=a.NOON + timedelta(days=9000)))
            connection.close()

        other = threading.Thread(target=sweep)
        other.start()
        other.join()

    assert swept["objects without a row"] == 0
    assert store.has(file.sha256)


@contextmanager
def a_daemon(folder: Path) -> Iterator[str]:
    """Speaks clamd's protocol on a socket of this machine and finds EICAR's harmless test string."""
    place = folder / "clamd"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        listening.bind(str(place))
        listening.listen()
        listening.settimeout(20)
        answering = threading.Thread(target=_answer, args=(listening,))
        answering.start()
        yield f"unix:{place}"
        answering.join()


def _answer(listening: socket.socket) -> None:
    line, _address = listening.accept()
    with line, line.makefile("rb") as said:
        assert said.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", said.read(4))[0]:
            content += said.read(size)
        line.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


def test_a_clean_file_passes_the_scanner(store: FileStore, settings: Any, tmp_path: Path) -> None:
    with a_daemon(tmp_path) as settings.CLAMAV:
        file = a.accept(a.a_pdf())

    assert StoredFile.objects.get() == file


def test_what_the_scanner_finds_is_refused_by_name(store: FileStore, settings: Any, tmp_path: Path) -> None:
    infected = a.a_pdf().replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF")

    with a_daemon(tmp_path) as settings.CLAMAV, pytest.raises(Refused, match="Eicar-Test-Signature"):
        a.accept(infected)

    assert not StoredFile.objects.exists()
    assert a.written_down("refused file")["code"] == "infected"


def test_nothing_is_accepted_while_the_scanner_is_away(store: FileStore, settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV = f"unix:{tmp_path}/nobody"

    with pytest.raises(Refused, match="scanner_away"):
        a.accept(a.a_pdf())

    assert not StoredFile.objects.exists()
