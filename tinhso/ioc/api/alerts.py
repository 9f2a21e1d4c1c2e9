"""Alerts for programs: the list, one alert with its history, and acknowledging it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting import listed, said
from tinhso.ioc.queries.alerting.listed import AlertFilter
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView, snapshot_frame
from tinhso.ioc.services import alerting
from tinhso.kernel import clock
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused
from tinhso.ui.strict import Flag, StrictRequest, Whole

router = Router(tags=["alerts"])
A_PAGE = 100


class AlertOut(Schema):
    """One alert. ``state``: open, acknowledged or resolved; ``sentence`` explains it with its numbers."""

    ref: str
    kind: str
    severity: str
    state: str
    silent: bool
    title: str
    sentence: str
    unit: str
    office: str
    domain: str
    indicator: str
    data_set: str
    basis: str
    period: str
    owner: str
    opened_at: datetime
    changed_at: datetime
    resolved_at: datetime | None


class AlertsOut(Schema):
    """One page of alerts; ``next_offset`` is null on the last one."""

    total: int
    next_offset: int | None
    items: list[AlertOut]


class EntryOut(Schema):
    """One thing that happened to an alert."""

    at: datetime
    by: str
    did: str
    words: str


class OneAlertOut(AlertOut):
    """One alert with everything that happened to it, newest first."""

    history: list[EntryOut]


class AlertQuery(StrictRequest):
    """Narrowing: ``state`` may also be active (not resolved, not silent), silenced or all."""

    state: str = listed.ACTIVE
    kind: str = ""
    domain: str = ""
    indicator: str = ""
    unit: str = ""
    mine: Flag = False
    offset: Whole = Field(0, ge=0, le=1_000_000)


class AcknowledgementNote(StrictRequest):
    """A note that goes with an act."""

    words: str = Field("", max_length=2000)


def _actor_of_request(request: HttpRequest) -> Actor:
    by: Actor = getattr(request, "actor", NOBODY)
    by.must_be_able_to(SEE_INDICATORS)
    return by


@router.get("/alerts", response=AlertsOut, summary="Alerts of the units one may see")
def list_alerts(request: HttpRequest, only: Query[AlertQuery]) -> dict[str, Any]:
    """Alerts, a hundred at a time, those that nobody has acknowledged first."""
    by = _actor_of_request(request)
    at = snapshot_frame(by)
    alerts = listed.ordered_alerts(by, _alert_filter(at, only))
    total = alerts.count()
    items = [_alert_fields(at, alert) for alert in alerts[only.offset : only.offset + A_PAGE]]
    following = only.offset + A_PAGE
    return {"total": total, "next_offset": following if following < total else None, "items": items}


def _alert_filter(at: SnapshotFrame, only: AlertQuery) -> AlertFilter:
    if only.state not in listed.STATES:
        raise Refused("unknown_state", _("Không có trạng thái cảnh báo “%(state)s”."), state=only.state)
    if only.unit and only.unit not in at.places.by_ref:
        raise Refused("unknown_unit", _("Không có đơn vị nào có mã “%(ref)s”."), ref=only.unit)
    units = listed.units_of(at, UnitView(at.places.by_ref[only.unit], "")) if only.unit else None
    same = {name: getattr(only, name).replace("\0", "") for name in ("state", "kind", "domain", "indicator")}
    return AlertFilter(**same, units=units, mine=only.mine)


@router.get("/alerts/{ref}", response=OneAlertOut, summary="One alert with its history")
def read_alert(request: HttpRequest, ref: str) -> dict[str, Any]:
    """What is the matter, and everything that happened to it."""
    by = _actor_of_request(request)
    return _alert_detail(snapshot_frame(by), listed.by_ref(ref, by=by))


@router.post("/alerts/{ref}/acknowledge", response=OneAlertOut, summary="Say that one sees to an alert")
def acknowledge_alert(request: HttpRequest, ref: str, note: AcknowledgementNote) -> dict[str, Any]:
    """It goes up no further; refused when somebody has acknowledged it already."""
    by = _actor_of_request(request)
    alerting.acknowledge(ref=ref, by=by, now=clock.now(), words=note.words)
    return _alert_detail(snapshot_frame(by), listed.by_ref(ref, by=by))


def _alert_detail(at: SnapshotFrame, one: Alert) -> dict[str, Any]:
    history = [{"at": line.at, "by": line.who, "did": line.what, "words": line.words} for line in said.history_of(one)]
    return _alert_fields(at, one) | {"history": history}


def _alert_fields(at: SnapshotFrame, one: Alert) -> dict[str, Any]:
    same = ("ref", "kind", "severity", "state", "domain", "indicator", "data_set", "basis", "period")
    words = said.alert_text(at, one)
    return {name: getattr(one, name) for name in (*same, "opened_at", "changed_at", "resolved_at")} | {
        "silent": bool(getattr(one, "is_silent", False)),
        "title": words.title,
        "sentence": words.sentence,
        "unit": one.unit.ref,
        "office": one.office.ref,
        "owner": one.owner.name if one.owner else "",
    }
