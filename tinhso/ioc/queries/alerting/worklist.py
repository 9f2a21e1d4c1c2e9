"""Alerts that wait for somebody, for the worklist over all systems."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.blocks.worklist.contract import WorkItem, WorkQueue
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting import listed
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row
from tinhso.ui.wording import in_language, name_in_language

COLUMNS = ("ref", "kind", "indicator", "data_set", "state", "opened_at", "unit__name", "unit__name_en")


def open_alerts(by: Actor, now: datetime) -> Sequence[WorkQueue]:
    """Alerts that ``by`` has in hand, and those of their units that nobody has."""
    if not by.can(SEE_INDICATORS):
        return []
    standing = listed.visible_alerts(by).exclude(state=Alert.State.RESOLVED).filter(~Exists(listed.silences_of()))
    return [_queue_of(standing.filter(Q(owner__ref=by.ref) | Q(owner=None) & _within_reach(by)))]


def _within_reach(by: Actor) -> Q:
    if HANDLE_ALERTS in by.everywhere:
        return Q()
    reach = sorted(by.places(HANDLE_ALERTS))
    return Q(unit__in=reach) | Q(office__in=reach)


def _queue_of(alerts: QuerySet[Alert]) -> WorkQueue:
    return WorkQueue(alerts, "", COLUMNS, _alert_item)


def _alert_item(row: Row) -> WorkItem:
    indicator = indicators.catalogue().indicators.get(row["indicator"])
    kind = str(Alert.Kind(row["kind"]).label)
    return WorkItem(
        title=name_in_language(indicator) if indicator is not None else kind,
        href=reverse("ioc:alert", args=[row["ref"]]),
        code=row["ref"],
        step=_("Nhận việc") if row["state"] == Alert.State.OPEN else _("Xử lý"),
        unit=in_language(row["unit__name"], row["unit__name_en"]),
        note=kind if indicator is not None else row["data_set"],
        since=row["opened_at"],
        tick=row["ref"] if row["state"] == Alert.State.OPEN else "",
    )
