"""Timestamps of archived files that are renewed before they end."""

from django.conf import settings
from procrastinate.contrib.django import app

from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.signatures import services
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor


@app.periodic(cron="40 2 * * *")
@app.task(name="signatures.renew", queueing_lock="signatures.renew")
def renew_archives(timestamp: int) -> None:
    """Renew the timestamps of archived files that end soon; whatever could not be stays in the worklist."""
    if settings.TIMESTAMP_URL:
        services.renew_due(by=program_actor("signatures", rights=[OPERATE_SYSTEM]), now=clock.now())
