"""``python -m bench.cases``: one million dossiers; inbox, search, tracking for fifty people at once; filings a second
beside a pgbench that writes the same rows. Everything runs on a database of the measurement's own."""

import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench import acts
from bench.ioc import pages, place
from bench.ioc.pages import Reader

HOME = place.VAR / "cases"
DOSSIERS = int(os.environ.get("BENCH_DOSSIERS", "1000000"))
READERS, SECONDS = 50, int(os.environ.get("BENCH_SECONDS", "45"))
PERSONAS = ("mot-cua-an-hoi", "can-bo-an-hoi", "chu-tich-an-hoi", "giam-doc-hcc")
WORDS = ("nguyen thi hoa 77", "khai sinh", "tran van", "le minh an 1234", "261101-0007", "ket hon", "pham ngoc lan 99")
RESULTS = place.ROOT / "bench" / "results" / "cases.json"
FILL = """
INSERT INTO cases_case (code, origin, provider, procedure, version, option, option_name, name, field_code, field,
    result, channel, receiving_unit_id, origin_unit_id, unit_id, needs_unit, status, submitted_at, received_at,
    amount, measure,
    at_once, first_due_at, due_at, provisional, finished_at, returned_at, closed_why, outcome, outcome_number, papers,
    charges, form, values, request, rating_note, entries_count, tasks_count, key_turn, search_text)
SELECT one.code, 'demo', 'public_services', proc.code, proc.ref, '1', 'Thông thường', proc.name, proc.field_code,
    proc.field, 'Kết quả', 1 + one.n % 2, unit.id, unit.id, unit.id, false,
    CASE WHEN one.open THEN 4 ELSE 10 END, one.at, one.at, 3, 'working_day', false, one.at + interval '5 days',
    one.at + interval '5 days', false, CASE WHEN one.open THEN NULL ELSE one.at + interval '3 days' END,
    CASE WHEN one.open THEN NULL ELSE one.at + interval '4 days' END, '', '', '', '[]', '[]', '', '{{}}', '', '',
    4, 1, 1,
    lower(one.code) || ' ' || (ARRAY['nguyen','tran','le','pham','huynh','vo'])[1 + one.n % 6] || ' ' ||
    (ARRAY['thi hoa','van binh','minh an','ngoc lan','thanh son'])[1 + one.n % 5] || ' ' || one.n % 10000 || ' ' ||
    lower(proc.code) || ' ' || proc.search_text
FROM (SELECT n, now() - (({total} - n) * interval '365 days' / {total}) AS at, n > {total} * 0.97 AS open,
             'BEN.' || n % {units} || '-' || to_char(now() - (({total} - n) * interval '365 days' / {total}), 'YYMMDD')
             || '-' || n AS code
      FROM generate_series({first}, {last}) n) one
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM units_unit
      WHERE level = 3 AND upper_inf(known) AND valid @> current_date) unit ON unit.place = one.n % {units}
JOIN (SELECT procedure.code, version.ref, version.name, version.field_code, version.field, version.search_text,
             row_number() OVER (ORDER BY version.id) - 1 AS place
      FROM public_services_version version
      JOIN public_services_procedure procedure ON procedure.id = version.procedure_id
      WHERE upper_inf(version.known) AND version.effective @> current_date) proc ON proc.place = one.n % {procedures};
"""
BESIDE = """
INSERT INTO cases_party (case_id, kind, name, id_number, owner, phone, email, address)
SELECT id, 0, 'Người nộp ' || id, lpad(id::text, 12, '0'), md5(id::text), '', '', ''
FROM cases_case WHERE origin = 'demo';
INSERT INTO cases_entry (case_id, number, at, by, by_name, unit_id, did, status, note, public, detail)
SELECT id, n, submitted_at, 'bench', 'Đo', unit_id, (ARRAY['filed','received','finished','returned'])[n],
       (ARRAY[1, 2, 9, 10])[n], '', true, '{}'
FROM cases_case, generate_series(1, 4) n WHERE origin = 'demo';
INSERT INTO cases_task (case_id, number, key, name, "right", unit_id, holder, holder_name, opened_at, due_at, waiting,
                        done_at, done_by, done_by_name, outcome)
SELECT id, 1, 'tham-dinh', 'Thẩm định hồ sơ', 'process cases', unit_id, '', '', submitted_at, due_at, false,
       finished_at, CASE WHEN finished_at IS NULL THEN '' ELSE 'bench' END, '', ''
FROM cases_case WHERE origin = 'demo';
"""


CLEAR = """
SET session_replication_role = replica;
CREATE TEMP TABLE former AS SELECT id FROM cases_case WHERE origin <> 'demo';
DELETE FROM cases_task WHERE case_id IN (SELECT id FROM former);
DELETE FROM cases_entry WHERE case_id IN (SELECT id FROM former);
DELETE FROM cases_party WHERE case_id IN (SELECT id FROM former);
DELETE FROM cases_caseprocess WHERE case_id IN (SELECT id FROM former);
DELETE FROM cases_case WHERE id IN (SELECT id FROM former);
TRUNCATE outbox_announcement, audit_entry, procrastinate_jobs, procrastinate_events CASCADE;
DROP TABLE former;
RESET session_replication_role;
"""


