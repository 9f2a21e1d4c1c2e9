"""Plausible firms and household businesses from a fixed seed, each marked as illustrative; no name is a real one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.db import transaction
from stdnum.vn import mst

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import register_of
from tinhso.blocks.registers.services.loading import load_records as load_records
from tinhso.blocks.units import queries as units
from tinhso.blocks.units.models import Level, Unit
from tinhso.economy.enterprises.contract import is_tax_code
from tinhso.economy.enterprises.models import Assessment, Firm, Household, SiteCheck
from tinhso.economy.enterprises.queries import assessing, scoring
from tinhso.economy.enterprises.queries.rules import rules
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

WHY = "Dữ liệu minh họa"
WORDS = (
    "An",
    "Bình",
    "Cát",
    "Duyên",
    "Gia",
    "Hải",
    "Hưng",
    "Khang",
    "Lộc",
    "Minh",
    "Ngân",
    "Phát",
    "Quang",
    "Sen",
    "Thành",
    "Thuận",
    "Tín",
    "Vạn",
    "Vinh",
    "Xanh",
)
TRADES = {
    "farming": "Nông sản",
    "industry": "Chế biến dừa",
    "building": "Xây dựng",
    "trade": "Thương mại",
    "transport": "Vận tải",
    "tourism": "Du lịch",
    "other": "Dịch vụ",
    "it": "Công nghệ số",
}
SHARES = {"farming": 14, "industry": 16, "building": 15, "trade": 33, "transport": 7, "tourism": 8, "other": 7}
SIZES = {"micro": 62, "small": 28, "medium": 7.7, "large": 2.3}
SHOPS = ("Tạp hóa", "Quán ăn", "Cửa hàng dừa", "Vật liệu", "Sửa xe", "Tiệm may")


@transaction.atomic
def load(*, told: Mapping[str, Any], seed: str, by: Actor, now: datetime) -> int:
    """Make everything once; says how many records there are."""
    if Firm.objects.exists():
        return 0
    random, since, today = Random(f"{seed}:enterprises"), told["since"], clock.local(now).date()
    before = list(units.at(since).filter(level=Level.COMMUNE).order_by("ref"))
    if not before:
        return 0
    codes = _demo_tax_codes()
    firms = _load_rows(Firm, _first_records(before, told, codes, random), since, by, now)
    record_count = len(firms) + len(
        _load_rows(Firm, _branch_rows(firms[: told["branches"]], before, random), since, by, now)
    )
    homes = _household_rows(before, told["households"], since, random)
    record_count += len(_load_rows(Household, homes, since, by, now))
    for day in sorted({unit.valid.upper for unit in before if unit.valid.upper is not None}):
        records.move_units(today=day, by=by, now=now)
    record_count += _load_joined_communes(codes, random, today, by, now)
    _make_site_checks(firms, random, now)
    _make_assessments(firms[::61], random, now)
    return record_count


def _load_joined_communes(codes: Iterator[str], random: Random, today: date, by: Actor, now: datetime) -> int:
    """Firms and households of communes that joined the province later."""
    registered_communes = set(Firm.objects.values_list("unit", flat=True))
    after = [
        unit
        for unit in units.at(today).filter(level=Level.COMMUNE).order_by("ref")
        if unit.pk not in registered_communes
    ]
    day = after[0].valid.lower if after else None
    if day is None:
        return 0
    rows = [_firm_row(random.choice(after), next(codes), day, random) for _n in range(len(after) * 24)]
    new_firms = _load_rows(Firm, rows, day, by, now)
    return len(new_firms) + len(
        _load_rows(Household, _household_rows(after, len(after) * 20, day, random), day, by, now)
    )


def _load_rows(model: Any, rows: Sequence[dict[str, Any]], since: date, by: Actor, now: datetime) -> list[Any]:
    register = register_of(model)
    assert register is not None
    return load_records(register=register, rows=rows, valid_from=since, why=WHY, by=by, now=now)


def _demo_tax_codes() -> Iterator[str]:
    """Tax codes that follow the rule and begin with 99, as no province's do."""
    for number in count(1):
        nine = f"99{number * 7:07}"
        if is_tax_code(code := nine + mst.calc_check_digit(nine)):  # some nine have no digit that checks them
            yield code


def _first_records(
    places: Sequence[Unit], values: Mapping[str, Any], codes: Iterator[str], random: Random
) -> list[dict[str, Any]]:
    """As many firms, IT firms and sites as the published figures say."""
    rows = [_firm_row(random.choice(places), next(codes), values["since"], random) for _n in range(values["firms"])]
    for at, row in enumerate(rows):
        if at < values["it"]:
            row |= {"sector": "it", "name": _firm_name("it", random, row["code"])}
        row["site"] = f"dn{row['code']}.example.vn" if at < values["sites"] else ""
    random.shuffle(rows)
    return rows


