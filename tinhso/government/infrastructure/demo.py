"""A plausible infrastructure from a fixed seed, each thing marked as illustrative."""

import calendar
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import transaction

from tinhso.blocks.registers.contract import register_of
from tinhso.blocks.registers.services.loading import load_records as load_records
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.infrastructure.models import (
    Check,
    Dependency,
    Line,
    Outage,
    Result,
    Room,
    Server,
    Service,
    Span,
    Touched,
)
from tinhso.government.infrastructure.queries import lookup
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.working_calendar import moment_at

WHY = "Dữ liệu minh họa"
SERVICES = (
    (
        "Hệ thống giải quyết thủ tục hành chính",
        "public",
        True,
        3,
        "Nộp trực tiếp tại Trung tâm Phục vụ hành chính công.",
    ),
    ("Cổng thông tin điện tử", "public", False, 2, ""),
    ("Cổng dữ liệu mở", "public", False, 2, ""),
    ("Trang phản ánh hiện trường", "public", True, 3, "Gọi đường dây nóng."),
    ("Quản lý văn bản và điều hành", "internal", True, 3, "Chuyển văn bản giấy, vào sổ sau."),
    ("Thư điện tử công vụ", "internal", True, 2, "Gọi điện, gửi văn bản giấy."),
    ("Trung tâm điều hành thông minh", "internal", False, 3, ""),
    ("Nền tảng tích hợp, chia sẻ dữ liệu", "shared", True, 3, "Các phần mềm giữ tin, gửi lại khi chạy."),
    ("Họp trực tuyến", "internal", False, 2, ""),
    ("Đăng nhập một lần", "shared", True, 3, "Dùng tài khoản của từng phần mềm."),
    ("Lưu trữ và sao lưu", "shared", False, 3, ""),
    ("Phân giải tên miền", "shared", True, 2, "Dùng máy chủ dự phòng."),
)
DEPENDS = ((0, 7), (0, 9), (3, 9), (4, 9), (6, 7), (2, 7), (5, 11), (9, 11), (7, 11), (1, 11))


@transaction.atomic
def load_demo(*, since: date, seed: str, by: Actor, now: datetime) -> int:
    """Make everything once; says how many things there are."""
    if Room.objects.exists():
        return 0
    random = Random(f"{seed}:infrastructure")
    today = clock.local(now).date()
    living = Unit.objects.filter(known__upper_inf=True, valid__contains=today)
    communes = list(living.filter(level=Level.COMMUNE).order_by("ref"))
    agencies = list(living.filter(level=Level.AGENCY).order_by("ref"))
    if not communes or not agencies:
        return 0
    home = agencies[0]
    rooms = _load_register(Room, _room_rows(home, communes, random), since, by, now)
    servers = _load_register(Server, _server_rows(home, rooms, random, since), since, by, now)
    services = _load_register(Service, _service_rows(agencies, random), since, by, now)
    lines = _load_register(Line, _line_rows(communes, agencies, rooms, random), since, by, now)
    _make_dependencies(services, servers, now)
    watched = [*services, *[line for line in lines if line.kind == Line.Kind.DEDICATED][:40]]
    _make_checks(watched, random, since, now)
    _make_outages(home, services, random, since, now)
    return len(rooms) + len(servers) + len(services) + len(lines)


def _load_register(model: Any, rows: Sequence[dict[str, Any]], since: date, by: Actor, now: datetime) -> list[Any]:
    register = register_of(model)
    assert register is not None
    return load_records(register=register, rows=rows, valid_from=since, why=WHY, by=by, now=now)


def _random_place(unit: Unit, random: Random) -> dict[str, float | None]:
    if unit.lat is None or unit.lon is None:
        return {}
    return {
        "latitude": round(float(unit.lat) + random.uniform(-0.004, 0.004), 6),
        "longitude": round(float(unit.lon) + random.uniform(-0.004, 0.004), 6),
    }


def _room_rows(home: Unit, communes: Sequence[Unit], random: Random) -> list[dict[str, Any]]:
    middle = communes[0]
    big = [
        {"code": "TTDL-1", "name": "Trung tâm dữ liệu tỉnh", "kind": "centre", "power_kw": 120, "backup_minutes": 240},
        {
            "code": "TTDL-2",
            "name": "Trung tâm dữ liệu dự phòng",
            "kind": "backup",
            "power_kw": 60,
            "backup_minutes": 120,
        },
    ]
    small = [
        {
            "code": f"TM-{unit.code}",
            "name": f"Tủ mạng {unit.name}",
            "kind": "cabinet",
            "unit": unit,
            "backup_minutes": random.choice((0, 15, 30, 30, 60)),
            **_random_place(unit, random),
        }
        for unit in communes
    ]
    return [{**values, "unit": home, **_random_place(middle, random)} for values in big] + small


def _server_rows(home: Unit, rooms: Sequence[Any], random: Random, since: date) -> list[dict[str, Any]]:
    rows = []
    for number in range(1, 49):
        kind = random.choice(("physical", "physical", "virtual", "virtual", "storage", "network", "security"))
        bought = date(random.randint(2018, 2025), random.randint(1, 12), 1)
        rows.append(
            {
                "code": f"MC-{number:03}",
                "name": f"{dict(Server.Kind.choices)[kind].capitalize()} {number:03}",
                "unit": home,
                "kind": kind,
                "room": rooms[0 if random.random() < 0.75 else 1],
                "system": random.choice(("Linux", "Linux", "Windows Server", "")),
                "cores": random.choice((8, 16, 32, 64)),
                "memory_gb": random.choice((32, 64, 128, 256)),
                "bought_on": bought,
                "warranty_until": date(bought.year + random.choice((3, 5)), bought.month, 1),
                "state": "in_use" if random.random() < 0.9 else "spare",
            }
        )
    return rows


