"""Operators, stations and posts of two communes."""

from typing import Any

from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.registers.tests.makers import MONDAY
from tinhso.blocks.units.models import Unit
from tinhso.kernel.actor import Actor

RIGHTS = ("see connectivity", "manage connectivity", "see indicators")


def an_officer(*places: Unit) -> Actor:
    """Who keeps the registers of connectivity everywhere, or at some places."""
    if places:
        keys = frozenset(one.pk for one in places)
        return Actor(ref="officer", name="Cán bộ", reach=dict.fromkeys(RIGHTS, keys))
    return Actor(ref="officer", name="Cán bộ", everywhere=frozenset(RIGHTS))


def _added(register: str, values: dict[str, Any]) -> Any:
    day = values.pop("valid_from", None)
    return records.add_record(register=REGISTERS[register], values=values, by=an_officer(), now=MONDAY, valid_from=day)


def an_operator(code: str = "a", **told: Any) -> Any:
    """An operator with mobile and fixed services."""
    return _added("operators", {"code": code, "name": f"Nhà mạng {code}", "unit": "T", "mobile": True} | told)


def a_station(code: str, **told: Any) -> Any:
    """A 4G station of operator a in the western commune."""
    values = {"code": code, "name": f"Trạm {code}", "unit": "W", "operator": "a", "g4": True}
    return _added("stations", values | told)


def a_post(code: str, **told: Any) -> Any:
    """A cultural post of the western commune with mail on its day."""
    return _added(
        "posts", {"code": code, "name": f"Điểm {code}", "unit": "W", "kind": "cultural", "same_day": True} | told
    )


def coverage(code: str, **told: Any) -> Any:
    """What operator a reaches in the western commune: 4G, as it says itself."""
    values = {"code": code, "name": f"Vùng phủ {code}", "unit": "W", "operator": "a", "g4": True}
    return _added("coverage", values | {"told_on": "2026-09-01"} | told)
