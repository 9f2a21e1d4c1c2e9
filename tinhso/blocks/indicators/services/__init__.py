"""Every write: loading definitions, deciding on targets, and refreshing readings."""

from tinhso.blocks.indicators.services.amendments import ProposedTarget, judge_amendment, propose_amendment
from tinhso.blocks.indicators.services.care import broken_facts, torn_chunks
from tinhso.blocks.indicators.services.catalogue import load_catalogue
from tinhso.blocks.indicators.services.changes import pending_work
from tinhso.blocks.indicators.services.refresh import (
    ask_for_refresh,
    pin_snapshot,
    refresh_snapshot,
    sweep_files,
    tend_fact_store,
)

__all__ = [
    "ProposedTarget",
    "ask_for_refresh",
    "broken_facts",
    "judge_amendment",
    "load_catalogue",
    "pending_work",
    "pin_snapshot",
    "propose_amendment",
    "refresh_snapshot",
    "sweep_files",
    "tend_fact_store",
    "torn_chunks",
]
