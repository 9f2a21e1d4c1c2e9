"""The tiny province as journeys use it: what is due in it, and what the worker would do meanwhile."""

import os
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tinhso.blocks.indicators.jobs import refresh
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.government.reporting import services as reporting
from tinhso.government.reporting.models import Return
from tinhso.government.reporting.queries import data_sets
from tinhso.kernel import clock, periods
from tinhso.kernel.actor import Actor
from tinhso.project.cli import main
from tinhso.project.cli.place import operator

FOLDER = Path(__file__).resolve().parents[1] / "provinces" / "hai_song"
# Returns of these months are open; each journey that hands in takes a month of its own
MAIN_JOB, BY_FILE, WITHOUT_SCRIPT, LOOKED_AT, LIVE = "2024-01", "2024-02", "2024-03", "2024-04", "2024-05"


@dataclass(frozen=True)
class World:
    """Where the province is served; pages may ask that address, and what else is ``allowed``, for something."""

    address: str
    allowed: list[str]


def build(address: str) -> World:
    """Load the province by the operator's own command and open the months that journeys fill in."""
    with patch.dict(os.environ, DATABASE_URL="the database of the tests is open already"):
        assert main(["load-province", str(FOLDER)]) == 0
    deliver()
    for month in (MAIN_JOB, BY_FILE, WITHOUT_SCRIPT, LOOKED_AT, LIVE):
        for code in ("CX", "TC"):
            period = periods.parse(month)
            version = data_sets.version_for(code, period)
            reporting.open_returns(data_set=version, period=period, by=operator(), now=clock.now())
    return World(address, [address, "data:", "blob:"])


def a_return(month: str, *, data_set: str = "CX", unit: str = "T-SO") -> Return:
    """The return of one month."""
    return Return.objects.select_related("revision").get(data_set__code=data_set, period=month, unit__ref=unit)


def fill(one: Return, *, by: Actor, planted: int = 100, living: int = 90) -> None:
    """Give every row of the agency's return the same plausible numbers."""
    sheet = data_sets.spec_of(one.data_set)
    rows = [
        reporting.Entry(unit.pk, member, {"trong": str(planted), "song": str(living)})
        for unit in data_sets.row_units(one, sheet)
        for member in sheet.members
    ]
    reporting.save_draft(ref=one.ref, entries=rows, by=by, now=clock.now())


def deliver() -> None:
    """Deliver what was announced, as the worker does."""
    for number in Announcement.objects.filter(delivered_at=None).order_by("pk").values_list("pk", flat=True):
        outbox.deliver_announcement(number)


def work() -> None:
    """Everything that the worker does after a return was published."""
    deliver()
    refresh()
    deliver()
