"""Illustrative officials whose posts have ended while they still hold a certificate."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tinhso.blocks.identity import services as identity
from tinhso.blocks.identity.models import Person, Role
from tinhso.blocks.units import queries as units
from tinhso.government.certificates.queries import lookup
from tinhso.government.certificates.services import record
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor


def make_leavers(values: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """One at each unit that the file names: an account without a log-in, a post that is over, a certificate."""
    today = clock.local(now).date()
    role = Role.objects.filter(code=values["live"]["left_role"]).first()
    for number, place in enumerate(values["live"]["left"], start=1):
        unit = units.known_now().filter(ref=place).first()
        version = (
            lookup.versions_on(today)
            .filter(unit__ref=place, kind="personal", state="active", last_day__gt=today)
            .last()
        )
        username = f"thoi-vi-tri-{number}"
        if role is None or unit is None or version is None or Person.objects.filter(username=username).exists():
            continue
        person = identity.create_person(username=username, name=version.holder, by=by, now=now, demo=True)
        since, until = unit.valid.lower or today - timedelta(days=400), today - timedelta(days=20)
        identity.appoint_person(
            person=person, unit=unit, role=role, since=since, until=until, by=by, title=version.post_title
        )
        certificate = lookup.locked_certificate(version.certificate.ref)
        record.record_change(certificate, since=today, did="corrected", by=by, now=now, person=person)
