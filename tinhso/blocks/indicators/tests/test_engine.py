from dataclasses import replace
from decimal import Decimal

import pytest

from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.indicators.queries import Reading
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh

pytestmark = pytest.mark.usefixtures("country")


def at(readings: tuple[Reading, ...], period: str) -> Reading:
    """The reading of one period."""
    return next(reading for reading in readings if reading.period == period)


def lines(month: str, *units: str) -> list[makers.Line]:
    """Two channels a unit: 10 finished and 8 on time at the desk, 5 and 5 online; 3 and 1 left; fees of 0,125 each."""
    return [
        line
        for unit in units
        for line in ((unit, month, "desk", 10, 8, 3, "0.125"), (unit, month, "online", 5, 5, 1, "0.125"))
    ]


def test_shares_add_up_from_commune_to_province_by_count_and_out_of() -> None:
    makers.dossiers([*lines("2024-01", "a1", "a2", "b1"), ("b2", "2024-01", "desk", 100, 1, 0, "0")])
    makers.a_catalogue()

    refresh()

    province = at(queries.reading_series(makers.ON_TIME, "p", to=SYSTEM), "2024-01")
    assert (province.count, province.out_of) == (Decimal(40), Decimal(145))
    assert province.value is not None
    assert round(province.value, 2) == Decimal("27.59")
    district = at(queries.reading_series(makers.ON_TIME, "b", to=SYSTEM), "2024-01")
    assert (district.count, district.out_of) == (Decimal(14), Decimal(115))


def test_families_break_a_reading_down_without_a_remainder() -> None:
    makers.dossiers(lines("2024-01", "a1", "b2"))
    makers.a_catalogue()

    refresh()

    parts = {
        reading.member: reading.count
        for reading in queries.reading_breakdown(makers.FINISHED, "p", "2024-01", to=SYSTEM)
    }
    assert parts == {"desk": Decimal(20), "online": Decimal(10)}
    online = at(queries.reading_series(makers.ON_TIME, "a1", family=("channel", "online"), to=SYSTEM), "2024-01")
    assert (online.count, online.out_of) == (Decimal(5), Decimal(5))
    assert at(queries.reading_series(makers.ONLINE, "p", to=SYSTEM), "2024-01").count == Decimal(0)


def test_flows_add_up_over_a_quarter_and_of_stocks_the_last_month_stays() -> None:
    makers.dossiers([*lines("2024-01", "a1"), *lines("2024-02", "a1"), ("a1", "2024-03", "desk", 1, 0, 9, "0.001")])
    makers.a_catalogue()

    refresh()

    assert at(queries.reading_series(makers.FINISHED, "p", kind="quarter", to=SYSTEM), "2024-Q1").count == Decimal(31)
    assert at(queries.reading_series(makers.OPEN, "p", kind="quarter", to=SYSTEM), "2024-Q1").count == Decimal(9)
    assert at(queries.reading_series(makers.FEES, "p", kind="year", to=SYSTEM), "2024").count == Decimal("0.501")


def test_whole_mergers_are_exact_and_a_split_without_a_share_is_not_computable() -> None:
    makers.dossiers(lines("2024-01", "a1", "a2", "b1", "b2"))
    makers.a_catalogue()

    refresh()

    today_x = at(queries.reading_series(makers.FINISHED, "x", basis="current", to=SYSTEM), "2024-01")
    assert today_x.computable is False
    assert today_x.value is None
    assert at(queries.reading_series(makers.FINISHED, "p", basis="current", to=SYSTEM), "2024-01").count == Decimal(60)
    assert queries.reading_series(makers.FINISHED, "x", to=SYSTEM) == ()


