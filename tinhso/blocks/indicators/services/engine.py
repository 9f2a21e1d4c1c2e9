"""Runs the pipelines and writes immutable chunks of cells: one Parquet file per fact and year."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tinhso.blocks.indicators.queries.plans import Plan
from tinhso.blocks.indicators.services import pipeline
from tinhso.blocks.indicators.services.engines import Engine
from tinhso.blocks.indicators.services.reach import KINDS, ReachTables, month_periods
from tinhso.blocks.indicators.services.store import FactStore, schema_of

ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Job:
    """One year of one fact: which months to compute, and the file whose other months still hold."""

    year: str
    months: tuple[str, ...]
    previous: str = ""


@dataclass
class Workshop:
    """An engine with the reach of units loaded, ready to compute facts one after another."""

    engine: Engine
    store: FactStore
    reach: ReachTables
    folder: Path

    def __post_init__(self) -> None:
        self.reach_table = self.engine.lay_out("reach", self.reach.table())
        self.parts = self.reach.has_parts
        self.periods = {every: self.engine.lay_out(f"periods-{every}", month_periods(every)) for every in KINDS}

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
        files = self.store.files(plan.fact, months)
        through = partial(self.store.rows, plan.fact, files)
        rows = self.engine.read("rows", files, schema_of(plan.fact), through)
        cells = self._with_kept(self._month_cells(plan, rows), jobs)
        calendar = self.engine.lay_out("calendar", self.reach.calendar(plan.fact, months, reporting))
        finished = self._all_periods(plan, cells, rows, calendar)
        written = self._write(plan, jobs, label, finished)
        self.engine.drop("cells", "grain")
        return written

    def _month_cells(self, plan: Plan, rows: Any) -> Any:
        grained = self.engine.keep("grain", pipeline.grain(plan, rows))
        return self.engine.keep("cells", pipeline.month_cells(plan, grained, self.reach_table, parts=self.parts))

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
                former = self._former(job)
                kept = former.filter((former.period_type == "month") & former.period.notin(list(job.months)))
                kept = kept.mutate(month=kept.period, known=kept.computable.cast("int8"))
                cells = cells.union(kept.select(*cells.columns))
        return cells

    def _former(self, job: Job) -> Any:
        path = self.folder / job.previous
        return self.engine.read(f"former_{job.year}", [str(path)], pq.read_schema(path))

    def _write(self, plan: Plan, jobs: Sequence[Job], label: str, finished: Any) -> dict[str, str]:
        """Write aside, flush to disk, then give each file its name: a reader never sees half a file."""
        names = {job.year: f"{plan.fact.code}/{job.year}-{label}.parquet" for job in jobs}
        asides = {year: (self.folder / name).with_suffix(".part") for year, name in names.items()}
        (self.folder / plan.fact.code).mkdir(parents=True, exist_ok=True)
        self.engine.write(finished, pipeline.ORDER, asides)
        for year, aside in asides.items():
            with aside.open("rb") as file:
                os.fsync(file.fileno())
            aside.replace(self.folder / names[year])
        return names


def _months(jobs: Sequence[Job]) -> list[str]:
    return sorted({month for job in jobs for month in job.months})
