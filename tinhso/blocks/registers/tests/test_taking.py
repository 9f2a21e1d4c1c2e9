"""Taking a file over: which record a row meets, what a new one has where the file is silent, where rows wait."""

import pytest
from django.db import connection

from tinhso.blocks.registers import services
from tinhso.blocks.registers.models import Staged, Version
from tinhso.blocks.registers.services import importing
from tinhso.blocks.registers.tests.makers import MONDAY, a_keeper, a_line, a_place, held, lines
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def test_a_file_with_references_meets_the_records_that_have_them() -> None:
    by, _places = a_keeper(), a_place()
    same, other = a_line(by, "D1", mbps=100), a_line(by, "D2", mbps=100)

    looked = held(by, f"{same.ref};100", f"{other.ref};7", "DT-NONE;1", headings="ref;băng thông (Mbps)")
    importing.take_over_file(ref=looked.ref, by=by, now=MONDAY, without_faulty=True)

    assert (looked.same, looked.changed, looked.new, looked.faulty) == (1, 1, 0, 1)
    assert sorted(lines().model.objects.values_list("code", "mbps")) == [("D1", 100), ("D2", 7)]
    assert Version.objects.filter(ref=same.ref).count() == 1


def test_a_key_of_a_removed_record_is_free() -> None:
    by, _places = a_keeper(), a_place()
    first, second = a_line(by, "A", name="Đường Ấp Bắc"), a_line(by, "B", name="Đường Ấp Bắc")
    services.merge_records(register=lines(), keep=first.ref, lose=[second.ref], values={}, why="", by=by, now=MONDAY)

    looked = held(by, "B;Đường B;W;lan;5;;", "a;Đường Ấp Bắc;W;lan;100;;")

    assert (looked.new, looked.changed, looked.same) == (1, 1, 0)


def test_new_records_have_what_the_model_says_where_the_file_is_silent_in_the_order_of_the_file() -> None:
    by, _places = a_keeper(), a_place()

    looked = held(by, *(f"D{n};Đường {n};W;lan" for n in (3, 1, 2)), headings="mã;tên;đơn vị;loại")
    importing.take_over_file(ref=looked.ref, by=by, now=MONDAY)

    rows = list(lines().model.objects.order_by("pk"))
    assert [one.code for one in rows] == ["D3", "D1", "D2"]
    assert [one.ref for one in rows] == sorted(one.ref for one in rows)
    assert {(one.state, one.reserve, one.provider, one.mbps, one.removed) for one in rows} == {
        ("in_use", False, "", None, False)
    }


def test_waiting_rows_are_outside_of_the_log_and_a_crash_that_empties_them_refuses_the_file() -> None:
    by, _places = a_keeper(), a_place()
    looked = held(by, "D1;Đường 1;W;lan;200;;")
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'registers_staged'")
        (persistence,) = cursor.fetchone()

    Staged.objects.all().delete()  # what PostgreSQL does to such a table as it recovers

    assert persistence == "u"
    with pytest.raises(Refused, match="changed_meanwhile"):
        importing.take_over_file(ref=looked.ref, by=by, now=MONDAY)
    assert not lines().model.objects.exists()
