"""Versions in two times: in force from one day to another, known from one moment to another."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.utils import IntegrityError

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.outbox.models import Announcement
from tinhso.government.public_services import queries
from tinhso.government.public_services.models import Version
from tinhso.government.public_services.tests import makers as a
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def test_a_new_version_ends_the_former_and_each_day_has_its_own() -> None:
    a.put(a.a_document())
    a.put(a.a_document(effective_from="2025-07-01", name="Đăng ký khai sinh (mới)"), now=a.LATER)

    before = queries.version_on("HT-01", date(2025, 6, 30))
    after = queries.version_on("HT-01", date(2025, 7, 1))

    assert before is not None
    assert after is not None
    assert (before.ref, after.ref) == ("HT-01-20240901", "HT-01-20250701")
    assert before.effective.upper == after.effective.lower == date(2025, 7, 1)
    assert queries.version_on("HT-01", date(2024, 8, 31)) is None


def test_a_dossier_finds_its_version_as_it_was_known_when_it_was_filed() -> None:
    a.put(a.a_document())
    filed_at = a.MORNING + timedelta(days=1)

    cases = [{"code": "1", "duration": "2", "unit": "working_day"}]
    a.put(a.a_document(cases=cases, name="Khai sinh"), now=a.LATER)

    then = queries.version_by_ref("HT-01-20240901", known_at=filed_at)
    now = queries.version_by_ref("HT-01-20240901")
    assert (then.name, queries.procedure_cases(then)[0].duration) == ("Đăng ký khai sinh", Decimal(1))
    assert (now.name, queries.procedure_cases(now)[0].duration) == ("Khai sinh", Decimal(2))
    assert now.pk == Version.objects.get(ref="HT-01-20240901", known__upper_inf=True).pk


def test_two_versions_of_one_procedure_are_never_in_force_at_once() -> None:
    a.put(a.a_document())
    twin = a.the_version("HT-01-20240901")
    twin.pk, twin.ref = None, "HT-01-20241001"
    twin.effective = DateRange(date(2024, 10, 1), None)

    with pytest.raises(IntegrityError, match="one_version_at_a_time"), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize("missing", ["part_reason", "part_rule"])
def test_the_database_wants_reason_and_rule_of_a_partial_service(missing: str) -> None:
    a.put(a.a_document())
    one = a.the_version("HT-01-20240901")
    one.online, one.part_reason, one.part_rule = "part", "Phải có mặt", "Luật Hộ tịch, Điều 16"
    one.save()
    setattr(one, missing, "  ")

    with pytest.raises(IntegrityError, match="part_says_why"), transaction.atomic():
        one.save()


def test_what_was_formerly_known_can_neither_be_changed_nor_removed() -> None:
    a.put(a.a_document())
    a.put(a.a_document(name="Khai sinh"), now=a.LATER)
    former = Version.objects.get(known__upper_inf=False)

    for forbidden in (
        lambda: Version.objects.filter(pk=former.pk).update(name="khác"),
        lambda: Version.objects.filter(pk=former.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="formerly known"), transaction.atomic():
            forbidden()

    assert former.name == "Đăng ký khai sinh"
    assert (former.known.lower, former.known.upper) == (a.MORNING, a.LATER)


def test_a_version_begins_before_it_ends() -> None:
    a.put(a.a_document())
    one = a.the_version("HT-01-20240901")
    one.effective = DateRange(date(2024, 9, 1), date(2024, 9, 1))

    with pytest.raises(IntegrityError, match="effect_not_empty"), transaction.atomic():
        one.save()


def test_a_version_put_between_two_others_lasts_until_the_next_begins() -> None:
    a.put(a.a_document(), a.a_document(effective_from="2025-07-01"))
    a.put(a.a_document(effective_from="2025-01-01", name="Khai sinh"), now=a.LATER)

    spans = [(one.effective.lower, one.effective.upper) for one in reversed(queries.procedure_versions("HT-01"))]

    days = [date(2024, 9, 1), date(2025, 1, 1), date(2025, 7, 1)]
    assert spans == [(days[0], days[1]), (days[1], days[2]), (days[2], None)]


def test_the_same_documents_twice_change_nothing() -> None:
    a.put(a.a_document())
    entries, events = Entry.objects.count(), Announcement.objects.count()

    again = a.put(a.a_document(), now=a.LATER)

    assert [change.kind for change in again.plan.changes] == ["same"]
    assert again.touched == ()
    assert (Entry.objects.count(), Announcement.objects.count()) == (entries, events)


def test_a_change_is_recorded_and_announced_once() -> None:
    a.put(a.a_document())

    entry = Entry.objects.get(did="changed procedures")
    told = Announcement.objects.get(name="public_services.CatalogueChanged")

    assert entry.after is not None
    assert (entry.after["codes"], entry.after["new"]) == (["HT-01"], 1)
    assert (told.payload["new"], told.payload["by"]) == (1, "program:keeper")


def test_a_procedure_answers_to_the_codes_that_it_had() -> None:
    a.put(a.a_document(aliases=["BT-0001", "1.000001"]))

    assert queries.procedure_by_code("1.000001").code == "HT-01"
    found = queries.version_on("BT-0001", a.SEPTEMBER)
    assert found is not None
    assert found.procedure.code == "HT-01"
    with pytest.raises(Refused, match="unknown_procedure"):
        queries.procedure_by_code("2.000002")


def test_who_has_not_the_right_changes_nothing() -> None:
    with pytest.raises(Forbidden):
        a.put(a.a_document(), by=Actor(ref="N1", name="Cán bộ", everywhere=frozenset({"see indicators"})))

    assert not Version.objects.exists()


def test_fees_are_exact_and_belong_to_a_case_and_a_place() -> None:
    a.put(a.a_document())

    first = queries.procedure_cases(a.the_version("HT-01-20240901"))[0]

    assert [(fee.area, fee.amount, fee.online_amount) for fee in first.fees] == [
        ("xa", Decimal("5000"), None),
        ("phuong", Decimal("8000.5"), Decimal(0)),
    ]
    assert first.no_appointment


def test_a_future_and_a_closed_time_do_not_meet() -> None:
    a.put(a.a_document())
    live = a.the_version("HT-01-20240901")
    live.pk, live.known = None, DateTimeTZRange(a.LATER, a.LATER + timedelta(days=1))

    with pytest.raises(IntegrityError), transaction.atomic():
        live.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public_services_version")
        assert cursor.fetchone() == (1,)
