"""The province's own rules of enterprises: ``enterprises.toml`` in its folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Pillar:
    """What some questions are about together."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Question:
    """Points (0 to 100) by answer to a question of the form, and what is advised where they are below ``enough``."""

    field: str
    pillar: str
    points: Mapping[str, int]
    enough: int
    advice: str
    advice_en: str


@dataclass(frozen=True)
class Rules:
    """The questionnaire and how it is scored; how long a code works; how often sites are looked for.

    ``pairs``: indicators of one quantity from two sources; ``pairs_at``: units and months for which to compare them
    beside the last month. ``covered``: for which units a fact is kept in full, by the fact's code.
    """

    form: str
    code_days: int
    pillars: tuple[Pillar, ...]
    questions: tuple[Question, ...]
    pairs: tuple[tuple[str, str], ...]
    pairs_at: tuple[tuple[str, str], ...]
    covered: Mapping[str, tuple[str, ...]]
    site_days: int
    sites_a_run: int


def rules() -> Rules:
    """The rules as the file is now."""
    path = Path(settings.PROVINCE_DIR) / "enterprises.toml"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    assessment, sites = told.get("assessment", {}), told.get("sites", {})
    return Rules(
        form=str(assessment.get("form", "")),
        code_days=int(assessment.get("code_days", 90)),
        pillars=tuple(Pillar(**one) for one in assessment.get("pillar", [])),
        questions=tuple(Question(**{"enough": 50} | one) for one in assessment.get("question", [])),
        pairs=tuple((one["reported"], one["recorded"]) for one in told.get("pair", [])),
        pairs_at=tuple((one["unit"], one["period"]) for one in told.get("pair_at", [])),
        covered={one["fact"]: tuple(one["units"]) for one in told.get("covered", [])},
        site_days=int(sites.get("days", 30)),
        sites_a_run=int(sites.get("a_run", 20)),
    )
