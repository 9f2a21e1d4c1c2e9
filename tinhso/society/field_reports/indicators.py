"""What the operations centre may see of field reports: counted from the records, in time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tinhso.blocks.indicators.contract import (
    AttentionRead,
    Box,
    Concern,
    CounterRead,
    Fact,
    Layer,
    Subject,
    calls_attention,
    counts_today,
    offers_facts,
    raises_concerns,
    shows_on_map,
    tells_subject,
)
from tinhso.blocks.open_data.contract import publishes
from tinhso.kernel.actor import Actor
from tinhso.society.field_reports.queries import attention, bursts, facts, layer, open_records, steering

publishes(open_records.RECORDS)


@offers_facts
def reports_as_facts() -> Iterable[Fact]:
    """PA, PA-B and PA-D: reports, their steps, and what people think of them."""
    return [facts.reports_fact(), facts.steps_fact(), facts.ratings_fact()]


@counts_today
def reports_of_today(units: frozenset[int], now: datetime) -> CounterRead:
    """Received and resolved today, and what is late at this moment."""
    return attention.counters(units, now)


@calls_attention
def late_reports(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Reports of ``units`` that are late, the most overdue first."""
    return attention.late(units, now, limit)


@raises_concerns
def sudden_crowds(now: datetime) -> Sequence[Concern]:
    """Categories that come in far more often than a place is used to."""
    return bursts.concerns(now)


@shows_on_map
def open_reports(units: frozenset[int], box: Box, across: int, now: datetime) -> Layer:
    """Open reports at this moment; those of sensitive categories roughly."""
    return layer.layer(units, box, across, now)


@tells_subject("report")
def of_reports(ref: str, by: Actor) -> Subject | None:
    """A report, by its category and number alone: what was told and by whom is not."""
    return steering.subject(ref, by)
