"""Files into registers: read and held to the rules, compared in the database, taken over and undone whole.

Nothing of a file is in memory but the rows at hand: typed rows go into a staging table by COPY; which are new, changed
or the same, and the taking over, are single statements over sets.
"""

import json
from datetime import date, datetime
from typing import IO, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import Act, Fault, Import, Staged
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.registers.services import acts, staging
from tinhso.blocks.registers.services.many import DERIVED, _table_and_columns
from tinhso.kernel import clock, refs
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.workbooks import open_table

WORK_MEMORY = "128MB"  # for the time of one file: what triggers look at is not written to disk in between
NEW, CHANGED, SAME = "new", "changed", "same"


@transaction.atomic
def hold_file(
    *,
    register: Register,
    file: IO[bytes],
    name: str,
    size: int,
    by: Actor,
    now: datetime,
    valid_from: date | None = None,
) -> Import:
    """Read a file and say what taking it over would do; nothing of the register changes."""
    by.must_be_able_to(register.change)
    today = clock.local(now).date()
    if (valid_from or today) > today:
        raise Refused("ahead", _("Chỉ ghi điều đã đúng: ngày hiệu lực không được sau hôm nay."))
    sheet = open_table(file, name, size)
    reading, ignored = staging.begin_reading(register, sheet.headings, today, by)
    register_import = Import.objects.create(
        ref=refs.new_ref("NT"),
        register=register.code,
        file_name=name[:200].replace("\0", ""),
        by=by.ref,
        by_name=by.name,
        at=now,
        valid_from=valid_from or today,
        ignored=ignored,
        headings={
            str(n): register_column.name
            for n, register_column in enumerate(reading.columns)
            if register_column is not None
        },
    )
    staging.stage_rows(register_import, reading, sheet.rows)
    _compare_rows(register_import, reading)
    audit.record(
        by=by, did="held file", to=("registers.Import", register_import.ref), after={"rows": register_import.rows}
    )
    return register_import


def _compare_rows(held: Import, reading: staging.FileReading) -> None:
    """Find each row's record, and what would become of it; rows that cannot be are wrong.

    Records are looked up one by one (``LIMIT``) in the index that holds them: to join the two as sets, the planner
    reads the whole register for a file of new records.
    """
    register = reading.register
    table = f'"{register.model._meta.db_table}"'
    meets = "entry.ref = row.ref" if reading.ref_at is not None else "entry.key = row.key AND entry.key <> ''"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registers_staged (load_id, number, key, ref, live, fate)")  # values are long
        cursor.execute(
            f"""UPDATE registers_staged row SET live = met.id,
                    fate = CASE WHEN met.now @> row.data THEN 'same' ELSE 'changed' END
                FROM (SELECT row.number, entry.id, to_jsonb(entry) AS now FROM registers_staged row
                      CROSS JOIN LATERAL (
                          SELECT * FROM {table} entry WHERE NOT entry.removed AND {meets} LIMIT 1) entry
                      WHERE row.load_id = %s) met
                WHERE row.load_id = %s AND row.number = met.number""",
            [held.pk, held.pk],
        )
    _refuse_twice(held, reading)
    _refuse_others(held, reading, table)
    _refuse_new_halves(held, reading)
    _count_rows(held, reading)


