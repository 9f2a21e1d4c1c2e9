from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from tinhso.ui import wording


@pytest.fixture(autouse=True)
def _in_vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1482176, None, "1.482.176"),
        (Decimal("84.59"), None, "84,59"),
        (Decimal("84.585"), 2, "84,59"),
        (Decimal("-2.5"), 0, "-3"),
        (Decimal("-0.001"), 2, "0,00"),
        ("114.01", 2, "114,01"),
        (0, None, "0"),
        (Decimal("1E+3"), None, "1.000"),
    ],
)
def test_a_number_is_written_as_vietnamese_write_it(value: object, decimals: int | None, text: str) -> None:
    assert wording.number_text(value, decimals) == text


@pytest.mark.parametrize("value", [None, "", "chưa rõ", float("nan"), True])
def test_what_is_no_number_is_a_dash_and_never_a_zero(value: object) -> None:
    assert wording.number_text(value, 2) == "—"


def test_an_english_reader_sees_english_separators() -> None:
    with translation.override("en"):
        assert wording.number_text(Decimal("1482176.5"), 2) == "1,482,176.50"


def test_a_day_is_day_month_year() -> None:
    assert wording.date_text(date(2024, 10, 5)) == "05/10/2024"
    assert wording.date_text("2024-10-05") == "05/10/2024"
    assert wording.date_text(None) == "—"
    assert wording.date_text("hôm qua") == "—"


def test_a_moment_is_told_in_the_time_of_the_province() -> None:
    moment = datetime(2024, 10, 4, 18, 30, tzinfo=UTC)

    assert wording.datetime_text(moment) == "01:30 05/10/2024"
    assert wording.date_text(moment) == "05/10/2024"


@pytest.mark.parametrize(
    ("code", "long", "short"),
    [
        ("2024-09", "tháng 9/2024", "9/2024"),
        ("2024-Q3", "quý III/2024", "III/2024"),
        ("2024", "năm 2024", "2024"),
        ("2024-09-30", "ngày 30/09/2024", "30/09"),
        ("không rõ", "không rõ", "không rõ"),
        ("", "—", "—"),
    ],
)
def test_a_period_code_becomes_words(code: str, long: str, short: str) -> None:
    assert wording.period_text(code) == long
    assert wording.period_short(code) == short


@pytest.mark.parametrize(
    ("value", "better", "sign", "tone"),
    [
        ("1.2", "higher", "▲", "good"),
        ("-1.2", "higher", "▼", "bad"),
        ("1.2", "lower", "▲", "bad"),
        ("-1.2", "lower", "▼", "good"),
        ("1.2", "none", "▲", "even"),
        ("0", "higher", "＝", "even"),
    ],
)
def test_a_change_is_judged_by_the_direction_of_its_indicator(value: object, better: str, sign: str, tone: str) -> None:
    change = wording.change_of(value, decimals=1, better=better)

    assert change is not None
    assert (change.sign, change.tone) == (sign, tone)


def test_a_change_too_small_to_show_is_called_no_change() -> None:
    change = wording.change_of("0.004", decimals=2, better="higher")

    assert change is not None
    assert change.word == "không đổi"


def test_an_unknown_change_says_nothing() -> None:
    assert wording.change_of(None) is None


def test_a_unit_keeps_the_space_it_needs() -> None:
    assert wording.unit_text("%") == "%"
    assert wording.unit_text("‰") == "‰"
    assert wording.unit_text("hồ sơ") == "\u00a0hồ sơ"
    assert wording.unit_text(None) == ""


def test_names_are_listed_as_a_sentence_does() -> None:
    assert wording.list_text(["A", "B", "C"]) == "A, B và C"
    assert wording.list_text(["A"]) == "A"
    assert wording.list_text([]) == ""
