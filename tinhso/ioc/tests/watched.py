"""A tiny country that is watched: thirty months of two communes, who handles alerts there, and a quiet set of rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.indicators import contract
from tinhso.blocks.indicators.contract import Better, ConcernPlace, DataSetConcern, Indicator, IndicatorTarget
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.indicators.tests.makers import Line
from tinhso.blocks.units.models import Unit
from tinhso.ioc.models import Alert
from tinhso.ioc.services import alerting
from tinhso.ioc.services.alerting import EvaluationOutcome
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor, program_actor

RULES = """
[target.commune]
watch = "none"
[change.commune]
watch = "none"
[change.province]
watch = "none"
[owner]
roles = ["head", "chair"]
[[escalation]]
after_hours = 8
to = "above"
[[escalation]]
after_hours = 16
to = "office"
roles = ["head"]
[hours]
day = [["07:00", "11:00"], ["13:00", "17:00"]]
"""
WATCH = program_actor("alerts", rights=["see indicators", "see restricted indicators", "handle alerts"])
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)  # 08:00 in Việt Nam
FIRST, LAST = "2024-07", "2026-10"
AIMED = replace(
    makers.ON_TIME, key=True, better=Better.HIGHER, targets=(IndicatorTarget("2024-07", floor=Decimal(80)),)
)
HANDLE = ("see indicators", "handle alerts")


def months(last: str = LAST) -> Iterator[str]:
    """The months that are known, from the first to ``last``."""
    yield from (one.code for one in periods.between(periods.parse(FIRST), periods.parse(last)))


def lines(on_time: int = 180, *, last: str = LAST, **other: int) -> list[Line]:
    """200 cases a month in each commune, about 180 on time; in the last month ``on_time``, or ``other`` by unit."""
    found: list[Line] = []
    for n, month in enumerate(months(last)):
        for unit in ("x", "y"):
            done = other.get(unit, on_time) if month == last else 180 + n % 3
            found.append((unit, month, "desk", 200, done, 0, "0"))
    return found


def published(known: Iterable[Line], *indicators: Indicator) -> None:
    """These cases, these indicators, and a snapshot of both."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM test_dossiers")
    makers.dossiers(known)
    if indicators:
        makers.a_catalogue(indicators)
    refresh(today=date(2026, 11, 20))


@dataclass(frozen=True)
class Hands:
    """Who has alerts in hand: at the province, and in the communes x and y."""

    head: Person
    chair_x: Person
    chair_y: Person


@pytest.fixture
def watch(centre: None, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """Rules for alerts, no concerns, and three people who handle alerts."""
    monkeypatch.setattr(contract, "CONCERN_PROVIDERS", [])
    (Path(configured.PROVINCE_DIR) / "alerts.toml").write_text(RULES, encoding="utf-8")
    head, chair = (people.a_role(*HANDLE, code=code) for code in ("head", "chair"))
    found = Hands(*(people.a_person(name, email=f"{name}@example.vn") for name in ("head", "chairx", "chairy")))
    people.a_post(found.head, Unit.objects.get(ref="p"), head)
    for person, unit in ((found.chair_x, "x"), (found.chair_y, "y")):
        people.a_post(person, Unit.objects.get(ref=unit), chair)
    return found


def rules(instead: str) -> None:
    """Other rules for the province."""
    (Path(configured.PROVINCE_DIR) / "alerts.toml").write_text(instead, encoding="utf-8")


def look(now: datetime = MONDAY, **parts: bool) -> EvaluationOutcome:
    """What the worker does after a snapshot."""
    return alerting.evaluate(by=WATCH, now=now, **parts)


def one_alert(**which: Any) -> Alert:
    """The only alert that fits."""
    return Alert.objects.select_related("unit", "office", "owner").get(**which)


def acting(person: Person) -> Actor:
    """``person`` with the rights of today."""
    return identity.actor_for(person)


def a_missed_target() -> Alert:
    """The province misses its target in the newest month."""
    published(lines(120), AIMED)
    look()
    return one_alert(kind=Alert.Kind.TARGET)


def late(*units: str, since: datetime = datetime(2026, 11, 9, 10, tzinfo=UTC)) -> DataSetConcern:
    """These units are late with a data set."""
    places = tuple(ConcernPlace(unit, f"/returns/{unit}/", since, "chưa gửi") for unit in units)
    return DataSetConcern("late", "BM-1", "Biểu mẫu một", "services", "A", "2026-10", places, expected=2)
