"""What the operations centre sees of cases at this moment: the day's counts, and those that are late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.cases import events
from tinhso.blocks.cases.models import Case
from tinhso.blocks.indicators.contract import Attention, AttentionRead, CounterRead, DayCounter
from tinhso.kernel import clock
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.ui.round_trips import totals_read

HEARD = (events.CaseFiled.name, events.CaseMoved.name)
RUNNING = (Case.Status.RECEIVED, Case.Status.IN_PROCESS)
SERIOUS = timedelta(days=5)


def case_counters(units: frozenset[int], now: datetime) -> CounterRead:
    """Filed, received and finished today, running, and late. All units when ``units`` is empty."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    cases = Case.objects.filter(Q(status__in=RUNNING) | Q(submitted_at__gte=midnight) | Q(finished_at__gte=midnight))
    if units:
        cases = cases.filter(unit__in=units)
    running = Q(status__in=RUNNING)
    return totals_read(
        cases,
        lambda counts: _as_counters(counts, midnight, now),
        filed=Count("pk", filter=Q(submitted_at__gte=midnight)),
        finished=Count("pk", filter=Q(finished_at__gte=midnight)),
        running=Count("pk", filter=running),
        late=Count("pk", filter=running & Q(due_at__lt=now)),
    )


def _as_counters(counts: Row, midnight: datetime, now: datetime) -> Sequence[DayCounter]:
    desk, source = reverse("cases:inbox"), _("sổ hồ sơ")
    late_now = f"{desk}?tray=all&late=1"
    tone = "bad" if counts["late"] else "good"
    return [
        DayCounter("cases_filed", _("Hồ sơ nộp"), counts["filed"], midnight, source, desk, heard=HEARD),
        DayCounter("cases_finished", _("Hồ sơ xử lý xong"), counts["finished"], midnight, source, desk, heard=HEARD),
        DayCounter(
            "cases_late",
            _("Hồ sơ đang trễ hạn"),
            counts["late"],
            now,
            source,
            late_now,
            out_of=counts["running"],
            tone=tone,
            heard=HEARD,
        ),
    ]


def late_cases(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Cases that are late, the most overdue first."""
    cases = Case.objects.filter(status__in=RUNNING, due_at__lt=now)
    if units:
        cases = cases.filter(unit__in=units)
    rows = cases.order_by("due_at", "pk").values("code", "name", "due_at", unit_name=F("unit__name"))[:limit]
    return DeferredRead(rows, lambda rows: [_late_case(row, now) for row in rows])


def _late_case(row: Row, now: datetime) -> Attention:
    return Attention(
        kind="late_dossier",
        title=f"{row['code']} · {row['name']}",
        href=reverse("cases:case", args=[row["code"]]),
        unit=row["unit_name"],
        since=row["due_at"],
        severity="danger" if now - row["due_at"] > SERIOUS else "warning",
    )
