"""What waits for somebody in all systems, late first; and the systems that they pinned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from tinhso.blocks.worklist.contract import WorkItem, WorkQueue, WorkSource, sources_for
from tinhso.blocks.worklist.models import PinnedSystem
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.kernel.working_calendar import moment_at
from tinhso.ui.round_trips import read_together, totals_read

A_PAGE, MOST_PAGES = 50, 20  # what is further down is found in the system's own list
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class WorkCount:
    """How much waits, how much of it is late, and how much is due today."""

    total: int = 0
    late: int = 0
    today: int = 0


@dataclass(frozen=True)
class WorkLine:
    """An item with the kind of work that it is, and how it stands against its day: words and the tone of a mark."""

    source: WorkSource
    item: WorkItem
    words: str
    tone: str


@dataclass(frozen=True)
class WorkPage:
    """What waits for one actor: how much of each kind, how much in all, and the lines of one page."""

    counts: Sequence[tuple[WorkSource, WorkCount]]
    totals: WorkCount
    lines: Sequence[WorkLine]


def worklist_of(by: Actor, now: datetime, *, kind: str = "", late: bool = False, page: int = 1) -> WorkPage:
    """One page of what waits for ``by``, late first: of all kinds, or of ``kind``; with ``late`` only what is late.

    Two statements, however many systems there are.
    """
    queues = [(source, queue) for source in sources_for(by) for queue in source.read_queues(by, now)]
    tallies = read_together([_count_read(queue, now) for _source, queue in queues])
    chosen = [
        (source, queue)
        for (source, queue), tally in zip(queues, tallies, strict=True)
        if kind in ("", source.kind) and (tally.late if late else tally.total)  # of most systems nothing waits
    ]
    until = page * A_PAGE
    item_lists = read_together([_items_read(queue, now, until, late=late) for _source, queue in chosen])
    lines = [
        WorkLine(source, item, *standing(item, now))
        for (source, _queue), items in zip(chosen, item_lists, strict=True)
        for item in items
    ]
    counts = _counts_by_source([source for source, _queue in queues], tallies)
    return WorkPage(counts, _sum_counts(tallies), sorted(lines, key=_urgency_order)[until - A_PAGE : until])


def standing(item: WorkItem, now: datetime) -> tuple[str, str]:
    """How an item stands against its day: words, and the tone of its mark; how long it has waited where none is set."""
    today = clock.local(now).date()
    if item.due_at is None:
        waited = (today - clock.local(item.since).date()).days if item.since is not None else 0
        return (_("chờ %(days)s ngày") % {"days": waited}, "") if waited else ("", "")
    days = (clock.local(item.due_at).date() - today).days
    if item.due_at < now:
        return (_("trễ %(days)s ngày") % {"days": -days} if days else _("trễ trong ngày")), "bad"
    return (_("còn %(days)s ngày") % {"days": days}, "") if days else (_("đến hạn hôm nay"), "warn")


def pinned_addresses(by: Actor) -> list[str]:
    """The names of the addresses of the systems that ``by`` pinned, in the order in which they pinned them."""
    return list(PinnedSystem.objects.filter(owner=by.ref).order_by("pk").values_list("address", flat=True))


def _counts_by_source(
    sources: Sequence[WorkSource], tallies: Sequence[WorkCount]
) -> list[tuple[WorkSource, WorkCount]]:
    """The counts of the queues of each source, added; ``sources`` has one for each of ``tallies``."""
    tallies_by_kind: dict[str, tuple[WorkSource, list[WorkCount]]] = {}
    for source, tally in zip(sources, tallies, strict=True):
        tallies_by_kind.setdefault(source.kind, (source, []))[1].append(tally)
    return [(source, _sum_counts(of_source)) for source, of_source in tallies_by_kind.values()]


def _sum_counts(tallies: Sequence[WorkCount]) -> WorkCount:
    return WorkCount(
        sum(tally.total for tally in tallies),
        sum(tally.late for tally in tallies),
        sum(tally.today for tally in tallies),
    )


def _urgency_order(line: WorkLine) -> tuple[datetime, datetime, int]:
    return line.item.due_at or NEVER, line.item.since or NEVER, line.source.place


def _count_read(queue: WorkQueue, now: datetime) -> DeferredRead[WorkCount]:
    return totals_read(
        queue.rows.order_by(),
        lambda counts: WorkCount(**counts),
        total=Count("pk"),
        late=Count("pk", filter=_is_late(queue, now)),
        today=Count("pk", filter=_is_due_today(queue, now)),
    )


def _items_read(queue: WorkQueue, now: datetime, until: int, *, late: bool) -> DeferredRead[list[WorkItem]]:
    rows = queue.rows.filter(_is_late(queue, now)) if late else queue.rows
    order = (F(queue.due).asc(nulls_last=True), "pk") if queue.due else ("pk",)
    return DeferredRead(rows.order_by(*order).values(*queue.columns)[:until], partial(_made_items, queue))


def _made_items(queue: WorkQueue, rows: list[Row]) -> list[WorkItem]:
    return [queue.make(row) for row in rows]


def _is_late(queue: WorkQueue, now: datetime) -> Q:
    if not queue.due:
        return Q(pk__in=())
    return Q(**{f"{queue.due}__lt": clock.local(now).date() if queue.due_is_day else now})


def _is_due_today(queue: WorkQueue, now: datetime) -> Q:
    if not queue.due:
        return Q(pk__in=())
    today = clock.local(now).date()
    if queue.due_is_day:
        return Q(**{queue.due: today})
    return Q(**{f"{queue.due}__gte": now, f"{queue.due}__lte": moment_at(today, time.max)})
