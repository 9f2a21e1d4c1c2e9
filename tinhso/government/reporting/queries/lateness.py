"""Who is late."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Attention, AttentionRead
from tinhso.blocks.units import queries as places
from tinhso.blocks.units.models import Level
from tinhso.government.reporting.models import Return
from tinhso.kernel import clock
from tinhso.kernel.reads import DeferredRead, Row
from tinhso.ui.wording import name_in_language, name_of, period_text

SERIOUS = timedelta(days=10)


@dataclass(frozen=True)
class LateGroup:
    """How many returns of one unit or data set are overdue, and since when the oldest."""

    code: str
    name: str
    late: int
    since: datetime


def late_returns(now: datetime, units: Collection[int] | None = None) -> QuerySet[Return]:
    """Returns that were never handed in and are overdue, the most overdue first; of ``units`` when given."""
    returns = Return.objects.filter(first_submitted_at__isnull=True, due_at__lt=now)
    if units is not None:
        returns = returns.filter(unit__in=units)
    return returns.select_related("data_set", "unit").order_by("due_at", "unit__sort_key", "data_set__code")


def by_unit(now: datetime, units: Collection[int] | None = None) -> list[LateGroup]:
    """Late returns counted by the unit that owes them, most first."""
    return _late_groups(late_returns(now, units), "unit__ref", "unit__")


def by_data_set(now: datetime, units: Collection[int] | None = None) -> list[LateGroup]:
    """Late returns counted by data set, most first."""
    return _late_groups(late_returns(now, units), "data_set__code", "data_set__")


def by_agency(now: datetime, units: Collection[int] | None = None) -> list[LateGroup]:
    """Late returns counted by the agency responsible for the data set, most first."""
    groups = _late_groups(late_returns(now, units), "data_set__agency", "")
    agencies = places.at(clock.local(now).date()).filter(level=Level.AGENCY)
    names = {unit.code: name_in_language(unit) for unit in agencies.filter(code__in=[group.code for group in groups])}
    return [replace(group, name=names.get(group.code, group.code)) for group in groups]


def _late_groups(returns: QuerySet[Return], code: str, owner: str) -> list[LateGroup]:
    """Counts by ``code``; the name is that of the ``owner`` (a lookup that ends in two underscores), if any."""
    names = [f"{owner}name", f"{owner}name_en"] if owner else []
    counted = returns.order_by().values(code, *names).annotate(late=Count("pk"), since=Min("due_at"))
    return [
        LateGroup(row[code], name_of({key.removeprefix(owner): row[key] for key in names}), row["late"], row["since"])
        for row in counted.order_by("-late", "since", code)
    ]


def late_attention(units: frozenset[int], now: datetime, limit: int) -> AttentionRead:
    """Overdue returns as a leader sees them; all units when ``units`` is empty."""
    names = [f"{owner}__{name}" for owner in ("unit", "data_set") for name in ("name", "name_en")]
    rows = late_returns(now, units or None).values("ref", "period", "due_at", "unit__ref", *names)[:limit]
    return DeferredRead(rows, lambda rows: [_late_return(row, now) for row in rows])


def _late_return(row: Row, now: datetime) -> Attention:
    unit, data_set = (
        name_of({"name": row[f"{owner}__name"], "name_en": row[f"{owner}__name_en"]}) for owner in ("unit", "data_set")
    )
    words = {"unit": unit, "name": data_set, "period": period_text(row["period"])}
    return Attention(
        kind="late_return",
        title=_("%(unit)s chưa gửi “%(name)s” %(period)s") % words,
        href=reverse("reporting:return", args=[row["ref"]]),
        unit=row["unit__ref"],
        since=row["due_at"],
        severity="danger" if now - row["due_at"] > SERIOUS else "warning",
    )
