"""What happened to returns today, and what still waits: counted at the moment of asking."""

from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import CounterRead, DayCounter
from tinhso.government.reporting import events
from tinhso.government.reporting.models import Return
from tinhso.kernel import clock
from tinhso.kernel.reads import Row
from tinhso.ui.round_trips import totals_read

HEARD = (events.ReturnSubmitted.name, events.ReturnApproved.name, events.ReturnPublished.name)


def return_counters(units: frozenset[int], now: datetime) -> CounterRead:
    """Returns handed in, approved and published today; waiting; due today; overdue. All units when ``units`` is empty.

    One statement over the returns that are open or were published today: whatever else happened today, happened to
    one of them.
    """
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    tonight = midnight.replace(hour=23, minute=59, second=59)
    returns = Return.objects.filter(~Q(state=Return.State.PUBLISHED) | Q(published_at__gte=midnight))
    if units:
        returns = returns.filter(unit__in=units)
    not_in_yet = Q(first_submitted_at=None)
    return totals_read(
        returns,
        lambda counts: _as_counters(counts, midnight, now),
        submitted=Count("pk", filter=Q(submitted_at__gte=midnight)),
        approved=Count("pk", filter=Q(approved_at__gte=midnight)),
        published=Count("pk", filter=Q(published_at__gte=midnight)),
        waiting=Count("pk", filter=Q(state=Return.State.SUBMITTED)),
        due=Count("pk", filter=not_in_yet & Q(due_at__gte=now, due_at__lte=tonight)),
        late=Count("pk", filter=not_in_yet & Q(due_at__lt=now)),
    )


def _as_counters(counts: Row, midnight: datetime, now: datetime) -> list[DayCounter]:
    desk, late = reverse("reporting:desk"), reverse("reporting:late")
    lines = [
        ("submitted", _("Báo cáo đã gửi"), midnight, desk, ""),
        ("approved", _("Báo cáo đã duyệt"), midnight, desk, ""),
        ("published", _("Báo cáo đã công bố"), midnight, desk, "good" if counts["published"] else ""),
        ("waiting", _("Đang chờ duyệt"), now, desk, ""),
        ("due", _("Đến hạn hôm nay, chưa gửi"), now, desk, "warn" if counts["due"] else ""),
        ("late", _("Quá hạn, chưa gửi"), now, late, "bad" if counts["late"] else "good"),
    ]
    return [
        DayCounter(f"returns_{code}", name, counts[code], since, _("sổ báo cáo"), href, tone=tone, heard=HEARD)
        for code, name, since, href, tone in lines
    ]
