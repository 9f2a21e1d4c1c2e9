"""Where a category suddenly comes in far more often than that place is used to: told in words, as an alert."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from tinhso.blocks.indicators.contract import ConcernPlace, DataSetConcern
from tinhso.kernel import clock
from tinhso.kernel.province_table import checked_value, table
from tinhso.society.field_reports.queries import triage
from tinhso.society.field_reports.queries.rules import categories_on

KIND, DOMAIN, AGENCY = "burst", "phan-anh", "VPUB"
COUNTS = """
    SELECT unit.ref, report.category,
           floor(extract(epoch FROM %(now)s - report.received_at) / %(span)s)::integer AS ago, count(*)
    FROM field_reports_report report JOIN units_unit unit ON unit.id = report.origin_unit_id
    WHERE report.received_at > %(since)s AND report.received_at <= %(now)s AND report.status NOT IN (10, 11)
    GROUP BY 1, 2, 3
"""


@table
class BurstRules:
    """When something bursts: ``days`` against the ``spans`` before; ``least`` reports; rarer than one in ``rarity``."""

    days: int = 7
    spans: int = 26
    least: int = 6
    rarity: int = 1000


NUMBERS = TypeAdapter(BurstRules)


@dataclass(frozen=True)
class Burst:
    """So many reports of a category in a commune; what is usual there, the most there ever was, how rare this is."""

    unit: str
    category: str
    count: int
    usual: float
    most: int
    one_in: int
    since: datetime


def burst_rules() -> BurstRules:
    """What the province's ``triage.toml`` says under ``[burst]``."""
    return checked_value(NUMBERS, triage.raw().get("burst", {}), file="triage.toml [burst]")


def current_bursts(now: datetime) -> list[Burst]:
    """Every burst at a moment, the rarest first."""
    limits = burst_rules()
    span = timedelta(days=limits.days)
    values: dict[str, Any] = {"now": now, "since": now - span * (limits.spans + 1), "span": span.total_seconds()}
    counts: dict[tuple[str, str], dict[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        for unit, category, ago, count in cursor.fetchall():
            counts.setdefault((unit, category), {})[ago] = count
    bursts = [_detect_burst(unit, category, by_span, limits, now) for (unit, category), by_span in counts.items()]
    return sorted(filter(None, bursts), key=lambda burst: (-burst.one_in, burst.unit, burst.category))


def _detect_burst(unit: str, category: str, by_span: dict[int, int], limits: BurstRules, now: datetime) -> Burst | None:
    count = by_span.get(0, 0)
    if count < limits.least:
        return None
    before = [by_span.get(ago, 0) for ago in range(1, limits.spans + 1)]
    expected = usual_count(before)
    chance = at_least(count, expected)
    if chance * limits.rarity > 1 or count <= max(before):
        return None
    one_in = 10**6 if chance <= 1e-6 else round(1 / chance)
    return Burst(unit, category, count, median(before), max(before), one_in, now - timedelta(days=limits.days))


def usual_count(before: Sequence[int]) -> float:
    """How many a span brings, by those before: neither a former burst nor a quiet year may hide what is usual.

    The larger of the median and of the mean without the highest tenth; never less than one in four spans, so that the
    first reports of a new place are no burst.
    """
    lower_counts = sorted(before)[: math.ceil(len(before) * 0.9)]
    return max(median(before), sum(lower_counts) / max(len(lower_counts), 1), 0.25)


def at_least(count: int, expected: float) -> float:
    """How likely a span brings ``count`` or more where ``expected`` are usual (Poisson)."""
    term = total = math.exp(-expected)
    for number in range(1, count):
        term *= expected / number
        total += term
    return max(0.0, 1 - total)


def burst_concerns(now: datetime) -> list[DataSetConcern]:
    """Bursts as the operations centre hears of them: one alert for each category and month, with its communes."""
    by_category: dict[str, list[Burst]] = {}
    for burst in current_bursts(now):
        by_category.setdefault(burst.category, []).append(burst)
    categories_by_key = {category.code: category for category in categories_on(clock.local(now).date())}
    return [
        DataSetConcern(
            kind=KIND,
            data_set=f"PA.{code}",
            name=categories_by_key[code].name if code in categories_by_key else code,
            name_en=categories_by_key[code].name_en if code in categories_by_key else "",
            domain=DOMAIN,
            agency=AGENCY,
            period=f"{clock.local(now):%Y-%m}",
            places=tuple(map(_concern_place, bursts)),
        )
        for code, bursts in sorted(by_category.items())
    ]


def _concern_place(burst: Burst) -> ConcernPlace:
    href = f"{reverse('reports:map')}?{urlencode({'category': burst.category, 'commune': burst.unit})}"
    return ConcernPlace(burst.unit, href, burst.since, burst_reason(burst))


def burst_reason(burst: Burst) -> str:
    """Why it is one, for people."""
    limits = burst_rules()
    values = {
        "count": burst.count,
        "days": limits.days,
        "spans": limits.spans,
        "usual": f"{burst.usual:g}",
        "most": burst.most,
        "rare": f"{burst.one_in:,}".replace(",", "."),
    }
    return (
        _(
            "%(count)s phản ánh trong %(days)s ngày; %(spans)s lần %(days)s ngày trước đó thường %(usual)s, "
            "nhiều nhất %(most)s. Nếu mọi thứ như thường, chừng %(rare)s lần mới gặp một lần."
        )
        % values
    )
