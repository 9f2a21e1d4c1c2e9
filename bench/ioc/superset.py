"""The same readings behind Apache Superset's chart-data API and behind ours: requests a second, side by side.

Superset gets what it is good with: the readings as one flat table in DuckDB (the engine ours reads with), its own
cache for results, two server processes as ours. Each side is asked the same kinds of questions in turn, three rounds.
"""

import http.client
import json
import os
import random
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.ioc import place
from bench.ioc.pages import PORT, Reader

HOME = place.VAR / "superset"
THEIR_PORT = 8795
VERSION = "6.1.0"
PACKAGES = [
    f"apache-superset=={VERSION}",
    "rich",
    "cachetools",
    "duckdb-engine",
    "flask-caching==2.3.1",
    "duckdb<2",
    "gunicorn",
]
CLIENTS, SECONDS, ROUNDS = 8, 15, 3
PASSWORD = "bench-only"  # of an account that lives for the length of the measurement
CONFIG = """
import os
SECRET_KEY = os.environ["BENCH_SECRET"]
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(os.path.dirname(__file__), "superset.db")
PREVENT_UNSAFE_DB_CONNECTIONS = False
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
SUPERSET_LOG_VIEW = False
RATELIMIT_ENABLED = False
CACHE_CONFIG = DATA_CACHE_CONFIG = {"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 3600, "CACHE_THRESHOLD": 5000}
"""
Ask = Callable[[http.client.HTTPConnection, random.Random], None]


def compare(reader: Reader) -> dict[str, Any]:
    """Requests a second of both; a reason instead when Superset cannot be installed here."""
    try:
        _install()
        return _compared(reader)
    except subprocess.CalledProcessError as problem:
        return {"not_measured": f"Superset {VERSION}: {problem}"}


def _compared(reader: Reader) -> dict[str, Any]:
    questions = _questions()
    rows = _table()
    with _server() as token:
        dataset = _dataset(token)
        sides: dict[str, tuple[int, Ask]] = {
            "ours": (PORT, _our_asking(reader, questions)),
            "superset": (THEIR_PORT, _their_asking(token, dataset, questions, force=False)),
            "superset_uncached": (THEIR_PORT, _their_asking(token, dataset, questions, force=True)),
        }
        rounds = [{name: _rate(port, ask) for name, (port, ask) in sides.items()} for _ in range(ROUNDS)]
    best = {name: max(one[name] for one in rounds) for name in sides}
    return {
        "version": VERSION,
        "rows": rows,
        "rounds": rounds,
        "best": best,
        "ratio": round(best["ours"] / best["superset"], 1),
        "ratio_uncached": round(best["ours"] / best["superset_uncached"], 1),
    }


def _install() -> None:
    if not (HOME / "env/bin/superset").exists():
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", HOME / "env"], check=True)
        subprocess.run([HOME / "env/bin/pip", "install", "-q", *PACKAGES], check=True, stdout=sys.stderr)
    (HOME / "superset.db").unlink(missing_ok=True)  # one that a stopped measurement left half made
    (HOME / "superset_config.py").write_text(CONFIG)


def _questions() -> list[tuple[str, str]]:
    """Pairs of an indicator and a unit that has readings of it."""
    from tinhso.blocks.indicators import queries
    from tinhso.blocks.units import queries as units
    from tinhso.blocks.units.models import Level
    from tinhso.kernel import clock

    picks, known = random.Random(1), queries.catalogue()
    codes = [one.code for one in known.indicators.values() if known.facts[one.fact].level == "commune"]
    communes = [node.ref for node in units.tree(clock.today()).nodes.values() if node.level == Level.COMMUNE]
    return [(code, ref) for code in picks.sample(codes, min(40, len(codes))) for ref in picks.sample(communes, 10)]


def _table() -> int:
    """All readings of the newest snapshot as one flat table, in the order that both kinds of questions like."""
    import duckdb

    from tinhso.blocks.indicators import queries

    path = HOME / "readings.duckdb"
    path.unlink(missing_ok=True)
    known, opened = queries.catalogue(), queries.reader_of()
    assert opened is not None
    flat = duckdb.connect(str(path))
    flat.execute(
        "CREATE TABLE raw (indicator VARCHAR, unit VARCHAR, period VARCHAR, kind VARCHAR, basis VARCHAR,"
        " count DECIMAL(38, 6), out_of DECIMAL(38, 6), value DOUBLE)"
    )
    for one in known.indicators.values():
        columns = opened.columns(one)
        if columns is None:
            continue
        parts = f"{columns[0]}, {columns[1] or 'NULL'}"
        value = f"{columns[0]} * {one.scale}" + (f" / nullif({columns[1]}, 0)" if columns[1] else "")
        fields = f"'{one.code}', target, period, period_type, basis, {parts}, {value}"
        found = opened.ask(one.fact, fields, "dim = ''", ()).to_arrow_table()
        flat.register("found", found)
        flat.execute("INSERT INTO raw SELECT * FROM found")
        flat.unregister("found")
    flat.execute("CREATE TABLE readings AS SELECT * FROM raw ORDER BY indicator, basis, unit, period")
    flat.execute("DROP TABLE raw")
    (rows,) = flat.execute("SELECT count(*) FROM readings").fetchone() or (0,)
    flat.close()
    return int(rows)


