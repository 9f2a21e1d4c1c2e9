"""What the operations centre sees of dossiers at this moment: the day's counts, and those that are late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.cases import events
from tinhso.blocks.cases.models import Case
from tinhso.blocks.indicators.contract import Attention, Counter
from tinhso.kernel import clock

HEARD = (events.CaseFiled.name, events.CaseMoved.name)
RUNNING = (Case.Status.RECEIVED, Case.Status.IN_PROCESS)
SERIOUS = timedelta(days=5)


def counters(units: frozenset[int], now: datetime) -> Sequence[Counter]:
    """Filed, received and finished today, running, and late. All units when ``units`` is empty."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = Case.objects.filter(Q(status__in=RUNNING) | Q(submitted_at__gte=midnight) | Q(finished_at__gte=midnight))
    if units:
        found = found.filter(unit__in=units)
    running = Q(status__in=RUNNING)
    counts: dict[str, int] = found.aggregate(
        filed=Count("pk", filter=Q(submitted_at__gte=midnight)),
        finished=Count("pk", filter=Q(finished_at__gte=midnight)),
        running=Count("pk", filter=running),
        late=Count("pk", filter=running & Q(due_at__lt=now)),
    )
    desk, source = reverse("cases:inbox"), _("sổ hồ sơ")
    late_now = f"{desk}?tray=all&late=1"
    tone = "bad" if counts["late"] else "good"
    return [
        Counter("cases_filed", _("Hồ sơ nộp"), counts["filed"], midnight, source, desk, heard=HEARD),
        Counter("cases_finished", _("Hồ sơ xử lý xong"), counts["finished"], midnight, source, desk, heard=HEARD),
        Counter(
            "cases_late", _("Hồ sơ đang trễ hạn"), counts["late"], now, source, late_now,
            out_of=counts["running"], tone=tone, heard=HEARD,
        ),
    ]  # fmt: skip


def late(units: frozenset[int], now: datetime, limit: int) -> Sequence[Attention]:
    """Dossiers that are late, the most overdue first."""
    found = Case.objects.filter(status__in=RUNNING, due_at__lt=now)
    if units:
        found = found.filter(unit__in=units)
    return [
        Attention(
            kind="late_dossier",
            title=f"{one.code} · {one.name}",
            href=reverse("cases:case", args=[one.code]),
            unit=one.unit.name,
            since=one.due_at,
            severity="danger" if now - one.due_at > SERIOUS else "warning",
        )
        for one in found.select_related("unit").order_by("due_at", "pk")[:limit]
        if one.due_at is not None
    ]
