"""What the operations centre may see of field reports: counted from the records, in time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tinhso.blocks.indicators.contract import (
    AttentionRead,
    Box,
    CounterRead,
    DataSetConcern,
    Fact,
    Layer,
    Subject,
    register_attention,
    register_concerns,
    register_counters,
    register_facts,
    register_map_layers,
    register_subject,
)
from tinhso.blocks.open_data.contract import declare_open_records
from tinhso.kernel.actor import Actor
from tinhso.society.field_reports.queries import attention, bursts, facts, layer, open_records, steering

declare_open_records(open_records.RECORDS)


@register_facts
def reports_as_facts() -> Iterable[Fact]:
    """PA, PA-B and PA-D: reports, their steps, and what people think of them."""
    return [facts.reports_fact(), facts.steps_fact(), facts.ratings_fact()]


@register_counters
def reports_of_today(units: frozenset[int], now: datetime) -> CounterRead:
    """Received and resolved today, and what is late at this moment."""
    return attention.counters(units, now)


@register_attention
def late_reports(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Reports of ``units`` that are late, the most overdue first."""
    return attention.late_reports(units, now, limit)


@register_concerns
def sudden_crowds(now: datetime) -> Sequence[DataSetConcern]:
    """Categories that come in far more often than a place is used to."""
    return bursts.burst_concerns(now)


@register_map_layers
def open_reports(units: frozenset[int], box: Box, across: int, now: datetime) -> Layer:
    """Open reports at this moment; those of sensitive categories roughly."""
    return layer.report_layer(units, box, across, now)


@register_subject("report")
def of_reports(ref: str, by: Actor) -> Subject | None:
    """A report, by its category and number alone: what was told and by whom is not."""
    return steering.report_subject(ref, by)
