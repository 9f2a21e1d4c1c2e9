"""What goes on at this moment, for the operations centre: counts of the day, what is late, what is open where."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead


@dataclass(frozen=True)
class Attention:
    """Something a leader should see beside the numbers: a late return, a broken rule."""

    kind: str
    title: str
    href: str
    unit: str
    since: datetime
    severity: str = "warning"


@dataclass(frozen=True)
class DueWork:
    """Something that has to be ready at ``due_at``: a task, or one return of many units.

    ``done`` of ``total`` are; ``kind`` is a Vietnamese word for what it is, ``unit`` and ``holder`` who has to do it.
    """

    kind: str
    title: str
    href: str
    due_at: datetime
    unit: str = ""
    holder: str = ""
    done: int = 0
    total: int = 1


@dataclass(frozen=True)
class DayCounter:
    """A count of the day from operational tables, read at the moment of asking: no snapshot stands behind it.

    ``count`` of ``out_of`` (None where there is no whole) since ``since``; ``tone`` is good, warn, bad or nothing;
    ``heard`` names the events after which it may have changed; ``source`` says in words where it comes from.
    """

    code: str
    name: str
    count: int
    since: datetime
    source: str
    href: str = ""
    out_of: int | None = None
    tone: str = ""
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spot:
    """So many things around a point (degrees, WGS 84); ``urgent`` of them cannot wait. Whoever hands it in has made
    inexact what must not be told exactly."""

    longitude: float
    latitude: float
    count: int
    urgent: int = 0


@dataclass(frozen=True)
class Happening:
    """One of these things, for the list beside the map."""

    title: str
    href: str
    where: str
    since: datetime
    tone: str = ""


@dataclass(frozen=True)
class Layer:
    """What goes on at this moment and where: spots for a map, the newest for a list; ``heard`` names the events after
    which it may have changed."""

    code: str
    name: str
    total: int
    spots: tuple[Spot, ...]
    newest: tuple[Happening, ...]
    source: str
    href: str = ""
    heard: tuple[str, ...] = ()


AttentionRead = DeferredRead[Sequence[Attention]]
DueWorkRead = DeferredRead[Sequence[DueWork]]
CounterRead = DeferredRead[Sequence[DayCounter]]
AttentionProvider = Callable[[frozenset[int], datetime, int], AttentionRead]
DueWorkProvider = Callable[[Actor, frozenset[int], datetime, datetime, int], DueWorkRead]
CounterProvider = Callable[[frozenset[int], datetime], CounterRead]
Box = tuple[float, float, float, float]  # west, south, east, north in degrees
LayerProvider = Callable[[frozenset[int], Box, int, datetime], Layer]
ATTENTION_PROVIDERS: list[AttentionProvider] = []
DUE_WORK_PROVIDERS: list[DueWorkProvider] = []
COUNTER_PROVIDERS: list[CounterProvider] = []
LAYER_PROVIDERS: list[LayerProvider] = []
WALL_EVENTS: list[str] = []


def register_attention(provider: AttentionProvider) -> AttentionProvider:
    """Register a function (unit keys, all when empty; now; limit): how to read what their leader should see.

    The reads of all apps travel to the database together.
    """
    ATTENTION_PROVIDERS.append(provider)
    return provider


def register_due_work(provider: DueWorkProvider) -> DueWorkProvider:
    """Register a function (reader; unit keys, all when empty; from; before; limit): how to read what is due then.

    It gives what the reader may see, done or not, the earliest first. The reads of all apps travel together.
    """
    DUE_WORK_PROVIDERS.append(provider)
    return provider


def register_counters(provider: CounterProvider) -> CounterProvider:
    """Register a function (unit keys, all when empty; now) that returns how to read an app's counters of the day.

    The reads of all apps travel to the database together.
    """
    COUNTER_PROVIDERS.append(provider)
    return provider


def register_map_layers(provider: LayerProvider) -> LayerProvider:
    """Register a function (unit keys, all when empty; box; how many spots fit beside each other; now): a live layer."""
    LAYER_PROVIDERS.append(provider)
    return provider


def register_wall_events(*events: str) -> None:
    """Register events (``app.Event``) after which what calls for attention on a wall may have changed."""
    WALL_EVENTS.extend(events)
