"""What answers to the questionnaire come to, and what is advised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language

from tinhso.economy.enterprises.queries.rules import AssessmentPillar, AssessmentRules, rules


@dataclass(frozen=True)
class AssessmentScore:
    """Points 0 to 100 by pillar and as a whole: each question of a pillar weighs the same, and so does each pillar."""

    whole: Decimal
    pillars: dict[str, Decimal]


@dataclass(frozen=True)
class PillarResult:
    """A pillar as it is shown: its points, and what to do next."""

    name: str
    points: Decimal
    advice: Sequence[str]

    @property
    def share(self) -> int:
        """The width of its bar."""
        return round(self.points)


def assessment_score(values: Mapping[str, Any], told: AssessmentRules) -> AssessmentScore:
    """Points of canonical answers; a question without an answer has none."""
    by_pillar: dict[str, list[Decimal]] = {one.code: [] for one in told.pillars}
    for one in told.questions:
        by_pillar[one.pillar].append(Decimal(one.points.get(str(values.get(one.field)), 0)))
    pillars = {code: _mean_points(points) for code, points in by_pillar.items()}
    return AssessmentScore(_mean_points(list(pillars.values())), pillars)


def pillar_results(values: Mapping[str, Any], pillars: Mapping[str, Any]) -> list[PillarResult]:
    """The pillars of an assessment in the reader's language, each with what is advised."""
    told = rules().assessment
    return [
        PillarResult(_pillar_name(one), Decimal(str(pillars.get(one.code, 0))), _pillar_advice(one, values, told))
        for one in told.pillars
    ]


def _pillar_advice(pillar: AssessmentPillar, values: Mapping[str, Any], told: AssessmentRules) -> list[str]:
    return [
        one.advice_en if _is_english() else one.advice
        for one in told.questions
        if one.pillar == pillar.code and one.points.get(str(values.get(one.field)), 0) < one.enough
    ]


def _pillar_name(pillar: AssessmentPillar) -> str:
    return pillar.name_en if _is_english() else pillar.name


def _is_english() -> bool:
    return (get_language() or "vi").startswith("en")


def _mean_points(points: Sequence[Decimal]) -> Decimal:
    return (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01")) if points else Decimal(0)
