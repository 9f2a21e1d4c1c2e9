"""Goals are judged by what was published, never by what was typed; their wordings and what was known stay."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import FigureStatus, Indicator, IndicatorTarget, ReadingKind
from tinhso.blocks.indicators.queries import Reading
from tinhso.government.programme import services
from tinhso.government.programme.models import Goal, Judgement, Plan, Score
from tinhso.government.programme.queries import dti, dti_facts, facts, goals, report
from tinhso.government.programme.tests.makers import MONDAY, Place, a_directive, a_task
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SHARE = Indicator(
    "X-1", "Tỷ lệ", "d", "F", ReadingKind.RATIO, "a", "%", "", "nguồn", "SO", out_of="b", scale=100, decimals=1
)


def reading(period: str, count: int) -> Reading:
    return Reading(
        SHARE,
        "T",
        period,
        "published",
        "",
        "",
        Decimal(count),
        Decimal(100),
        1,
        1,
        True,
        FigureStatus.OFFICIAL,
        None,
        1,
    )


@pytest.mark.parametrize(
    ("counts", "today", "state"),
    [
        ((), date(2026, 7, 1), "unknown"),
        ((91,), date(2026, 7, 1), "reached"),
        ((60, 75), date(2026, 7, 1), "on_track"),  # 15 in a half-year, 15 more to come
        ((60, 70), date(2026, 7, 1), "behind"),
        ((60, 89), date(2027, 1, 2), "behind"),  # the year is over
    ],
)
def test_a_goal_is_reached_on_track_or_behind(counts: tuple[int, ...], today: date, state: str) -> None:
    target = IndicatorTarget("2026-01", "2026-12", Decimal(90))
    course = [
        reading(period, count) for period, count in zip(("2025-12", "2026-06")[-len(counts) :], counts, strict=False)
    ]

    assert goals.judge_readings(target, course if counts else [], 2026, today)[0] == state
    assert goals.judge_readings(None, course, 2026, today)[0] == "unknown"
    assert goals.target_words(target, SHARE) == "từ 90% trở lên"


@pytest.fixture
def plan(place: Place) -> Plan:
    return services.add_plan(
        kind="plan",
        number="1/KH",
        title="Kế hoạch thử",
        issuer="Ủy ban nhân dân",
        issued_on=date(2026, 1, 5),
        first_year=2026,
        last_year=2026,
        unit="T",
        by=place.by("leader"),
        now=MONDAY,
    )


def test_a_milestone_is_reached_when_its_tasks_are_accepted(place: Place, plan: Plan) -> None:
    by = place.by("leader")
    goal = services.add_goal(plan=plan, title="Chạy thử xong", pillar="foundation", year=2026, by=by, now=MONDAY)

    def state() -> str:
        services.judge_goals(now=MONDAY)
        return Judgement.objects.get(goal=goal.ref, month="2026-11").state

    assert state() == "unknown"
    one = a_task(place, goal=goal.ref)
    assert (one.plan, one.pillar, state()) == (plan, "foundation", "on_track")
    services.report_progress(ref=one.ref, percent=100, words="Đã xong hết.", by=place.by("clerk"), now=MONDAY)
    services.accept(ref=one.ref, words="", by=by, now=MONDAY)
    assert state() == "reached"


def test_a_changed_goal_keeps_what_was_known_before_and_says_why(place: Place, plan: Plan) -> None:
    by = place.by("leader")
    goal = services.add_goal(plan=plan, title="Bản đầu tiên", pillar="society", year=2026, by=by, now=MONDAY)

    services.change_goal(ref=goal.ref, title="Bản thứ hai", why="Theo kết luận mới", by=by, now=MONDAY + DAY)

    assert [one.title for one in goals.current_goals(plan)] == ["Bản thứ hai"]
    assert [one.title for one in goals.current_goals(plan, MONDAY + timedelta(hours=3))] == ["Bản đầu tiên"]
    with pytest.raises(Refused, match="bad_words"):
        services.change_goal(ref=goal.ref, title="Bản ba", why="", by=by, now=MONDAY + DAY)
    with pytest.raises(Forbidden):
        services.change_goal(ref=goal.ref, title="Bản ba", why="Tôi muốn", by=place.by("head"), now=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Goal.objects.filter(ref=goal.ref, version=1).update(title="khác")
    with pytest.raises(Refused, match="unknown_indicator"):
        services.add_goal(
            plan=plan, title="Không đo được", pillar="society", year=2026, indicator="KHONG-CO", by=by, now=MONDAY
        )


def test_points_stand_in_three_columns_and_what_is_missing_is_said(place: Place) -> None:
    by = place.by("leader")

    def score(column: str, points: str, **told: Any) -> Score:
        return services.record_score(
            year=2025, criterion="C-1", column=column, points=Decimal(points), by=by, now=MONDAY, **told
        )

    score("self", "9")
    score("published", "7", source="QĐ 1")
    with pytest.raises(Refused, match="no_reason"):
        score("self", "8")
    with pytest.raises(Refused, match="no_source"):
        score("verified", "8")
    with pytest.raises(Refused, match="bad_points"):
        score("self", "11", why="quá tối đa")
    score("self", "8", why="Thiếu minh chứng")

    board = dti.index_board(2025, contract.SYSTEM, date(2026, 11, 23))
    totals = {one.column: (one.points, one.most, one.scored) for one in board.totals}
    expected: dict[str, tuple[Decimal, Decimal | None, int]] = {
        "self": (Decimal(8), Decimal(10), 1),
        "verified": (Decimal(0), None, 0),
        "published": (Decimal(7), Decimal(10), 1),
    }
    assert totals == expected
    assert board.gaps[0] == "2 trong 5 chỉ số thành phần của bộ chưa được khai."
    assert "1 chỉ số chưa biết điểm tối đa." in board.gaps
    assert [one.points for one in dti.score_history(2025, "C-1") if one.column == "self"] == [8, 9]


@pytest.fixture
def rows(place: Place) -> dict[str, list[dict[str, object]]]:
    """What each fact holds of a late directive, an answered one and a task in this month."""
    now = datetime.now(UTC)
    a_directive(place, now=now - 30 * DAY, due_on=None)
    told = a_directive(place, now=now - 2 * DAY, due_on=None, about="place:W")
    services.answer(ref=told.ref, words="Đã làm xong.", by=place.by("clerk"), now=now - DAY)
    a_task(place, now=now - 2 * DAY, due_on=None)
    return {fact.code: _read(fact.select) for fact in (facts.tasks_fact(), facts.directives_fact(), facts.goals_fact())}


def _read(select: str) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(select)
        names = [one.name for one in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_facts_count_work_where_it_is_done_and_lead_to_it(rows: dict[str, list[dict[str, object]]]) -> None:
    month = f"{datetime.now(UTC) + timedelta(hours=7):%Y-%m}"
    now = [row for row in rows["CT-CD"] if row["month"] == month]

    assert {row["unit"] for row in (*rows["CT-CD"], *rows["CT-NV"])} == {"T"}  # an agency's work is the province's
    assert sum(int(str(row["open"])) for row in now) == 2
    assert sum(int(str(row["late"])) for row in now) == 1
    assert sum(int(str(row["answered"])) for row in rows["CT-CD"]) == 1
    assert sum(int(str(row["given"])) for row in rows["CT-NV"]) == 1
    wanted = contract.RecordQuery(("T",), (month,), (("ve", "place"),))
    assert [record.href.split("/")[1] for record in facts.directive_records(wanted)] == ["directives"]
    for fact in (facts.tasks_fact(), facts.directives_fact(), facts.goals_fact(), dti_facts.dti_fact()):
        with connection.cursor() as cursor:
            cursor.execute(fact.fingerprints)
            cursor.execute(fact.select)


def test_the_reports_tables_write_themselves_late_work_first(place: Place, plan: Plan) -> None:
    services.add_goal(plan=plan, title="Mốc thử", pillar="society", year=2026, by=place.by("leader"), now=MONDAY)
    a_task(place, title="Việc đúng hạn", due_on=date(2026, 12, 30))
    a_task(place, title="Việc quá hạn")
    a_directive(place)
    now, span = MONDAY + 14 * DAY, ("T", date(2026, 10, 1), date(2026, 12, 31))

    assert [row[:2] for row in report.reported_targets(*span, now).rows] == [("Mốc thử", "2026")]
    assert [row[0] for row in report.reported_tasks(*span, now).rows] == ["Việc quá hạn", "Việc đúng hạn"]
    assert "quá hạn" in report.reported_directives(*span, now).rows[0][-1]
    assert report.reported_tasks("T", date(2026, 1, 1), date(2026, 3, 31), now).rows == ()


def test_a_figure_of_the_index_leads_to_its_criteria_with_their_points_and_evidence(place: Place) -> None:
    by = place.by("leader")
    services.record_score(year=2025, criterion="C-1", column="self", points=Decimal(9), by=by, now=MONDAY)
    services.record_score(
        year=2025, criterion="C-1", column="published", points=Decimal(7), by=by, now=MONDAY, source="QĐ 1"
    )
    months = tuple(f"2025-{month:02}" for month in range(1, 13))
    pillar = dti.index().criterion("C-1").pillar

    give = dti_facts.dti_fact().records

    assert give is not None
    (one,) = give(contract.RecordQuery(("T",), months))
    assert (one.href, one.status) == ("/programme/dti/2025/C-1/", "chưa có minh chứng")
    assert dict(one.values) == {"tự chấm": "9,00", "thẩm định": "—", "công bố": "7,00", "Minh chứng": "0"}
    assert [len(give(contract.RecordQuery(("T",), months, (("nhom", code),)))) for code in (pillar, "khac")] == [1, 0]
    assert give(contract.RecordQuery(("T",), ("2024-12",))) == []
