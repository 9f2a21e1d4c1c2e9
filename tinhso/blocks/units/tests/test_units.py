import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.units import queries, services
from tinhso.blocks.units.models import Boundary, Level, Unit
from tinhso.blocks.units.tests.makers import EDGES, KEEPER, NEW, OLD, PROVINCE, load, write
from tinhso.kernel.actor import NOBODY
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def two_eras(tmp_path: Path) -> Path:
    """Three communes of a district that become two."""
    write(tmp_path, [PROVINCE, *OLD, *NEW], EDGES)
    load(tmp_path)
    return tmp_path


@pytest.mark.smoke
def test_each_day_has_its_own_tree(two_eras: Path) -> None:
    before, after = queries.tree(BEFORE), queries.tree(AFTER)

    assert [node.ref for node in before.communes()] == ["a", "c", "b"]  # An Hòa, Bình Minh, Đa Phước
    assert {node.ref for node in after.communes()} == {"111-20250701", "113-20250701"}
    assert [before.nodes[key].ref for key in before.ancestors(before.by_ref("a").pk)] == ["a", "h1", "p"]  # type: ignore[union-attr]


def test_one_code_names_another_unit_after_the_merger(two_eras: Path) -> None:
    before = queries.by_code("111", BEFORE, level=Level.COMMUNE)
    after = queries.by_code("111", AFTER, level=Level.COMMUNE)

    assert before is not None
    assert after is not None
    assert (before.name, after.name) == ("Xã An Hòa", "Xã Đa Phước")


def test_loading_twice_changes_nothing(two_eras: Path) -> None:
    again = load(two_eras)

    assert (again.new, again.corrected, again.same) == (0, 0, 7)


def test_a_correction_keeps_what_was_formerly_known(two_eras: Path) -> None:
    old_key = queries.by_ref("b").pk
    later = datetime(2025, 9, 1, tzinfo=UTC)
    renamed = [[*row[:3], "Xã Đa Phước Hội", *row[4:]] if row[0] == "b" else row for row in [PROVINCE, *OLD, *NEW]]

    loaded = load(write(two_eras, renamed, EDGES), now=later)

    assert loaded.corrected == 1
    assert queries.by_ref("b").name == "Xã Đa Phước Hội"
    assert queries.by_ref("b").pk == old_key
    as_known = queries.tree(BEFORE, known_at=datetime(2025, 8, 15, tzinfo=UTC)).by_ref("b")
    assert as_known is not None
    assert (as_known.name, as_known.pk) == ("Xã Đa Phước", old_key)


def test_the_database_refuses_two_units_with_one_code_at_once(two_eras: Path) -> None:
    unit = queries.by_ref("111-20250701")
    unit.pk, unit.ref = None, "another"

    with pytest.raises(IntegrityError, match="units_one_validity_per_code"), transaction.atomic():
        unit.save(force_insert=True)


def test_the_database_refuses_a_succession_that_goes_back_in_time(two_eras: Path) -> None:
    backwards = [["111-20250701", "a", "merge", "1", "", "", "2025-07-01", "true", ""]]

    with pytest.raises(IntegrityError, match="succession out of order"), transaction.atomic():
        load(write(two_eras, [PROVINCE, *OLD, *NEW], [*EDGES, *backwards]))


def test_a_parent_that_did_not_exist_is_named(tmp_path: Path) -> None:
    orphan = ["x", "999", "xa", "Xã Không", "77", "2025-07-01", "", "", "", "true"]

    with pytest.raises(Refused) as refusal:
        load(write(tmp_path, [PROVINCE, orphan]))

    assert "77" in refusal.value.message


def test_loading_needs_the_right(tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        services.load_units(write(tmp_path, [PROVINCE]), by=NOBODY, now=datetime(2025, 8, 1, tzinfo=UTC))


def test_rights_at_the_province_reach_what_was_and_what_became(two_eras: Path) -> None:
    reached = queries.reach_of(queries.by_ref("p"))

    assert {unit.ref for unit in Unit.objects.filter(pk__in=reached)} == {row[0] for row in [PROVINCE, *OLD, *NEW]}


def test_rights_at_a_commune_reach_its_predecessors_and_not_its_neighbours(two_eras: Path) -> None:
    reached = queries.reach_of(queries.by_ref("111-20250701"))

    assert {unit.ref for unit in Unit.objects.filter(pk__in=reached)} == {"a", "b", "111-20250701"}


def test_units_are_found_without_diacritics_living_ones_first(two_eras: Path) -> None:
    assert [unit.ref for unit in queries.search_units("da phuoc")] == ["111-20250701", "b"]
    assert list(queries.search_units("%")) == []


def test_schematic_cells_cover_each_point_once(tmp_path: Path) -> None:
    third = ["114-20250701", "114", "xa", "Xã Tân Phú", "1", "2025-07-01", "", "10.4", "106.4", "true"]
    load(write(tmp_path, [PROVINCE, *NEW, third]))

    assert services.draw_schematic(day=AFTER) == 3
    assert services.draw_schematic(day=AFTER) == 0
    assert Boundary.objects.filter(schematic=True).count() == 3


def test_a_supplied_boundary_replaces_the_schematic_cell_and_unknown_codes_are_told(two_eras: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[106, 10], [106.1, 10], [106.1, 10.1], [106, 10]]]}
    features = [{"type": "Feature", "properties": {"code": code}, "geometry": square} for code in ("113", "999")]
    path = two_eras / "b.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")

    stored, unknown = services.load_boundaries(path, by=KEEPER, day=AFTER)

    assert (stored, unknown) == (1, ["999"])
    assert Boundary.objects.get(unit__ref="113-20250701").schematic is False


def test_a_file_that_is_not_geojson_is_refused(two_eras: Path) -> None:
    path = two_eras / "b.geojson"
    path.write_text("{}", encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        services.load_boundaries(path, by=KEEPER, day=AFTER)

    assert refusal.value.code == "not_geojson"


def test_the_department_before_a_reorganisation_answers_for_its_successor(tmp_path: Path) -> None:
    agencies = [
        "ref,code,type,name,name_en,parent_code,valid_from,valid_to,source,verified,note",
        "OLD,STN,agency,Sở Tài nguyên,,1,,2025-03-01,,false,",
        "NEW,SNM,agency,Sở Nông nghiệp và Môi trường,,1,2025-03-01,,,false,",
    ]
    edge = ["OLD", "NEW", "merge", "", "", "", "2025-03-01", "false", ""]
    (write(tmp_path, [PROVINCE], [edge]) / "agencies.csv").write_text("\n".join(agencies), encoding="utf-8")
    load(tmp_path)

    assert str(queries.agency("SNM", date(2024, 1, 1))) == "Sở Tài nguyên"
    assert str(queries.agency("STN", date(2025, 4, 1))) == "Sở Nông nghiệp và Môi trường"
    assert queries.agency("XXX", date(2025, 4, 1)) is None
