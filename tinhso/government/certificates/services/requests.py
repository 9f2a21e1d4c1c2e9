"""The life of a request: draft, submitted, approved, accepted, (sent, answered: batches), handed over, refused."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services import accepting
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.units.models import Unit
from tinhso.government.certificates import events
from tinhso.government.certificates.contract import CertificateKind, RequestPurpose, RequestStep
from tinhso.government.certificates.models import Entry, Paper, Request, Version
from tinhso.government.certificates.queries import lookup, request_form
from tinhso.government.certificates.queries import requests as queries
from tinhso.government.certificates.rights import APPROVE_CERTIFICATES, ASK_FOR_CERTIFICATES, MANAGE_CERTIFICATES
from tinhso.kernel import refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.text import fold

MOST_PAPERS = 20
HAVE_PASSED = {
    RequestStep.SUBMITTED: "submitted_at",
    RequestStep.APPROVED: "approved_at",
    RequestStep.ACCEPTED: "accepted_at",
    RequestStep.SENT: "sent_at",
    RequestStep.ANSWERED: "answered_at",
    RequestStep.HANDED: "handed_at",
}
ENDS = (RequestStep.HANDED, RequestStep.REFUSED, RequestStep.WITHDRAWN)


@transaction.atomic
def draft(
    *,
    ask: str,
    unit: Unit,
    values: Mapping[str, str],
    by: Actor,
    now: datetime,
    kind: str = "",
    certificate: str = "",
    key: str | None = None,
) -> Request:
    """A new request. ``certificate`` names the one it is about (none for a new one); the same ``key`` makes it once.

    Refuses a certificate of another unit, one that is revoked, and one about which a request is under way.
    """
    by.must_be_able_to(ASK_FOR_CERTIFICATES, at=unit)
    if key and (existing_request := Request.objects.filter(key=key).first()) is not None:
        if existing_request.made_by != by.ref:
            raise Refused("key_taken", _("Đề nghị này đã được người khác lập. Hãy mở lại danh sách."))
        return existing_request
    version = _checked_certificate(ask, unit, certificate, by) if ask != RequestPurpose.ISSUE else None
    request = Request(
        ref=refs.new_ref("DN"),
        key=key,
        ask=RequestPurpose(ask).value,
        kind=version.kind if version else CertificateKind(kind).value,
        unit=unit,
        certificate=version.certificate if version else None,
        values=dict(values),
        made_at=now,
        made_by=by.ref,
        made_by_name=by.name,
    )
    _set_title(request, version)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        words = _("Đã có một đề nghị đang giải quyết cho chứng thư này. Hãy mở đề nghị đó.")
        raise Refused("already_asked", words) from error
    _write_down(request, by, now, "")
    return request


def _checked_certificate(ask: str, unit: Unit, certificate: str, by: Actor) -> Version:
    version = lookup.visible_version(certificate, by=by)
    if version.unit_id != unit.pk:
        raise Refused("other_unit", _("Chứng thư này do đơn vị khác quản lý."))
    if version.state == Version.State.REVOKED:
        raise Refused("revoked", _("Chứng thư đã thu hồi: chỉ đề nghị cấp mới được."))
    return version


def _set_title(request: Request, version: Version | None) -> None:
    request.title = request_form.title_of(request.ask, request.kind, request.values, version, request.unit.name)
    serial = version.certificate.serial if version else ""
    request.search_text = fold(f"{request.ref} {request.title} {request.unit.name} {serial}")


@transaction.atomic
def answer(*, ref: str, values: Mapping[str, str], by: Actor, now: datetime) -> Request:
    """Change the answers of a draft."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(ASK_FOR_CERTIFICATES, at=request.unit)
    if request.step != RequestStep.DRAFT:
        raise _not_now(request)
    request.values = dict(values)
    about = lookup.versions_on().filter(certificate=request.certificate).first() if request.certificate else None
    _set_title(request, about)
    request.save(update_fields=["values", "title", "search_text"])
    audit.record(by=by, did="request edited", to=request, after={"answered": sorted(request.values)})
    return request


@transaction.atomic
def submit(*, ref: str, by: Actor, now: datetime) -> Request:
    """Hand a draft to the head of the unit; refuses one with questions unanswered."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(ASK_FOR_CERTIFICATES, at=request.unit)
    checked = request_form.check_answers(request.ask, request.kind, request.values)
    if checked.problems and request.step == RequestStep.DRAFT:
        raise Refused("incomplete", next(iter(checked.problems.values())))
    return change_step(request, RequestStep.SUBMITTED, by=by, now=now, submitted_by=by.ref, why="")


@transaction.atomic
def withdraw(*, ref: str, by: Actor, now: datetime) -> Request:
    """Take a request back that nobody has approved yet."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(ASK_FOR_CERTIFICATES, at=request.unit)
    return change_step(request, RequestStep.WITHDRAWN, by=by, now=now)


@transaction.atomic
def approve(*, ref: str, by: Actor, now: datetime) -> Request:
    """The head of the unit agrees: who handed in may not."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(APPROVE_CERTIFICATES, at=request.unit)
    if request.step == RequestStep.SUBMITTED and request.submitted_by == by.ref:
        raise Forbidden("four_eyes", _("Người gửi đề nghị không được tự duyệt đề nghị %(ref)s."), ref=ref)
    return change_step(request, RequestStep.APPROVED, by=by, now=now)


@transaction.atomic
def send_back(*, ref: str, why: str, by: Actor, now: datetime) -> Request:
    """Return a request for correction, with a reason: the head, or the focal point once it was approved."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(
        MANAGE_CERTIFICATES if request.step == RequestStep.APPROVED else APPROVE_CERTIFICATES, at=request.unit
    )
    return change_step(request, RequestStep.DRAFT, by=by, now=now, why=tidied_reason(why))


