"""A register to test with: that of lines, in a province of two communes."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers import services
from tinhso.blocks.registers.contract import REGISTERS, Register
from tinhso.blocks.registers.models import Import
from tinhso.blocks.registers.services import importing
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.actor import Actor

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09:00 in Việt Nam
HEADINGS = "mã;tên;đơn vị;loại;băng thông (Mbps);kinh độ;vĩ độ"


def lines() -> Register:
    """The register of lines."""
    return REGISTERS["lines"]


def a_place() -> tuple[Unit, Unit]:
    """Two communes of a province."""
    province = people.a_unit("T", level=Level.PROVINCE)
    return people.a_unit("W", province), people.a_unit("E", province)


def a_keeper(*places: Unit) -> Actor:
    """Who looks after lines everywhere, or at some places."""
    rights = ("see infrastructure", "manage infrastructure")
    if places:
        return Actor(
            ref="keeper", name="Người giữ sổ", reach=dict.fromkeys(rights, frozenset(one.pk for one in places))
        )
    return Actor(ref="keeper", name="Người giữ sổ", everywhere=frozenset(rights))


def a_line(by: Actor, code: str = "D1", **told: Any) -> Any:
    """One line in the western commune."""
    now, day = told.pop("now", MONDAY), told.pop("valid_from", None)
    values = {"code": code, "name": f"Đường {code}", "unit": "W", "kind": "lan", "mbps": 100} | told
    return services.add_record(register=lines(), values=values, by=by, now=now, valid_from=day)


def held(by: Actor, *rows: str, name: str = "duong.csv", headings: str = HEADINGS) -> Import:
    """A file that was handed in."""
    content = "\n".join((headings, *rows)).encode()
    return importing.hold_file(register=lines(), file=BytesIO(content), name=name, size=len(content), by=by, now=MONDAY)
