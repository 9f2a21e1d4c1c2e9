"""What programs log in with."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity.models import Person, Token
from tinhso.blocks.identity.queries import token_digest
from tinhso.blocks.identity.rights import MANAGE_PEOPLE
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.rights import rights_never_of_programs

LONGEST = timedelta(days=366)


@transaction.atomic
def make_token(
    *, person: Person, name: str, rights: Collection[str], expires_at: datetime, by: Actor, now: datetime
) -> tuple[Token, str]:
    """A token with some of one's own rights, and its secret, which is shown once and never kept.

    Refuses rights that one does not hold or no program may carry, a past date, and more than a year.
    """
    if by.ref != person.ref or by.kind != "person":
        raise Forbidden("not_yours", _("Mỗi người chỉ tạo mã truy cập cho mình."))
    name = " ".join(name.split())
    if not name or not rights:
        raise Refused("token_empty", _("Cần đặt tên chương trình và chọn ít nhất một quyền."))
    if missing := [right for right in rights if not by.can(right)]:
        raise Forbidden("no_right", _("Bạn không có quyền này để giao cho chương trình: %(right)s."), right=missing[0])
    if rights_never_of_programs().intersection(rights):
        text = _("Chương trình không được quản lý người dùng, xem nhật ký hay vận hành hệ thống. Hãy bỏ chọn quyền ấy.")
        raise Refused("never_of_programs", text)
    if not now < expires_at <= now + LONGEST:
        raise Refused("token_time", _("Ngày hết hạn phải ở trong vòng một năm tới."))
    secret = f"tinhso_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        person=person,
        name=name,
        digest=token_digest(secret),
        rights=sorted(rights),
        created_at=now,
        expires_at=expires_at,
    )
    audit.record(by=by, did="made token", to=token, after={"name": name, "rights": token.rights, "expires": expires_at})
    return token, secret


@transaction.atomic
def revoke_token(*, ref: str, by: Actor, now: datetime) -> Token:
    """Make a token useless from now on; for its owner or who manages people."""
    token = Token.objects.select_for_update(of=("self",)).select_related("person").filter(ref=ref).first()
    if token is None:
        raise Refused("no_such_token", _("Không tìm thấy mã truy cập này."))
    if token.person.ref != by.ref and not by.can(MANAGE_PEOPLE):
        raise Forbidden("not_yours", _("Đây không phải mã truy cập của bạn."))
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        audit.record(by=by, did="revoked token", to=token)
    return token


def end_all_tokens(*, person: Person, by: Actor, why: str, now: datetime) -> None:
    """Make every token of ``person`` useless, as when whoever knew the password may have made them."""
    for token in Token.objects.select_for_update().filter(person=person, revoked_at=None, expires_at__gt=now):
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        audit.record(by=by, did="revoked token", to=token, after={"why": why})


def token_used(*, ref: str, now: datetime) -> None:
    """Note when a token was last used, at most once in ten minutes."""
    stale = Token.objects.filter(ref=ref).exclude(used_at__gt=now - timedelta(minutes=10))
    stale.update(used_at=now)
