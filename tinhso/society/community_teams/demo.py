"""Plausible teams, members and work from a fixed seed, each marked as illustrative; no name is a real one.

How many teams of each level and how many members there were is what was published; who, when and what is made up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import register_of
from tinhso.blocks.registers.services.loading import load as load_records
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import (
    Attendance,
    Difficulty,
    Entry,
    Member,
    MonthReport,
    Session,
    Task,
    Team,
    Visit,
)
from tinhso.society.community_teams.queries import lookup, month, reorganising
from tinhso.society.community_teams.queries.rules import due_at, report_due, rules
from tinhso.society.community_teams.services.difficulties import answerer

WHY = "Dữ liệu minh họa"
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Thanh", "Hữu", "Kim", "Quốc", "Mỹ", "Hoàng")
GIVEN = (
    "An",
    "Bình",
    "Châu",
    "Dung",
    "Giang",
    "Hạnh",
    "Khánh",
    "Lan",
    "Mai",
    "Nam",
    "Oanh",
    "Phúc",
    "Quý",
    "Sơn",
    "Tâm",
    "Uyên",
    "Vinh",
    "Xuân",
    "Yến",
    "Đạt",
)
SIDES = ("Đông", "Tây", "Nam", "Bắc", "Thượng", "Hạ", "Trung", "Chánh")
ROOTS = ("An", "Bình", "Phú", "Tân", "Thạnh", "Hòa", "Long", "Mỹ", "Hưng", "Lộc")
BODIES = {
    "youth": 30,
    "women": 16,
    "hamlet": 18,
    "police": 8,
    "official": 10,
    "farmers": 7,
    "veterans": 4,
    "school": 4,
    "company": 1,
    "other": 2,
}
TOPICS = {
    "dvc": 30,
    "vneid": 26,
    "thanh-toan": 18,
    "an-toan": 14,
    "thiet-bi": 12,
    "ky-so": 9,
    "mua-ban": 7,
    "phan-anh": 6,
    "y-te": 5,
    "khac": 2,
}
TROUBLES = {
    "dinh-danh": "Người lớn tuổi quên mật khẩu, số điện thoại cũ đã hủy nên không nhận được mã xác nhận.",
    "thu-tuc-kho": "Biểu mẫu đăng ký khai tử trên mạng hỏi nhiều mục người dân không hiểu, phải gọi hỏi mới điền được.",
    "song-yeu": "Cuối ấp gần bờ sông sóng yếu, mở trang nộp hồ sơ mất vài phút rồi báo lỗi.",
    "loi-he-thong": "Nộp hồ sơ buổi chiều hay bị báo quá tải, sáng hôm sau mới nộp được.",
    "thieu-may": "Nhiều hộ chỉ có điện thoại phím bấm, phải mượn máy của con cháu ở xa về.",
    "thanh-toan": "Trả phí trên cổng bị trừ tiền nhưng hồ sơ vẫn báo chưa nộp.",
    "lua-dao": "Có người gọi xưng là công an hướng dẫn cài phần mềm giả VNeID.",
    "khac": "Người dân hỏi có lớp học buổi tối cho người đi làm không.",
}
ANSWER = "Đã hướng dẫn cách làm và liên hệ bộ phận kỹ thuật; người dân đến điểm hỗ trợ của xã để được làm giúp."
LESSONS = (
    ("thiet-bi", "Dùng điện thoại thông minh an toàn"),
    ("dich-vu-cong", "Nộp hồ sơ trực tuyến, ký số từ xa"),
    ("thanh-toan", "Thanh toán không tiền mặt ở chợ"),
    ("an-toan", "Nhận biết cuộc gọi, tin nhắn lừa đảo"),
    ("huong-dan", "Kỹ năng hướng dẫn người lớn tuổi"),
    ("noi-dung", "Quay phim ngắn giới thiệu nông sản"),
)
TASKS = (
    "Vận động người dân cài VNeID mức 2",
    "Hướng dẫn tiểu thương dán mã VietQR",
    "Rà soát người chưa có điện thoại thông minh",
    "Tuyên truyền Ngày Công dân số",
)
GOES_ON = 0.9  # of the communes with several teams, the share that has settled it; the others show what waits


@transaction.atomic
def load(*, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> int:
    """Make everything once; says how many teams there are."""
    if Team.objects.exists():
        return 0
    random, since, today = Random(f"{seed}:community_teams"), told["since"], clock.local(now).date()
    before = list(units.at(since).order_by("ref"))
    if not any(one.level == Level.COMMUNE for one in before):
        return 0
    teams = _load(Team, _teams(before, told, since, random), since, by, now)
    _load(Member, _members(teams, told["members"], since, random), since, by, now)
    for day in sorted({one.valid.upper for one in before if one.valid.upper is not None and one.valid.upper <= today}):
        records.move_units(today=day, by=by, now=now)
        _settle(day, random, by, now)
    _others(told, random, today, by, now)
    _accounts(told.get("accounts", {}), by, now)
    _work(told, today, random, by, now)
    return Team.objects.count()


def _load(model: Any, rows: Sequence[dict[str, Any]], since: date, by: Actor, now: datetime) -> list[Any]:
    register = register_of(model)
    assert register is not None
    return load_records(register=register, rows=rows, valid_from=since, why=WHY, by=by, now=now)


def _teams(places: Sequence[Unit], told: Mapping[str, Any], since: date, random: Random) -> list[dict[str, Any]]:
    communes = [one for one in places if one.level == Level.COMMUNE][: told["communes"]]
    districts = [one for one in places if one.level == Level.DISTRICT][: told["districts"]]
    rows = [_team(one, "district", since, random) for one in districts]
    rows += [_team(one, "commune", since, random) for one in communes]
    return rows + _hamlets(communes, told["hamlets"], since, random)


def _hamlets(communes: Sequence[Unit], many: int, since: date, random: Random) -> list[dict[str, Any]]:
    return [
        _team(communes[number % len(communes)], "hamlet", since, random, number // len(communes) + 1)
        for number in range(many)
    ]


def _hamlet(unit: Unit, number: int) -> str:
    kind = "Khu phố" if unit.name.lower().startswith(("phường", "thị trấn")) else "Ấp"
    root = ROOTS[(sum(map(ord, unit.ref)) + number // len(SIDES)) % len(ROOTS)]
    return f"{kind} {root} {SIDES[number % len(SIDES)]}"


def _team(unit: Unit, tier: str, since: date, random: Random, place: int = 0) -> dict[str, Any]:
    hamlet = _hamlet(unit, place - 1) if place else ""
    where = f"{hamlet}, {unit.name}" if hamlet else unit.name
    number = f"{unit.ref}-{place:02}" if place else unit.ref
    return {
        "code": f"TCN-{number}",
        "name": f"Tổ công nghệ số cộng đồng {where}",
        "unit": unit,
        "tier": tier,
        "hamlet": hamlet,
        "decision": f"{random.randint(10, 290)}/QĐ-UBND (minh họa)",
        "decided_on": since - timedelta(days=random.randint(0, 40)),
        "decided_by": f"Ủy ban nhân dân {unit.name}",
        "place": random.choice(("Nhà văn hóa", "Trụ sở ấp, khu phố", "Điểm hỗ trợ xã hội số"))
        if random.random() < 0.8
        else "",
    }


def _members(teams: Sequence[Any], many: int, since: date, random: Random) -> list[dict[str, Any]]:
    """As many members as told, larger teams where the level is higher."""
    sizes = [{"district": 14, "commune": 11, "hamlet": 7}[one.tier] for one in teams]
    left = many - sum(sizes)
    for place in range(abs(left)):
        sizes[place % len(sizes)] += 1 if left > 0 else -1
    rows: list[dict[str, Any]] = []
    for team, size in zip(teams, sizes, strict=True):
        for place in range(max(1, size)):
            rows.append(_member(team, place, len(rows) + 1, since, random))
    return rows


def _member(team: Any, place: int, number: int, since: date, random: Random) -> dict[str, Any]:
    female = random.random() < 0.47
    name = f"{random.choice(FAMILY)} {'Thị' if female else random.choice(MIDDLE)} {random.choice(GIVEN)}"
    return {
        "number": f"TV-{number:06}",
        "name": f"{name} (minh họa)",
        "unit": team.unit,
        "team": team,
        "role": "head" if place == 0 else "deputy" if place == 1 else "member",
        "gender": "female" if female else "male",
        "body": "hamlet" if place == 0 and team.tier == "hamlet" else _one_of(BODIES, random),
        "born": random.randint(1958, 2006),
        "term_from": since,
        "term_until": date(since.year + 5, 12, 31) if random.random() < 0.96 else date(since.year + 4, 12, 31),
    }


def _settle(day: date, random: Random, by: Actor, now: datetime) -> None:
    """What decisions said after the units of ``day``: districts' teams end, most communes go on with one team."""
    waits = reorganising.pending(by, day)
    if waits.ended_level:
        services.end_level(refs=[one.ref for one in waits.ended_level], on=day, decision=WHY, by=by, now=_at(day))
    for several in waits.several:
        if random.random() < GOES_ON or day.year < 2025:
            services.join(
                keep=several.teams[0].ref,
                name=f"Tổ công nghệ số cộng đồng {several.unit.name}",
                decision=f"{random.randint(10, 290)}/QĐ-UBND (minh họa)",
                decided_on=day,
                decided_by=f"Ủy ban nhân dân {several.unit.name}",
                by=by,
                now=_at(day),
            )
    for team, became in waits.in_doubt:
        if became:
            services.settle(ref=team.ref, unit=became[0].ref, why=WHY, by=by, now=_at(day))


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=clock.VIETNAM)