@contextmanager
def _server() -> Iterator[str]:
    """Superset on two processes; gives a token of its administrator."""
    environment = {**os.environ, "SUPERSET_CONFIG_PATH": str(HOME / "superset_config.py"), "FLASK_APP": "superset"}
    environment["BENCH_SECRET"] = secrets.token_hex(24)  # the same in all its processes
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"):
        environment.pop(name, None)
    superset = str(HOME / "env/bin/superset")
    person = ["--username", "bench", "--firstname", "b", "--lastname", "b", "--email", "b@localhost"]
    for words in (["db", "upgrade"], ["fab", "create-admin", *person, "--password", PASSWORD], ["init"]):
        subprocess.run([superset, *words], env=environment, check=True, capture_output=True, timeout=900)
    gunicorn = [str(HOME / "env/bin/gunicorn"), "-b", f"127.0.0.1:{THEIR_PORT}", "-w", "2", "-k", "gthread"]
    with (HOME / "server.log").open("wb") as log:
        command = [*gunicorn, "--threads", "4", "--timeout", "120", "superset.app:create_app()"]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=HOME)
        try:
            yield _token()
        finally:
            server.terminate()
            server.wait(timeout=30)


def _call(method: str, path: str, body: object = None, token: str = "") -> Any:
    line = http.client.HTTPConnection("127.0.0.1", THEIR_PORT, timeout=60)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    line.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = line.getresponse()
    told = answer.read()
    if answer.status >= 300:
        raise SystemExit(f"Superset {path}: {answer.status} {told[:300]!r}")
    return json.loads(told)


def _token() -> str:
    login = {"username": "bench", "password": PASSWORD, "provider": "db", "refresh": False}
    for _ in range(240):
        try:
            return str(_call("POST", "/api/v1/security/login", login)["access_token"])
        except OSError:
            time.sleep(0.5)
    raise SystemExit("Superset did not start")


def _dataset(token: str) -> int:
    uri = f"duckdb:///{Path(HOME / 'readings.duckdb').resolve()}"
    extra = json.dumps({"engine_params": {"connect_args": {"read_only": True}}})
    database = {"database_name": f"readings-{time.time()}", "sqlalchemy_uri": uri, "extra": extra}
    made = _call("POST", "/api/v1/database/", database, token)
    dataset = {"database": made["id"], "schema": "main", "table_name": "readings"}
    return int(_call("POST", "/api/v1/dataset/", dataset, token)["id"])


def _their_asking(token: str, dataset: int, questions: list[tuple[str, str]], *, force: bool) -> Ask:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def ask(line: http.client.HTTPConnection, picks: random.Random) -> None:
        code, unit = picks.choice(questions)
        same = {"indicator": code, "kind": "month", "basis": "published"}
        which = same | ({"unit": unit} if picks.random() < 0.5 else {"period": "2026-09"})
        query = {
            "columns": ["unit", "period", "count", "out_of", "value"],
            "filters": [{"col": name, "op": "==", "val": value} for name, value in which.items()],
            "orderby": [["period", True]],
            "row_limit": 1000,
        }
        body = {
            "datasource": {"id": dataset, "type": "table"},
            "queries": [query],
            "force": force,
            "result_format": "json",
            "result_type": "full",
        }
        line.request("POST", "/api/v1/chart/data", json.dumps(body), headers)
        _read(line)

    return ask


def _our_asking(reader: Reader, questions: list[tuple[str, str]]) -> Ask:
    headers = {"Cookie": reader.cookie()}

    def ask(line: http.client.HTTPConnection, picks: random.Random) -> None:
        code, unit = picks.choice(questions)
        one = f"series?unit={unit}" if picks.random() < 0.5 else "units?period=2026-09"
        line.request("GET", f"/api/v1/indicators/{code}/{one}", headers=headers)
        _read(line)

    return ask


def _read(line: http.client.HTTPConnection) -> None:
    answer = line.getresponse()
    told = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{answer.status}: {told[:300]!r}")


def _rate(port: int, ask: Ask) -> float:
    """Requests a second of eight clients that ask without thinking."""
    until, done = time.monotonic() + SECONDS, [0] * CLIENTS

    def client(n: int) -> None:
        picks, line = random.Random(n), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < until:
            ask(line, picks)
            done[n] += 1

    threads = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=SECONDS + 60)
    return round(sum(done) / SECONDS, 1)
