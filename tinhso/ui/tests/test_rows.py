"""New rows of several tables go into the database with one statement, and lie there as if each had been saved."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import DataError, IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from tinhso.ui.rows import insert_together

MOMENT = datetime(2026, 12, 2, 8, 30, 0, 123_456, tzinfo=UTC)


class Quarry:
    """What a model of tests says of itself."""

    app_label = "quarry"


def a_kind(model: str = "stone") -> ContentType:
    return ContentType(app_label="quarry", model=model)


@pytest.mark.django_db
def test_rows_that_refer_to_each_other_travel_together_and_know_their_keys(django_assert_num_queries: Any) -> None:
    kind = a_kind()
    right = Permission(content_type=kind, codename="turn", name='Lật “đá” \\ {"a": 1} 100%')
    session = Session(session_key="khóa", session_data="", expire_date=MOMENT)

    with django_assert_num_queries(1):
        insert_together(kind, right, session)

    kept = Permission.objects.get(pk=right.pk)
    assert (kept.content_type_id, kept.name) == (kind.pk, right.name)
    assert right.content_type_id == kind.pk
    assert Session.objects.get(pk="khóa").expire_date == MOMENT
    right.name = "Lật"
    right.save()
    assert Permission.objects.filter(codename="turn").count() == 1


@pytest.mark.django_db
def test_a_row_may_refer_to_what_was_there_before() -> None:
    kind = a_kind()
    right = Permission(content_type=kind, codename="turn", name="Lật")
    kind.save()

    insert_together(right)

    assert Permission.objects.get(codename="turn").content_type == kind


@pytest.mark.django_db
def test_where_one_row_is_refused_none_is_there() -> None:
    ContentType.objects.create(app_label="quarry", model="stone")

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(a_kind("sand"), a_kind("stone"))

    assert not ContentType.objects.filter(model="sand").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["x" * 101, "a\0b"])
def test_what_a_column_cannot_hold_is_refused_as_when_it_is_saved(name: str) -> None:
    with pytest.raises((DataError, ValueError)), transaction.atomic():
        a_kind(name).save()
    with pytest.raises(DataError), transaction.atomic():
        insert_together(a_kind(name))


def test_a_row_before_that_which_it_refers_to_is_refused() -> None:
    kind = a_kind()

    with pytest.raises(ValueError, match="not in the database"):
        insert_together(Permission(content_type=kind, codename="turn", name="Lật"), kind)


def test_a_moment_without_a_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="clock"):
        insert_together(Session(session_key="a", session_data="", expire_date=MOMENT.replace(tzinfo=None)))


def test_a_kind_of_field_that_is_not_known_is_refused() -> None:
    with isolate_apps():
        pile = type("Pile", (models.Model,), {"weight": models.DecimalField(), "__module__": __name__, "Meta": Quarry})

    with pytest.raises(TypeError, match="weight"):
        insert_together(pile(weight=1))


@pytest.mark.django_db(transaction=True)
def test_the_statement_is_prepared_once_for_a_connection_and_again_after_a_step_back() -> None:
    for model in ("a", "b", "c", "d"):
        insert_together(a_kind(model))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%django_content_type%'")
        (prepared,) = cursor.fetchone()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(a_kind("a"))
    insert_together(a_kind("e"))

    assert prepared == 1
    assert ContentType.objects.filter(app_label="quarry").count() == 5
    ContentType.objects.filter(app_label="quarry").delete()
