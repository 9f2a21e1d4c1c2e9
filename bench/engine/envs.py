"""Virtual environments of the peers and of other engines, made by the benchmark below its own folder."""

import json
import subprocess
import sys
from pathlib import Path

from bench.ioc import place

PACKAGES = {
    "bsl": ("boring-semantic-layer==0.3.18", "ibis-framework[duckdb]==11.0.0", "duckdb<2", "pytz"),
    "metricflow": ("dbt-metricflow==0.15.0", "dbt-core<1.12", "dbt-duckdb", "duckdb<2", "pytz"),
    "pygeoapi": ("pygeoapi==0.21.0", "gunicorn", "psycopg2-binary", "GeoAlchemy2", "SQLAlchemy<3"),
    "spark": ("pyspark[connect]==4.0.5", "pysail==0.7.2"),
}


class NotInstalled(Exception):
    """The packages cannot be had here; the message says why."""


def python(name: str) -> Path:
    """The Python of an environment, which is made when it is not there."""
    home = place.VAR / "envs" / name
    mark = home / "made"
    if not mark.exists():
        print(f"  … installing {', '.join(PACKAGES[name])}", flush=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
            subprocess.run([home / "bin/pip", "install", "-q", *PACKAGES[name]], check=True, stdout=sys.stderr)
        except subprocess.CalledProcessError as problem:
            raise NotInstalled(f"{' '.join(PACKAGES[name])}: {problem}") from problem
        if name == "spark":
            _lend_ours(home)
        mark.touch()
    return home / "bin/python"


def versions(name: str) -> dict[str, str]:
    """What was installed of the packages asked for."""
    wanted = [package.split("=")[0].split("<")[0].split("[")[0] for package in PACKAGES[name]]
    code = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    said = subprocess.run([python(name), "-c", code, *wanted], check=True, capture_output=True, text=True).stdout
    found: dict[str, str] = json.loads(said)
    return found


def _lend_ours(home: Path) -> None:
    """Spark and Sail run our own code: after their own packages, they look for ours."""
    site = next((home / "lib").glob("python*/site-packages"))
    mine = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    (site / "tinhso-of-the-clone.pth").write_text(f"{mine}\n")
