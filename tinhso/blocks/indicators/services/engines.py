"""Where the pipelines run: an embedded DuckDB, or a Spark of many machines. The Workshop knows neither.

Both run the same Ibis expressions. What no expression says (how a result is kept for the next step, how a year of it
reaches one Parquet file) is said here once per engine, and the file is the same whoever wrote it.
"""

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.services.store import is_local
from tinhso.kernel.errors import Refused

NAMES = ("duckdb", "spark", "pysail")  # the last one speaks Spark's protocol; it is measured, not recommended
S3A = "spark.hadoop.fs.s3a.impl"  # set where Spark was given what it needs to read s3a://
ROW_GROUP = 122_880  # rows that a reader takes or skips together, the same for both engines
SMALL = 200_000  # rows up to which every worker gets a copy of a table instead of shuffling the other side


Rows = Callable[[], Any] | None


class Engine(Protocol):
    """What the Workshop asks of an engine; tables are Ibis tables, ``name`` is how the engine knows one."""

    def read_parquet(self, name: str, files: Sequence[str], schema: pa.Schema, through: Rows = None) -> Any:
        """Parquet files as one table of ``schema``; a column that a file lacks is null there.

        ``through`` opens the same files as Arrow data, for an engine that cannot reach their addresses itself.
        """

    def lay_out(self, name: str, table: pa.Table) -> Any:
        """A small table made here."""

    def keep(self, name: str, expression: Any) -> Any:
        """The result of an expression, computed once and in exactly its types."""

    def drop(self, *names: str) -> None:
        """Give back what was kept."""

    def write(self, expression: Any, order: Sequence[str], files: Mapping[str, Path]) -> None:
        """The expression's rows, sorted, as one Parquet file for every year that ``files`` names."""


@contextlib.contextmanager
def open_engine(kind: str | None = None, memory: str | None = None) -> Iterator[Engine]:
    """The engine that settings (or ``kind``) name, as long as the block lasts. Refuses one that is not installed."""
    name = kind or settings.INDICATOR_ENGINE
    if name not in NAMES:
        raise Refused("no_engine", _("INDICATOR_ENGINE phải là duckdb hoặc spark, không phải “%(name)s”."), name=name)
    ways = {"duckdb": _open_duckdb, "spark": _open_spark, "pysail": _open_pysail}
    with ways[name](memory or settings.INDICATOR_MEMORY) as running:
        yield running


def scratch_file(name: str) -> Path:
    """A file that only the running computation needs."""
    folder = Path(settings.VAR) / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


# Said directly: for a statement this plain, going through Ibis costs more than running it.
COPY = """
    COPY (SELECT * FROM finished WHERE left(period, 4) = '{year}' ORDER BY {order})
    TO {file} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})
"""


