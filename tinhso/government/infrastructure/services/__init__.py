"""Every write of digital infrastructure."""

from tinhso.government.infrastructure.services.checks import (
    declare_check,
    delete_old_results,
    drop_check,
    follow_unit_changes,
    run_due,
)
from tinhso.government.infrastructure.services.outages import announce_outage, cancel_outage, finish_outage
from tinhso.government.infrastructure.services.ties import add_dependency, remove_dependency

__all__ = [
    "announce_outage",
    "cancel_outage",
    "declare_check",
    "drop_check",
    "finish_outage",
    "follow_unit_changes",
    "run_due",
    "delete_old_results",
    "add_dependency",
    "remove_dependency",
]
