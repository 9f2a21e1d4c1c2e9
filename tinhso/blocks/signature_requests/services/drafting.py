"""Drafting: a document and who signs it, new versions after a refusal, sending, giving up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.documents import services as documents
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.signature_requests import events, queries
from tinhso.blocks.signature_requests.contract import RequestDraft, SignerPlace
from tinhso.blocks.signature_requests.models import Request, Turn, Version
from tinhso.blocks.signature_requests.services.record import event_fields, must_be, update_request
from tinhso.blocks.signatures import queries as signatures
from tinhso.blocks.signatures.rights import DRAFT_DOCUMENTS, SIGN_DOCUMENTS
from tinhso.blocks.signatures.services.validation import too_large
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.deadlines import province_office
from tinhso.kernel.errors import Refused

State, Numbering = Request.State, Request.Numbering
MOST_SIGNERS = 20


@dataclass(frozen=True)
class _Looked:
    """A draft that was looked into, before anything is locked."""

    sha256: str
    pages: int


def draft_request(
    *, draft: RequestDraft, unit: Unit, by: Actor, now: datetime, right: str = DRAFT_DOCUMENTS, demo: bool = False
) -> Request:
    """Begin a request for ``unit``, the body that issues; ``right`` is what ``by`` must be able to do there.

    Asked again with the same ``draft.key`` it gives what there is. Refuses what is no PDF, signers who may not sign
    for the body, the same one twice, unknown forms of signing, a number that nothing would show.
    """
    by.must_be_able_to(right, at=unit)
    request = Request.objects.filter(key=draft.key).select_related("unit").first()
    if request is not None:
        return _the_same(request, by)
    looked = _looked_into(draft.content)
    try:
        with transaction.atomic():
            return _insert_request(draft, looked, unit, by, now, demo)
    except IntegrityError:  # asked twice at the same moment
        return _the_same(Request.objects.select_related("unit").get(key=draft.key), by)


def _the_same(request: Request, by: Actor) -> Request:
    if request.created_by != by.ref:
        raise Refused("other_request", _("Yêu cầu ký này đã dùng cho văn bản khác; hãy mở lại trang và ký lại."))
    return request


def _looked_into(content: bytes) -> _Looked:
    if len(content) > signatures.rules().largest:
        raise too_large()
    return _Looked(sha256(content).hexdigest(), signatures.page_count(content))


def _insert_request(draft: RequestDraft, looked: _Looked, unit: Unit, by: Actor, now: datetime, demo: bool) -> Request:
    if not draft.title.strip():
        raise Refused("no_title", _("Hãy ghi trích yếu của văn bản."))
    if draft.notation and not draft.seal and queries.rules().flow.numbering == "after":
        raise Refused(
            "no_place_for_number", _("Văn bản cấp số sau khi ký thì phải đóng dấu: số được ghi cùng con dấu.")
        )
    request = Request.objects.create(
        ref=refs.new_ref("TK"),
        key=draft.key[:120],
        about=draft.about[:120],
        unit=unit,
        kind=draft.kind.strip()[:80],
        title=draft.title.strip()[:500],
        notation="" if draft.number else draft.notation.strip()[:40],
        numbering=_numbering_of(draft),
        number_text=draft.number.strip()[:100],
        needs_seal=draft.seal,
        due_at=draft.due_at,
        created_at=now,
        created_by=by.ref,
        created_by_name=by.name,
        origin=Request.Origin.DEMO if demo else Request.Origin.HERE,
    )
    _add_version(request, 1, draft.content, looked, draft.signers, by, now)
    update_request(request, did="drafted", by=by, now=now)
    return request


def _numbering_of(draft: RequestDraft) -> str:
    if draft.number.strip():
        return Numbering.GIVEN
    return Numbering(queries.rules().flow.numbering) if draft.notation.strip() else Numbering.NONE


def _add_version(
    request: Request,
    number: int,
    content: bytes,
    looked: _Looked,
    signers: Sequence[SignerPlace],
    by: Actor,
    now: datetime,
) -> None:
    names = _must_be_signers(request.unit, signers)
    Version.objects.create(
        request=request,
        number=number,
        content=content,
        sha256=looked.sha256,
        pages=looked.pages,
        at=now,
        by=by.ref,
        by_name=by.name,
    )
    Turn.objects.bulk_create(
        Turn(
            request=request,
            version=number,
            place=place,
            holder=signer.holder,
            holder_name=names[signer.holder],
            form=signer.form,
            office=signer.office.strip()[:200],
        )
        for place, signer in enumerate(signers, 1)
    )


def _must_be_signers(unit: Unit, signers: Sequence[SignerPlace]) -> dict[str, str]:
    names = {person.ref: person.name for person in identity.holders_of_rights(SIGN_DOCUMENTS, at=unit)}
    if not 1 <= len(signers) <= MOST_SIGNERS or len({signer_place.holder for signer_place in signers}) < len(signers):
        raise Refused("bad_signers", _("Hãy chọn từ 1 đến %(most)s người ký, mỗi người một lần."), most=MOST_SIGNERS)
    if any(signer_place.holder not in names for signer_place in signers):
        raise Refused("not_a_signer", _("Chỉ chọn được người có quyền ký văn bản của cơ quan này."))
    if any(signer_place.form and signer_place.form not in queries.rules().flow.forms for signer_place in signers):
        raise Refused("bad_form", _("Hình thức ký không có trong danh mục của tỉnh."))
    return names


def new_version(
    *, ref: str, content: bytes, by: Actor, now: datetime, title: str = "", signers: Sequence[SignerPlace] = ()
) -> Request:
    """Other bytes after a refusal, or in a draft; the old ones stay. Without ``signers`` the same sign again."""
    looked = _looked_into(content)
    with transaction.atomic():
        request = _own_request(ref, by)
        must_be(request, State.DRAFT, State.RETURNED)
        same = tuple(SignerPlace(turn.holder, turn.form, turn.office) for turn in queries.turns_of(request))
        _add_version(request, request.version + 1, content, looked, signers or same, by, now)
        fields: dict[str, Any] = {"version": request.version + 1} | (
            {"title": title.strip()[:500]} if title.strip() else {}
        )
        update_request(request, did="new_version", by=by, now=now, **fields)
    return request


def _own_request(ref: str, by: Actor) -> Request:
    request = queries.locked_request(queries.visible_request(ref, by=by).ref)
    if request.created_by != by.ref:
        raise Refused("not_yours", _("Chỉ người soạn làm được việc này."))
    return request


@transaction.atomic
def send_request(*, ref: str, by: Actor, now: datetime) -> Request:
    """It is the first signer's turn; a number that comes before the signatures is taken now."""
    request = _own_request(ref, by)
    must_be(request, State.DRAFT, State.RETURNED)
    if request.turns.filter(version=request.version, refused_at__isnull=False).exists() or (
        request.state == State.RETURNED
        and request.turns.filter(version=request.version, signed_at__isnull=False).exists()
    ):
        raise Refused("same_version", _("Văn bản đã bị trả lại; hãy đưa lên bản mới rồi trình ký."))
    fields: dict[str, Any] = (
        take_number(request, now) if request.numbering == Numbering.BEFORE and request.number is None else {}
    )
    if request.sent_at is None:
        fields |= {"sent_at": now}
    if request.due_at is None:
        fields |= {"due_at": _usual_due(now)}
    open_turn(request, 1, by=by, now=now, did="sent", state=State.SIGNING, **fields)
    return request


