"""Files of a province's folder have one reader; what is wrong in them is said at the start."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from tests.architecture.sources import PACKAGE, ROOT, python_files
from tinhso.kernel.errors import Refused
from tinhso.kernel.province_table import TABLES, faults_of_folder
from tinhso.project import starting
from tinhso.project.cli import REFUSED

# loaded into the database once, or only by a demo; the reader itself
OWN_READERS = {
    "kernel/province_table.py",
    "blocks/identity/services/loading.py",
    "blocks/indicators/services/catalogue.py",
    "blocks/indicators/queries/search_words.py",
    "government/public_services/demo.py",
    "government/public_services/services/loading.py",
    "government/public_services/services/proactive/loading.py",
    "government/reporting/demo/doubts.py",
    "government/reporting/demo/profile.py",
    "government/reporting/queries/data_sets.py",
    "ioc/queries/bulletins/templates.py",
}


def test_toml_is_read_in_one_place_but_where_it_is_loaded_into_the_database() -> None:
    readers = {
        str(path.relative_to(PACKAGE))
        for path in python_files("tinhso")
        if "import tomllib" in path.read_text(encoding="utf-8") and "tests" not in path.parts
    }

    assert {name for name in readers if not name.startswith("project/cli/")} == OWN_READERS


@pytest.mark.parametrize("province", ["provinces/ben_tre", "tests/provinces/hai_song"])
def test_every_declared_file_of_our_provinces_is_right(province: str) -> None:
    names = [table.name for table in TABLES]

    assert len(names) >= 20
    assert len(names) == len(set(names))
    assert faults_of_folder(ROOT / province) == []


def test_the_start_is_refused_with_every_fault_of_every_file(tmp_path: Path, settings: Any) -> None:
    folder = Path(shutil.copytree(ROOT / "tests" / "provinces" / "hai_song", tmp_path / "province"))
    (folder / "programme.toml").write_text('[days]\ndirective = "5"\ntsak = 3\n', encoding="utf-8")
    (folder / "cases.toml").write_text("[front]\nonline = 1\n", encoding="utf-8")
    settings.PROVINCE_DIR = folder

    said = [error.msg for error in run_checks() if error.id == "tinhso.E007"]

    assert len(said) == 2
    assert any("programme.toml, dòng 2, days.directive: phải là số nguyên" in words for words in said)
    assert any("programme.toml, dòng 3, days.tsak: không có mục nào tên như vậy" in words for words in said)
    with pytest.raises(Refused, match=r"cases\.toml, dòng 2, front\.online: phải là true hoặc false"):
        starting.must_have_a_right_province()


@pytest.mark.parametrize("command", ["up", "serve", "worker"])
def test_each_way_to_start_names_the_fault_and_starts_nothing(command: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "tests" / "provinces" / "hai_song", tmp_path / "province"))
    (folder / "programme.toml").write_text("[days]\ntsak = 3\n", encoding="utf-8")

    started = subprocess.run(
        [sys.executable, "-m", "tinhso.project.cli", command],
        env=os.environ | {"TINHSO_PROVINCE": str(folder), "TINHSO_VAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert (started.returncode, started.stdout) == (REFUSED, "")
    assert "programme.toml, dòng 2, days.tsak: không có mục nào tên như vậy" in started.stderr
    assert "Traceback" not in started.stderr
