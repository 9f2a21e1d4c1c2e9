"""What the operations centre sees of reports at this moment: the day's counts, and those that are late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, Counter
from tinhso.kernel import clock
from tinhso.society.field_reports import events
from tinhso.society.field_reports.contract import TO_DO
from tinhso.society.field_reports.models import Report
from tinhso.society.field_reports.queries.rules import name_of

HEARD = (events.ReportReceived.name, events.ReportMoved.name)
RUNNING = sorted(TO_DO)
SERIOUS = timedelta(days=2)


def counters(units: frozenset[int], now: datetime) -> Sequence[Counter]:
    """Received and resolved today, open, and late. All units when ``units`` is empty."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    where = Q(unit__in=units) if units else Q()
    running, received = Q(status__in=RUNNING), Q(received_at__gte=midnight)
    resolved = Q(resolved_at__gte=midnight, status__in=(5, 6, 7))
    counts = Report.objects.filter(where, running | received | resolved).aggregate(
        running=Count("pk", filter=running),
        late=Count("pk", filter=running & Q(due_at__lt=now)),
        received=Count("pk", filter=received),
        resolved=Count("pk", filter=resolved),
    )
    desk, source = reverse("field_reports:inbox"), _("sổ phản ánh hiện trường")
    tone = "bad" if counts["late"] else "good"
    return [
        Counter("reports_received", _("Phản ánh mới"), counts["received"], midnight, source, desk, heard=HEARD),
        Counter("reports_resolved", _("Phản ánh xử lý xong"), counts["resolved"], midnight, source, desk, heard=HEARD),
        Counter(
            "reports_late", _("Phản ánh đang trễ hạn"), counts["late"], now, source, f"{desk}?late=1",
            out_of=counts["running"], tone=tone, heard=HEARD,
        ),
    ]  # fmt: skip


def late(units: frozenset[int], now: datetime, limit: int) -> Sequence[Attention]:
    """Reports that are late, the most overdue first."""
    found = Report.objects.filter(status__in=RUNNING, due_at__lt=now)
    if units:
        found = found.filter(unit__in=units)
    return [
        Attention(
            kind="late_report",
            title=f"{one.ref} · {name_of(one.category)}",
            href=reverse("field_reports:one", args=[one.ref]),
            unit=one.unit.name,
            since=one.due_at,
            severity="danger" if one.priority == 1 or now - one.due_at > SERIOUS else "warning",
        )
        for one in found.select_related("unit").order_by("due_at", "pk")[:limit]
        if one.due_at is not None
    ]
