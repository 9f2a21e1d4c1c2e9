"""A decision changes a target from a month on: months before keep theirs, and two people agree on it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tinhso.blocks.indicators import queries, services
from tinhso.blocks.indicators.contract import IndicatorTarget
from tinhso.blocks.indicators.models import Amendment
from tinhso.blocks.indicators.queries.amendments import laid_over
from tinhso.blocks.indicators.services import ProposedTarget
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

NOW = datetime(2024, 8, 15, 3, tzinfo=UTC)
FIRST, SECOND = Actor(ref="one", name="Một"), Actor(ref="two", name="Hai")
HELD = IndicatorTarget("2024-01", "2025-12", floor=Decimal(90), source="Nghị quyết")


def proposed_target(**told: Any) -> ProposedTarget:
    said: dict[str, Any] = {
        "indicator": "D-2",
        "unit": "p",
        "month": "2024-12",
        "since": "2024-09",
        "floor": Decimal(85),
        "ceiling": None,
        "decision": "12/QĐ-UBND",
        "decided_on": date(2024, 8, 10),
        "why": "Theo kết luận sơ kết",
    }
    return ProposedTarget(**said | told)


@pytest.fixture
def indicator(country: None) -> str:
    """The share of cases in time, whose target is 90 per cent in 2024 and 2025."""
    makers.a_catalogue([replace(makers.ON_TIME, targets=(HELD,))])
    return "D-2"


def bound(code: str) -> dict[str, Decimal | None]:
    """The floor in some months."""
    known = queries.catalogue(day=date(2024, 8, 15), fresh=True).indicators[code]
    found = {month: known.target(month, "p") for month in ("2024-08", "2024-09", "2025-12", "2026-01")}
    return {month: one.floor if one else None for month, one in found.items()}


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2024-09", "2025-12", [("2024-01", "2024-08", 90), ("2024-09", "2025-12", 85)]),
        ("2024-09", "2024-12", [("2024-01", "2024-08", 90), ("2025-01", "2025-12", 90), ("2024-09", "2024-12", 85)]),
        ("2024-01", "", [("2024-01", "", 85)]),
        ("2026-01", "2026-12", [("2024-01", "2025-12", 90), ("2026-01", "2026-12", 85)]),
    ],
)
def test_a_change_takes_its_months_and_leaves_the_others(since: str, until: str, expected: list[Any]) -> None:
    found = laid_over([HELD], IndicatorTarget(since, until, Decimal(85)))

    assert [(one.since, one.until, one.floor) for one in found] == expected


def test_one_of_other_units_is_left_alone() -> None:
    own = replace(HELD, unit="a")

    assert own in laid_over([own], IndicatorTarget("2024-09", "", Decimal(85)))


def test_an_approved_decision_binds_from_its_month_on_and_a_waiting_or_refused_one_does_not(indicator: str) -> None:
    waiting = services.propose_amendment(proposed_target(), by=FIRST, now=NOW)
    before = bound(indicator)
    services.judge_amendment(ref=waiting.ref, approve=False, answer="Chưa đúng số", by=SECOND, now=NOW)
    refused = bound(indicator)

    again = services.propose_amendment(proposed_target(), by=FIRST, now=NOW)
    services.judge_amendment(ref=again.ref, approve=True, answer="", by=SECOND, now=NOW)

    assert before == refused == {"2024-08": 90, "2024-09": 90, "2025-12": 90, "2026-01": None}
    assert bound(indicator) == {"2024-08": 90, "2024-09": 85, "2025-12": 85, "2026-01": None}
    assert (again.former_floor, again.until) == (Decimal(90), "2025-12")


def test_what_was_published_before_keeps_its_target_and_the_next_figures_have_the_new_one(indicator: str) -> None:
    makers.dossiers([("x", "2024-07", "desk", 100, 88, 0, "0")])
    first = refresh(today=date(2024, 8, 15))
    one = services.propose_amendment(proposed_target(), by=FIRST, now=NOW)
    services.judge_amendment(ref=one.ref, approve=True, answer="", by=SECOND, now=NOW)

    second = refresh(today=date(2024, 8, 15))

    assert first is not None
    assert second is not None
    old, new = (queries.catalogue_of(one.number) for one in (first, second))
    assert old is not None
    assert new is not None
    assert [known.indicators[indicator].target("2024-09", "p").floor for known in (old, new)] == [90, 85]  # type: ignore[union-attr]


def test_who_wrote_it_down_does_not_approve_it_and_one_waits_at_a_time(indicator: str) -> None:
    one = services.propose_amendment(proposed_target(), by=FIRST, now=NOW)

    with pytest.raises(Forbidden, match="four_eyes"):
        services.judge_amendment(ref=one.ref, approve=True, answer="", by=FIRST, now=NOW)
    with pytest.raises(Refused, match="amendment_waits"):
        services.propose_amendment(proposed_target(floor=Decimal(80)), by=SECOND, now=NOW)
    with pytest.raises(Refused, match="bad_words"):
        services.judge_amendment(ref=one.ref, approve=False, answer="", by=SECOND, now=NOW)
    with pytest.raises(Refused, match="month_over"):
        services.judge_amendment(ref=one.ref, approve=True, answer="", by=SECOND, now=datetime(2024, 10, 1, tzinfo=UTC))
    services.judge_amendment(ref=one.ref, approve=True, answer="", by=SECOND, now=NOW)
    with pytest.raises(Refused, match="no_amendment"):
        services.judge_amendment(ref=one.ref, approve=False, answer="Đổi ý", by=SECOND, now=NOW)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"floor": None}, "no_number"),
        ({"ceiling": Decimal(80)}, "bad_range"),
        ({"since": "2024-07"}, "bad_month"),
        ({"since": "2025-01"}, "bad_month"),
        ({"since": "tháng 9"}, "bad_month"),
        ({"decision": " "}, "no_decision"),
        ({"decided_on": date(2024, 8, 16)}, "no_decision"),
        ({"why": ""}, "bad_words"),
        ({"floor": Decimal(90)}, "same_target"),
        ({"indicator": "KHONG-CO"}, "unknown_indicator"),
    ],
)
def test_a_decision_says_a_number_a_month_to_come_its_paper_and_why(
    indicator: str, told: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        services.propose_amendment(proposed_target(**told), by=FIRST, now=NOW)

    assert not Amendment.objects.exists()


def test_the_database_keeps_decisions_as_they_were_written(indicator: str) -> None:
    one = services.propose_amendment(proposed_target(), by=FIRST, now=NOW)
    own = Amendment.objects.filter(pk=one.pk)

    for change in ({"floor": 1}, {"approved": True, "judged_at": NOW, "judged_by": "one"}, {"approved": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            own.update(**change)
    services.judge_amendment(ref=one.ref, approve=True, answer="", by=SECOND, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        own.update(approved=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        own.delete()
