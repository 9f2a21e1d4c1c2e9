"""What people think of each step, in sums alone: fewer than a province's least number are not told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from tinhso.society.field_reports.models import Rating
from tinhso.society.field_reports.queries.rules import rules


@dataclass(frozen=True)
class StepRating:
    """One step: how many rated it, how many with 4 or 5, and the average; None where there are too few to tell."""

    step: str
    name: str
    rated: int | None
    satisfied: int | None
    average: float | None


def step_ratings(units: Sequence[int], since: datetime, until: datetime) -> list[StepRating]:
    """Ratings of the reports that ``units`` have (empty: all), given between two moments."""
    ratings = Rating.objects.filter(at__gte=since, at__lt=until)
    if units:
        ratings = ratings.filter(report__unit__in=units)
    sums = {
        row["step"]: row
        for row in ratings.values("step").annotate(
            rated=Count("pk"), good=Count("pk", filter=Q(points__gte=4)), points=Sum("points")
        )
    }
    return [_step_rating(step, str(name), sums.get(step)) for step, name in Rating.Step.choices]


def _step_rating(step: str, name: str, row: Mapping[str, Any] | None) -> StepRating:
    if row is None or row["rated"] < rules().closing.smallest:
        return StepRating(step, name, None, None, None)
    return StepRating(step, name, row["rated"], row["good"], row["points"] / row["rated"])
