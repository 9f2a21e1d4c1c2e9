"""Runs the pipelines and writes immutable chunks of cells: one Parquet file per fact and year."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tinhso.blocks.indicators.queries.plans import FactPlan, Measure
from tinhso.blocks.indicators.services import pipeline
from tinhso.blocks.indicators.services.engines import Engine
from tinhso.blocks.indicators.services.reach import KINDS, ReachTables, month_periods
from tinhso.blocks.indicators.services.store import FactStore, schema_of

ROWS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Job:
    """One year of one fact: which months to compute, and the file whose other months still hold.

    To ``Workshop.widen`` and ``Workshop.patch`` the months are all of the year, and the file is what they change.
    """

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

    def compute(self, plan: FactPlan, jobs: Sequence[Job], label: str) -> dict[str, str]:
        """Write a chunk for every job; returns year → file name below the folder."""
        return self._in_batches(plan, jobs, label, lambda batch: self._finished(plan, batch))

    def widen(self, plan: FactPlan, new: Sequence[Measure], jobs: Sequence[Job], label: str) -> dict[str, str]:
        """Compute ``new`` measures only, and set them beside the columns that former chunks have of the others."""
        names = [measure.name for measure in new]
        old = [measure.name for measure in plan.measures if measure.name not in names]

        def wide(batch: Sequence[Job]) -> Any:
            fresh = self._finished(plan.only(new), batch, keep=False).select(*pipeline.KEYS, *names)
            former = self._former(batch, old)
            return former.left_join(fresh, list(pipeline.KEYS)).select(*_cell_columns(plan))

        return self._in_batches(plan, jobs, label, wide)

    def patch(self, plan: FactPlan, places: frozenset[str], jobs: Sequence[Job], label: str) -> dict[str, str]:
        """Compute the cells of ``places`` (each a ``basis|target``) only; former chunks have all the others."""
        part = self.reach.only(places)
        table = self.engine.lay_out("reach-part", part.table())
        pairs = [place.split("|", 1) for place in sorted(places)]
        gone = pa.table({"basis": [basis for basis, _ in pairs], "target": [target for _, target in pairs]})
        changed = self.engine.lay_out("changed", gone)

        def patched(batch: Sequence[Job]) -> Any:
            fresh = self._finished(plan, batch, keep=False, part=(part, table)).select(*_cell_columns(plan))
            former = self._former(batch, [measure.name for measure in plan.measures])
            return former.anti_join(changed, ["basis", "target"]).select(*_cell_columns(plan)).union(fresh)

        return self._in_batches(plan, jobs, label, patched)

    def _in_batches(
        self, plan: FactPlan, jobs: Sequence[Job], label: str, finished: Callable[[Sequence[Job]], Any]
    ) -> dict[str, str]:
        """All years at once, or one after another where they would not fit in memory together."""
        written: dict[str, str] = {}
        small = self.store.size(plan.fact, _months_of_jobs(jobs)) <= ROWS_AT_ONCE
        for batch in [jobs] if small else [[job] for job in jobs]:
            written |= self._write(plan, batch, label, finished(batch))
            self.engine.drop("cells", "grain")
        return written

    def _finished(
        self, plan: FactPlan, jobs: Sequence[Job], *, keep: bool = True, part: tuple[ReachTables, Any] | None = None
    ) -> Any:
        """Cells of all the periods of the jobs' years; ``part`` of the reach only, where it is given."""
        months = _months_of_jobs(jobs)
        files = self.store.files(plan.fact, months)
        rows = self._rows(plan, files)
        tables, reach = part or (self.reach, self.reach_table)
        if part:
            rows = rows.semi_join(reach, rows.unit == reach.source).select(*rows.columns)
        cells = self._month_cells(plan, rows, reach)
        calendar = tables.calendar(plan.fact, months, self.store.units(plan.fact))
        calendar_table = self.engine.lay_out("calendar", calendar)
        return self._all_periods(plan, self._with_kept(cells, jobs) if keep else cells, rows, reach, calendar_table)

    def _rows(self, plan: FactPlan, files: Sequence[str]) -> Any:
        """What the files hold; months that are known of and have no row have no file."""
        schema = schema_of(plan.fact)
        if not files:
            return self.engine.lay_out("rows", schema.empty_table())
        return self.engine.read_parquet("rows", files, schema, partial(self.store.rows, plan.fact, files))

    def _month_cells(self, plan: FactPlan, rows: Any, reach: Any) -> Any:
        grained = self.engine.keep("grain", pipeline.finest_grain(plan, rows))
        return self.engine.keep("cells", pipeline.month_cells(plan, grained, reach, parts=self.parts))

    def _all_periods(self, plan: FactPlan, cells: Any, rows: Any, reach: Any, calendar: Any) -> Any:
        periods = self.periods[plan.fact.every]
        period_table = pipeline.period_cells(plan, cells, periods, calendar, parts=self.parts)
        for measure in plan.measures:
            if measure.distinct:
                counts = pipeline.distinct_cells(plan, measure, rows, reach, periods)
                joined = period_table.left_join(counts, list(pipeline.KEYS))
                # Somebody reported, but none of the things is of the sample
                measure_column = joined[measure.name].fill_null(0) if measure.sample > 1 else joined[measure.name]
                period_table = joined.select(*period_table.columns, **{measure.name: measure_column})
        return period_table

    def _with_kept(self, cells: Any, jobs: Sequence[Job]) -> Any:
        """Add month cells of former chunks that are still true."""
        for job in jobs:
            if job.previous:
                former = self._chunk(job)
                unchanged_cells = former.filter((former.period_type == "month") & former.period.notin(list(job.months)))
                unchanged_cells = unchanged_cells.mutate(
                    month=unchanged_cells.period, known=unchanged_cells.computable.cast("int8")
                )
                cells = cells.union(unchanged_cells.select(*cells.columns))
        return cells

    def _former(self, jobs: Sequence[Job], measures: Sequence[str]) -> Any:
        """What former chunks of these years say, with some of their measures."""
        chunks = [self._chunk(job).select(*pipeline.KEYS, *pipeline.ABOUT, *measures) for job in jobs]
        return reduce(lambda a, b: a.union(b), chunks)

    def _chunk(self, job: Job) -> Any:
        path = self.folder / job.previous
        return self.engine.read_parquet(f"former_{job.year}", [str(path)], pq.read_schema(path))

    def _write(self, plan: FactPlan, jobs: Sequence[Job], label: str, finished: Any) -> dict[str, str]:
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


def _cell_columns(plan: FactPlan) -> list[str]:
    return [*pipeline.KEYS, *pipeline.ABOUT, *(measure.name for measure in plan.measures)]


def _months_of_jobs(jobs: Sequence[Job]) -> list[str]:
    return sorted({month for job in jobs for month in job.months})
