"""Signing in turn, refusing, numbering and sealing; each act may be repeated and is done once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.signature_requests import events, queries
from tinhso.blocks.signature_requests.models import Request, Turn
from tinhso.blocks.signature_requests.services.drafting import open_turn, take_number
from tinhso.blocks.signature_requests.services.record import event_fields, must_be, must_say_why, update_request
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures.contract import KEY_GUARDS, PadesLevel, SignatureAsk, SignatureKind, SigningKey
from tinhso.blocks.signatures.models import Signature
from tinhso.blocks.signatures.rights import SEAL_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.signatures.services.signing import sign_content
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

State = Request.State
Numbering = Request.Numbering


@dataclass(frozen=True)
class Ready:
    """What is to be signed now of a request: its bytes, what is asked, under which right, and whose turn it is (None:
    it is to be sealed)."""

    one: Request
    content: bytes
    ask: SignatureAsk
    right: str
    turn: Turn | None = None


def sign_turn(*, ref: str, sha256: str, signer: SigningKey, by: Actor, now: datetime) -> Request:
    """Sign what waits for ``by``; ``sha256`` is of the bytes that they looked at. Stands in no transaction.

    Done again by the same person it changes nothing. Refuses others' requests like unknown ones, who signs before
    their turn, bytes that changed since, and what :func:`sign` refuses.
    """
    return _sign_ready(ready_to_sign(ref=ref, sha256=sha256, key=signer, by=by), signer, by, now)


def _sign_ready(ready: Request | Ready, signer: SigningKey, by: Actor, now: datetime) -> Request:
    if isinstance(ready, Request):
        return ready
    row = sign_content(
        content=ready.content, signer=signer, ask=ready.ask, unit=ready.one.unit, right=ready.right, by=by, now=now
    )
    return record_signature(ready, row, by=by, now=now)


def ready_to_sign(*, ref: str, sha256: str, key: SigningKey, by: Actor) -> Request | Ready:
    """What ``by`` is about to sign; the request itself where they did. Refusals: see :func:`sign_turn`."""
    request = queries.visible_request(ref, by=by)
    if _signed_already(request, sha256, by):
        return request
    must_be(request, State.SIGNING)
    turn = _turn_of(request, by)
    _must_hold(request)
    now_there = queries.bytes_of(request)
    if now_there.sha256 != sha256:
        raise Refused("not_latest", _("Văn bản vừa có thêm chữ ký; hãy mở bản mới nhất rồi ký."))
    _must_be_right_key(key, by, request, SignatureKind.PERSON)
    return Ready(request, now_there.content, _ask_of_turn(request, turn, now_there.content, by), SIGN_DOCUMENTS, turn)


def record_signature(ready: Ready, row: Signature, *, by: Actor, now: datetime) -> Request:
    """Let a request go on with the signature that was waited for; done again it changes nothing."""
    if ready.turn is None:
        return _issue_document(ready.one.ref, row, by, now)
    if row.by != by.ref:
        raise Refused("signed_by_another", _("%(name)s vừa ký lượt này."), name=row.by_name)
    return _take_turn(ready.one.ref, ready.turn.pk, row, by, now)


def _must_hold(request: Request) -> None:
    if queries.withdrawn_at(request) is not None:
        raise Refused("withdrawn_already", _("Văn bản %(number)s đã được thu hồi."), number=request.number_text)


def _signed_already(request: Request, sha256: str, by: Actor) -> bool:
    mine = request.turns.filter(version=request.version, by=by.ref, signature__isnull=False)
    return mine.filter(signature__signed_sha256=sha256).exists()


def _turn_of(request: Request, by: Actor) -> Turn:
    turn = queries.turn_now(request)
    if turn is None or not queries.is_turn_of(turn, by):
        raise Refused("not_your_turn", _("Chưa đến lượt bạn ký văn bản này."))
    return turn


def _ask_of_turn(request: Request, turn: Turn, content: bytes, by: Actor) -> SignatureAsk:
    of = request.turns.filter(version=request.version).count()
    look = signatures.rules().look
    form = queries.stood_in_for(by, clock.today()).get(turn.holder, "") if turn.holder != by.ref else turn.form
    title = " ".join(part for part in (form, turn.office) if part)
    if request.numbering == Numbering.BEFORE and turn.place == 1:
        title = "\n".join(part for part in (f"Số: {request.number_text}", title) if part)
    return SignatureAsk(
        request=f"{request.ref}:{request.version}:{turn.place}",
        about=f"{request.ref}:{request.version}",
        kind=SignatureKind.PERSON,
        level=signature_level(),
        title=title,
        box=signatures.turn_box(look, signatures.last_page(content), turn.place, of) if turn.place < of else None,
    )


def signature_level() -> PadesLevel:
    """The level of signatures that the province asks for."""
    text = queries.rules().flow.level
    return PadesLevel(text) if text else PadesLevel.B_T if settings.TIMESTAMP_URL else PadesLevel.B_B


def _must_be_right_key(key: SigningKey, by: Actor, request: Request, kind: SignatureKind) -> None:
    for guard in KEY_GUARDS:
        guard(key.certificate, by.ref, request.unit.ref, kind)


@transaction.atomic
def _take_turn(ref: str, pk: int, row: Signature, by: Actor, now: datetime) -> Request:
    request = queries.locked_request(ref)
    turn = Turn.objects.get(pk=pk)
    if turn.signature_id == row.pk:
        return request
    must_be(request, State.SIGNING)
    turn.signed_at, turn.by, turn.by_name, turn.signature = now, by.ref, by.name, row
    if turn.holder != by.ref:
        turn.form = queries.stood_in_for(by, clock.today()).get(turn.holder, turn.form)
    turn.save(update_fields=["signed_at", "by", "by_name", "signature", "form"])
    note = row.subject[:300]
    if request.turns.filter(version=request.version, place=request.place + 1).exists():
        open_turn(request, request.place + 1, by=by, now=now, did="signed", note=note)
    elif request.needs_seal:
        update_request(request, did="signed", by=by, now=now, note=note, state=State.SIGNED, place=0, signed_at=now)
        outbox.emit(events.RequestSigned(**event_fields(request, "")))
    else:
        update_request(
            request, did="signed", by=by, now=now, note=note, state=State.ISSUED, place=0, signed_at=now, issued_at=now
        )
        _say_issued(request, row)
    return request


def return_to_drafter(*, ref: str, why: str, by: Actor, now: datetime) -> Request:
    """Do not sign, or (the clerk) do not seal: it goes back to who drafted it, with the reason."""
    request = queries.visible_request(ref, by=by)
    reason = must_say_why(why)
    with transaction.atomic():
        request = queries.locked_request(request.ref)
        if request.state == State.SIGNED:
            by.must_be_able_to(SEAL_DOCUMENTS, at=request.unit)
        else:
            must_be(request, State.SIGNING)
            turn = _turn_of(request, by)
            if signatures.request_done(f"{request.ref}:{request.version}:{turn.place}") is not None:
                raise Refused("signed_already", _("Lượt này đã ký rồi; hãy tải lại trang."))
            turn.refused_at, turn.why, turn.by, turn.by_name = now, reason, by.ref, by.name
            turn.save(update_fields=["refused_at", "why", "by", "by_name"])
        more: dict[str, Any] = {"state": State.RETURNED, "place": 0, "returned_count": request.returned_count + 1}
        update_request(request, did="returned", by=by, now=now, note=reason, **more)
        outbox.emit(events.RequestReturned(**event_fields(request, request.created_by), why=reason))
    return request


@transaction.atomic
def number_document(*, ref: str, by: Actor, now: datetime) -> Request:
    """Give the next number of its series to what everybody has signed; done again it gives no other."""
    request = queries.locked_request(queries.visible_request(ref, by=by).ref)
    by.must_be_able_to(SEAL_DOCUMENTS, at=request.unit)
    if request.numbering != Numbering.AFTER or request.number is not None:
        return request
    must_be(request, State.SIGNED)
    update_request(request, did="numbered", by=by, now=now, state=State.NUMBERED, **take_number(request, now))
    return request


def seal_document(*, ref: str, signer: SigningKey, by: Actor, now: datetime) -> Request:
    """Number, seal and issue what everybody has signed. Stands in no transaction; done again it changes nothing."""
    return _sign_ready(ready_to_seal(ref=ref, key=signer, by=by, now=now), signer, by, now)


def ready_to_seal(*, ref: str, key: SigningKey, by: Actor, now: datetime) -> Request | Ready:
    """What is about to be sealed, with its number; the request itself where it was."""
    request = queries.visible_request(ref, by=by)
    by.must_be_able_to(SEAL_DOCUMENTS, at=request.unit)
    if request.state == State.ISSUED:
        return request
    must_be(request, *queries.TO_SEAL)
    _must_hold(request)
    _must_be_right_key(key, by, request, SignatureKind.SEAL)
    request = number_document(ref=request.ref, by=by, now=now)
    title = f"Số: {request.number_text}" if request.numbering == Numbering.AFTER else ""
    ask = SignatureAsk(
        request=f"{request.ref}:{request.version}:seal",
        about=f"{request.ref}:{request.version}",
        kind=SignatureKind.SEAL,
        level=signature_level(),
        title=title,
        reason=title,
    )
    return Ready(request, queries.bytes_of(request).content, ask, SEAL_DOCUMENTS)


@transaction.atomic
def _issue_document(ref: str, row: Signature, by: Actor, now: datetime) -> Request:
    request = queries.locked_request(ref)
    if request.state == State.ISSUED:
        return request
    must_be(request, *queries.TO_SEAL)
    update_request(
        request, did="issued", by=by, now=now, note=request.number_text, state=State.ISSUED, issued_at=now, seal=row
    )
    _say_issued(request, row)
    return request


def _say_issued(request: Request, row: Signature) -> None:
    values = event_fields(request, request.created_by)
    document, sha256 = row.document.ref, row.result_sha256
    outbox.emit(events.RequestIssued(**values, document=document, sha256=sha256, number_text=request.number_text))
