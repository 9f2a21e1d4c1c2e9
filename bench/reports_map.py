"""``python -m bench.reports_map``: a million field reports; what was told of nearby, clusters of the map, pages and
their bytes. Everything runs on a database of the measurement's own (``BENCH_REPORTS`` sets how many reports)."""

import gzip
import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.ioc import place

HOME = place.VAR / "reports-map"
REPORTS = int(os.environ.get("BENCH_REPORTS", "1000000"))
TIMES = int(os.environ.get("BENCH_TIMES", "600"))
RESULTS = place.ROOT / "bench" / "results" / "reports_map.json"
OPEN = 0.03  # of all reports
# Reports crowd around a few streets of each commune, as people live; triggers rest meanwhile, and what they keep is
# written in one go.
FILL = """
INSERT INTO field_reports_report (ref, request, origin, channel, language, kind, category, sensitive, priority, text,
    public_text, answer, no_photo_why, address, longitude, latitude, origin_unit_id, unit_id, needs_unit,
    needs_decision, returns, holder, holder_name, status, is_public, sent_at, received_at, first_due_at, due_at,
    provisional, classified_at, begun_at, resolved_at, closed_at, confirm_by, reopened, warned, followers_count,
    entries_count, key_turn, search_text, places)
SELECT 'PA-' || lpad(n::text, 10, '0'), '', 'demo', (ARRAY['web', 'zalo', 'hotline'])[1 + n % 3], 'vi', 'field',
    cat.code, cat.sensitive, 1 + n % 4, words.told, words.told,
    CASE WHEN fresh THEN '' ELSE 'Đã xử lý xong việc này.' END,
    'Máy ảnh hỏng hôm nay', 'Khu ' || n % 40, spot.x + normal.x * 0.006, spot.y + normal.y * 0.006, spot.id, spot.id,
    false, false, 0, '', '', CASE WHEN fresh THEN 1 + n % 4 ELSE 7 END, n % 20 <> 0, at, at, at + interval '3 days',
    at + interval '3 days', false, at + interval '1 hour', NULL,
    CASE WHEN fresh THEN NULL ELSE at + interval '2 days' END,
    CASE WHEN fresh THEN NULL ELSE at + interval '9 days' END, NULL, 0, 0, 1, 4, 1,
    'pa-' || lpad(n::text, 10, '0') || ' ' || words.plain, ARRAY[spot.id]
FROM (SELECT n, n > {total} * (1 - {open}) AS fresh, now() - (({total} - n) * interval '1000 days' / {total}) AS at
      FROM generate_series({first}, {last}) n) one
JOIN LATERAL (SELECT (ARRAY{codes})[1 + one.n % {many}] AS code,
                     (ARRAY{sensitive})[1 + one.n % {many}] AS sensitive) cat ON true
JOIN (VALUES (0, 'Đống rác trước chợ bốc mùi', 'dong rac truoc cho boc mui'),
             (1, 'Ổ gà sâu giữa đường', 'o ga sau giua duong'),
             (2, 'Đèn đường tắt cả tuyến', 'den duong tat ca tuyen'),
             (3, 'Cống nghẹt nước không rút', 'cong nghet nuoc khong rut')) words (kind, told, plain)
    ON words.kind = one.n % 4
JOIN spots spot ON spot.place = one.n % (SELECT count(*) FROM spots)
CROSS JOIN LATERAL (SELECT sqrt(-2 * ln(random() + 1e-9)) * cos(6.2832 * random()) + one.n * 0 AS x,
                           sqrt(-2 * ln(random() + 1e-9)) * sin(6.2832 * random()) + one.n * 0 AS y) normal;
"""
KEPT = """
INSERT INTO field_reports_cell (level, x, y, category, is_open, count)
SELECT cell.level, cell.x, cell.y, cell.category, cell.is_open, sum(cell.amount)
FROM field_reports_report one, field_reports_cells(one, 1) cell GROUP BY 1, 2, 3, 4, 5;
INSERT INTO field_reports_release (report_id, at)
SELECT id, classified_at FROM field_reports_report WHERE is_public AND status BETWEEN 1 AND 9;
"""


def main() -> None:
    """Prepare, measure, print, keep."""
    os.environ["TINHSO_VAR"] = str(HOME)
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    HOME.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from tinhso.project.cli.place import open_database

    with open_database():
        prepare()
        found = {"reports": REPORTS, "milliseconds": _queries(), "pages": _pages()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(found, indent=1))
    print(json.dumps(found, indent=1))
    if os.environ.get("BENCH_KEEP") != "1":
        shutil.rmtree(HOME, ignore_errors=True)


