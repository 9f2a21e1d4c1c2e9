"""The command that loads forms, and rehearses it."""

import json
import os
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings

from tinhso.blocks.forms.models import FormVersion
from tinhso.project.cli import main

pytestmark = pytest.mark.django_db
FORM = settings.ROOT / "tests" / "provinces" / "hai_song" / "forms" / "don-cay.json"


def _run(*arguments: str) -> int:
    with patch.dict(os.environ, DATABASE_URL="the database of the tests is open already"):
        return main(["load-forms", *arguments])


def test_a_rehearsal_names_what_would_change_and_then_it_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(FORM.read_text("utf-8"), encoding="utf-8")

    codes = [_run(str(tmp_path), "--dry-run"), _run(str(tmp_path))]

    said = capsys.readouterr().out
    assert codes == [0, 0]
    assert said.count("don-cay 1: mới") == 2
    assert "Chưa ghi gì." in said
    assert FormVersion.objects.count() == 1


def test_every_fault_of_every_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = json.loads(FORM.read_text("utf-8"))
    wrong["schema"]["properties"]["full_name"].pop("maxLength")
    (tmp_path / "a.json").write_text(json.dumps(wrong), encoding="utf-8")
    (tmp_path / "b.json").write_text("{", encoding="utf-8")

    code = _run(str(tmp_path), "--dry-run")

    said = capsys.readouterr()
    assert code == 2
    assert "✗ a.json /schema/properties/full_name/maxLength" in said.out
    assert "✗ b.json /" in said.out
    assert "Thư mục có 2 lỗi" in said.err
