"""Runs the pipelines and writes immutable chunks of cells: one Parquet file per fact and year."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from tinhso.blocks.indicators.queries.plans import Plan
from tinhso.blocks.indicators.services import pipeline
from tinhso.blocks.indicators.services.reach import KINDS, ReachTables
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

    def compute(self, plan: Plan, jobs: Sequence[Job], label: str) -> dict[str, str]:
        """Write a chunk for every job; returns year → file name below the folder."""
        months = sorted({month for job in jobs for month in job.months})
        rows = self.engine.read_parquet(self.store.files(plan.fact, months), table_name="rows", union_by_name=True)
        cells = self._month_cells(plan, rows)
        calendar = self._calendar(plan, months, rows)
        written = {}
        for job in jobs:
            chunk = self._chunk(plan, job, cells, calendar, rows)
            written[job.year] = self._write(chunk, f"{plan.fact.code}/{job.year}-{label}.parquet")
        return written

    def _month_cells(self, plan: Plan, rows: Any) -> Any:
        grained = self.engine.create_table("grain", pipeline.grain(plan, rows), temp=True, overwrite=True)
        cells = pipeline.month_cells(plan, grained, self.reach_table, parts=self.parts)
        return self.engine.create_table("cells", cells, temp=True, overwrite=True)

    def _calendar(self, plan: Plan, months: Sequence[str], rows: Any) -> Any:
        reporting = frozenset(pc.unique(rows.select("unit").distinct().to_pyarrow().column("unit")).to_pylist())
        table = self.reach.calendar(plan.fact, months, reporting | self.ever(plan))
        return self._lay_out(f"calendar-{plan.fact.code}", table)

    def _lay_out(self, name: str, table: pa.Table) -> Any:
        """Give the engine a small table in the one way that every engine reads."""
        path = self.folder / "scratch" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path)
        return self.engine.read_parquet(str(path), table_name=name)

    def ever(self, plan: Plan) -> frozenset[str]:
        """Units that ever reported on the fact, also in months that are not computed now."""
        files = self.store.files(plan.fact)
        units = self.engine.read_parquet(files, table_name="ever", union_by_name=True).select("unit").distinct()
        return frozenset(units.to_pyarrow().column("unit").to_pylist())

    def _chunk(self, plan: Plan, job: Job, cells: Any, calendar: Any, rows: Any) -> Any:
        months = cells.filter(cells.month.left(4) == job.year)
        kept = self._kept(plan, job)
        if kept is not None:
            months = months.union(kept.select(*months.columns))
        chunk = None
        for kind in KINDS[plan.fact.every]:
            part = pipeline.period_cells(plan, months, calendar, kind, parts=self.parts)
            part = self._with_distinct(plan, part, rows.filter(rows.month.left(4) == job.year), kind)
            chunk = part if chunk is None else chunk.union(part)
        assert chunk is not None
        return chunk.order_by(list(pipeline.ORDER))

    def _kept(self, plan: Plan, job: Job) -> Any:
        """Month cells of the former chunk that are still true."""
        if not job.previous:
            return None
        former = self.engine.read_parquet(str(self.folder / job.previous), table_name="former")
        kept = former.filter((former.period_type == "month") & former.period.notin(list(job.months)))
        return kept.mutate(month=kept.period, known=kept.computable.cast("int8"))

    def _with_distinct(self, plan: Plan, part: Any, rows: Any, kind: str) -> Any:
        for measure in plan.measures:
            if measure.distinct:
                counts = pipeline.distinct_cells(plan, measure, rows, self.reach_table, kind)
                part = part.left_join(counts, [*pipeline.GROUP, "period"]).select(*part.columns, measure.name)
        return part

    def _write(self, chunk: Any, name: str) -> str:
        """Write aside, flush to disk, then give it its name: a reader never sees half a file."""
        final = self.folder / name
        final.parent.mkdir(parents=True, exist_ok=True)
        aside = final.with_suffix(".part")
        self.engine.to_parquet(chunk, str(aside), compression="zstd")
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(final)
        return name
