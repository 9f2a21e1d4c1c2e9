"""Timed work of registers."""

from datetime import timedelta

from procrastinate.contrib.django import app

from tinhso.blocks.registers import services
from tinhso.blocks.registers.services import importing
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor

KEEPER = program_actor("registers", rights=[])
HELD_FOR = timedelta(days=7)


@app.periodic(cron="25 17 * * *")  # 00:25 in Việt Nam
@app.task(name="registers.follow_units", queueing_lock="registers.follow_units")
def follow_units(timestamp: int) -> None:
    """Records of units that ended yesterday are of what those became; files that nobody confirmed go."""
    services.move_units(today=clock.today(), by=KEEPER, now=clock.now())
    importing.drop_old_files(before=clock.now() - HELD_FOR)
