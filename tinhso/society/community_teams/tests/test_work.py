"""Tasks of many teams at once, and the month that is counted and handed in by one tap."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import MonthReport, Task
from tinhso.society.community_teams.queries import month, reporting
from tinhso.society.community_teams.tests import makers

DUE = date(2026, 12, 1)


@pytest.mark.django_db
def test_a_task_for_many_teams_is_one_for_each_and_never_for_teams_of_others() -> None:
    place = makers.a_place()
    ours, theirs = makers.a_team("TCN-1"), makers.a_team("TCN-2", unit="E")
    hoa, west = makers.a_volunteer(ours), makers.a_manager(place.west)
    told: dict[str, Any] = {"title": "Vận động cài VNeID", "text": "", "due_on": DUE, "now": makers.MONDAY}

    with pytest.raises(Refused, match="phụ trách"):
        services.give_tasks(teams=[ours.ref, theirs.ref], unit=place.west, by=west, **told)
    assert not Task.objects.exists()
    (one,) = services.give_tasks(teams=[ours.ref], unit=place.west, by=west, **told)
    with pytest.raises(Refused, match="đúng việc ấy"):  # tapped twice
        services.give_tasks(teams=[ours.ref], unit=place.west, by=west, **told)
    with pytest.raises(Refused, match="ghi rõ"):
        services.report_task(ref=one.ref, result="", by=hoa, now=makers.MONDAY)
    services.report_task(ref=one.ref, result="Đã đến 40 hộ", by=hoa, now=makers.MONDAY)
    with pytest.raises(Forbidden):
        services.confirm_task(ref=one.ref, note="", by=hoa, now=makers.MONDAY)
    services.send_back(ref=one.ref, note="Còn ấp Hai", by=west, now=makers.MONDAY)
    services.report_task(ref=one.ref, result="Đã đến đủ hộ", by=west, now=makers.MONDAY)
    with pytest.raises(Refused, match="tự xác nhận"):
        services.confirm_task(ref=one.ref, note="", by=west, now=makers.MONDAY)
    found = services.confirm_task(ref=one.ref, note="", by=makers.a_manager(ref="other"), now=makers.MONDAY)

    assert found.state == Task.State.DONE


@pytest.mark.django_db
def test_the_month_is_counted_from_the_log_and_a_later_visit_shows_as_a_difference() -> None:
    makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)
    makers.a_visit(team, hoa, people=4, women=3)
    wrong = makers.a_visit(team, hoa, people=50)
    services.void_visit(ref=wrong.ref, why="Gõ nhầm số", by=hoa, now=makers.MONDAY)
    services.report_difficulty(team=team, kind="khac", text="Không có chỗ ngồi làm hồ sơ", by=hoa, now=makers.MONDAY)

    first = services.report_month(team=team, code="2026-11", by=hoa, now=makers.MONDAY)
    again = services.report_month(team=team, code="2026-11", by=hoa, now=makers.MONDAY)
    makers.a_visit(team, hoa, people=2, topics=["ky-so"])

    assert again == first
    assert first.figures == {
        "visits": 1,
        "people": 4,
        "women": 3,
        "old": 0,
        "done_by_self": 0,
        "topics": {"dvc": 1, "vneid": 1},
        "difficulties": 1,
        "answered": 0,
        "waiting": 1,
        "trained": 0,
        "tasks": 0,
    }
    lines = month.report_lines(month.month_figures(team, "2026-11"), first.figures)
    assert {one.label: (one.told, one.now) for one in lines if one.differs} == {
        "Lượt hỗ trợ": (1, 2),
        "Người được hướng dẫn": (4, 6),
        "Lượt về: Chữ ký số cá nhân": (0, 1),
    }
    second = services.report_month(team=team, code="2026-11", by=hoa, now=makers.MONDAY)
    assert (second.number, second.figures["people"]) == (2, 6)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthReport.objects.filter(pk=first.pk).update(figures={})
    (place,) = reporting.commune_months("2026-11", makers.a_manager())
    assert (place.teams, place.reported, place.sums["people"]) == (1, 1, 6)


@pytest.mark.django_db
def test_reports_of_other_months_and_other_teams_are_refused() -> None:
    makers.a_place()
    team, other = makers.a_team("TCN-1"), makers.a_team("TCN-2")
    hoa = makers.a_volunteer(team)

    for code in ("2026-12", "2020-01", "2026-13", "x"):
        with pytest.raises(Refused, match="12 tháng"):
            services.report_month(team=team, code=code, by=hoa, now=makers.MONDAY)
    with pytest.raises(Forbidden):
        services.report_month(team=other, code="2026-11", by=hoa, now=makers.MONDAY)


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_report() -> None:
    makers.a_place()
    team = makers.a_team()
    hoa = makers.a_volunteer(team)

    def tap() -> None:
        try:
            services.report_month(team=team, code="2026-11", by=hoa, now=makers.MONDAY)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert MonthReport.objects.count() == 1
