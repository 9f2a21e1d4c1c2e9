"""OGC API – Features of ours and of pygeoapi over HTTP: the same records, pages and number of clients, each behind its
usual server and with as many processes as ours has by itself.

pygeoapi asks PostgreSQL through PostGIS, which our own server does without: it gets a server of its own with the same
settings, where the machine has PostgreSQL 17 and PostGIS (``postgresql-17-postgis-3`` of Debian).
"""

import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.engine import envs
from bench.ioc import place

PROGRAMS = Path("/usr/lib/postgresql/17/bin")
POSTGIS = Path("/usr/share/postgresql/17/extension/postgis.control")
CLIENTS, SECONDS, PROCESSES = 4, float(os.environ.get("BENCH_SECONDS", "10")), 2
ASKED = {"items, 100": "limit=100", "items, 100 in a box": "limit=100&bbox={box}"}
FROM_OURS = """COPY (SELECT line.id, line.ref, line.name, unit.name, unit.ref, line.kind, line.mbps, line.state,
    line.valid_from, line.ended_on, longitude, latitude FROM infrastructure_line line
    JOIN units_unit unit ON unit.id = line.unit_id WHERE NOT removed AND line.ended_on IS NULL) TO STDOUT"""
TABLE = """CREATE EXTENSION IF NOT EXISTS postgis; DROP TABLE IF EXISTS lines;
    CREATE TABLE lines (id bigint, ref text, name text, unit text, unit_ref text, kind text, mbps int, state text,
    valid_from date, ended_on date, x float8, y float8)"""
INDEXES = """ALTER TABLE lines ADD COLUMN geom geometry(Point, 4326);
    UPDATE lines SET geom = ST_SetSRID(ST_MakePoint(x, y), 4326);
    ALTER TABLE lines DROP COLUMN x, DROP COLUMN y; ALTER TABLE lines ADD PRIMARY KEY (id);
    CREATE INDEX ON lines USING gist (geom)"""
CONFIG = """
server: {{bind: {{host: 127.0.0.1, port: {port}}}, url: 'http://127.0.0.1:{port}',
  mimetype: 'application/json; charset=UTF-8', encoding: utf-8, language: en-US,
  limits: {{default_items: 10, max_items: 1000}}, map: {{url: 'http://127.0.0.1/', attribution: x}}}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: x, description: x, keywords: [x], keywords_type: theme, terms_of_service: x, url: 'http://x'}}
  license: {{name: x, url: 'http://x'}}
  provider: {{name: x, url: 'http://x'}}
  contact: {{name: x, email: x@example.vn}}
resources:
  lines:
    type: collection
    title: x
    description: x
    keywords: [x]
    extents: {{spatial: {{bbox: [105, 9, 107, 11], crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'}}}}
    providers:
      - {{type: feature, name: PostgreSQL, id_field: id, table: lines, geom_field: geom, count: {count},
         data: {{host: '{host}', port: 5432, dbname: tinhso, user: postgres, password: '', search_path: [public]}}}}
"""


def measured(home: Path) -> dict[str, Any]:
    """Requests a second of ours and of theirs: as it comes (it counts all that match), and told not to count."""
    found: dict[str, Any] = {"clients": CLIENTS, "ours": _ours()}
    if not POSTGIS.exists():
        return found | {"pygeoapi": "no postgresql-17-postgis-3 here"}
    try:
        python = envs.python("pygeoapi")
    except envs.NotInstalled as problem:
        return found | {"pygeoapi": str(problem)}
    with _postgis(home) as (server, rows):
        found |= {"rows of pygeoapi": rows, "versions": envs.versions("pygeoapi")}
        for name, count in (("pygeoapi", "true"), ("pygeoapi, not counting", "false")):
            found[name] = _theirs(home, python, str(server.sockets), count)
            found[f"ratio to {name}"] = {one: round(found["ours"][one] / found[name][one], 2) for one in ASKED}
    return found


