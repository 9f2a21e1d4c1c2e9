"""A real Spark on loopback: a standalone master and two workers, each a process of its own, as a cluster would run."""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PATIENCE_SECONDS = 60
# Java that lives for minutes: compiled at once rather than well, and cleaned by one thread.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# Heaps and partitions of a small machine; plans of a few rows are interpreted, since compiling them takes longer.
DEFAULTS = f"""
spark.driver.extraJavaOptions {SHORT_LIVED}
spark.executor.extraJavaOptions {SHORT_LIVED}
spark.sql.constraintPropagation.enabled false
spark.executor.memory 640m
spark.driver.memory 768m
spark.sql.shuffle.partitions 2
spark.default.parallelism 2
spark.ui.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.connect.grpc.binding.address 127.0.0.1
"""


def missing() -> str:
    """What this machine lacks to run a cluster; "" when it has everything."""
    if not importlib.util.find_spec("pyspark"):
        return "chưa cài pyspark"
    return "" if shutil.which("java") else "máy không có Java (apt install openjdk-21-jre-headless)"


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    """Variables with which every process of the cluster, and its driver, stays on loopback and in ``folder``."""
    import pyspark

    (folder / "conf").mkdir(parents=True, exist_ok=True)
    (folder / "conf" / "spark-defaults.conf").write_text(DEFAULTS, encoding="utf-8")
    return {
        "SPARK_HOME": str(Path(pyspark.__file__).parent),
        "SPARK_CONF_DIR": str(folder / "conf"),
        "SPARK_DAEMON_JAVA_OPTS": SHORT_LIVED,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
    }


@contextmanager
def running(folder: Path, workers: int = 2) -> Iterator[str]:
    """Start a master and its workers; yields the master's address once every worker is with it."""
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    master = ["Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())]
    with ExitStack() as stack:
        log = stack.enter_context(_process(folder, "master", *master))
        _wait_for(log, "I have been elected leader")
        for n in range(workers):
            size = ["--host", "127.0.0.1", "--cores", "1", "--memory", "800m", "--webui-port", str(free_port())]
            stack.enter_context(_process(folder, f"worker-{n}", "Worker", *size, "-d", str(folder / f"w{n}"), address))
        _wait_for(log, "Registering worker", times=workers)
        yield address


@contextmanager
def connect_server(folder: Path, master: str) -> Iterator[str]:
    """A Spark Connect server that computes on ``master``; yields its address."""
    port = free_port()
    submit = [
        "org.apache.spark.deploy.SparkSubmit",
        "--class",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
    ]
    given = ["--master", master, "--conf", f"spark.connect.grpc.binding.port={port}", "spark-internal"]
    with _process(folder, "connect", *submit, *given, memory="768m") as log:
        _wait_for(log, "Spark Connect server started")
        yield f"sc://127.0.0.1:{port}"


@contextmanager
def _process(folder: Path, name: str, program: str, *arguments: str, memory: str = "192m") -> Iterator[Path]:
    spoken = environment(folder) | {"SPARK_DAEMON_MEMORY": memory}
    full = program if "." in program else f"org.apache.spark.deploy.{program.lower()}.{program}"
    command = [f"{spoken['SPARK_HOME']}/bin/spark-class", full, *arguments]
    log = folder / f"{name}.log"
    with log.open("w") as said:
        one = subprocess.Popen(command, env={**os.environ, **spoken}, cwd=folder, stdout=said, stderr=said)
    try:
        yield log
    finally:
        one.terminate()
        one.wait(timeout=PATIENCE_SECONDS)


def _wait_for(log: Path, words: str, times: int = 1) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while log.read_text(encoding="utf-8").count(words) < times:
        if time.monotonic() > until:
            raise TimeoutError(f"{log.name}: {log.read_text(encoding='utf-8')[-2000:]}")
        time.sleep(0.1)
