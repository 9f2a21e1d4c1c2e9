"""What the operations centre counts, the plans that a million reports need, and the illustrative year."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tinhso.blocks.indicators.contract import Fact, RecordQuery
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, program_actor
from tinhso.society.field_reports import demo, services
from tinhso.society.field_reports.models import Cell, Report
from tinhso.society.field_reports.queries import attention, facts, inbox, places, public, ratings
from tinhso.society.field_reports.tests import makers
from tinhso.society.field_reports.tests.makers import CITIZEN, MONDAY, WHY, Place
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db
EVERYWHERE = Actor(ref="ioc", name="Trung tâm", everywhere=frozenset(makers.OFFICER))
DEMO = {
    "reports": 60,
    "months": 3,
    "on_time": 0.9,
    "confirmed": 0.5,
    "rated": 0.5,
    "places": ["trước chợ"],
    "channels": {"web": 1, "zalo": 1},
    "text": [
        {"category": code, "told": ["Một việc minh họa"], "answer": ["Đã xử lý xong việc này."]}
        for code in ("rac", "an-ninh")
    ],
}


def _rows(fact: Fact) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({fact.select}) told WHERE month = ANY(%s)", [["2026-11", "2026-12"]])
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(fact.fingerprints)
        assert {month for month, _print in cursor.fetchall()} >= {row["month"] for row in rows}
    for row in rows:
        assert {dim.code for dim in fact.dims} | {column.code for column in fact.columns} <= set(row)
        for dim in fact.dims:
            assert row[dim.code] in {member.code for member in dim.members}
    return rows


def _sum(rows: list[dict[str, Any]], name: str) -> int:
    return sum(int(row[name]) for row in rows)


def test_reports_are_counted_where_they_lie_and_when_things_happened_to_them(place: Place) -> None:
    mended = makers.mended(place)
    services.say_mended(ref=mended.ref, key=makers.key(mended), by=CITIZEN, now=MONDAY + timedelta(hours=5))
    declined = makers.received(category="duong", contact="0900000001")
    services.decline_report(ref=declined.ref, why=WHY, by=makers.an_officer(place.west), now=MONDAY)
    makers.a_report()

    rows = _rows(facts.reports_fact())

    told = {name: _sum(rows, name) for name in ("received", "resolved", "on_time", "closed", "confirmed", "declined")}
    assert told == {"received": 2, "resolved": 1, "on_time": 1, "closed": 1, "confirmed": 1, "declined": 1}
    assert {row["unit"] for row in rows} == {"W"}
    found = facts.report_records(RecordQuery(units=("W",), months=("2026-11",), members=(("linh_vuc", "rac"),)))
    assert [one.title[:13] for one in found] == [mended.ref]


def test_steps_and_ratings_are_facts_of_their_own(place: Place) -> None:
    report = makers.mended(place)
    for step, points in (("receiving", 5), ("handling", 2), ("result", 4)):
        services.rate_report(
            ref=report.ref, key=makers.key(report), step=step, points=points, note="", by=CITIZEN, now=MONDAY
        )

    steps, rated = _rows(facts.steps_fact()), _rows(facts.ratings_fact())

    assert Counter(row["buoc"] for row in steps)["resolved"] == 1
    assert _sum(steps, "steps") == report.entries_count
    assert (_sum(rated, "rated"), _sum(rated, "satisfied"), _sum(rated, "points")) == (3, 2, 11)


def test_what_few_people_think_is_told_to_nobody(place: Place) -> None:
    reports = [makers.mended(place, contact=f"090000000{n}") for n in range(3)]
    span = (MONDAY - timedelta(days=1), MONDAY + timedelta(days=1))

    told = []
    for report in reports:
        services.rate_report(
            ref=report.ref, key=makers.key(report), step="result", points=4, note="", by=CITIZEN, now=MONDAY
        )
        told.append(next(one for one in ratings.step_ratings([], *span) if one.step == "result").average)

    assert told == [None, None, 4.0]


def test_what_is_late_now_calls_for_attention(place: Place) -> None:
    report = makers.received()
    now = MONDAY + timedelta(days=30)

    counters = {one.code: one.count for one in read_together([attention.counters(frozenset({place.west.pk}), now)])[0]}
    late = read_together([attention.late_reports(frozenset(), now, 5)])[0]

    assert counters["reports_late"] == 1
    assert [one.title[:13] for one in late] == [report.ref]
    assert late[0].severity == "danger"


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda: places.nearby_reports(107.05, 15.05, "rac"), "field_reports_lies"),
        (lambda: public.reports_in_view(107.0, 15.0, 107.1, 15.1), "field_reports_shown_lies"),
        (lambda: public.report_clusters(107.0, 15.0, 107.1, 15.1), "field_reports_one_cell"),
        (lambda: inbox.tray_page(inbox.TODO, EVERYWHERE, inbox.ReportFilter(), MONDAY), "field_reports_due"),
    ],
)
def test_questions_that_a_million_reports_are_asked_are_answered_from_an_index(
    place: Place, ask: Any, index: str
) -> None:
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask()

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # as a million rows would make the planner think
        plans = []
        for sql, params in asked:
            cursor.execute(f"EXPLAIN {sql}", params)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
    assert index in plans[0]


def test_an_illustrative_year_is_made_once_and_holds_to_every_law_of_the_database(place: Place) -> None:
    by, now = program_actor("keeper", rights=[]), clock.now()

    first = demo.load(told=DEMO, seed="1", by=by, now=now)
    again = demo.load(told=DEMO, seed="1", by=by, now=now)

    assert (first, again) == (60, 0)
    for report in Report.objects.prefetch_related("entries"):
        assert sorted(one.number for one in report.entries.all()) == list(range(1, report.entries_count + 1))
        assert report.origin == Report.Origin.DEMO
    released = Report.objects.filter(is_public=True).count()
    assert sum(Cell.objects.filter(level=25).values_list("count", flat=True)) == released > 0
