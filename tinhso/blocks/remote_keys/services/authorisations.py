"""Letting keys sign from afar: exactly so often, over exactly these hashes, for minutes.

Keys in the token are let by PIN and one-time code, as here; keys in SIMs on the phone, see :mod:`.sims`.
"""

import base64
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity import services as identity
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.models import Application, Authorisation, Credential
from tinhso.blocks.remote_keys.services.one_time_codes import use_code
from tinhso.blocks.remote_keys.services.vault import keeper, sealed_text, secret_digest, unsealed_text
from tinhso.kernel import refs
from tinhso.kernel.actor import NOBODY, Actor
from tinhso.kernel.errors import Refused

LENGTHS = {"sha256": 32, "sha384": 48, "sha512": 64}
TRIES_TO_SPEND = 5


@dataclass(frozen=True)
class SignatureScope:
    """What is to be signed: ``count`` signatures in all, over ``hashes`` (hex; ``extend`` adds the others)."""

    count: int
    hashes: tuple[str, ...]
    algorithm: str = "sha256"


def must_be_usable(credential: Credential, now: datetime) -> None:
    """Refuse a key that is disabled, has no certificate, or whose certificate is over."""
    if credential.status != Credential.ENABLED or not people.may_act(credential.person):
        raise Refused("disabled_credential", _("Khóa ký này chưa dùng được hoặc đã bị khóa."))
    if queries.certificate_status(credential, now) != "valid":
        raise Refused("certificate_over", _("Chứng thư chưa có hoặc đã hết hiệu lực; hãy gia hạn rồi ký."))


def must_take_pin(credential: Credential) -> None:
    """Refuse a key in a SIM where one in the token is meant: a SIM signs one hash, once its person says so there."""
    if credential.phone:
        raise Refused("key_in_sim", _("Khóa này nằm trong SIM: mỗi lần ký một mã băm, đồng ý trên điện thoại."))


def most_signatures(credential: Credential) -> int:
    """How many signatures one permission of a key may have."""
    return min(credential.multisign, queries.rules().remote.most_signatures)


def must_be_in_bounds(credential: Credential, signature_scope: SignatureScope) -> None:
    """Refuse too few or too many signatures, and hashes that are none."""
    if signature_scope.count < 1 or len(signature_scope.hashes) > signature_scope.count:
        raise Refused("bad_count", _("Số chữ ký không khớp với số mã băm."))
    if signature_scope.count > most_signatures(credential):
        raise Refused("count_too_high", _("Xin phép ký quá nhiều văn bản một lần."))
    if not signature_scope.hashes:
        raise Refused("no_hash", _("Chưa có mã băm nào để ký."))
    if any(len(hash) != 2 * LENGTHS[signature_scope.algorithm] for hash in signature_scope.hashes):
        raise Refused("bad_hash", _("Mã băm sai độ dài."))


def require_pin_and_code(*, one: Credential, pin: str, otp: str, by: Actor, now: datetime) -> None:
    """Refuse unless this is the PIN of the key and an unused one-time code of who keeps it.

    Wrong ones count against the key, whoever sends them and from wherever; after a few of an hour nothing is tried.
    """

    def opening() -> None:
        if not (_of_app(one, otp, now) or (Credential.MAIL in one.codes and use_code(one=one, code=otp, now=now))):
            raise Refused("wrong_otp", _("Mã một lần không đúng hoặc đã dùng; hãy chờ mã mới."))
        keeper.ask(do="check", token=one.ref, pin=pin)

    counted = replace(NOBODY, name=by.name, address=one.ref)
    identity.try_secret(
        what="remote_keys.remote", most=queries.rules().remote.tries, by=counted, now=now, opening=opening
    )


def _of_app(credential: Credential, otp: str, now: datetime) -> bool:
    """Whether this is a code of the app that was used with none of the person's keys; it is from now on."""
    step = people.one_time_step(credential.person, otp, now=now) if Credential.APP in credential.codes else None
    if step is None:
        return False
    mine = Credential.objects.filter(person=credential.person, otp_step__lt=step)
    return mine.filter(pk=credential.pk).exists() and bool(mine.update(otp_step=step))


def authorise_by_pin(
    *,
    one: Credential,
    wanted: SignatureScope,
    pin: str,
    otp: str,
    application: Application | None,
    by: Actor,
    now: datetime,
) -> tuple[Authorisation, str]:
    """A permission to sign, and what activates it (SAD): told once, kept as a digest, good for some minutes.

    Refusals: see :func:`must_take_pin`, :func:`must_be_usable`, :func:`must_be_in_bounds` and :func:`prove`. Stands
    outside any transaction.
    """
    must_take_pin(one)
    must_be_usable(one, now)
    must_be_in_bounds(one, wanted)
    require_pin_and_code(one=one, pin=pin, otp=otp, by=by, now=now)
    return insert_permission(one=one, wanted=wanted, secret=pin, application=application, by=by, now=now)


