"""Lists of alerts, as far as their reader may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators.contract import Access, Audience
from tinhso.blocks.indicators.queries import Catalogue
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import Alert, Silence
from tinhso.ioc.queries.frame import SnapshotFrame, UnitView
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

ACTIVE, SILENCED, EVERY = "active", "silenced", "all"
STATES = (ACTIVE, Alert.State.OPEN, Alert.State.ACKNOWLEDGED, SILENCED, Alert.State.RESOLVED, EVERY)
State, Severity = Alert.State, Alert.Severity
_worked_out: dict[str, tuple[Catalogue, tuple[tuple[str, int], ...]]] = {}


@dataclass(frozen=True)
class AlertFilter:
    """Narrowing of the list: a state, a kind, a domain, units by their keys (None: all), only those I have in hand."""

    state: str = ACTIVE
    kind: str = ""
    domain: str = ""
    units: frozenset[int] | None = None
    indicator: str = ""
    severity: str = ""
    mine: bool = False


def visible_alerts(by: Actor) -> QuerySet[Alert]:
    """All alerts that ``by`` may see: of units where they see indicators, without figures that are not for them."""
    by.must_be_able_to(SEE_INDICATORS)
    alerts = Alert.objects.select_related("unit", "office", "owner")
    if SEE_INDICATORS not in by.everywhere:
        reach = sorted(by.places(SEE_INDICATORS))
        alerts = alerts.filter(
            Q(unit__in=reach) | Q(office__in=reach) | Q(concerned__overlap=reach) | Q(owner__ref=by.ref)
        )
    return _fit_for(alerts, indicators.audience_of(by))


def _fit_for(alerts: QuerySet[Alert], to: Audience) -> QuerySet[Alert]:
    """Without figures that are restricted, or have been restricted since they were found."""
    if to.access is Access.RESTRICTED and to.restricted_at is None:
        return alerts
    withheld = Q(restricted=True)
    for code, level in _restricted_levels(indicators.catalogue()):
        withheld |= Q(indicator=code, unit__level=level)
    own = to.restricted_at if to.access is Access.RESTRICTED and to.restricted_at else frozenset()
    return alerts.exclude(withheld & ~Q(unit__ref__in=sorted(own)))


def _restricted_levels(catalogue: Catalogue) -> tuple[tuple[str, int], ...]:
    """Indicators and the levels at which their figures are restricted; worked out once for a catalogue."""
    of, pairs = _worked_out.get("newest", (None, ()))
    if of is not catalogue:
        pairs = tuple(
            (indicator.code, int(level))
            for indicator in catalogue.indicators.values()
            for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.AGENCY)
            if indicator.access_at(level.name.lower()) is Access.RESTRICTED
        )
        _worked_out["newest"] = catalogue, pairs
    return pairs


def silences_of() -> QuerySet[Silence]:
    """Silences that run, for the alert of an outer query."""
    this = Q(alert=OuterRef("pk")) | Q(indicator=OuterRef("indicator"), unit=OuterRef("unit"))
    return Silence.objects.filter(this, ended_at=None)


def with_silence(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """The same with ``is_silent``: nobody is told of it for the time being."""
    return alerts.annotate(is_silent=Exists(silences_of()))


def ordered_alerts(by: Actor, alert_filter: AlertFilter) -> QuerySet[Alert]:
    """The alerts that fit, those that nobody has acknowledged first, grave ones before others, newest first."""
    alerts = filtered_alerts(with_silence(visible_alerts(by)), alert_filter, by)
    urgency = Case(
        When(state=State.OPEN, severity=Severity.HIGH, then=Value(0)),
        When(state=State.OPEN, then=Value(1)),
        When(state=State.ACKNOWLEDGED, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return alerts.order_by(urgency, "unit__level", "-changed_at", "pk")


def filtered_alerts(alerts: QuerySet[Alert], alert_filter: AlertFilter, by: Actor) -> QuerySet[Alert]:
    """Only those that fit; ``found`` knows what is silent."""
    if alert_filter.state == ACTIVE:
        alerts = alerts.exclude(state=State.RESOLVED).filter(~Exists(silences_of()))
    elif alert_filter.state == SILENCED:
        alerts = alerts.exclude(state=State.RESOLVED).filter(Exists(silences_of()))
    elif alert_filter.state != EVERY:
        alerts = alerts.filter(state=alert_filter.state)
    same = {
        name: value for name in ("kind", "domain", "indicator", "severity") if (value := getattr(alert_filter, name))
    }
    alerts = alerts.filter(**same)
    if alert_filter.units is not None:
        alerts = alerts.filter(
            Q(unit__in=alert_filter.units)
            | Q(office__in=alert_filter.units)
            | Q(concerned__overlap=sorted(alert_filter.units))
        )
    return alerts.filter(owner__ref=by.ref) if alert_filter.mine else alerts


def state_counts(by: Actor, alert_filter: AlertFilter) -> dict[str, int]:
    """How many alerts each state would list, in one statement."""
    every = filtered_alerts(with_silence(visible_alerts(by)), AlertFilter(**{**vars(alert_filter), "state": EVERY}), by)
    not_over = ~Q(state=State.RESOLVED)
    values = every.aggregate(
        active=Count("pk", filter=not_over & Q(is_silent=False)),
        open=Count("pk", filter=Q(state=State.OPEN)),
        acknowledged=Count("pk", filter=Q(state=State.ACKNOWLEDGED)),
        silenced=Count("pk", filter=not_over & Q(is_silent=True)),
        resolved=Count("pk", filter=Q(state=State.RESOLVED)),
        all=Count("pk"),
    )
    return {name: int(number) for name, number in values.items()}


def by_ref(ref: str, *, by: Actor) -> Alert:
    """One alert that ``by`` may see; refuses another as unknown, so that nobody learns that it exists."""
    alert = with_silence(visible_alerts(by)).filter(ref=ref).first()
    if alert is None:
        raise Refused("unknown_alert", _("Không có cảnh báo nào có mã “%(ref)s”."), ref=ref)
    return alert


@dataclass(frozen=True)
class AlertStrip:
    """What a wall or a unit's page shows: how many are active, how many of them nobody has acknowledged or are grave,
    and the first few."""

    active: int
    waiting: int
    grave: int
    first: tuple[Alert, ...]


def open_alerts(
    by: Actor, at: SnapshotFrame, unit_view: UnitView, *, limit: int = 5, indicator: str = ""
) -> AlertStrip:
    """The alerts of the unit looked at (and of what lies below it), or only those about one indicator."""
    alert_filter = AlertFilter(units=units_of(at, unit_view), indicator=indicator)
    alerts = ordered_alerts(by, alert_filter)
    values = alerts.aggregate(
        active=Count("pk"),
        waiting=Count("pk", filter=Q(state=State.OPEN)),
        grave=Count("pk", filter=Q(severity=Severity.HIGH)),
    )
    first = tuple(alerts[:limit]) if values["active"] else ()
    return AlertStrip(values["active"], values["waiting"], values["grave"], first)


def units_of(at: SnapshotFrame, unit_view: UnitView) -> frozenset[int] | None:
    """The keys of a unit and of all below it, formerly too; None for the whole province."""
    if at.places.home is not None and unit_view.unit.pk == at.places.home.pk:
        return None
    return frozenset(at.places.every.subtree(unit_view.unit.pk))


def silence_running(alert: Alert) -> Silence | None:
    """The silence that keeps an alert quiet, the longest where there are several."""
    this = Q(alert=alert) | Q(indicator=alert.indicator, unit=alert.unit) & ~Q(indicator="")
    return Silence.objects.filter(this, ended_at=None).order_by("-until").first()


def silences_over(now: datetime) -> QuerySet[Silence]:
    """Silences whose time is up."""
    return Silence.objects.filter(ended_at=None, until__lte=now).select_related("alert")


def silent_among(alerts: Collection[Alert]) -> set[int]:
    """The keys of those alerts that a silence keeps quiet."""
    keys = [alert.pk for alert in alerts]
    return set(Alert.objects.filter(Exists(silences_of()), pk__in=keys).values_list("pk", flat=True))
