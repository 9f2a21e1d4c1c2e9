"""The commands that bring and take away the catalogue of procedures."""

import json
import os
import re
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.identity.tests import makers as people
from tinhso.government.public_services.models import Import, Version
from tinhso.government.public_services.queries import exports
from tinhso.government.public_services.tests import makers as a
from tinhso.project.cli import REFUSED, TROUBLE, main
from tinhso.project.cli.procedures import WRONG_FILE

pytestmark = pytest.mark.django_db


def _run(*arguments: str | Path) -> int:
    with patch.dict(os.environ, DATABASE_URL="the database of the tests is open already"):
        return main(["procedures", *map(str, arguments)])


def _somebody(username: str, *rights: str) -> Person:
    person = Person.objects.create(ref=username, username=username, name="Cô Lan")
    role = Role.objects.create(code=username, name="Vai", rights=list(rights), everywhere=list(rights))
    unit = people.a_province() if rights else None
    if unit:
        Post.objects.create(person=person, unit=unit, role=role, held=DateRange(None, None))
    return person


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_what_is_exported_and_brought_back_changes_nothing(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a.put(a.a_document(), a.a_document(code="B", effective_to="2025-01-01", ended_by_number="7/QĐ-UBND"))
    before, file = exports.known_documents(), tmp_path / f"thu-tuc.{ending}"

    codes = [_run("export", file), _run("export", file), _run("import", file)]

    said = capsys.readouterr()
    assert codes == [0, REFUSED, 0]
    assert "giữ nguyên 2" in said.out
    assert "đã có; chọn tên khác" in said.err
    assert exports.known_documents() == before
    assert not Import.objects.exists(), "nothing was done that could be taken back"
    assert Version.objects.count() == 2


def test_a_rehearsal_tells_what_would_change_and_then_it_is_done_by_somebody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a.put(a.a_document(), a.a_document(code="THOI"))
    keeper, file = _somebody("lan", "manage procedures"), tmp_path / "moi.json"
    file.write_text(json.dumps([a.a_document(name="Khai sinh"), a.a_document(code="MOI")]), encoding="utf-8")

    code = _run("import", file, "--dry-run", "--whole-from", "2025-01-01")
    rehearsed, waiting = capsys.readouterr().out, Import.objects.count()
    done = _run("import", file, "--whole-from", "2025-01-01", "--by", "lan")

    assert (code, done, waiting) == (0, 0, 0)
    assert "HT-01 sửa: Khai sinh" in rehearsed
    assert "Tên thủ tục: Đăng ký khai sinh → Khai sinh" in rehearsed
    assert "THOI hết hiệu lực" in rehearsed
    assert "thủ tục mới 1; phiên bản mới 0; sửa 1; hết hiệu lực 1; giữ nguyên 0" in rehearsed
    assert "Chạy thử: chưa ghi gì." in rehearsed
    assert a.the_version("HT-01-20240901").name == "Khai sinh"
    assert Entry.objects.filter(did="changed procedures").latest("pk").actor == keeper.ref


def test_every_error_of_a_file_is_named_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a.put(a.a_document())
    wrong, broken = tmp_path / "sai.xlsx", tmp_path / "hong.json"
    wrong.write_bytes(a.as_bytes(a.a_workbook({("Thủ tục", "N2"): "mức 4", ("Thủ tục", "B2"): "mai"})))
    broken.write_text("{", encoding="utf-8")

    codes = [_run("import", wrong, "--dry-run"), _run("import", broken), _run("import", tmp_path / "khong-co.json")]

    said = capsys.readouterr()
    assert codes == [WRONG_FILE, WRONG_FILE, TROUBLE]
    assert re.search("Thủ tục +N2  “mức 4” không phải một trong", said.out)
    assert re.search("Thủ tục +B2  “mai” không phải một ngày", said.out)
    assert "Tệp còn" in said.err
    assert "Tệp không phải JSON" in said.err
    assert not Import.objects.exists()


def test_who_has_not_the_right_or_is_nobody_is_refused(tmp_path: Path) -> None:
    _somebody("khach")
    file = tmp_path / "x.json"
    file.write_bytes(exports.as_json([a.a_document()]))

    codes = [_run("import", file, "--by", "khach"), _run("import", file, "--by", "ai"), _run("export", tmp_path / "x")]

    assert codes == [REFUSED] * 3
    assert not Version.objects.exists()