@transaction.atomic
def insert_permission(
    *,
    one: Credential,
    wanted: SignatureScope,
    secret: str,
    application: Application | None,
    by: Actor,
    now: datetime,
    sad: str = "",
) -> tuple[Authorisation, str]:
    """Write down a permission that its person has given: by PIN and code, which were proven before, or on the phone.

    ``secret`` is the PIN, or what the SIM has signed (Base64); only the SAD opens it.
    """
    sad = sad or secrets.token_urlsafe(32)
    row = Authorisation.objects.create(
        ref=refs.new_ref("CP"),
        digest=secret_digest(sad),
        credential=one,
        application=application,
        asked=wanted.count,
        left=wanted.count,
        hashes=list(wanted.hashes),
        algorithm=wanted.algorithm,
        sealed=sealed_text(secret, sad),
        created_at=now,
        expires_at=now + timedelta(seconds=queries.rules().remote.sad_seconds),
    )
    values = {"credential": one.ref, "signatures": wanted.count, "hashes": list(wanted.hashes)}
    program = {"application": application.ref} if application else {}
    audit.record(by=by, did="let sign", to=row, after=values | program)
    return row, sad


def permission_of_sad(sad: str, credential: Credential, now: datetime) -> Authorisation:
    """What a SAD activates; refuses an unknown, spent or expired one, and one of another key."""
    authorisation = Authorisation.objects.filter(digest=secret_digest(sad), credential=credential).first()
    if authorisation is None or not authorisation.left:
        raise Refused("invalid_sad", _("Mã cho phép ký không dùng được."))
    if authorisation.expires_at <= now:
        raise Refused("expired_sad", _("Mã cho phép ký đã hết hạn; hãy xin phép lại."))
    return authorisation


def extend_permission(
    *, sad: str, one: Credential, hashes: Sequence[str], algorithm: str, by: Actor, now: datetime
) -> tuple[Authorisation, str]:
    """A new SAD, over other hashes, for the signatures that remain; the one before activates nothing any more."""
    must_take_pin(one)
    must_be_usable(one, now)
    authorisation = permission_of_sad(sad, one, now)
    signature_scope = SignatureScope(authorisation.left, tuple(hashes), algorithm)
    must_be_in_bounds(one, signature_scope)
    pin = unsealed_text(bytes(authorisation.sealed), sad)
    with transaction.atomic():
        if not _unchanged_row(authorisation, now).update(left=0, hashes=[], sealed=b""):
            raise Refused("invalid_sad", _("Mã cho phép ký không dùng được."))
        return insert_permission(
            one=one, wanted=signature_scope, secret=pin, application=authorisation.application, by=by, now=now
        )


def _unchanged_row(authorisation: Authorisation, now: datetime) -> QuerySet[Authorisation]:
    """The row, while it is as it was read: of two who take from it at once, one finds nothing.

    Nothing is joined: what a database reads beside the row that it waited for is as old as the statement.
    """
    usable = Exists(Credential.objects.filter(pk=authorisation.credential_id, status=Credential.ENABLED))
    as_read = {"left": authorisation.left, "hashes": authorisation.hashes, "expires_at__gt": now}
    return Authorisation.objects.filter(usable, pk=authorisation.pk, **as_read)


def sign_hashes(
    *, sad: str, one: Credential, hashes: Sequence[str], algorithm: str, by: Actor, now: datetime
) -> list[bytes]:
    """Signatures over hashes (hex), in their order: RSA PKCS #1 v1.5, or ECDSA as DER.

    What was spent is written down before the key signs, so that no signature exists that nobody can find; a token that
    fails afterwards costs the permission. A SIM has signed already; the signature is given out once. Refuses hashes and
    numbers that were not let, and what :func:`permission` refuses. Stands outside any transaction.
    """
    must_be_usable(one, now)
    if not hashes:
        raise Refused("no_hash", _("Chưa có mã băm nào để ký."))
    if any(len(hashed) != 2 * LENGTHS[algorithm] for hashed in hashes):
        raise Refused("bad_hash", _("Mã băm sai độ dài."))
    secret = spend_permission(sad, one, hashes, algorithm, by, now)
    if one.phone:
        return [base64.b64decode(secret)]
    encoded_hashes = [base64.b64encode(bytes.fromhex(hashed)).decode() for hashed in hashes]
    values = keeper.ask(do="sign", token=one.ref, pin=secret, digest=algorithm, hashes=encoded_hashes)
    return [base64.b64decode(signature) for signature in values["signatures"]]


def spend_permission(
    sad: str, credential: Credential, hashes: Sequence[str], algorithm: str, by: Actor, now: datetime
) -> str:
    """Take hashes out of a permission, for good, and give what it was sealed with."""
    for _try in range(TRIES_TO_SPEND):
        authorisation = permission_of_sad(sad, credential, now)
        if authorisation.algorithm != algorithm or Counter(hashes) - Counter(authorisation.hashes):
            raise Refused("hash_not_allowed", _("Mã băm này không nằm trong những gì đã được phép ký."))
        remaining = list((Counter(authorisation.hashes) - Counter(hashes)).elements())
        left = authorisation.left - len(hashes)
        secret = unsealed_text(bytes(authorisation.sealed), sad)
        with transaction.atomic():
            contents_by_key = {} if left else {"sealed": b""}
            if _unchanged_row(authorisation, now).update(left=left, hashes=remaining, **contents_by_key):
                after = {"credential": credential.ref, "hashes": list(hashes), "algorithm": algorithm, "left": left}
                audit.record(by=by, did="signed remotely", to=authorisation, after=after)
                return secret
    raise Refused("invalid_sad", _("Mã cho phép ký không dùng được."))
