"""Examines the machine and the system; every finding says what to do."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from django.conf import settings

from tinhso.kernel import clock
from tinhso.project.bundled_postgres import DatabaseTrouble

OLDEST_POSTGRES = 15
LOW_DISK_GB, EMPTY_DISK_GB = 5, 1
CLOCK_SECONDS = 5
STALE_AFTER = timedelta(hours=26)
UNDELIVERED_AFTER = timedelta(minutes=10)
State = Literal["ok", "warn", "fail"]
Explain = Callable[[Exception], str | None]


@dataclass(frozen=True)
class DoctorFinding:
    """One check: its state, what was seen, and what to do about it."""

    name: str
    state: State
    said: str
    do: str = ""


def run_checks(database: Callable[[], AbstractContextManager[None]], explain: Explain) -> list[DoctorFinding]:
    """Every check; those that need the database only when ``database`` opens it. ``explain`` words its trouble."""
    findings = [_check_versions(), _check_secrets(), _check_disk(), _check_frontend(), _check_engine()]
    try:
        with database():
            findings += _of_database()
    except DatabaseTrouble as trouble:
        findings.append(_no_database(str(trouble)))
    except Exception as problem:
        text = explain(problem)
        if text is None:
            raise
        findings.append(_no_database(text))
    return findings


def _no_database(said: str) -> DoctorFinding:
    return DoctorFinding("cơ sở dữ liệu", "fail", said, "kiểm tra DATABASE_URL và máy chủ PostgreSQL, rồi chạy lại")


def _check_versions() -> DoctorFinding:
    text = f"Python {platform.python_version()}, Django {version('django')}, DuckDB {version('duckdb')}"
    return DoctorFinding("phiên bản", "ok", text)


def _check_secrets() -> DoctorFinding:
    if settings.SECRET_KEY != settings.DEFAULT_SECRET:
        return DoctorFinding("khóa bí mật", "ok", "đã đặt TINHSO_SECRET_KEY")
    return DoctorFinding(
        "khóa bí mật", "warn", "đang dùng khóa của bản trình diễn", "đặt TINHSO_SECRET_KEY khi chạy thật"
    )


def _check_disk() -> DoctorFinding:
    place = next(folder for folder in [Path(settings.VAR), *Path(settings.VAR).parents] if folder.exists())
    free = shutil.disk_usage(place).free / 1e9
    text = f"còn {free:.1f} GB ở {place}"
    if not os.access(place, os.W_OK):
        return DoctorFinding("ổ đĩa", "fail", f"không có quyền ghi vào {place}", "cấp quyền ghi hoặc đặt TINHSO_VAR")
    if free < LOW_DISK_GB:
        return DoctorFinding("ổ đĩa", "fail" if free < EMPTY_DISK_GB else "warn", text, "dọn hoặc thêm chỗ trống")
    return DoctorFinding("ổ đĩa", "ok", text)


def _check_frontend() -> DoctorFinding:
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    if manifest.exists():
        return DoctorFinding("giao diện", "ok", "đã dựng")
    return DoctorFinding("giao diện", "fail", "chưa dựng", "chạy make setup")


def _check_engine() -> DoctorFinding:
    name = "máy tính chỉ tiêu"
    if settings.INDICATOR_ENGINE == "duckdb":
        return DoctorFinding(name, "ok", "DuckDB")
    if settings.INDICATOR_ENGINE != "spark":
        return DoctorFinding(
            name, "fail", f"không biết “{settings.INDICATOR_ENGINE}”", "đặt INDICATOR_ENGINE=duckdb hoặc spark"
        )
    if find_spec("pyspark") is None:
        return DoctorFinding(name, "fail", "chưa cài Spark", "pip install 'tinhso[spark]'")
    if not settings.SPARK.startswith("sc://") and shutil.which("java") is None:
        return DoctorFinding(
            name, "fail", "Spark cần Java 17 hoặc 21", "cài Java, hoặc đặt TINHSO_SPARK=sc://… (Spark Connect)"
        )
    return DoctorFinding(name, "ok", f"Spark ở {settings.SPARK}")


def _of_database() -> list[DoctorFinding]:
    findings = [_check_server(), _check_clock(), _check_migrations()]
    if findings[-1].state == "ok":
        findings += [
            _check_audit_chain(),
            _check_definitions(),
            _check_fact_store(),
            _check_snapshot(),
            _check_file_store(),
            _check_text_messages(),
            *_check_queue(),
        ]
    return findings


def _check_server() -> DoctorFinding:
    number = int(_query_value("SHOW server_version_num"))
    text = f"PostgreSQL {_query_value('SHOW server_version')}, mã ký tự {_query_value('SHOW server_encoding')}"
    if number // 10_000 < OLDEST_POSTGRES:
        return DoctorFinding("cơ sở dữ liệu", "fail", text, f"nâng lên PostgreSQL {OLDEST_POSTGRES} trở lên")
    if _query_value("SHOW server_encoding") != "UTF8":
        return DoctorFinding("cơ sở dữ liệu", "fail", text, "tạo lại cơ sở dữ liệu với mã ký tự UTF8")
    return DoctorFinding("cơ sở dữ liệu", "ok", text)


def _check_clock() -> DoctorFinding:
    from django.utils import timezone

    apart = abs(float(_query_value("SELECT extract(epoch FROM clock_timestamp())")) - timezone.now().timestamp())
    if apart > CLOCK_SECONDS:
        return DoctorFinding("đồng hồ", "fail", f"lệch {apart:.0f} giây so với cơ sở dữ liệu", "bật đồng bộ giờ (NTP)")
    return DoctorFinding("đồng hồ", "ok", "khớp với cơ sở dữ liệu")


def _check_migrations() -> DoctorFinding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return DoctorFinding(
            "các bảng", "fail", f"thiếu {len(plan)} bước cập nhật", "chạy tinhso up hoặc load-province"
        )
    return DoctorFinding("các bảng", "ok", "đúng phiên bản này")


def _check_audit_chain() -> DoctorFinding:
    from tinhso.blocks.audit import queries

    chain_check = queries.verify_chain()
    if chain_check.is_whole:
        return DoctorFinding("nhật ký kiểm toán", "ok", f"{chain_check.entries} mục nguyên vẹn")
    text = f"chuỗi đứt ở vị trí {chain_check.broken_at}"
    return DoctorFinding("nhật ký kiểm toán", "fail", text, "báo đơn vị an toàn thông tin; so với bản sao lưu gần nhất")


def _check_definitions() -> DoctorFinding:
    from tinhso.blocks.indicators import queries
    from tinhso.kernel.errors import Refused

    try:
        catalogue = queries.catalogue(fresh=True)
    except Refused as fault:
        return DoctorFinding(
            "định nghĩa chỉ tiêu", "fail", fault.message, "sửa tệp của tỉnh rồi chạy tinhso load-province"
        )
    return DoctorFinding(
        "định nghĩa chỉ tiêu", "ok", f"{len(catalogue.indicators)} định nghĩa, {len(catalogue.items())} chỉ tiêu"
    )


def _check_snapshot() -> DoctorFinding:
    from tinhso.blocks.indicators import queries, services

    newest = queries.newest_snapshot()
    if newest is None:
        return DoctorFinding("bản chụp số liệu", "fail", "chưa có", "chạy tinhso refresh")
    text = f"số {newest.number}, lúc {clock.local(newest.at):%H:%M %d/%m/%Y}"
    broken = [code for code, fact in newest.manifest["facts"].items() if services.torn_chunks(fact)]
    if broken:
        text = f"{text}; tệp hỏng hoặc mất: {', '.join(broken)}"
        return DoctorFinding("bản chụp số liệu", "fail", text, "chạy tinhso refresh: chỉ phần hỏng được tính lại")
    if newest.at > clock.now() + timedelta(seconds=CLOCK_SECONDS):
        text = f"{text}, muộn hơn bây giờ: đồng hồ đã bị lùi"
        return DoctorFinding("bản chụp số liệu", "fail", text, "bật đồng bộ giờ (NTP), rồi chạy tinhso refresh")
    if clock.now() - newest.at > STALE_AFTER:
        return DoctorFinding("bản chụp số liệu", "warn", f"{text}, đã cũ", "chạy tinhso refresh; xem tiến trình nền")
    return DoctorFinding("bản chụp số liệu", "ok", text)


def _check_fact_store() -> DoctorFinding:
    from tinhso.blocks.indicators import services

    broken = services.broken_facts()
    if broken:
        text = f"tệp hỏng hoặc mất: {', '.join(broken)}"
        return DoctorFinding("kho dữ kiện", "fail", text, "chạy tinhso refresh: tháng hỏng được lấy lại từ PostgreSQL")
    return DoctorFinding("kho dữ kiện", "ok", str(settings.FACT_STORE))


def _check_file_store() -> DoctorFinding:
    from tinhso.blocks.documents import queries

    lost = queries.lost_files()
    if lost:
        text = f"{len(lost)} tệp trong số mới nhất không còn trong kho: {', '.join(lost[:5])}"
        return DoctorFinding("kho giấy tờ", "fail", text, "chép lại từ bản sao lưu của kho; xem TINHSO_FILE_STORE")
    return DoctorFinding("kho giấy tờ", "ok", str(settings.FILE_STORE))


def _check_queue() -> Iterator[DoctorFinding]:
    from tinhso.blocks.outbox import queries

    late = queries.undelivered_announcements(longer_than=UNDELIVERED_AFTER, now=clock.now())
    oldest = late.first()
    if oldest is not None:
        text = (
            f"{late.count()} sự kiện chưa được chuyển, cũ nhất {oldest.name} từ {clock.local(oldest.at):%H:%M %d/%m/%Y}"
        )
        yield DoctorFinding(
            "sự kiện", "warn", text, "chạy tinhso worker; vẫn còn thì xem lỗi trong log của nó (var/log)"
        )
    else:
        yield DoctorFinding("sự kiện", "ok", "không có sự kiện chờ quá lâu")
    failed = int(_query_value("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"))
    stalled = int(
        _query_value(
            "SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id "
            "WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '2 minutes')"
        )
    )
    if stalled or failed:
        text = f"{stalled} việc bị bỏ dở, {failed} việc hỏng"
        yield DoctorFinding(
            "việc nền", "warn", text, "chạy tinhso worker: việc bỏ dở được làm lại; xem log của việc hỏng"
        )
    else:
        yield DoctorFinding("việc nền", "ok", "không có việc bị bỏ dở")


def _check_text_messages() -> DoctorFinding:
    """Whether the telephone company lets us in."""
    from tinhso.blocks.messaging import services
    from tinhso.blocks.messaging.queries import texts
    from tinhso.blocks.messaging.queries.rules import rules
    from tinhso.kernel.errors import Refused

    if not texts.is_on():
        return DoctorFinding("tin SMS", "ok", "chưa nối nhà mạng (TINHSO_SMS)")
    try:
        with services.bound_line("transmitter"):
            secure = texts.sms_gateway()
    except (services.NotSpoken, Refused) as problem:
        return DoctorFinding("tin SMS", "fail", str(problem), "xem TINHSO_SMS: máy, tên, mật khẩu; hỏi nhà mạng")
    if not rules().texts.sender:
        return DoctorFinding("tin SMS", "warn", "chưa có tên người gửi", "ghi sender ở [sms] trong channels.toml")
    if secure is not None and not secure.secure:
        return DoctorFinding("tin SMS", "ok", "nhà mạng nhận; không mã hóa: chỉ dùng qua mạng riêng")
    return DoctorFinding("tin SMS", "ok", "nhà mạng nhận")


def _query_value(query: str) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])
