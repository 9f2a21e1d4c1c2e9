"""A year's cells of a fact laid open for reading: an Arrow file that every process maps into memory.

A snapshot keeps Parquet, which is small and made to be read whole. A page needs a few rows at once, many times over.
So the first who reads a chunk lays it open: its rows in the order of one whole number that says which line (basis,
family member, kind of period, unit) they belong to, uncompressed, in a file beside the chunk. Finding a line is then a
binary search in memory that the operating system shares among all processes and takes back when it needs it.

The file is derived: it can be removed at any time, is swept with its chunk, and knows which file it was made of, since
after a restore another chunk may have taken the name.
"""

import json
import os
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cachetools import LRUCache
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Refused

SUFFIX = ".1.arrow"  # another layout gets another number
WORDS = ("basis", "dim", "member", "period_type", "target", "period")
# Columns that numpy reads in place: their type, and what stands for nothing told (status 3: official)
NUMBERS = {
    "reported": (pa.int32(), 0),
    "expected": (pa.int32(), 0),
    "computable": (pa.uint8(), False),
    "status": (pa.int16(), 3),
}
NEVER = -(2**63)  # a moment that there is not
SINCE = datetime(1970, 1, 1, tzinfo=UTC)
MOST_OPEN = 400  # chunks that a process holds open: each holds a file

Cell = tuple[Any, ...]


class CellLine(NamedTuple):
    """Which line of cells: a basis, a family member ("" and "" for the whole), a kind of period, a unit."""

    basis: str
    dim: str
    member: str
    kind: str
    unit: str


@dataclass(frozen=True)
class Chunk:
    """One open file. ``columns`` are views of mapped memory; ``codes`` give each word its place in a line's number."""

    columns: dict[str, Any]
    keys: Any
    words: dict[str, list[str]]
    families: list[tuple[str, str]]

    @cached_property
    def codes(self) -> dict[str, dict[str, int]]:
        """Words by column with their numbers."""
        return {name: {word: n for n, word in enumerate(words)} for name, words in self.words.items()}

    @cached_property
    def family_codes(self) -> dict[tuple[str, str], int]:
        """Family members with their numbers."""
        return {family: n for n, family in enumerate(self.families)}

    def key(self, line: CellLine) -> int:
        """The number of a line; -1 where the chunk has no such line."""
        basis = self.codes["basis"].get(line.basis, -1)
        family = self.family_codes.get((line.dim, line.member), -1)
        kind, unit = self.codes["period_type"].get(line.kind, -1), self.codes["target"].get(line.unit, -1)
        if min(basis, family, kind, unit) < 0:
            return -1
        kinds, units = len(self.words["period_type"]), len(self.words["target"])
        return ((basis * len(self.families) + family) * kinds + kind) * units + unit

    def line(self, line: CellLine, names: Sequence[str]) -> list[Cell]:
        """All cells of a line in the order of time, with the measures ``names``."""
        key = self.key(line)
        if key < 0:
            return []
        start, end = (int(place) for place in np.searchsorted(self.keys, (key, key + 1)))
        return self._cells(line, slice(start, end), names) if start < end else []

    def at(self, lines: Iterable[CellLine], period: str, names: Sequence[str]) -> list[Cell]:
        """The cell of one period of each line that has one, in the order of ``lines``."""
        period_code = self.codes["period"].get(period, -1)
        keyed_lines = [(line, key) for line in lines if (key := self.key(line)) >= 0]
        if period_code < 0 or not keyed_lines:
            return []
        keys = np.array([key for _line, key in keyed_lines])
        starts, ends = np.searchsorted(self.keys, keys), np.searchsorted(self.keys, keys + 1)
        period_codes, cells = self.columns["period"], []
        for (line, _key), start, end in zip(keyed_lines, starts.tolist(), ends.tolist(), strict=True):
            place = start + int(np.searchsorted(period_codes[start:end], period_code))
            if place < end and period_codes[place] == period_code:
                cells += self._cells(line, slice(place, place + 1), names)
        return cells

    def _cells(self, line: CellLine, rows: slice, names: Sequence[str]) -> list[Cell]:
        own = self.columns
        amounts = [own[name][rows].to_pylist() for name in names]
        periods = [self.words["period"][code] for code in own["period"][rows].tolist()]
        plain = [own[name][rows].tolist() for name in NUMBERS]
        moments = [None if at == NEVER else SINCE + timedelta(microseconds=at) for at in own["true_for"][rows].tolist()]
        return [
            (line.unit, period, line.basis, line.dim, line.member, reported, expected, bool(computable), status, *rest)
            for period, reported, expected, computable, status, *rest in zip(
                periods, *plain, moments, *amounts, strict=True
            )
        ]


_lock = threading.Lock()
_opened: LRUCache[str, Chunk] = LRUCache(MOST_OPEN)


def chunk_by_name(name: str) -> Chunk:
    """The chunk of a snapshot (its file name below ``SNAPSHOT_DIR``), laid open first where that is still to do."""
    path = f"{settings.SNAPSHOT_DIR}/{name}"
    with _lock:
        chunk = _opened.get(path)
        if chunk is None:
            chunk = _opened[path] = _open_chunk(Path(path))
        return chunk


def lay_open(name: str) -> None:
    """See that a chunk that will be read soon lies open."""
    _open_chunk(Path(settings.SNAPSHOT_DIR, name))