def main() -> None:
    """Prepare, measure, print, keep."""
    os.environ["TINHSO_VAR"] = str(HOME)
    os.environ.pop("DATABASE_URL", None)
    HOME.mkdir(parents=True, exist_ok=True)
    place_settings()
    from tinhso.project.cli.place import open_database

    with open_database():
        prepare()
        found = {"dossiers": DOSSIERS, "pages": _pages(), "filing": acts.measure("filing")}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1))
    print(json.dumps(found, indent=1))


def place_settings() -> None:
    """Django over the measurement's own folder."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django

    django.setup()


def prepare() -> None:
    """Units, people and procedures of the province without its returns, then the cases."""
    from django.conf import settings
    from django.db import connection

    from tinhso.blocks.cases.models import Case
    from tinhso.blocks.units.models import Unit
    from tinhso.project.cli import loading

    folder = Path(settings.PROVINCE_DIR)
    loading.migrate_tables()
    if not Unit.objects.exists():
        loading.load_units(folder)
        loading.load_people(folder, True)
        loading.load_procedures(folder, True)
    _forget_former_filings()
    have = Case.objects.filter(origin="demo").count()
    if have >= DOSSIERS:
        return
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM units_unit WHERE level = 3 AND upper_inf(known) AND valid @> current_date")
        (units,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM public_services_version WHERE upper_inf(known) AND effective @> current_date"
        )
        (procedures,) = cursor.fetchone()
        for first in range(have + 1, DOSSIERS + 1, 100_000):
            last = min(first + 99_999, DOSSIERS)
            cursor.execute(FILL.format(total=DOSSIERS, units=units, procedures=procedures, first=first, last=last))
            print(f"  … {last:,}", file=sys.stderr, flush=True)
        cursor.execute(BESIDE)
        for table in ("case", "party", "entry", "task"):
            cursor.execute(f"ANALYZE cases_{table}")
    print(f"  {DOSSIERS:,} dossiers in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def _forget_former_filings() -> None:
    """What earlier runs filed lies all in one moment, which no province's does: lists would begin with it."""
    from django.db import connection

    from tinhso.blocks.cases.models import Case

    if not Case.objects.exclude(origin="demo").exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(CLEAR)
        cursor.execute("VACUUM ANALYZE cases_case, cases_task, cases_party, cases_entry")


def _addresses() -> list[tuple[str, str]]:
    from tinhso.blocks.cases.models import Case
    from tinhso.blocks.cases.queries import slips

    picks = random.Random(3)
    count = Case.objects.count()
    some = [Case.objects.order_by("pk")[picks.randrange(count)] for _ in range(60)]
    found = [("tracking", slips.tracking_address(case)) for case in some]
    found += [("search", f"/cases/?tray=all&q={words}") for words in WORDS]
    found += [
        ("inbox", "/cases/"),
        ("inbox", "/cases/?page=2"),
        ("inbox", "/cases/?late=1"),
        ("list", "/cases/?tray=all"),
    ]
    return found


def _pages() -> dict[str, Any]:
    from tinhso.project import processes

    addresses = _addresses()
    processes.must_be_free("127.0.0.1", pages.PORT)
    server = subprocess.Popen(processes.web_command("127.0.0.1", pages.PORT, 2), env=dict(os.environ))
    try:
        pages.wait(server)
        people = [Reader(PERSONAS[n % len(PERSONAS)]) for n in range(READERS)]
        _walk(people[:4], addresses, 10)
        load = round(os.getloadavg()[0], 1)
        return {"readers": READERS, "load_before": load} | pages.summary(_walk(people, addresses, SECONDS))
    finally:
        server.terminate()
        server.wait(timeout=15)


def _walk(people: list[Reader], addresses: list[tuple[str, str]], seconds: int) -> list[Any]:
    """As ``pages.crowd``, over these addresses only."""
    seen: list[Any] = []
    until = time.monotonic() + seconds
    kinds: dict[str, list[str]] = {}
    for kind, path in addresses:
        kinds.setdefault(kind, []).append(path)

    def one(reader: Reader, seed: int) -> None:
        picks = random.Random(seed)
        time.sleep(picks.uniform(0, 3))
        while time.monotonic() < until:
            kind = picks.choice(sorted(kinds))
            try:
                _, client, served, size = reader.get(picks.choice(kinds[kind]))
                seen.append((kind, client, served, size))
            except OSError:
                seen.append(None)
            time.sleep(picks.uniform(*pages.THINK))

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(one, people, range(len(people))))
    return seen


if __name__ == "__main__":
    main()
