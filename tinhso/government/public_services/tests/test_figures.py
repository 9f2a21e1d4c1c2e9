"""The demo's catalogue bears out what the newspaper printed, and the operations centre counts it from the records."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Fact, Indicator, RecordQuery
from tinhso.blocks.indicators.queries import definitions
from tinhso.government.public_services import demo, queries, services
from tinhso.government.public_services.models import Procedure, Version
from tinhso.government.public_services.queries import facts, finding
from tinhso.government.public_services.queries.finding import ProcedureFilter
from tinhso.government.public_services.services import load_procedures
from tinhso.government.public_services.tests import makers as a
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[4] / "provinces" / "ben_tre"
NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
BY = program_actor("tests", rights=["manage procedures"])


def rows_of(fact: Fact, month: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({fact.select}) rows WHERE month = %s", [month])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def counted(month: str) -> dict[str, int]:
    fact = facts.catalogue_fact()
    rows = rows_of(fact, month)
    return {column.code: sum(row[column.code] for row in rows) for column in fact.columns}


def percent(count: int, out_of: int) -> Decimal:
    return round(Decimal(100 * count) / out_of, 2)


@pytest.fixture
def whole(settings: Any) -> None:
    """The province's procedures, and the generated ones."""
    settings.PROVINCE_DIR = FOLDER
    load_procedures(folder=FOLDER / "procedures", by=BY, now=NOW)
    demo.load(by=BY, now=NOW)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("month", ["2024-09", "2026-10"])
def test_the_records_bear_out_the_figures_of_the_article(month: str) -> None:
    found = counted(month)

    assert (found["procedures"], found["online_services"], found["on_portal"]) == (1823, 1542, 1483)
    assert found["full_services"] + found["part_services"] == 1542
    assert found["part_without_reason"] == 0
    assert percent(found["online_services"], found["procedures"]) == Decimal("84.59")
    assert percent(found["on_portal"], found["online_services"]) == Decimal("96.17")
    assert percent(found["on_portal"], found["procedures"]) == Decimal("81.35")


@pytest.mark.usefixtures("whole")
def test_at_least_sixty_procedures_are_real_and_say_that_nobody_checked_them() -> None:
    real = Version.objects.filter(illustrative=False, known__upper_inf=True)

    assert real.values("procedure").distinct().count() >= 60
    assert not real.filter(verified=True).exists()
    assert set(real.values_list("source", flat=True)) == {"từ trí nhớ, cần đối chiếu"}
    assert real.exclude(cases=[]).count() == real.count()
    national = Procedure.objects.filter(has_local_code=False).values_list("code", flat=True)
    assert sorted(national) == ["2.000635", "2.000908"]


@pytest.mark.usefixtures("whole")
def test_what_was_generated_says_so_and_a_second_load_changes_nothing() -> None:
    made = Version.objects.filter(illustrative=True)
    before = Version.objects.count()

    assert demo.load(by=BY, now=NOW) == 0
    assert load_procedures(folder=FOLDER / "procedures", by=BY, now=NOW).changed == 0
    assert Version.objects.count() == before
    assert set(made.values_list("source", flat=True)) == {demo.SOURCE}
    assert (
        made.values("procedure").distinct().count() == 1823 - Procedure.objects.exclude(code__startswith="MH-").count()
    )


@pytest.mark.usefixtures("whole")
def test_everyday_words_find_the_real_procedure_among_all() -> None:
    asked = {
        "so do": "DP-DD-01",
        "lam giay khai sinh": "DP-HT-01",
        "mo quan an": "DP-HKD-01",
        "doi bang lai": "DP-GT-01",
    }

    for words, code in asked.items():
        best = [
            one.procedure.code
            for one in finding.search_procedures(ProcedureFilter(words=words), date(2026, 11, 25))[:5]
        ]
        assert code in best, words


def test_a_month_counts_what_was_in_force_on_its_last_day() -> None:
    a.put(a.a_document(), a.a_document(effective_from="2024-11-30", online="info", portal_since=""))

    found = {month: counted(month) for month in ("2024-08", "2024-09", "2024-11")}

    assert found["2024-08"]["procedures"] == 0
    assert [found[month]["online_services"] for month in ("2024-09", "2024-11")] == [1, 0]
    assert [found[month]["on_portal"] for month in ("2024-09", "2024-11")] == [1, 0]
    assert found["2024-11"]["procedures"] == 1
    running = clock.today().isoformat()[:7]
    assert {row["status"] for row in rows_of(facts.catalogue_fact(), "2024-11")} == {3}
    last = (date.fromisoformat(f"{running}-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    assert {row["status"] for row in rows_of(facts.catalogue_fact(), running)} == {3 if clock.today() == last else 2}


def test_a_correction_changes_the_mark_of_its_months_and_a_number_leads_to_its_procedures() -> None:
    a.put(a.a_document(), a.a_document(code="B", field_code="dat-dai", field="Đất đai"))
    fact = facts.catalogue_fact()
    before = marks(fact)

    a.put(a.a_document(online="info"), now=a.LATER)

    after = marks(fact)
    assert before["2024-09"] != after["2024-09"]
    assert fact.records is not None
    found = fact.records(RecordQuery(units=("83",), months=("2024-09",), members=(("field", "dat-dai"),)))
    assert [(record.title, record.href) for record in found] == [("Đăng ký khai sinh", "/services/B/?day=2024-09-01")]


def marks(fact: Fact) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(fact.fingerprints)
        return dict(cursor.fetchall())


def test_the_apps_indicators_fit_their_fact() -> None:
    a.put(a.a_document())
    fact = facts.catalogue_fact()
    mine: list[Indicator] = [one for one in contract.INDICATORS if one.fact == facts.CODE]

    for indicator in mine:
        definitions.check_indicator(indicator, {facts.CODE: fact}, frozenset({"dich-vu-cong"}))

    assert len(mine) >= 8
    assert {dim.code: [member.name for member in dim.members] for dim in fact.dims}["field"] == ["Hộ tịch"]


def test_a_fault_in_the_provinces_files_names_file_procedure_and_field(tmp_path: Path) -> None:
    (tmp_path / "sai.toml").write_text('[[procedure]]\ncode = "X"\neffective_from = "2024-01-01"\n', encoding="utf-8")

    with pytest.raises(Refused) as refusal:
        services.load_procedures(folder=tmp_path, by=BY, now=NOW)

    assert refusal.value.message.startswith("sai.toml, X: name")
    assert not Procedure.objects.exists()


def test_a_former_version_says_only_what_was_otherwise(tmp_path: Path) -> None:
    a.life_events()
    folder = FOLDER / "procedures"
    (tmp_path / "ho-tich.toml").write_text((folder / "ho-tich.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "life_events.toml").write_text((folder / "life_events.toml").read_text("utf-8"), encoding="utf-8")
    services.load_procedures(folder=tmp_path, by=BY, now=NOW)

    before, after = queries.version_on("DP-HT-13", date(2025, 6, 30)), queries.version_on("DP-HT-13", date(2025, 7, 1))

    assert before is not None
    assert after is not None
    assert (before.levels, after.levels) == (["district"], ["commune"])
    assert before.name == after.name
