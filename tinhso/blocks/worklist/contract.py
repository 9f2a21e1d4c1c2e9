"""What a system offers to the worklist: the rows that wait for an actor, and what a line shows of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.kernel.working_calendar import moment_at


@dataclass(frozen=True)
class WorkItem:
    """One thing that waits for somebody.

    ``title`` names the thing, ``code`` is its reference, ``step`` what is to be done with it ("Duyệt"), ``unit`` the
    name of the unit whose work it is, ``note`` what else helps to choose. ``tick`` is what the system's bulk address
    takes for it; empty where it must be opened. ``href`` is its page.
    """

    title: str
    href: str
    code: str
    step: str
    unit: str = ""
    note: str = ""
    due_at: datetime | None = None
    since: datetime | None = None
    tick: str = ""


@dataclass(frozen=True)
class WorkQueue:
    """Rows that wait for one actor in one system, not yet read; no row is in two queues.

    ``due`` is the field by which a row is due: a moment, or a day with ``due_is_day``; empty where nothing is promised.
    ``make`` gets ``columns`` of a row. ``rows`` may be ordered: the worklist orders them anew, late first.
    """

    rows: Any  # a query set
    due: str
    columns: Sequence[str]
    make: Callable[[Row], WorkItem]
    due_is_day: bool = False


@dataclass(frozen=True)
class BulkAct:
    """A button under ticked items: the value of ``act`` that is sent, Vietnamese ``label``, and who sees it."""

    act: str
    label: str
    right: str
    icon: str = "check"


@dataclass(frozen=True)
class WorkBulk:
    """Where ticked items are sent: the name of an address that takes ``field`` once for each, ``act`` and ``back``.

    The address checks every right itself, and says of each item that it refused why. With ``is_query`` it is a page
    that asks before anything is done (GET).
    """

    address: str
    field: str
    acts: Sequence[BulkAct]
    is_query: bool = False


@dataclass(frozen=True)
class WorkSource:
    """One kind of work: ``kind`` is its word in the address, ``label`` its Vietnamese name on a tab.

    ``read_queues`` is asked for whoever holds one of ``rights``, and asks the database nothing itself: each queue that
    it gives is counted and read by an index. ``list_address`` is the name of the system's own list, with all its
    filters. The smallest ``place`` stands first.
    """

    kind: str
    label: str
    icon: str
    place: int
    rights: Sequence[str]
    list_address: str
    read_queues: Callable[[Actor, datetime], Sequence[WorkQueue]]
    bulk: WorkBulk | None = None


_sources: dict[str, WorkSource] = {}


def register_work(source: WorkSource) -> None:
    """Offer a kind of work; raises ``ValueError`` for a kind that is offered already."""
    if source.kind in _sources:
        raise ValueError(f"the kind of work {source.kind!r} is registered twice")
    _sources[source.kind] = source


def sources_for(by: Actor) -> list[WorkSource]:
    """The kinds of work that ``by`` may do, in their order."""
    sources = (source for source in _sources.values() if any(by.can(right) for right in source.rights))
    return sorted(sources, key=lambda source: source.place)


def end_of_day(day: date) -> datetime:
    """The moment until which something that is due on ``day`` is in time."""
    return moment_at(day, time.max)


def has_work(actor: Actor) -> bool:
    """Whether there is a kind of work that ``actor`` may do."""
    return bool(sources_for(actor))
