"""Everything that is measured at one size, each side in a process of its own, each checked against the floor."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.engine import envs, equal, flat, meter, ours, questions
from bench.ioc import place

SPARK = "local-cluster[2,1,2048]"  # two workers in processes of their own, one core and 2 GB each
# Parts of a shuffle for two cores, not for the two hundred of a cluster; the rest is as Spark ships.
SPARK_DEFAULTS = """
spark.executor.memory 2g
spark.sql.shuffle.partitions 4
spark.default.parallelism 2
spark.locality.wait 0
"""
# How many of the 6,000 single and of the 120 wide questions are asked at a size; the others are reckoned from them.
SINGLE = {1_000_000: 30, 10_000_000: 20, 100_000_000: 6}
WIDE = {1_000_000: 24, 10_000_000: 12, 100_000_000: 4}
POSTGRES_BYTES = 400  # of disk for a row, with its share of the views, the log and the sorting
Side = dict[str, Any]


def scan(rows: int) -> Side:
    """Every number read once: nobody can be below it."""
    return _python("bench.ioc.variants", "scan", str(rows))


def hand(rows: int) -> Side:
    """Hand-written DuckDB: the floor that all are held to, and the numbers that all are compared with."""
    found = _python("bench.ioc.variants", "hand", str(rows))
    (place.VAR / "by-hand" / "of").write_text(_floor_of(rows))
    return found


def _floor_of(rows: int) -> str:
    """What tells the floor's cells of one size and one set of measures from others."""
    from bench.ioc import facts

    return " ".join([str(rows), *(measure.name for measure in facts.plan().measures)])


def ensure_floor(rows: int) -> None:
    """The cells that others are compared with: made, not measured, when those at hand are of another size or code."""
    mark = place.VAR / "by-hand" / "of"
    if not mark.exists() or mark.read_text() != _floor_of(rows):
        print("  … the floor's cells of this size", flush=True)
        hand(rows)


def duckdb(rows: int) -> Side:
    """Ours on DuckDB."""
    return _ours("duckdb", rows, Path(sys.executable), {})


def spark(rows: int) -> Side:
    """Ours on Spark: a driver and two workers in processes of their own."""
    interpreter, conf = envs.python("spark"), place.VAR / "spark-conf"
    conf.mkdir(exist_ok=True)
    (conf / "spark-defaults.conf").write_text(SPARK_DEFAULTS)
    told = {
        "TINHSO_SPARK": SPARK,
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": str(interpreter),
        "PYSPARK_DRIVER_PYTHON": str(interpreter),
    }
    return _ours("spark", rows, interpreter, told) | {"versions": envs.versions("spark"), "master": SPARK}


def pysail(rows: int) -> Side:
    """Ours on Sail: Spark's protocol without a Java machine."""
    return _ours("pysail", rows, envs.python("spark"), {}) | {"versions": envs.versions("spark")}


def statements(rows: int) -> Side:
    """One SQL statement per indicator over DuckDB."""
    return _asked("statements", Path(sys.executable), "bench.engine.peer_statements", rows, single=True)


def bsl_single(rows: int) -> Side:
    """boring-semantic-layer, one definition a question."""
    return _semantic("bsl", rows, single=True)


def bsl_wide(rows: int) -> Side:
    """boring-semantic-layer, all definitions in each question."""
    return _semantic("bsl", rows, single=False)


def metricflow_single(rows: int) -> Side:
    """dbt-metricflow, one definition a question."""
    return _semantic("metricflow", rows, single=True)


def metricflow_wide(rows: int) -> Side:
    """dbt-metricflow, all definitions in each question."""
    return _semantic("metricflow", rows, single=False)


def postgres(rows: int) -> Side:
    """PostgreSQL: floors of materialised views, all of the requirement; a view for each question, sampled."""
    needed, free = rows * POSTGRES_BYTES / 2**30, shutil.disk_usage(place.VAR).free / 2**30
    if free < needed:
        return {"not_measured": f"PostgreSQL would need {needed:.0f} GB of disk, {free:.0f} are free"}
    module, data = "bench.engine.peer_postgres", str(flat.ensure(rows))
    loaded = _python(module, "load", data)
    (of, some), every = _sampled(rows, single=True), questions.all_at_once(questions.definitions())
    floors = _told(module, "floors", every, Path(sys.executable))
    each = _told(module, "each", some, Path(sys.executable))
    return {"load": loaded, "floors": floors, "each": _reckoned(each, len(some), of)}


