"""Refreshing in the background: soon after something was published, and once a night in any case."""

import contextlib

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tinhso.blocks.indicators import queries, services
from tinhso.blocks.indicators.events import SnapshotPublished
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.kernel import clock, province
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

register_live_event(SnapshotPublished, right=SEE_INDICATORS)
WORKER = program_actor("worker", rights=[OPERATE_SYSTEM])


@app.periodic(cron="30 1 * * *")
@app.task(name="indicators.nightly", queueing_lock="indicators.nightly")
def run_nightly(timestamp: int) -> None:
    """Catch what no event told of (units, definitions), and tidy up snapshots and fact store."""
    _refresh_or_wait()
    with contextlib.suppress(Refused):  # another refresh runs: tomorrow is soon enough
        services.sweep_files()
        services.tend_fact_store()


@app.task(name="indicators.refresh", queueing_lock="indicators.refresh", retry=RetryStrategy(max_attempts=5, wait=5))
def refresh_readings() -> None:
    """Bring readings up to date; however many ask for it, one refresh at a time serves them all."""
    _refresh_or_wait()


@register_listener(SnapshotPublished)
def look_for_small_counts(event: SnapshotPublished) -> None:
    """Find what must be withheld before the public asks."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        protect_small_counts.defer()


@app.task(name="indicators.protect", queueing_lock="indicators.protect")
def protect_small_counts() -> None:
    """Find the small counts of the newest snapshot; of cells that have not changed they are known already."""
    queries.find_small_counts()


def _refresh_or_wait() -> None:
    facts = province.province_facts()
    try:
        services.refresh_snapshot(by=WORKER, now=clock.now(), today=clock.today(), old_day=facts.old_day)
    except Refused as refusal:
        if refusal.code != "already_refreshing":
            raise
        raise RuntimeError(refusal.message) from refusal  # tried again: what that refresh missed must not wait
