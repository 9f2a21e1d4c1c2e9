"""A plausible connectivity from a fixed seed, each record marked as illustrative."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import cos, hypot, radians
from random import Random
from typing import Any

from django.db import transaction

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import register_of
from tinhso.blocks.registers.services.loading import load_records as load_records
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.economy.connectivity.models import Coverage, Operator, Post, Station
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

WHY = "Dữ liệu minh họa"
SHARES = (("a", 0.4), ("b", 0.27), ("c", 0.21), ("d", 0.08), ("e", 0.04))


@transaction.atomic
def load(*, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> int:
    """Make everything once; says how many records there are."""
    if Operator.objects.exists():
        return 0
    random, since = Random(f"{seed}:connectivity"), told["since"]
    today = clock.local(now).date()
    before = list(units.at(since).filter(level=Level.COMMUNE, lat__isnull=False).order_by("ref"))
    home = units.at(since).filter(level=Level.AGENCY).order_by("ref").first()
    if not before or home is None:
        return 0
    rows = [{"unit": home} | operator_values for operator_values in told["operators"]]
    operators = {load_row.code: load_row for load_row in _load_rows(Operator, rows, since, by, now)}
    count = len(operators)
    share = min(1.0, len(before) / 157)
    count += len(
        _load_rows(
            Station, _station_rows(before, operators, random, since, int(told["stations"] * share)), since, by, now
        )
    )
    count += len(_load_rows(Post, _post_office_rows(before, random), since, by, now))
    count += len(_load_rows(Coverage, _coverage_rows(before, told["reach_km"], random, since), since, by, now))
    for day in _end_days(before):
        records.move_units(today=day, by=by, now=now)
    after = [
        unit
        for unit in units.at(today).filter(level=Level.COMMUNE, lat__isnull=False).order_by("ref")
        if not Station.objects.filter(unit=unit).exists()
    ]
    if after and (day := after[0].valid.lower):
        count += len(_load_rows(Station, _station_rows(after, operators, random, day, len(after) * 9), day, by, now))
        count += len(_load_rows(Post, _post_office_rows(after, random), day, by, now))
        count += len(_load_rows(Coverage, _coverage_rows(after, told["reach_km"], random, day), day, by, now))
    return count


def _end_days(places: Sequence[Unit]) -> list[date]:
    return sorted({unit.valid.upper for unit in places if unit.valid.upper is not None})


def _load_rows(model: Any, rows: Sequence[dict[str, Any]], since: date, by: Actor, now: datetime) -> list[Any]:
    register = register_of(model)
    assert register is not None
    return load_records(register=register, rows=rows, valid_from=since, why=WHY, by=by, now=now)


def _nearby_position(unit: Unit, random: Random, spread: float) -> dict[str, float]:
    return {
        "latitude": round(float(unit.lat or 0) + random.uniform(-spread, spread), 6),
        "longitude": round(float(unit.lon or 0) + random.uniform(-spread, spread), 6),
    }


def _station_rows(
    places: Sequence[Unit], operators: Mapping[str, Any], random: Random, since: date, count: int
) -> list[dict[str, Any]]:
    rows = []
    bare = set(random.sample(range(len(places)), k=len(places) // 20))  # communes that have 3G alone yet
    codes, weights = [code for code, _share in SHARES], [share for _code, share in SHARES]
    for number in range(count):
        unit = places[number % len(places)]
        code = random.choices(codes, weights)[0]
        new, bald = random.random(), number % len(places) in bare
        rows.append(
            {
                "code": f"{code}-{unit.code}-{number:04}".upper(),
                "name": f"Trạm {code.upper()} {number:04} {unit.name}"[:200],
                "unit": unit,
                "operator": operators[code],
                "g2": new < 0.5,
                "g3": new < 0.8 or bald,
                "g4": not bald,
                "g5": random.random() < 0.12 and not bald,
                "since": since - timedelta(days=random.randint(30, 4000)),
                "state": "broken" if random.random() < 0.02 else "in_use",
                **_nearby_position(unit, random, 0.022),
            }
        )
    return rows


def _post_office_rows(places: Sequence[Unit], random: Random) -> list[dict[str, Any]]:
    return [
        {
            "code": f"BC-{unit.code}-{unit.valid.lower or 0}",
            "unit": unit,
            "same_day": True,
            "kind": "office" if unit.type != "commune" else "cultural",
            "address": unit.name,
            "name": f"{'Bưu cục' if unit.type != 'commune' else 'Điểm bưu điện – văn hóa'} {unit.name}"[:200],
            "helps_online": random.random() < 0.72,
            **_nearby_position(unit, random, 0.006),
        }
        for unit in places
    ]


def _coverage_rows(
    places: Sequence[Unit], reach: Mapping[str, float], random: Random, day: date
) -> list[dict[str, Any]]:
    """What the working stations there are reach, as far as a commune's middle is from them."""
    rows = []
    for operator in Operator.objects.filter(mobile=True, removed=False).order_by("code"):
        sent = list(
            operator.stations.filter(state="in_use", removed=False, longitude__isnull=False).values_list(
                "latitude", "longitude", *reach
            )
        )
        rows += [_coverage_row(unit, operator, sent, reach, random, day) for unit in places]
    return rows


def _coverage_row(
    unit: Unit,
    operator: Operator,
    sent: Sequence[tuple[Any, ...]],
    reach: Mapping[str, float],
    random: Random,
    day: date,
) -> dict[str, Any]:
    here = float(unit.lat or 0), float(unit.lon or 0)
    near = [(_distance_km(here, (station[0], station[1])), station[2:]) for station in sent]
    has = {name: any(km <= far and sends[at] for km, sends in near) for at, (name, far) in enumerate(reach.items())}
    return {
        "code": f"VP-{operator.code}-{unit.code}-{unit.valid.lower or 0}".upper(),
        "unit": unit,
        "operator": operator,
        "name": f"{operator.name} tại {unit.name}"[:200],
        **has,
        "told_by": random.choices(("operator", "measured", "commune"), (0.8, 0.14, 0.06))[0],
        "told_on": day - timedelta(days=random.randint(1, 60)),
    }


def _distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """On so small a piece of the globe a plane is near enough."""
    return 111.2 * hypot(one[0] - other[0], (one[1] - other[1]) * cos(radians(one[0])))
