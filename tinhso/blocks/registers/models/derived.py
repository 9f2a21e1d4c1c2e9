"""Columns that the database works out itself, so that no writer, however raw, can leave them behind."""

import re
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import Func

from tinhso.kernel.text import fold

WORD = re.compile(r"[a-z0-9]+")


class Joined(Func):
    """Columns as one line; ``template`` says what becomes of it."""

    between = " "
    around = "{line}"
    output_field: "models.Field[Any, Any]" = models.TextField()

    def as_sql(self, compiler: Any, connection: Any, *told: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        """SQL that PostgreSQL knows to be immutable."""
        sides = [
            f"coalesce({compiler.compile(source_expression)[0]}::text, '')"
            for source_expression in self.source_expressions
        ]
        line = f" || '{self.between}' || ".join(sides)
        return self.around.format(line=line, first=sides[0]), ()


def _column_name(column: Any) -> str:
    return str(column.target.name)


class SearchWords(Joined):
    """The words of some columns without diacritics, as a ``tsvector``."""

    around = "registers_words({line})"
    output_field = SearchVectorField()


class RecordKey(Joined):
    """What tells records apart; empty where the first column is."""

    between = "|"
    around = "CASE WHEN {first} = '' THEN '' ELSE registers_key({line}) END"


class DictionaryOrder(Joined):
    """What sorts a line as a Vietnamese dictionary does, numbers by their size."""

    around = "registers_order({line})"
    output_field = models.TextField(db_collation="C")


STRIPS = 80  # a degree: strips 1.4 km high


class LatitudeStrip(Func):
    """The strip of the globe, 1/``STRIPS`` degree high, in which a latitude lies: counted from the equator."""

    template = f"(floor(%(expressions)s * {STRIPS})::int)"
    arity = 1
    output_field: "models.Field[Any, Any]" = models.IntegerField()


class Facets(Func):
    """``{"kind=router", …}``: every filter of every register asks one index."""

    output_field: "models.Field[Any, Any]" = ArrayField(models.TextField())

    def as_sql(self, compiler: Any, connection: Any, *told: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        """SQL of the array."""
        sides = [
            f"'{_column_name(source_expression)}=' || coalesce({compiler.compile(source_expression)[0]}::text, '')"
            for source_expression in self.source_expressions
        ]
        return f"ARRAY[{', '.join(sides)}]", ()


def words_of(*fields: str) -> models.GeneratedField:
    """The column ``words``: those of ``fields``."""
    return models.GeneratedField(expression=SearchWords(*fields), output_field=SearchVectorField(), db_persist=True)


def key_of(*fields: str) -> models.GeneratedField:
    """The column ``key``: what tells records apart."""
    return models.GeneratedField(expression=RecordKey(*fields), output_field=models.TextField(), db_persist=True)


def facets_of(*fields: str) -> models.GeneratedField:
    """The column ``facets``: by which lists are narrowed."""
    return models.GeneratedField(
        expression=Facets(*fields), output_field=ArrayField(models.TextField()), db_persist=True
    )


def order_of(field: str) -> models.GeneratedField:
    """A column that sorts ``field``."""
    return models.GeneratedField(
        expression=DictionaryOrder(field), output_field=models.TextField(db_collation="C"), db_persist=True
    )


def key_text(*values: object) -> str:
    """The same as the database makes of key columns."""
    sides = ["" if value is None else str(value) for value in values]
    return " ".join("|".join(sides).translate(LOWER).split()) if sides and sides[0] else ""


LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def with_words(text: str) -> SearchQuery | None:
    """All words of ``told``, the last as somebody is still writing it; None where there is none."""
    words = WORD.findall(fold(text))
    return SearchQuery(" & ".join(words) + ":*", search_type="raw", config="simple") if words else None
