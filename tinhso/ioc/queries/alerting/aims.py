"""Targets that are missed in the newest complete period."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tinhso.blocks.indicators.contract import IndicatorTarget
from tinhso.ioc.models import Alert
from tinhso.ioc.queries.alerting.histories import History, HistoryCell
from tinhso.ioc.queries.alerting.rules import AlertRules
from tinhso.ioc.queries.alerting.watching import AlertFinding, Watched, finding_fields, is_restricted
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import periods
from tinhso.ui.wording import as_decimal

KIND = Alert.Kind.TARGET
GRAVE_AT = "province"  # the level at which a headline that misses its target is grave


def target_findings(at: SnapshotFrame, watched: Watched, history: History, rules: AlertRules) -> Iterator[AlertFinding]:
    """The finding about one unit's target; none where no target ever bound it."""
    history_cells = history.known_cells
    met = [meets_target(history, cell) for cell in history_cells]
    if all(one_met is None for one_met in met):
        return
    newest = history.newest(stale_after=rules.watching.stale_after)
    if newest is None:
        yield AlertFinding(**finding_fields(at, watched, history.unit, KIND, history_cells[-1].period), holds=None)
        return
    misses = next((n for n, one_met in enumerate(reversed(met)) if one_met is not False), len(met))
    needed = rules.aim.at(watched.level).misses
    yield AlertFinding(
        **finding_fields(at, watched, history.unit, KIND, newest.period),
        holds=_condition_holds(met, misses, needed, rules.aim.meets),
        severity=Alert.Severity.HIGH
        if watched.indicator.headline and watched.level == GRAVE_AT
        else Alert.Severity.WARNING,
        facts=_target_facts(history, newest, history_cells[len(history_cells) - misses :]) if misses else {},
        restricted=misses >= needed
        and is_restricted(watched.indicator, history.unit, watched.basis, newest.period, at.number),
    )


def worst_findings(
    found: Iterable[tuple[str, AlertFinding]], many: int, followed: frozenset[str]
) -> Iterator[AlertFinding]:
    """The same findings of one indicator by unit: at most the ``many`` furthest from their targets (0: all) hold.

    Where nearly every unit misses, the province's own alert says so already; an alert that stands stays, and so does
    what somebody follows.
    """
    unit_findings = list(found)
    every = [finding for _unit, finding in unit_findings]
    missed = [finding for unit, finding in unit_findings if finding.holds and unit not in followed]
    missed.sort(key=lambda alert_finding: -relative_gap(alert_finding.facts))
    spared = {alert_finding.key for alert_finding in missed[many:]} if many else set()
    yield from (
        replace(alert_finding, holds=None) if alert_finding.key in spared else alert_finding for alert_finding in every
    )


def relative_gap(facts: Mapping[str, Any]) -> float:
    """How far a figure lies on the wrong side of its target, as a part of the target."""
    value, gaps = float(facts.get("value") or 0.0), [0.0]
    if facts.get("floor"):
        gaps.append((float(facts["floor"]) - value) / (abs(float(facts["floor"])) or 1.0))
    if facts.get("ceiling"):
        gaps.append((value - float(facts["ceiling"])) / (abs(float(facts["ceiling"])) or 1.0))
    return max(gaps)


def _condition_holds(met: list[bool | None], misses: int, needed: int, meets_needed: int) -> bool | None:
    """Missed often enough; over when met often enough in a row or no longer aimed at; else neither."""
    if misses >= needed:
        return True
    if met[-1] is None or all(met[-meets_needed:]):
        return False
    return None


def meets_target(history: History, cell: HistoryCell) -> bool | None:
    """Whether the target that binds the unit at the end of the period is met; None when none does."""
    target = target_of(history, cell.period)
    value = as_decimal(cell.value)
    return None if target is None or value is None else target.met_by(value)


def target_of(history: History, period: str) -> IndicatorTarget | None:
    """The target that binds the unit at the end of a period."""
    return history.indicator.target(f"{periods.parse(period).end:%Y-%m}", history.unit)


def _target_facts(history: History, newest: HistoryCell, missed: list[HistoryCell]) -> dict[str, Any]:
    target = target_of(history, newest.period)
    year_ago = periods.parse(newest.period).year_before().code
    before = next((cell.value for cell in history.known_cells if cell.period == year_ago), None)
    return {
        "value": newest.value,
        "floor": None if target is None or target.floor is None else str(target.floor),
        "ceiling": None if target is None or target.ceiling is None else str(target.ceiling),
        "source": target.source if target else "",
        "misses": len(missed),
        "since": missed[0].period if missed else newest.period,
        "year_ago": before,
    }
