"""The log-ins that stand, and their ends."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity.models import Person, Session
from tinhso.blocks.identity.queries import UNATTENDED_AGE
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused


def begin_session(*, person: Person, key: str, browser: str, by: Actor, how: str, now: datetime) -> Session:
    """Write down that ``person`` logged in (``how``: password, passkey, an outside provider, as a persona)."""
    with transaction.atomic():
        session, _created = Session.objects.update_or_create(
            key=key,
            defaults={
                "person": person,
                "address": by.address,
                "browser": browser[:200],
                "began_at": now,
                "seen_at": now,
            },
        )
        Session.objects.filter(person=person, began_at__lt=now - 2 * UNATTENDED_AGE).delete()
        audit.record(by=by, did="logged in", to=person, after={"how": how})
    return session


def touch_session(*, key: str, now: datetime) -> None:
    """Note that the session was used just now."""
    Session.objects.filter(key=key).update(seen_at=now)


@transaction.atomic
def forget_session(*, key: str, person: Person, by: Actor, did: str = "logged out") -> None:
    """Write down that a session is over: by log-out, or locked after idle minutes."""
    Session.objects.filter(key=key).delete()
    audit.record(by=by, did=did, to=person)


@transaction.atomic
def end_session(*, session_id: int, by: Actor) -> None:
    """End another log-in of oneself, or of anybody for who manages people; its browser must log in again."""
    session = Session.objects.filter(pk=session_id).select_related("person").first()
    if session is None:
        raise Refused("no_such_session", _("Phiên làm việc này đã kết thúc."))
    if session.person.ref != by.ref and not by.can(MANAGE_PEOPLE):
        raise Forbidden("not_yours", _("Đây không phải phiên làm việc của bạn."))
    _erase_session(session)
    audit.record(by=by, did="ended session", to=session.person, after={"browser": session.browser})


def end_all_sessions(*, person: Person, but: str = "") -> None:
    """End every log-in of ``person``, apart from the session ``but``."""
    for session in Session.objects.filter(person=person).exclude(key=but):
        _erase_session(session)


def _erase_session(session: Session) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store(session.key).delete()
    session.delete()
