"""What was true on a day, as known at a moment: small, and held by the database."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tinhso.blocks.registers import services
from tinhso.blocks.registers.models import Act, Version, derived
from tinhso.blocks.registers.queries import finding, history
from tinhso.blocks.registers.tests.makers import MONDAY, a_keeper, a_line, a_place, lines
from tinhso.kernel import text
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_record_is_seen_as_on_a_day_and_as_known_at_a_moment() -> None:
    by, _places = a_keeper(), a_place()
    one = a_line(by, valid_from=date(2026, 1, 1), now=MONDAY)
    services.change_record(
        register=lines(), ref=one.ref, values={"mbps": "200"}, by=by, now=MONDAY + DAY, valid_from=date(2026, 6, 1)
    )
    services.correct_record(
        register=lines(),
        ref=one.ref,
        values={"mbps": 50},
        start=date(2026, 2, 1),
        end=date(2026, 3, 1),
        why="ghi nhầm",
        by=by,
        now=MONDAY + 2 * DAY,
    )

    def mbps(day: date, days_later: int) -> int | None:
        found = history.version_on(lines(), one.ref, day, known_at=MONDAY + days_later * DAY)
        return None if found is None else int(found.data["mbps"])

    assert [mbps(date(2026, 2, 15), known) for known in (-1, 0, 1, 2)] == [None, 100, 100, 50]
    assert [mbps(date(2026, 7, 1), known) for known in (0, 1, 2)] == [100, 200, 200]
    pieces = [(one.start, one.version.data["mbps"]) for one in history.timeline(lines(), one.ref)]
    assert pieces == [(date(2026, 1, 1), 100), (date(2026, 2, 1), 50), (date(2026, 3, 1), 100), (date(2026, 6, 1), 200)]
    assert history.history_steps(lines(), one.ref)[0].changes == (("băng thông (Mbps)", "100", "50"),)


class TestAnyHistory(TestCase):
    """Whatever is written in whatever order, the timeline says of each day what ``state`` says of it."""

    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20), st.integers(1, 9)), min_size=1, max_size=8))
    def test_the_timeline_and_the_state_of_a_day_agree(self, spans: list[tuple[int, int, int]]) -> None:
        first = date(2026, 1, 1)
        act = Act.objects.create(register="lines", did="corrected", at=MONDAY, by="t", by_name="t")
        for start, length, value in spans:
            valid = (first + start * DAY, first + (start + length) * DAY)
            Version.objects.create(register="lines", ref="X", valid=valid, at=MONDAY, act=act, data={"mbps": value})

        pieces = history.timeline(lines(), "X")

        for n in range(62):
            day = first + n * DAY
            state = history.version_on(lines(), "X", day)
            held = [one.version.pk for one in pieces if one.start <= day < one.end]
            assert held == ([] if state is None else [state.pk])


def test_the_database_keeps_history_whoever_writes() -> None:
    by, _places = a_keeper(), a_place()
    one = a_line(by)
    table = lines().model.objects.filter(pk=one.pk)

    for act in (
        lambda: table.update(mbps=5),  # without an act
        lambda: table.delete(),
        lambda: Version.objects.update(at=MONDAY),
        lambda: Act.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registers_version WHERE ref = %s", [one.ref])
        assert cursor.fetchone() == (1,)


def test_nothing_is_changed_twice_ahead_of_time_or_behind_somebodys_back() -> None:
    by, (_west, east) = a_keeper(), a_place()
    one, stranger = a_line(by), a_keeper(east)
    tries = (
        ({"values": {"mbps": 1}, "valid_from": date(2027, 1, 1)}, "ahead"),
        ({"values": {"mbps": 1}, "valid_from": date(2026, 1, 1)}, "before_state"),
        ({"values": {"mbps": 1}, "seen": one.act_id - 1}, "changed_meanwhile"),
        ({"values": {"mbps": "nhiều", "kind": "?"}}, "invalid_values"),
        ({"values": {"mbps": 1}, "by": stranger}, "no_right"),
    )

    for told, code in tries:
        with pytest.raises(Refused) as refusal:
            services.change_record(**{"register": lines(), "ref": one.ref, "by": by, "now": MONDAY} | told)
        assert refusal.value.code == code
    services.change_record(
        register=lines(), ref=one.ref, values={"mbps": "100", "kind": "mạng nội bộ (LAN)"}, by=by, now=MONDAY
    )
    assert Version.objects.filter(ref=one.ref).count() == 1  # the same is no change
    with pytest.raises(Refused, match="same_key"):
        a_line(by, "d1 ")


def test_words_order_and_keys_are_the_same_in_the_database_and_here() -> None:
    names = ["Ấp An 10", "Ấp An 2", "Áp", "áo", "ăn", "ân", "Đa Phước", "Da", "Dạ", "Phường 10", "Phường 2", "hòa"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, registers_fold(name), registers_key(name), "
            'registers_order(name) COLLATE "C" AS o '
            "FROM unnest(%s::text[]) name ORDER BY o",
            [names],
        )
        found = cursor.fetchall()

    order = [row[0] for row in found]
    bare = [name for name in order if not name[-1].isdigit()]
    assert bare == sorted(bare, key=text.sort_key)
    assert [order.index(name) for name in ("Ấp An 2", "Ấp An 10")] == [4, 5]  # numbers by their size
    assert order.index("Phường 2") < order.index("Phường 10")
    assert [row[1] for row in found] == [text.fold(row[0]) for row in found]
    assert [row[2] for row in found] == [derived.key_text(row[0]) for row in found]


def test_pages_lead_on_and_back_through_everything_once() -> None:
    by, _places = a_keeper(), a_place()
    for n in range(7):
        a_line(by, f"D{n}", name=f"Đường {n % 3}", longitude="107,05" if n else "", latitude=15.05 if n else "")
    wanted = finding.RecordFilter(words="duong")

    seen, mark, marks = [], "", []
    for _ in range(4):
        page = finding.record_page(lines(), wanted, by, mark=mark, size=2)
        seen += [one.code for one in page.rows]
        marks.append(page)
        mark = page.after

    assert sorted(seen) == [f"D{n}" for n in range(7)]
    assert (mark, marks[0].before, marks[0].there) == ("", "", 7)
    back = finding.record_page(lines(), wanted, by, mark=marks[2].before, size=2)
    assert [one.pk for one in back.rows] == [one.pk for one in marks[1].rows]
    boxed = finding.RecordFilter(box=(107, 15, 107.1, 15.1), facets={"kind": "lan"})
    assert finding.record_page(lines(), boxed, by).there == 6


def test_duplicates_become_one_and_their_history_stays() -> None:
    by, _places = a_keeper(), a_place()
    first, second = a_line(by, "A", name="Đường Ấp Bắc"), a_line(by, "B", name="đường ấp bắc", mbps=300)

    kept = services.merge_records(
        register=lines(), keep=first.ref, lose=[second.ref], values={"mbps": 300}, why="", by=by, now=MONDAY
    )

    second.refresh_from_db()
    assert (kept.mbps, second.removed, second.merged_into) == (300, True, first.ref)
    assert len(history.history_steps(lines(), second.ref)) == 2
