"""Writing the values of a return: always into the one revision that is not yet sealed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tinhso.blocks.audit import services as audit
from tinhso.government.reporting.models import Return, Revision, Row
from tinhso.government.reporting.queries import data_sets
from tinhso.government.reporting.queries import returns as queries
from tinhso.government.reporting.queries.checks import RowKey
from tinhso.government.reporting.queries.numbers import is_stored
from tinhso.government.reporting.queries.specs import DataSetSpec
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

AUDITED = 50  # changes of one saving that the audit log spells out; revisions keep all of them


@dataclass(frozen=True)
class RowEntry:
    """Values for one row: ``unit`` is a unit's key, ``values`` maps fields to stored numbers; "" takes a value away."""

    unit: int
    member: str
    values: Mapping[str, str]


def write_values(one: Return, entries: Sequence[RowEntry], *, by: Actor, now: datetime, via: str, whole: bool) -> None:
    """Put ``entries`` into the return's open revision, beginning a new one after a sealed one."""
    spec = data_sets.spec_of(one.data_set)
    entered_rows = _values_by_row(spec, {unit.pk for unit in data_sets.row_units(one, spec)}, entries)
    before = queries.values_of(one.revision)
    after = _nonempty_rows(entered_rows) if whole else _merged_rows(before, entered_rows)
    fresh = one.revision is None or one.revision.sealed
    revision = open_revision(one, by=by, now=now, via=via, why=one.sent_back_why, copy=False)
    _replace_rows(revision, after, None if whole or fresh else entered_rows.keys())
    revision.at, revision.by, revision.by_name, revision.via = now, by.ref, by.name, via
    revision.save(update_fields=["at", "by", "by_name", "via"])
    changed = _changed_values(before, after)
    if changed:
        audited_changes = dict(list(changed.items())[:AUDITED])
        values = {"revision": revision.number, "via": via, "changes": len(changed), "values": audited_changes}
        audit.record(by=by, did="saved", to=one, after=values)


def _replace_rows(
    revision: Revision, values: Mapping[RowKey, Mapping[str, str]], only: Collection[RowKey] | None
) -> None:
    """Replace all rows, or ``only`` those."""
    if only is None:
        revision.rows.all().delete()
        return add_rows(revision, values)
    units, members = {unit for unit, _member in only}, {member for _unit, member in only}
    for row in revision.rows.filter(unit__in=units, member__in=members):
        if (row.unit_id, row.member) in only:
            row.delete()
    return add_rows(revision, {key: values[key] for key in only if key in values})


def open_revision(one: Return, *, by: Actor, now: datetime, via: str, why: str, copy: bool = True) -> Revision:
    """The open revision of a return; after a sealed one, the next number with (``copy``) the same values."""
    if one.revision is not None and not one.revision.sealed:
        return one.revision
    number = one.revision.number + 1 if one.revision else 1
    values = queries.values_of(one.revision) if copy else {}
    one.revision = Revision.objects.create(
        parent=one, number=number, at=now, by=by.ref, by_name=by.name, via=via, why=why
    )
    one.save(update_fields=["revision"])
    add_rows(one.revision, values)
    return one.revision


def add_rows(revision: Revision, values: Mapping[RowKey, Mapping[str, str]]) -> None:
    """Rows with at least one value."""
    Row.objects.bulk_create(
        Row(revision=revision, unit_id=unit, member=member, values=dict(row))
        for (unit, member), row in values.items()
        if row
    )


def seal_revision(one: Return, *, warnings: Sequence[Mapping[str, object]]) -> None:
    """From now on the database refuses to change the open revision."""
    if one.revision is None:
        raise Refused("empty", _("Báo cáo %(ref)s chưa có số liệu."), ref=one.ref)
    if not one.revision.sealed:
        one.revision.sealed = True
        one.revision.warnings = list(warnings)
        one.revision.save(update_fields=["sealed", "warnings"])


def _values_by_row(spec: DataSetSpec, units: set[int], entries: Iterable[RowEntry]) -> dict[RowKey, dict[str, str]]:
    values_by_row: dict[RowKey, dict[str, str]] = {}
    for entry in entries:
        key = (entry.unit, entry.member)
        if entry.unit not in units:
            raise Refused("foreign_unit", _("Có đơn vị không thuộc báo cáo này."))
        if entry.member not in spec.members:
            raise Refused("unknown_member", _("Phân tổ “%(member)s” không có trong biểu mẫu."), member=entry.member)
        if key in values_by_row:
            raise Refused("duplicate_row", _("Một đơn vị và phân tổ có hai dòng."))
        values_by_row[key] = {code: _checked_value(spec, code, value) for code, value in entry.values.items()}
    return values_by_row


def _checked_value(spec: DataSetSpec, code: str, value: str) -> str:
    if code not in spec.by_code:
        raise Refused("unknown_field", _("Biểu mẫu không có cột “%(field)s”."), field=code)
    if value and not is_stored(value, decimals=spec.by_code[code].decimals):
        raise Refused("not_a_number", _("“%(value)s” không phải số hợp lệ của cột này."), value=value[:40])
    return value


def _merged_rows(
    before: Mapping[RowKey, Mapping[str, str]], given: Mapping[RowKey, Mapping[str, str]]
) -> dict[RowKey, dict[str, str]]:
    rows = {key: dict(row) for key, row in before.items()}
    for key, row in given.items():
        rows[key] = rows.get(key, {}) | dict(row)
    return _nonempty_rows(rows)


def _nonempty_rows(rows: Mapping[RowKey, Mapping[str, str]]) -> dict[RowKey, dict[str, str]]:
    """Without empty values and empty rows."""
    nonempty_values = {key: {code: value for code, value in row.items() if value} for key, row in rows.items()}
    return {key: row for key, row in nonempty_values.items() if row}


def _changed_values(
    before: Mapping[RowKey, Mapping[str, str]], after: Mapping[RowKey, Mapping[str, str]]
) -> dict[str, list[str | None]]:
    """Former and new value by ``unit/member/field``, for the audit log."""
    changed: dict[str, list[str | None]] = {}
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key, {}), after.get(key, {})
        for field in sorted(old.keys() | new.keys()):
            if (old.get(field) or None) != (new.get(field) or None):
                changed["/".join((str(key[0]), key[1], field))] = [old.get(field) or None, new.get(field) or None]
    return changed
