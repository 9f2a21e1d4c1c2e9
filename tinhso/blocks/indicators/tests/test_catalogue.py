from datetime import date
from pathlib import Path

import pytest

from tinhso.blocks.indicators import contract, queries, services
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.indicators.models import Definition
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import ENGINE, refresh
from tinhso.blocks.indicators.tests.test_engine import at, lines
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.usefixtures("country")

DOMAINS = '[[domain]]\ncode = "services"\nname = "Dịch vụ"\norder = 1\n'
SPEC = """
[[indicator]]
code = "D-1"
name = "{name}"
domain = "services"
fact = "DOSSIERS"
kind = "sum"
count = "{count}"
unit_of_measure = "hồ sơ"
method = "Đếm hồ sơ."
source = "Báo cáo"
agency = "VP"
by = ["channel"]
synonyms = ["trễ hạn"]
"""


def a_province(folder: Path, *, name: str = "Hồ sơ đã giải quyết", count: str = "finished") -> Path:
    """A province's folder with one domain and one indicator."""
    (folder / "indicators").mkdir(exist_ok=True)
    (folder / "domains.toml").write_text(DOMAINS, encoding="utf-8")
    (folder / "indicators" / "services.toml").write_text(SPEC.format(name=name, count=count), encoding="utf-8")
    return folder


def test_an_indicator_declared_in_code_is_computed_like_one_of_the_provinces_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    makers.dossiers(lines("2024-01", "a1"))
    makers.a_catalogue([makers.ON_TIME])
    monkeypatch.setattr(contract, "INDICATORS", [makers.FINISHED])
    queries.clear_caches()

    refresh()

    assert at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-01").count == 15


def test_a_family_counts_one_indicator_for_each_member(tmp_path: Path) -> None:
    services.load_catalogue(a_province(tmp_path), by=ENGINE, today=date(2024, 12, 31))

    items = queries.catalogue(day=date(2024, 12, 31), fresh=True).items()

    assert [item.code for item in items] == ["D-1", "D-1:channel=desk", "D-1:channel=online"]
    assert items[2].name == "Hồ sơ đã giải quyết – Trực tuyến"


def test_a_changed_definition_keeps_the_former_version_with_its_time(tmp_path: Path) -> None:
    services.load_catalogue(a_province(tmp_path), by=ENGINE, today=date(2024, 6, 1))
    services.load_catalogue(a_province(tmp_path, name="Hồ sơ xong"), by=ENGINE, today=date(2024, 9, 1))

    before = queries.catalogue(day=date(2024, 8, 31), fresh=True).indicators["D-1"]
    after = queries.catalogue(day=date(2024, 9, 1), fresh=True).indicators["D-1"]

    assert (before.name, after.name) == ("Hồ sơ đã giải quyết", "Hồ sơ xong")
    assert Definition.objects.count() == 2


def test_a_faulty_definition_leaves_the_catalogue_as_it_was(tmp_path: Path) -> None:
    services.load_catalogue(a_province(tmp_path), by=ENGINE, today=date(2024, 6, 1))

    with pytest.raises(Refused) as refusal:
        services.load_catalogue(a_province(tmp_path, count="nothing"), by=ENGINE, today=date(2024, 9, 1))

    assert (refusal.value.params["indicator"], refusal.value.params["field"]) == ("D-1", "count")
    assert Definition.objects.get().spec["count"] == "finished"


def test_an_unknown_indicator_is_refused_by_name(tmp_path: Path) -> None:
    services.load_catalogue(a_province(tmp_path), by=ENGINE, today=date(2024, 12, 31))

    with pytest.raises(Refused) as refusal:
        queries.catalogue(day=date(2024, 12, 31), fresh=True).item("D-1:channel=smoke")

    assert refusal.value.code == "unknown_indicator"
