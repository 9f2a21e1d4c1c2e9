"""Writing many records in one act: changing, taking an act back, merging, following units."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import REGISTERS, Register, register_of
from tinhso.blocks.registers.models import Act, Entry
from tinhso.blocks.registers.queries import history, parsing, registry, showing
from tinhso.blocks.registers.services import acts
from tinhso.blocks.registers.services.one import locked_record
from tinhso.blocks.units.models import Succession
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

MOST = 1_000
DERIVED = ("id", "words", "key", "facets", "name_key")


@transaction.atomic
def change_many(
    *, register: Register, refs: Sequence[str], values: Mapping[str, Any], why: str, by: Actor, now: datetime
) -> int:
    """From today on all these records have these values; says how many. One that cannot have them refuses all."""
    today = clock.local(now).date()
    if not refs or not values or len(refs) > MOST:
        raise Refused("nothing_chosen", _("Hãy chọn từ 1 đến %(most)s bản ghi và ít nhất một cột."), most=MOST)
    data = parsing.parse_record(register, values, today)
    act = acts.begin_act(register, Act.Did.BULK, by=by, now=now, why=why)
    rows = [locked_record(register, ref, by=by) for ref in sorted(set(refs))]
    for entry in rows:
        was = showing.values_of(entry, registry.columns(register))
        parsing.check_record(register, was | data)
        for name, value in data.items():
            setattr(entry, name, value)
        if data.get("unit_id"):
            by.must_be_able_to(register.change, at=entry.unit)
        entry.valid_from, entry.act = max(today, entry.valid_from), act
    try:
        register.model.objects.bulk_update(rows, [*data, "valid_from", "act"])
    except IntegrityError as problem:
        raise acts.refusal_of(register, problem) from problem
    acts.announce_act(register, act, by=by, count=len(rows), columns=sorted(data))
    return len(rows)


@transaction.atomic
def undo_act(*, act: Act, by: Actor, now: datetime, why: str = "") -> tuple[int, int]:
    """Take back what an act did to many records: those it brought go, those it changed are as they were before it.

    Records that are otherwise by now, since somebody changed them after it, stay so; says how many were taken back and
    how many stay. All of it is one act itself: nothing is erased.
    """
    register = registry.find(act.register)
    act = Act.objects.select_for_update().get(pk=act.pk)
    if history.undoable_acts(register, act) is None or Act.objects.filter(undoes=act).exists():
        raise Refused("not_undoable", _("Lần ghi này không hoàn tác được, hoặc đã hoàn tác."))
    _must_reach_all(register, act, by)
    stay = history.later_changed(register, act)
    doing = acts.begin_act(register, Act.Did.UNDONE, by=by, now=now, why=why, undoes=act)
    with connection.cursor() as cursor:
        cursor.execute(_undo_sql(register), {"act": act.pk, "doing": doing.pk, "register": register.code})
        count = cursor.rowcount
    acts.announce_act(register, doing, by=by, count=count, stay=stay, undoes=act.pk)
    return count, stay


def _must_reach_all(register: Register, act: Act, by: Actor) -> None:
    """Whoever takes an act back may change every record of it."""
    if register.change in by.everywhere:
        return
    beyond = register.model.objects.filter(act=act).exclude(unit__in=by.places(register.change)).first()
    by.must_be_able_to(register.change, at=beyond.unit if beyond is not None else None)


def _undo_sql(register: Register) -> str:
    """One statement: each row gets its former version's values, or is removed where it had none.

    All former versions are found in one pass: asked for row by row, the last one before a version is sought backwards
    through the whole history.
    """
    table, names = _table_and_columns(register)
    former = """WITH one AS MATERIALIZED (
                    SELECT DISTINCT ON (ref) ref, id, data FROM registers_version
                    WHERE act_id = %(act)s AND register = %(register)s ORDER BY ref, id),
                earlier AS MATERIALIZED (
                    SELECT DISTINCT ON (was.ref) was.ref, was.data
                    FROM one JOIN registers_version was ON was.register = %(register)s AND was.ref = one.ref
                        AND was.id < one.id AND upper_inf(was.valid)
                    ORDER BY was.ref, was.id DESC)
                SELECT one.ref, one.data AS brought, earlier.data FROM one LEFT JOIN earlier USING (ref)"""
    gone = """CASE WHEN former.data IS NULL THEN '{"removed": true}'::jsonb ELSE former.data END"""
    return f"""
        UPDATE {table} live SET ({names}, act_id) = (
            SELECT {", ".join(f"r.{name}" for name in names.split(", "))}, %(doing)s
            FROM jsonb_populate_record(live, {gone}) r)
        FROM ({former}) former WHERE former.ref = live.ref
          AND (live.act_id = %(act)s OR to_jsonb(live) @> former.brought)
    """


def _table_and_columns(register: Register) -> tuple[str, str]:
    """The table and its own columns, as SQL; what the database works out itself is left out."""
    meta = register.model._meta
    own = [
        concrete_field.column
        for concrete_field in meta.concrete_fields
        if concrete_field.column not in (*DERIVED, "ref", "act_id", "valid_from")
    ]
    return f'"{meta.db_table}"', ", ".join(f'"{name}"' for name in own)


@transaction.atomic
def merge_records(
    *, register: Register, keep: str, lose: Sequence[str], values: Mapping[str, Any], why: str, by: Actor, now: datetime
) -> Any:
    """``lose`` are the same thing as ``keep``, which gets ``values``; whatever pointed to them points to it."""
    first = locked_record(register, keep, by=by)
    others = [locked_record(register, ref, by=by) for ref in sorted(set(lose) - {keep})]
    if not others:
        raise Refused("nothing_chosen", _("Hãy chọn ít nhất hai bản ghi để gộp."))
    today = clock.local(now).date()
    data = parsing.parse_record(register, values, today)
    parsing.check_record(register, showing.values_of(first, registry.columns(register)) | data)
    act = acts.begin_act(register, Act.Did.MERGED, by=by, now=now, why=why)
    for duplicate in others:
        duplicate.removed, duplicate.merged_into, duplicate.act, duplicate.valid_from = (
            True,
            keep,
            act,
            max(today, duplicate.valid_from),
        )
    register.model.objects.bulk_update(others, ["removed", "merged_into", "act", "valid_from"])
    for name, value in data.items():
        setattr(first, name, value)
    first.act, first.valid_from = act, max(today, first.valid_from)
    first.save()
    for name, moved in _referring_columns(register, others):
        _redirect_references(name, moved, others, first, by=by, now=now, today=today)
    acts.announce_act(
        register, act, by=by, count=1 + len(others), ref=keep, lose=[lost_entry.ref for lost_entry in others]
    )
    return first


def _referring_columns(register: Register, others: Sequence[Any]) -> list[tuple[str, type[models.Model]]]:
    """Columns of other registers that point into this one."""
    return [
        (relation.field.name, relation.related_model)
        for relation in register.model._meta.related_objects
        if isinstance(relation.related_model, type) and issubclass(relation.related_model, Entry)
    ]


def _redirect_references(
    name: str, model: Any, others: Sequence[Any], first: Any, *, by: Actor, now: datetime, today: date
) -> None:
    register = register_of(model)
    rows = list(model.objects.select_for_update(of=("self",)).filter(**{f"{name}__in": others}, removed=False))
    if register is None or not rows:
        return
    act = acts.begin_act(register, Act.Did.MERGED, by=by, now=now)
    for row in rows:
        setattr(row, name, first)
        row.act, row.valid_from = act, max(today, row.valid_from)
    model.objects.bulk_update(rows, [name, "act", "valid_from"])
    acts.announce_act(register, act, by=by, count=len(rows))


def move_units(*, today: date, by: Actor, now: datetime) -> int:
    """Records of units that ended are of the one unit that each became; of several, they stay until somebody says.

    Says how many moved. What a unit became is known from its successions; nothing moves by a guess.
    """
    moved = 0
    for register in REGISTERS.values():
        moved += _move_to_successors(register, today, by, now)
    return moved


@transaction.atomic
def _move_to_successors(register: Register, today: date, by: Actor, now: datetime) -> int:
    ended = register.model.objects.filter(removed=False, ended_on__isnull=True, unit__valid__endswith__lte=today)
    after = {
        unit: _successor_unit(unit, today) for unit in ended.order_by().values_list("unit_id", flat=True).distinct()
    }
    moves = {unit: next_ for unit, next_ in after.items() if next_}
    rows = list(ended.filter(unit__in=moves).select_for_update(of=("self",)).order_by().values_list("pk", flat=True))
    if not rows:
        return 0
    act = acts.begin_act(register, Act.Did.MOVED, by=by, now=now, why=_("Đơn vị hành chính được sắp xếp lại"))
    register.model.objects.filter(pk__in=rows).update(
        unit_id=Case(*[When(unit_id=unit, then=Value(next_)) for unit, next_ in moves.items()]),
        valid_from=Greatest(F("valid_from"), Value(today)),
        act=act,
    )
    acts.announce_act(register, act, by=by, count=len(rows))
    return len(rows)


def _successor_unit(unit: int, today: date) -> int | None:
    """The one unit of today that all of ``unit`` became; None where that is not one."""
    visited_units: set[int] = set()
    while unit not in visited_units:
        visited_units.add(unit)
        edges = list(Succession.objects.filter(known__upper_inf=True, before=unit).select_related("after"))
        if len(edges) != 1:
            return None
        unit, valid = edges[0].after_id, edges[0].after.valid
        if (valid.lower is None or valid.lower <= today) and (valid.upper is None or today < valid.upper):
            return unit
    return None