@transaction.atomic
def accept(*, ref: str, by: Actor, now: datetime) -> Request:
    """The province's focal point takes a request up: it waits for the next batch."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(MANAGE_CERTIFICATES, at=request.unit)
    return change_step(request, RequestStep.ACCEPTED, by=by, now=now)


@transaction.atomic
def refuse(*, ref: str, why: str, by: Actor, now: datetime) -> Request:
    """End a request with a reason: the head, or the focal point once it was approved."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(
        MANAGE_CERTIFICATES if request.step in (RequestStep.APPROVED, RequestStep.ACCEPTED) else APPROVE_CERTIFICATES,
        at=request.unit,
    )
    if request.step == RequestStep.SENT:
        raise Refused("sent_already", _("Đề nghị đã gửi nơi cấp: chờ kết quả của lô."))
    return change_step(request, RequestStep.REFUSED, by=by, now=now, why=tidied_reason(why))


@transaction.atomic
def hand_over(*, ref: str, to: str, by: Actor, now: datetime) -> Request:
    """The holder got the device or the certificate, and signed for it."""
    request = queries.locked_request(ref, by=by)
    if not by.can(MANAGE_CERTIFICATES, at=request.unit):
        by.must_be_able_to(ASK_FOR_CERTIFICATES, at=request.unit)
    if request.ask == RequestPurpose.REVOKE:
        raise Refused("nothing_to_hand", _("Thu hồi thì không có gì để bàn giao."))
    if not to.strip():
        raise Refused("nobody", _("Hãy ghi tên người nhận."))
    return change_step(request, RequestStep.HANDED, by=by, now=now, handed_to=to.strip()[:150])


@transaction.atomic
def attach_paper(*, ref: str, file: StoredFile, name: str, by: Actor, now: datetime) -> Paper:
    """Add a stored file to a draft; the same file once."""
    request = queries.locked_request(ref, by=by)
    by.must_be_able_to(ASK_FOR_CERTIFICATES, at=request.unit)
    if request.step != RequestStep.DRAFT:
        raise _not_now(request)
    if request.papers.count() >= MOST_PAPERS:
        raise Refused("too_many_papers", _("Mỗi đề nghị kèm tối đa %(most)s tệp."), most=MOST_PAPERS)
    fresh = {"ref": refs.new_ref("GT"), "name": accepting.clean_name(name)[:150], "at": now, "by_name": by.name}
    paper, is_new = Paper.objects.get_or_create(request=request, file=file, defaults=fresh)
    if is_new:
        audit.record(by=by, did="request paper attached", to=request, after={"sha256": file.sha256})
    return paper


def take_in(*, ref: str, upload: accepting.Upload, name: str, by: Actor, now: datetime) -> Paper:
    """Look into a file that somebody sends and attach it; stands outside of transactions, as looking takes long."""
    by.must_be_able_to(ASK_FOR_CERTIFICATES, at=queries.visible_request(ref, by=by).unit)
    file = accepting.accept_upload(upload=upload, file_name=name, limits=documents.limits(), by=by, now=now)
    return attach_paper(ref=ref, file=file, name=name, by=by, now=now)


def change_step(
    request: Request, to: RequestStep, *, by: Actor, now: datetime, note: str = "", **fields: Any
) -> Request:
    """Give a locked request the step ``to``; refuses one that may not follow the step it has."""
    if not queries.can_become(request, to):
        raise _not_now(request)
    was, request.step = request.step, to.value
    for name, value in fields.items():
        setattr(request, name, value)
    passed = (
        HAVE_PASSED.get(to)
        if was not in (RequestStep.ANSWERED, RequestStep.REFUSED) or to is RequestStep.HANDED
        else None
    )
    if passed:
        setattr(request, passed, now)
    over = to in ENDS or (to is RequestStep.ANSWERED and request.ask == RequestPurpose.REVOKE)
    request.due_at = None if over else queries.due_at(to, now)
    request.closed_at = now if over else None
    request.moves += 1
    columns = ["step", "due_at", "closed_at", "moves", *fields, *([passed] if passed else [])]
    request.save(update_fields=list(dict.fromkeys(columns)))
    _write_down(request, by, now, note or str(fields.get("why", "")))
    outbox.emit(
        events.RequestMoved(
            ref=request.ref,
            asks=request.ask,
            was=was,
            step=request.step,
            unit=request.unit.ref,
            by=by.ref,
            turn=request.moves,
            why=str(fields.get("why", "")),
        )
    )
    return request


def _write_down(request: Request, by: Actor, now: datetime, note: str) -> None:
    Entry.objects.create(
        request=request, number=request.moves + 1, at=now, by=by.ref, by_name=by.name, step=request.step, note=note
    )
    audit.record(by=by, did=f"request {request.step}", to=request, after={"ask": request.ask, "unit": request.unit.ref})


def tidied_reason(why: str) -> str:
    """A reason, tidied; refuses none."""
    tidy = why.replace("\0", "").strip()[:2000]
    if not tidy:
        raise Refused("no_reason", _("Hãy ghi lý do."))
    return tidy


def _not_now(request: Request) -> Refused:
    return Refused(
        "wrong_step",
        _("Đề nghị %(ref)s đang ở trạng thái “%(step)s”, không làm được việc này."),
        ref=request.ref,
        step=request.get_step_display(),
    )


def day_of(values: Mapping[str, str], name: str) -> date | None:
    """An answered day; None where there is none."""
    return date.fromisoformat(values[name]) if values.get(name) else None
