"""Cells read together are read as they are one by one, whatever stands in them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.models import Fault
from tinhso.blocks.registers.queries import cells, parsing, registry
from tinhso.blocks.registers.services import staging
from tinhso.blocks.registers.tests.makers import a_keeper, a_place, held

ODD = ["", "  ", "1.234,5", "có", "lan", "Internet", "a\0b", "ỗ", "o\u0302\u0303", " x ", 0.0, -0.0, 1, 1.0, True]
WHATEVER = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-200, 200),
    st.floats(),
    st.text(max_size=6),
    st.dates(),
    st.datetimes(),
    st.sampled_from(ODD),
)
LIKELY = [st.floats(1, 99), st.integers(1, 99).map(float), st.text("aàạbc ", min_size=1, max_size=9), WHATEVER]
PLAIN = [
    one
    for register in REGISTERS.values()
    for one in registry.columns(register)
    if one.kind not in (registry.UNIT, registry.RECORD)
]


def one_by_one(reader: parsing.Reader, told: list[Any]) -> tuple[list[Any], dict[int, str]]:
    """What stands there, cell by cell."""
    values, faults = [], {}
    for place, cell in enumerate(told):
        try:
            values.append(reader(cell))
        except parsing.UnreadableValue as fault:
            values.append(None)
            faults[place] = str(fault)
    return values, faults


@pytest.mark.parametrize("cell", [1e26, -1e26, 1e300, "9" * 40])
def test_a_number_that_no_column_holds_is_a_fault_of_its_cell(cell: float | str) -> None:
    column = next(column for column in PLAIN if column.kind == registry.DECIMAL)

    values, faults = one_by_one(parsing._column_reader(column, parsing.UnitLookup()), [cell])

    assert values == [None]
    assert list(faults) == [0]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLAIN), st.sampled_from(LIKELY).flatmap(lambda kind: st.lists(kind, min_size=1, max_size=24)))
def test_a_column_is_read_as_its_cells_are(column: registry.RegisterColumn, told: list[Any]) -> None:
    reader = parsing._column_reader(column, parsing.UnitLookup())

    found = cells.read_cells(column, reader, told * 3)

    values, faults = one_by_one(reader, told * 3)
    assert [(type(one), one) for one in found.values] == [(type(one), one) for one in values]
    assert found.faults == faults


@given(st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.floats(allow_nan=False)), min_size=1))
def test_values_of_a_column_are_each_a_json_document(values: list[Any]) -> None:
    assert [json.loads(one) for one in cells.json_texts(values)] == values


@pytest.mark.django_db
def test_what_is_wrong_is_noted_row_by_row_up_to_a_number_and_counted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    by, _places = a_keeper(), a_place()
    monkeypatch.setattr(staging, "AT_ONCE", 2)
    monkeypatch.setattr(staging, "MOST_FAULTS", 4)

    looked = held(by, *(f"D{n};;W;?;x;;" for n in range(5)), "OK;Đường;W")

    faults = looked.faults.order_by("pk")
    assert [(fault.cell, fault.told) for fault in faults] == [("B2", ""), ("D2", "?"), ("E2", "x"), ("B3", "")]
    assert (looked.rows, looked.faulty, looked.new) == (6, 6, 0)
    assert Fault.objects.count() == 4


@pytest.mark.django_db
def test_rows_that_end_early_have_empty_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    by, _places = a_keeper(), a_place()
    monkeypatch.setattr(staging, "AT_ONCE", 2)

    looked = held(by, "D1;Đường 1;W;lan", "D2;Đường 2;W;lan;7;107,15;15,05", "D3;Đường 3;W;lan")

    data = {row.key: (row.data["mbps"], row.data["longitude"]) for row in looked.staged.all()}
    assert data == {"d1": (None, None), "d2": (7, 107.15), "d3": (None, None)}
    assert len({row.ref for row in looked.staged.all()}) == 3
