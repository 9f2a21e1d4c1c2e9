"""Rules answer yes, no or "a paper first", each with its reason, as they stood on the day."""

from datetime import date, timedelta
from typing import Any

import pytest

from tinhso.kernel.errors import Refused
from tinhso.society.support import services
from tinhso.society.support.contract import EligibilityFacts, EligibilityOutcome
from tinhso.society.support.queries import eligibility, numbers
from tinhso.society.support.tests import makers
from tinhso.society.support.tests.makers import MONDAY, an_imei

DAY = MONDAY.date()
POOR = {"rule": "household", "among": ["poor", "near_poor"], "paper": "Giấy chứng nhận hộ nghèo"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "told", "outcome", "why"),
    [
        ({"rule": "age", "least": 60}, {"born": 1966}, "yes", "Đúng độ tuổi"),
        ({"rule": "age", "least": 60}, {"born": 1967}, "no", "từ 60 tuổi"),
        ({"rule": "age", "most": 30}, {"born": 1990}, "no", "không quá 30"),
        ({"rule": "age", "least": 60}, {}, "paper", "căn cước"),
        (POOR, {"household": "poor"}, "paper", "Giấy chứng nhận hộ nghèo"),
        (POOR, {"household": "other"}, "no", "hộ nghèo, hộ cận nghèo"),
        (POOR, {}, "paper", "giấy chứng nhận"),
        ({"rule": "device", "generation": 2}, {"imei": an_imei(1)}, "yes", "Máy phím A"),
        ({"rule": "device", "generation": 2}, {"imei": an_imei(1, "99000102")}, "no", "4G"),
        ({"rule": "device", "generation": 2}, {"imei": an_imei(1, "99999999")}, "paper", "mang máy tới"),
        (
            {"rule": "any", "of": [{"rule": "age", "least": 60}, POOR]},
            {"born": 1990, "household": "poor"},
            "paper",
            "Giấy",
        ),
        (
            {"rule": "any", "of": [{"rule": "age", "least": 60}, POOR]},
            {"born": 1990, "household": "other"},
            "no",
            "60 tuổi",
        ),
    ],
)
def test_a_rule_answers_with_its_reason(rule: Any, told: dict[str, Any], outcome: str, why: str) -> None:
    makers.handsets()

    (answer,) = eligibility.rule_answers(eligibility.validated_rules([rule]), EligibilityFacts(**told), DAY)

    assert answer.outcome == outcome
    assert why.lower() in answer.why.lower()


@pytest.mark.django_db
def test_a_place_holds_what_lies_under_it_and_others_are_told_where() -> None:
    place = makers.a_place()

    inside, outside = (
        eligibility.rule_answers([{"rule": "unit", "among": [among]}], EligibilityFacts(commune=place.west.pk), DAY)[0]
        for among in ("T", "E")
    )

    assert (inside.outcome, outside.outcome) == (EligibilityOutcome.YES, EligibilityOutcome.NO)
    assert "Đơn vị E" in outside.why


@pytest.mark.parametrize(
    "rules",
    [
        [{"rule": "love"}],
        [{"rule": "age", "least": "60"}],
        [{"rule": "household", "among": []}],
        {"rule": "age"},
        [{"rule": "age", "least": 5, "code": "import os"}],
        [{"rule": "any", "of": [{"rule": "age"}]}],
    ],
)
def test_rules_that_nobody_knows_are_refused(rules: Any) -> None:
    with pytest.raises(Refused, match="bad_rules"):
        eligibility.validated_rules(rules)


@pytest.mark.django_db
def test_new_rules_hold_from_their_day_and_what_was_handed_in_before_keeps_the_old_ones() -> None:
    programme = makers.a_programme(makers.a_place(), rules=[{"rule": "age", "least": 18}])
    before = makers.submitted(programme, 1, born=1970)
    new = [{"rule": "age", "least": 60}]
    services.set_rules(code=programme.code, rules=new, valid_from=DAY, why="QĐ mới", by=makers.a_manager(), now=MONDAY)

    with pytest.raises(Refused, match="60 tuổi"):
        makers.submitted(programme, 2, born=1970)

    before.refresh_from_db()
    assert before.rules is not None
    assert before.rules.valid_from == date(2024, 1, 1)
    assert eligibility.in_force(programme, DAY - timedelta(days=1)) == before.rules
    with pytest.raises(Refused, match="same_day"):
        services.set_rules(code=programme.code, rules=[], valid_from=DAY, why="", by=makers.a_manager(), now=MONDAY)
    with pytest.raises(Refused, match="too_late"):
        services.set_rules(
            code=programme.code, rules=[], valid_from=DAY - timedelta(days=3), why="", by=makers.a_manager(), now=MONDAY
        )


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        ("490154203237518", True),
        ("490154203237519", False),
        ("49015420323751", False),
        ("", False),
        ("49-0154 203237518", True),
    ],
)
def test_an_imei_is_fifteen_digits_of_which_the_last_checks_the_others(told: str, holds: bool) -> None:
    if holds:
        assert numbers.parse_imei(told) == "490154203237518"
    else:
        with pytest.raises(Refused, match="bad_imei"):
            numbers.parse_imei(told)
