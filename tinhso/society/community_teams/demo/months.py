"""The last months of the teams: visits, difficulties, reports, training and tasks."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tinhso.blocks.units import queries as units
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams.demo.texts import (
    ANSWER,
    LESSONS,
    TASKS,
    TOPICS,
    TROUBLES,
    choose_by_share,
    moment_of,
)
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
from tinhso.society.community_teams.queries import lookup, month
from tinhso.society.community_teams.queries.rules import due_at, report_due, rules
from tinhso.society.community_teams.services.difficulties import answering_unit


def make_months(values: Mapping[str, Any], today: date, random: Random, by: Actor, now: datetime) -> None:
    """The last months of all living teams: visits, difficulties, reports; training and tasks of the last year."""
    teams = list(Team.objects.filter(lookup.ALIVE).select_related("unit").order_by("pk"))
    codes = list(reversed(month.last_months(today, values["months"])))
    for code in codes:
        first, after = month.month_bounds(code)
        last = min(after - timedelta(days=1), today)
        rows = [
            _random_visit(team, first, last, random, now)
            for team in teams
            for _n in range(_visit_count(values, team, random))
        ]
        visits = Visit.objects.bulk_create(rows, batch_size=1_000)
        _make_difficulties([visit for visit in visits if random.random() < 0.07], random, now)
    _make_training(teams, today, random, now)
    _make_tasks(teams, today, random, by, now)
    for code in codes[:-1]:
        _make_reports(teams, code, random, now)


def _visit_count(values: Mapping[str, Any], team: Any, random: Random) -> int:
    mean = float(values["visits_a_month"]) * (2.0 if team.tier == "commune" else 0.85)
    return int(mean) + int(random.random() < mean % 1) + int(random.random() < 0.08)


def _random_visit(team: Any, first: date, last: date, random: Random, now: datetime) -> Visit:
    people = 1 + int(random.expovariate(0.18))
    day = first + timedelta(days=random.randint(0, (last - first).days))
    near = team.unit.lon is not None and team.unit.lat is not None and random.random() < 0.7
    topics = list(dict.fromkeys(choose_by_share(TOPICS, random) for _n in range(random.choice((1, 1, 2, 3)))))
    return Visit(
        ref=refs.new_ref("LH"),
        team=team,
        unit=team.unit,
        day=day,
        people=people,
        topics=topics,
        kind=choose_by_share({"home": 45, "point": 28, "market": 15, "meeting": 12}, random),
        women=random.randint(0, people) if random.random() < 0.8 else None,
        old=random.randint(0, people) if random.random() < 0.6 else None,
        done_by_self=random.randint(people // 3, people) if random.random() < 0.7 else None,
        longitude=round(Decimal(team.unit.lon) + Decimal(random.uniform(-0.02, 0.02)), 3) if near else None,
        latitude=round(Decimal(team.unit.lat) + Decimal(random.uniform(-0.02, 0.02)), 3) if near else None,
        at=min(now, moment_of(day) + timedelta(hours=random.randint(1, 30))),
        by="demo",
        by_name="Tổ viên minh họa",
        illustrative=True,
    )


def _make_difficulties(visits: Sequence[Visit], random: Random, now: datetime) -> None:
    rows, difficulty_kinds = (
        [],
        [difficulty_kind for difficulty_kind in rules().kinds if difficulty_kind.code in TROUBLES],
    )
    for visit in visits:
        kind = random.choice(difficulty_kinds)
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
                routed_to=answering_unit(visit.unit, kind.to, now),
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
    for difficulty in Difficulty.objects.bulk_create(rows):
        entry_values = [
            ("told", difficulty.at, difficulty.words),
            *([("answered", difficulty.answered_at, ANSWER)] if difficulty.answered_at else []),
        ]
        Entry.objects.bulk_create(
            Entry(difficulty=difficulty, number=number, at=at, by="demo", by_name="Minh họa", did=did, note=note)
            for number, (did, at, note) in enumerate(entry_values, 1)
        )


def _make_reports(teams: Sequence[Any], code: str, random: Random, now: datetime) -> None:
    """Most teams reported what their records say, most of them in time."""
    due, rows = report_due(code), []
    figures = month.figures_of([team.pk for team in teams], code)
    for team in teams:
        if random.random() > 0.93:
            continue
        day = due - timedelta(days=random.randint(0, 4)) if random.random() < 0.86 else due + timedelta(days=3)
        if moment_of(day) > now:
            continue
        rows.append(
            MonthReport(
                ref=refs.new_ref("BT"),
                team=team,
                unit=team.unit,
                month=code,
                number=1,
                at=moment_of(day),
                by="demo",
                by_name="Tổ trưởng minh họa",
                due_on=due,
                figures=figures[team.pk],
                illustrative=True,
            )
        )
    MonthReport.objects.bulk_create(rows, batch_size=1_000)


def _make_training(teams: Sequence[Any], today: date, random: Random, now: datetime) -> None:
    """Sessions of the province and of communes over a year, and two to come."""
    province = units.agency("SKHCN", today) or teams[0].unit
    members = list(Member.objects.filter(lookup.ALIVE).order_by("pk"))
    for number in range(26):
        skill, title = LESSONS[number % len(LESSONS)]
        day = today + timedelta(days=12) - timedelta(days=15 * number)
        unit = province if number % 3 == 0 else random.choice(teams).unit
        is_past = day < today
        session = Session.objects.create(
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
            state="held" if is_past else "planned",
            closed_at=moment_of(day) if is_past else None,
            by="demo",
            by_name="Minh họa",
            at=moment_of(day - timedelta(days=20)),
            illustrative=True,
        )
        _make_seats(session, random.sample(members, min(45, len(members))), is_past, random)


def _make_seats(session: Session, members: Sequence[Any], held: bool, random: Random) -> None:
    rows, certificate_count = [], 0
    for member in members:
        present = random.random() < 0.88 if held else None
        score = random.randint(30, 100) if present and session.pass_score is not None else None
        passed = bool(present) and (score is None or score >= (session.pass_score or 0))
        certified = passed and held and random.random() < 0.9
        certificate_count += certified
        rows.append(
            Attendance(
                session=session,
                member=member,
                present=present,
                score=score,
                token="",
                certificate=f"{certificate_count:02}/{session.held_on.year}/{session.ref[-4:]}-MH" if certified else "",
                certified_at=session.closed_at if certified else None,
            )
        )
    Attendance.objects.bulk_create(rows)


def _make_tasks(teams: Sequence[Any], today: date, random: Random, by: Actor, now: datetime) -> None:
    """Four askings of a fifth of the teams each; the last is still open."""
    for number, title in enumerate(TASKS):
        due = today + timedelta(days=10) - timedelta(days=35 * number)
        moment = moment_of(due - timedelta(days=25))
        rows = []
        for team in teams[number::5]:
            done = number > 0 and random.random() < 0.9
            at = moment_of(due - timedelta(days=random.randint(-3, 12))) if done else None
            rows.append(
                Task(
                    ref=refs.new_ref("VT"),
                    batch=f"VT-MH{number}",
                    team=team,
                    unit=team.unit,
                    title=title,
                    due_on=due,
                    words="Ghi số hộ đã làm được vào kết quả.",
                    given_at=moment,
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