def test_a_unit_that_only_took_in_whole_units_has_its_past_on_todays_basis() -> None:
    from tinhso.blocks.units.models import Succession

    Succession.objects.filter(before__ref="b1", after__ref="x").delete()
    makers.dossiers([*lines("2024-01", "a1", "a2", "b1", "b2"), *lines("2024-08", "x", "y")])
    makers.a_catalogue()

    refresh()

    series = queries.reading_series(makers.FINISHED, "x", basis="current", to=SYSTEM)
    assert [(reading.period, reading.count) for reading in series] == [
        ("2024-01", Decimal(30)),
        ("2024-08", Decimal(15)),
    ]
    old = queries.reading_series(makers.FINISHED, "a", basis="old", to=SYSTEM)
    assert [(reading.period, reading.count) for reading in old] == [("2024-01", Decimal(30)), ("2024-08", Decimal(15))]
    assert at(queries.reading_series(makers.FINISHED, "a1", basis="old", to=SYSTEM), "2024-08").computable is False


def test_a_sourced_share_divides_figures_and_keeps_the_total() -> None:
    from tinhso.blocks.units.models import Succession

    for ref, share in (("x", "0.25"), ("y", "0.75")):
        Succession.objects.filter(before__ref="b1", after__ref=ref).update(share=Decimal(share))
    makers.dossiers(lines("2024-01", "a1", "a2", "b1", "b2"))
    makers.a_catalogue()

    refresh()

    x, y = (at(queries.reading_series(makers.FINISHED, ref, basis="current", to=SYSTEM), "2024-01") for ref in "xy")
    assert (x.count, y.count) == (Decimal("33.75"), Decimal("26.25"))


def test_a_reading_knows_how_many_should_have_reported() -> None:
    makers.dossiers([*lines("2024-01", "a1", "a2", "b1"), *lines("2024-02", "b2")])
    makers.a_catalogue()

    refresh()

    january = at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-01")
    assert (january.reported, january.expected, january.is_complete) == (3, 4, False)
    quarter = at(queries.reading_series(makers.FINISHED, "p", kind="quarter", to=SYSTEM), "2024-Q1")
    assert (quarter.reported, quarter.expected) == (4, 12)


def test_distinct_counts_are_exact_at_every_level_and_period() -> None:
    makers.dossiers([*lines("2024-01", "a1", "a2"), *lines("2024-02", "a1", "b1")])
    makers.a_catalogue([*makers.ALL, makers.UNITS])

    refresh()

    assert at(queries.reading_series(makers.UNITS, "p", to=SYSTEM), "2024-01").count == Decimal(2)
    assert at(queries.reading_series(makers.UNITS, "p", kind="quarter", to=SYSTEM), "2024-Q1").count == Decimal(3)


def test_a_sampled_distinct_count_is_an_estimate_that_states_its_margin() -> None:
    makers.dossiers([("a1", "2024-01", "desk", n, 0, 0, "0") for n in range(4000)] + lines("2024-01", "b2"))
    estimate = replace(makers.UNITS, code="D-7", count="finished", by=("channel",), sample=16)
    exact = replace(estimate, code="D-8", sample=1)
    makers.a_catalogue([*makers.ALL, estimate, exact])

    refresh()

    told, true = (at(queries.reading_series(one, "p", to=SYSTEM), "2024-01") for one in (estimate, exact))
    assert true.count == Decimal(4000)
    assert true.margin is None
    assert told.count is not None
    assert told.margin is not None
    assert told.count % 16 == 0
    assert 0 < abs(told.count - 4000) <= told.margin < 600
    of_few = at(queries.reading_series(estimate, "b2", to=SYSTEM), "2024-01")
    assert of_few.count in (Decimal(0), Decimal(16), Decimal(32))
    online = at(queries.reading_series(estimate, "p", family=("channel", "online"), to=SYSTEM), "2024-01")
    assert online.count in (Decimal(0), Decimal(16))


def test_big_whole_numbers_and_decimals_are_kept_to_the_last_digit() -> None:
    makers.dossiers(
        [("a1", "2024-01", "desk", 9_007_199_254_740_993, 1, 0, "0.001"), ("a2", "2024-01", "desk", 2, 1, 0, "0.002")]
    )
    makers.a_catalogue()

    refresh()

    assert at(queries.reading_series(makers.FINISHED, "p", to=SYSTEM), "2024-01").count == Decimal(
        9_007_199_254_740_995
    )
    assert at(queries.reading_series(makers.FEES, "p", to=SYSTEM), "2024-01").count == Decimal("0.003")
