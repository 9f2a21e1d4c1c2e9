"""Refreshing: what changed leaves PostgreSQL, is computed, and is published as a new snapshot in one step.

Nothing that readers use is touched before the last step, a single commit: a refresh killed at any moment leaves the
former snapshot serving, and the next one finds the same changes again.
"""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued

from tinhso.blocks.audit import services as audit
from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators.events import SnapshotPublished
from tinhso.blocks.indicators.models import FactMonth, PublishedCatalogue, Snapshot
from tinhso.blocks.indicators.queries import published
from tinhso.blocks.indicators.services import care, changes, engine, engines, reach, store
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import Refused

Progress = Callable[[int, int, str], None]
KEPT_SNAPSHOTS, KEPT_DAYS = 20, 92
LAID_OPEN_AT_ONCE = 20
LOCK = 0x7469_6E68  # "tinh": one refresh at a time, whoever starts it


def refresh_snapshot(
    *, by: Actor, now: datetime, today: date, old_day: date, full: bool = False, progress: Progress = lambda *_: None
) -> Snapshot | None:
    """Bring readings up to date and publish them; None when nothing had changed.

    Refuses when another refresh is running.
    """
    by.must_be_able_to(OPERATE_SYSTEM)
    with _refresh_lock():
        works, tables = changes.pending_work(today=today, old_day=old_day, full=full)
        todo = [work for work in works if not work.is_idle]
        content = published.content_of(queries.catalogue(day=today))
        newest = queries.newest_snapshot()
        if not todo and newest and newest.catalogue and newest.catalogue.digest == published.digest_of(content):
            return None
        chunks_by_fact = _compute_facts(todo, tables, progress)
        _lay_open(chunks_by_fact)
        return _publish(works, chunks_by_fact, tables, content, by=by, now=now)


@contextmanager
def _refresh_lock() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise Refused("already_refreshing", _("Một lần tính khác đang chạy; hãy đợi nó xong."))
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _compute_facts(
    todo: list[changes.FactWork], tables: reach.ReachTables, progress: Progress
) -> dict[str, dict[str, str]]:
    label = _next_label()
    chunks_by_fact: dict[str, dict[str, str]] = {}
    folder = Path(settings.SNAPSHOT_DIR)
    facts = store.default_store()
    with engines.open_engine() as running, store.export_source() as opened:
        workshop = engine.Workshop(running, facts, tables, folder)
        for done, work in enumerate(todo):
            progress(done, len(todo), f"{work.plan.fact.code} {work.plan.fact.name}")
            if work.torn is None:
                care.forget_table(facts, work.plan.fact)
            if work.export:
                facts.replace_months(
                    work.plan.fact, work.export, store.export_months(work.plan.fact, work.export, opened)
                )
                work.torn = []
            if work.gone:
                facts.drop(work.plan.fact, work.gone)
            if (work.export or work.gone) and work.former.get("plan") == changes.shape_mark(work.plan, tables):
                changes.find_places(work, tables)
            chunks_by_fact[work.plan.fact.code] = _compute_chunks(workshop, work, label)
    progress(len(todo), len(todo), _("công bố"))
    return chunks_by_fact


def _lay_open(made: dict[str, dict[str, str]]) -> None:
    """Spare those who wait for these figures the first opening; of very many, each waits for those who read it."""
    names = [name for chunks in made.values() for name in chunks.values()]
    for name in names if len(names) <= LAID_OPEN_AT_ONCE else ():
        queries.lay_open(name)


def _compute_chunks(workshop: engine.Workshop, work: changes.FactWork, label: str) -> dict[str, str]:
    values: dict[str, str] = {}
    if work.years:
        values |= workshop.compute(work.plan, changes.jobs_of(work), label)
    others = changes.other_jobs(work)
    if work.widen and others:
        values |= workshop.widen(work.plan, work.widen, others, label)
    if work.places and others:
        values |= workshop.patch(work.plan, work.places, others, label)
    return values


def _next_label() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('indicators_snapshot', 'number'))")
        return f"{cursor.fetchone()[0]:08d}"


@transaction.atomic
def _publish(
    works: list[changes.FactWork],
    made: dict[str, dict[str, str]],
    tables: reach.ReachTables,
    content: dict[str, Any],
    *,
    by: Actor,
    now: datetime,
) -> Snapshot:
    facts, changed = {}, {}
    for work in works:
        code = work.plan.fact.code
        facts[code] = _manifest_entry(work, made.get(code), tables)
        if code in made:
            months = {
                month
                for year in (work.years, work.other_years)
                for year_months in year.values()
                for month in year_months
            }
            changed[code] = {"why": work.why, "months": sorted(months)}
            FactMonth.objects.filter(fact=code).delete()
            FactMonth.objects.bulk_create(FactMonth(fact=code, month=m, fingerprint=f) for m, f in work.marks.items())
    snapshot = _insert_snapshot(facts, changed, content, now)
    audit.record(
        by=by, did="published snapshot", to=("indicators.Snapshot", str(snapshot.number)), after=snapshot.summary
    )
    outbox.emit(SnapshotPublished(number=snapshot.number, facts=tuple(changed)))
    return snapshot


