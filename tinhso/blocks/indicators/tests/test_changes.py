"""Only what changed is computed, and the result is what a full refresh gives, cell for cell."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection

from tinhso.blocks.indicators import services
from tinhso.blocks.indicators.contract import ReadingKind
from tinhso.blocks.indicators.models import Definition, Snapshot
from tinhso.blocks.indicators.services import changes, engine, pipeline
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.indicators.tests.test_engine import lines
from tinhso.blocks.units.models import Succession, Unit

pytestmark = pytest.mark.usefixtures("country")
LATE = replace(makers.FINISHED, code="D-7", count="finished - on_time", by=())
SQUARED = replace(makers.FINISHED, code="D-8", count="finished * on_time", by=())
COUNTED = replace(makers.UNITS, code="D-9", kind=ReadingKind.DISTINCT, by=("channel",))
OLD = ["a1", "a2", "b1", "b2"]
Cells = dict[tuple[Any, ...], dict[str, Any]]


def cells(snapshot: Snapshot | None) -> Cells:
    """Every cell of a snapshot: where it stands → what it says, measures by their text."""
    assert snapshot is not None
    fact = snapshot.manifest["facts"]["DOSSIERS"]
    found: Cells = {}
    for name in fact["chunks"].values():
        for row in pq.read_table(settings.SNAPSHOT_DIR / name, partitioning=None).to_pylist():
            key = tuple(row[part] for part in ("basis", "target", "dim", "member", "period_type", "period"))
            assert key not in found
            about = {part: row[part] for part in ("reported", "expected", "computable", "status", "true_for")}
            found[key] = about | {text: row[column] for text, column in fact["measures"].items()}
    return found


def define(*indicators: Any) -> None:
    """Make these the only definitions."""
    Definition.objects.all().delete()
    makers.a_catalogue(indicators)


def work() -> changes.FactWork:
    """What a refresh would do now for the one fact."""
    [one], _tables = services.pending_work(today=date(2024, 12, 31), old_day=date(2024, 6, 30))
    return one


def some_years() -> None:
    """Rows in three years, both sides of the merger."""
    makers.dossiers([*lines("2023-05", *OLD), *lines("2024-01", *OLD), *lines("2024-08", "x", "y")])
    makers.dossiers(lines("2022-12", *OLD))


def test_a_new_definition_computes_its_own_column_only(monkeypatch: pytest.MonkeyPatch) -> None:
    some_years()
    define(*makers.ALL)
    refresh()
    define(*makers.ALL, LATE)
    asked: list[list[str]] = []
    plain = pipeline.finest_grain

    def grain(plan: Any, rows: Any) -> Any:
        asked.append([measure.text for measure in plan.measures])
        return plain(plan, rows)

    monkeypatch.setattr(pipeline, "finest_grain", grain)

    explained = work()
    narrow = refresh()

    assert explained.years == {}
    assert sorted(explained.other_years) == ["2022", "2023", "2024"]
    assert "finished - on_time" in explained.why
    assert asked == [["finished - on_time"]]
    assert cells(narrow) == cells(refresh(full=True))


def test_a_definition_that_goes_or_is_only_renamed_computes_nothing() -> None:
    some_years()
    define(*makers.ALL, LATE)
    before = refresh()
    define(*makers.ALL[1:], replace(makers.FINISHED, name="Hồ sơ đã xong"))

    after = refresh()

    assert before is not None
    assert after is not None
    assert after.summary["changed"] == {}
    assert after.manifest["facts"]["DOSSIERS"]["chunks"] == before.manifest["facts"]["DOSSIERS"]["chunks"]


def test_a_changed_succession_computes_the_units_concerned_only(monkeypatch: pytest.MonkeyPatch) -> None:
    some_years()
    define(*makers.ALL, makers.UNITS)
    before = cells(refresh())
    Succession.objects.filter(before__ref="b1", after__ref="x").delete()
    touched: list[frozenset[str]] = []
    plain = engine.Workshop.patch

    def patch(self: Any, plan: Any, places: frozenset[str], *rest: Any) -> Any:
        touched.append(places)
        return plain(self, plan, places, *rest)

    monkeypatch.setattr(engine.Workshop, "patch", patch)

    explained = work()
    after = refresh()

    assert explained.years == {}
    assert touched == [explained.places]
    assert {place.split("|")[1] for place in explained.places}.isdisjoint({"p", "a1", "a2", "b2"})
    found = cells(after)
    assert found != before
    assert found == cells(refresh(full=True))


def test_a_unit_that_reports_for_the_first_time_changes_other_years_of_what_it_became() -> None:
    makers.dossiers([*lines("2023-05", "a1"), *lines("2024-01", "a1")])
    define(*makers.ALL)
    refresh()
    makers.dossiers(lines("2024-02", "a2"))

    narrow = refresh()

    assert cells(narrow) == cells(refresh(full=True))


def _edit(chance: random.Random) -> None:
    """One thing that may happen between two refreshes."""
    month = chance.choice(["2022-12", "2023-05", "2024-01", "2024-02", "2024-08"])
    units = ["x", "y"] if month == "2024-08" else OLD
    kind = chance.randrange(6)
    with connection.cursor() as cursor:
        if kind == 0:
            makers.dossiers(lines(month, chance.choice(units)))
        elif kind == 1:
            cursor.execute("UPDATE test_dossiers SET finished = finished + 3 WHERE month = %s", [month])
        elif kind == 2:
            cursor.execute("DELETE FROM test_dossiers WHERE month = %s AND unit = %s", [month, chance.choice(units)])
        elif kind == 3:
            define(*(chance.sample([*makers.ALL, makers.UNITS, LATE, SQUARED, COUNTED], 5)))
        elif kind == 4:
            share = chance.choice([None, Decimal("0.25"), Decimal(1)])
            Succession.objects.filter(before__ref=chance.choice(OLD)).update(share=share)
        else:
            made = Unit.objects.get(ref=chance.choice(["x", "y"]))
            one = Unit.objects.get(ref=chance.choice(OLD))
            if not Succession.objects.filter(before=one, after=made).delete()[0]:
                makers.became(one, made)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_changed_a_refresh_gives_what_a_full_one_gives(seed: int) -> None:
    chance = random.Random(seed)
    some_years()
    define(*makers.ALL)
    refresh()

    for _ in range(3):
        for _ in range(chance.choice([1, 1, 2])):
            _edit(chance)
        narrow = refresh() or Snapshot.objects.latest("number")
        Snapshot.objects.filter(number__gt=narrow.number).delete()

        full = refresh(full=True)

        assert cells(narrow) == cells(full)
        assert full is not None


@pytest.mark.parametrize("month", ["2024-02", "2024-08", "2024-12"])
def test_a_changed_month_changes_its_quarter_and_year_as_a_full_refresh_does(month: str) -> None:
    months = {f"2024-{n:02d}": OLD if n < 7 else ["x", "y"] for n in (1, 2, 3, 5, 7, 8, 10, 11)}
    makers.dossiers([line for each, units in months.items() for line in lines(each, *units)])
    define(*makers.ALL)
    before = cells(refresh())
    makers.dossiers([(*line[:3], 7, 2, 11, "0.375") for line in lines(month, *months.get(month, ["x"]))])

    narrow = cells(refresh())
    full = cells(refresh(full=True))

    assert narrow == full
    quarter = f"2024-Q{(int(month[5:]) + 2) // 3}"
    assert {key[-1] for key in narrow if narrow[key] != before.get(key)} == {month, quarter, "2024"}
