"""``python -m bench.registers``: a register of one million records: list, search, map; a file of 100,000 rows beside a
bare python-calamine and COPY; OGC API – Features beside pygeoapi. On a database of the measurement's own. Pages are
read by one reader in one process: what a page costs, without a network."""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from bench import registers_ogc
from bench.ioc import place

ROWS, IMPORTED, TIMES = int(os.environ.get("BENCH_ROWS", "1000000")), int(os.environ.get("BENCH_FILE", "100000")), 60
HOME = place.VAR / ("registers" if ROWS == 1_000_000 else f"registers-{ROWS}")
RESULTS = place.ROOT / "bench" / "results" / "registers.json"
AT_ONCE = 100_000
FILL = """
INSERT INTO infrastructure_line (ref, name, unit_id, longitude, latitude, valid_from, removed, merged_into, act_id,
    code, kind, provider, mbps, reserve, state)
SELECT 'DT-B' || n, (ARRAY['Đường truyền','Cáp quang','Kênh thuê riêng','Mạng nội bộ'])[1 + n % 4] || ' ' ||
    (ARRAY['Ấp Bắc','Phú Khương','Mỏ Cày','Thạnh Phú','Ba Tri','Bình Đại'])[1 + n % 6] || ' ' || n, unit.id,
    106.0 + random() * 0.8, 9.7 + random() * 0.7, DATE '2026-01-01', false, '', {act}, 'B' || n,
    (ARRAY['lan','internet','tslcd'])[1 + n % 3], 'Nhà mạng ' || n % 40, 10 * (1 + n % 100), n % 50 = 0,
    (ARRAY['in_use','in_use','in_use','spare','broken'])[1 + n % 5]
FROM generate_series({first}, {last}) n
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM units_unit
      WHERE level = 3 AND upper_inf(known) AND valid @> current_date) unit ON unit.place = n % {units}
"""
PAGES = {
    "list": "/registers/lines/",
    "list by bandwidth, filtered": "/registers/lines/?kind=lan&state=spare",
    "one commune": "/registers/lines/?unit={unit}",
    "search, one hit": "/registers/lines/?q=thanh+phu+{n}",
    "search, many hits": "/registers/lines/?q=cap+quang",
    "search and filter": "/registers/lines/?q=ba+tri&kind=tslcd",
    "map, whole": "/registers/lines/map/",
    "map, window of 5 km": "/registers/lines/map/?box={box}",
    "map, filtered window": "/registers/lines/map/?box={box}&kind=lan",
    "record with history": "/registers/lines/DT-B{n}/",
    "OGC items, 100": "/ogc/collections/lines/items?limit=100",
    "OGC items, 100 in a box": "/ogc/collections/lines/items?limit=100&bbox={box}",
}


def main(only: str = "") -> None:
    """Prepare, measure, print, keep; ``only`` one part is printed and not kept."""
    os.environ["TINHSO_VAR"] = str(HOME)
    os.environ.pop("DATABASE_URL", None)
    HOME.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django

    django.setup()
    from tinhso.project.cli.place import open_database

    parts: dict[str, Callable[[], Any]] = {
        "pages": _pages,
        "file": _file,
        "ogc": lambda: registers_ogc.measured(HOME),
    }
    found: dict[str, Any] = {"rows": ROWS, "load": os.getloadavg()}
    with open_database():
        _prepare()
        found |= {name: part() for name, part in parts.items() if only in ("", name)}
    found["load after"] = os.getloadavg()
    if not only:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    print(json.dumps(found, indent=1, ensure_ascii=False))


def _operator() -> Any:
    from tinhso.project.cli.place import operator_actor

    return operator_actor()


def _prepare() -> None:
    from django.conf import settings
    from django.db import connection

    from tinhso.blocks.registers.models import Act
    from tinhso.blocks.units.models import Unit
    from tinhso.government.infrastructure.models import Line
    from tinhso.kernel import clock
    from tinhso.project.cli import loading

    loading.migrate_tables()
    folder = Path(settings.PROVINCE_DIR)
    if not Unit.objects.exists():
        loading.load_units(folder)
        loading.load_people(folder, True)
    have = Line.objects.filter(ref__startswith="DT-B").count()
    units = Unit.objects.filter(level=3, known__upper_inf=True, valid__contains=clock.today()).count()
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for first in range(have + 1, ROWS + 1, AT_ONCE):
            act = Act.objects.create(register="lines", did="loaded", at=clock.now(), by="bench", by_name="Đo")
            cursor.execute(FILL.format(act=act.pk, first=first, last=min(first + AT_ONCE - 1, ROWS), units=units))
        if have < ROWS:
            print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
            cursor.execute("VACUUM ANALYZE")


