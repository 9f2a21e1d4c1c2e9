"""Which data sets fall due in a stretch of days, and how many of their returns were handed in."""

from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import DueWork, DueWorkRead
from tinhso.government.reporting.queries import desk
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.ui.wording import in_language, period_text


def due_work(by: Actor, units: frozenset[int], start: datetime, end: datetime, limit: int) -> DueWorkRead:
    """Data sets and periods with returns due from ``start`` and before ``end``, all units when ``units`` is empty."""
    returns = desk.visible_returns(by).filter(due_at__gte=start, due_at__lt=end)
    if units:
        returns = returns.filter(unit__in=units)
    names = ("data_set__code", "data_set__name", "data_set__name_en", "period", "due_at")
    rows = returns.order_by("due_at", "data_set__code").values(*names)
    counted = rows.annotate(total=Count("pk"), done=Count("pk", filter=Q(first_submitted_at__isnull=False)))
    return DeferredRead(counted[:limit], lambda rows: [_due_data_set(row) for row in rows])


def _due_data_set(row: Row) -> DueWork:
    words = {
        "name": in_language(row["data_set__name"], row["data_set__name_en"]),
        "period": period_text(row["period"]),
    }
    return DueWork(
        kind=_("Báo cáo số liệu"),
        title=_("%(name)s, %(period)s") % words,
        href=reverse("reporting:data_set", args=[row["data_set__code"]]),
        due_at=row["due_at"],
        done=row["done"],
        total=row["total"],
    )
