"""Timed work of the operations centre, and what it does when new numbers are published."""

from contextlib import suppress

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tinhso.blocks.indicators.events import SnapshotPublished
from tinhso.blocks.indicators.rights import SEE_RESTRICTED_INDICATORS
from tinhso.blocks.messaging.contract import register_live_event
from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc import events
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.ioc.services import alerting, quality
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

for _event in (events.AlertsChanged, events.AlertHandled):
    register_live_event(_event, right=SEE_INDICATORS)
WATCH = program_actor("alerts", rights=[SEE_INDICATORS, SEE_RESTRICTED_INDICATORS, HANDLE_ALERTS])
LOCK = "ioc.alerts"
JUDGE = program_actor("quality", rights=[OPERATE_SYSTEM])


@register_listener(SnapshotPublished)
def look_again(event: SnapshotPublished) -> None:
    """New numbers may open alerts or end them; however many snapshots follow each other, one look serves them all."""
    alerting.ask_for_evaluation()


@app.task(
    name="ioc.evaluate_alerts",
    lock=LOCK,
    queueing_lock="ioc.evaluate_alerts",
    retry=RetryStrategy(max_attempts=5, wait=10),
)
def evaluate_alerts() -> None:
    """Bring alerts up to date with the newest snapshot."""
    alerting.evaluate(by=WATCH, now=clock.now())


@app.periodic(cron="*/15 * * * *")
@app.task(name="ioc.watch_alerts", lock=LOCK, queueing_lock="ioc.watch_alerts")
def watch_alerts(timestamp: int) -> None:
    """What time does: returns fall due, silences end, and what nobody acknowledged goes up."""
    now = clock.now()
    alerting.evaluate(by=WATCH, now=now, numbers=False)
    alerting.end_silences(by=WATCH, now=now)
    alerting.escalate(by=WATCH, now=now)


@app.periodic(cron="0 0 * * *")  # 07:00 in Việt Nam
@app.task(name="ioc.morning_digest", queueing_lock="ioc.morning_digest", retry=RetryStrategy(max_attempts=5, wait=60))
def morning_digest(timestamp: int) -> None:
    """Everybody's summary of a working morning."""
    alerting.send_digests(by=WATCH, now=clock.now())


@register_listener(SnapshotPublished)
def judge_soon(event: SnapshotPublished) -> None:
    """Published values are judged some minutes after a snapshot, so that many in a row are judged once."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        wait = {"minutes": 3}
        app.configure_task("ioc.judge_quality", queueing_lock="ioc.judge_quality", schedule_in=wait).defer()


@app.task(name="ioc.judge_quality", queueing_lock="ioc.judge_quality", retry=RetryStrategy(max_attempts=3, wait=60))
def judge_quality() -> None:
    """Say what looks wrong in the published values of the newest snapshot."""
    quality.judge_published(by=JUDGE, now=clock.now())
