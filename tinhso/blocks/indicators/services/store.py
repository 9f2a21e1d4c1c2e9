"""The fact store: one Delta table per fact, one partition per month, filled from PostgreSQL as Arrow."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import adbc_driver_postgresql.dbapi as adbc
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake
from deltalake.fs import DeltaStorageHandler
from django.conf import settings
from django.db import connection
from pyarrow.dataset import ParquetFileFormat, dataset
from pyarrow.fs import PyFileSystem

from tinhso.blocks.indicators.contract import Fact

PART = "part"  # the partition column repeats the month, so that data files stay whole for every engine
DECIMAL = pa.decimal128(38, 6)
KEPT_UNITS = 256  # tables whose reporting units are remembered
_units: dict[tuple[str, str, int], frozenset[str]] = {}


@dataclass(frozen=True)
class FactStore:
    """Where facts lie: a folder, or any object-store address that Delta understands, with ``options`` to get in."""

    root: str
    options: Mapping[str, str] = field(default_factory=dict)

    def uri(self, fact: Fact | str) -> str:
        """The address of a fact's table."""
        return f"{self.root}/{fact if isinstance(fact, str) else fact.code}"

    def table(self, fact: Fact | str) -> DeltaTable | None:
        """The table as it is now; None before the first row."""
        if not DeltaTable.is_deltatable(self.uri(fact), storage_options=dict(self.options)):
            return None
        return DeltaTable(self.uri(fact), storage_options=dict(self.options))

    def files(self, fact: Fact, months: Sequence[str] | None = None) -> list[str]:
        """Data files of ``months`` (all when None), each a Parquet file that any engine reads."""
        table = self.table(fact)
        if table is None:
            return []
        return list(
            table.file_uris(file_pruning_predicate=[(PART, "in", list(months))] if months is not None else None)
        )

    def rows(self, fact: Fact, files: Sequence[str]) -> Any:
        """Data ``files`` as an Arrow data set of the fact's present columns: what a file lacks is null."""
        return self._open(fact, files, schema=schema_of(fact), format=ParquetFileFormat())

    def _open(self, fact: Fact, files: Sequence[str], **how: Any) -> Any:
        if is_local(self.root):
            return dataset(list(files), **how)
        home = self.uri(fact).rstrip("/")
        inside = [unquote(file.removeprefix(home).lstrip("/")) for file in files]
        return dataset(inside, filesystem=PyFileSystem(DeltaStorageHandler(home, dict(self.options))), **how)

    def size(self, fact: Fact, months: Sequence[str]) -> int:
        """How many rows ``months`` have."""
        table = self.table(fact)
        if table is None:
            return 0
        files = pa.table(table.get_add_actions(flatten=True))
        month_files = files.filter(pc.is_in(files[f"partition.{PART}"], pa.array(list(months))))
        return int(pc.sum(month_files["num_records"]).as_py() or 0)

    def units(self, fact: Fact) -> frozenset[str]:
        """Units that have reported in any month; asked again about the same version, it does not read again."""
        table = self.table(fact)
        files = list(table.file_uris()) if table else []
        if table is None or not files:
            return frozenset()
        key = (self.uri(fact), str(table.metadata().id), table.version())
        if key not in _units:
            unit_dataset = self._open(fact, files, format=ParquetFileFormat(dictionary_columns={"unit"}))
            batches = unit_dataset.scanner(columns=["unit"]).to_batches()
            _units[key] = frozenset(unit for batch in batches for unit in pc.unique(batch.column(0)).to_pylist())
            while len(_units) > KEPT_UNITS:
                _units.pop(next(iter(_units)))
        return _units[key]

    def months(self, fact: Fact) -> list[str]:
        """Months that the table holds."""
        table = self.table(fact)
        return sorted({str(partition[PART]) for partition in table.partitions()}) if table else []

    def replace_months(self, fact: Fact, months: Sequence[str], rows: pa.Table) -> None:
        """Replace ``months`` by ``rows`` in one commit."""
        if is_local(self.root):
            Path(self.uri(fact)).mkdir(parents=True, exist_ok=True)
        rows = rows.append_column(PART, rows.column("month"))
        how: dict[str, Any] = {"mode": "overwrite", "partition_by": [PART], "storage_options": dict(self.options)}
        if self.table(fact) is not None:
            quoted = ", ".join(f"'{month}'" for month in months)
            how |= {"predicate": f"{PART} IN ({quoted})", "schema_mode": "merge"}
        write_deltalake(self.uri(fact), rows, **how)

    def drop(self, fact: Fact, months: Sequence[str]) -> None:
        """Take out ``months``: what was withdrawn must not count as reported."""
        table = self.table(fact)
        existing_months = sorted(set(months) & set(self.months(fact)))
        if table is not None and existing_months:
            quoted = ", ".join(f"'{month}'" for month in existing_months)
            table.delete(f"{PART} IN ({quoted})")


def is_local(address: str) -> bool:
    """Whether an address is a folder or file of this machine."""
    return "://" not in address


def default_store() -> FactStore:
    """The store that settings name."""
    return FactStore(settings.FACT_STORE, settings.FACT_STORE_OPTIONS)


def month_fingerprints(fact: Fact) -> dict[str, str]:
    """What PostgreSQL holds now: month → text that changes when a row of the month does."""
    with connection.cursor() as cursor:
        cursor.execute(fact.fingerprints)
        return {str(month): str(mark) for month, mark in cursor.fetchall()}


@contextmanager
def export_source() -> Iterator[Any]:
    """A way out of PostgreSQL for many exports: opening one costs more than most of them."""
    with adbc.connect(_database_address()) as opened:
        yield opened


def export_months(fact: Fact, months: Sequence[str], opened: Any) -> pa.Table:
    """Rows of ``months`` as they are in PostgreSQL, typed: whole numbers as int64, others as exact decimals."""
    quoted = ", ".join(f"'{month}'" for month in months)
    with opened.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({fact.select}) fact WHERE month IN ({quoted})")
        rows = cursor.fetch_arrow_table()
    opened.rollback()  # the next export sees what is committed by then
    return _typed_rows(fact, rows)


def schema_of(fact: Fact) -> pa.Schema:
    """Columns of a fact's rows: whole numbers are int64, others exact decimals."""
    values: dict[str, Any] = {"unit": pa.string(), "month": pa.string()}
    values |= {dim.code: pa.string() for dim in fact.dims}
    values |= {column.code: DECIMAL if column.decimals else pa.int64() for column in fact.columns}
    values |= {"status": pa.int16(), "true_for": pa.timestamp("us", tz="UTC")}
    return pa.schema(list(values.items()))


def _typed_rows(fact: Fact, rows: pa.Table) -> pa.Table:
    return pa.table({field.name: _cast_column(rows.column(field.name), field.type) for field in schema_of(fact)})


def _cast_column(column: Any, kind: Any) -> Any:
    values = column.combine_chunks()
    if isinstance(values, pa.ExtensionArray):  # numeric arrives as text in PostgreSQL's own extension type
        values = values.storage
    return pc.cast(values, kind)


def _database_address() -> str:
    conf = connection.settings_dict
    parts = {
        "host": conf["HOST"],
        "port": conf["PORT"],
        "dbname": conf["NAME"],
        "user": conf["USER"],
        "password": conf["PASSWORD"],
    }
    return " ".join(f"{key}='{value}'" for key, value in parts.items() if value)
