"""Timed work of enterprises, and following firms that were merged."""

from procrastinate.contrib.django import app

from tinhso.blocks.outbox.contract import register_listener
from tinhso.blocks.registers.events import RecordsChanged
from tinhso.economy.enterprises import services
from tinhso.kernel import clock


@app.periodic(cron="*/10 * * * *")
@app.task(name="enterprises.look", queueing_lock="enterprises.look")
def check_some_sites(timestamp: int) -> None:
    """Look for a few sites."""
    services.check_sites(now=clock.now())


@register_listener(RecordsChanged)
def follow_firms(event: RecordsChanged) -> None:
    """Assessments go with their firm."""
    if event.register == "firms" and event.did == "merged":
        services.follow_mergers()
