"""A province's roles and demo personas, from its folder."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries
from tinhso.blocks.identity.models import OPEN_TO_A_SCREEN, Person, Post, Role
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.blocks.identity.services.people import appoint_person, create_person
from tinhso.blocks.units import queries as units
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.rights import labels_of_rights


@transaction.atomic
def load_roles(*, folder: Path, by: Actor) -> int:
    """Make or correct the roles of ``roles.toml``; says how many there are.

    Refuses an unknown right, and an unattended role that may do more than see indicators.
    """
    by.must_be_able_to(MANAGE_PEOPLE)
    tables = _tables_of_file(folder / "roles.toml", "role")
    for table in tables:
        _load_role(table, by)
    return len(tables)


def _load_role(table: dict[str, Any], by: Actor) -> None:
    rights, everywhere = list(table["rights"]), list(table.get("everywhere", []))
    for right in [*rights, *everywhere]:
        if right not in labels_of_rights() or right not in rights:
            raise Refused("unknown_right", _("Vai trò %(role)s: quyền lạ %(right)s."), role=table["code"], right=right)
    fields = {
        "name": table["name"],
        "rights": rights,
        "everywhere": everywhere,
        "idle_minutes": table.get("idle_minutes", queries.IDLE_MINUTES),
        "needs_second_factor": table.get("needs_second_factor", False),
        "unattended": table.get("unattended", False),
    }
    if fields["unattended"] and not set(rights) <= set(OPEN_TO_A_SCREEN):
        text = _("Vai trò %(role)s: màn hình không người trực chỉ được quyền xem chỉ tiêu (see indicators).")
        raise Refused("unattended_role_too_high", text, role=table["code"])
    old = Role.objects.filter(code=table["code"]).values(*fields).first()
    if old != fields:
        role, _created = Role.objects.update_or_create(code=table["code"], defaults=fields)
        audit.record(by=by, did="set role", to=role, before=old, after=fields)


@transaction.atomic
def load_personas(*, folder: Path, by: Actor, now: datetime) -> int:
    """Make the demo's people of ``personas.toml`` with their posts; a second time changes nothing. Says how many."""
    by.must_be_able_to(MANAGE_PEOPLE)
    tables = _tables_of_file(folder / "personas.toml", "persona")
    for table in tables:
        person = Person.objects.filter(username=table["username"], is_demo=True).first() or create_person(
            username=table["username"], name=table["name"], by=by, now=now, demo=True
        )
        for post in table["post"]:
            _load_post(person, post, by)
    return len(tables)


def _load_post(person: Person, table: dict[str, Any], by: Actor) -> None:
    unit, role, since = units.by_ref(table["unit"]), queries.role_by_code(table["role"]), table["since"]
    if not isinstance(since, date):
        raise Refused("bad_date", _("Nhân vật %(name)s: cần ngày bắt đầu."), name=person.name)
    if not Post.objects.filter(person=person, unit=unit, role=role).exists():
        appoint_person(person=person, unit=unit, role=role, since=since, title=table.get("title", ""), by=by)


def _tables_of_file(path: Path, name: str) -> list[dict[str, Any]]:
    if not path.is_file():
        raise Refused("no_file", _("Không thấy tệp %(file)s trong thư mục của tỉnh."), file=path.name)
    rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get(name, [])
    return rows
