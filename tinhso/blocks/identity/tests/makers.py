"""Makers that read aloud: a unit, a role, a person, a post."""

from datetime import UTC, date, datetime

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.units.models import Level, Unit
from tinhso.kernel import clock, text
from tinhso.kernel.actor import program_actor

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NEW_YEAR = date(2024, 1, 1)
KINDS = {Level.PROVINCE: "province", Level.DISTRICT: "district", Level.COMMUNE: "xa", Level.AGENCY: "agency"}
OFFICE = program_actor("office", rights=["manage people"])
PASSWORD = "quả dừa xanh trên cây"


class QuickArgon2(Argon2PasswordHasher):
    """The same hash at a price that a thousand tests can pay."""

    time_cost, memory_cost, parallelism = 1, 64, 1


def a_unit(ref: str, parent: Unit | None = None, *, level: Level = Level.COMMUNE, until: date | None = None) -> Unit:
    """One unit, known for a long time."""
    return Unit.objects.create(
        ref=ref,
        code=ref,
        type=KINDS[level],
        level=level,
        name=f"Đơn vị {ref}",
        search_text=text.fold(ref),
        sort_key=text.sort_key(ref),
        parent=parent,
        valid=DateRange(None, until, "[)"),
        known=DateTimeTZRange(LONG_AGO, None, "[)"),
    )


def a_province() -> Unit:
    """A province."""
    return a_unit("tinh", level=Level.PROVINCE)


def a_role(*rights: str, code: str = "vai", everywhere: bool = False, admin: bool = False) -> Role:
    """A role with ``rights``; an administrator's needs a second factor and locks after five minutes."""
    return Role.objects.create(
        code=code,
        name=f"Vai trò {code}",
        rights=list(rights),
        everywhere=list(rights) if everywhere else [],
        needs_second_factor=admin,
        idle_minutes=5 if admin else 15,
    )


def a_person(username: str = "lan", *, password: str | None = PASSWORD, demo: bool = False, email: str = "") -> Person:
    """Somebody who can log in."""
    person = Person(username=username, name=f"Cô {username.title()}", email=email, is_demo=demo)
    person.set_password(password)
    person.save()
    return person


def a_post(person: Person, unit: Unit, role: Role, *, since: date = NEW_YEAR, until: date | None = None) -> Post:
    """A post held since long ago."""
    return Post.objects.create(person=person, unit=unit, role=role, held=DateRange(since, until, "[)"))


def an_administrator(username: str = "sen", *, demo: bool = False, password: str | None = PASSWORD) -> Person:
    """Somebody who manages people everywhere and therefore needs a second factor."""
    person = a_person(username, demo=demo, password=password)
    a_post(person, a_province(), a_role("manage people", "see audit", code="quan-tri", everywhere=True, admin=True))
    return person


def today() -> date:
    """Today in Việt Nam."""
    return clock.today()
