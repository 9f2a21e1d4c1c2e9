"""The dbt project that MetricFlow reads: the same fact, table of units and definitions, in its own words."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.engine.asking import MEMORY
from bench.engine.questions import DIMS, PLACES

DATABASE = {"type": "duckdb", "path": "{{ env_var('BENCH_DATA') }}", "settings": {"memory_limit": MEMORY}}
PROFILE = {"target": "bench", "outputs": {"bench": DATABASE}}
MONTHLY = {"time_granularity": "month"}


def write(folder: Path, definitions: Sequence[dict[str, str]]) -> None:
    """Lay the project out; JSON is YAML, so nothing but the standard library is needed."""
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    _write(folder / "profiles.yml", {"bench": PROFILE})
    project = {"name": "bench", "version": "1.0", "profile": "bench", "model-paths": ["models"]}
    _write(folder / "dbt_project.yml", project | {"flags": {"send_anonymous_usage_stats": False}})
    for name in ("facts", "units", "days"):
        (models / f"{name}.sql").write_text("SELECT 1 -- never run: the table of this name is there already\n")
    sums = _sums(definitions)
    _write(
        models / "semantic.yml",
        {
            "semantic_models": [_facts(sums), _units()],
            "metrics": [*map(_simple, sums.values()), *(_metric(one, sums) for one in definitions)],
            "models": [_spine()],
        },
    )


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1))


def _sums(definitions: Sequence[dict[str, str]]) -> dict[str, str]:
    """Each expression once, with the name of its measure."""
    texts = {text for one in definitions for text in (one["count"], one["out_of"]) if text}
    return {text: f"sum_{n}" for n, text in enumerate(sorted(texts))}


def _facts(sums: dict[str, str]) -> dict[str, Any]:
    time = {"name": "since", "type": "time", "expr": "day", "type_params": MONTHLY}
    return {
        "name": "facts",
        "model": "ref('facts')",
        "defaults": {"agg_time_dimension": "since"},
        "entities": [{"name": "place", "type": "foreign", "expr": "unit"}],
        "dimensions": [time, *({"name": dim, "type": "categorical"} for dim in DIMS if dim)],
        "measures": [{"name": name, "agg": "sum", "expr": text} for text, name in sums.items()],
        "primary_entity": "dossier",
    }


def _units() -> dict[str, Any]:
    return {
        "name": "units",
        "model": "ref('units')",
        "entities": [{"name": "place", "type": "primary", "expr": "unit"}],
        "dimensions": [{"name": name, "type": "categorical"} for name in PLACES],
    }


def _simple(name: str) -> dict[str, Any]:
    return {"name": f"of_{name}", "label": name, "type": "simple", "type_params": {"measure": name}}


def _metric(one: dict[str, str], sums: dict[str, str]) -> dict[str, Any]:
    count = sums[one["count"]]
    if not one["out_of"]:
        return {"name": one["code"], "label": one["code"], "type": "simple", "type_params": {"measure": count}}
    parts = {"numerator": f"of_{count}", "denominator": f"of_{sums[one['out_of']]}"}
    return {"name": one["code"], "label": one["code"], "type": "ratio", "type_params": parts}


def _spine() -> dict[str, Any]:
    column = {"name": "day", "granularity": "day"}
    return {"name": "days", "time_spine": {"standard_granularity_column": "day"}, "columns": [column]}