def _pages() -> dict[str, Any]:
    from django.conf import settings
    from django.test import Client

    from tinhso.blocks.identity.models import Person
    from tinhso.blocks.units.models import Unit

    client, chance = Client(), random.Random(7)
    client.force_login(Person.objects.get(username="van-hanh-ha-tang"), settings.AUTHENTICATION_BACKENDS[-1])
    communes = Unit.objects.filter(level=3, known__upper_inf=True, valid__endswith__isnull=True)
    refs = list(communes.values_list("ref", flat=True))
    found = {}
    for name, address in PAGES.items():
        spent = []
        for _ in range(TIMES):
            x, y = 106.05 + chance.random() * 0.6, 9.75 + chance.random() * 0.5
            filled = address.format(
                n=chance.randrange(1, ROWS) // 12 * 12 + 4,
                unit=chance.choice(refs),
                box=f"{x:.4f},{y:.4f},{x + 0.045:.4f},{y + 0.045:.4f}",
            )
            began = time.perf_counter()
            answer = client.get(filled)
            assert answer.status_code == 200, (filled, answer.status_code)
            spent.append((time.perf_counter() - began) * 1000)
        spent = sorted(spent[5:])
        found[name] = {"p50 ms": round(spent[len(spent) // 2], 1), "p95 ms": round(spent[int(len(spent) * 0.95)], 1)}
        print(name, found[name], file=sys.stderr)
    return found


def _file() -> dict[str, Any]:
    """The same workbook: bare reading and COPY into a plain typed table; then ours, looked at and taken over."""
    from django.db import connection

    path = HOME / f"lines-{IMPORTED}.xlsx"
    if not path.exists():
        _write(path)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # of what an earlier measurement left behind
    bare, ours = _apart("bare"), _apart("ours")
    ratios = {name: round(ours[name] / bare[name], 2) for name in ("seconds", "processor")}
    return {"rows": IMPORTED, "bare": bare, "ours": ours, "ratio": ratios}


def _write(path: Path) -> None:
    import xlsxwriter

    from tinhso.blocks.units.models import Unit

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    communes = Unit.objects.filter(level=3, known__upper_inf=True, valid__endswith__isnull=True)
    names = list(communes.values_list("ref", flat=True))
    heads = (
        "mã",
        "tên",
        "đơn vị",
        "loại",
        "nhà cung cấp",
        "băng thông (Mbps)",
        "đường dự phòng",
        "tình trạng",
        "kinh độ",
        "vĩ độ",
    )
    sheet.write_row(0, 0, heads)
    kinds = ("mạng nội bộ (LAN)", "Internet", "mạng truyền số liệu chuyên dùng")
    for n in range(1, IMPORTED + 1):
        row = (
            f"N{n}",
            f"Đường truyền Ấp {n % 500} số {n}",
            names[n % len(names)],
            kinds[n % 3],
            f"Nhà mạng {n % 40}",
            10 * (1 + n % 100),
            "không",
            "đang dùng",
            106 + (n % 800) / 1000,
            9.7 + (n % 700) / 1000,
        )
        sheet.write_row(n, 0, row)
    book.close()


def _apart(side: str) -> dict[str, Any]:
    """One side in a process of its own, for its memory's sake."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.registers", "--side", side],
        check=True,
        capture_output=True,
        text=True,
        cwd=place.ROOT,
    )
    return dict(json.loads(told.stdout.splitlines()[-1]))


def one_side(side: str, path: Path) -> None:
    """Measured alone: seconds and the highest memory beside what a process has before it begins."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django

    django.setup()
    from tinhso.project.cli.place import open_database

    with open_database():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        told: dict[str, Any] = {"bare": _bare, "ours": _ours}[side](path)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps(told | {"memory MB": round((after - before) / 1024)}))


def _processor() -> float:
    """Processor seconds of this process and of the database's side of its connection, which is on this machine."""
    from django.db import connection

    connection.ensure_connection()
    sides = (psutil.Process().cpu_times(), psutil.Process(connection.connection.info.backend_pid).cpu_times())
    return sum(side.user + side.system for side in sides)


def _bare(path: Path) -> dict[str, Any]:
    from django.db import connection
    from python_calamine import CalamineWorkbook

    began, spent = time.perf_counter(), _processor()
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare (code text, name text, unit text, kind text, provider text, "
            "mbps float8, "
            "reserve text, state text, longitude float8, latitude float8)"
        )
        with cursor.copy("COPY bare FROM STDIN") as out:
            for n, row in enumerate(sheet.iter_rows()):
                if n:
                    out.write_row(row)
    return {"seconds": round(time.perf_counter() - began, 2), "processor": round(_processor() - spent, 2)}


def _ours(path: Path) -> dict[str, Any]:
    from tinhso.blocks.registers import services
    from tinhso.blocks.registers.queries import registry
    from tinhso.blocks.registers.services import importing
    from tinhso.kernel import clock

    by, register = _operator(), registry.find("lines")
    began, spent = time.perf_counter(), _processor()
    with path.open("rb") as file:
        held = importing.hold_file(
            register=register, file=file, name=path.name, size=path.stat().st_size, by=by, now=clock.now()
        )
    looked = time.perf_counter() - began
    assert (held.new, held.faulty) == (IMPORTED, 0), (held.new, held.faulty)
    held = importing.take_over_file(ref=held.ref, by=by, now=clock.now())
    seconds, processor = time.perf_counter() - began, _processor() - spent
    assert held.act is not None
    services.undo_act(act=held.act, by=by, now=clock.now())
    undone = time.perf_counter() - began - seconds
    return {
        "seconds": round(seconds, 2),
        "processor": round(processor, 2),
        "of it looking": round(looked, 2),
        "undo": round(undone, 2),
    }


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="bench.registers", description=__doc__)
    asked.add_argument("--only", choices=["", "pages", "file", "ogc"], default="")
    asked.add_argument("--side", choices=["", "bare", "ours"], default="", help="of the file, in this process")
    chosen = asked.parse_args()
    if chosen.side:
        one_side(chosen.side, HOME / f"lines-{IMPORTED}.xlsx")
    else:
        main(chosen.only)
