"""Handing a benefit over: once, with proof, and the number of the device where one is given."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.blocks.documents.contract import UploadLimits
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.services import accepting
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.society.support.contract import ApplicationState
from tinhso.society.support.models import Claim, Delivery, List
from tinhso.society.support.queries import lookup, numbers, secrets
from tinhso.society.support.rights import TAKE_SUPPORT
from tinhso.society.support.services import record
from tinhso.society.support.services.deciding import locked_application

PROOF = UploadLimits(types=("jpeg", "png", "pdf"), largest=10_000_000, pixels=60_000_000)


def keep_proof(*, ref: str, upload: accepting.Upload, file_name: str, by: Actor, now: datetime) -> StoredFile:
    """Take in a photo or a signed paper for an application that ``by`` may deliver. Stands in no transaction."""
    application = lookup.visible_application(ref, by=by)
    by.must_be_able_to(TAKE_SUPPORT, at=application.unit)
    if application.state != ApplicationState.APPROVED:
        raise Refused("not_now", _("Chỉ trao hồ sơ đã duyệt."))
    return accepting.accept_upload(upload=upload, file_name=file_name, limits=PROOF, by=by, now=now)


def record_delivery(
    *,
    ref: str,
    on: date,
    by: Actor,
    now: datetime,
    proof: StoredFile | None = None,
    imei: str = "",
    note: str = "",
    listed: List | None = None,
) -> Delivery:
    """Note that it was handed over on a day, with a proof; refuses a second time, and a device given before."""
    try:
        with transaction.atomic():
            return _create_delivery(ref, on, by, now, proof, imei, note, listed)
    except IntegrityError as fault:
        raise record.told_of(fault) from fault


def _create_delivery(
    ref: str, on: date, by: Actor, now: datetime, proof: StoredFile | None, imei: str, note: str, listed: List | None
) -> Delivery:
    application = locked_application(ref, by=by, right=TAKE_SUPPORT)
    if application.state != ApplicationState.APPROVED:
        raise Refused("not_now", _("Chỉ trao hồ sơ đã duyệt và chưa trao."))
    if proof is None and listed is None:
        raise Refused("no_proof", _("Hãy gửi ảnh lúc trao, hoặc giấy ký nhận."))
    if on > clock.local(now).date() or on < application.programme.starts_on:
        raise Refused("bad_day", _("Ngày trao phải trong thời gian của chương trình và không sau hôm nay."))
    masked_imei = ""
    if application.programme.gives_device:
        text = numbers.parse_imei(imei)
        mark = secrets.claim_mark(application.programme, Claim.Kind.IMEI, text)
        Claim.objects.create(application=application, programme=application.programme, kind=Claim.Kind.IMEI, mark=mark)
        masked_imei = numbers.masked_number(text)
    tidy = note.replace("\0", "").strip()[:500]
    delivery = Delivery.objects.create(
        application=application,
        on=on,
        at=now,
        by=by.ref,
        by_name=by.name,
        shown_imei=masked_imei,
        proof=proof,
        listed=listed,
        note=tidy,
    )
    record.move_application(
        application,
        ApplicationState.DELIVERED,
        did="delivered",
        by=by,
        now=now,
        note=tidy,
        delivered_at=_delivery_moment(on, now),
    )
    return delivery


def _delivery_moment(on: date, now: datetime) -> datetime:
    """The moment of a delivery: now, or the middle of an earlier day, of which nobody knows the hour."""
    return (
        now
        if on == clock.local(now).date()
        else clock.local(now).replace(
            year=on.year, month=on.month, day=on.day, hour=12, minute=0, second=0, microsecond=0
        )
    )
