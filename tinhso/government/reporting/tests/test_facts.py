"""Published values as the indicator engine reads them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tinhso.blocks.indicators.contract import Fact, RecordQuery
from tinhso.government.reporting import services
from tinhso.government.reporting.queries import facts
from tinhso.government.reporting.tests import makers as a
from tinhso.kernel import periods
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
LATER = a.NOW + timedelta(days=30)


def rows_of(fact: Fact, *months: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({fact.select}) rows WHERE month = ANY(%s)", [list(months)])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def prints_of(fact: Fact) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(fact.fingerprints)
        return dict(cursor.fetchall())


def test_published_values_come_with_unit_month_members_status_and_time() -> None:
    units = a.a_province()
    form = a.a_data_set()
    one = a.a_return(form, units["VP"])
    a.a_published(one, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="5", xong="4", gio="2.5")

    rows = rows_of(facts.return_fact(form), "2024-09")

    assert {(row["unit"], row["kenh"]) for row in rows} == {(u, k) for u in ("X1", "X2") for k in ("quay", "mang")}
    assert {(row["nhan"], row["xong"], row["gio"]) for row in rows} == {(5, 4, "2.5")}
    assert {(row["month"], row["status"], row["true_for"]) for row in rows} == {("2024-09", 3, a.NOW)}
    assert rows_of(facts.return_fact(form), "2024-08") == []


def test_a_draft_revision_changes_nothing_and_a_published_one_changes_its_month_only() -> None:
    units = a.a_province()
    form = a.a_data_set()
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    for period in ("2024-08", "2024-09"):
        a.a_published(a.a_return(form, units["VP"], period), clerk, chief, nhan="5", xong="4")
    fact = facts.return_fact(form)
    before = prints_of(fact)
    one = a.a_return(form, units["VP"])

    services.revise(ref=one.ref, why="Tính thiếu", by=clerk, now=LATER)
    services.save_draft(ref=one.ref, entries=a.entries(one, nhan="6", xong="4"), by=clerk, now=LATER)
    during, unpublished = prints_of(fact), rows_of(fact, "2024-09")
    a.a_published(one, clerk, chief, LATER, nhan="6", xong="4")
    after = prints_of(fact)

    assert during == before
    assert {row["nhan"] for row in unpublished} == {5}
    assert {row["nhan"] for row in rows_of(fact, "2024-09")} == {6}
    assert after["2024-08"] == before["2024-08"]
    assert after["2024-09"] != before["2024-09"]


def test_a_quarter_counts_in_its_last_month() -> None:
    units = a.a_province()
    form = a.a_data_set(a.POPULATION)
    one = a.a_return(form, units["X1"], "2024-Q3")
    a.a_published(one, a.a_person("A", units["X1"]), a.a_person("B", units["X1"]), nam="5", nu="6", tong="11")

    fact = facts.return_fact(form)

    assert [(row["unit"], row["tong"]) for row in rows_of(fact, "2024-09")] == [("X1", 11)]
    assert fact.every == 3


def test_days_are_drawn_together_to_months_flows_added_and_of_stocks_the_last() -> None:
    units = a.a_province()
    fields = [
        {"code": "nhan", "name": "Nhận", "type": "integer", "nature": "flow"},
        {"code": "gio", "name": "Giờ", "type": "decimal", "nature": "flow"},
        {"code": "ton", "name": "Tồn", "type": "integer", "nature": "stock"},
    ]
    raw = a.a_spec(a.DOSSIERS, code="NG", period="day", due={"time": "17:00"}, field=fields, rule=[])
    form = a.a_data_set(raw)
    clerk, chief = a.a_person("A", units["VP"]), a.a_person("B", units["VP"])
    for day, ton in (("2024-09-01", "70"), ("2024-09-02", "60")):
        a.a_published(a.a_return(form, units["VP"], day), clerk, chief, nhan="5", gio="0.1", ton=ton)

    rows = rows_of(facts.return_fact(form), "2024-09")

    assert {(row["nhan"], row["gio"], row["ton"]) for row in rows} == {(10, "0.2", 60)}
    assert len(rows) == 4


def test_history_is_loaded_as_published_and_counts_like_any_other() -> None:
    units = a.a_province()
    form = a.a_data_set()
    month = periods.parse("2024-05")
    rows = [services.RowEntry(units["X1"].pk, "kenh=quay", {"nhan": "7", "xong": "7"})]
    past = services.PastReturn(units["VP"].pk, month, rows, a.NOW, a.NOW, a.NOW, submitted_by_name="Cán bộ")

    loaded = services.load_history(data_set=form, returns=[past], by=a.MANAGER)

    assert loaded == 1
    assert [(row["unit"], row["nhan"]) for row in rows_of(facts.return_fact(form), "2024-05")] == [("X1", 7)]
    with pytest.raises(Refused) as refusal:
        services.load_history(data_set=form, returns=[past], by=a.MANAGER)
    assert refusal.value.code == "already_filled"


def test_timeliness_counts_each_return_once_by_its_owner_and_the_month_it_was_due() -> None:
    units = a.a_province()
    one = a.a_return(a.a_data_set(), units["VP"])
    a.a_return(a.a_data_set(a.POPULATION), units["X1"], "2024-Q3")
    a.a_published(one, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="5", xong="5")

    found = {row["unit"]: row for row in rows_of(facts.timeliness_fact(), "2024-10")}

    assert (found["VP"]["due"], found["VP"]["on_time"], found["VP"]["not_submitted"]) == (1, 1, 0)
    assert (found["X1"]["due"], found["X1"]["on_time"], found["X1"]["not_submitted"]) == (1, 0, 1)
    assert {row["domain"] for row in found.values()} == {"dich-vu", "dan-cu"}


def test_a_reading_leads_down_to_the_returns_that_make_it() -> None:
    units = a.a_province()
    form = a.a_data_set()
    one = a.a_return(form, units["VP"])
    a.a_published(one, a.a_person("A", units["VP"]), a.a_person("B", units["VP"]), nhan="5", xong="4")
    fact = facts.return_fact(form)
    assert fact.records is not None

    found = fact.records(RecordQuery(units=("X1",), months=("2024-09",), members=(("kenh", "mang"),)))

    assert [(record.unit, record.by) for record in found] == [("Xã Một", "Cán bộ A")]
    assert found[0].href.endswith(f"/returns/{one.ref}/")
    assert ("Tiếp nhận", "5") in found[0].values
