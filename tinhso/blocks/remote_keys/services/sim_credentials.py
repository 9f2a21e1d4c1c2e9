"""A person's SIM as a key for programs: registered once its phone has answered, and rung for each signature.

What a program shows to use a signature (SAD) is worked out from its access token, so that a program whose waiting was
broken off asks again, gets the same, and rings no second time.
"""

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as people
from tinhso.blocks.identity import services as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.contract import PhoneTrouble
from tinhso.blocks.remote_keys.models import Access, Authorisation, Credential, PhoneSignature
from tinhso.blocks.remote_keys.services import mss, phone_signatures
from tinhso.blocks.remote_keys.services.authorisations import (
    SignatureScope,
    insert_permission,
    must_be_in_bounds,
    must_be_usable,
)
from tinhso.blocks.remote_keys.services.credentials import disable_key, read_certificate
from tinhso.blocks.remote_keys.services.vault import derived_secret, secret_digest
from tinhso.blocks.signatures.contract import KEY_GUARDS, SignatureKind
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

REGISTRATIONS_AN_HOUR = 5  # of one person: each rings a phone that may be somebody else's
CURVE = "secp256r1"
# Who waits holds a thread: programs of all people together never hold more than half of those that serve pages.
_places = threading.BoundedSemaphore(max(1, settings.PAGE_THREADS // 2))


def register_sim(*, person: Person, phone: str, by: Actor, now: datetime) -> PhoneSignature:
    """Begin to make the SIM of ``phone`` a key of ``person``: it rings, and counts once it has signed there.

    Only the person may, since only who holds the phone can agree. What was begun before ends. Raises Refused: codes of
    :class:`PhoneTrouble`, ``bad_number``, ``bad_certificate``, ``bad_algorithm``, ``certificate_over``, ``sim_in_use``,
    ``too_often``, and what guards of keys say. Stands outside any transaction.
    """
    if by.ref != person.ref:
        raise Forbidden("not_yours", _("Mỗi người chỉ đăng ký SIM của chính mình."))
    number = phone_signatures.number_of(phone)
    words = _("Bạn đã đăng ký SIM quá nhiều lần trong giờ này. Hãy thử lại sau.")
    identity.at_most(what="remote_keys.sim", who=by.ref, most=REGISTRATIONS_AN_HOUR, words=words, now=now)
    mine, *chain = mss.subscriber_certificates(number, now)
    certificate = read_certificate(mine)
    for issuer in chain:
        read_certificate(issuer)
    _must_be_of_use(certificate, now)
    _must_be_theirs(mine, person)
    key = _insert_credential(person, number, certificate, chain, by, now)
    statement = f"tinhso: {key.ref} {person.ref} {now.isoformat()}"  # ours: nobody has a document of this hash signed
    display_text = _("đăng ký SIM này để ký từ chương trình, tài khoản %(name)s") % {"name": person.name}
    try:
        return phone_signatures.begin_on_phone(
            phone=number, digest=sha256(statement.encode()).digest(), shown=display_text, by=by, now=now, credential=key
        )
    except Refused as refusal:
        disable_key(ref=key.ref, why=refusal.code, by=by)
        raise


def _must_be_of_use(certificate: Any, now: datetime) -> None:
    public = certificate.public_key
    if public.algorithm != "rsa" and (public.algorithm != "ec" or public.curve[1] != CURVE):
        raise Refused("bad_algorithm", _("SIM này có loại khóa chưa dùng được: chỉ RSA và P-256."))
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise Refused("certificate_over", _("Chứng thư chưa có hoặc đã hết hiệu lực; hãy gia hạn rồi ký."))
    if _is_in_use(public.dump()):
        raise Refused("sim_in_use", _("SIM này đã là khóa cho chương trình rồi."))


def _is_in_use(public_key: bytes) -> bool:
    credentials = Credential.objects.filter(public_key=public_key, status=Credential.ENABLED)
    return credentials.exclude(phone="").exists()


def _must_be_theirs(certificate: bytes, person: Person) -> None:
    """Whoever knows certificates may say that this one is another's."""
    post = people.posts_of(person).first()
    if post is None:  # guards name the body that somebody signs for
        return
    for guard in KEY_GUARDS:
        guard(certificate, person.ref, post.unit.ref, SignatureKind.PERSON)


@transaction.atomic
def _insert_credential(
    person: Person, number: str, certificate: Any, chain: list[bytes], by: Actor, now: datetime
) -> Credential:
    for earlier in queries.credentials_of(person).filter(status=Credential.WAITING).exclude(phone=""):
        disable_key(ref=earlier.ref, why="registered again", by=by)
    public = certificate.public_key
    row = Credential.objects.create(
        ref=refs.new_ref("KX"),
        person=person,
        phone=number,
        algorithm=public.algorithm,
        bits=public.bit_size,
        public_key=public.dump(),
        certificate=certificate.dump(),
        codes=[],
        multisign=1,
        created_at=now,
        chain=[base64.b64encode(issuer).decode() for issuer in chain],
    )
    after = {"person": person.ref, "phone": queries.masked_number(number), "serial": f"{certificate.serial_number:X}"}
    audit.record(by=by, did="began to register SIM", to=row, after=after)
    return row


def confirm_sim(*, person: Person, ref: str, by: Actor, now: datetime) -> Credential:
    """The key as it is once its phone was asked what became of its registration: still waiting, or enabled.

    Raises Refused with a code of :class:`PhoneTrouble` when the phone did not agree, ``sim_in_use`` when it is a key by
    now; the key is disabled then. Stands outside any transaction.
    """
    key = queries.credential_of(person, ref)
    ring = queries.last_ring(key)
    if key.status != Credential.WAITING or ring is None or not key.phone:
        return key
    ring = phone_signatures.poll_phone(ref=ring.ref, certificate=bytes(key.certificate), by=by, now=now)
    if ring.state == "waiting":
        return key
    try:
        if ring.state != "signed":
            raise Refused(ring.state, mss.words_of(ring.state))
        return _enable_credential(key, by)
    except Refused as refusal:
        disable_key(ref=key.ref, why=refusal.code, by=by)
        raise


def _enable_credential(key: Credential, by: Actor) -> Credential:
    try:
        with transaction.atomic():
            locked = Credential.objects.select_for_update(of=("self",)).get(pk=key.pk)
            if locked.status == Credential.WAITING:
                locked.status = Credential.ENABLED
                locked.save(update_fields=["status"])
                audit.record(
                    by=by, did="registered SIM", to=locked, after={"phone": queries.masked_number(locked.phone)}
                )
            return locked
    except IntegrityError as problem:
        raise Refused("sim_in_use", _("SIM này đã là khóa cho chương trình rồi.")) from problem


@dataclass(frozen=True)
class SigningProgram:
    """A program that asks for a signature: its access with the token that it showed, and what it says is signed."""

    access: Access
    token: str = field(repr=False)
    words: str = ""

    def sad_of(self, ring: PhoneSignature) -> str:
        """What activates the signature of a phone: nobody without the token works it out."""
        return derived_secret(self.token, f"SAD {ring.ref}")


def authorise_on_phone(
    *, one: Credential, wanted: SignatureScope, caller: SigningProgram, by: Actor, now: datetime
) -> tuple[Authorisation, str]:
    """A permission that the person gives on the phone, which signs there and then; with what activates it (SAD).

    Waits for the phone as long as the province lets it ring. Asked again with the same token for the same hash it waits
    for the same answer, or gives the same permission until it is used. Raises Refused: what
    :func:`must_be_usable` and :func:`must_be_in_bounds` say, ``bad_hash``, ``too_often``, ``phone_busy``, ``busy``, and
    codes of :class:`PhoneTrouble` after ``phone_``. Stands outside any transaction.
    """
    must_be_usable(one, now)
    must_be_in_bounds(one, wanted)
    if wanted.algorithm != "sha256":
        raise Refused("bad_hash", _("SIM chỉ ký mã băm SHA-256."))
    (hashed,) = wanted.hashes
    with _a_place(), _in_words_of_a_phone():
        rings = PhoneSignature.objects.filter(credential=one, access=caller.access, sha256=hashed)
        ring = rings.order_by("-pk").first()
        if ring is not None and (ready := _earlier_permission(ring, caller, now)) is not None:
            return ready
        if ring is None or ring.state != "waiting" or ring.expires_at < now:
            name = caller.access.application.name if caller.access.application else _("chương trình của bạn")
            ring = phone_signatures.begin_on_phone(
                phone=one.phone,
                digest=bytes.fromhex(hashed),
                shown=f"{name}: {caller.words}",
                by=by,
                now=now,
                credential=one,
                access=caller.access,
            )
        return _wait_for_phone(ring, one, wanted, caller, by)


@contextmanager
def _a_place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise Refused("busy", _("Đang có nhiều chương trình chờ điện thoại trả lời. Hãy thử lại sau ít phút."))
    try:
        yield
    finally:
        _places.release()


@contextmanager
def _in_words_of_a_phone() -> Iterator[None]:
    """Tell what a phone refuses apart from what a token does: its ``wrong_pin`` is no PIN that was sent here."""
    try:
        yield
    except Refused as refusal:
        if refusal.code in [*PhoneTrouble]:
            raise Refused(f"phone_{refusal.code}", refusal.message) from refusal
        raise


def _wait_for_phone(
    ring: PhoneSignature, credential: Credential, signature_scope: SignatureScope, caller: SigningProgram, by: Actor
) -> tuple[Authorisation, str]:
    """Look again and again, each time for a moment: no transaction is open in between."""
    while True:
        ring.refresh_from_db()
        now = clock.now()
        if ring.state != "waiting":
            return _of_another_wait(ring, caller, now)
        try:
            signature = phone_signatures.signed_on_phone(ring, bytes(credential.certificate), now)
        except Refused as refusal:
            phone_signatures.end_on_phone(ring, refusal.code, b"", by, now)
            raise
        if signature:
            return _seal_signature(ring, signature, credential, signature_scope, caller, by, now)
        time.sleep(phone_signatures.POLL_SECONDS)


def _seal_signature(
    ring: PhoneSignature,
    signature: bytes,
    credential: Credential,
    signature_scope: SignatureScope,
    caller: SigningProgram,
    by: Actor,
    now: datetime,
) -> tuple[Authorisation, str]:
    """The signature as only the SAD opens it, once; of two who wait for it the other finds it sealed."""
    try:
        must_be_usable(queries.credential_by_ref(credential.ref), now)  # it may have been disabled while the phone rang
    except Refused as refusal:
        phone_signatures.end_on_phone(ring, refusal.code, b"", by, now)
        raise
    with transaction.atomic():
        locked = PhoneSignature.objects.select_for_update(of=("self",)).get(pk=ring.pk)
        if locked.state == "waiting":
            phone_signatures.end_on_phone(locked, "sealed", b"", by, now)
            return insert_permission(
                one=credential,
                wanted=signature_scope,
                secret=base64.b64encode(signature).decode(),
                by=by,
                now=now,
                application=caller.access.application,
                sad=caller.sad_of(ring),
            )
    return _of_another_wait(locked, caller, now)


def _of_another_wait(ring: PhoneSignature, caller: SigningProgram, now: datetime) -> tuple[Authorisation, str]:
    """What came of a ring that somebody else waited for, too."""
    ready = _earlier_permission(ring, caller, now)
    if ready is not None:
        return ready
    if ring.state == "sealed":
        raise Refused("invalid_sad", _("Mã cho phép ký không dùng được."))
    raise Refused(ring.state, mss.words_of(ring.state))


def _earlier_permission(
    ring: PhoneSignature, caller: SigningProgram, now: datetime
) -> tuple[Authorisation, str] | None:
    """The permission that a phone gave this token before, while it can be used."""
    if ring.state != "sealed":
        return None
    sad = caller.sad_of(ring)
    row = Authorisation.objects.filter(digest=secret_digest(sad), left__gt=0, expires_at__gt=now).first()
    return (row, sad) if row is not None else None
