"""Sudden changes against a unit's own seasonal history, by a method that few odd months cannot mislead.

Each period is compared with the same period of the year before, on a scale on which chance has about the same size
everywhere (logit for shares, Anscombe's square root for counts, logarithm for amounts). The change is then set against
the unit's own earlier changes: their median is what was to be expected, their median absolute deviation (MAD) how far
they usually lie from it, never less than chance alone would give. A change is judged against all of its past and
against its last few changes, and the milder judgement holds: what has been going on for a while is not sudden.
A period that stood out and went back is replaced by what was expected of it before the next year is compared with it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

LAGS = {"month": 12, "quarter": 4}  # periods in a year; a yearly figure has too little history to judge
NORMAL = 1.4826  # MAD times this is the standard deviation of normally distributed values
RECENT_AT_LEAST = 3
TINY = 1e-9


class Scale(StrEnum):
    """How figures are made comparable."""

    SHARE = "share"
    COUNT = "count"
    AMOUNT = "amount"
    PLAIN = "plain"


@dataclass(frozen=True)
class SeriesPoint:
    """One complete period: its parts (``out_of`` None where there is one amount only)."""

    count: float
    out_of: float | None = None

    @property
    def value(self) -> float | None:
        """The figure before it is scaled; None when there is nothing to divide by."""
        if self.out_of is None:
            return self.count
        return self.count / self.out_of if self.out_of else None


@dataclass(frozen=True)
class Method:
    """The numbers of a province: when to speak, how many changes to know before, how many count as recent."""

    open_at: float = 4.0
    changes_at_least: int = 12
    recent: int = 6


@dataclass(frozen=True)
class SeasonalJudgement:
    """One period against its past. Figures are unscaled; ``changes`` is how many past changes were known.

    ``middle`` and ``reach`` are on the scale: what was expected, and how far from it nothing is said.
    """

    value: float
    middle: float
    reach: float
    score: float
    changes: int
    scale: Scale

    @property
    def expected(self) -> float:
        """What was to be expected."""
        return _figure_from_scale(self.middle, self.scale)

    @property
    def low(self) -> float:
        """The lowest figure of which nothing would be said."""
        return _figure_from_scale(self.middle - self.reach, self.scale)

    @property
    def high(self) -> float:
        """The highest figure of which nothing would be said."""
        return _figure_from_scale(self.middle + self.reach, self.scale)


@dataclass(frozen=True)
class _ScaledFigure:
    """A figure, the same on its scale, and the variance that chance alone gives it there."""

    value: float
    at: float
    chance: float


def scale_of(points: Sequence[SeriesPoint | None]) -> Scale:
    """The scale that fits a series."""
    series_points = [point for point in points if point is not None]
    if any(point.out_of is not None for point in series_points):
        parts = [(point.count, point.out_of or 0.0) for point in series_points]
        if all(0 <= count <= out_of and _is_integer(count) and _is_integer(out_of) for count, out_of in parts):
            return Scale.SHARE
    elif all(point.count >= 0 and _is_integer(point.count) for point in series_points):
        return Scale.COUNT
    values = [point.value for point in series_points if point.value is not None]
    return Scale.AMOUNT if values and min(values) > 0 else Scale.PLAIN


def _is_integer(number: float) -> bool:
    return float(number).is_integer()


def _scaled_point(point: SeriesPoint | None, scale: Scale) -> _ScaledFigure | None:
    if point is None or point.value is None:
        return None
    if scale is Scale.SHARE:
        yes, no = point.count + 0.5, (point.out_of or 0.0) - point.count + 0.5
        return _ScaledFigure(point.value, math.log(yes / no), 1 / yes + 1 / no)
    if scale is Scale.COUNT:
        return _ScaledFigure(point.value, 2 * math.sqrt(point.count + 0.375), 1.0)
    return _ScaledFigure(point.value, math.log(point.value) if scale is Scale.AMOUNT else point.value, 0.0)


def _figure_from_scale(at: float, scale: Scale) -> float:
    """Back from the scale to the figure."""
    if scale is Scale.SHARE:
        return 1 / (1 + math.exp(-at)) if at > -700 else 0.0
    if scale is Scale.COUNT:
        return max(0.0, (max(at, 0.0) / 2) ** 2 - 0.375)
    return math.exp(min(at, 700.0)) if scale is Scale.AMOUNT else at


def median(values: list[float]) -> float:
    """The middle of some values; the library's own takes three times as long, and there are a million to take."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def judge_series(
    points: Sequence[SeriesPoint | None], lag: int, method: Method, eras: Sequence[int] | None = None
) -> list[SeasonalJudgement | None]:
    """Every period against what was known before it; None where there is too little to judge by.

    ``points`` follow each other without gaps (None: not known or not complete). Periods of different ``eras`` (before
    and after the units behind a series were rearranged) are not compared.
    """
    scale = scale_of(points)
    return list(
        _judgements_in_order(
            [_scaled_point(point, scale) for point in points], lag, method, scale, eras or [0] * len(points)
        )
    )


def _judgements_in_order(
    scaled_figures: Sequence[_ScaledFigure | None], lag: int, method: Method, scale: Scale, eras: Sequence[int]
) -> Iterator[SeasonalJudgement | None]:
    base = [scaled_figure.at if scaled_figure else None for scaled_figure in scaled_figures]
    changes: list[float | None] = [None] * len(scaled_figures)
    odd: tuple[int, float] | None = None
    for t, now in enumerate(scaled_figures):
        before, then = (base[t - lag], scaled_figures[t - lag]) if t >= lag else (None, None)
        if now is None or before is None or then is None or eras[t] != eras[t - lag]:
            odd = None
            yield None
            continue
        changes[t] = now.at - before
        weighed = _weigh_change(changes, t, math.sqrt(now.chance + then.chance), method)
        if weighed is None:
            yield None
            continue
        score, middle, spread, many = weighed
        if odd is not None and abs(score) <= method.open_at:
            base[odd[0]], changes[odd[0]] = odd[1], None  # it stood out and went back
        odd = (t, before + middle) if abs(score) > method.open_at else None
        yield SeasonalJudgement(now.value, before + middle, spread * method.open_at, score, many, scale)


def _weigh_change(
    changes: Sequence[float | None], t: int, chance: float, method: Method
) -> tuple[float, float, float, int] | None:
    """How many spreads the change at ``t`` lies from what was usual, the usual change, the spread, past changes."""
    past = [change for change in changes[:t] if change is not None]
    now, many = changes[t], len(past)
    if now is None or many < method.changes_at_least:
        return None
    usual = median(past)
    mad = NORMAL * median([abs(change - usual) for change in past]) * many / (many - 0.8)
    spread = max(mad, chance, TINY) * math.sqrt(1 + 1.57 / many)  # the median itself is only known so well
    lately = [change for change in changes[max(0, t - method.recent) : t] if change is not None]
    of_late = median(lately) if len(lately) >= RECENT_AT_LEAST else usual
    if (now - usual) * (now - of_late) <= 0:
        return 0.0, usual, spread, many
    middle = usual if abs(now - usual) < abs(now - of_late) else of_late
    return (now - middle) / spread, middle, spread, many
