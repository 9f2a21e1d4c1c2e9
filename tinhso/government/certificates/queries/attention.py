"""What leaders see at this moment: late changes, what runs out, requests that wait."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, AttentionRead
from tinhso.government.certificates.queries import lookup
from tinhso.government.certificates.queries.search import in_force
from tinhso.kernel import clock
from tinhso.kernel.reads import DeferredRead, Row

SERIOUS = timedelta(days=90)


def overdue_changes(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Units whose certificates should have been changed after a merger, the most overdue first."""
    day = clock.local(now).date()
    late = lookup.versions_on(day).filter(in_force(day), must="change", must_change_by__lt=day)
    if units:
        late = late.filter(unit__in=units)
    rows = late.values("unit__ref", "unit__name").annotate(count=Count("pk"), since=Min("must_change_by"))
    return DeferredRead(
        rows.order_by("since", "unit__ref")[:limit], lambda rows: [_late_change(row, day, now) for row in rows]
    )


def _late_change(row: Row, day: date, now: datetime) -> Attention:
    since = now - (day - row["since"])
    return Attention(
        kind="late_certificates",
        title=_("%(count)s chứng thư số quá hạn thay đổi sau sắp xếp") % {"count": row["count"]},
        href=f"{reverse('certificates:list')}?unit={row['unit__ref']}&state=change",
        unit=row["unit__name"],
        since=since,
        severity="danger" if now - since > SERIOUS else "warning",
    )
