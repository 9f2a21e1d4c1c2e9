"""The demo province's whole catalogue over made-up rows: few, and of every kind that an engine could get wrong."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators import services as indicators
from tinhso.blocks.indicators.contract import Fact, Indicator, ReadingKind
from tinhso.blocks.indicators.queries.plans import FactPlan, plan_of
from tinhso.blocks.indicators.services import engine, engines, reach, store
from tinhso.blocks.units import queries as units
from tinhso.blocks.units import services as unit_services
from tinhso.blocks.units.models import Level
from tinhso.government.reporting import services as reporting
from tinhso.kernel.actor import program_actor

TODAY, OLD_DAY = date(2026, 10, 31), date(2024, 11, 30)
MONTHS = ["2024-05", "2024-06", "2024-12", "2025-06", "2025-07", "2025-12"]
LOADER = program_actor("test", rights=["operate system", "manage indicators", "manage data sets", "manage units"])
UNITS_EACH = 8


def load() -> list[FactPlan]:
    """Units, forms and definitions of the demo province in the database; the plans of all its facts."""
    folder = Path(settings.PROVINCE_DIR)
    unit_services.load_units(folder / "units", by=LOADER, now=datetime(2026, 1, 1, tzinfo=UTC))
    reporting.load_data_sets(folder=folder / "data_sets", by=LOADER)
    indicators.load_catalogue(folder, by=LOADER, today=TODAY)
    known = queries.catalogue(day=TODAY, fresh=True)
    return [_with_rarer_kinds(one, list(known.indicators.values())) for one in known.plans.values()]


def _with_rarer_kinds(one: FactPlan, known: Sequence[Indicator]) -> FactPlan:
    """The plan, on every third fact with a distinct count and a product of columns, which the demo does not use."""
    mine = [indicator for indicator in known if indicator.fact == one.fact.code]
    if sum(map(ord, one.fact.code)) % 3:
        return one
    column = one.fact.columns[0].code
    counted = replace(mine[0], code="Z-1", kind=ReadingKind.DISTINCT, count="unit", out_of="", by=())
    product = replace(mine[0], code="Z-2", kind=ReadingKind.SUM, count=f"{column} * {column} - 3", out_of="", by=())
    sampled = replace(counted, code="Z-3", sample=16)
    return plan_of(one.fact, [*mine, counted, product, sampled])


def fill(facts: store.FactStore, plans: Sequence[FactPlan]) -> None:
    """Rows for every fact: negative and large numbers, all decimals, gaps, estimates, every member."""
    every = units.all_nodes()
    for one in plans:
        chance = random.Random(one.fact.code)
        months = [month for month in MONTHS if int(month[5:]) % one.fact.every == 0]
        rows = [row for month in months for row in _month(one.fact, month, every, chance)]
        facts.replace_months(one.fact, months, pa.Table.from_pylist(rows, schema=store.schema_of(one.fact)))


def _month(fact: Fact, month: str, every: Sequence[Any], chance: random.Random) -> list[dict[str, Any]]:
    day = date.fromisoformat(f"{month}-28")
    level = Level.PROVINCE if fact.level == "province" else Level.COMMUNE
    there = sorted(node.ref for node in every if node.level == level and node.valid(day))
    rows = []
    for unit in chance.sample(there, min(UNITS_EACH, len(there))):
        members = {dim.code: [one.code for one in dim.members] or ["only"] for dim in fact.dims}
        for n in range(max(map(len, members.values()), default=1)):
            row: dict[str, Any] = {code: codes[n % len(codes)] for code, codes in members.items()}
            for column in fact.columns:
                row[column.code] = _amount(column.decimals, chance)
            row |= {"unit": unit, "month": month, "status": chance.randint(1, 3)}
            rows.append(row | {"true_for": datetime(2026, 1, chance.randint(1, 28), 3, 4, 5, 678, tzinfo=UTC)})
    return rows


def _amount(decimals: int, chance: random.Random) -> int | Decimal | None:
    if chance.random() < 0.1:
        return None
    if decimals:
        return Decimal(chance.randint(-(10**13), 10**15)).scaleb(-decimals)
    return chance.choice([0, 1, -7, chance.randint(0, 10**6), 60_000_011])


def compute_in_steps(kind: str, one: FactPlan, facts: store.FactStore, folder: Path) -> dict[str, pa.Table]:
    """The same chunks the long way: without the last measure, then that one beside, then half of the places again."""
    tables = reach.reach_tables(today=TODAY, old_day=OLD_DAY)
    places = sorted(tables.prints(one.fact, facts.units(one.fact)))[::2]
    *early, last = one.measures
    with engines.open_engine(kind) as running:
        shop = engine.Workshop(running, facts, tables, folder)
        made = shop.compute(one.only(early), _jobs(one, facts), "first")
        made = shop.widen(one, [last], _jobs(one, facts, made), "second")
        made = shop.patch(one, frozenset(places), _jobs(one, facts, made), "test")
    return {name: pq.read_table(folder / name, partitioning=None) for name in made.values()}


def _jobs(one: FactPlan, facts: store.FactStore, made: Mapping[str, str] | None = None) -> list[engine.Job]:
    held = facts.months(one.fact)
    years = sorted({month[:4] for month in held})
    return [
        engine.Job(year, tuple(month for month in held if month[:4] == year), (made or {}).get(year, ""))
        for year in years
    ]


def compute(kind: str, plans: Sequence[FactPlan], facts: store.FactStore, folder: Path) -> dict[str, pa.Table]:
    """Every chunk of every plan on an engine: file name → its cells, in the order they were written."""
    found: dict[str, pa.Table] = {}
    tables = reach.reach_tables(today=TODAY, old_day=OLD_DAY)
    with engines.open_engine(kind) as running:
        shop = engine.Workshop(running, facts, tables, folder)
        for one in plans:
            for name in shop.compute(one, _jobs(one, facts), "test").values():
                found[name] = pq.read_table(folder / name, partitioning=None)
    return found


def differences(left: dict[str, pa.Table], right: dict[str, pa.Table]) -> list[str]:
    """Chunks and columns in which two engines disagree, in names, types, or any cell."""
    wrong = [f"{name}: only one engine wrote it" for name in set(left) ^ set(right)]
    for name in sorted(set(left) & set(right)):
        one, other = left[name], right[name]
        kinds = [[(field.name, field.type) for field in table.schema] for table in (one, other)]
        if kinds[0] != kinds[1]:
            wrong.append(f"{name}: {set(kinds[0]) ^ set(kinds[1])}")
            continue
        wrong += [f"{name}: {column}" for column in one.column_names if not one[column].equals(other[column])]
    return wrong
