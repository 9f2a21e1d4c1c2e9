"""What is copied into a table is there as what is inserted would be."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from pytest_django.fixtures import DjangoAssertNumQueries

from tinhso.blocks.bulk import services as bulk
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Level, Unit

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
AWKWARD = 'Xã "Ấp 1"\n\tC:\\đường'


def announcement(**values: object) -> Announcement:
    return Announcement(**{"at": MOMENT, "name": "x.Happened", "aggregate": AWKWARD, "payload": {}} | values)


def unit(**values: object) -> Unit:
    facts = {"ref": "92-1", "code": "1", "type": Unit.Type.XA, "level": Level.COMMUNE, "name": AWKWARD}
    bounds = {"valid": DateRange(date(2025, 7, 1), None), "known": DateTimeTZRange(MOMENT, None)}
    return Unit(**facts | bounds | {"search_text": "xa", "sort_key": b"\x00\\\xff"} | values)


def test_every_kind_of_value_comes_back_as_it_was_written() -> None:
    bulk.copy_objects([unit(lat=Decimal("10.241500"), population=0, verified=True, note="")])

    stored = Unit.objects.get()
    assert (stored.name, stored.level, stored.type) == (AWKWARD, Level.COMMUNE, Unit.Type.XA)
    assert (stored.lat, stored.lon, stored.population, stored.note) == (Decimal("10.241500"), None, 0, "")
    assert (stored.valid.lower, stored.known.lower, stored.known.upper) == (date(2025, 7, 1), MOMENT, None)
    assert bytes(stored.sort_key) == b"\x00\\\xff"


def test_json_is_stored_as_the_fields_own_encoder_writes_it() -> None:
    payload = {"text": AWKWARD, "day": date(2026, 3, 1), "none": None, "list": [1, 2.5]}
    bulk.copy_objects([announcement(payload=payload)])

    assert Announcement.objects.get().payload == payload | {"day": "2026-03-01"}


def test_objects_get_keys_that_nobody_else_is_given_and_can_be_referred_to_at_once() -> None:
    first = Announcement.objects.create(at=MOMENT, name="a", aggregate="a", payload={})
    copied = bulk.copy_objects(announcement(name=name) for name in "bc")
    last = Announcement.objects.create(at=MOMENT, name="d", aggregate="d", payload={})

    assert len({first.pk, last.pk, *(item.pk for item in copied)}) == 4
    copied[0].name = "changed"
    copied[0].save()
    assert set(Announcement.objects.values_list("name", flat=True)) == {"a", "changed", "c", "d"}


def test_what_the_database_refuses_is_refused_and_nothing_of_it_is_there() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.copy_objects([announcement(), announcement(aggregate=None)])

    assert not Announcement.objects.exists()


def test_nothing_to_copy_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert bulk.copy_objects([]) == []
