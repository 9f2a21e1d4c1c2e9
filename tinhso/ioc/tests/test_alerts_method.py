"""The method behind sudden changes, on series whose truth is known."""

import random
from pathlib import Path

import pytest

from tinhso.ioc.queries.alerting.rules import rules
from tinhso.ioc.queries.alerting.seasonal import Method, Scale, SeasonalJudgement, SeriesPoint, judge_series, scale_of
from tinhso.kernel.errors import Refused

METHOD = Method()
SEASON = [0.0, -0.06, 0.02, 0.0, 0.01, 0.03, 0.03, 0.02, 0.0, -0.01, -0.03, -0.04]


def shares(months: int, *, seed: int = 7, out_of: int = 400) -> list[SeriesPoint | None]:
    """A share around 85 % with seasons and the noise of counting."""
    chance = random.Random(seed)
    found: list[SeriesPoint | None] = []
    for month in range(months):
        likely = 0.85 + SEASON[month % 12]
        found.append(SeriesPoint(float(sum(chance.random() < likely for _ in range(out_of))), float(out_of)))
    return found


def at(judged: list[SeasonalJudgement | None], month: int) -> SeasonalJudgement:
    """The judgement of a month that must have one."""
    found = judged[month]
    assert found is not None
    return found


def alarms(judged: list[SeasonalJudgement | None]) -> list[int]:
    """The months that lie further out than the method allows."""
    return [month for month, one in enumerate(judged) if one is not None and abs(one.score) > METHOD.open_at]


def test_a_series_that_only_repeats_its_seasons_raises_nothing() -> None:
    judged = [judge_series(shares(60, seed=seed), 12, METHOD) for seed in range(20)]

    assert sum(len(alarms(one)) for one in judged) == 0
    assert sum(one is not None for series in judged for one in series) == 20 * 36


def test_a_drop_that_seasons_do_not_explain_is_found_with_what_was_expected() -> None:
    series = shares(48)
    series[47] = SeriesPoint(240.0, 400.0)

    found = at(judge_series(series, 12, METHOD), 47)

    assert found.score < -METHOD.open_at
    assert found.value == pytest.approx(0.6, abs=0.001)
    assert 0.75 < found.expected < 0.86
    assert found.value < found.low < found.expected < found.high


def test_nothing_is_said_before_twelve_changes_are_known() -> None:
    judged = judge_series(shares(25), 12, METHOD)

    assert judged[:24] == [None] * 24
    assert judged[24] is not None


def test_one_odd_month_raises_no_alarm_a_year_later() -> None:
    series = shares(60)
    series[36] = SeriesPoint(200.0, 400.0)

    assert alarms(judge_series(series, 12, METHOD)) == [36]


def test_what_has_lasted_for_months_is_no_longer_sudden() -> None:
    series = shares(60)
    for month in range(40, 60):
        series[month] = SeriesPoint((series[month] or SeriesPoint(0.0)).count - 120, 400.0)

    judged = judge_series(series, 12, METHOD)

    assert 40 in alarms(judged)
    assert alarms(judged)[-1] < 46


def test_small_counts_do_not_cry_wolf() -> None:
    chance = random.Random(11)
    judged = []
    for _series in range(50):
        counts = [SeriesPoint(float(sum(chance.random() < 0.03 for _ in range(100)))) for _month in range(60)]
        judged.append(judge_series(counts, 12, METHOD))

    assert sum(len(alarms(one)) for one in judged) <= 2


def test_a_gap_is_neither_judged_nor_compared_with() -> None:
    series = shares(60)
    series[40] = None

    judged = judge_series(series, 12, METHOD)

    assert judged[40] is None
    assert judged[52] is None
    assert judged[41] is not None


def test_periods_before_and_after_a_rearrangement_are_not_compared() -> None:
    series = shares(60)
    for month in range(40, 60):
        series[month] = SeriesPoint(100.0, 400.0)
    eras = [0] * 40 + [1] * 20

    judged = judge_series(series, 12, METHOD, eras)

    assert judged[40:52] == [None] * 12
    assert alarms(judged) == []


def test_the_past_decides_alone_so_that_a_replay_tells_what_was_told_then() -> None:
    series = shares(60)
    series[30] = SeriesPoint(150.0, 400.0)

    whole = judge_series(series, 12, METHOD)
    month_by_month = [judge_series(series[: month + 1], 12, METHOD)[month] for month in range(60)]

    assert whole == month_by_month


@pytest.mark.parametrize(
    ("points", "scale"),
    [
        ([SeriesPoint(3.0, 5.0), None], Scale.SHARE),
        ([SeriesPoint(7.0, 5.0)], Scale.AMOUNT),
        ([SeriesPoint(2.5, 5.0)], Scale.AMOUNT),
        ([SeriesPoint(0.0), SeriesPoint(12.0)], Scale.COUNT),
        ([SeriesPoint(1.25), SeriesPoint(12.0)], Scale.AMOUNT),
        ([SeriesPoint(-1.25), SeriesPoint(12.0)], Scale.PLAIN),
    ],
)
def test_each_kind_of_figure_gets_the_scale_on_which_chance_is_even(
    points: list[SeriesPoint | None], scale: Scale
) -> None:
    assert scale_of(points) is scale


def test_without_a_file_the_usual_rules_hold(tmp_path: Path) -> None:
    found = rules.read_folder(tmp_path)

    assert found.change.method == METHOD
    assert found.steps == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[change]\nopen_at = 2\nclose_at = 3", "change: close_at"),
        ("[change]\nopen_at = 'much'", "change.open_at"),
        ("[target.province]\nwatch = 'all'", "target.province.watch"),
        ("[[escalation]]\nto = 'above'\nafter_hours = 0", "escalation[1].after_hours"),
        ("[[escalation]]\nto = 'anybody'\nafter_hours = 3", "escalation[1].to"),
        ("[hours]\nday = ['morning']", "hours.day"),
        ("target = 3", "target"),
    ],
)
def test_an_impossible_rule_is_refused_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "alerts.toml").write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        rules.read_folder(tmp_path)

    assert refused.value.code == "bad_province_table"
    assert place in refused.value.message
