"""The article's 11,633 swaps are 11,633 records; each indicator is what one counts in them."""

import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import contract, queries
from tinhso.blocks.indicators import services as engine
from tinhso.blocks.indicators.contract import SYSTEM, RecordQuery
from tinhso.blocks.units.models import Level, Succession, Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.society.support import demo, indicators
from tinhso.society.support.models import Application, BatchLine, Claim, Delivery, Programme
from tinhso.society.support.queries import facts, lookup, open_totals

PROVINCE = Path(__file__).parents[4] / "provinces" / "ben_tre"
ENGINE = program_actor("test", rights=["operate system", "manage indicators", *lookup.RIGHTS])
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
MERGED = date(2025, 7, 1)


@pytest.fixture
def catalogue(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with these definitions alone, and a fact store of its own: the engine reads what is committed."""
    settings.FACT_STORE, settings.SNAPSHOT_DIR, settings.VAR = f"{tmp_path}/facts", tmp_path / "cells", tmp_path
    monkeypatch.setattr(contract, "FACT_PROVIDERS", [indicators.support_as_facts])
    monkeypatch.setattr(contract, "INDICATORS", [])
    queries.clear_caches()
    (tmp_path / "indicators").mkdir()
    shutil.copy(PROVINCE / "domains.toml", tmp_path)
    shutil.copy(PROVINCE / "indicators" / "ho-tro.toml", tmp_path / "indicators")
    yield tmp_path
    queries.clear_caches()


def _provinces() -> None:
    """The old province with three communes that became two of the new one, and the agencies that lead programmes."""
    old, new = people.a_unit("83", level=Level.PROVINCE), people.a_unit("86-20250701", level=Level.PROVINCE)
    before = [people.a_unit(f"B{n}", old) for n in range(3)]
    after = [people.a_unit(f"M{n}", new) for n in range(2)]
    offices = people.a_unit("BT-STTTT", old, level=Level.AGENCY), people.a_unit("VL-SKHCN-20250701", new)
    Unit.objects.filter(pk=offices[1].pk).update(level=Level.AGENCY)
    Unit.objects.filter(pk__in=[old.pk, offices[0].pk, *(one.pk for one in before)]).update(
        valid=DateRange(None, MERGED, "[)")
    )
    Unit.objects.filter(pk__in=[new.pk, offices[1].pk, *(one.pk for one in after)]).update(
        valid=DateRange(MERGED, None, "[)")
    )
    for one, to in ((old, new), (before[0], after[0]), (before[1], after[0]), (before[2], after[1])):
        known = Unit.objects.get(pk=to.pk).known
        Succession.objects.create(before=one, after=to, kind="merge", effective=MERGED, known=known, share=1)


def test_the_swaps_of_the_article_are_as_many_records_and_lead_to_them(catalogue: Path) -> None:
    _provinces()
    told = tomllib.loads((PROVINCE / "demo" / "support.toml").read_text(encoding="utf-8"))

    made = demo.load(told=told, seed="1", by=ENGINE, now=NOW)

    swap = Programme.objects.get(kind="swap")
    until = datetime(2024, 7, 31, 17, tzinfo=UTC)
    assert made == 11_633 + 1_500 + 420 + 520 + 380
    assert Delivery.objects.filter(application__programme=swap, application__delivered_at__lt=until).count() == 11_633
    assert Claim.objects.filter(programme=swap, live=True).count() == 4 * 13_133
    assert BatchLine.objects.filter(application__programme=swap, state="paid").count() == 13_133
    line = swap.lines.get()
    assert (line.used_pieces, line.used_money) == (13_133, 13_133 * 400_000)
    engine.load_catalogue(catalogue, by=ENGINE, today=clock.today())
    engine.refresh_snapshot(by=ENGINE, now=clock.now(), today=clock.today(), old_day=date(2025, 6, 30))
    _each_indicator_is_what_one_counts(swap)
    _and_leads_to_masked_records()


def _each_indicator_is_what_one_counts(swap: Programme) -> None:
    known = queries.catalogue(day=clock.today())

    def value_of(code: str, month: str, unit: str = "83") -> Decimal | None:
        found = [one for one in queries.reading_series(known.indicators[code], unit, to=SYSTEM) if one.period == month]
        return None if not found or found[0].value is None else round(found[0].value, 1)

    july = swap.applications.filter(delivered_at__year=2024, delivered_at__month=7)
    women, known_gender = july.filter(gender="female").count(), july.exclude(gender="").count()
    expected = {
        "HTR-101": Decimal(11_633),
        "HTR-102": july.count(),
        "HTR-103": july.count(),
        "HTR-104": 11_633,
        "HTR-105": july.count() * 400_000,
        "HTR-106": 11_633 * 400_000,
        "HTR-107": july.count(),
        "HTR-108": 100,
        "HTR-109": 100,
        "HTR-110": 0,
        "HTR-115": round(Decimal(100 * women) / known_gender, 1),
        "HTR-116": july.filter(gender="").count(),
        "HTR-117": 100,
        "HTR-118": 0,
        "HTR-113": round(Decimal(100 * july.filter(household__in=["poor", "near_poor"]).count()) / july.count(), 1),
    }
    assert {code: value_of(code, "2024-07") for code in expected} == expected
    assert sum(value_of("HTR-101", "2024-07", f"B{n}") or 0 for n in range(3)) == 11_633
    assert len(known.indicators) >= 22
    by_gender = queries.reading_breakdown(known.indicators["HTR-101"], "83", "2024-07", to=SYSTEM)
    assert sum(one.count or 0 for one in by_gender) == 11_633


def _and_leads_to_masked_records() -> None:
    wanted = RecordQuery(units=("B0",), months=("2024-07",), members=(("gioi_tinh", "chua-ro"),), limit=50)
    fact = facts.given_fact()
    assert fact.records is not None
    found = fact.records(wanted)
    shown = {one.title for one in found}
    names = Application.objects.filter(origin_unit__ref="B0", gender="").values_list("shown_name", flat=True)
    assert len(found) == 50
    assert all(any(title.endswith(name) for name in set(names)) for title in shown)
    rows = list(open_totals.total_rows())
    assert sum(int(row[5] or 0) for row in rows if row[0] == "doi-may-2g") <= 13_133
    assert {len(row) for row in rows} == {len(open_totals.COLUMNS)}


@pytest.mark.django_db
def test_every_month_of_a_fact_has_a_print() -> None:
    with connection.cursor() as cursor:
        for fact in indicators.support_as_facts():
            cursor.execute(fact.select)
            cursor.execute(fact.fingerprints)
            assert cursor.fetchall() == []
