"""How often sudden changes are told wrongly, and how often real ones are found: measured on the province's own past.

Every month that can be judged is judged as if it were the newest. What is raised on the series as they are counts as a
false alarm (real events that nobody has marked are counted against the method); then one shock of known size is put
into a copy of each series, and the month must be found. The rules of thumb in common use are tried on the same copies.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from statistics import fmean, pstdev

from tinhso.ioc.queries.alerting.changes import state_of
from tinhso.ioc.queries.alerting.histories import History, HistoryCell, unit_histories
from tinhso.ioc.queries.alerting.rules import AlertRules
from tinhso.ioc.queries.alerting.seasonal import Scale, SeasonalJudgement, SeriesPoint, scale_of
from tinhso.ioc.queries.alerting.watching import Watched, watched_indicators
from tinhso.ioc.queries.frame import SnapshotFrame
from tinhso.kernel import periods

OURS, YEAR, SIGMA = "seasonal", "year_20", "sigma_3"
METHODS = (OURS, YEAR, SIGMA)
SHOCKS = {"small": (5.0, 0.2), "medium": (10.0, 0.4), "large": (20.0, 0.8)}  # points of a share; part of an amount
SEED = 20241130
Judged = dict[str, SeasonalJudgement]


@dataclass
class MethodScore:
    """How one method fared at one level: months tested, alarms on the series as they are, shocks tried and found, and
    alarms in later months that only the shock explains."""

    tests: int = 0
    alarms: int = 0
    near_mergers: int = 0
    tried: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHOCKS, 0))
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHOCKS, 0))
    echoes: int = 0

    def per_thousand(self, number: int) -> float:
        """``number`` per 1,000 tests."""
        return 1000 * number / self.tests if self.tests else 0.0

    def share_found(self, size: str) -> float | None:
        """The part of the shocks of a size that was found; None when none was tried."""
        return self.found[size] / self.tried[size] if self.tried[size] else None


def rehearse(
    at: SnapshotFrame, rules: AlertRules, *, seed: int = SEED, progress: Callable[[str], None] | None = None
) -> dict[tuple[str, str], MethodScore]:
    """Scores by level and method, of every series that is watched for sudden changes."""
    chance = random.Random(seed)
    scores: dict[tuple[str, str], MethodScore] = defaultdict(MethodScore)
    for watched in watched_indicators(at, rules):
        if progress is not None:
            progress(watched.indicator.code)
        for history in unit_histories(at, watched.indicator, watched.changes, watched.basis).values():
            _rehearse_series(at, watched, history, rules, chance, scores)
    return dict(scores)


def _rehearse_series(
    at: SnapshotFrame,
    watched: Watched,
    history: History,
    rules: AlertRules,
    chance: random.Random,
    scores: dict[tuple[str, str], MethodScore],
) -> None:
    judged = history.judgements(rules.change.method)
    tested = list(judged)
    if not tested:
        return
    calm = {method: set(_raised_months(method, history, judged, watched, rules)) for method in METHODS}
    moved = _near_mergers(at, history)
    shocked = chance.choice(tested)
    for method in METHODS:
        score = scores[watched.level, method]
        score.tests += len(tested)
        score.alarms += len(calm[method])
        score.near_mergers += len(calm[method] & moved)
    for size in SHOCKS:
        copy = _with_shock(history, shocked, size)
        if copy is None:
            continue
        again = copy.judgements(rules.change.method)
        for method in METHODS:
            raised, score = set(_raised_months(method, copy, again, watched, rules)), scores[watched.level, method]
            score.tried[size] += 1
            score.found[size] += shocked in raised
            score.echoes += len(raised - calm[method] - {shocked}) if size == "large" else 0


def _near_mergers(at: SnapshotFrame, history: History) -> set[str]:
    """The periods in which units were rearranged, and those before and after."""
    days = at.places.changes(history.basis, history.unit)
    kind = periods.parse(history.cells[0].period).kind
    return {periods.of(day, kind).shift(step).code for day in days for step in (-1, 0, 1)}


def _raised_months(method: str, history: History, judged: Judged, watched: Watched, rules: AlertRules) -> Iterator[str]:
    """The months of ``judged`` that a method raises."""
    if method == OURS:
        yield from (
            code
            for code, seasonal_judgement in judged.items()
            if state_of(seasonal_judgement, watched.indicator, watched.level, rules.change)
        )
        return
    values = {cell.period: cell.value for cell in history.known_cells if cell.value is not None}
    for code in judged:
        raises = _differs_from_year_ago(values, code) if method == YEAR else _exceeds_three_sigma(values, code)
        if raises:
            yield code


def _differs_from_year_ago(values: dict[str, float], code: str) -> bool:
    """Twenty per cent more or less than a year before."""
    before = values.get(periods.parse(code).year_before().code)
    return before is not None and before != 0 and abs(values[code] / before - 1) >= 0.2


def _exceeds_three_sigma(values: dict[str, float], code: str) -> bool:
    """Three standard deviations from the mean of all that was known before."""
    past = [value for period, value in values.items() if period < code]
    spread = pstdev(past) if len(past) > 1 else 0.0
    return spread > 0 and abs(values[code] - fmean(past)) > 3 * spread


def _with_shock(history: History, period: str, size: str) -> History | None:
    """A copy with one month moved by a known size; None where a shock of that size cannot be told from rounding."""
    scale = scale_of([cell.point for cell in history.cells if cell.complete])
    cells = tuple(
        _shocked_cell(cell, scale, history.indicator.scale, size) if cell.period == period else cell
        for cell in history.cells
    )
    changed = next(cell for cell in cells if cell.period == period)
    before = next(cell for cell in history.cells if cell.period == period)
    return None if changed.point == before.point else replace(history, cells=cells)


def _shocked_cell(cell: HistoryCell, scale: Scale, factor: int, size: str) -> HistoryCell:
    points, part = SHOCKS[size]
    point = cell.point or SeriesPoint(0.0)
    if scale is Scale.SHARE and point.out_of:
        share = point.count / point.out_of
        step = points / 100 if share < 0.5 else -points / 100
        moved = SeriesPoint(float(round(min(1.0, max(0.0, share + step)) * point.out_of)), point.out_of)
    else:
        count = point.count * (1 - part)
        moved = SeriesPoint(float(round(count)) if scale is Scale.COUNT else count, point.out_of)
    value = None if moved.value is None else moved.value * factor
    return HistoryCell(cell.period, moved, value, cell.complete)
