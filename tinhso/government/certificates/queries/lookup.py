"""Finding certificates: as of a day, as known at a moment, for whoever may see them."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.government.certificates.models import Certificate, Version
from tinhso.government.certificates.rights import (
    SEE_CERTIFICATES,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def versions_on(day: date | None = None, *, known_at: datetime | None = None) -> QuerySet[Version]:
    """What the register says of every certificate on ``day`` (today), as known at ``known_at`` (now)."""
    condition = Q(known__upper_inf=True) if known_at is None else Q(known__contains=known_at)
    versions = Version.objects.filter(condition, valid__contains=day or clock.today())
    return versions.select_related("certificate", "unit", "unit__parent")


def seen_by(versions: QuerySet[Version], by: Actor) -> QuerySet[Version]:
    """Those of ``found`` at units where ``by`` may see certificates."""
    return versions if SEE_CERTIFICATES in by.everywhere else versions.filter(unit__in=by.places(SEE_CERTIFICATES))


def visible_version(ref: str, *, by: Actor, day: date | None = None, known_at: datetime | None = None) -> Version:
    """What is said of one certificate; somebody else's is as unknown as one that does not exist."""
    version = seen_by(versions_on(day, known_at=known_at), by).filter(certificate__ref=ref).first()
    if version is None and day is None and known_at is None:  # one that the register knows of another day only
        newest = Version.objects.filter(known__upper_inf=True, certificate__ref=ref).select_related(
            "certificate", "unit"
        )
        version = seen_by(newest, by).order_by("-valid").first()
    if version is None:
        raise unknown_certificate(ref)
    return version


def unknown_certificate(ref: str) -> Refused:
    """That nothing goes by this name, or nothing that the asker may know of."""
    return Refused("unknown_certificate", _("Không có chứng thư nào có mã “%(ref)s”."), ref=ref)


def locked_certificate(ref: str) -> Certificate:
    """A certificate that nobody else changes meanwhile."""
    certificate = Certificate.objects.select_for_update().filter(ref=ref).first()
    if certificate is None:
        raise unknown_certificate(ref)
    return certificate


def versions_of(certificate: Certificate) -> QuerySet[Version]:
    """Everything that was ever said of a certificate, the newest word first."""
    versions = Version.objects.filter(certificate=certificate).select_related("unit")
    return versions.order_by("-known__startswith", "-valid")
