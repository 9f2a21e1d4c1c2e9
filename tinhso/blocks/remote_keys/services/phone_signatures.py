"""Signing on a phone: somebody compares a code on two screens and types a PIN on the handset (SIM PKI)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import services as identity
from tinhso.blocks.remote_keys import queries
from tinhso.blocks.remote_keys.contract import PhoneTrouble, RingingPhone
from tinhso.blocks.remote_keys.models import Access, Credential, PhoneSignature
from tinhso.blocks.remote_keys.services import mss
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

POLL_SECONDS = 2.0
MOST_AN_HOUR = 30  # requests that one person may send to phones


def verification_code(digest: bytes) -> str:
    """Four digits that both screens work out from what is signed: another document has another code."""
    return f"{int.from_bytes(sha256(digest).digest()[-2:], 'big') % 10_000:04}"


def number_of(phone: str) -> str:
    """A phone number as operators name it (84…); refuses what is none."""
    digits = "".join(character for character in phone if character.isdigit())
    digits = "84" + digits[1:] if digits.startswith("0") else digits
    if not digits.startswith("84") or not 11 <= len(digits) <= 12:
        raise Refused("bad_number", _("Số điện thoại không đúng. Hãy ghi đủ 10 chữ số, ví dụ 0912 345 678."))
    return digits


@dataclass(frozen=True)
class SimKey:
    """A key in somebody's SIM. ``sign`` waits for the handset; ``told`` hears the code to show as soon as it rings.

    It touches no database, since libraries call it within loops of their own.
    """

    phone: str = field(repr=False)
    shown: str
    certificate: bytes
    chain: Sequence[bytes]
    told: Callable[[RingingPhone], None] | None = None
    kind: str = "sim"

    def sign(self, data: bytes) -> bytes:
        """The signature over SHA-256 of ``data``; refuses with a code of :class:`PhoneTrouble`."""
        digest = sha256(data).digest()
        code, began = verification_code(digest), clock.now()
        until = began + timedelta(seconds=queries.rules().remote.phone_seconds)
        phone_answer = mss.ask_phone(
            phone=self.phone, digest=digest, shown=_handset_text(code, self.shown), wait=False, now=began
        )
        if self.told is not None:
            self.told(RingingPhone(phone_answer.transaction, code, until))
        while not phone_answer.signature:
            if clock.now() > until:
                raise mss.phone_refusal(PhoneTrouble.TIMED_OUT)
            time.sleep(POLL_SECONDS)
            phone_answer = mss.request_status(phone_answer.transaction, clock.now())
        return verified_signature(phone_answer.signature, digest, self.certificate)


def _handset_text(code: str, words: str) -> str:
    """What the handset shows, in one line: programs and people write anything, XML does not hold all of it."""
    printable = "".join(letter for letter in " ".join(words.split()) if letter.isprintable())
    return _("Mã %(code)s. Ký: %(what)s") % {"code": code, "what": printable[:80]}


def from_sim(*, phone: str, shown: str, now: datetime, told: Callable[[RingingPhone], None] | None = None) -> SimKey:
    """A key in the SIM of ``phone``; ``shown`` says on the handset what is signed. Refuses numbers without one."""
    number = number_of(phone)
    mine, *chain = mss.subscriber_certificates(number, now)
    return SimKey(number, shown, mine, tuple(chain), told)


def begin_on_phone(
    *,
    phone: str,
    digest: bytes,
    shown: str,
    by: Actor,
    now: datetime,
    credential: Credential | None = None,
    access: Access | None = None,
) -> PhoneSignature:
    """Write down that a phone is asked to sign a SHA-256, and ask it; the caller shows ``row.code`` and polls.

    ``credential``: the key of programs that it is about, ``access``: the program that it is for. Raises Refused: codes
    of :class:`PhoneTrouble`, ``too_often``, ``phone_busy`` (the phone of this key rings already). Stands outside any
    transaction.
    """
    number = number_of(phone)
    words = _("Bạn đã gửi quá nhiều yêu cầu ký đến điện thoại trong giờ này. Hãy thử lại sau.")
    identity.at_most(what="remote_keys.phone", who=by.ref or by.address, most=MOST_AN_HOUR, words=words, now=now)
    row = _reserve_phone(number, digest, by, now, credential, access)
    try:
        phone_answer = mss.ask_phone(
            phone=number, digest=digest, shown=_handset_text(row.code, shown), wait=False, now=now
        )
    except Refused as refusal:
        end_on_phone(row, refusal.code, b"", by, now)
        raise
    row.transaction = phone_answer.transaction[:80]
    row.save(update_fields=["transaction"])
    return row


def _reserve_phone(
    number: str, digest: bytes, by: Actor, now: datetime, credential: Credential | None, access: Access | None
) -> PhoneSignature:
    """The row, before the phone rings: of two who ask the phone of one key at once, one does."""
    if credential is not None:
        for old in PhoneSignature.objects.filter(credential=credential, state="waiting", expires_at__lt=now):
            end_on_phone(old, PhoneTrouble.TIMED_OUT, b"", by, now)
    until = now + timedelta(seconds=queries.rules().remote.phone_seconds)
    about = {"credential": credential.ref} if credential is not None else {}
    about |= {"application": access.application.ref} if access is not None and access.application else {}
    try:
        with transaction.atomic():
            row = PhoneSignature.objects.create(
                ref=refs.new_ref("DT"),
                asked_by=by.ref,
                phone=queries.masked_number(number),
                code=verification_code(digest),
                sha256=digest.hex(),
                credential=credential,
                access=access,
                created_at=now,
                expires_at=until,
            )
            after = {"phone": row.phone, "hash": row.sha256} | about
            audit.record(by=by, did="asked phone to sign", to=row, after=after)
    except IntegrityError as problem:
        words = _("Điện thoại đang chờ trả lời một yêu cầu khác. Hãy trả lời ở đó trước, hoặc chờ hết giờ.")
        raise Refused("phone_busy", words) from problem
    return row


def poll_phone(*, ref: str, certificate: bytes, by: Actor, now: datetime) -> PhoneSignature:
    """What became of it: ``waiting``, ``signed`` (checked against the certificate), or why not.

    Stands outside any transaction.
    """
    row = queries.phone_signature(ref, by=by)
    if row is None:
        raise Refused("unknown_request", _("Không tìm thấy yêu cầu ký này."))
    if row.state != "waiting":
        return row
    try:
        signature = signed_on_phone(row, certificate, now)
    except Refused as refusal:
        return end_on_phone(row, refusal.code, b"", by, now)
    return end_on_phone(row, "signed", signature, by, now) if signature else row


def signed_on_phone(row: PhoneSignature, certificate: bytes, now: datetime) -> bytes:
    """What the phone has signed, checked against the certificate; nothing while an answer may still come.

    Raises Refused with a code of :class:`PhoneTrouble` when none comes any more.
    """
    try:
        phone_answer = mss.request_status(row.transaction, now) if row.transaction else None
    except Refused as refusal:
        if refusal.code == PhoneTrouble.OPERATOR and now <= row.expires_at:
            return b""
        raise
    if phone_answer is not None and phone_answer.signature:
        return verified_signature(phone_answer.signature, bytes.fromhex(row.sha256), certificate)
    if now > row.expires_at:
        raise mss.phone_refusal(PhoneTrouble.TIMED_OUT)
    return b""


@transaction.atomic
def end_on_phone(row: PhoneSignature, state: str, signature: bytes, by: Actor, now: datetime) -> PhoneSignature:
    """Write down how it ended; what has ended stays as it is."""
    locked = PhoneSignature.objects.select_for_update().get(pk=row.pk)
    if locked.state == "waiting":
        locked.state, locked.signature, locked.ended_at = state, signature, now
        locked.save(update_fields=["state", "signature", "ended_at"])
        audit.record(by=by, did=f"phone: {state}", to=locked, after={"hash": locked.sha256})
    return locked


def verified_signature(answer: bytes, digest: bytes, certificate: bytes) -> bytes:
    """The bare signature out of an operator's answer (PKCS #1, or CMS without attributes), when it holds."""
    signature = _bare_signature(answer)
    key: Any = x509.load_der_x509_certificate(certificate).public_key()
    prehashed = utils.Prehashed(hashes.SHA256())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), prehashed)
        else:
            key.verify(signature, digest, ec.ECDSA(prehashed))
    except InvalidSignature as problem:
        raise mss.phone_refusal(PhoneTrouble.BAD_SIGNATURE) from problem
    return signature


def _bare_signature(answer: bytes) -> bytes:
    try:
        content_info = cms.ContentInfo.load(answer)
        if content_info["content_type"].native != "signed_data":
            return answer
        signature: bytes = content_info["content"]["signer_infos"][0]["signature"].native
    except (ValueError, TypeError, KeyError, IndexError):
        return answer
    return signature
