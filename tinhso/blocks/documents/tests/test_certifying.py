"""Copies certified in bulk: each with its number, its code and its line in the register."""

import hashlib
import subprocess
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tinhso.blocks.documents import queries, services
from tinhso.blocks.documents.contract import Certifying
from tinhso.blocks.documents.models import Certification, CertifiedCopy, NumberSeries, Verification
from tinhso.blocks.documents.queries import certified
from tinhso.blocks.documents.queries.store import FileStore
from tinhso.blocks.documents.tests import papers as a
from tinhso.blocks.documents.tests.test_papers import logged_in
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_post, a_role, a_unit
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

RIGHT = "approve returns"
OFFICER = Actor(ref="person:tu-phap", name="Trần Thị Ví Dụ", everywhere=frozenset({RIGHT}))
HOW = Certifying("LỜI CHỨNG", "Chứng thực bản sao đúng với bản chính.", "SCT/BS", "Hai Sông", ("CHỦ TỊCH",))


@pytest.fixture
def commune(store: FileStore) -> Unit:
    """The commune that certifies."""
    return a_unit("x1")


def certify(unit: Unit, copies: int = 3, **changes: Any) -> Certification:
    """Certify copies of a two-page paper."""
    usual: dict[str, Any] = {
        "original": a.accept(a.a_pdf(pages=2)),
        "what": "Bằng tốt nghiệp",
        "by": OFFICER,
        "now": a.NOON,
    }
    return services.certify_copies(unit=unit, copies=copies, right=RIGHT, **{"how": HOW} | usual | changes)


def files_of(row: Certification) -> dict[str, bytes]:
    """What the archive holds."""
    with zipfile.ZipFile(BytesIO(b"".join(queries.chunks(row.packed)))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def words_of(content: bytes, folder: Path) -> str:
    """The text that another program finds."""
    (folder / "ban-sao.pdf").write_bytes(content)
    done = subprocess.run(["pdftotext", str(folder / "ban-sao.pdf"), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_each_copy_has_its_pages_number_words_and_code(commune: Unit, poppler: None, tmp_path: Path) -> None:
    row = certify(commune)

    files = files_of(row)
    second = CertifiedCopy.objects.get(place=2)
    assert sorted(files) == ["ban-sao-0001.pdf", "ban-sao-0002.pdf", "ban-sao-0003.pdf", "so-chung-thuc.csv"]
    with pikepdf.open(BytesIO(files["ban-sao-0002.pdf"])) as pdf:
        assert len(pdf.pages) == 3
    words = words_of(files["ban-sao-0002.pdf"], tmp_path)
    for said in ("BẢN SAO", "LỜI CHỨNG", "02/SCT/BS", "bản sao thứ 2/3", "Bằng tốt nghiệp", "Trần Thị Ví Dụ"):
        assert said in words
    assert second.verification.token in words.replace(" ", "")


def test_the_register_knows_the_bytes_of_each_copy(commune: Unit) -> None:
    row = certify(commune)

    made = [hashlib.sha256(content).hexdigest() for name, content in files_of(row).items() if name.endswith(".pdf")]
    lines = list(row.lines.order_by("place").values_list("number", "sha256", "verification__sha256"))
    assert lines == [(number, one, one) for number, one in enumerate(made, 1)]


def test_numbers_follow_each_other_without_gaps_and_whoever_fails_gives_them_back(
    commune: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(commune)
    with monkeypatch.context() as broken:
        broken.setattr(certified, "pack_copies", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            certify(commune)

    again = certify(commune, 2)

    assert list(again.lines.order_by("place").values_list("number", flat=True)) == [4, 5]
    assert NumberSeries.objects.get().last == 5


def test_a_province_may_number_the_request_instead_of_each_copy(commune: Unit) -> None:
    how = Certifying("LỜI CHỨNG", "Đúng với bản chính.", "SCT/BS", "Hai Sông", number_each=False)

    row = certify(commune, how=how)

    assert set(row.lines.values_list("number", flat=True)) == {1}
    assert NumberSeries.objects.get().last == 1


def test_a_photograph_is_copied_on_a_page_of_a4(commune: Unit) -> None:
    row = certify(commune, 1, original=a.accept(a.a_picture("JPEG", (1200, 800)), "the.jpg"))

    with pikepdf.open(BytesIO(files_of(row)["ban-sao-0001.pdf"])) as pdf:
        width, height = (float(side) for side in list(pdf.pages[0].mediabox)[2:])
    assert (round(width), round(height)) == (595, 397)


def test_anybody_checks_a_copy_and_sees_no_name(commune: Unit, client: Client) -> None:
    certify(commune, 1)

    page = client.get(f"/verify/{Verification.objects.get().token}/").content.decode()

    assert "Bản sao chứng thực: Bằng tốt nghiệp" in page
    assert "Trần Thị Ví Dụ" not in page


def test_who_lacks_the_right_certifies_nothing(commune: Unit) -> None:
    with pytest.raises(Forbidden):
        certify(commune, by=a.CITIZEN)

    assert not NumberSeries.objects.exists()


@pytest.mark.parametrize("copies", [0, 501])
def test_too_few_or_too_many_are_refused(commune: Unit, copies: int) -> None:
    with pytest.raises(Refused, match="too_many_copies"):
        certify(commune, copies)


def test_a_workbook_is_not_copied(commune: Unit) -> None:
    with pytest.raises(Refused, match="not_printable"):
        certify(commune, original=a.accept(a.a_workbook(), "ds.xlsx"))


def test_those_who_certify_there_take_the_archive_away_and_nobody_else(commune: Unit) -> None:
    row = certify(commune, 1)
    other, officer = logged_in("nam"), logged_in("tu")
    a_post(Person.objects.get(username="tu"), commune, a_role(RIGHT))

    answer = officer.get(f"/papers/copies/{row.ref}/download/")

    assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert other.get(f"/papers/copies/{row.ref}/download/").status_code == 403


def test_the_words_of_the_certification_are_the_provinces(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "province.toml").write_text(
        '[units]\nhome_unit_ref = "x"\nold_basis_date = 2024-01-01\n'
        '[certified_copies]\ntitle = "A"\ntext = "B"\nnotation = "C"\nplace = "D"\nsignature = ["E"]\n'
    )
    settings.PROVINCE_DIR = tmp_path

    assert certified.certifying_rules() == Certifying("A", "B", "C", "D", ("E",))


@pytest.mark.parametrize("table", ["documents_certification", "documents_certifiedcopy"])
def test_the_database_refuses_to_drop_a_line_of_the_register(commune: Unit, table: str) -> None:
    certify(commune, 1)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_an_archive_of_copies_is_in_use_for_as_long_as_its_register_stands(commune: Unit) -> None:
    row = certify(commune, 1)

    assert queries.is_in_use(row.packed)
    assert queries.is_in_use(row.original)
    assert queries.unused_files(before=a.NOON + timedelta(days=9000)) == []