def _manifest_entry(work: changes.FactWork, values: dict[str, str] | None, tables: reach.ReachTables) -> dict[str, Any]:
    """What the manifest says of a fact: its files, the column of each measure, and what they were made of."""
    years = {month[:4] for month in work.marks}
    chunks = {year: name for year, name in work.former.get("chunks", {}).items() if year in years}
    places = work.former.get("places", "")
    return {
        "plan": changes.shape_mark(work.plan, tables),
        "reach": changes.reach_of(work.plan, tables),
        "places": changes.keep_places(work.plan, tables, store.default_store()) if values is not None else places,
        "chunks": chunks | (values or {}),
        "measures": work.plan.columns,
    }


def _insert_snapshot(
    facts: dict[str, Any], changed: dict[str, Any], content: dict[str, Any], now: datetime
) -> Snapshot:
    published_catalogue, is_new = PublishedCatalogue.objects.get_or_create(
        digest=published.digest_of(content), defaults={"content": content}
    )
    return Snapshot.objects.create(
        at=now,
        engine=settings.INDICATOR_ENGINE,
        manifest={"facts": facts},
        summary={"changed": changed, "definitions_changed": is_new},
        catalogue=published_catalogue,
    )


def ask_for_refresh() -> None:
    """Let a worker refresh soon, once the caller's transaction has committed; asking twice is asking once."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        queue.configure_task("indicators.refresh", queueing_lock="indicators.refresh").defer()


@transaction.atomic
def pin_snapshot(number: int) -> None:
    """Keep a snapshot for ever: something issued must be drawn from it again. Refuses one whose files are gone."""
    if not Snapshot.objects.filter(number=number, swept=False).update(pinned=True):
        raise Refused("no_snapshot", _("Không còn giữ bản chụp số %(number)s."), number=number)


def sweep_files(*, keep: int = KEPT_SNAPSHOTS, days: int = KEPT_DAYS) -> int:
    """Remove files that no kept snapshot lists; returns how many.

    Kept are pinned ones, the last ``keep``, the last of each day for ``days`` days, and the last of each month. Refuses
    while a refresh is running: what it has written is on no list yet.
    """
    folder = Path(settings.SNAPSHOT_DIR)
    used, places = set[str](), set[str]()
    with _refresh_lock(), transaction.atomic():
        snapshots = list(queries.kept_snapshots().select_for_update())
        retained_numbers = _to_keep(snapshots, keep, days)
        Snapshot.objects.filter(
            number__in=[candidate.number for candidate in snapshots if candidate.number not in retained_numbers]
        ).update(swept=True)
        for snapshot in snapshots:
            if snapshot.number in retained_numbers:
                used |= {name for fact in snapshot.manifest["facts"].values() for name in fact["chunks"].values()}
                places |= {fact.get("places", "") for fact in snapshot.manifest["facts"].values()}
        unused = [path for path in folder.glob("*/*.parquet*") if _chunk_of(path) not in used]
        unused += [path for path in folder.glob(f"{changes.REACHES}/*.json") if path.stem not in places]
        unused += folder.glob("*/*.part")  # a refresh that was killed left them
        for path in unused:
            path.unlink(missing_ok=True)
    return len(unused)


def tend_fact_store() -> int:
    """Join small files of the fact store and remove what no recent commit lists; returns how many files went.

    Refuses while a refresh is running, which may need them.
    """
    with _refresh_lock():
        newest = queries.newest_snapshot()
        return care.tend_store(store.default_store(), newest.manifest["facts"] if newest else ())


def _chunk_of(path: Path) -> str:
    """The cells that a file holds, or beside which it lies."""
    return f"{path.parent.name}/{path.name.partition('.parquet')[0]}.parquet"


def _to_keep(snapshots: list[Snapshot], keep: int, days: int) -> set[int]:
    """Numbers to keep of snapshots in the order from the newest."""
    retained_numbers = {
        candidate.number
        for candidate in [*snapshots[:keep], *(candidate for candidate in snapshots if candidate.pinned)]
    }
    last_of: dict[str, Snapshot] = {}
    for snapshot in reversed(snapshots):
        local = snapshot.at.astimezone(VIETNAM)
        last_of[f"{local:%Y-%m}"] = snapshot
        if snapshots[0].at - snapshot.at <= timedelta(days=days):
            last_of[f"{local:%Y-%m-%d}"] = snapshot
    return retained_numbers | {snapshot.number for snapshot in last_of.values()}
