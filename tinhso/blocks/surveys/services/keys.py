"""Keys of ODK Collect: made by whoever fills in, shown once, good for sending that person's forms and nothing else."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity import services as turns
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.blocks.surveys import queries
from tinhso.blocks.surveys.models import AppKey
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.refs import new_ref

LASTS = timedelta(days=366)
MOST_KEYS = 10
WRONG_AN_HOUR = 30  # as for other keys: ADR 0054
NOTED_EVERY = timedelta(minutes=10)


@transaction.atomic
def make_key(*, name: str, by: Actor, now: datetime) -> tuple[AppKey, str]:
    """A key for one device of ``by``, and its secret, which is shown once and never kept.

    Refuses who may fill nothing in, a name that says nothing, and more than ten keys that still open.
    """
    if by.kind != "person" or not queries.fillable_surveys(by):
        raise Forbidden("may_not_fill", _("Bạn không thuộc những người điền phiếu nào."))
    name = " ".join(name.split())[:120]
    if not name:
        raise Refused("no_name", _("Hãy đặt tên cho thiết bị, ví dụ “Điện thoại của tổ”."))
    if queries.keys_of(by.ref).filter(revoked_at=None, expires_at__gt=now).count() >= MOST_KEYS:
        raise Refused("too_many_keys", _("Mỗi người có nhiều nhất %(most)s khóa. Hãy thu hồi khóa cũ."), most=MOST_KEYS)
    secret = secrets.token_urlsafe(32)
    key = AppKey.objects.create(
        ref=new_ref("KH"),
        person=identity.person_by_ref(by.ref),
        name=name,
        digest=queries.key_digest(secret),
        created_at=now,
        expires_at=now + LASTS,
    )
    audit.record(by=by, did="made app key", to=key, after={"name": name, "expires": key.expires_at})
    return key, secret


@transaction.atomic
def revoke_key(*, ref: str, by: Actor, now: datetime) -> AppKey:
    """Make a key useless from now on; for its owner or who manages people."""
    key = AppKey.objects.select_for_update(of=("self",)).select_related("person").filter(ref=ref).first()
    if key is None or (key.person.ref != by.ref and not by.can(MANAGE_PEOPLE)):
        raise Refused("no_such_key", _("Không tìm thấy khóa này."))
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        audit.record(by=by, did="revoked app key", to=key)
    return key


def actor_by_key(*, secret: str, username: str | None, by: Actor, now: datetime) -> Actor:
    """Who sends with this key. ``username`` must be the owner's, where one is told.

    Wrong keys are counted by address; after so many of an hour none opens. Stands outside any transaction.
    """

    def opening() -> Actor:
        key = AppKey.objects.filter(digest=queries.key_digest(secret)).select_related("person").first()
        if key is None or key.revoked_at or key.expires_at <= now or not identity.may_act(key.person):
            raise Forbidden("wrong_key", _("Khóa ứng dụng sai, đã hết hạn hoặc đã thu hồi."))
        if username is not None and identity.log_in_name(username) != identity.log_in_name(key.person.username):
            raise Forbidden("wrong_key", _("Khóa ứng dụng sai, đã hết hạn hoặc đã thu hồi."))
        if key.used_at is None or key.used_at < now - NOTED_EVERY:
            AppKey.objects.filter(pk=key.pk).update(used_at=now)
        return identity.actor_for(key.person, address=by.address, session=key.ref)

    return _count_attempt(opening, by, now)


def program_opened(*, secret: str, by: Actor, now: datetime) -> Actor:
    """The program behind an access token of identity's; wrong ones count alike."""

    def opening() -> Actor:
        actor = identity.actor_of_token(secret, address=by.address, now=now)
        if not actor.is_someone:
            raise Forbidden("wrong_key", _("Khóa ứng dụng sai, đã hết hạn hoặc đã thu hồi."))
        return actor

    return _count_attempt(opening, by, now)


def _count_attempt(opening: Callable[[], Actor], by: Actor, now: datetime) -> Actor:
    stranger = Actor(ref="", name=NOBODY.name, kind="nobody", address=by.address)
    return turns.try_secret(what="surveys.key", most=WRONG_AN_HOUR, by=stranger, now=now, opening=opening)
