"""Writing, changing and withdrawing notes on the course of an indicator; no wording is ever lost."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.indicators import queries as indicators
from tinhso.blocks.indicators import services as keeping
from tinhso.blocks.units import queries as units
from tinhso.ioc.models import Annotation
from tinhso.ioc.queries import annotations as queries
from tinhso.kernel import periods
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused
from tinhso.kernel.refs import new_ref
from tinhso.kernel.text import nfc

LONGEST = 500


@transaction.atomic
def annotate(*, indicator: str, unit: str, period: str, text: str, by: Actor, now: datetime) -> Annotation:
    """Write a note at a period of an indicator, for one unit or (``unit`` empty) for all.

    The snapshot in force is kept for good: what the author saw can be shown again.
    """
    where = units.by_ref(unit) if unit else None
    if not queries.may_write(by, where):
        raise Forbidden("no_right", _("Bạn không có quyền ghi chú cho đơn vị này."))
    if indicator not in indicators.catalogue().indicators:
        raise Refused("unknown_indicator", _("Không có chỉ tiêu nào có mã “%(code)s”."), code=indicator)
    note = Annotation(
        ref=new_ref("GC"),
        indicator=indicator,
        unit=where,
        period=periods.parse(period).code,
        text=_checked_text(text),
        author=by.ref,
        author_name=by.name,
        at=now,
    )
    note.save()
    number = indicators.newest_number()
    if number:
        keeping.pin_snapshot(number)
    audit.record(by=by, did="annotated", to=note, after=queries.audited_annotation(note))
    return note


@transaction.atomic
def reword(*, ref: str, text: str, by: Actor, now: datetime) -> Annotation:
    """Change a note: the former wording stays in its history, and on pages as they were known before."""
    former = _locked_note(ref, by)
    words = _checked_text(text)
    if words == former.text:
        return former
    _end_wording(former, by, now)
    later = Annotation(
        ref=ref,
        version=former.version + 1,
        indicator=former.indicator,
        unit=former.unit,
        period=former.period,
        text=words,
        author=former.author,
        author_name=former.author_name,
        at=now,
    )
    later.save()
    audit.record(
        by=by,
        did="reworded annotation",
        to=later,
        before=queries.audited_annotation(former),
        after=queries.audited_annotation(later),
    )
    return later


@transaction.atomic
def withdraw(*, ref: str, by: Actor, now: datetime) -> Annotation:
    """Take a note off the pages of today."""
    former = _locked_note(ref, by)
    _end_wording(former, by, now)
    audit.record(by=by, did="withdrew annotation", to=former, before=queries.audited_annotation(former))
    return former


def _locked_note(ref: str, by: Actor) -> Annotation:
    former = queries.wording_now(ref)
    if not queries.may_change(former, by):
        raise Forbidden("not_author", _("Chỉ người viết hoặc người quản lý chỉ tiêu được sửa, rút ghi chú này."))
    return former


def _end_wording(former: Annotation, by: Actor, now: datetime) -> None:
    former.until, former.ended_by = now, by.name
    former.save(update_fields=["until", "ended_by"])


def _checked_text(text: str) -> str:
    words = " ".join(nfc(text).replace("\0", "").split())
    if not words or len(words) > LONGEST:
        raise Refused("bad_text", _("Hãy viết ghi chú từ 1 đến %(most)s chữ."), most=LONGEST)
    return words
