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
from tinhso.ioc.queries.alerting.rules import AlertRules
from tinhso.ioc.queries.alerting.said import AlertText
from tinhso.ioc.queries.alerting.seasonal import LAGS, SeasonalJudgement
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.ioc.rights import HANDLE_ALERTS
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.ui import wording
from tinhso.ui.wording import name_in_language, number_text

DRAWN = 36  # periods


@dataclass(frozen=True)
class HistoryRow:
    """One period of the table behind the chart; the band is what was to be expected."""

    period: str
    value: float | None
    expected: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ListedUnit:
    """One unit of a grouped alert."""

    name: str
    href: str
    since: datetime | None
    words: str


@dataclass(frozen=True)
class Detail:
    """All that the page of an alert shows; ``others`` is how many units of it are not the reader's to see."""

    words: AlertText
    indicator: Indicator | None
    chart: Mapping[str, object] | None
    rows: tuple[HistoryRow, ...]
    method: tuple[str, ...]
    places: tuple[ListedUnit, ...]
    others: int
    silence: Silence | None
    may_handle: bool


def alert_detail(at: SnapshotFrame, alert: Alert, by: Actor, rules: AlertRules) -> Detail:
    """The page of an alert, as far as ``by`` may see it."""
    indicator = at.catalogue.indicators.get(alert.indicator)
    history = seen_history(at, indicator, alert.unit.ref, alert.basis) if indicator else None
    judged = history.judgements(rules.change.method) if history else {}
    places = _visible_units(at, alert, by)
    return Detail(
        words=said.alert_text(at, alert),
        indicator=indicator,
        chart=_history_chart(alert, history, judged) if history else None,
        rows=_history_rows(history, judged) if history else (),
        method=(*said.method_of(alert), *_too_short(history, judged, rules)),
        places=places,
        others=max(0, int(alert.facts.get("count") or 0) - len(places)) if alert.data_set else 0,
        silence=listed.silence_running(alert),
        may_handle=by.can(HANDLE_ALERTS, at=alert.unit) or by.can(HANDLE_ALERTS, at=alert.office),
    )


def _visible_units(at: SnapshotFrame, alert: Alert, by: Actor) -> tuple[ListedUnit, ...]:
    """The units of a grouped alert that are the reader's to see."""
    listed_units = []
    for place in alert.facts.get("places", []):
        node = at.places.by_ref.get(place["unit"])
        if node is not None and by.can(SEE_INDICATORS, at=node):
            listed_units.append(
                ListedUnit(name_in_language(node), place["href"], _moment_of(place["since"]), place["words"])
            )
    return tuple(listed_units)


def _moment_of(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _too_short(history: History | None, judged: Mapping[str, SeasonalJudgement], rules: AlertRules) -> list[str]:
    """That sudden changes cannot be judged here yet, and why."""
    if history is None or history.indicator.period not in LAGS:
        return []
    newest = history.newest(stale_after=rules.watching.stale_after)
    if newest is None or newest.period in judged:
        return []
    numbers = {
        "known": number_text(len(history.known_cells)),
        "needed": number_text(rules.change.method.changes_at_least + LAGS[history.indicator.period]),
    }
    text = _("Thay đổi đột ngột: chưa đủ lịch sử để xét (có %(known)s kỳ đủ báo cáo, cần ít nhất %(needed)s).")
    return [text % numbers]


def _history_rows(history: History, judged: Mapping[str, SeasonalJudgement]) -> tuple[HistoryRow, ...]:
    rows = []
    for cell in reversed(history.cells[-DRAWN:]):
        seasonal_judgement, scale = judged.get(cell.period), history.indicator.scale
        band = (
            (seasonal_judgement.expected * scale, seasonal_judgement.low * scale, seasonal_judgement.high * scale)
            if seasonal_judgement
            else (None, None, None)
        )
        rows.append(HistoryRow(cell.period, cell.value, *band))
    return tuple(rows)


def _history_chart(alert: Alert, history: History, judged: Mapping[str, SeasonalJudgement]) -> dict[str, object]:
    """The course of the figure with what was to be expected, or with its target."""
    indicator, rows = history.indicator, list(reversed(_history_rows(history, judged)))
    name = name_in_language(alert.unit)
    series: list[dict[str, Any]] = [{"name": name, "kind": "line", "data": _chart_points(rows, "value")}]
    target = aims.target_of(history, alert.period)
    if alert.kind == Alert.Kind.CHANGE:
        series.append({"name": _("Cao nhất thường thấy"), "kind": "step", "data": _chart_points(rows, "high")})
        series.append({"name": _("Thấp nhất thường thấy"), "kind": "step", "data": _chart_points(rows, "low")})
    return {
        "title": f"{name_in_language(indicator)}, {name}",
        "unit": wording.measure_text(indicator.unit_of_measure),
        "decimals": indicator.decimals,
        "series": series,
        "target": {"floor": target.floor if target else None, "ceiling": target.ceiling if target else None},
        "breaks": [{"period": alert.period, "label": _("Cảnh báo")}],
        "source": indicator.source,
        "date": wording.period_text(periods.parse(rows[-1].period).code) if rows else "",
    }


def _chart_points(rows: list[HistoryRow], name: str) -> list[tuple[str, float | None, str]]:
    return [(row.period, getattr(row, name), "official") for row in rows]
