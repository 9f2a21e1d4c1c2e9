"""The province's own rules of connectivity: ``connectivity.toml`` in its folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Trend:
    """An indicator of monthly figures by operator, drawn over time."""

    indicator: str
    dimension: str


@dataclass(frozen=True)
class Operator:
    """An operator that has indicators of its own, by the code of the register and of monthly returns."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Rules:
    """From how many kilometres on a commune without a 4G station is a gap; indicators of coverage and trends.

    ``pairs``: indicators of one quantity from two sources; ``pairs_at``: units and months for which to compare them
    beside the last month. ``covered``: for which units a fact is kept in full, by the fact's code.
    """

    gap_km: Decimal
    coverage: str
    trend: Trend
    operators: tuple[Operator, ...]
    pairs: tuple[tuple[str, str], ...]
    pairs_at: tuple[tuple[str, str], ...]
    covered: Mapping[str, tuple[str, ...]]


def rules() -> Rules:
    """The rules as the file is now."""
    path = Path(settings.PROVINCE_DIR) / "connectivity.toml"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Rules:
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    gaps, trend = told.get("gaps", {}), told.get("trend", {})
    return Rules(
        gap_km=Decimal(str(gaps.get("km", 3))),
        coverage=str(gaps.get("coverage", "")),
        trend=Trend(str(trend.get("indicator", "")), str(trend.get("dimension", ""))),
        operators=tuple(
            Operator(one["code"], one["name"], one.get("name_en", one["name"])) for one in told.get("operator", [])
        ),
        pairs=tuple((one["reported"], one["recorded"]) for one in told.get("pair", [])),
        pairs_at=tuple((one["unit"], one["period"]) for one in told.get("pair_at", [])),
        covered={one["fact"]: tuple(one["units"]) for one in told.get("covered", [])},
    )
