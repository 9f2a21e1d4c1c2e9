"""Lists of records: narrowed, sorted, a page at a time by key, as fast at a million as at ten."""

import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import F, Func, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.blocks.registers.contract import Register
from tinhso.blocks.registers.models import derived
from tinhso.blocks.registers.queries import registry
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused, gettext_noop

A_PAGE = 50
FEW = 2_000  # found ones that are sorted by themselves
FRONT = 10 * FEW  # records at the front of a register, in which words that are written everywhere are looked for first
MOST_STRIPS = 400  # that a window is looked for in: one of five degrees and more holds most of a register
KEPT_SECONDS = 600  # which values there are, of a column without a list of its own
Rows = QuerySet[Any]


class Apart(Func):
    """A column to sort by without the index of its order.

    The planner takes what is asked for to be strewn evenly over that order and hopes to fill a page soon. Words stand
    in no index by order, so that it may open half of a register for the first row.
    """

    template = "(SELECT %(expressions)s)"
    arity = 1


@dataclass(frozen=True)
class RecordFilter:
    """How a list is narrowed: words, filters by column, a unit (by reference) with all below it, ended ones as well.

    ``box`` are west, south, east, north in degrees.
    """

    words: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    ended: bool = False
    sort: str = "name"
    down: bool = False
    box: tuple[float, float, float, float] | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for beside the order."""
        return bool(self.words or any(self.facets.values()) or self.unit or self.box)

    @property
    def chosen(self) -> int:
        """By how many things beside words and place."""
        return sum(bool(choice) for choice in (*self.facets.values(), self.unit, self.ended))


@dataclass(frozen=True)
class RecordPage:
    """Some records in order, the marks of the pages before and after (empty at the ends), how many there are.

    ``there`` is None where there are more than ``FEW``; then ``roughly`` is what the database expects, where that is
    all there is. ``partly``: the first so many found only are in the list.
    """

    rows: list[Any]
    before: str
    after: str
    there: int | None
    partly: bool = False
    roughly: int | None = None


def visible_records(register: Register, by: Actor) -> Rows:
    """The records that somebody may see."""
    rows: Rows = register.model.objects.filter(removed=False)
    return rows if register.see in by.everywhere else rows.filter(unit__in=by.places(register.see))


def filtered_records(register: Register, record_filter: RecordFilter, rows: Rows) -> Rows:
    """What is left of ``rows``."""
    words = derived.with_words(record_filter.words)
    if words is not None:
        rows = rows.filter(words=words)
    facets = [f"{name}={value}" for name, value in _chosen_facets(register, record_filter).items()]
    if facets:
        rows = rows.filter(facets__contains=facets)
    return _filtered_by_place(record_filter, rows)


def _chosen_facets(register: Register, record_filter: RecordFilter) -> dict[str, str]:
    return {name: value for name, value in record_filter.facets.items() if value and name in register.filters}


def _filtered_by_place(record_filter: RecordFilter, rows: Rows) -> Rows:
    if record_filter.unit:
        rows = rows.filter(unit__in=unit_keys_below(record_filter.unit))
    if not record_filter.ended:
        rows = rows.filter(ended_on__isnull=True)
    if record_filter.box is not None:
        rows = records_in_box(rows, record_filter.box)
    return rows


def records_in_box(rows: Rows, box: tuple[float, float, float, float]) -> Rows:
    """Those that lie in a box; one across the 180th meridian has its west east of its east."""
    west, south, east, north = box
    if west > east:
        return (
            records_in_box(rows, (west, south, 180, north)).order_by()
            | records_in_box(rows, (-180, south, east, north)).order_by()
        )
    table = rows.model._meta.db_table
    first, last = (math.floor(side * derived.STRIPS) for side in (south, north))
    strips = range(first, last + 1) if last - first < MOST_STRIPS else ()
    return rows.extra(
        where=[
            f'"{table}".longitude BETWEEN %s AND %s AND "{table}".latitude BETWEEN %s AND %s',
            *([f'floor("{table}".latitude * {derived.STRIPS})::int = ANY(%s)'] if strips else []),
        ],
        params=[west, east, south, north, *([list(strips)] if strips else [])],
    )


def unit_keys_below(ref: str) -> list[int]:
    """Keys of a unit of today and of all that is below it; none for a reference that nobody knows."""
    tree = units.tree(clock.today())
    node = tree.by_ref(ref)
    return tree.subtree(node.pk) if node is not None else []


def record_page(
    register: Register,
    record_filter: RecordFilter,
    by: Actor,
    *,
    mark: str = "",
    size: int = A_PAGE,
    whole: bool = False,
) -> RecordPage:
    """The page that ``mark`` of another one leads to; the first where it leads nowhere.

    What facets or one unit leave in large number is walked through in the order of the index that holds them, all else
    is sorted by itself: of words and boxes in large number the first found, unless the list must be ``whole``.
    """
    rows = filtered_records(register, record_filter, visible_records(register, by))
    beside = bool(record_filter.words or record_filter.box)
    roughly = _expected_count(rows.order_by()) if record_filter.narrows else None
    surely = roughly is None or (not beside and roughly > (FEW if _in_order_of_a_unit(record_filter) else FRONT))
    keys = None if surely or roughly is None else _first_keys(rows, beside and roughly > FEW)
    few = keys is not None and len(keys) <= FEW
    partly = beside and not few and not whole
    column = _sorted_by(register, record_filter.sort)
    back, start = _parse_page_mark(mark)
    down = record_filter.down != back
    if keys is not None and (few or partly):
        records = register.model.objects.extra(where=["id = ANY(%s)"], params=[keys[:FEW]])
    else:
        records = records_by_index(register, record_filter, by) if surely else rows
    if start is not None:
        records = records.filter(_after_mark(column, start, down))
    by_what = F(column) if surely else Apart(column)
    order = [by_what.desc(), F("pk").desc()] if down else [by_what.asc(), F("pk").asc()]
    some = list(records.order_by(*order).values_list("pk", flat=True)[: size + 1])
    page_records, before, after = _page_of_records(register, some, size, back, start is not None)
    return RecordPage(
        rows=page_records,
        before=_page_mark(page_records[0], column, True) if before else "",
        after=_page_mark(page_records[-1], column, False) if after else "",
        there=len(keys) if few and keys is not None else None,
        partly=partly,
        roughly=_two_digits(roughly) if surely and roughly is not None else None,
    )


def _in_order_of_a_unit(record_filter: RecordFilter) -> bool:
    """Whether an index holds the records asked for in their order: those of one unit, by name."""
    return record_filter.sort == "name" and len(unit_keys_below(record_filter.unit)) == 1


def _two_digits(number: int) -> int:
    """Two digits and zeros: what is expected is not known any better."""
    return round(number, 2 - len(str(number)))


def _page_of_records(
    register: Register, keys: list[int], size: int, back: bool, marked: bool
) -> tuple[list[Any], bool, bool]:
    """The records of a page, whether something is before it, and after it."""
    by_key = register.model.objects.select_related("unit").in_bulk(keys[:size])
    records, more = [by_key[pk] for pk in keys[:size]], len(keys) > size
    if back:
        records.reverse()
    return records, bool(records) and (more if back else marked), bool(records) and (back or more)


def _keys_in_words(rows: Rows) -> tuple[str, tuple[Any, ...]]:
    """The statement that asks for keys, also where a filter is known to leave nothing: Django has no words for that."""
    try:
        return rows.values_list("pk", flat=True).query.sql_with_params()
    except EmptyResultSet:
        return f'SELECT "id" FROM "{rows.model._meta.db_table}" WHERE false', ()


def _expected_count(rows: Rows) -> int:
    """How many the planner expects."""
    sql, params = _keys_in_words(rows)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (explanation,) = cursor.fetchone()
    plan = (json.loads(explanation) if isinstance(explanation, str) else explanation)[0]["Plan"]
    return int(plan["Plan Rows"])


def _first_keys(rows: Rows, everywhere: bool) -> list[int]:
    """The first keys found, one more than are few; always the same ones.

    What is perhaps ``everywhere`` is met soon at the front of the register; the index of words gathers all there are
    before it tells the first. Else it is asked as if all were wanted: for the first few the planner would rather read
    the register from its front, in the hope of meeting them soon.
    """
    sql, params = _keys_in_words(rows.order_by())
    table = rows.model._meta.db_table
    front = (
        f'WITH "{table}" AS MATERIALIZED (SELECT * FROM "{table}" WHERE NOT removed ORDER BY id LIMIT {FRONT}) '
        f"{sql} LIMIT {FEW + 1}"
    )
    with connection.cursor() as cursor:
        if everywhere:
            cursor.execute(front, params)
            if len(key_rows := cursor.fetchall()) > FEW:
                return [pk for (pk,) in key_rows]
        cursor.execute(f"WITH found AS MATERIALIZED ({sql}) SELECT * FROM found LIMIT {FEW + 1}", params)
        return [pk for (pk,) in cursor.fetchall()]


def records_by_index(register: Register, record_filter: RecordFilter, by: Actor) -> Rows:
    """What facets and a unit leave, asked for by the columns that the index of the order holds."""
    rows = _filtered_by_place(record_filter, visible_records(register, by))
    for name, value in _chosen_facets(register, record_filter).items():
        register_column = registry.column(register, name)
        try:
            typed = (
                value == "true"
                if register_column.kind == registry.FLAG
                else _value_field(register_column).to_python(value)
            )
        except ValidationError:
            return rows.none()
        rows = rows.filter(**{register_column.stored: typed})
    return rows


def _value_field(register_column: registry.RegisterColumn) -> Any:
    return (
        register_column.field.target_field
        if register_column.kind in (registry.UNIT, registry.RECORD)
        else register_column.field
    )


def _sorted_by(register: Register, name: str) -> str:
    return name if name in register.sorts else "name_key"


def _after_mark(column: str, start: tuple[Any, int], down: bool) -> Q:
    """Those after the mark in the order at hand; PostgreSQL has nulls last going up, first going down."""
    value, pk = start
    side = "lt" if down else "gt"
    beside = Q(**{f"pk__{side}": pk})
    if value is None:
        return (Q(**{f"{column}__isnull": True}) & beside) | (
            Q(**{f"{column}__isnull": False}) if down else Q(pk__in=())
        )
    later = Q(**{f"{column}__{side}": value}) | (Q(**{column: value}) & beside)
    return (Q(**{f"{column}__{side}e": value}) & later) | (Q(pk__in=()) if down else Q(**{f"{column}__isnull": True}))


def _page_mark(entry: Any, column: str, back: bool) -> str:
    value = getattr(entry, column)
    text = json.dumps([int(back), value if isinstance(value, int | float | None) else str(value), entry.pk])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _parse_page_mark(mark: str) -> tuple[bool, tuple[Any, int] | None]:
    try:
        back, value, pk = json.loads(urlsafe_b64decode(mark[:600] + "=" * (-len(mark) % 4)))
    except ValueError:
        return False, None
    usable = isinstance(pk, int) and 0 <= pk < 2**63 and isinstance(value, str | int | float | None)
    usable = usable and "\0" not in str(value)
    return (bool(back), (value, pk)) if usable else (False, None)


def by_ref(register: Register, ref: str, by: Actor) -> Any:
    """The record with this reference, also one that ended or was merged, if ``by`` may see it."""
    record = register.model.objects.filter(ref=ref[:40].replace("\0", "")).select_related("unit", "act").first()
    if record is None or (record.removed and not record.merged_into):
        raise Refused("unknown_record", gettext_noop("Không có bản ghi “%(ref)s”."), ref=ref[:40])
    by.must_be_able_to(register.see, at=record.unit)
    return record


def choices_of(register: Register, name: str) -> list[tuple[str, str]]:
    """What a filter offers: words of a choice, or values that there are (of records their names), at most a hundred."""
    register_column = registry.column(register, name)
    if register_column.kind == registry.FLAG:
        return [("true", registry_word(True)), ("false", registry_word(False))]
    if register_column.kind == registry.CHOICE:
        return [(str(value), label) for value, label in register_column.choices]
    if register_column.kind == registry.RECORD:
        rows = register_column.field.related_model.objects.filter(removed=False, ended_on__isnull=True).order_by(
            "name_key"
        )
        return [(str(pk), name) for pk, name in rows.values_list("pk", "name")[:100]]
    return list(
        cache.get_or_set(f"registers:{register.code}:{name}", lambda: _distinct_values(register, name), KEPT_SECONDS)
        or []
    )


def _distinct_values(register: Register, name: str) -> list[tuple[str, str]]:
    values = register.model.objects.filter(removed=False).order_by(name).values_list(name, flat=True).distinct()
    return [(str(value), str(value)) for value in values[:100] if value not in (None, "")]


def registry_word(value: bool) -> str:
    """Yes or no in words."""
    return _("có") if value else _("không")
