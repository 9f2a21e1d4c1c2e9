"""Letting a report through to strangers, hiding it, and covering what points at people on its photos."""

from collections.abc import Collection, Sequence
from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from tinhso.blocks.audit import services as audit
from tinhso.blocks.documents import queries as documents
from tinhso.blocks.documents.services import storing
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import nfc
from tinhso.society.field_reports.contract import SHOWN
from tinhso.society.field_reports.models import Attachment, Covering, Look, Picture, Report
from tinhso.society.field_reports.queries import lookup, suggesting
from tinhso.society.field_reports.rights import HANDLE_FIELD_REPORTS
from tinhso.society.field_reports.services import record
from tinhso.society.field_reports.services.pictures import prepare_picture

MOST_AREAS = 12
COARSE = 5  # blocks across a covered area: too few for anybody to be known by
Area = tuple[int, int, int, int]


def _looked_at(ref: str, by: Actor) -> Report:
    report = lookup.locked_report(ref)
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=report.unit)
    if report.status not in SHOWN or report.kind != Report.Kind.FIELD:
        raise Refused("not_shown", _("Phản ánh này không thuộc loại được công khai."))
    return report


@transaction.atomic
def release_report(*, ref: str, public_text: str, photos: Collection[str], by: Actor, now: datetime) -> Report:
    """Let strangers read ``public_text`` and see these photos (references); other photos of the report are hidden."""
    report = _looked_at(ref, by)
    text = suggesting.without_personal_data(nfc(public_text).replace("\0", "").strip()[:4000])
    if not text:
        raise Refused("says_nothing", _("Hãy viết nội dung người ngoài được đọc."))
    files = report.attachments.exclude(kind=Attachment.Kind.VOICE)
    files.filter(ref__in=photos).update(public=True)
    files.exclude(ref__in=photos).update(public=False)
    Look.objects.create(report=report, at=now, by=by.ref, by_name=by.name, released=True)
    detail = {"photos": sorted(photos)}
    record.note_down(
        report, did="released", by=by, now=now, public=False, detail=detail, is_public=True, public_text=text
    )
    return report


@transaction.atomic
def hide_report(*, ref: str, why: str, by: Actor, now: datetime) -> Report:
    """Let strangers see nothing of a report, with a reason that those who work here read."""
    report = _looked_at(ref, by)
    reason = record.answer_of(why)
    report.attachments.update(public=False)
    Look.objects.create(report=report, at=now, by=by.ref, by_name=by.name, released=False, why=reason)
    record.note_down(report, did="hidden", by=by, now=now, note=reason, public=False, is_public=False)
    return report


def cover_photo(*, photo: str, areas: Sequence[Area], by: Actor, now: datetime) -> Attachment:
    """Make areas of a photo unrecognisable for everybody, also where it is shown already.

    ``areas``: left, top, right, bottom in hundredths of width and height. The picture from before is kept, sealed.
    """
    attachment = Attachment.objects.select_related("report__unit", "picture__shown").filter(ref=photo).first()
    if attachment is None or attachment.picture is None:
        raise lookup.unknown_report(photo)
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=attachment.report.unit)
    good = [area for area in areas if _is_area(area)]
    if not good or len(good) != len(areas) or len(areas) > MOST_AREAS:
        raise Refused("bad_area", _("Mỗi chỗ che gồm bốn số từ 0 đến 100: trái, trên, phải, dưới."))
    covered = _covered_picture(attachment.picture, good, now)
    return _replace_photo(attachment.ref, attachment.picture.pk, covered, good, by=by, now=now)


@transaction.atomic
def _replace_photo(
    ref: str, before: int, covered: Picture, areas: Sequence[Area], *, by: Actor, now: datetime
) -> Attachment:
    attachment = Attachment.objects.select_for_update().get(ref=ref)
    if attachment.picture_id != before:
        raise Refused("changed_meanwhile", _("Ảnh vừa được người khác che. Hãy mở lại trang để xem."))
    report = lookup.locked_report(attachment.report.ref)
    if covered.pk == before:
        return attachment
    Covering.objects.create(
        attachment=attachment, before_id=before, after=covered, areas=list(areas), at=now, by=by.ref
    )
    attachment.picture = covered
    attachment.save(update_fields=["picture"])
    record.note_down(report, did="covered", by=by, now=now, public=False, detail={"photo": ref, "areas": len(areas)})
    return attachment


@transaction.atomic
def uncover_photo(*, photo: str, why: str, by: Actor, now: datetime) -> Attachment:
    """Show the photo as it was before it was last covered; strangers do not see it until it is let through again."""
    attachment = Attachment.objects.select_for_update().filter(ref=photo).first()
    last = (
        attachment.coverings.filter(after=attachment.picture).order_by("-pk").first()
        if attachment is not None
        else None
    )
    if attachment is None or last is None:
        raise lookup.unknown_report(photo)
    report = lookup.locked_report(attachment.report.ref)
    by.must_be_able_to(HANDLE_FIELD_REPORTS, at=report.unit)
    reason = record.answer_of(why)
    attachment.picture, attachment.public = last.before, False
    attachment.save(update_fields=["picture", "public"])
    record.note_down(report, did="uncovered", by=by, now=now, note=reason, public=False, detail={"photo": photo})
    audit.record_view(by=by, what=(record.SUBJECT, report.ref), why=reason)
    return attachment


def _is_area(one: Area) -> bool:
    left, top, right, bottom = one
    return 0 <= left < right <= 100 and 0 <= top < bottom <= 100


def _covered_picture(picture: Picture, areas: Sequence[Area], now: datetime) -> Picture:
    with Image.open(BytesIO(b"".join(documents.chunks(picture.shown)))) as opened:
        drawn = opened.convert("RGB")
    for left, top, right, bottom in areas:
        box = (
            left * drawn.width // 100,
            top * drawn.height // 100,
            max(right * drawn.width // 100, left * drawn.width // 100 + 1),
            max(bottom * drawn.height // 100, top * drawn.height // 100 + 1),
        )
        part = drawn.crop(box)
        blocks = part.resize((COARSE, COARSE), Image.Resampling.BOX)
        drawn.paste(blocks.resize(part.size, Image.Resampling.NEAREST), box)
    with storing.incoming_file() as path:
        with path.open("wb") as opened_file:
            drawn.save(opened_file, "JPEG", quality=85, optimize=True)
        file, _is_new = storing.store_file(path, media_type="image/jpeg", now=now)
    return prepare_picture(file=file, now=now)
