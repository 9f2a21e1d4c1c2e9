"""COPY of rows and of model objects. Triggers and constraints of the tables see the rows as they see inserted ones;
``save`` and Django's signals are passed by."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Field, JSONField, Model

M = TypeVar("M", bound=Model)


def copy_objects(objects: Iterable[M]) -> list[M]:
    """Write objects of one model that are not stored yet; gives them with their keys.

    Fields are written as they stand: defaults of Python are filled in by the constructor, and what the database
    generates it generates. Raises ``IntegrityError`` as an insert would. Several times faster than ``bulk_create``.
    """
    items = list(objects)
    if not items:
        return items
    model = type(items[0])
    without_key = [item for item in items if item.pk is None]
    for item, key in zip(without_key, reserve_keys(model, len(without_key)), strict=True):
        item.pk = key
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    cell_readers = [_cell_reader(field) for field in fields]
    copy_rows(
        model,
        [str(field.column) for field in fields],
        ([read_cell(item) for read_cell in cell_readers] for item in items),
    )
    for item in items:
        item._state.adding, item._state.db = False, connection.alias
    return items


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows into a model's table, in the order of ``columns``; nothing may ask the database meanwhile.

    Values of JSON columns are given as text.
    """
    statement = copy_statement(model, columns)
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as out:
        for row in rows:
            out.write_row(row)


def copy_statement(model: type[Model], columns: Sequence[str]) -> str:
    """The statement that takes rows of a model's table, in the order of ``columns``."""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    return f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"


def reserve_keys(model: type[Model], count: int) -> Iterator[int]:
    """Primary keys that nobody else will be given, in order."""
    key = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), key, count],
        )
        return iter([number for (number,) in cursor.fetchall()])


def _cell_reader(field: "Field[Any, Any]") -> Callable[[Model], Any]:
    """How a field's cell is read off an object."""
    name = field.attname
    if isinstance(field, JSONField):
        encoder = field.encoder or DjangoJSONEncoder
        return lambda item: _json_text(getattr(item, name), encoder)
    return lambda item: getattr(item, name)


def _json_text(value: Any, encoder: type[json.JSONEncoder]) -> str | None:
    return None if value is None else json.dumps(value, cls=encoder, ensure_ascii=False)
