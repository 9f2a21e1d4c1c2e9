"""The province's indicators of teams, computed by the engine, are what one counts in registers and log."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.indicators import contract, queries
from tinhso.blocks.indicators import services as engine
from tinhso.blocks.indicators.contract import SYSTEM, RecordQuery
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.society.community_teams import indicators, services
from tinhso.society.community_teams.models import Difficulty
from tinhso.society.community_teams.queries import facts
from tinhso.society.community_teams.services.training import AttendanceRecord
from tinhso.society.community_teams.tests import makers
from tinhso.society.community_teams.tests.conftest import PROVINCE

ENGINE = program_actor("test", rights=["operate system", "manage indicators"])
SINCE, AT = date(2026, 9, 10), datetime(2026, 9, 20, 3, tzinfo=UTC)


@pytest.fixture
def catalogue(
    transactional_db: None, settings: Any, small_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A folder with these definitions alone, and a fact store of its own: the engine reads what is committed."""
    settings.FACT_STORE, settings.SNAPSHOT_DIR, settings.VAR = f"{tmp_path}/facts", tmp_path / "cells", tmp_path
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [indicators.teams_as_facts])
    monkeypatch.setattr(contract, "INDICATORS", [])
    queries.clear_caches()
    (small_province / "indicators").mkdir()
    shutil.copy(PROVINCE / "domains.toml", small_province)
    shutil.copy(PROVINCE / "indicators" / "to-cong-nghe.toml", small_province / "indicators")
    yield small_province
    queries.clear_caches()


def a_september(place: makers.Place) -> None:
    """Three teams, five members, two visits, one difficulty, a session of two, a task, a report."""
    commune = makers.a_team("X", tier="commune", valid_from=SINCE, place="Nhà văn hóa")
    hamlet = makers.a_team("A", valid_from=SINCE)
    makers.a_team("B", unit="E", valid_from=SINCE, hamlet="Ấp Hai")
    by = makers.a_manager()
    hoa = makers.a_volunteer(hamlet, valid_from=SINCE, role="head")
    others: tuple[dict[str, Any], ...] = (
        {},
        {"gender": "male", "born": 1970},
        {"gender": ""},
        {"term_until": "2026-09-01"},
    )
    for number, told in enumerate(others):
        makers.a_member(commune, f"TV-{number}", valid_from=SINCE, **told)
    makers.a_visit(hamlet, hoa, day=date(2026, 9, 18), people=6, women=3, old=2, done_by_self=4, now=AT)
    makers.a_visit(commune, by, day=date(2026, 9, 19), people=2, kind="point", topics=["dvc"], now=AT)
    void = makers.a_visit(hamlet, hoa, day=date(2026, 9, 19), people=900, now=AT)
    services.void_visit(ref=void.ref, why="Gõ nhầm", by=hoa, now=AT)
    one = services.report_difficulty(team=hamlet, kind="song-yeu", text="Cuối ấp sóng yếu", people=5, by=hoa, now=AT)
    services.answer_difficulty(ref=one.ref, text="Đã báo nhà mạng khắc phục", by=makers.an_agency(place), now=AT)
    services.report_difficulty(team=hamlet, kind="lua-dao", text="Cuộc gọi giả công an", by=hoa, now=AT)
    session = services.plan_session(
        title="An toàn trên mạng",
        skill="an-toan",
        unit=place.agency,
        held_on=date(2026, 9, 19),
        hours=Decimal("3.5"),
        place="Hội trường",
        trainer="Cán bộ sở",
        seats=9,
        by=by,
        now=AT,
    )
    refs = [one.ref for one in commune.members.order_by("number")[:2]]
    services.enrol_members(ref=session.ref, members=refs, by=by, now=AT)
    services.record_attendance(ref=session.ref, seen={refs[0]: AttendanceRecord(True)}, by=by, now=AT)
    services.certify_members(ref=session.ref, by=by, now=AT)
    (task,) = services.give_tasks(
        teams=[hamlet.ref], title="Cài VNeID", text="", due_on=date(2026, 9, 25), unit=place.west, by=by, now=AT
    )
    services.report_task(ref=task.ref, result="Đã đến 12 hộ", by=hoa, now=AT)
    services.report_month(team=hamlet, code="2026-09", by=hoa, now=AT)


def test_each_indicator_is_what_one_counts(catalogue: Path) -> None:
    place = makers.a_place()
    a_september(place)

    engine.load_catalogue(catalogue, by=ENGINE, today=clock.today())
    engine.refresh_snapshot(by=ENGINE, now=clock.now(), today=clock.today(), old_day=date(2025, 6, 30))

    known = queries.catalogue(day=clock.today())

    def value_of(code: str) -> Decimal | None:
        found = [
            one for one in queries.reading_series(known.indicators[code], "T", to=SYSTEM) if one.period == "2026-09"
        ]
        return None if not found or found[0].value is None else round(found[0].value, 1)

    def share(count: int, out_of: int) -> Decimal:
        return round(Decimal(100) * count / out_of, 1)

    expected = {
        "TCN-101": 3,
        "TCN-102": 0,
        "TCN-103": 1,
        "TCN-104": 2,
        "TCN-105": 5,
        "TCN-106": share(3, 4),
        "TCN-107": share(4, 5),
        "TCN-108": share(4, 5),
        "TCN-109": share(1, 5),
        "TCN-110": share(1, 3),
        "TCN-121": 2,
        "TCN-122": 8,
        "TCN-123": 4,
        "TCN-124": share(4, 6),
        "TCN-125": share(2, 6),
        "TCN-126": share(3, 6),
        "TCN-127": 3,
        "TCN-131": share(2, 3),
        "TCN-132": share(1, 3),
        "TCN-133": 100,
        "TCN-141": 2,
        "TCN-142": share(1, 2),
        "TCN-143": 0,
        "TCN-144": 6,
        "TCN-151": 1,
        "TCN-152": 1,
        "TCN-153": share(1, 2),
        "TCN-154": 1,
        "TCN-161": 100,
    }
    assert {code: value_of(code) for code in expected} == expected
    assert set(expected) == set(known.indicators) - {code for code in known.indicators if "." in code}


@pytest.mark.django_db
def test_every_figure_leads_down_to_records_that_name_nobody() -> None:
    place = makers.a_place()
    a_september(place)
    asked = RecordQuery(units=("W", "E", "T"), months=("2026-09",))

    found = {fact.code: fact.records(asked) for fact in indicators.teams_as_facts() if fact.records is not None}

    assert {code: len(rows) for code, rows in found.items()} == {
        facts.TEAMS: 3,
        facts.MEMBERS: 5,
        facts.MONTHS: 3,
        facts.VISITS: 2,
        facts.TOPICS: 2,
        facts.DIFFICULTIES: 2,
        facts.SEATS: 2,
        facts.SESSIONS: 1,
        facts.TASKS: 1,
    }
    assert not [row for rows in found.values() for row in rows if "Người TV" in row.title]
    narrow = RecordQuery(units=("W",), months=("2026-09",), members=(("noi_dung", "vneid"),))
    assert len(found[facts.TOPICS]) > len(facts.topics_fact().records(narrow))  # type: ignore[misc]
    assert Difficulty.objects.count() == 2
