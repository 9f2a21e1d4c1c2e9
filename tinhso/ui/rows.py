"""New rows of several tables in one statement: what an act writes travels to the database once.

Their values go as one JSON document, which the database reads by its own types; the statement depends on the tables
alone, so that each connection prepares it once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

_written = DjangoJSONEncoder(ensure_ascii=False).encode
_AS_THEY_ARE = (
    ArrayField,
    models.BooleanField,
    models.CharField,
    models.FloatField,
    models.IntegerField,
    models.JSONField,
    models.TextField,
)


class RowShape(NamedTuple):
    """What the statement of one row depends on: its table, whether its key is chosen already, and which of its links
    lead to rows before it, as (name of the link, position of that row)."""

    model: type[models.Model]
    has_key: bool
    links: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ModelTable:
    """How rows of a model are written: the column, attribute and way to JSON of each field, and links by their name."""

    columns: dict[str, str]
    values: tuple[tuple[str, str, Callable[[Any], Any] | None], ...]
    links: tuple[Any, ...]
    stamped: tuple[Any, ...]


def insert_together(*rows: models.Model) -> None:
    """Insert new ``rows`` with one statement; each has its key afterwards, as after ``save``.

    A row may refer to new rows before it. Signals are not sent. Raises what ``save`` raises where the database refuses;
    TypeError for a model with a kind of field that this does not know, ValueError for a row that refers to an unsaved
    one that does not come before it.
    """
    if not rows:
        return
    places = {id(row): position for position, row in enumerate(rows)}
    shapes = tuple(_row_shape(row, position, places) for position, row in enumerate(rows))
    keys = _execute_statement(_insert_statement(shapes), _written([_json_row(row) for row in rows]))
    for row, shape, key in zip(rows, shapes, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
        for name, position in shape.links:
            setattr(row, _attribute_name(shape.model, name), rows[position].pk)


def _row_shape(row: models.Model, position: int, places: dict[int, int]) -> RowShape:
    links = []
    for field in _model_table(type(row)).links:
        if getattr(row, field.attname) is not None or not field.is_cached(row):
            continue
        other = field.get_cached_value(row)
        if other is None:
            continue
        if other.pk is not None:
            setattr(row, field.attname, other.pk)
        elif places.get(id(other), position) < position:
            links.append((field.name, places[id(other)]))
        else:
            raise ValueError(f"{type(row).__name__}.{field.name} refers to a row that is not in the database yet")
    return RowShape(type(row), row.pk is not None, tuple(links))


def _json_row(row: models.Model) -> dict[str, Any]:
    table = _model_table(type(row))
    for field in table.stamped:
        field.pre_save(row, add=True)
    values = row.__dict__
    return {
        column: value if plain is None or value is None else plain(value)
        for column, attribute, plain in table.values
        for value in (values[attribute],)
    }


@lru_cache(maxsize=256)
def _model_table(model: type[models.Model]) -> ModelTable:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if model._meta.parents:
        raise TypeError(f"{model.__name__} lies in more than one table")
    return ModelTable(
        {field.name: str(field.column) for field in fields},
        tuple((str(field.column), field.attname, _json_converter(field)) for field in fields),
        tuple(field for field in fields if isinstance(field, models.ForeignKey)),
        tuple(field for field in fields if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)),
    )


def _json_converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """How a value of ``field`` becomes JSON; None where it is written as it is."""
    if isinstance(field, models.ForeignKey):
        return _json_converter(field.target_field)
    if isinstance(field, models.DateTimeField):
        return _moment_text
    if isinstance(field, (models.DateField, models.TimeField)):
        return _iso_text
    if isinstance(field, models.BinaryField):
        return _hexadecimal_text
    is_plain = isinstance(field, _AS_THEY_ARE) and type(field).__module__.startswith("django.")
    if not is_plain:
        raise TypeError(f"{field} cannot be written as JSON")
    return None


def _moment_text(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value} does not say which clock it was read from")
    return value.isoformat()


def _iso_text(value: Any) -> str:
    return str(value.isoformat())


def _hexadecimal_text(value: Any) -> str:
    return f"\\x{bytes(value).hex()}"


def _attribute_name(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]


@lru_cache(maxsize=512)
def _insert_statement(shapes: tuple[RowShape, ...]) -> str:
    """Insertions as parts of one statement: a part gives the key of its row to those that refer to it."""
    parts = [_insert_part(position, shape) for position, shape in enumerate(shapes)]
    keys = ", ".join(f"(SELECT key FROM row{position})" for position in range(len(shapes)))
    return f"WITH given AS (SELECT $1::jsonb AS rows), {', '.join(parts)} SELECT {keys}"


def _insert_part(position: int, shape: RowShape) -> str:
    meta, quoted = shape.model._meta, connection.ops.quote_name
    linked = {_model_table(shape.model).columns[name]: f"(SELECT key FROM row{other})" for name, other in shape.links}
    key = meta.pk.column
    columns = [column for column, _name, _way in _model_table(shape.model).values if column != key or shape.has_key]
    values = [linked.get(column, f"told.{quoted(column)}") for column in columns]
    table, own = quoted(meta.db_table), f"RETURNING {quoted(str(key))} AS key"
    return (
        f"row{position} AS (INSERT INTO {table} ({', '.join(map(quoted, columns))}) SELECT {', '.join(values)} "
        f"FROM given, jsonb_populate_record(NULL::{table}, given.rows->{position}) told {own})"
    )


class PreparedCursor(psycopg.RawCursor[Any]):
    """Leaves values to the server, so that a statement is read and planned once for each connection."""


def _execute_statement(statement: str, values: str) -> Sequence[Any]:
    connection.ensure_connection()
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(PreparedCursor(connection.connection)) as cursor:  # type: ignore[arg-type]  # as Django's own are made
        cursor.execute(statement, [values])
        keys: Sequence[Any] = cursor.fetchone()
    return keys
