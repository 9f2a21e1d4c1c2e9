"""What the operations centre sees of reports at this moment: the day's counts, and those that are late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, AttentionRead, CounterRead, DayCounter
from tinhso.kernel import clock
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import TO_DO
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries.rules import name_of
from tinhso.ui.round_trips import totals_read

HEARD = (events.ReportReceived.name, events.ReportMoved.name)
RUNNING = sorted(TO_DO)
SERIOUS = timedelta(days=2)


def counters(units: frozenset[int], now: datetime) -> CounterRead:
    """Received and resolved today, open, and late. All units when ``units`` is empty."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    where = Q(unit__in=units) if units else Q()
    running, received = Q(status__in=RUNNING), Q(received_at__gte=midnight)
    resolved = Q(resolved_at__gte=midnight, status__in=(5, 6, 7))
    return totals_read(
        Report.objects.filter(where, running | received | resolved),
        lambda counts: _as_counters(counts, midnight, now),
        running=Count("pk", filter=running),
        late=Count("pk", filter=running & Q(due_at__lt=now)),
        received=Count("pk", filter=received),
        resolved=Count("pk", filter=resolved),
    )


def _as_counters(counts: Row, midnight: datetime, now: datetime) -> Sequence[DayCounter]:
    desk, source = reverse("field_reports:inbox"), _("sổ phản ánh hiện trường")
    tone = "bad" if counts["late"] else "good"
    return [
        DayCounter("reports_received", _("Phản ánh mới"), counts["received"], midnight, source, desk, heard=HEARD),
        DayCounter(
            "reports_resolved", _("Phản ánh xử lý xong"), counts["resolved"], midnight, source, desk, heard=HEARD
        ),
        DayCounter(
            "reports_late",
            _("Phản ánh đang trễ hạn"),
            counts["late"],
            now,
            source,
            f"{desk}?late=1",
            out_of=counts["running"],
            tone=tone,
            heard=HEARD,
        ),
    ]


def late_reports(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Reports that are late, the most overdue first."""
    reports = Report.objects.filter(status__in=RUNNING, due_at__lt=now)
    if units:
        reports = reports.filter(unit__in=units)
    field_names = ("ref", "category", "priority", "due_at")
    rows = reports.order_by("due_at", "pk").values(*field_names, unit_name=F("unit__name"))[:limit]
    return DeferredRead(rows, lambda rows: [_late_report(row, now) for row in rows])


def _late_report(row: Row, now: datetime) -> Attention:
    is_serious = row["priority"] == 1 or now - row["due_at"] > SERIOUS
    return Attention(
        kind="late_report",
        title=f"{row['ref']} · {name_of(row['category'])}",
        href=reverse("field_reports:one", args=[row["ref"]]),
        unit=row["unit_name"],
        since=row["due_at"],
        severity="danger" if is_serious else "warning",
    )
