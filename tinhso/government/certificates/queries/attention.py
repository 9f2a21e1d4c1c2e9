"""What leaders see at this moment: late changes, what runs out, requests that wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, Counter
from tinhso.government.certificates import events
from tinhso.government.certificates.contract import Step
from tinhso.government.certificates.models import Request
from tinhso.government.certificates.queries import lookup
from tinhso.government.certificates.queries.search import in_force
from tinhso.kernel import clock

SERIOUS = timedelta(days=90)


def counters(units: frozenset[int], now: datetime) -> Sequence[Counter]:
    """Requests that wait now, answered today, and those whose step is late. All units when ``units`` is empty."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    where = Q(unit__in=units) if units else Q()
    waits = Q(step__in=[Step.SUBMITTED, Step.APPROVED, Step.ACCEPTED, Step.SENT])
    told = Request.objects.filter(where).aggregate(
        waiting=Count("pk", filter=waits),
        late=Count("pk", filter=waits & Q(due_at__lt=now)),
        answered=Count("pk", filter=Q(answered_at__gte=midnight)),
    )
    desk, source, heard = reverse("certificates:requests"), _("sổ chứng thư số"), (events.RequestMoved.name,)
    return [
        Counter("certificates_answered", _("Đề nghị chứng thư số có kết quả"), told["answered"], midnight, source, desk,
                heard=heard),
        Counter("certificates_late", _("Đề nghị chứng thư số trễ hạn"), told["late"], now, source,
                f"{desk}?tray=all&late=1",
                out_of=told["waiting"], tone="bad" if told["late"] else "good", heard=heard),
    ]  # fmt: skip


def overdue(units: frozenset[int], now: datetime, limit: int) -> Sequence[Attention]:
    """Units whose certificates should have been changed after a merger, the most overdue first."""
    day = clock.local(now).date()
    late = lookup.live(day).filter(in_force(day), must="change", must_change_by__lt=day)
    if units:
        late = late.filter(unit__in=units)
    rows = late.values("unit__ref", "unit__name").annotate(count=Count("pk"), since=Min("must_change_by"))
    found = []
    for row in rows.order_by("since", "unit__ref")[:limit]:
        since = now - (day - row["since"]) * 1
        found.append(
            Attention(
                kind="late_certificates",
                title=_("%(count)s chứng thư số quá hạn thay đổi sau sắp xếp") % {"count": row["count"]},
                href=f"{reverse('certificates:list')}?unit={row['unit__ref']}&state=change",
                unit=row["unit__name"],
                since=since,
                severity="danger" if now - since > SERIOUS else "warning",
            )
        )
    return found
