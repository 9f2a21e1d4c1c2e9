"""Signing a turn with a key that answers later: asked now, looked at again and again, finished once.

What finishing needs lies in the database, so that any process goes on where another stopped.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.signature_requests import queries
from tinhso.blocks.signature_requests.models import PendingSignature, Request
from tinhso.blocks.signature_requests.services.turns import Ready, ready_to_sign, record_signature
from tinhso.blocks.signatures.contract import WAYS, LaterWay, PadesLevel, SignatureAnswer, SignsLater
from tinhso.blocks.signatures.models import Signature
from tinhso.blocks.signatures.services.pades import PreparedPdf
from tinhso.blocks.signatures.services.signing import finish_signature, prepare_signature
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

SPARE = timedelta(minutes=2)  # to fetch and finish what was answered at the last moment


@dataclass(frozen=True)
class _KeyThen:
    """The key as it was when it was asked."""

    kind: str
    certificate: bytes
    chain: Sequence[bytes]


def ask_later(
    *, ref: str, sha256: str, way: str, key: SignsLater, by: Actor, now: datetime
) -> PendingSignature | Request:
    """Begin to sign what waits for ``by``: another device is asked. Asked again meanwhile it rings no second time.

    The request itself where they have signed already. Refuses what :func:`sign_turn` refuses, and what the key's
    keeper does; then nothing waits. Stands in no transaction.
    """
    ready = ready_to_sign(ref=ref, sha256=sha256, key=key, by=by)
    if isinstance(ready, Request):
        return ready
    prepared = prepare_signature(
        content=ready.content, key=key, ask=ready.ask, unit=ready.one.unit, right=ready.right, by=by, now=now
    )
    if isinstance(prepared, Signature):
        return record_signature(ready, prepared, by=by, now=now)
    row, is_new = _reserve_turn(ready, prepared, sha256, way, key, by, now)
    if not is_new:
        return row
    try:
        text = key.begin(prepared.data, shown=f"{ready.one.kind}: {ready.one.title}", by=by, now=now)
    except Refused as refusal:
        _end_pending(row, now, by, refusal)
        raise
    row.asked = text
    row.save(update_fields=["asked"])
    return row


def _reserve_turn(
    ready: Ready, prepared_pdf: PreparedPdf, seen: str, way: str, key: SignsLater, by: Actor, now: datetime
) -> tuple[PendingSignature, bool]:
    """A row for this turn, and whether it is new: of two who press at once, one asks the device."""
    assert ready.turn is not None
    for old in PendingSignature.objects.filter(turn=ready.turn, by=by.ref, ended_at=None):
        check_device(ref=old.ref, by=by, now=now)
    try:
        with transaction.atomic():
            row = PendingSignature.objects.create(
                ref=refs.new_ref("CK"),
                request=ready.one,
                turn=ready.turn,
                by=by.ref,
                way=way,
                key=key.kind,
                certificate=key.certificate,
                chain=[base64.b64encode(content).decode() for content in key.chain],
                seen=seen,
                level=ready.ask.level,
                content=prepared_pdf.content,
                digest=prepared_pdf.digest,
                start=prepared_pdf.start,
                end=prepared_pdf.end,
                data=prepared_pdf.data,
                at=now,
                until=now + key.wait,
            )
            audit.record(by=by, did="began to sign", to=ready.one, after={"way": way, "hash": seen})
    except IntegrityError:
        return PendingSignature.objects.get(turn=ready.turn, by=by.ref, ended_at=None), False
    return row, True


def check_device(*, ref: str, by: Actor, now: datetime) -> tuple[PendingSignature, SignatureAnswer | None]:
    """What became of a signature that ``by`` began, finished where the device has answered; the answer while it waits.

    Looked at again, and by several at once, it is finished once. Stands in no transaction.
    """
    row = queries.pending_signature(ref, by=by)
    way = WAYS.get(row.way)
    if row.ended_at is not None or not isinstance(way, LaterWay):
        return row, None
    if not row.asked:  # being asked at this moment, or a process ended while it asked
        late = Refused("timed_out", _("Đã hết giờ chờ: chưa ai trả lời trên điện thoại. Hãy ký lại."))
        return (_end_pending(row, now, by, late) if now > row.until else row), None
    signature_answer = way.answer(row.asked, certificate=bytes(row.certificate), by=by, now=now)
    if signature_answer.why:
        return _end_pending(row, now, by, Refused(signature_answer.why, signature_answer.refusal)), None
    if not signature_answer.signature:
        return row, signature_answer
    try:
        _finish_signature(row, signature_answer.signature, by, now)
    except Refused as refusal:
        if now > row.until + SPARE or refusal.code in FOR_GOOD:
            return _end_pending(row, now, by, refusal), None
        raise  # a service that does not answer now may answer soon, and the signature is there
    return _end_pending(row, now, by), None


FOR_GOOD = {
    "not_latest",
    "not_your_turn",
    "not_now",
    "other_request",
    "signed_by_another",
    "unknown_request",
    "withdrawn_already",
    "certificate_over",
}


def _finish_signature(row: PendingSignature, signature: bytes, by: Actor, now: datetime) -> None:
    chain = tuple(base64.b64decode(encoded_certificate) for encoded_certificate in row.chain)
    key = _KeyThen(row.key, bytes(row.certificate), chain)
    ready = ready_to_sign(ref=row.request.ref, sha256=row.seen, key=key, by=by)
    if isinstance(ready, Request):
        return
    prepared = PreparedPdf(bytes(row.content), bytes(row.digest), row.start, row.end, bytes(row.data))
    finished_signature = finish_signature(
        prepared,
        signature,
        content=ready.content,
        key=key,
        ask=replace(ready.ask, level=PadesLevel(row.level)),
        unit=ready.one.unit,
        right=ready.right,
        by=by,
        now=row.at,
    )
    record_signature(ready, finished_signature, by=by, now=now)


@transaction.atomic
def _end_pending(row: PendingSignature, now: datetime, by: Actor, refusal: Refused | None = None) -> PendingSignature:
    locked = PendingSignature.objects.select_for_update(of=("self",)).select_related("request").get(pk=row.pk)
    if locked.ended_at is not None:
        return locked
    locked.ended_at, locked.content, locked.data = now, b"", b""
    if refusal is not None:
        locked.why, locked.words = refusal.code[:40], refusal.message[:500]
        audit.record(by=by, did="did not sign", to=locked.request, after={"way": locked.way, "why": locked.why})
    locked.save(update_fields=["ended_at", "content", "data", "why", "words"])
    return locked


def give_up(*, ref: str, by: Actor, now: datetime) -> PendingSignature:
    """Wait no longer, for a number that was mistyped or to sign in another way; what the device signs is not used."""
    return _end_pending(
        queries.pending_signature(ref, by=by), now, by, Refused("given_up", _("Bạn đã dừng lần ký này."))
    )


def follow_pending(*, now: datetime) -> int:
    """Look at everything that waits, for people who have closed the page; says how many have ended."""
    ended = 0
    for ref, person in list(PendingSignature.objects.filter(ended_at=None).values_list("ref", "by")):
        try:
            by = identity.actor_for(identity.person_by_ref(person))
            row, _answer = check_device(ref=ref, by=by, now=now)
        except Refused:  # tried again at the next look
            continue
        ended += row.ended_at is not None
    return ended
