"""The worklist as tests of apps look at it."""

from datetime import datetime

from tinhso.blocks.worklist.queries import worklist_of
from tinhso.kernel.actor import Actor


def work_of(by: Actor, now: datetime) -> list[tuple[str, str, str]]:
    """Kind, reference and step of everything that waits for ``by``, in the order of the page."""
    return [(line.source.kind, line.item.code, line.item.step) for line in worklist_of(by, now).lines]


def ticks_of(by: Actor, now: datetime) -> list[str]:
    """What the system's bulk address would take for each."""
    return [line.item.tick for line in worklist_of(by, now).lines]