def open_turn(
    request: Request, place: int, *, by: Actor, now: datetime, did: str, note: str = "", **fields: Any
) -> None:
    """It is the turn of who stands at ``place``; they learn of it."""
    turn = Turn.objects.get(request=request, version=request.version, place=place)
    turn.opened_at = now
    turn.save(update_fields=["opened_at"])
    update_request(request, did=did, by=by, now=now, note=note, place=place, **fields)
    outbox.emit(events.TurnOpened(**event_fields(request, turn.holder)))


def take_number(request: Request, now: datetime) -> dict[str, Any]:
    """The next number of its series; the caller's transaction gives it back if anything fails."""
    day = clock.local(now).date()
    number = documents.take_numbers(request.unit, request.notation, day.year)
    return {"number": number, "year": day.year, "day": day, "number_text": f"{number:02d}/{request.notation}"}


def _usual_due(now: datetime) -> datetime:
    office = province_office()
    return office.hours.after(now, timedelta(hours=queries.rules().flow.hours), office.days)


@transaction.atomic
def cancel_request(*, ref: str, why: str, by: Actor, now: datetime) -> Request:
    """Give a draft, or what was returned, up; one that has a number is finished, so that no number is missing."""
    request = _own_request(ref, by)
    must_be(request, State.DRAFT, State.RETURNED)
    if request.number is not None:
        raise Refused(
            "has_number",
            _("Văn bản đã được cấp số %(number)s nên không hủy được; hãy đưa lên bản mới."),
            number=request.number_text,
        )
    update_request(
        request, did="cancelled", by=by, now=now, note=why.strip()[:2000], state=State.CANCELLED, closed_at=now
    )
    outbox.emit(events.RequestCancelled(**event_fields(request, request.created_by)))
    return request