def _semantic(name: str, rows: int, *, single: bool) -> Side:
    found = _asked(f"{name}", envs.python(name), f"bench.engine.peer_{name}", rows, single=single)
    return found | {"versions": envs.versions(name)}


def _asked(name: str, interpreter: Path, module: str, rows: int, *, single: bool) -> Side:
    every, some = _sampled(rows, single=single, stocks=name == "statements")
    asked, folder = _paths(name)
    questions.write(asked, some)
    took = meter.run([str(interpreter), "-m", module, str(flat.ensure(rows)), str(asked), str(folder)], cwd=place.ROOT)
    found = took.told | took.costs() | {"numbers_equal": equal.answers(asked, folder)}
    return _reckoned(found, len(some), every)


def _told(module: str, verb: str, some: Sequence[questions.Question], interpreter: Path) -> Side:
    asked, folder = _paths(verb)
    questions.write(asked, some)
    took = meter.run([str(interpreter), "-m", module, verb, str(asked), str(folder)], cwd=place.ROOT)
    found: Side = took.told | took.costs() | {"numbers_equal": equal.answers(asked, folder)}
    return found


def _paths(name: str) -> tuple[Path, Path]:
    return place.VAR / f"questions-{name}.json", place.VAR / "answers" / name


def _sampled(rows: int, *, single: bool, stocks: bool = True) -> tuple[int, list[questions.Question]]:
    """How many questions there are, and those of them that are asked."""
    known = questions.definitions()
    every = questions.one_at_a_time(known, stocks=stocks) if single else questions.all_at_once(known)
    return len(every), questions.sample(every, SINGLE.get(rows, 12) if single else WIDE.get(rows, 6))


def _reckoned(found: Side, asked: int, every: int) -> Side:
    """What all questions would take: opening once, then as long for each as for those that were asked."""
    spent = sum(one["wall"] for one in found["questions"])
    used = sum(one.get("cpu", 0.0) for one in found["questions"])
    cost = {"asked_wall": round(spent, 3), "reckoned_wall": round(found["open"] + spent / asked * every, 1)}
    if used:
        cost["reckoned_cpu"] = round(used / asked * every, 1)
    return found | {"asked": asked, "of": every} | cost


def _ours(kind: str, rows: int, interpreter: Path, environment: dict[str, str]) -> Side:
    command = [str(interpreter), "-m", "bench.engine.ours", kind, str(rows)]
    took = meter.run(command, cwd=place.ROOT, environment=environment)
    same = equal.cells(str(ours.folder(kind) / "BENCH" / "*-full.parquet"))
    found: Side = took.told | took.costs() | {"cells_equal": same}
    return found


def _python(module: str, *words: str) -> Side:
    took = meter.run([sys.executable, "-m", module, *words], cwd=place.ROOT)
    told = took.told
    told["steps"] = {name: one["wall"] if isinstance(one, dict) else one for name, one in told["steps"].items()}
    return {"steps": told["steps"]} | took.costs()


SIDES: dict[str, Callable[[int], Side]] = {
    one.__name__: one
    for one in (
        scan,
        hand,
        duckdb,
        spark,
        pysail,
        statements,
        bsl_wide,
        bsl_single,
        metricflow_wide,
        metricflow_single,
        postgres,
    )
}


def measure(name: str, rows: int) -> Side:
    """One side at one size; when it cannot be measured, the reason instead."""
    began = round(os.getloadavg()[0], 1)
    try:
        if name not in ("scan", "hand"):
            ensure_floor(rows)
        found = SIDES[name](rows)
    except (meter.DidNotFinish, envs.NotInstalled, equal.Differs) as problem:
        found = {"not_measured": f"{type(problem).__name__}: {problem}"}
        shutil.rmtree(f"{flat.path(rows)}.tmp", ignore_errors=True)  # what a database that was ended had spilt
    return found | {"load_before": began}
