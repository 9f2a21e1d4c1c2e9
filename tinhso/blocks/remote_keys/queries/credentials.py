"""Keys that sign from afar, and whose they are."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity.models import Person
from tinhso.blocks.remote_keys.models import Application, Credential, PhoneSignature
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


def credentials_of(person: Person) -> QuerySet[Credential]:
    """Every key that ``person`` keeps, the oldest first; those without a certificate and disabled ones, too."""
    return Credential.objects.filter(person=person).order_by("pk")


@dataclass(frozen=True)
class KeyLine:
    """A key as its person reads of it: ``state`` is its status, or ``expired``; ``phone`` is masked, ``code`` stands on
    both screens while the phone is asked whether it may be registered."""

    key: Credential
    state: str
    until: datetime | None
    phone: str
    code: str = ""


def key_lines(person: Person, now: datetime) -> list[KeyLine]:
    """Every key of ``person`` for their own page, the newest first."""
    rows = credentials_of(person).select_related("person", "unit").order_by("-pk")
    return [_key_line(key, now) for key in rows]


def _key_line(key: Credential, now: datetime) -> KeyLine:
    until = x509.Certificate.load(bytes(key.certificate)).not_valid_after if key.certificate else None
    is_over = key.status == Credential.ENABLED and certificate_status(key, now) == "expired"
    ring = last_ring(key) if key.phone and key.status == Credential.WAITING else None
    code = ring.code if ring is not None and ring.state == "waiting" else ""
    return KeyLine(key, "expired" if is_over else key.status, until, masked_number(key.phone), code)


def credential_of(person: Person, ref: str) -> Credential:
    """A key of ``person``; whoever else's is as unknown as one that is not there."""
    credential = Credential.objects.filter(person=person, ref=ref).select_related("person", "unit").first()
    if credential is None:
        raise Refused("unknown_credential", _("Không tìm thấy khóa ký này."))
    return credential


def credential_by_ref(ref: str) -> Credential:
    """A key, for the operator."""
    credential = Credential.objects.filter(ref=ref).select_related("person", "unit").first()
    if credential is None:
        raise Refused("unknown_credential", _("Không tìm thấy khóa ký này."))
    return credential


def usable_credentials(person: str, unit: str, now: datetime) -> list[Credential]:
    """Keys in the token with which somebody (by reference) can sign now, the newest first: their own, or the seal of
    ``unit``."""
    credentials = Credential.objects.filter(person__ref=person, status=Credential.ENABLED, phone="")
    credentials = credentials.select_related("person", "unit")
    mine = credentials.filter(unit__ref=unit) if unit else credentials.filter(unit=None)
    return [credential for credential in mine.order_by("-pk") if certificate_status(credential, now) == "valid"]


def keys_with_mail(person: Person, now: datetime) -> list[Credential]:
    """The keys of ``person`` that can sign now and take one-time codes by mail."""
    credentials = credentials_of(person).filter(status=Credential.ENABLED, codes__contains=[Credential.MAIL])
    return [
        credential
        for credential in credentials.select_related("person", "unit")
        if certificate_status(credential, now) == "valid"
    ]


def masked_mailbox(address: str) -> str:
    """An address that its owner knows again and nobody else learns: ``l…@vi-du.vn``."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""


def phone_signature(ref: str, *, by: Actor) -> PhoneSignature | None:
    """What ``by`` asked of a phone."""
    return PhoneSignature.objects.filter(ref=ref, asked_by=by.ref).first()


def masked_number(phone: str) -> str:
    """A phone number as it may be shown and kept: ``8490***001``; empty where there is none."""
    return f"{phone[:4]}***{phone[-3:]}" if phone else ""


def last_ring(key: Credential) -> PhoneSignature | None:
    """What the phone of a key in a SIM was asked last."""
    return PhoneSignature.objects.filter(credential=key).order_by("-pk").first()


def rings_of(person: Person, now: datetime) -> QuerySet[PhoneSignature]:
    """What programs ask of the phones of ``person`` at this moment."""
    rings = PhoneSignature.objects.filter(credential__person=person, state="waiting", expires_at__gt=now)
    return rings.exclude(access=None).select_related("credential", "access__application").order_by("pk")


def application_by_ref(ref: str) -> Application | None:
    """A program that may ask people to let it sign."""
    return Application.objects.filter(ref=ref, is_active=True).first()


def certificate_status(credential: Credential, now: datetime) -> str:
    """``valid`` or ``expired``, as the dates of its certificate say; empty while there is none."""
    if not credential.certificate:
        return ""
    certificate = x509.Certificate.load(bytes(credential.certificate))
    return "valid" if certificate.not_valid_before <= now <= certificate.not_valid_after else "expired"


def may_not_enter(person: Person) -> bool:
    """Whether somebody must first change a password or set up a second factor, on our own pages."""
    return people.must_change_password(person) or people.must_set_up(person, people.standing_on(person, clock.today()))
