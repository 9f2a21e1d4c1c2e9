"""Runs the pipelines and writes immutable chunks of cells: one Parquet file per fact and year."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from tinhso.blocks.indicators.queries.plans import Plan
from tinhso.blocks.indicators.services import pipeline
from tinhso.blocks.indicators.services.reach import KINDS, ReachTables, month_periods
from tinhso.blocks.indicators.services.store import FactStore


@contextlib.contextmanager
def duckdb(memory: str | None = None) -> Iterator[Any]:
    """An embedded engine that keeps within the memory that settings allow and spills to disk beyond it."""
    scratch = Path(settings.VAR) / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    engine = ibis.duckdb.connect(memory_limit=memory or settings.INDICATOR_MEMORY, temp_directory=str(scratch))
    engine.raw_sql("SET preserve_insertion_order = false")
    try:
        yield engine
    finally:
        engine.disconnect()


ROWS_AT_ONCE = 1_000_000
# Said directly: for a statement this plain, going through Ibis costs more than running it.
COPY = """
    COPY (SELECT * FROM finished WHERE left(period, 4) = '{year}' ORDER BY {order})
    TO {file} (FORMAT parquet, COMPRESSION zstd)
"""


@dataclass(frozen=True)
class Job:
    """One year of one fact: which months to compute, and the file whose other months still hold."""

    year: str
    months: tuple[str, ...]
    previous: str = ""


@dataclass
class Workshop:
    """An engine with the reach of units loaded, ready to compute facts one after another."""

    engine: Any
    store: FactStore
    reach: ReachTables
    folder: Path

    def __post_init__(self) -> None:
        self.reach_table = self._lay_out("reach", self.reach.table())
        self.parts = self.reach.has_parts
        self.periods = {every: self._lay_out(f"periods-{every}", month_periods(every)) for every in KINDS}

    def compute(self, plan: Plan, jobs: Sequence[Job], label: str) -> dict[str, str]:
        """Write a chunk for every job; returns year → file name below the folder."""
        reporting = self.store.units(plan.fact)
        written: dict[str, str] = {}
        for batch in self._batches(plan, jobs):
            written |= self._compute(plan, batch, label, reporting)
        return written

    def _batches(self, plan: Plan, jobs: Sequence[Job]) -> list[Sequence[Job]]:
        """All years at once, or one after another where they would not fit in memory together."""
        small = self.store.size(plan.fact, _months(jobs)) <= ROWS_AT_ONCE
        return [jobs] if small else [[job] for job in jobs]

    def _compute(self, plan: Plan, jobs: Sequence[Job], label: str, reporting: frozenset[str]) -> dict[str, str]:
        months = _months(jobs)
        rows = self.engine.read_parquet(self.store.files(plan.fact, months), table_name="rows", union_by_name=True)
        cells = self._with_kept(self._month_cells(plan, rows), jobs)
        calendar = self._lay_out(f"calendar-{plan.fact.code}", self.reach.calendar(plan.fact, months, reporting))
        self._keep("finished", self._all_periods(plan, cells, rows, calendar))
        written = {job.year: self._write(plan, job, label) for job in jobs}
        for name in ("finished", "cells"):
            self.engine.drop_table(name, force=True)
        return written

    def _month_cells(self, plan: Plan, rows: Any) -> Any:
        grained = self._keep("grain", pipeline.grain(plan, rows))
        cells = self._keep("cells", pipeline.month_cells(plan, grained, self.reach_table, parts=self.parts))
        self.engine.drop_table("grain")
        return cells

    def _keep(self, name: str, expression: Any) -> Any:
        """A table of exactly the expression's types, which the engine's own sums (of 128 bits) would not have."""
        return self.engine.create_table(name, expression, temp=True, overwrite=True)

    def _lay_out(self, name: str, table: pa.Table) -> Any:
        """Give the engine a small table in the one way that every engine reads."""
        path = Path(settings.VAR) / "scratch" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)
        return self.engine.read_parquet(str(path), table_name=name)

    def _all_periods(self, plan: Plan, cells: Any, rows: Any, calendar: Any) -> Any:
        periods = self.periods[plan.fact.every]
        found = pipeline.period_cells(plan, cells, periods, calendar, parts=self.parts)
        for measure in plan.measures:
            if measure.distinct:
                counts = pipeline.distinct_cells(plan, measure, rows, self.reach_table, periods)
                keys = [*pipeline.GROUP, "period_type", "period"]
                found = found.left_join(counts, keys).select(*found.columns, measure.name)
        return found

    def _with_kept(self, cells: Any, jobs: Sequence[Job]) -> Any:
        """Add month cells of former chunks that are still true."""
        for job in jobs:
            if job.previous:
                former = self.engine.read_parquet(str(self.folder / job.previous), table_name=f"former_{job.year}")
                kept = former.filter((former.period_type == "month") & former.period.notin(list(job.months)))
                kept = kept.mutate(month=kept.period, known=kept.computable.cast("int8"))
                cells = cells.union(kept.select(*cells.columns))
        return cells

    def _write(self, plan: Plan, job: Job, label: str) -> str:
        """Write aside, flush to disk, then give it its name: a reader never sees half a file."""
        name = f"{plan.fact.code}/{job.year}-{label}.parquet"
        final = self.folder / name
        final.parent.mkdir(parents=True, exist_ok=True)
        aside = final.with_suffix(".part")
        self.engine.raw_sql(COPY.format(year=job.year, order=", ".join(pipeline.ORDER), file=_quoted(aside)))
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(final)
        return name


def _months(jobs: Sequence[Job]) -> list[str]:
    return sorted({month for job in jobs for month in job.months})


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