def _open_chunk(source: Path) -> Chunk:
    laid = source.with_name(source.name + SUFFIX)
    try:
        mark = mark_of(source)
        with suppress(FileNotFoundError, pa.ArrowInvalid, Stale):  # not there yet, torn by a machine that stopped
            return _mapped_chunk(laid, mark)
        return _lay_open(source, laid)
    except (OSError, pa.ArrowInvalid) as problem:
        return _while_it_was_whole(laid, problem)


def _while_it_was_whole(laid: Path, problem: Exception) -> Chunk:
    """What was laid open of a chunk that is lost or torn now: a refresh lays open what it writes before it publishes.

    Refuses where that is gone too; the next refresh makes such a chunk anew.
    """
    try:
        return _mapped_chunk(laid)
    except (OSError, pa.ArrowInvalid):
        words = _("Tệp số liệu %(name)s của bản chụp hỏng hoặc mất. Người vận hành chạy “tinhso refresh” để tạo lại.")
        raise Refused("snapshot_broken", words, name=laid.name.removesuffix(SUFFIX)) from problem


class Stale(Exception):
    """The open file was made of another chunk of the same name."""


def mark_of(source: Path) -> str:
    """What two chunks of the same name do not share."""
    file_status = source.stat()
    return f"{file_status.st_size}-{file_status.st_mtime_ns}"


def _mapped_chunk(path: Path, mark: str = "") -> Chunk:
    """The open file, which must be of a chunk with ``mark`` where one is given."""
    with pa.memory_map(str(path)) as file:
        return _chunk_of_file(file, mark)


def _chunk_of_file(file: Any, mark: str = "") -> Chunk:
    with pa.ipc.open_file(file) as opened:
        batch, metadata = opened.get_batch(0), json.loads(opened.schema.metadata[b"words"])
    if metadata.pop("mark", "") != mark and mark:
        raise Stale
    columns: dict[str, Any] = {name: batch.column(name) for name in batch.schema.names}
    for name in ("key", "period", "true_for", *NUMBERS):
        columns[name] = columns[name].to_numpy()
    families = [(dim, member) for dim, member in metadata.pop("families")]
    return Chunk(columns, columns.pop("key"), metadata, families)


def _lay_open(source: Path, target: Path) -> Chunk:
    """Write the open file of a chunk, whole or not at all: several processes may do so at once.

    Where the disk has no room, this process keeps it to itself.
    """
    laid = _lay_out_rows(source)
    aside = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with aside.open("wb") as file:
            _write_record_batch(laid, file)
        aside.rename(target)
        return _mapped_chunk(target)
    except OSError:
        aside.unlink(missing_ok=True)
        sink = pa.BufferOutputStream()
        _write_record_batch(laid, sink)
        return _chunk_of_file(pa.BufferReader(sink.getvalue()))


def _write_record_batch(laid: Any, sink: Any) -> None:
    with pa.ipc.new_file(sink, laid.schema) as writer:
        writer.write_batch(laid.combine_chunks().to_batches()[0] if laid.num_rows else _empty_batch(laid.schema))


def _lay_out_rows(source: Path) -> Any:
    """A chunk's rows in the order of their lines, with its words beside them."""
    mark, table = mark_of(source), pq.read_table(source, partitioning=None)
    words, codes = _coded_columns(table)
    families, family = _family_codes(words, codes)
    kinds, units = len(words["period_type"]), len(words["target"])
    key = ((codes["basis"] * len(families) + family) * kinds + codes["period_type"]) * units + codes["target"]
    order = np.lexsort((codes["period"], key))
    columns: dict[str, Any] = {"key": key[order], "period": codes["period"][order].astype("int32")}
    for name, (kind, nothing) in NUMBERS.items():
        columns[name] = pc.fill_null(table[name], nothing).cast(kind).take(order)
    moments = pc.cast(table["true_for"], pa.timestamp("us", tz="UTC")).cast(pa.int64())
    columns["true_for"] = pc.fill_null(moments, NEVER).take(order)
    columns |= {name: table[name].take(order) for name in table.column_names if name not in (*columns, *WORDS)}
    values: dict[str, Any] = {name: words[name] for name in ("basis", "period_type", "target", "period")}
    values |= {"families": families, "mark": mark}
    return pa.table(columns).replace_schema_metadata({"words": json.dumps(values, ensure_ascii=False)})


def _coded_columns(table: Any) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """Every word's column as its sorted words and, row by row, their numbers."""
    words, codes = {}, {}
    for name in WORDS:
        words[name] = sorted(pc.unique(table[name]).to_pylist())
        values = pa.array(words[name], table.schema.field(name).type)
        codes[name] = pc.index_in(table[name], value_set=values).to_numpy().astype("int64")
    return words, codes


def _family_codes(words: dict[str, list[str]], codes: dict[str, Any]) -> tuple[list[tuple[str, str]], Any]:
    members = max(len(words["member"]), 1)
    pairs, family = np.unique(codes["dim"] * members + codes["member"], return_inverse=True)
    names = [(words["dim"][pair // members], words["member"][pair % members]) for pair in pairs.tolist()]
    return names, family


def _empty_batch(schema: Any) -> Any:
    return pa.record_batch([pa.array([], field.type) for field in schema], schema=schema)


def close_chunks() -> None:
    """Close every open file."""
    with _lock:
        _opened.clear()
