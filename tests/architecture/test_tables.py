"""Tables point down the floors, and migrations are whole."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.architecture.sources import own_apps, place
from tinhso.blocks.registers.contract import REGISTERS


def test_foreign_keys_point_down_and_never_to_a_neighbour() -> None:
    places = {app.label: place(app) for app in own_apps()}
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for app in own_apps()
        for model in app.get_models()
        for field in model._meta.get_fields()
        if (field.many_to_one or field.one_to_one or field.many_to_many)
        and not field.auto_created
        and field.related_model is not None
        and field.related_model._meta.app_label in places
        and field.related_model._meta.app_label != app.label
        and places[field.related_model._meta.app_label] >= places[app.label]
    ]

    assert wrong == []


def test_every_app_has_one_migration_head() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    heads = Counter(app for app, _name in loader.graph.leaf_nodes())

    assert {app: count for app, count in heads.items() if count != 1} == {}


@pytest.mark.django_db
@pytest.mark.smoke
def test_no_migration_is_missing() -> None:
    said = StringIO()

    call_command("makemigrations", check=True, dry_run=True, stdout=said)

    assert "No changes detected" in said.getvalue()


@pytest.mark.django_db
@pytest.mark.smoke
def test_the_server_is_new_enough_and_speaks_utf8() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]

    assert version >= 150000
    assert encoding == "UTF8"


def test_the_order_of_every_register_holds_what_its_lists_are_narrowed_by() -> None:
    """A filter that the index of the order lacks is looked up record by record: seconds instead of milliseconds."""
    for register in REGISTERS.values():
        order = next(one for one in register.model._meta.indexes if one.name.endswith("_order"))
        facets = register.model._meta.get_field("facets").expression.source_expressions
        assert order.include == ("unit", "ended_on", *(one.name for one in facets)), register.code
