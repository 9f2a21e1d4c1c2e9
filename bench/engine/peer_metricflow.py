"""Peer: dbt-metricflow, by the engine behind ``mf query``; runs in the peer's own environment.

The engine is kept in one process, so that the start of Python, dbt and the manifest is paid once and not for every
question, as it would be on the command line.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.engine import asking, metricflow_project


def opened(data: Path) -> asking.Answer:
    """A dbt project over the flat file, parsed by dbt, then MetricFlow's engine on it."""
    folder = data.parent / "metricflow"
    asked_of = {
        one["code"]: one for question in json.loads(Path(sys.argv[2]).read_text()) for one in question["definitions"]
    }
    metricflow_project.write(folder, list(asked_of.values()))
    os.environ |= {"BENCH_DATA": str(data.resolve()), "DO_NOT_TRACK": "1", "DBT_PROFILES_DIR": str(folder)}
    dbt = str(Path(sys.executable).parent / "dbt")
    subprocess.run([dbt, "--quiet", "--no-partial-parse", "parse"], check=True, cwd=folder, stdout=sys.stderr)
    from dbt_metricflow.cli.cli_configuration import CLIConfiguration  # type: ignore[import-not-found]
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest  # type: ignore[import-not-found]

    configured = CLIConfiguration()
    configured.setup(dbt_profiles_path=folder, dbt_project_path=folder)

    def answer(question: dict[str, Any]) -> tuple[list[str], Any]:
        codes = [one["code"] for one in question["definitions"]]
        keys = [f"place__{question['place']}", f"metric_time__{question['grain']}"]
        keys += [f"dossier__{question['dim']}"] if question["dim"] else []
        asked = MetricFlowQueryRequest.create(metric_names=codes, group_by_names=keys)
        found = configured.mf.query(mf_request=asked).result_df
        named = {f"place__{question['place']}": "target", keys[1]: "day", f"dossier__{question['dim']}": "member"}
        return [named.get(name, name) for name in found.column_names], list(found.rows)

    return answer


if __name__ == "__main__":
    asking.run(opened)
