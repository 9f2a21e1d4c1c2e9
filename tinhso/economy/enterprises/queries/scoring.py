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


def assessment_score(values: Mapping[str, Any], assessment_rules: AssessmentRules) -> AssessmentScore:
    """Points of canonical answers; a question without an answer has none."""
    by_pillar: dict[str, list[Decimal]] = {assessment_pillar.code: [] for assessment_pillar in assessment_rules.pillars}
    for scored_question in assessment_rules.questions:
        by_pillar[scored_question.pillar].append(
            Decimal(scored_question.points.get(str(values.get(scored_question.field)), 0))
        )
    pillars = {code: _mean_points(points) for code, points in by_pillar.items()}
    return AssessmentScore(_mean_points(list(pillars.values())), pillars)


def pillar_results(values: Mapping[str, Any], pillars: Mapping[str, Any]) -> list[PillarResult]:
    """The pillars of an assessment in the reader's language, each with what is advised."""
    assessment_rules = rules().assessment
    return [
        PillarResult(
            _pillar_name(assessment_pillar),
            Decimal(str(pillars.get(assessment_pillar.code, 0))),
            _pillar_advice(assessment_pillar, values, assessment_rules),
        )
        for assessment_pillar in assessment_rules.pillars
    ]


def _pillar_advice(pillar: AssessmentPillar, values: Mapping[str, Any], assessment_rules: AssessmentRules) -> list[str]:
    return [
        scored_question.advice_en if _is_english() else scored_question.advice
        for scored_question in assessment_rules.questions
        if scored_question.pillar == pillar.code
        and scored_question.points.get(str(values.get(scored_question.field)), 0) < scored_question.enough
    ]


def _pillar_name(pillar: AssessmentPillar) -> str:
    return pillar.name_en if _is_english() else pillar.name


def _is_english() -> bool:
    return (get_language() or "vi").startswith("en")


def _mean_points(points: Sequence[Decimal]) -> Decimal:
    return (sum(points, Decimal(0)) / len(points)).quantize(Decimal("0.01")) if points else Decimal(0)
