"""Plausible teams, members and work from a fixed seed, each marked as illustrative; no name is a real one.

How many teams of each level and how many members there were is what was published; who, when and what is made up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import register_of
from tinhso.blocks.registers.services.loading import load_records as load_records
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams import services
from tinhso.society.community_teams.demo import months
from tinhso.society.community_teams.demo.texts import (
    BODIES,
    FAMILY,
    GIVEN,
    MIDDLE,
    ROOTS,
    SIDES,
    WHY,
    choose_by_share,
    moment_of,
)
from tinhso.society.community_teams.models import Member, Team
from tinhso.society.community_teams.queries import lookup, reorganising

GOES_ON = 0.9  # of the communes with several teams, the share that has settled it; the others show what waits


@transaction.atomic
def load(*, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> int:
    """Make everything once; says how many teams there are."""
    if Team.objects.exists():
        return 0
    random, since, today = Random(f"{seed}:community_teams"), told["since"], clock.local(now).date()
    before = list(units.at(since).order_by("ref"))
    if not any(unit.level == Level.COMMUNE for unit in before):
        return 0
    teams = _load_rows(Team, _team_rows(before, told, since, random), since, by, now)
    _load_rows(Member, _member_rows(teams, told["members"], since, random), since, by, now)
    for day in sorted(
        {unit.valid.upper for unit in before if unit.valid.upper is not None and unit.valid.upper <= today}
    ):
        records.move_units(today=day, by=by, now=now)
        _settle_teams(day, random, by, now)
    _load_joined_communes(told, random, today, by, now)
    _link_accounts(told.get("accounts", {}), by, now)
    months.make_months(told, today, random, by, now)
    return Team.objects.count()


def _load_rows(model: Any, rows: Sequence[dict[str, Any]], since: date, by: Actor, now: datetime) -> list[Any]:
    register = register_of(model)
    assert register is not None
    return load_records(register=register, rows=rows, valid_from=since, why=WHY, by=by, now=now)


def _team_rows(places: Sequence[Unit], values: Mapping[str, Any], since: date, random: Random) -> list[dict[str, Any]]:
    communes = [unit for unit in places if unit.level == Level.COMMUNE][: values["communes"]]
    districts = [unit for unit in places if unit.level == Level.DISTRICT][: values["districts"]]
    rows = [_team_row(unit, "district", since, random) for unit in districts]
    rows += [_team_row(unit, "commune", since, random) for unit in communes]
    return rows + _hamlet_team_rows(communes, values["hamlets"], since, random)


def _hamlet_team_rows(communes: Sequence[Unit], many: int, since: date, random: Random) -> list[dict[str, Any]]:
    return [
        _team_row(communes[number % len(communes)], "hamlet", since, random, number // len(communes) + 1)
        for number in range(many)
    ]


def _hamlet_name(unit: Unit, number: int) -> str:
    kind = "Khu phố" if unit.name.lower().startswith(("phường", "thị trấn")) else "Ấp"
    root = ROOTS[(sum(map(ord, unit.ref)) + number // len(SIDES)) % len(ROOTS)]
    return f"{kind} {root} {SIDES[number % len(SIDES)]}"


def _team_row(unit: Unit, tier: str, since: date, random: Random, place: int = 0) -> dict[str, Any]:
    hamlet = _hamlet_name(unit, place - 1) if place else ""
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


def _member_rows(teams: Sequence[Any], many: int, since: date, random: Random) -> list[dict[str, Any]]:
    """As many members as told, larger teams where the level is higher."""
    sizes = [{"district": 14, "commune": 11, "hamlet": 7}[sized_team.tier] for sized_team in teams]
    left = many - sum(sizes)
    for place in range(abs(left)):
        sizes[place % len(sizes)] += 1 if left > 0 else -1
    rows: list[dict[str, Any]] = []
    for team, size in zip(teams, sizes, strict=True):
        for place in range(max(1, size)):
            rows.append(_member_row(team, place, len(rows) + 1, since, random))
    return rows


def _member_row(team: Any, place: int, number: int, since: date, random: Random) -> dict[str, Any]:
    female = random.random() < 0.47
    name = f"{random.choice(FAMILY)} {'Thị' if female else random.choice(MIDDLE)} {random.choice(GIVEN)}"
    return {
        "number": f"TV-{number:06}",
        "name": f"{name} (minh họa)",
        "unit": team.unit,
        "team": team,
        "role": "head" if place == 0 else "deputy" if place == 1 else "member",
        "gender": "female" if female else "male",
        "body": "hamlet" if place == 0 and team.tier == "hamlet" else choose_by_share(BODIES, random),
        "born": random.randint(1958, 2006),
        "term_from": since,
        "term_until": date(since.year + 5, 12, 31) if random.random() < 0.96 else date(since.year + 4, 12, 31),
    }


def _settle_teams(day: date, random: Random, by: Actor, now: datetime) -> None:
    """What decisions said after the units of ``day``: districts' teams end, most communes go on with one team."""
    waits = reorganising.pending_changes(by, day)
    if waits.ended_level:
        services.end_level(
            refs=[ended_team.ref for ended_team in waits.ended_level], on=day, decision=WHY, by=by, now=moment_of(day)
        )
    for several in waits.several:
        if random.random() < GOES_ON or day.year < 2025:
            services.join_teams(
                keep=several.teams[0].ref,
                name=f"Tổ công nghệ số cộng đồng {several.unit.name}",
                decision=f"{random.randint(10, 290)}/QĐ-UBND (minh họa)",
                decided_on=day,
                decided_by=f"Ủy ban nhân dân {several.unit.name}",
                by=by,
                now=moment_of(day),
            )
    for team, became in waits.in_doubt:
        if became:
            services.settle_team(ref=team.ref, unit=became[0].ref, why=WHY, by=by, now=moment_of(day))


def _load_joined_communes(values: Mapping[str, Any], random: Random, today: date, by: Actor, now: datetime) -> None:
    """Teams of communes that joined the province later: as many, all together, as returns tell of."""
    communes_with_team = set(Team.objects.filter(lookup.ALIVE).values_list("unit", flat=True))
    after = [
        unit
        for unit in units.at(today).filter(level=Level.COMMUNE).order_by("ref")
        if unit.pk not in communes_with_team
    ]
    day = after[0].valid.lower if after else None
    if day is None:
        return
    rows = [_team_row(unit, "commune", day, random) for unit in after]
    rows += _hamlet_team_rows(after, values["hamlets_after"] - values["hamlets"], day, random)
    teams = _load_rows(Team, rows, day, by, now)
    first = Member.objects.count()
    many = values["members_after"] - Member.objects.filter(lookup.ALIVE).count()
    members = _member_rows(teams, many, day, random)
    for number, row in enumerate(members, first + 1):
        row["number"] = f"TV-{number:06}"
    _load_rows(Member, members, day, by, now)


def _link_accounts(values: Mapping[str, str], by: Actor, now: datetime) -> None:
    """People who log in to the demo lead a hamlet's team of these communes (by reference)."""
    register = register_of(Member)
    assert register is not None
    for unit, account in values.items():
        head = (
            Member.objects.filter(lookup.ALIVE, unit__ref=unit, team__tier="hamlet", role="head").order_by("pk").first()
        )
        if head is not None:
            records.change_record(register=register, ref=head.ref, values={"account": account}, by=by, now=now, why=WHY)
