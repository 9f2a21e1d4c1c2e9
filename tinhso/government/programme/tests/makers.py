"""A province with two agencies and a commune, a vice-chairman who steers, and people who do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person, Role
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.programme import services
from tinhso.government.programme.models import Directive, Task
from tinhso.kernel.actor import Actor

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09:00 in Việt Nam
FRIDAY = date(2026, 11, 27)
LEADER = ("see programme", "manage programme", "give directives", "see indicators")
HEAD = ("see programme", "manage programme", "do tasks", "oversee tasks")
CLERK = ("see programme", "do tasks")


@dataclass(frozen=True)
class Place:
    """Units, and who acts there."""

    province: Unit
    agency: Unit
    other: Unit
    commune: Unit
    leader: Person
    head: Person
    clerk: Person
    stranger: Person

    def by(self, name: str) -> Actor:
        """One of them, with today's rights."""
        return identity.actor_for(getattr(self, name))


def a_place() -> Place:
    """Three units below a province."""
    province = people.a_unit("T", level=Level.PROVINCE)
    agency = people.a_unit("SO", province, level=Level.AGENCY)
    other = people.a_unit("BAN", province, level=Level.AGENCY)
    commune = people.a_unit("W", province)
    roles = {
        "leader": people.a_role(*LEADER, code="leader", everywhere=True),
        "head": people.a_role(*HEAD, code="head"),
        "clerk": people.a_role(*CLERK, code="clerk"),
    }
    return Place(
        province,
        agency,
        other,
        commune,
        _posted("leader", province, roles["leader"]),
        _posted("head", agency, roles["head"]),
        _posted("clerk", agency, roles["clerk"]),
        _posted("stranger", other, roles["clerk"]),
    )


def _posted(name: str, unit: Unit, role: Role) -> Person:
    person = people.a_person(name, password=None)
    people.a_post(person, unit, role)
    return person


def a_directive(place: Place, **told: Any) -> Directive:
    """The leader wants something of the agency by Friday."""
    said: dict[str, Any] = {
        "title": "Gỡ vướng hồ sơ trễ",
        "words": "Nêu nguyên nhân và ngày xong.",
        "unit": "SO",
        "due_on": FRIDAY,
        "by": place.by("leader"),
        "now": MONDAY,
        "owner": place.clerk.ref,
    }
    return services.give_directive(**said | told)


def a_task(place: Place, **told: Any) -> Task:
    """The leader gives the agency a task until Friday."""
    said: dict[str, Any] = {
        "title": "Kết nối kho dữ liệu",
        "unit": "SO",
        "due_on": FRIDAY,
        "by": place.by("leader"),
        "now": MONDAY,
        "owner": place.clerk.ref,
        "partners": ["W"],
    }
    return services.give_task(**said | told)
