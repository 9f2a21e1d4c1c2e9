"""Writing one record: adding, changing from a day on, correcting the past, ending."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Act, Version
from tinhso.blocks.registers.queries import history, parsing, registry, showing
from tinhso.blocks.registers.services import acts
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused


@transaction.atomic
def add_record(
    *,
    register: Register,
    values: Mapping[str, Any],
    by: Actor,
    now: datetime,
    valid_from: date | None = None,
    why: str = "",
) -> Any:
    """A new record that holds since ``valid_from`` (today); ``parsing.Invalid`` says what is wrong."""
    today = clock.local(now).date()
    data = parsing.parse_record(register, values, today)
    entry = register.model(ref=refs.new_ref(register.prefix), valid_from=_not_ahead(valid_from or today, today), **data)
    record_values = showing.values_of(entry, registry.columns(register))
    parsing.check_record(register, record_values)
    by.must_be_able_to(register.change, at=Unit.objects.get(pk=entry.unit_id))
    act = acts.begin_act(register, Act.Did.ADDED, by=by, now=now, why=why)
    _save_record(register, entry, act)
    acts.announce_act(register, act, by=by, count=1, ref=entry.ref)
    return entry


@transaction.atomic
def change_record(
    *,
    register: Register,
    ref: str,
    values: Mapping[str, Any],
    by: Actor,
    now: datetime,
    valid_from: date | None = None,
    why: str = "",
    seen: int | None = None,
) -> Any:
    """From ``valid_from`` on (today) the record is as ``values`` say; columns that are not named stay.

    ``seen`` is the act that whoever changes it looked at: refused where somebody else changed it meanwhile. The same
    values change nothing.
    """
    today = clock.local(now).date()
    entry = locked_record(register, ref, by=by, seen=seen)
    day = _not_ahead(valid_from or today, today)
    if day < entry.valid_from:
        words = _("Bản ghi đang đúng từ %(day)s. Muốn sửa điều đã qua, dùng “Sửa quá khứ”.")
        raise Refused("before_state", words, day=f"{entry.valid_from:%d/%m/%Y}")
    was = showing.values_of(entry, registry.columns(register))
    data = parsing.parse_record(register, values, today)
    if all(was[name] == _as_same_type(value, was[name]) for name, value in data.items()):
        return entry
    parsing.check_record(register, was | data)
    if data.get("unit_id", entry.unit_id) != entry.unit_id:
        by.must_be_able_to(register.change, at=Unit.objects.get(pk=data["unit_id"]))
    act = acts.begin_act(register, Act.Did.CHANGED, by=by, now=now, why=why)
    for name, value in data.items():
        setattr(entry, name, value)
    entry.valid_from = day
    _save_record(register, entry, act)
    acts.announce_act(register, act, by=by, count=1, ref=entry.ref, columns=sorted(data))
    return entry


def _as_same_type(value: Any, beside: Any) -> Any:
    if isinstance(beside, date) and isinstance(value, str):
        return date.fromisoformat(value)
    return type(beside)(str(value)) if hasattr(beside, "quantize") and value is not None else value


@transaction.atomic
def correct_record(
    *,
    register: Register,
    ref: str,
    values: Mapping[str, Any],
    start: date,
    end: date,
    why: str,
    by: Actor,
    now: datetime,
) -> int:
    """From ``start`` up to, not including, ``end`` the record was otherwise than known; says how many pieces changed.

    What holds now stays as it is: ``end`` is at the latest the day since which it holds.
    """
    entry = locked_record(register, ref, by=by)
    if not why.strip():
        raise Refused("why_missing", _("Sửa quá khứ cần có lý do."))
    if not start < end <= entry.valid_from:
        words = _("Khoảng sửa phải có ngày đầu trước ngày cuối, và kết thúc muộn nhất ngày %(day)s.")
        raise Refused("no_past", words, day=f"{entry.valid_from:%d/%m/%Y}")
    data = parsing.parse_record(register, values, clock.local(now).date())
    pieces = [
        timeline_piece
        for timeline_piece in history.timeline(register, ref)
        if timeline_piece.start < end and start < timeline_piece.end
    ]
    if not pieces:
        raise Refused("no_past", _("Trước ngày này chưa ghi nhận gì về bản ghi."))
    act = acts.begin_act(register, Act.Did.CORRECTED, by=by, now=now, why=why)
    Version.objects.bulk_create(
        [
            Version(
                register=register.code,
                ref=ref,
                at=now,
                act=act,
                data=timeline_piece.version.data | data,
                valid=DateRange(max(timeline_piece.start, start), min(timeline_piece.end, end), "[)"),
            )
            for timeline_piece in pieces
        ]
    )
    acts.announce_act(register, act, by=by, count=1, ref=ref, columns=sorted(data), start=f"{start}", end=f"{end}")
    return len(pieces)


@transaction.atomic
def end_record(*, register: Register, ref: str, on: date, why: str, by: Actor, now: datetime) -> Any:
    """The thing is no more from ``on`` on; its record and history stay."""
    entry = locked_record(register, ref, by=by)
    if entry.ended_on is not None:
        raise Refused("ended", _("Bản ghi đã ngừng từ %(day)s."), day=f"{entry.ended_on:%d/%m/%Y}")
    if not why.strip():
        raise Refused("why_missing", _("Hãy ghi lý do ngừng."))
    if not entry.valid_from <= on <= clock.local(now).date() + timedelta(days=366):
        raise Refused("bad_day", _("Ngày ngừng không được trước %(day)s."), day=f"{entry.valid_from:%d/%m/%Y}")
    act = acts.begin_act(register, Act.Did.ENDED, by=by, now=now, why=why)
    entry.ended_on = on
    entry.valid_from = min(on, clock.local(now).date())
    _save_record(register, entry, act)
    acts.announce_act(register, act, by=by, count=1, ref=ref, on=f"{on}")
    return entry


def locked_record(register: Register, ref: str, *, by: Actor, seen: int | None = None) -> Any:
    """The record for writing: it is there, it is one that ``by`` may change, nobody changed it since ``seen``."""
    rows = register.model.objects.select_for_update(of=("self",)).filter(ref=ref[:40], removed=False)
    entry = rows.first()
    if entry is None:
        raise Refused("unknown_record", _("Không có bản ghi “%(ref)s”."), ref=ref[:40])
    by.must_be_able_to(register.change, at=entry.unit)
    if seen is not None and seen != entry.act_id:
        raise Refused("changed_meanwhile", _("Người khác vừa sửa bản ghi này. Hãy xem lại rồi sửa."))
    return entry


def _not_ahead(day: date, today: date) -> date:
    if day > today:
        raise Refused("ahead", _("Chỉ ghi điều đã đúng: ngày hiệu lực không được sau hôm nay."))
    return day


def _save_record(register: Register, entry: Any, act: Act) -> None:
    entry.act = act
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as problem:
        raise acts.refusal_of(register, problem) from problem
