"""Numbers as clerks write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.government.reporting.queries import numbers


@pytest.mark.parametrize(
    ("written", "decimals", "stored"),
    [
        ("1.482.176", 0, "1482176"),
        ("1,482,176", 0, "1482176"),
        ("1 482 176", 0, "1482176"),
        ("84,59", 2, "84.59"),
        ("84.59", 2, "84.59"),
        ("1.482.176,5", 3, "1482176.5"),
        ("1,482,176.5", 3, "1482176.5"),
        ("1.234", 0, "1234"),
        ("1,234", 0, "1234"),
        ("0,125", 3, "0.125"),
        ("1234,567", 3, "1234.567"),
        ("−5", 0, "-5"),
        ("12,0", 0, "12"),
        (1482176.0, 0, "1482176"),
        (84.59, 2, "84.59"),
    ],
)
def test_vietnamese_and_english_styles_give_the_same_number(written: object, decimals: int, stored: str) -> None:
    assert numbers.read_number(written, decimals=decimals).text == stored


@pytest.mark.parametrize(
    ("written", "decimals", "problem"),
    [
        ("1.234", 3, "ambiguous"),
        ("1,234", 3, "ambiguous"),
        ("12,5", 0, "not_whole"),
        ("1,2345", 3, "too_many_decimals"),
        ("khoảng 50", 0, "not_a_number"),
        ("1.23.456", 0, "not_a_number"),
        ("1e5", 0, "not_a_number"),
        ("12 34", 0, "not_a_number"),
        ("85%", 2, "not_a_number"),
        (True, 0, "not_a_number"),
        (float("nan"), 2, "too_big"),
        ("9" * 25, 0, "too_big"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_its_reason(written: object, decimals: int, problem: str) -> None:
    found = numbers.read_number(written, decimals=decimals)

    assert (found.problem, found.value) == (problem, None)
    assert found.message


def test_a_point_in_a_whole_number_is_taken_for_thousands_and_says_so() -> None:
    assert numbers.read_number("1.234", decimals=0).note == numbers.ASSUMED
    assert numbers.read_number("1,234", decimals=0).note == numbers.ENGLISH
    assert numbers.read_number("1.482.176", decimals=0).note == ""


def test_an_empty_cell_is_neither_a_value_nor_a_problem() -> None:
    assert numbers.read_number("  ", decimals=0) == numbers.read_number(None, decimals=0) == numbers.EMPTY


def vietnamese(value: Decimal) -> str:
    return f"{value:,f}".translate(str.maketrans(",.", ".,"))


@given(st.integers(-(10**17), 10**17))
def test_every_whole_number_survives_both_styles(value: int) -> None:
    for written in (vietnamese(Decimal(value)), f"{value:,}", str(value), value):
        assert numbers.read_number(written, decimals=0).value == value


@given(st.decimals(-(10**12), 10**12, places=2))
def test_every_number_with_two_places_survives_both_styles(value: Decimal) -> None:
    for written in (vietnamese(value), f"{value:,f}"):
        assert numbers.read_number(written, decimals=2).value == value


@given(st.decimals(-(10**9), 10**9, places=3))
def test_what_is_stored_is_written_so_that_it_reads_back_the_same(value: Decimal) -> None:
    stored = numbers.canonical_text(value)

    assert numbers.read_number(numbers.typed_text(stored), decimals=3) == numbers.Number(value=Decimal(stored))


@given(st.text(max_size=30), st.integers(0, 3))
def test_any_text_gives_a_storable_number_or_a_reason_or_nothing(written: str, decimals: int) -> None:
    found = numbers.read_number(written, decimals=decimals)

    assert not (found.problem and found.text)
    assert found.problem or not written.strip() or numbers.is_stored(found.text, decimals=decimals)