def _others(told: Mapping[str, Any], random: Random, today: date, by: Actor, now: datetime) -> None:
    """Teams of communes that joined the province later: as many, all together, as returns tell of."""
    held = set(Team.objects.filter(lookup.ALIVE).values_list("unit", flat=True))
    after = [one for one in units.at(today).filter(level=Level.COMMUNE).order_by("ref") if one.pk not in held]
    day = after[0].valid.lower if after else None
    if day is None:
        return
    rows = [_team(one, "commune", day, random) for one in after]
    rows += _hamlets(after, told["hamlets_after"] - told["hamlets"], day, random)
    teams = _load(Team, rows, day, by, now)
    first = Member.objects.count()
    many = told["members_after"] - Member.objects.filter(lookup.ALIVE).count()
    members = _members(teams, many, day, random)
    for number, row in enumerate(members, first + 1):
        row["number"] = f"TV-{number:06}"
    _load(Member, members, day, by, now)


def _accounts(told: Mapping[str, str], by: Actor, now: datetime) -> None:
    """People who log in to the demo lead a hamlet's team of these communes (by reference)."""
    register = register_of(Member)
    assert register is not None
    for unit, account in told.items():
        head = (
            Member.objects.filter(lookup.ALIVE, unit__ref=unit, team__tier="hamlet", role="head").order_by("pk").first()
        )
        if head is not None:
            records.change(register=register, ref=head.ref, values={"account": account}, by=by, now=now, why=WHY)


