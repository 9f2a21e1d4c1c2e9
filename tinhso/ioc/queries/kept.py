"""What is made of a snapshot's figures is made once and kept in memory, until one of those figures changes.

While something is made, the facts that are read for it are noted (``indicators.noting``). It holds as long as each of
them is the same: a return that changes one fact of fifty leaves what was made of the other forty-nine. What is kept is
bounded by its size.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from cachetools import LRUCache, TTLCache
from django.utils.translation import get_language

from tinhso.blocks.indicators import queries as indicators
from tinhso.ioc.queries.frame import SnapshotFrame

SECONDS = 3600  # what no fact tells of (an agency's name) is seen at the latest by then
MOST_BYTES = 64 * 2**20
# Open pages wait longer than this after an event before they read themselves afresh (frontend/parts/live.ts), so what
# they get was made after it, and two hundred of them cost a few answers.
MOMENT = 0.3
T = TypeVar("T")


@dataclass(frozen=True)
class CacheEntry:
    """Something made, the versions of the facts it was made of, and until when it is believed."""

    what: Any
    facts: Mapping[str, str]
    until: float
    size: int


_guard = threading.Lock()
_store: LRUCache[str, CacheEntry] = LRUCache(MOST_BYTES, getsizeof=lambda cache_entry: cache_entry.size)
_moments: TTLCache[str, Any] = TTLCache(maxsize=500, ttl=MOMENT)
_making: dict[str, threading.Lock] = {}


def cached_by_figures(
    at: SnapshotFrame, key: tuple[object, ...], make: Callable[[], T], *, weigh: Callable[[T], int] = sys.getsizeof
) -> T:
    """What ``make`` gives, from memory where it was made for the same ``key`` of the same figures before.

    The key must name all that the answer depends on beside figures, the catalogue, the audience, the units, the day and
    the language. Many who ask at once wait for the first. ``weigh`` says how many bytes a thing takes.
    """
    full = (at.edition, at.audience, at.known_at, at.places.version, at.today, get_language(), *key)
    name = sha256(repr(full).encode()).hexdigest()
    versions = _snapshot_versions(at)
    cache_entry = _valid_entry(name, versions)
    if cache_entry is None:
        with _only_one(name):
            cache_entry = _valid_entry(name, versions) or _make_entry(name, versions, make, weigh)
    indicators.note_facts(*cache_entry.facts)
    result: T = cache_entry.what
    return result


def _snapshot_versions(at: SnapshotFrame) -> Mapping[str, str]:
    opened = indicators.reader_of(at.number) if at.number else None
    return opened.versions if opened else {}


def _valid_entry(name: str, versions: Mapping[str, str]) -> CacheEntry | None:
    with _guard:
        cache_entry = _store.get(name)
    if cache_entry is None or cache_entry.until < time.monotonic():
        return None
    return cache_entry if all(versions.get(fact) == version for fact, version in cache_entry.facts.items()) else None


def _make_entry(name: str, versions: Mapping[str, str], make: Callable[[], T], weigh: Callable[[T], int]) -> CacheEntry:
    with indicators.facts_read_within() as facts:
        result = make()
    values = {fact: versions.get(fact, "") for fact in facts}
    cache_entry = CacheEntry(result, values, time.monotonic() + SECONDS, weigh(result))
    if cache_entry.size < MOST_BYTES:
        with _guard:
            _store[name] = cache_entry
    return cache_entry


def for_a_moment(key: tuple[object, ...], make: Callable[[], T]) -> T:
    """What ``make`` gives, shared by all who ask within :data:`MOMENT`; the key must name all that it depends on."""
    name = sha256(repr(key).encode()).hexdigest()
    with _only_one(name):
        with _guard:
            cached: T | None = _moments.get(name)
        if cached is None:
            cached = make()
            with _guard:
                _moments[name] = cached
        return cached


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    """One thread makes a thing; those who come meanwhile wait for it."""
    with _guard:
        lock = _making.setdefault(name, threading.Lock())
    with lock:
        try:
            yield
        finally:
            with _guard:
                _making.pop(name, None)


def forget() -> None:
    """Drop what is kept in memory; for tests."""
    with _guard:
        _store.clear()
        _moments.clear()