def _firm_row(unit: Unit, code: str, day: date, random: Random) -> dict[str, Any]:
    sector = _one_of(SHARES, random)
    size = _one_of(SIZES, random)
    return {
        "code": code,
        "name": _firm_name(sector, random, code),
        "unit": unit,
        "kind": "firm",
        "sector": sector,
        "size": size,
        "address": unit.name,
        "founded_on": day - timedelta(days=random.randint(20, 5000)),
        "platform": True,
        "e_tax": True,
        "e_invoice": True,
        "signature": True,
        "shop": random.random() < 0.31,
        "told_by": "agency",
        "told_on": day,
        "site": f"dn{code}.example.vn" if random.random() < 0.6 else "",
        **_nearby_position(unit, random),
    }


def _firm_name(sector: str, random: Random, code: str) -> str:
    return f"Công ty {TRADES[sector]} {random.choice(WORDS)} {random.choice(WORDS)} {code[4:9]} (minh họa)"


def _branch_rows(heads: Sequence[Any], places: Sequence[Unit], random: Random) -> list[dict[str, Any]]:
    return [
        _firm_row(random.choice(places), f"{head.code}001", head.valid_from, random)
        | {"kind": "branch", "name": f"Chi nhánh – {head.name}"[:200], "sector": head.sector, "site": ""}
        for head in heads
    ]


def _household_rows(places: Sequence[Unit], many: int, day: date, random: Random) -> list[dict[str, Any]]:
    rows = []
    for number in range(many):
        unit = random.choice(places)
        rows.append(
            {
                "number": f"{unit.code}-{day:%y}{number:05}",
                "unit": unit,
                "sector": _one_of(SHARES, random),
                "name": f"{random.choice(SHOPS)} {random.choice(WORDS)} {number:05} (minh họa)",
                "owner": f"Chủ hộ minh họa {number:05}",
                "address": unit.name,
                "told_by": "survey",
                "told_on": day,
                "e_tax": random.random() < 0.58,
                "e_invoice": random.random() < 0.34,
                "cashless": random.random() < 0.66,
                "shop": random.random() < 0.09,
                **_nearby_position(unit, random),
            }
        )
    return rows


def _one_of(shares: Mapping[str, float], random: Random) -> str:
    return random.choices(list(shares), list(shares.values()))[0]


def _nearby_position(unit: Unit, random: Random) -> dict[str, float]:
    if unit.lat is None or unit.lon is None:
        return {}
    return {
        "latitude": round(float(unit.lat) + random.uniform(-0.02, 0.02), 6),
        "longitude": round(float(unit.lon) + random.uniform(-0.02, 0.02), 6),
    }


def _make_site_checks(firms: Sequence[Any], random: Random, now: datetime) -> None:
    """Some sites were looked for in each of the last months; no machine is asked."""
    rows = []
    for firm in [candidate for candidate in firms if candidate.site][::3]:
        named = random.random() < 0.96
        answered = named and random.random() < 0.91
        text = "HTTP 200" if answered else ("hết giờ chờ" if named else "không có tên miền")
        rows += [
            SiteCheck(
                firm=firm.ref,
                site=firm.site,
                at=now - timedelta(days=back, minutes=random.randint(0, 900)),
                named=named,
                answered=answered,
                said=text,
                illustrative=True,
            )
            for back in (2, 33, 63)
        ]
    SiteCheck.objects.bulk_create(rows, batch_size=1_000)


def _make_assessments(firms: Sequence[Any], random: Random, now: datetime) -> None:
    """Some firms assessed themselves three times, half a year apart; each time a little better."""
    try:
        version = assessing.questionnaire_in_force(now)
    except Refused:
        return
    assessment_rules, rows = rules().assessment, []
    for firm in firms:
        able = random.uniform(0.1, 0.6)
        for back, gain in ((370, 0.0), (190, 0.12), (9, 0.25)):
            values = {
                scored_question.field: _random_answer(list(scored_question.points), able + gain, random)
                for scored_question in assessment_rules.questions
            }
            scored = scoring.assessment_score(values, assessment_rules)
            rows.append(
                Assessment(
                    ref=refs.new_ref("TDG"),
                    firm=firm.ref,
                    version=version,
                    at=now - timedelta(days=back),
                    values=values,
                    score=scored.whole,
                    pillars={key: str(points) for key, points in scored.pillars.items()},
                    illustrative=True,
                )
            )
    Assessment.objects.bulk_create(rows)


def _random_answer(choices: Sequence[str], able: float, random: Random) -> str:
    drawn = random.random()
    return choices[-1] if drawn < able else choices[1] if drawn < able + 0.25 else choices[0]