def _work(told: Mapping[str, Any], today: date, random: Random, by: Actor, now: datetime) -> None:
    """The last months of all living teams: visits, difficulties, reports; training and tasks of the last year."""
    teams = list(Team.objects.filter(lookup.ALIVE).select_related("unit").order_by("pk"))
    codes = list(reversed(month.months(today, told["months"])))
    for code in codes:
        first, after = month.bounds(code)
        last = min(after - timedelta(days=1), today)
        rows = [_visit(team, first, last, random, now) for team in teams for _n in range(_often(told, team, random))]
        visits = Visit.objects.bulk_create(rows, batch_size=1_000)
        _difficulties([one for one in visits if random.random() < 0.07], random, now)
    _training(teams, today, random, now)
    _tasks(teams, today, random, by, now)
    for code in codes[:-1]:
        _reports(teams, code, random, now)


def _often(told: Mapping[str, Any], team: Any, random: Random) -> int:
    mean = float(told["visits_a_month"]) * (2.0 if team.tier == "commune" else 0.85)
    return int(mean) + int(random.random() < mean % 1) + int(random.random() < 0.08)


def _visit(team: Any, first: date, last: date, random: Random, now: datetime) -> Visit:
    people = 1 + int(random.expovariate(0.18))
    day = first + timedelta(days=random.randint(0, (last - first).days))
    near = team.unit.lon is not None and team.unit.lat is not None and random.random() < 0.7
    topics = list(dict.fromkeys(_one_of(TOPICS, random) for _n in range(random.choice((1, 1, 2, 3)))))
    return Visit(
        ref=refs.new_ref("LH"),
        team=team,
        unit=team.unit,
        day=day,
        people=people,
        topics=topics,
        kind=_one_of({"home": 45, "point": 28, "market": 15, "meeting": 12}, random),
        women=random.randint(0, people) if random.random() < 0.8 else None,
        old=random.randint(0, people) if random.random() < 0.6 else None,
        done_by_self=random.randint(people // 3, people) if random.random() < 0.7 else None,
        longitude=round(Decimal(team.unit.lon) + Decimal(random.uniform(-0.02, 0.02)), 3) if near else None,
        latitude=round(Decimal(team.unit.lat) + Decimal(random.uniform(-0.02, 0.02)), 3) if near else None,
        at=min(now, _at(day) + timedelta(hours=random.randint(1, 30))),
        by="demo",
        by_name="Tổ viên minh họa",
        illustrative=True,
    )


def _difficulties(visits: Sequence[Visit], random: Random, now: datetime) -> None:
    rows, known = [], [one for one in rules().kinds if one.code in TROUBLES]
    for visit in visits:
        kind = random.choice(known)
        due = due_at(visit.at, kind.days)
        answered = visit.at + timedelta(hours=random.randint(5, 24 * (kind.days + 5)))
        late_one = random.random() < 0.1 and visit.at > now - timedelta(days=45)
        done = answered < now - timedelta(hours=2) and not late_one
        rows.append(
            Difficulty(
                ref=refs.new_ref("KK"),
                team=visit.team,
                visit=visit,
                unit=visit.unit,
                kind=kind.code,
                words=TROUBLES[kind.code],
                people=random.randint(1, max(1, visit.people)),
                routed_to=answerer(visit.unit, kind.to, now),
                at=visit.at,
                by="demo",
                by_name="Tổ viên minh họa",
                due_at=due,
                answered_at=answered if done else None,
                answer=ANSWER if done else "",
                moves=1 + done,
                state=("closed" if random.random() < 0.8 else "answered") if done else "open",
                illustrative=True,
            )
        )
    for one in Difficulty.objects.bulk_create(rows):
        told = [("told", one.at, one.words), *([("answered", one.answered_at, ANSWER)] if one.answered_at else [])]
        Entry.objects.bulk_create(
            Entry(difficulty=one, number=number, at=at, by="demo", by_name="Minh họa", did=did, note=note)
            for number, (did, at, note) in enumerate(told, 1)
        )


def _reports(teams: Sequence[Any], code: str, random: Random, now: datetime) -> None:
    """Most teams reported what their records say, most of them in time."""
    due, rows = report_due(code), []
    figures = month.figures_of([team.pk for team in teams], code)
    for team in teams:
        if random.random() > 0.93:
            continue
        day = due - timedelta(days=random.randint(0, 4)) if random.random() < 0.86 else due + timedelta(days=3)
        if _at(day) > now:
            continue
        rows.append(
            MonthReport(
                ref=refs.new_ref("BT"),
                team=team,
                unit=team.unit,
                month=code,
                number=1,
                at=_at(day),
                by="demo",
                by_name="Tổ trưởng minh họa",
                due_on=due,
                figures=figures[team.pk],
                illustrative=True,
            )
        )
    MonthReport.objects.bulk_create(rows, batch_size=1_000)


def _training(teams: Sequence[Any], today: date, random: Random, now: datetime) -> None:
    """Sessions of the province and of communes over a year, and two to come."""
    province = units.agency("SKHCN", today) or teams[0].unit
    members = list(Member.objects.filter(lookup.ALIVE).order_by("pk"))
    for number in range(26):
        skill, title = LESSONS[number % len(LESSONS)]
        day = today + timedelta(days=12) - timedelta(days=15 * number)
        unit = province if number % 3 == 0 else random.choice(teams).unit
        held = day < today
        one = Session.objects.create(
            ref=refs.new_ref("TH"),
            title=title,
            skill=skill,
            unit=unit,
            held_on=day,
            hours=Decimal(4),
            place=f"Hội trường {unit.name}",
            trainer="Giảng viên minh họa",
            seats=60,
            pass_score=50 if number % 2 else None,
            state="held" if held else "planned",
            closed_at=_at(day) if held else None,
            by="demo",
            by_name="Minh họa",
            at=_at(day - timedelta(days=20)),
            illustrative=True,
        )
        _seats(one, random.sample(members, min(45, len(members))), held, random)


def _seats(one: Session, members: Sequence[Any], held: bool, random: Random) -> None:
    rows, given = [], 0
    for member in members:
        present = random.random() < 0.88 if held else None
        score = random.randint(30, 100) if present and one.pass_score is not None else None
        passed = bool(present) and (score is None or score >= (one.pass_score or 0))
        certified = passed and held and random.random() < 0.9
        given += certified
        rows.append(
            Attendance(
                session=one,
                member=member,
                present=present,
                score=score,
                token="",
                certificate=f"{given:02}/{one.held_on.year}/{one.ref[-4:]}-MH" if certified else "",
                certified_at=one.closed_at if certified else None,
            )
        )
    Attendance.objects.bulk_create(rows)


def _tasks(teams: Sequence[Any], today: date, random: Random, by: Actor, now: datetime) -> None:
    """Four askings of a fifth of the teams each; the last is still open."""
    for number, title in enumerate(TASKS):
        due = today + timedelta(days=10) - timedelta(days=35 * number)
        given = _at(due - timedelta(days=25))
        rows = []
        for team in teams[number::5]:
            done = number > 0 and random.random() < 0.9
            at = _at(due - timedelta(days=random.randint(-3, 12))) if done else None
            rows.append(
                Task(
                    ref=refs.new_ref("VT"),
                    batch=f"VT-MH{number}",
                    team=team,
                    unit=team.unit,
                    title=title,
                    due_on=due,
                    words="Ghi số hộ đã làm được vào kết quả.",
                    given_at=given,
                    giver=by.ref,
                    giver_name="Minh họa",
                    state="done" if done else "given",
                    reported_at=at,
                    reporter="demo" if done else "",
                    reporter_name="Tổ viên minh họa" if done else "",
                    result="Đã làm xong trong ấp, khu phố." if done else "",
                    closed_at=at,
                    illustrative=True,
                )
            )
        Task.objects.bulk_create(rows, batch_size=1_000)


def _one_of(shares: Mapping[str, float], random: Random) -> str:
    return random.choices(list(shares), list(shares.values()))[0]