def _service_rows(agencies: Sequence[Unit], random: Random) -> list[dict[str, Any]]:
    return [
        {
            "code": f"DV-{n:02}",
            "name": name,
            "unit": agencies[0] if n < 7 else random.choice(agencies),
            "kind": kind,
            "essential": essential,
            "level": level,
            "fallback": fallback,
            "address": f"https://dv{n:02}.example.vn/",
        }
        for n, (name, kind, essential, level, fallback) in enumerate(SERVICES, 1)
    ]


def _line_rows(
    communes: Sequence[Unit], agencies: Sequence[Unit], rooms: Sequence[Any], random: Random
) -> list[dict[str, Any]]:
    rows = []
    for unit in (*communes, *agencies):
        for kind, share, speeds in (
            ("lan", 1, (100, 1000)),
            ("internet", 1, (100, 200, 300)),
            ("tslcd", 0.94, (20, 50, 100)),
        ):
            if random.random() < share or unit.level == Level.AGENCY:
                rows.append(
                    {
                        "code": f"{kind}-{unit.code}",
                        "name": f"{dict(Line.Kind.choices)[kind]} {unit.name}",
                        "unit": unit,
                        "kind": kind,
                        "mbps": random.choice(speeds),
                        "room": rooms[0] if kind == "tslcd" else None,
                        "provider": "" if kind == "lan" else random.choice(("Nhà mạng A", "Nhà mạng B", "Nhà mạng C")),
                        **_random_place(unit, random),
                    }
                )
    return rows


def _make_dependencies(services: Sequence[Any], servers: Sequence[Any], now: datetime) -> None:
    pairs = [(services[of].ref, services[on].ref) for of, on in DEPENDS]
    pairs += [(service.ref, servers[place % len(servers)].ref) for place, service in enumerate(services)]
    Dependency.objects.bulk_create(Dependency(of=of, on=on, since=now, by="demo") for of, on in pairs)


def _make_checks(things: Sequence[Any], random: Random, since: date, now: datetime) -> None:
    codes = {model: code for code, model in lookup.MODELS.items()}
    for asset in things:
        down_now, kind = random.random() < 0.03, "http" if isinstance(asset, Service) else "tcp"
        host = f"{asset.code.lower()}.example.vn"
        answered = "HTTP 200" if kind == "http" else f"{host}:443"
        check = Check.objects.create(
            ref=refs.new_ref("KT"),
            register=codes[type(asset)],
            thing=asset.ref,
            thing_name=asset.name,
            unit=asset.unit,
            kind=kind,
            host=host,
            port=443,
            illustrative=True,
            state="down" if down_now else "up",
            said="không trả lời" if down_now else answered,
            milliseconds=6000 if down_now else random.randint(8, 220),
        )
        spans = _random_spans(check, random, moment_at(since, time(0)), now, down_now)
        Span.objects.bulk_create(spans)
        check.since = spans[-1].since
        check.save(update_fields=["since"])
        Result.objects.bulk_create(
            Result(
                check_of=check,
                at=now - timedelta(minutes=5 * n),
                up=not (down_now and n < 4),
                milliseconds=random.randint(8, 220),
                said=check.said,
            )
            for n in range(20)
        )


def _random_spans(check: Check, random: Random, first: datetime, now: datetime, down_now: bool) -> list[Span]:
    spans, moment = [], first
    while True:
        fell = moment + timedelta(days=random.uniform(12, 90))
        if fell > now - timedelta(days=1):
            break
        rose = fell + timedelta(minutes=random.expovariate(1 / 45) + 2)
        spans += [
            Span(check_of=check, up=True, since=moment, until=fell),
            Span(check_of=check, up=False, since=fell, until=rose, said="không trả lời"),
        ]
        moment = rose
    if not down_now:
        return [*spans, Span(check_of=check, up=True, since=moment)]
    fell = now - timedelta(minutes=37)
    return [*spans, Span(check_of=check, up=True, since=moment, until=fell), Span(check_of=check, up=False, since=fell)]


def _make_outages(home: Unit, services: Sequence[Any], random: Random, since: date, now: datetime) -> None:
    """One a quarter in the past, and one to come."""
    day = since + timedelta(days=45)
    while day < clock.local(now).date() - timedelta(days=5):
        _make_outage(home, random.choice(services), moment_at(day, time(22)), random, now, "ended")
        month = day.month + 2
        year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
        day = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    coming = moment_at(clock.local(now).date() + timedelta(days=16), time(22))
    _make_outage(home, services[0], coming, random, now, "announced")


def _make_outage(home: Unit, one: Any, starts: datetime, random: Random, now: datetime, state: str) -> None:
    urgent = state == "ended" and random.random() < 0.2
    ends = starts + timedelta(hours=random.choice((2, 3, 4)))
    outage = Outage.objects.create(
        ref=refs.new_ref("ND"),
        title=f"Bảo trì {one.name}",
        unit=home,
        starts_at=starts,
        ends_at=ends,
        why="Nâng cấp phần mềm, thay thiết bị lưu trữ.",
        fallback=one.fallback or "Dùng lại sau giờ bảo trì.",
        announced_at=min(starts - timedelta(days=3 if urgent else 15), now),
        announced_by="demo",
        announced_by_name="Minh họa",
        notice_days=2 if urgent else 10,
        required_days=7,
        urgent_why="Vá lỗ hổng đang bị khai thác." if urgent else "",
        state=state,
        closed_at=ends + timedelta(minutes=random.randint(-40, 25)) if state == "ended" else None,
    )
    Touched.objects.create(outage=outage, ref=one.ref, register="services", name=one.name, directly=True)
