"""One alert as its page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.units.rights import SEE_INDICATORS
from tinhso.ioc.models import Alert, Silence
from tinhso.ioc.queries.alerting import aims, listed, said
from tinhso.ioc.queries.alerting.histories import History, seen_history
from tinhso.ioc.queries.alerting.rules import Rules
from tinhso.ioc.queries.alerting.said import Said
from tinhso.ioc.queries.alerting.seasonal import LAGS, Judgement
from tinhso.ioc.queries.frame import Frame
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.ui import wording
from tinhso.ui.wording import named, number_text

DRAWN = 36  # periods


@dataclass(frozen=True)
class Row:
    """One period of the table behind the chart; the band is what was to be expected."""

    period: str
    value: float | None
    expected: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Listed:
    """One unit of a grouped alert."""

    name: str
    href: str
    since: datetime | None
    words: str


@dataclass(frozen=True)
class Detail:
    """All that the page of an alert shows; ``others`` is how many units of it are not the reader's to see."""

    words: Said
    indicator: Indicator | None
    chart: Mapping[str, object] | None
    rows: tuple[Row, ...]
    method: tuple[str, ...]
    places: tuple[Listed, ...]
    others: int
    silence: Silence | None
    may_handle: bool


def detail(at: Frame, alert: Alert, by: Actor, rules: Rules) -> Detail:
    """The page of an alert, as far as ``by`` may see it."""
    indicator = at.catalogue.indicators.get(alert.indicator)
    history = seen_history(at, indicator, alert.unit.ref, alert.basis) if indicator else None
    judged = history.judgements(rules.change.method) if history else {}
    places = _places(at, alert, by)
    return Detail(
        words=said.said(at, alert),
        indicator=indicator,
        chart=_chart(alert, history, judged) if history else None,
        rows=_rows(history, judged) if history else (),
        method=(*said.method_of(alert), *_too_short(history, judged, rules)),
        places=places,
        others=max(0, int(alert.facts.get("count") or 0) - len(places)) if alert.data_set else 0,
        silence=listed.silence_running(alert),
        may_handle=by.can(HANDLE_ALERTS, at=alert.unit) or by.can(HANDLE_ALERTS, at=alert.office),
    )


def _places(at: Frame, alert: Alert, by: Actor) -> tuple[Listed, ...]:
    """The units of a grouped alert that are the reader's to see."""
    found = []
    for place in alert.facts.get("places", []):
        node = at.places.by_ref.get(place["unit"])
        if node is not None and by.can(SEE_INDICATORS, at=node):
            found.append(Listed(named(node), place["href"], _moment(place["since"]), place["words"]))
    return tuple(found)


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _too_short(history: History | None, judged: Mapping[str, Judgement], rules: Rules) -> list[str]:
    """That sudden changes cannot be judged here yet, and why."""
    if history is None or history.indicator.period not in LAGS:
        return []
    newest = history.newest(stale_after=rules.watching.stale_after)
    if newest is None or newest.period in judged:
        return []
    numbers = {
        "known": number_text(len(history.known)),
        "needed": number_text(rules.change.method.changes_at_least + LAGS[history.indicator.period]),
    }
    text = _("Thay đổi đột ngột: chưa đủ lịch sử để xét (có %(known)s kỳ đủ báo cáo, cần ít nhất %(needed)s).")
    return [text % numbers]


def _rows(history: History, judged: Mapping[str, Judgement]) -> tuple[Row, ...]:
    rows = []
    for cell in reversed(history.cells[-DRAWN:]):
        one, scale = judged.get(cell.period), history.indicator.scale
        band = (one.expected * scale, one.low * scale, one.high * scale) if one else (None, None, None)
        rows.append(Row(cell.period, cell.value, *band))
    return tuple(rows)


def _chart(alert: Alert, history: History, judged: Mapping[str, Judgement]) -> dict[str, object]:
    """The course of the figure with what was to be expected, or with its target."""
    indicator, rows = history.indicator, list(reversed(_rows(history, judged)))
    name = named(alert.unit)
    series: list[dict[str, Any]] = [{"name": name, "kind": "line", "data": _points(rows, "value")}]
    target = aims.target_of(history, alert.period)
    if alert.kind == Alert.Kind.CHANGE:
        series.append({"name": _("Cao nhất thường thấy"), "kind": "step", "data": _points(rows, "high")})
        series.append({"name": _("Thấp nhất thường thấy"), "kind": "step", "data": _points(rows, "low")})
    return {
        "title": f"{named(indicator)}, {name}",
        "unit": wording.measure_text(indicator.unit_of_measure),
        "decimals": indicator.decimals,
        "series": series,
        "target": {"floor": target.floor if target else None, "ceiling": target.ceiling if target else None},
        "breaks": [{"period": alert.period, "label": _("Cảnh báo")}],
        "source": indicator.source,
        "date": wording.period_text(periods.parse(rows[-1].period).code) if rows else "",
    }


def _points(rows: list[Row], name: str) -> list[tuple[str, float | None, str]]:
    return [(row.period, getattr(row, name), "official") for row in rows]
