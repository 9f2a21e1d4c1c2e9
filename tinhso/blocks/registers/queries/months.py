"""Records as they were at the end of each month, as SQL for facts: as it is known now, also where it was told late."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Choices
from django.urls import reverse

from tinhso.blocks.indicators.contract import Dimension, FactColumn, Member, Nature, Record, RecordQuery
from tinhso.blocks.indicators.contract.sql import FIRM, ZONE
from tinhso.blocks.registers.contract import REGISTERS

# an agency's records count where the agency stands
PLACE = "CASE WHEN place.level = 9 THEN coalesce(above.ref, place.ref) ELSE place.ref END"
HERE = "JOIN units_unit place ON place.id = {} LEFT JOIN units_unit above ON above.id = place.parent_id"
UNIT = HERE.format("(one.data->>'unit_id')::bigint")


def at_month_ends(codes: Sequence[str]) -> str:
    """Rows ``register, ref, month, day, at, data`` of what was alive in registers on the last day of each month."""
    return f"""
    (SELECT * FROM (
        SELECT DISTINCT ON (version.register, version.ref, ends.month)
               version.register, version.ref, version.at, version.data, ends.month, ends.day
        FROM ({month_ends(codes)}) ends
        JOIN registers_version version ON version.valid @> ends.day AND version.register IN {_sql_list(codes)}
        ORDER BY version.register, version.ref, ends.month, version.id DESC) held
     WHERE NOT (held.data->>'removed')::boolean AND coalesce((held.data->>'ended_on')::date > held.day, true))
    """


def month_ends(codes: Sequence[str]) -> str:
    """Each month since the first version, with its last day (of the running month, today)."""
    return f"""
    SELECT to_char(month, 'YYYY-MM') AS month,
           least((month + interval '1 month - 1 day')::date, (now() AT TIME ZONE '{ZONE}')::date) AS day
    FROM generate_series(
        (SELECT greatest(date_trunc('month', min(lower(valid))), date '2020-01-01') FROM registers_version
         WHERE register IN {_sql_list(codes)})::timestamp,
        date_trunc('month', now() AT TIME ZONE '{ZONE}'), interval '1 month') month
    """


def fingerprints_sql(codes: Sequence[str]) -> str:
    """Rows ``month, fingerprint``: what changes when something becomes known of the month."""
    return f"""
    SELECT ends.month, (SELECT count(*) || '.' || coalesce(max(id), 0) FROM registers_version
                        WHERE register IN {_sql_list(codes)} AND lower(valid) <= ends.day) || '.' || ends.day
                       AS fingerprint
    FROM ({month_ends(codes)}) ends
    """


def _sql_list(codes: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{code}'" for code in codes) + ")"


def counting_sql(
    register: str, dims: Mapping[str, str], values: Mapping[str, str], worked: Mapping[str, str] | None = None
) -> str:
    """The ``select`` of a fact that counts a register: ``dims`` name → column, ``told`` name → condition in SQL;
    ``worked``: more dimensions, name → SQL."""
    groups = "".join(f", coalesce(one.data->>'{column}', '') AS {name}" for name, column in dims.items())
    groups += "".join(f", {sql} AS {name}" for name, sql in (worked or {}).items())
    sums = ", ".join(f"count(*) FILTER (WHERE {holds}) AS {name}" for name, holds in values.items())
    return f"""
    SELECT {PLACE} AS unit, one.month{groups}, {sums}, {FIRM.format("one.month")} AS status, max(one.at) AS true_for
    FROM {at_month_ends([register])} one {UNIT}
    GROUP BY {", ".join(str(n) for n in range(1, 3 + len(dims) + len(worked or {})))}
    """


def fact_columns(
    names: Mapping[str, tuple[str, str]], measure: str, flows: Collection[str] = ()
) -> tuple[FactColumn, ...]:
    """Columns of such a fact by their names in both languages: stocks, but for ``flows``."""
    return tuple(
        FactColumn(code, *name, nature=Nature.FLOW if code in flows else Nature.STOCK, unit_of_measure=measure)
        for code, name in names.items()
    )


def choices_dimension(code: str, name: str, name_en: str, choices: type[Choices]) -> Dimension:
    """A dimension whose members are the choices of a column."""
    return Dimension(code, name, name_en, tuple(Member(value, str(label), value) for value, label in choices.choices))


def records_of_month(code: str, dims: Mapping[str, str]) -> Callable[[RecordQuery], Sequence[Record]]:
    """The way down from a fact that counts a register: the records of a month's end, each as it was then."""

    def matching_records(wanted: RecordQuery) -> Sequence[Record]:
        narrow = "".join(" AND coalesce(one.data->>%s, '') = %s" for _member in wanted.members)
        members = [part for dim, member in wanted.members for part in (dims[dim], member)]
        since = " AND one.at > %s" if wanted.since is not None else ""
        sql = f"""
        SELECT one.ref, one.data->>'name', one.at, one.month, place.name
        FROM {at_month_ends([code])} one {UNIT}
        WHERE one.month = ANY(%s) AND {PLACE} = ANY(%s){narrow}{since} ORDER BY 2, 1 LIMIT %s
        """
        parameters: list[Any] = [list(wanted.months), list(wanted.units), *members]
        parameters += [wanted.since, wanted.limit] if wanted.since is not None else [wanted.limit]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows = cursor.fetchall()
        hides_name = bool(REGISTERS[code].private)  # where records are of persons, the way down names nobody
        return [
            Record(
                title=ref if hides_name else name,
                href=reverse("registers:one", args=[code, ref]),
                unit=place,
                period=month,
                status="official",
                as_of=at,
                by=REGISTERS[code].name,
            )
            for ref, name, at, month, place in rows
        ]

    return matching_records
