"""Cases as figures, and as what a leader sees at this moment."""

from datetime import timedelta

import pytest
from django.db import connection

from tinhso.blocks.cases import services
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.queries import attention, facts, secrets
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.indicators.contract import RecordQuery
from tinhso.ui.round_trips import read_together

pytestmark = pytest.mark.django_db
MONDAY = makers.MONDAY - timedelta(days=28)  # a month that is over when these tests were written


def _rows() -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({facts.dossiers_fact().select}) row ORDER BY unit, month, kenh, agency")
        names = [column.name for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _prints() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(facts.dossiers_fact().fingerprints)
        return dict(cursor.fetchall())


def test_a_month_counts_what_happened_in_it_by_channel_and_agency() -> None:
    commune = makers.a_unit("28777", "Xã An")
    done = makers.finished(commune, MONDAY)
    services.rate(code=done.code, key=secrets.key_of(done), points=5, note="", address="", now=MONDAY)
    makers.received(commune, MONDAY)
    makers.filed(commune, MONDAY)

    rows = _rows()

    told = {(row["month"], row["kenh"]): row for row in rows}
    desk, online = told["2026-10", "truc-tiep"], told["2026-10", "truc-tuyen"]
    assert (desk["unit"], desk["agency"]) == ("28777", "xa")
    assert [desk[name] for name in ("filed", "received", "finished", "promised", "on_time", "early")] == [
        2,
        2,
        1,
        1,
        1,
        1,
    ]
    assert [desk[name] for name in ("due", "missed", "rated", "satisfied")] == [2, 1, 1, 1]
    assert [online[name] for name in ("filed", "filed_online", "received")] == [1, 1, 0]


def test_another_entry_of_a_dossier_makes_its_months_be_counted_again() -> None:
    commune = makers.a_unit("28777", "Xã An")
    case = makers.received(commune, MONDAY)
    before = _prints()

    services.write_note(code=case.code, text="Đã gọi", by=makers.an_officer(commune), now=MONDAY)

    assert _prints()["2026-10"] != before["2026-10"]


def test_a_figure_leads_to_its_dossiers() -> None:
    commune = makers.a_unit("28777", "Xã An")
    case = makers.received(commune, MONDAY)
    makers.received(commune, MONDAY, channel=Channel.POST)

    found = facts.records_of_months(
        RecordQuery(units=("28777",), months=("2026-10",), members=(("kenh", "truc-tiep"),))
    )

    assert [record.href for record in found] == [f"/cases/{case.code}/"]


def test_what_is_late_now_is_counted_out_of_what_runs_and_named() -> None:
    commune = makers.a_unit("28777", "Xã An")
    case = makers.received(commune, MONDAY)
    later = MONDAY + timedelta(days=10)
    makers.received(commune, later)

    (counters,) = read_together([attention.case_counters(frozenset({commune.pk}), later)])
    counted = {counter.code: counter for counter in counters}
    named = read_together([attention.late_cases(frozenset({commune.pk}), later, 10)])[0]

    assert (counted["cases_late"].count, counted["cases_late"].out_of) == (1, 2)
    assert [one.href for one in named] == [f"/cases/{case.code}/"]
