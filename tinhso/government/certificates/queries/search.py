"""The list of certificates: words without diacritics, filters, counts."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from tinhso.government.certificates.models import Version
from tinhso.government.certificates.queries import lookup
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import fold

ACTIVE, SUSPENDED, REVOKED, EXPIRED, SOON, CHANGE = "active", "suspended", "revoked", "expired", "soon", "change"
STATES = (ACTIVE, SOON, EXPIRED, CHANGE, SUSPENDED, REVOKED)
SOON_DAYS = 90


@dataclass(frozen=True)
class CertificateFilter:
    """What is looked for; empty parts do not narrow. ``unit`` is a reference."""

    words: str = ""
    kind: str = ""
    state: str = ""
    unit: str = ""
    device: str = ""


@dataclass(frozen=True)
class RegisterCounts:
    """How many there are of each in a list."""

    organisation: int
    personal: int
    sim: int
    service: int
    soon: int
    change: int


def in_force(day: date) -> Q:
    """Certificates that one may sign with on ``day``."""
    return Q(state=ACTIVE, first_day__lte=day, last_day__gte=day)


def state_filter(state: str, day: date) -> Q:
    """The certificates that are in a state on ``day``; expiry is reckoned from the last day."""
    if state == SOON:
        return in_force(day) & Q(last_day__lte=day + timedelta(days=SOON_DAYS))
    if state == EXPIRED:
        return Q(last_day__lt=day) & ~Q(state=REVOKED)
    if state == CHANGE:
        return Q(must_change_since__lte=day) & ~Q(state=REVOKED)
    if state == ACTIVE:
        return in_force(day)
    return Q(state=state)


def certificates_matching(certificate_filter: CertificateFilter, *, by: Actor, day: date) -> QuerySet[Version]:
    """The certificates that ``by`` may see and that are wanted, those that run out first on top."""
    rows = lookup.seen_by(lookup.versions_on(day), by)
    for word in fold(certificate_filter.words).split()[:8]:
        rows = rows.filter(search_text__contains=word)
    if certificate_filter.kind:
        rows = rows.filter(kind=certificate_filter.kind)
    if certificate_filter.unit:
        rows = rows.filter(unit__ref=certificate_filter.unit)
    if certificate_filter.device:
        rows = rows.filter(device=certificate_filter.device)
    if certificate_filter.state in STATES:
        rows = rows.filter(state_filter(certificate_filter.state, day))
    return rows.order_by("last_day", "certificate__ref")


def register_counts(*, by: Actor, day: date) -> RegisterCounts:
    """What is in force of each kind, and what asks for something to be done, of all that ``by`` may see."""
    rows, holds = lookup.seen_by(lookup.versions_on(day), by), in_force(day)
    values = rows.aggregate(
        **{kind: Count("pk", filter=holds & Q(kind=kind)) for kind in ("organisation", "personal", "sim", "service")},
        soon=Count("pk", filter=state_filter(SOON, day)),
        change=Count("pk", filter=state_filter(CHANGE, day)),
    )
    return RegisterCounts(**values)


def shown_state(version: Version, day: date) -> str:
    """The state in which a certificate is on ``day``, as the list shows it."""
    if version.state != ACTIVE:
        return version.state
    if version.last_day < day:
        return EXPIRED
    if version.must_change_since is not None and version.must_change_since <= day:
        return CHANGE
    return SOON if version.last_day <= day + timedelta(days=SOON_DAYS) else ACTIVE