def _mark_faulty_rows(
    held: Import, reading: staging.FileReading, found: str, label: str, why: str, *params: Any
) -> None:
    """Mark rows that ``found`` (SQL giving numbers) names, and say why."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE registers_staged SET fate = 'wrong' WHERE load_id = %s AND fate <> 'wrong' "
            f"AND number IN ({found}) "
            "RETURNING number",
            [held.pk, *params],
        )
        numbers = sorted(number for (number,) in cursor.fetchall())
    reading.faulty += len(numbers)
    room = max(0, staging.MOST_FAULTS - len(reading.faults))
    faults = [Fault(load=held, number=n, cell=f"{n}", column=label, told="", why=why) for n in numbers[:room]]
    reading.faults += Fault.objects.bulk_create(faults)


def _refuse_twice(held: Import, reading: staging.FileReading) -> None:
    label = ", ".join(registry.column(reading.register, name).label for name in reading.register.keys)
    side = "ref" if reading.ref_at is not None else "key"
    twice = f"""SELECT number FROM (SELECT number, count(*) OVER (PARTITION BY {side}) n FROM registers_staged
                WHERE load_id = %s AND {side} <> '') counted WHERE n > 1"""
    _mark_faulty_rows(held, reading, twice, label, _("hai dòng trong tệp nói về cùng một bản ghi"), held.pk)


def _refuse_others(held: Import, reading: staging.FileReading, table: str) -> None:
    """Records that lie where one may not write, ended ones, and those that hold since a later day."""
    base = (
        f"SELECT row.number FROM registers_staged row JOIN {table} entry ON entry.id = row.live WHERE row.load_id = %s"
    )
    if reading.places is not None:
        why = _("bản ghi thuộc đơn vị mà bạn không có quyền ghi")
        _mark_faulty_rows(
            held, reading, f"{base} AND entry.unit_id <> ALL(%s)", _("đơn vị"), why, held.pk, sorted(reading.places)
        )
    why = _("bản ghi đang đúng từ một ngày sau ngày hiệu lực của tệp")
    later = f"{base} AND row.fate = 'changed' AND entry.valid_from > %s"
    _mark_faulty_rows(held, reading, later, _("từ ngày"), why, held.pk, held.valid_from)


def _refuse_new_halves(held: Import, reading: staging.FileReading) -> None:
    """A new record needs all that a record must have."""
    new = "SELECT number FROM registers_staged WHERE load_id = %s AND fate = 'new'"
    if reading.ref_at is not None:
        _mark_faulty_rows(held, reading, new, _("tham chiếu"), _("không có bản ghi nào có tham chiếu này"), held.pk)
    elif not reading.whole:
        _mark_faulty_rows(held, reading, new, "", _("bản ghi mới cần đủ các cột bắt buộc"), held.pk)


def _count_rows(held: Import, reading: staging.FileReading) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fate, count(*) FROM registers_staged WHERE load_id = %s GROUP BY 1", [held.pk])
        count_by_fate = dict(cursor.fetchall())
    held.rows, held.faulty = reading.rows, reading.faulty
    held.new, held.changed, held.same = (count_by_fate.get(fate, 0) for fate in (NEW, CHANGED, SAME))
    held.save(update_fields=["rows", "faulty", "new", "changed", "same"])


@transaction.atomic
def take_over_file(*, ref: str, by: Actor, now: datetime, without_faulty: bool = False) -> Import:
    """Take a held file over as one act; with faulty rows only if whoever takes it says that they shall stay out.

    Refused where somebody changed one of its records meanwhile.
    """
    register_import = _locked_import(ref)
    register = registry.find(register_import.register)
    by.must_be_able_to(register.change)
    if register_import.by != by.ref:
        raise Refused("others_import", _("Tệp này do người khác tải lên."))
    if register_import.faulty and not without_faulty:
        raise Refused(
            "faulty_rows", _("Tệp còn %(n)s dòng lỗi. Sửa tệp, hoặc chọn nhập các dòng đúng."), n=register_import.faulty
        )
    if not register_import.new and not register_import.changed:
        raise Refused("nothing_new", _("Tệp không có gì khác danh mục."))
    table, names = _table_and_columns(register)
    act = acts.begin_act(register, Act.Did.IMPORTED, by=by, now=now, why=register_import.file_name)
    values: dict[str, Any] = {"load": register_import.pk, "act": act.pk, "day": register_import.valid_from}
    values["defaults"] = json.dumps(_default_values(register))
    try:
        _write_records(register_import, table, names, values)
    except IntegrityError as problem:
        raise acts.refusal_of(register, problem) from problem
    register_import.state, register_import.act = Import.State.TAKEN, act
    register_import.save(update_fields=["state", "act"])
    acts.announce_act(
        register,
        act,
        by=by,
        count=register_import.new + register_import.changed,
        file=register_import.file_name,
        new=register_import.new,
    )
    return register_import


def _write_records(held: Import, table: str, names: str, values: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEMORY])
        cursor.execute(_update_sql(table, names), values)
        if cursor.rowcount != held.changed:
            raise Refused("changed_meanwhile", _("Danh mục vừa thay đổi. Hãy tải tệp lên lại."))
        cursor.execute(_insert_sql(table, names), values)
        if cursor.rowcount != held.new:
            raise Refused("changed_meanwhile", _("Danh mục vừa thay đổi. Hãy tải tệp lên lại."))
        cursor.execute("DELETE FROM registers_staged WHERE load_id = %s", [held.pk])


def _update_sql(table: str, names: str) -> str:
    sides = ", ".join(f"r.{name}" for name in names.split(", "))
    return f"""
        UPDATE {table} entry SET ({names}, act_id, valid_from) = (
            SELECT {sides}, %(act)s, %(day)s::date FROM jsonb_populate_record(entry, row.data) r)
        FROM registers_staged row
        WHERE row.load_id = %(load)s AND row.fate = 'changed' AND entry.id = row.live AND NOT entry.removed
          AND entry.valid_from <= %(day)s
    """


def _insert_sql(table: str, names: str) -> str:
    """New rows in the order of the file, their references in the order of the alphabet.

    A reference was drawn for each row; which row gets which is as good as another. In order they are appended side by
    side to three indexes, that would otherwise be opened at another page for each row.
    """
    sides = ", ".join(f"(typed.r).{name}" for name in names.split(", "))
    new = "FROM registers_staged WHERE load_id = %(load)s AND fate = 'new'"
    return f"""
        INSERT INTO {table} (ref, act_id, valid_from, {names})
        SELECT typed.ref, %(act)s, %(day)s::date, {sides}
        FROM (SELECT ref, jsonb_populate_record(
                  (SELECT jsonb_populate_record(NULL::{table}, %(defaults)s::jsonb)), data) AS r
              FROM (SELECT drawn.ref, row.data
                    FROM (SELECT data, row_number() OVER (ORDER BY number) AS place {new}) row
                    JOIN (SELECT ref, row_number() OVER (ORDER BY ref COLLATE "C") AS place {new}) drawn USING (place)
                    ORDER BY place) paired
              OFFSET 0) typed
    """


def _default_values(register: Register) -> dict[str, Any]:
    """What a new record has where a file says nothing."""
    fields = [
        concrete_field
        for concrete_field in register.model._meta.concrete_fields
        if concrete_field.column not in DERIVED
    ]
    fields_with_default = [
        field for field in fields if field.has_default() or (field.empty_strings_allowed and not field.null)
    ]
    return {field.column: field.get_default() for field in fields_with_default}


@transaction.atomic
def drop_file(*, ref: str, by: Actor) -> None:
    """Let a held file go."""
    register_import = _locked_import(ref)
    if register_import.by != by.ref:
        raise Refused("others_import", _("Tệp này do người khác tải lên."))
    _empty_import(register_import)


def drop_old_files(*, before: datetime) -> int:
    """Let go of files that nobody confirmed; says how many."""
    old = list(Import.objects.filter(state=Import.State.HELD, at__lt=before).order_by(F("id")))
    for register_import in old:
        with transaction.atomic():
            _empty_import(_locked_import(register_import.ref))
    return len(old)


def _empty_import(held: Import) -> None:
    Staged.objects.filter(load=held).delete()
    held.state = Import.State.DROPPED
    held.save(update_fields=["state"])


def _locked_import(ref: str) -> Import:
    register_import = Import.objects.select_for_update().filter(ref=ref[:40]).first()
    if register_import is None:
        raise Refused("unknown_import", _("Không có lần nhập tệp “%(ref)s”."), ref=ref[:40])
    if register_import.state != Import.State.HELD:
        raise Refused("not_held", _("Tệp này đã được nhập hoặc đã bỏ."))
    return register_import
