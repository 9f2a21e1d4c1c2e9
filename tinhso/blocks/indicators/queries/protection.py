"""Which figures must be withheld so that no small count can be read, nor worked out by subtraction.

A count from 1 to ``smallest`` - 1 (and one that leaves so little of its out-of) points at persons: it is *primarily*
withheld. Whoever knows a whole and all parts but one knows that part too, so further figures are withheld (*secondary*
suppression, as the Handbook on Statistical Disclosure Control has it). Here they are found by construction: for each
small figure a *doubt* is built, another table that agrees with the true one in everything that stays visible and
differs in that figure. It moves one person from a commune to a neighbour in one month, and back in another month, and
the other way round for another member of the family, so that most totals do not notice; the cells that do notice are
withheld. Since such a table exists, no sum of visible figures, however clever, can yield the small one.
"""

import hashlib
import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import product
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cachetools import LRUCache
from django.conf import settings

from tinhso.blocks.indicators.contract import Indicator, ReadingKind
from tinhso.blocks.indicators.queries.cells import Reading, reader_of
from tinhso.blocks.indicators.queries.laid_open import mark_of
from tinhso.blocks.indicators.queries.layout import CellAtom, CellLayout, Key, layout_of
from tinhso.blocks.indicators.queries.layout import clear_ties_cache as _forget_layout

Parts = tuple[Decimal | int | None, Decimal | int | None]  # count, out-of
COLUMNS = "basis, target, period, dim, member"
SUFFIX = ".withheld.json"
MOST_IN_MEMORY = 200_000  # keys
METHOD = 1  # another way to find them means other files

_lock = threading.Lock()
_in_memory: LRUCache[Path, frozenset[Key]] = LRUCache(MOST_IN_MEMORY, getsizeof=lambda keys: len(keys) + 1)


def is_protected(reading: Reading) -> bool:
    """Whether a reading must not be told to those from whom small counts are withheld."""
    hidden = withheld_cells(reading.snapshot, reading.indicator, reading.period[:4])
    return (reading.basis, reading.unit, reading.period, reading.dim, reading.member) in hidden


def is_small(indicator: Indicator, count: Decimal | int | None, out_of: Decimal | int | None) -> bool:
    """Whether a count, what is left of its out-of, or the out-of itself is from 1 to ``smallest`` - 1."""
    parts = [out_of] if indicator.kind is ReadingKind.MEAN else [count, out_of]
    if indicator.kind is ReadingKind.RATIO and count is not None and out_of is not None:
        parts.append(out_of - count)
    return any(part is not None and 0 < part < indicator.smallest for part in parts)


def withheld_cells(snapshot: int, indicator: Indicator, year: str) -> frozenset[Key]:
    """Keys (basis, unit, period, dimension, member) of one year's cells that are withheld.

    Kept in a file beside the year's cells: both never change.
    """
    path = _kept_file(snapshot, indicator, year)
    if path is None:
        return frozenset()
    withheld = _in_memory.get(path)
    if withheld is None:
        withheld = _looked_up(path) if find_withheld(snapshot, indicator, year) else frozenset()
        with _lock:
            _in_memory[path] = withheld
    return withheld


def find_withheld(snapshot: int, indicator: Indicator, year: str) -> bool:
    """See that what must be withheld of a year is worked out; False where the snapshot has no such year."""
    path = _kept_file(snapshot, indicator, year)
    if path is not None and not path.exists():
        _store_withheld(path, _compute_withheld(snapshot, indicator, year))
    return path is not None


def _looked_up(path: Path) -> frozenset[Key]:
    return frozenset(map(_as_key, json.loads(path.read_text(encoding="utf-8"))))


def _as_key(words: list[str]) -> Key:
    basis, unit, period, dim, member = map(sys.intern, words)  # the same few words in very many keys
    return basis, unit, period, dim, member


def _compute_withheld(snapshot: int, indicator: Indicator, year: str) -> frozenset[Key]:
    cells = _cells_of_year(snapshot, indicator, year)
    small = [key for key, parts in cells.items() if is_small(indicator, *parts)]
    return protected_cells(indicator, cells, small, layout_of(snapshot, indicator, cells)) if small else frozenset()


