"""Forms are data, and a mistake in them is named."""

from pathlib import Path
from typing import Any

import pytest

from tinhso.government.reporting import services
from tinhso.government.reporting.models import DataSet
from tinhso.government.reporting.queries import data_sets
from tinhso.government.reporting.queries.specs import parse_spec
from tinhso.government.reporting.tests import makers as a
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused

FORM = """
[[data_set]]
code = "HS"
name = "{name}"
domain = "dich-vu"
agency = "VP"
filed_by = "agency"
rows = "communes"
period = "month"
due = {{ working_day = 5, time = "17:00" }}
from = "2024-01"
[[data_set.field]]
code = "nhan"
name = "Tiếp nhận"
type = "{type}"
nature = "flow"
"""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"period": "tuan"}, "period"),
        ({"due": {"working_day": 5, "time": "5 giờ chiều"}}, "time"),
        ({"rows": "own"}, "rows"),
        ({"field": []}, "field"),
        ({"code": "hồ sơ"}, "code"),
        ({"from": "2024-13"}, "from"),
        ({"rule": [{"kind": "part_le_whole", "part": "khong_co", "whole": "nhan"}]}, "khong_co"),
        ({"colour": "red"}, "colour"),
        ({"field": [a.DOSSIERS["field"][0] | {"min": 1.5}]}, "min"),
        ({"field": [a.DOSSIERS["field"][0], a.DOSSIERS["field"][0]], "rule": []}, "nhan"),
    ],
)
def test_a_faulty_form_is_refused_by_the_name_of_its_field(change: dict[str, Any], named: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_spec(a.a_spec(a.DOSSIERS, **change), source="dich-vu.toml")

    assert refusal.value.code == "bad_spec"
    assert "dich-vu.toml" in refusal.value.message
    assert named in refusal.value.message


def test_rows_exist_for_every_combination_of_members() -> None:
    dims = [
        {"code": "kenh", "name": "Kênh", "members": [{"code": "a", "name": "A"}, {"code": "b", "name": "B"}]},
        {"code": "gioi", "name": "Giới", "members": [{"code": "nam", "name": "Nam"}, {"code": "nu", "name": "Nữ"}]},
    ]

    spec = parse_spec(a.a_spec(a.DOSSIERS, dimension=dims))

    assert list(spec.members) == ["kenh=a;gioi=nam", "kenh=a;gioi=nu", "kenh=b;gioi=nam", "kenh=b;gioi=nu"]
    assert spec.members["kenh=b;gioi=nu"] == "B · Nữ"


@pytest.mark.django_db
def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "dich-vu.toml").write_text(FORM.format(name="Hồ sơ", type="integer"), encoding="utf-8")

    first = services.load_data_sets(folder=tmp_path, by=a.MANAGER)
    second = services.load_data_sets(folder=tmp_path, by=a.MANAGER)

    assert (first.added, second.unchanged) == (("HS",), ("HS",))
    assert DataSet.objects.count() == 1


@pytest.mark.django_db
def test_a_form_that_was_handed_in_gets_a_new_version_from_the_next_period(tmp_path: Path) -> None:
    units = a.a_province()
    (tmp_path / "dich-vu.toml").write_text(FORM.format(name="Hồ sơ", type="integer"), encoding="utf-8")
    services.load_data_sets(folder=tmp_path, by=a.MANAGER)
    old = data_sets.newest_version("HS")
    handed_in, draft = (a.a_return(old, units["VP"], period) for period in ("2024-09", "2024-10"))
    a.a_published(handed_in, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="7")

    (tmp_path / "dich-vu.toml").write_text(FORM.format(name="Hồ sơ", type="decimal"), encoding="utf-8")
    loaded = services.load_data_sets(folder=tmp_path, by=a.MANAGER)

    new = data_sets.newest_version("HS")
    draft.refresh_from_db()
    assert loaded.new_versions == ("HS",)
    assert str(new.effective.lower) == "2024-10-01"
    assert data_sets.version_for("HS", periods.parse("2024-09")) == old
    assert draft.data_set == new


@pytest.mark.django_db
def test_other_words_for_the_same_numbers_correct_the_version_in_force(tmp_path: Path) -> None:
    units = a.a_province()
    (tmp_path / "dich-vu.toml").write_text(FORM.format(name="Hồ sơ", type="integer"), encoding="utf-8")
    services.load_data_sets(folder=tmp_path, by=a.MANAGER)
    one = a.a_return(data_sets.newest_version("HS"), units["VP"])
    a.a_published(one, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="7")

    (tmp_path / "dich-vu.toml").write_text(FORM.format(name="Hồ sơ hành chính", type="integer"), encoding="utf-8")
    loaded = services.load_data_sets(folder=tmp_path, by=a.MANAGER)

    assert loaded.corrected == ("HS",)
    assert [form.name for form in data_sets.versions("HS")] == ["Hồ sơ hành chính"]
