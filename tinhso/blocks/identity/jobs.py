"""Timed work on accounts."""

from procrastinate.contrib.django import app

from tinhso.blocks.identity import services
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor


@app.periodic(cron="10 1 * * *")
@app.task(name="identity.close_unused", queueing_lock="identity.close_unused", pass_context=False)
def close_unused(timestamp: int) -> None:
    """Close each night the accounts that nobody has used for 45 days."""
    services.disable_unused(by=program_actor("identity.close_unused", rights=[MANAGE_PEOPLE]), now=clock.now())
