"""Sudden changes in the newest complete period, judged by the unit's own seasonal history."""

from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.blocks.indicators.contract import Better, Indicator
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting.histories import History
from tinhso.ioc.queries.alerting.rules import AlertRules, ChangeRules, Relevance
from tinhso.ioc.queries.alerting.seasonal import LAGS, Scale, SeasonalJudgement
from tinhso.ioc.queries.alerting.watching import AlertFinding, Watched, finding_fields, is_restricted
from tinhso.ioc.queries.frame import SnapshotFrame

KIND = Alert.Kind.CHANGE
GRAVE = 1.5  # times the score at which an alert opens


def change_findings(at: SnapshotFrame, watched: Watched, history: History, rules: AlertRules) -> Iterator[AlertFinding]:
    """The finding about one unit's newest complete period; one that can say nothing where history is too short."""
    newest, history_cells = history.newest(stale_after=rules.watching.stale_after), history.known_cells
    if not history_cells or watched.indicator.period not in LAGS:
        return
    base = finding_fields(at, watched, history.unit, KIND, history_cells[-1].period)
    judged = history.judgements(rules.change.method) if newest else {}
    judgement = judged.get(newest.period) if newest else None
    if newest is None or judgement is None:
        yield AlertFinding(**base, holds=None)
        return
    holds = state_of(judgement, watched.indicator, watched.level, rules.change)
    yield AlertFinding(
        **base,
        holds=holds,
        severity=_change_severity(watched.indicator, judgement, rules.change),
        facts=facts_of(judged, newest.period, watched, rules.change) if holds else {},
        restricted=bool(holds)
        and is_restricted(watched.indicator, history.unit, watched.basis, newest.period, at.number),
    )


def state_of(judgement: SeasonalJudgement, indicator: Indicator, level: str, change: ChangeRules) -> bool | None:
    """Whether a period is a sudden change; the score must fall well below the one that opens before it is over."""
    if abs(judgement.score) > change.method.open_at:
        return True if is_relevant(judgement, indicator, change.worth(level)) else None
    return False if abs(judgement.score) <= change.close_at else None


def is_relevant(judgement: SeasonalJudgement, indicator: Indicator, worth: Relevance) -> bool:
    """Whether the figure lies far enough from what was expected to matter, however certain it is."""
    gap = abs(judgement.value - judgement.expected)
    if judgement.scale is Scale.SHARE:
        return gap * 100 >= worth.points
    if judgement.scale is Scale.COUNT and gap * indicator.scale < worth.count:
        return False
    return gap >= abs(judgement.expected) * worth.percent / 100


def _change_severity(indicator: Indicator, judgement: SeasonalJudgement, change: ChangeRules) -> str:
    bad = {Better.HIGHER: -1, Better.LOWER: 1, Better.NONE: 0}[indicator.better]
    grave = abs(judgement.score) >= GRAVE * change.method.open_at and bad * judgement.score > 0
    return Alert.Severity.HIGH if grave else Alert.Severity.WARNING


def facts_of(
    judged: Mapping[str, SeasonalJudgement], period: str, watched: Watched, change: ChangeRules
) -> dict[str, Any]:
    """The numbers behind the sentence, and how the same method would have fared on the unit's own past."""
    now, scale = judged[period], watched.indicator.scale
    past = [judgement for code, judgement in judged.items() if code < period]
    raised = sum(bool(state_of(judgement, watched.indicator, watched.level, change)) for judgement in past)
    return {
        "value": now.value * scale,
        "expected": now.expected * scale,
        "low": now.low * scale,
        "high": now.high * scale,
        "score": round(now.score, 1),
        "changes": now.changes,
        "scale": str(now.scale),
        "open_at": change.method.open_at,
        "tested": len(past),
        "raised": raised,
    }
