"""A province of two communes and an agency, a team with a head and a member who log in, and who leads them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.registers import services as records
from tinhso.blocks.registers.contract import REGISTERS
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel.actor import Actor
from tinhso.society.community_teams import services
from tinhso.society.community_teams.models import Member, Team, Visit
from tinhso.society.community_teams.rights import ANSWER_DIFFICULTIES, MANAGE_TEAMS, SEE_TEAMS, WORK_IN_TEAMS

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # 09:00 in Việt Nam
TODAY = date(2026, 11, 23)
BEFORE = datetime(2026, 6, 1, 2, tzinfo=UTC)  # before units merge


@dataclass(frozen=True)
class Place:
    """Where tests happen."""

    province: Unit
    west: Unit
    east: Unit
    agency: Unit


def a_place() -> Place:
    """A province."""
    province = people.a_unit("T", level=Level.PROVINCE)
    west, east = people.a_unit("W", province), people.a_unit("E", province)
    return Place(province, west, east, people.a_unit("SKHCN", province, level=Level.AGENCY))


def somebody(ref: str, rights: tuple[str, ...], *places: Unit) -> Actor:
    """Somebody with the same rights at some places, or everywhere where none is named."""
    if not places:
        return Actor(ref=ref, name=f"Cán bộ {ref}", everywhere=frozenset(rights))
    return Actor(ref=ref, name=f"Cán bộ {ref}", reach=dict.fromkeys(rights, frozenset(one.pk for one in places)))


def a_manager(*places: Unit, ref: str = "manager") -> Actor:
    """Who leads teams."""
    return somebody(ref, (SEE_TEAMS, MANAGE_TEAMS), *places)


def an_agency(place: Place) -> Actor:
    """Who answers for the agency."""
    return somebody("agency", (ANSWER_DIFFICULTIES,), place.agency)


def a_team(code: str = "TCN-1", *, by: Actor | None = None, **told: Any) -> Team:
    """A hamlet's team of the western commune."""
    values: dict[str, Any] = {
        "code": code,
        "name": f"Tổ {code}",
        "unit": "W",
        "tier": "hamlet",
        "hamlet": "Ấp Một",
        "decision": "12/QĐ-UBND",
        "decided_on": "2022-03-01",
        "decided_by": "Ủy ban nhân dân xã",
    }
    values |= told
    if values["tier"] != "hamlet":
        values["hamlet"] = ""
    day, now = values.pop("valid_from", date(2022, 3, 1)), values.pop("now", MONDAY)
    made = records.add_record(register=REGISTERS["teams"], values=values, by=by or a_manager(), now=now, valid_from=day)
    assert isinstance(made, Team)
    return made


def a_member(team: Team, number: str = "TV-1", **told: Any) -> Member:
    """Somebody of the team."""
    values: dict[str, Any] = {
        "number": number,
        "name": f"Người {number}",
        "unit": team.unit.ref,
        "team": team.ref,
        "role": "member",
        "body": "youth",
        "gender": "female",
        "born": 1995,
        "term_from": "2022-03-01",
        "term_until": "2027-12-31",
    }
    values |= told
    day, now = values.pop("valid_from", date(2022, 3, 1)), values.pop("now", MONDAY)
    made = records.add_record(
        register=REGISTERS["team-members"], values=values, by=a_manager(), now=now, valid_from=day
    )
    assert isinstance(made, Member)
    return made


def an_account(name: str = "hoa") -> Person:
    """Somebody who can log in."""
    return people.a_person(name)


def a_volunteer(team: Team, name: str = "hoa", number: str = "TV-H", **told: Any) -> Actor:
    """A member of the team who logs in."""
    person = an_account(name)
    a_member(team, number, account=name, **told)
    return Actor(ref=person.ref, name=person.name, reach={WORK_IN_TEAMS: frozenset({team.unit_id})})


def a_draft(**told: Any) -> services.VisitDraft:
    """What is told of a visit."""
    values: dict[str, Any] = {"day": date(2026, 11, 20), "kind": "home", "people": 4, "topics": ["dvc", "vneid"]}
    return services.VisitDraft(**values | told)


def a_visit(team: Team, by: Actor, **told: Any) -> Visit:
    """A visit that was logged."""
    now = told.pop("now", MONDAY)
    return services.log_visit(team=team, draft=a_draft(**told), by=by, now=now)
