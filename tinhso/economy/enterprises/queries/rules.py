"""The province's own rules of enterprises: ``enterprises.toml`` in its folder."""

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Any

from pydantic import Field

from tinhso.blocks.indicators.contract.pairs import ComparedSources
from tinhso.kernel.province_table import province_table, table


@table
class AssessmentPillar:
    """What some questions are about together."""

    code: str
    name: str
    name_en: str


@table
class ScoredQuestion:
    """Points (0 to 100) by answer to a question of the form, and what is advised where they are below ``enough``."""

    field: str
    pillar: str
    points: Mapping[str, int]
    advice: str
    advice_en: str
    enough: int = 50


@table
class AssessmentRules:
    """The questionnaire (code of a form) and how it is scored; how many days a code of invitation works."""

    form: str = ""
    code_days: int = 90
    pillars: Annotated[tuple[AssessmentPillar, ...], Field(alias="pillar")] = ()
    questions: Annotated[tuple[ScoredQuestion, ...], Field(alias="question")] = ()


@table
class Sites:
    """After how many days a site is looked for again; how many are looked for in a run."""

    days: int = 30
    a_run: int = 20


@table
class EnterpriseRules(ComparedSources):
    """What the file says; ``demo``: how many records a demo makes."""

    assessment: AssessmentRules = AssessmentRules()
    sites: Sites = Sites()
    demo: Mapping[str, Any] = field(default_factory=dict)


rules = province_table("enterprises.toml", EnterpriseRules)
