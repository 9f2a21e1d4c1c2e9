"""Every write of digital infrastructure."""

from tinhso.government.infrastructure.services.checks import declare, drop, follow, run_due, tidy
from tinhso.government.infrastructure.services.outages import announce, cancel, finish
from tinhso.government.infrastructure.services.ties import tie, untie

__all__ = ["announce", "cancel", "declare", "drop", "finish", "follow", "run_due", "tidy", "tie", "untie"]