class DuckDB:
    """Embedded: keeps within the memory that settings allow and spills to disk beyond it."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def read_parquet(self, name: str, files: Sequence[str], schema: pa.Schema, through: Rows = None) -> Any:
        """Parquet files as one table of ``schema``; those of an object store come through Arrow, batch by batch."""
        if through and not all(map(is_local, files)):
            self.backend.con.register(_table_name(name), through())
            return self.backend.table(_table_name(name))
        table = self.backend.read_parquet(list(files), table_name=_table_name(name), union_by_name=True)
        return _with_schema(schema, table)

    def lay_out(self, name: str, table: pa.Table) -> Any:
        """Through a file: the engine reads it faster, and several times, than it takes over memory of another."""
        path = scratch_file(f"{_table_name(name)}.parquet")
        pq.write_table(table, path)
        return self.backend.read_parquet(str(path), table_name=_table_name(name))

    def keep(self, name: str, expression: Any) -> Any:
        """A table of exactly the expression's types, which DuckDB's own sums (of 128 bits) would not have."""
        return self.backend.create_table(name, expression, temp=True, overwrite=True)

    def drop(self, *names: str) -> None:
        """Give back what was kept."""
        for name in names:
            self.backend.drop_table(name, force=True)

    def write(self, expression: Any, order: Sequence[str], files: Mapping[str, Path]) -> None:
        """One sorted Parquet file for every year."""
        self.keep("finished", expression)
        for year, file in files.items():
            quoted = "'" + str(file).replace("'", "''") + "'"
            self.backend.raw_sql(COPY.format(year=year, order=", ".join(order), file=quoted, group=ROW_GROUP))
        self.drop("finished")


class Spark:
    """Spark, in this process's own session or behind Spark Connect; results come back here as Arrow.

    So workers need to reach the facts and nothing else: no folder of this machine, no file written by them.
    """

    def __init__(self, session: Any, *, whole: bool = True) -> None:
        """``whole`` False: it speaks the protocol but neither keeps results in memory nor takes hints."""
        self.session = session
        self.backend = ibis.pyspark.connect(session)
        self.whole = whole
        self.kept: dict[str, Any] = {}

    def read_parquet(self, name: str, files: Sequence[str], schema: pa.Schema, through: Rows = None) -> Any:
        """Parquet files as one table of ``schema``, which spares Spark reading every footer first.

        From an object store the workers read themselves where Spark's own configuration says how; else the rows come
        from here.
        """
        if through and not all(map(is_local, files)):
            if not self.session.conf.get(S3A, ""):
                return self._view(name, self.session.createDataFrame(through().to_table()))
            files = [re.sub(r"^s3:", "s3a:", file) for file in files]
        return self._view(name, self.session.read.schema(_spark_schema(schema)).parquet(*files))

    def lay_out(self, name: str, table: pa.Table) -> Any:
        """A small table made here, copied to every worker."""
        from pyspark.sql import functions

        frame = self.session.createDataFrame(table)
        return self._view(name, functions.broadcast(frame) if self.whole and table.num_rows <= SMALL else frame)

    def keep(self, name: str, expression: Any) -> Any:
        """The result, kept by the workers in memory and on disk."""
        frame = self.session.sql(self.backend.compile(expression))
        if self.whole:
            self.kept[name] = frame = frame.persist()
        else:
            path = scratch_file(f"{name}.kept")
            frame.write.mode("overwrite").parquet(str(path))
            frame = self.session.read.parquet(str(path))
        return self._view(name, frame)

    def drop(self, *names: str) -> None:
        """Give back what was kept."""
        for name in names:
            self.session.catalog.dropTempView(name)
            if name in self.kept:
                self.kept.pop(name).unpersist()

    def write(self, expression: Any, order: Sequence[str], files: Mapping[str, Path]) -> None:
        """One sorted Parquet file for every year, written here from what the workers send."""
        rows = self.session.sql(self.backend.compile(expression))
        table = rows.repartition(1).sortWithinPartitions(*order).toArrow()
        years = pc.utf8_slice_codeunits(table["period"], 0, 4)
        for year, file in files.items():
            mine = table.filter(pc.equal(years, year))
            pq.write_table(mine, file, compression="zstd", row_group_size=ROW_GROUP)

    def _view(self, name: str, frame: Any) -> Any:
        frame.createOrReplaceTempView(_table_name(name))
        return self.backend.table(_table_name(name))


def _table_name(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _with_schema(schema: pa.Schema, table: Any) -> Any:
    """The table with the columns of ``schema``, null where no file has them."""
    kinds = ibis.Schema.from_pyarrow(schema)
    missing = {name: ibis.null(kind) for name, kind in kinds.items() if name not in table.columns}
    return table.mutate(**missing).select(*kinds) if missing else table.select(*kinds)


@contextlib.contextmanager
def _open_duckdb(memory: str) -> Iterator[Engine]:
    backend = ibis.duckdb.connect(memory_limit=memory, temp_directory=str(scratch_file("spilt").parent))
    backend.raw_sql("SET preserve_insertion_order = false")
    try:
        yield DuckDB(backend)
    finally:
        backend.disconnect()


@contextlib.contextmanager
def _open_spark(memory: str) -> Iterator[Engine]:
    """A session on the cluster that ``TINHSO_SPARK`` names (``spark://…``, ``local[2]``), or Spark Connect (``sc://``)."""
    address = settings.SPARK
    builder = _session_builder()
    if address.startswith("sc://"):
        session = builder.remote(address).create()
    else:
        values = {
            "spark.driver.memory": re.sub(r"(?i)([kmgt])i?b$", r"\1", memory),
            "spark.driver.maxResultSize": "0",  # a year of cells comes back in one piece
            "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        session = builder.master(address).appName("tinhso").config(map=values).getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
    try:
        yield Spark(session)
    finally:
        session.stop()
        os.environ.pop("SPARK_CONNECT_MODE_ENABLED", None)  # left behind by Spark Connect, it forbids any other session


@contextlib.contextmanager
def _open_pysail(memory: str) -> Iterator[Engine]:
    """Spark's protocol without a Java machine, in this process."""
    from pysail.spark import SparkConnectServer

    os.environ.setdefault("RUST_LOG", "error")
    server = SparkConnectServer()
    server.start()
    session = _session_builder().remote(f"sc://127.0.0.1:{server.listening_address[1]}").create()
    try:
        yield Spark(session, whole=False)
    finally:
        session.stop()
        server.stop()


def _session_builder() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise Refused("no_engine", _("Chưa cài Spark: pip install 'tinhso[spark]'.")) from missing
    return SparkSession.builder


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
