from dataclasses import replace
from decimal import Decimal

import pytest

from tinhso.blocks.indicators.contract import Better, FigureStatus, Indicator, IndicatorTarget, ReadingKind
from tinhso.blocks.indicators.queries import Reading
from tinhso.ioc.queries.shown import change_of, completeness_of, no_figure, state_of, target_words

SHARE = Indicator(
    code="D-2",
    name="Tỷ lệ",
    domain="services",
    fact="F",
    kind=ReadingKind.RATIO,
    count="a",
    out_of="b",
    scale=100,
    unit_of_measure="%",
    method="m",
    source="s",
    agency="A",
    better=Better.HIGHER,
    targets=(IndicatorTarget("2024-01", floor=Decimal(80), ceiling=Decimal(90)),),
)
AMOUNT = replace(SHARE, kind=ReadingKind.SUM, out_of="", scale=1, unit_of_measure="hồ sơ", targets=())


def a_reading(indicator: Indicator, count: int | None, out_of: int | None = None, reported: int = 2) -> Reading:
    """A reading of August 2024 of which two units should report."""
    return Reading(
        indicator=indicator,
        unit="p",
        period="2024-08",
        basis="published",
        dim="",
        member="",
        count=None if count is None else Decimal(count),
        out_of=None if out_of is None else Decimal(out_of),
        reported=reported,
        expected=2,
        computable=count is not None,
        status=FigureStatus.OFFICIAL,
        true_for=None,
        snapshot=1,
    )


@pytest.mark.parametrize(
    ("count", "word", "tone"),
    [
        (79, "Chưa đạt mục tiêu", "bad"),
        (80, "Đạt mục tiêu", "good"),
        (90, "Đạt mục tiêu", "good"),
        (91, "Vượt ngưỡng", "bad"),
    ],
)
def test_a_target_is_met_up_to_its_very_bounds(count: int, word: str, tone: str) -> None:
    state = state_of(a_reading(SHARE, count, 100))

    assert (state.word, state.tone) == (word, tone)


def test_what_has_no_target_is_neither_good_nor_bad() -> None:
    assert state_of(a_reading(AMOUNT, 5)).tone == ""


def test_shares_change_by_points_and_amounts_in_per_cent() -> None:
    assert change_of(a_reading(SHARE, 90, 100), a_reading(SHARE, 45, 60)) == Decimal(15)
    assert change_of(a_reading(AMOUNT, 90), a_reading(AMOUNT, 60)) == Decimal(50)


def test_sums_of_unequal_completeness_and_from_nothing_are_not_compared() -> None:
    assert change_of(a_reading(AMOUNT, 90, reported=1), a_reading(AMOUNT, 60)) is None
    assert change_of(a_reading(AMOUNT, 90), a_reading(AMOUNT, 0)) is None
    assert change_of(a_reading(AMOUNT, 90), None) is None


def test_a_missing_figure_is_never_a_blank() -> None:
    assert no_figure(None) == "chưa có số liệu"
    assert no_figure(a_reading(SHARE, None), "vì thế") == "không tính được: vì thế"
    assert no_figure(a_reading(SHARE, 0, 0)) == "không có gì để chia: mẫu số bằng 0"


def test_completeness_counts_who_has_reported() -> None:
    assert completeness_of(a_reading(AMOUNT, 5, reported=1)) == "1/2 đơn vị đã báo cáo"
    assert completeness_of(None) == ""


def test_targets_are_said_as_people_say_them() -> None:
    assert target_words(SHARE, SHARE.targets[0]) == "từ 80% đến 90%"
    assert (
        target_words(AMOUNT, IndicatorTarget("2024-01", ceiling=Decimal("1234.5")))
        == "không quá 1.234,5\N{NO-BREAK SPACE}hồ sơ"
    )
    assert target_words(AMOUNT, IndicatorTarget("2024-01", floor=Decimal(7))) == "từ 7\N{NO-BREAK SPACE}hồ sơ trở lên"
    assert target_words(AMOUNT, None) == ""