def prepare() -> None:
    """The province's units and their outlines, then the reports."""
    from django.conf import settings
    from django.db import connection

    from tinhso.blocks.units.models import Unit
    from tinhso.project.cli import loading
    from tinhso.society.field_reports.models import Report
    from tinhso.society.field_reports.queries.rules import rules

    folder = Path(settings.PROVINCE_DIR)
    loading.migrate_tables()
    if not Unit.objects.exists():
        loading.load_units(folder)
    have = Report.objects.count()
    if have >= REPORTS:
        return
    kinds = rules().categories
    codes = "[" + ", ".join(f"'{one.code}'" for one in kinds) + "]"
    sensitive = "[" + ", ".join(str(one.sensitive).lower() for one in kinds) + "]"
    with connection.cursor() as cursor:
        _spots(cursor)
        cursor.execute("ALTER TABLE field_reports_report DISABLE TRIGGER USER")
        for first in range(have + 1, REPORTS + 1, 100_000):
            last = min(first + 99_999, REPORTS)
            words = {"total": REPORTS, "open": OPEN, "first": first, "last": last, "codes": codes, "many": len(kinds)}
            cursor.execute(FILL.format(sensitive=sensitive, **words))
        cursor.execute("ALTER TABLE field_reports_report ENABLE TRIGGER USER")
        cursor.execute("TRUNCATE field_reports_cell; TRUNCATE field_reports_release")
        cursor.execute(KEPT)
        cursor.execute("VACUUM ANALYZE")


def _spots(cursor: Any) -> None:
    """Three streets of each commune around which reports lie."""
    from shapely.geometry import shape

    from tinhso.society.field_reports.queries.outside import _commune_boundaries

    chance = random.Random(7)
    cursor.execute("CREATE TEMP TABLE spots (place serial, id bigint, x float, y float)")
    for unit, geometry, _schematic in _commune_boundaries():
        middle = shape(geometry).representative_point()
        for _street in range(3):
            x, y = middle.x + chance.gauss(0, 0.01), middle.y + chance.gauss(0, 0.01)
            cursor.execute("INSERT INTO spots (id, x, y) VALUES (%s, %s, %s)", [unit.pk, x, y])
    cursor.execute("UPDATE spots SET place = place - 1")


def _queries() -> dict[str, dict[str, float]]:
    from tinhso.kernel import clock
    from tinhso.society.field_reports.models import Report
    from tinhso.society.field_reports.queries import bursts, outside, places, public, statistics

    chance, now = random.Random(1), clock.now()
    some = list(
        Report.objects.filter(pk__in=chance.sample(range(1, REPORTS), min(TIMES, REPORTS - 1))).exclude(longitude=None)
    )
    box = outside.province_box()
    assert box is not None

    def view(size: float) -> tuple[float, float, float, float]:
        west = chance.uniform(box[0], max(box[0], box[2] - size))
        south = chance.uniform(box[1], max(box[1], box[3] - size))
        return west, south, west + size, south + size

    sizes = [1.2, 0.6, 0.3, 0.12, 0.05]
    at = iter(some * 4)
    return {
        "nearby": _timed(lambda: _nearby(next(at), places, now)),
        "clusters": _timed(lambda: public.report_clusters(*view(chance.choice(sizes)))),
        "clusters of one category": _timed(
            lambda: public.report_clusters(*view(chance.choice(sizes)), categories=["moi-truong"])
        ),
        "points close by": _timed(lambda: public.reports_in_view(*view(0.01), limit=300), 100),
        "first page of the list": _timed(lambda: outside.public_report_page(outside.PublicReportFilter()), 100),
        "list of one category": _timed(
            lambda: outside.public_report_page(outside.PublicReportFilter(category="cay-xanh", state="open")), 100
        ),
        "search": _timed(lambda: outside.public_report_page(outside.PublicReportFilter(words="den duong tat")), 60),
        "numbers of a year (kept ten minutes)": _timed(lambda: statistics._read_statistics(365, now), 3),
        "bursts": _timed(lambda: bursts.current_bursts(now), 3),
    }


def _nearby(report: Any, places: Any, now: Any) -> object:
    return places.nearby(report.longitude, report.latitude, report.category, report.text, now)


def _timed(act: Callable[[], object], times: int = TIMES) -> dict[str, float]:
    act()
    taken = []
    for _time in range(times):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    parts = quantiles(taken, n=100) if len(taken) > 1 else taken * 99
    return {"median": round(parts[49], 2), "p95": round(parts[94], 2), "most": round(max(taken), 2)}


def _pages() -> dict[str, dict[str, float]]:
    from django.test import Client

    from tinhso.society.field_reports.models import Report

    one = Report.objects.filter(is_public=True).order_by("-pk").first()
    assert one is not None
    found = {}
    for address in ("/reports/", "/reports/?category=cay-xanh&state=open", f"/reports/{one.ref}/", "/reports/numbers/"):
        start = time.perf_counter()
        page = Client().get(address)
        took = (time.perf_counter() - start) * 1000
        assert page.status_code == 200, page.status_code
        name = address.replace(one.ref, "PA-…")
        found[name] = {"kilobytes": round(len(gzip.compress(page.content)) / 1000, 1), "milliseconds": round(took, 1)}
    return found


if __name__ == "__main__":
    main()
