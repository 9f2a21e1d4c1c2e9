"""Paying givers: delivered benefits in batches, each benefit once, and what the bank says of them."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.outbox import services as outbox
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.society.support import events
from tinhso.society.support.models import Application, Batch, BatchLine, Programme
from tinhso.society.support.queries import paying, rules
from tinhso.society.support.rights import MANAGE_SUPPORT
from tinhso.society.support.services import record

SUBJECT = Batch._meta.label


def control_of(lines: Sequence[tuple[int, str, int]]) -> str:
    """The SHA-256 of numbers, references and amounts (đồng), one line each: whoever pays can work it out again."""
    return sha256("".join(f"{number};{ref};{amount}\n" for number, ref, amount in lines).encode()).hexdigest()


def make_batch(*, code: str, by: Actor, now: datetime) -> Batch:
    """Put together what was delivered and is in no batch, up to as many as one may have; refuses when there is none.

    Two at once wait for each other, so that nothing is in both.
    """
    try:
        with transaction.atomic():
            return _create_batch(code, by, now)
    except IntegrityError as fault:
        raise record.told_of(fault) from fault


def _create_batch(code: str, by: Actor, now: datetime) -> Batch:
    programme = Programme.objects.select_for_update(of=("self",)).filter(code=code[:40]).first()
    if programme is None:
        raise Refused("unknown_programme", _("Không có chương trình hỗ trợ “%(code)s”."), code=code[:40])
    by.must_be_able_to(MANAGE_SUPPORT, at=programme.unit)
    due: list[Application] = list(
        paying.unpaid_applications(programme).only("ref", "amount")[: rules.rules().numbers.most_of_a_batch]
    )
    if not due:
        raise Refused("nothing_to_pay", _("Không có suất nào đã trao mà chưa vào đợt thanh toán."))
    lines = [(number, application.ref, application.amount) for number, application in enumerate(due, 1)]
    batch = Batch.objects.create(
        ref=refs.new_ref("DTT"),
        programme=programme,
        at=now,
        by=by.ref,
        by_name=by.name,
        count=len(lines),
        total=sum(amount for _number, _ref, amount in lines),
        control=control_of(lines),
    )
    BatchLine.objects.bulk_create(
        [
            BatchLine(batch=batch, number=number, application=application, amount=application.amount)
            for number, application in enumerate(due, 1)
        ]
    )
    values = {"count": batch.count, "total": batch.total, "control": batch.control}
    audit.record(by=by, did="support batch made", to=(SUBJECT, batch.ref), after=values)
    outbox.emit(events.BatchMade(batch.ref, programme.code, batch.count, batch.total))
    return batch


@transaction.atomic
def approve_batch(*, ref: str, by: Actor, now: datetime) -> Batch:
    """A second pair of eyes agrees that a batch may be paid: who made it may not. Only then is there a bank's file."""
    batch = Batch.objects.select_for_update(of=("self",)).select_related("programme__unit").filter(ref=ref[:24]).first()
    if batch is None:
        raise Refused("unknown_batch", _("Không có đợt thanh toán “%(ref)s”."), ref=ref[:24])
    by.must_be_able_to(MANAGE_SUPPORT, at=batch.programme.unit)
    if batch.approved_at is not None:
        raise Refused("approved_before", _("Đợt thanh toán này đã được duyệt."))
    if batch.by == by.ref:
        raise Forbidden("four_eyes", _("Người lập đợt thanh toán không được tự duyệt."))
    batch.approved_at, batch.approved_by, batch.approved_name = now, by.ref, by.name
    batch.save(update_fields=["approved_at", "approved_by", "approved_name"])
    values = {"count": batch.count, "total": batch.total, "control": batch.control}
    audit.record(by=by, did="support batch approved", to=(SUBJECT, batch.ref), after=values)
    return batch


@transaction.atomic
def settle_lines(*, ref: str, numbers: Sequence[int], paid: bool, why: str, on: date, by: Actor, now: datetime) -> int:
    """What the giver or the bank said of lines (all that are open, where none is named): paid, or returned and why.

    A returned benefit may go into a later batch. Refuses lines that were settled before. Says how many were.
    """
    batch = Batch.objects.select_related("programme__unit").filter(ref=ref[:24]).first()
    if batch is None:
        raise Refused("unknown_batch", _("Không có đợt thanh toán “%(ref)s”."), ref=ref[:24])
    by.must_be_able_to(MANAGE_SUPPORT, at=batch.programme.unit)
    if not paid and (not numbers or len(why.strip()) < 3):
        raise Refused("no_reason", _("Hãy ghi số thứ tự các dòng bị trả lại và lý do."))
    if on > clock.local(now).date() or on < clock.local(batch.at).date():
        raise Refused("bad_day", _("Ngày báo lại phải từ ngày lập đợt đến hôm nay."))
    lines = batch.lines.filter(state=BatchLine.State.SENT).order_by("number")
    lines = lines.filter(number__in=numbers) if numbers else lines
    batch_lines = list(lines.select_for_update())
    if not batch_lines or (numbers and len(batch_lines) != len(set(numbers))):
        raise Refused("settled_before", _("Có dòng không thuộc đợt này hoặc đã được báo lại rồi."))
    BatchLine.objects.filter(pk__in=[batch_line.pk for batch_line in batch_lines]).update(
        state=BatchLine.State.PAID if paid else BatchLine.State.RETURNED,
        settled_on=on,
        why="" if paid else why.replace("\0", "").strip()[:300],
    )
    values = {"paid": paid, "numbers": [batch_line.number for batch_line in batch_lines][:500], "why": why[:300]}
    audit.record(by=by, did="support batch settled", to=(SUBJECT, batch.ref), after=values)
    return len(batch_lines)
