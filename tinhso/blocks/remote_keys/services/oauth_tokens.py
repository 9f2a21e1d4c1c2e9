"""What programs show for a person: tokens of which only digests are kept, told once, ended one by one or together."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity.models import Person
from tinhso.blocks.outbox.rights import OPERATE_SYSTEM
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Access, Application
from tinhso.blocks.remote_keys.services.vault import secret_digest
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class IssuedTokens:
    """An access token and, where asked for, a refresh token; ``seconds`` that the first one lasts."""

    access: str
    refresh: str
    seconds: int


@transaction.atomic
def register_application(*, name: str, addresses: list[str], secret: bool, by: Actor, now: datetime) -> tuple[str, str]:
    """A program that may ask people to let it sign: its name for programs, and its secret (told once; may be empty).

    ``addresses`` are where people are sent back to: https, or loopback.
    """
    by.must_be_able_to(OPERATE_SYSTEM)
    for address in addresses:
        where = urlsplit(address)
        if where.fragment or not (where.scheme == "https" or where.hostname in LOOPBACK) or not where.hostname:
            raise Refused("bad_address", _("Địa chỉ trở về phải là https: %(address)s."), address=address)
    if not addresses or not name.strip():
        raise Refused("no_address", _("Cần tên chương trình và ít nhất một địa chỉ trở về."))
    new_secret = secrets.token_urlsafe(32) if secret else ""
    row = Application.objects.create(
        ref=refs.new_ref("CT"),
        name=name.strip(),
        secret=secret_digest(new_secret) if new_secret else "",
        addresses=addresses,
        created_at=now,
    )
    audit.record(by=by, did="registered signing program", to=row, after={"name": row.name, "addresses": addresses})
    return row.ref, new_secret


@transaction.atomic
def let_in(
    *, person: Person, application: Application | None, family: str, refresh: bool, by: Actor, now: datetime
) -> IssuedTokens:
    """Tokens of scope ``service``: they list keys and ask for permissions, and sign nothing by themselves."""
    rules, family = queries.rules().remote, family or refs.new_ref("TC")
    issued_tokens = IssuedTokens(
        secrets.token_urlsafe(32), secrets.token_urlsafe(32) if refresh else "", rules.access_seconds
    )
    lasts = {
        Access.ACCESS: timedelta(seconds=issued_tokens.seconds),
        Access.REFRESH: timedelta(days=rules.refresh_days),
    }
    for kind, secret in ((Access.ACCESS, issued_tokens.access), (Access.REFRESH, issued_tokens.refresh)):
        if secret:
            Access.objects.create(
                digest=secret_digest(secret),
                kind=kind,
                family=family,
                application=application,
                person=person,
                created_at=now,
                expires_at=now + lasts[kind],
            )
    after = {"application": application.ref if application else "-", "refresh": refresh}
    audit.record(by=by, did="let program in", to=("remote_keys.Access", family), after=after)
    return issued_tokens


def access_of_token(token: str, *, now: datetime) -> Access:
    """Whose access token this is; refuses one that is unknown, ended or expired, and people who are closed."""
    accesses = Access.objects.filter(digest=secret_digest(token), kind=Access.ACCESS).select_related(
        "person", "application"
    )
    access = accesses.first()
    if access is None or not access.person.is_active:
        raise Refused("invalid_token", _("Mã truy cập không dùng được."))
    if access.ended_at or access.expires_at <= now or (access.application and not access.application.is_active):
        raise Refused("expired_token", _("Mã truy cập đã hết hạn hoặc bị thu hồi."))
    return access


def taken_once(secret: str, kind: str, application: Application | None, *, now: datetime) -> Access | None:
    """A code or refresh token, ended by this very statement: of two who show it, one gets it.

    One that is shown again may have been stolen: all that came of the same grant ends.
    """
    accesses = Access.objects.filter(digest=secret_digest(secret), kind=kind, application=application)
    if accesses.filter(ended_at=None, expires_at__gt=now).update(ended_at=now):
        return accesses.select_related("person", "application", "credential").get()
    again = accesses.filter(ended_at__isnull=False).first()
    if again is not None:
        Access.objects.filter(family=again.family, ended_at=None).update(ended_at=now)
    return None


@transaction.atomic
def end_token(*, token: str, mine: Access | None, application: Application | None, now: datetime) -> None:
    """End a token of the same person (who shows ``mine``) or program; a refresh token with all that came of it."""
    accesses = Access.objects.filter(digest=secret_digest(token), kind__in=[Access.ACCESS, Access.REFRESH])
    accesses = accesses.filter(person=mine.person) if mine is not None else accesses.filter(application=application)
    access = accesses.first()
    if access is None:
        return
    token_filter = {"family": access.family} if access.kind == Access.REFRESH else {"pk": access.pk}
    Access.objects.filter(ended_at=None, **token_filter).update(ended_at=now)
