"""What the database works out of letters, and numbers that are read in the short way: the same as in the long one."""

import math
from datetime import date
from importlib import import_module

import pytest
from django.db import connection

from tinhso.blocks.registers.queries import parsing
from tinhso.blocks.registers.tests.makers import a_place, lines

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
BEFORE = import_module("tinhso.blocks.registers.migrations.0003_large_files")
LINES = (
    "Đường truyền Ấp 55 số 25",
    "ỦY BAN  NHÂN DÂN Xã Phú Khương/2, ấp 123456789",
    "DT-7K2M9QX4RT",
    "façade Łódź",
    "",
    "a\u0301 b\u0301 o\u031b\u0323",
    "00000001 1.200,5",
    "tab\tdòng\nmới",
    "Ω-中文 9",
    "İstanbul ı K \u00a0",
)


def test_the_short_way_says_of_every_line_and_letter_what_the_long_way_says() -> None:
    both = "registers_fold(line), registers_words(line), registers_order(line)"
    long = f"{BEFORE.FOLD}, {BEFORE.WORDS}, {BEFORE.ORDER}"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE told ON COMMIT DROP AS SELECT unnest(%s::text[]) AS line", [list(LINES)])
        cursor.execute(
            "INSERT INTO told SELECT chr(n) || 'a' || chr(n) || '1' || chr(n) FROM generate_series(1, 40000) n"
        )
        cursor.execute(f"SELECT line FROM told WHERE ({both}) IS DISTINCT FROM ({long})")
        found = cursor.fetchall()

    assert found == []


@pytest.mark.parametrize("told", [100.0, 0.0, -0.0, 2_147_483_647.0])
def test_whole_numbers_of_sheets_are_whole(told: float) -> None:
    a_place()
    read = parsing.column_readers(lines(), DAY)["mbps"]

    assert (read(told), type(read(told))) == (int(told), int)


@pytest.mark.parametrize("told", [1.5, -1.0, 2_147_483_648.0, math.inf, -math.inf, math.nan, True])
def test_numbers_that_a_column_cannot_hold_are_refused_in_words(told: float) -> None:
    a_place()
    read = parsing.column_readers(lines(), DAY)

    with pytest.raises(parsing.UnreadableValue):
        read["mbps"](told)
    for name, beyond in (("longitude", 180.5), ("latitude", -91.0), ("latitude", math.nan)):
        with pytest.raises(parsing.UnreadableValue):
            read[name](beyond)


def test_what_repeats_is_read_once_but_never_mistaken_for_its_equal() -> None:
    a_place()
    read = parsing.column_readers(lines(), DAY)["reserve"]

    assert [read(told) for told in (1.0, "1", True, 0, "không", None)] == [True, True, True, False, False, False]
