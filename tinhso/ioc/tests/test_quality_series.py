"""What each test of published values finds, and what it lets be."""

from decimal import Decimal
from pathlib import Path

import pytest

from tinhso.blocks.indicators.contract import DataSetRule
from tinhso.ioc.queries.quality import series
from tinhso.ioc.queries.quality.limits import QualityLimits, limits
from tinhso.ioc.queries.quality.series import COPIED, FACTOR, HEAPED, NEGATIVE, STILL, TWIN, ZERO
from tinhso.ioc.tests.quality_makers import COLUMNS, FORM, MONTHS, Values, loaded, ordinary, suspicions_of
from tinhso.kernel.errors import Refused

JUNE = "2024-06"


def named(values: Values, limits: QualityLimits | None = None) -> list[tuple[str, str, str, str]]:
    """Test, unit, month, column of every suspicion."""
    return sorted((one.test, one.unit, one.month, one.column) for one in suspicions_of(values, limits))


def test_ordinary_series_are_believed() -> None:
    assert named(ordinary()) == []


@pytest.mark.parametrize(("times", "power"), [(10, "1"), (100, "2"), (1000, "3"), (0.1, "-1"), (0.01, "-2")])
def test_a_unit_of_measure_mistaken_is_found_with_its_power_of_ten(times: float, power: str) -> None:
    values = ordinary()
    values["A", JUNE, "phi"] *= times

    (found,) = suspicions_of(values)

    assert (found.test, found.unit, found.month, found.column, found.more) == (FACTOR, "A", JUNE, "phi", power)


def test_a_doubling_is_no_mistaken_unit() -> None:
    values = ordinary()
    values["A", JUNE, "phi"] *= 2.5

    assert named(values) == []


def test_a_nought_after_a_year_of_figures_is_found_and_a_nought_among_noughts_is_not() -> None:
    values = ordinary()
    values["A", JUNE, "xong"] = 0
    for month in MONTHS[::3]:
        values["B", month, "xong"] = 0

    assert named(values) == [(ZERO, "A", JUNE, "xong")]


def test_a_flow_that_stands_still_is_found_but_a_stock_may() -> None:
    values = ordinary()
    for month in MONTHS[10:17]:
        values["C", month, "dung_han"] = 812

    (found,) = suspicions_of(values)

    assert (found.test, found.unit, found.month, found.more) == (STILL, "C", MONTHS[16], f"7|{MONTHS[10]}")


def test_a_column_that_the_province_excuses_may_stand_still() -> None:
    values = ordinary()
    for month in MONTHS[10:17]:
        values["C", month, "dung_han"] = 812

    assert named(values, QualityLimits(may_stand_still=frozenset({"HS.dung_han"}))) == []


def test_last_months_file_handed_in_again_is_found() -> None:
    values = ordinary()
    for code in COLUMNS:
        values["D", JUNE, code] = values["D", "2024-05", code]

    (found,) = suspicions_of(values)

    assert (found.test, found.unit, found.month, found.more) == (COPIED, "D", JUNE, "2024-05")


def test_a_neighbours_file_handed_in_is_found_at_both() -> None:
    values = ordinary()
    for code in COLUMNS:
        values["D", JUNE, code] = values["E", JUNE, code]

    found = suspicions_of(values, QualityLimits(jump_scatter=0))  # the levels of the two units need not be alike

    assert {(one.test, one.unit, one.more) for one in found} == {(TWIN, "D", "D E"), (TWIN, "E", "D E")}


def test_small_numbers_that_happen_to_be_equal_are_no_copy() -> None:
    values = ordinary()
    for month in MONTHS:
        for n, code in enumerate(COLUMNS):
            values["A", month, code] = values["B", month, code] = n

    assert [one for one in named(values) if one[0] in (TWIN, COPIED)] == []


def test_a_negative_number_is_found_where_there_are_none_else() -> None:
    values = ordinary()
    values["A", JUNE, "phi"] *= -1

    assert (NEGATIVE, "A", JUNE, "phi") in named(values)
    assert (NEGATIVE, "A", JUNE, "phi") not in named(values, QualityLimits(may_be_negative=frozenset({"HS.phi"})))


def test_a_unit_that_rounds_to_tens_is_found() -> None:
    values = ordinary()
    for month in MONTHS:
        values["F", month, "ho_so"] = round(values["F", month, "ho_so"], -1)

    found = named(values, QualityLimits(heap_values=24))

    assert found == [(HEAPED, "F", MONTHS[-1], "ho_so")]


def test_rules_of_a_form_are_held_against_what_was_published() -> None:
    values = ordinary()
    values["A", JUNE, "xong"] = values["A", JUNE, "tiep_nhan"] + 1
    part = DataSetRule("part_le_whole", "error", ("xong",), "xong không lớn hơn tiếp nhận", "tiep_nhan")
    jump = DataSetRule("jump", "warning", ("con_lai",), "không chênh quá 3 lần", limit=Decimal(3))
    values["B", JUNE, "con_lai"] = 500

    with loaded(values) as engine:
        parts = series.broken_rules(engine, FORM, part, JUNE)
        jumps = series.broken_rules(engine, FORM, jump, JUNE)

    assert ("A", JUNE, "error") in {(one.unit, one.month, one.severity) for one in parts}
    assert [(one.unit, one.month, one.value) for one in jumps] == [("B", JUNE, 500), ("B", "2024-07", 50)]


def test_a_rule_about_unknown_columns_is_left_alone() -> None:
    with loaded(ordinary()) as engine:
        assert (
            series.broken_rules(engine, FORM, DataSetRule("part_le_whole", "error", ("khac",), "", "xong"), JUNE) == []
        )


@pytest.mark.parametrize("text", ["month = 12", "months = -1", '[[pair]]\ncode = "x"\nleft = "A.b"', 'months = "x"'])
def test_a_faulty_quality_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "quality.toml").write_text(text, encoding="utf-8")

    with pytest.raises(Refused, match=r"quality\.toml"):
        limits.read_folder(tmp_path)