@lru_cache(maxsize=4096)
def _kept_file(snapshot: int, indicator: Indicator, year: str) -> Path | None:
    """The file beside the cells; its name changes with all that the answer depends on."""
    opened = reader_of(snapshot)
    fact = opened.facts.get(indicator.fact, {}) if opened else {}
    chunk = fact.get("chunks", {}).get(year)
    if chunk is None:
        return None
    path = Path(settings.SNAPSHOT_DIR, chunk)
    parts = [fact["plan"], indicator.count, indicator.out_of, indicator.kind, indicator.smallest, indicator.by, METHOD]
    name = hashlib.sha256(json.dumps([*parts, mark_of(path)]).encode()).hexdigest()[:16]
    return path.with_name(f"{path.name}.{name}{SUFFIX}")


def _store_withheld(path: Path, found: frozenset[Key]) -> None:
    """Whole or not at all: readers may come at the same moment."""
    with NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as draft:
        json.dump(sorted(found), draft)
    Path(draft.name).rename(path)


def _cells_of_year(snapshot: int, indicator: Indicator, year: str) -> dict[Key, Parts]:
    opened = reader_of(snapshot)
    columns = opened.columns(indicator) if opened else None
    if opened is None or columns is None:
        return {}
    count, out_of = columns
    rows = opened.rows(
        indicator.fact,
        f"{COLUMNS}, {count}, {out_of or 'NULL'}",
        f"period LIKE ? AND (dim = '' OR dim IN (SELECT unnest(?))) AND computable AND {count} IS NOT NULL",
        (f"{year}%", list(indicator.by)),
    )
    return {row[:5]: row[5:] for row in rows}


def protected_cells(
    indicator: Indicator, cells: Mapping[Key, Parts], small: Sequence[Key], cell_layout: CellLayout
) -> frozenset[Key]:
    """``small`` and what else must be withheld so that none of them can be worked out."""
    if indicator.kind is ReadingKind.DISTINCT:
        return frozenset(small)  # distinct counts do not add up: nothing can be subtracted
    work = _ProtectionWork(indicator, cells, cell_layout)
    for key in sorted(small, key=lambda key: (len(key[2]) == 4, key)):
        if key not in work.doubted:
            work.doubt(key)
    return frozenset(work.hidden | set(small))


@dataclass
class _ProtectionWork:
    """Cells, what is hidden so far, and of which of them some doubt exists."""

    indicator: Indicator
    cells: Mapping[Key, Parts]
    known: CellLayout
    hidden: set[Key] = field(default_factory=set)
    doubted: set[Key] = field(default_factory=set)

    def doubt(self, key: Key) -> None:
        """Hide what a table that differs in ``key`` would change."""
        changed = self._changed_by(self._table(key))
        self.hidden |= changed
        self.doubted |= changed

    def _table(self, key: Key) -> dict[CellAtom, int]:
        """The smallest difference in ``key``: a product of steps over units, over time and over members."""
        atom = self.known.atom_in(key, self._weight)
        units = [atom.unit, *self._best(self.known.neighbours(key, atom), atom, key)]
        times = [atom.time, *self._best(self.known.other_times(key, atom), atom, key)]
        members = [atom.members, *self._best(self.known.other_members(key, atom), atom, key)]
        table: dict[CellAtom, int] = {}
        for (u, unit), (t, time), (m, member) in product(*map(enumerate, (units, times, members))):
            table[CellAtom(unit, time, member)] = (-1) ** (u + t + m)
        return table

    def _best(self, choices: Iterable[Sequence[CellAtom]], atom: CellAtom, key: Key) -> list[Any]:
        """Of the first group of possible partners that has any, the one that is missed least."""
        for group in choices:
            if group:
                best = min(group, key=self._cost)
                return [self.known.differing(atom, best)]
        return []

    def _cost(self, atom: CellAtom) -> tuple[bool, bool, Decimal | int, CellAtom]:
        """Hidden anyway before visible, large enough to cover before too small, then the smallest."""
        count, own = self._weight(atom), self.known.own_cells(atom)
        enough = count >= self.indicator.smallest
        return not all(cell in self.hidden for cell in own if cell in self.cells), not enough, count, atom

    def _weight(self, atom: CellAtom) -> Decimal | int:
        """What a reader would see of an atom: the least of the cells that are it."""
        return min((self.cells[cell][0] or 0 for cell in self.known.own_cells(atom) if cell in self.cells), default=0)

    def _changed_by(self, table: Mapping[CellAtom, int]) -> set[Key]:
        total: dict[Key, Decimal | int] = defaultdict(int)
        for atom, sign in table.items():
            for cell, share in self.known.cells_with(atom):
                total[cell] += sign * share
        return {cell for cell, change in total.items() if change and cell in self.cells}


def clear_protection_cache() -> None:
    """Drop what is kept in memory."""
    with _lock:
        _in_memory.clear()
    _kept_file.cache_clear()
    _forget_layout()