@contextmanager
def _postgis(home: Path) -> Iterator[tuple[Any, int]]:
    """A server with PostGIS and the same records."""
    from django.db import connection

    from tinhso.project import bundled_postgres

    folder = home / "postgis" / "postgres"
    ours = bundled_postgres.server_of_folder(home)
    sockets = bundled_postgres.socket_dir(home / "postgis")
    server = bundled_postgres.BundledServer(data=folder, sockets=sockets, programs=PROGRAMS, account=ours.account)
    (home / "postgis").mkdir(exist_ok=True)
    bundled_postgres.start_server(server)
    try:
        with psycopg.connect(server.url()) as theirs, connection.cursor() as cursor:
            theirs.execute(TABLE)
            with cursor.copy(FROM_OURS) as out, theirs.cursor().copy("COPY lines FROM STDIN") as into:
                for piece in out:
                    into.write(piece)
            theirs.execute(INDEXES)
        with psycopg.connect(server.url(), autocommit=True) as theirs:
            theirs.execute("VACUUM ANALYZE lines")
            (rows,) = theirs.execute("SELECT count(*) FROM lines").fetchone() or (0,)
        yield server, int(rows)
    finally:
        bundled_postgres.stop_server(server)


def _ours() -> dict[str, float]:
    """Behind ``tinhso serve``."""
    from django.db import connection

    told = connection.settings_dict
    url = f"postgresql://{told['USER']}@/{told['NAME']}?host={told['HOST']}"
    port = _free()
    command = [sys.executable, "-m", "tinhso.project.cli", "serve", "--port", str(port)]
    with _running(command, {"DATABASE_URL": url}, port, place.ROOT):
        return {name: _a_second(port, f"/ogc/collections/lines/items?{query}") for name, query in ASKED.items()}


def _theirs(home: Path, python: Path, host: str, count: str) -> dict[str, float]:
    """Behind gunicorn, as pygeoapi's own image has it."""
    port = _free()
    config, openapi = home / "pygeoapi.yml", home / "openapi.yml"
    config.write_text(CONFIG.format(port=port, host=host, count=count))
    env = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    make = [str(python.with_name("pygeoapi")), "openapi", "generate", str(config), "--output-file", str(openapi)]
    subprocess.run(make, check=True, env=os.environ | env, capture_output=True)
    command = [
        str(python.with_name("gunicorn")),
        "-w",
        str(PROCESSES),
        "-b",
        f"127.0.0.1:{port}",
        "pygeoapi.flask_app:APP",
    ]
    with _running(command, env, port, home):
        return {name: _a_second(port, f"/collections/lines/items?f=json&{query}") for name, query in ASKED.items()}


@contextmanager
def _running(command: list[str], env: dict[str, str], port: int, folder: Path) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=os.environ | env, cwd=folder, stdout=quiet, stderr=quiet, stdin=quiet)
    try:
        for _ in range(120):
            if socket.socket().connect_ex(("127.0.0.1", port)) == 0:
                break
            time.sleep(0.5)
        time.sleep(2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _a_second(port: int, address: str) -> float:
    """Requests a second of all clients together, each asking for other boxes one after the other."""
    counts = [0] * CLIENTS
    until = [time.perf_counter() + 2]  # the first two seconds warm up

    def ask(n: int) -> None:
        chance, one = random.Random(n), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < until[0]:
            x, y = 106.05 + chance.random() * 0.6, 9.75 + chance.random() * 0.5
            one.request("GET", address.format(box=f"{x:.4f},{y:.4f},{x + 0.045:.4f},{y + 0.045:.4f}"))
            answer = one.getresponse()
            body = answer.read()
            assert answer.status == 200, (answer.status, body[:300])
            assert body.count(b'"Feature"') == 100, body[:300]
            counts[n] += 1

    def together() -> None:
        threads = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    together()
    assert all(counts), "a client was refused"
    counts[:] = [0] * CLIENTS
    began = time.perf_counter()
    until[0] = began + SECONDS
    together()
    return round(sum(counts) / (time.perf_counter() - began), 1)
