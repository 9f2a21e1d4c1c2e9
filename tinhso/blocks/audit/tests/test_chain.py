import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.blocks.audit import queries, services
from tinhso.blocks.audit.models import Entry
from tinhso.kernel.actor import Actor, program_actor

CLERK = Actor(ref="NG-MOT", name="Cô Lan", address="203.0.113.7")
WAIT = 20  # seconds until a thread is believed to hang


def record(what: str = "BC-1", *, did: str = "changed") -> None:
    services.record(by=CLERK, did=did, to=("returns", what), before={"value": 1}, after={"value": 2})


def seal() -> None:
    """Do now what the database does at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def as_an_intruder() -> Iterator[Callable[[str], None]]:
    """What a superuser can do after switching the guard off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        yield lambda statement: cursor.execute(statement) and None
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


@pytest.fixture
def five(db: None) -> None:
    """Five sealed entries."""
    for number in range(5):
        record(f"BC-{number}")
    seal()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET did = 'nothing' WHERE position = 3",
        "UPDATE audit_entry SET hash = '\\x00' WHERE position = 3",
        "UPDATE audit_entry SET position = NULL, hash = NULL, previous_hash = NULL WHERE position = 3",
        "DELETE FROM audit_entry WHERE position = 3",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
    ],
)
def test_the_database_refuses_to_change_what_was_written(five: None, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert Entry.objects.count() == 5
    assert queries.verify_chain().is_whole


def test_the_django_way_is_refused_as_well(five: None) -> None:
    entry = Entry.objects.get(position=2)
    entry.did = "nothing"

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update(actor="khac")


def test_an_untouched_chain_is_whole_and_shows_its_head(five: None) -> None:
    check = queries.verify_chain()

    assert check.is_whole
    assert check.entries == 5
    assert len(check.head) == 64


def test_an_empty_chain_is_whole(db: None) -> None:
    assert queries.verify_chain().is_whole


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("did", "'changee'"),
        ("actor", "'NG-HAI'"),
        ("address", "''"),
        ("at", "at + interval '1 microsecond'"),
        ("subject", "'BC-9'"),
        ("before", "'{\"value\": 3}'"),
        ("after", "NULL"),
    ],
)
def test_one_changed_byte_is_found_where_it_is(five: None, column: str, value: str) -> None:
    with as_an_intruder() as do:
        do(f"UPDATE audit_entry SET {column} = {value} WHERE position = 3")

    assert queries.verify_chain().broken_at == 3


def test_a_removed_entry_is_found_where_it_was(five: None) -> None:
    with as_an_intruder() as do:
        do("DELETE FROM audit_entry WHERE position = 2")

    assert queries.verify_chain().broken_at in (2, 3)


def test_a_removed_tail_is_found(five: None) -> None:
    with as_an_intruder() as do:
        do("DELETE FROM audit_entry WHERE position >= 4")

    check = queries.verify_chain()

    assert check.broken_at == 4


def test_an_entry_slipped_in_is_found(five: None) -> None:
    with as_an_intruder() as do:
        do(
            "INSERT INTO audit_entry (at, actor, actor_name, address, did, subject_kind, subject, position, hash)"
            " VALUES (now(), 'NG-BA', 'Ai đó', '', 'approved', 'returns', 'BC-2', 6, '\\x00')"
        )

    assert queries.verify_chain().broken_at == 6


def test_two_entries_exchanged_are_found(five: None) -> None:
    with as_an_intruder() as do:
        do("UPDATE audit_entry SET position = NULL WHERE position = 2")
        do("UPDATE audit_entry SET position = 2 WHERE position = 4")
        do("UPDATE audit_entry SET position = 4 WHERE position IS NULL")

    assert queries.verify_chain().broken_at == 2


def test_after_an_intrusion_the_rest_of_the_chain_still_grows(five: None) -> None:
    with as_an_intruder() as do:
        do("UPDATE audit_entry SET did = 'nothing' WHERE position = 1")
    record("BC-6")
    seal()

    check = queries.verify_chain()

    assert (check.entries, check.broken_at) == (6, 1)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_rolled_back_leaves_no_entry_and_no_gap() -> None:
    record("BC-1")
    with transaction.atomic():
        record("BC-2")
        transaction.set_rollback(True)
    record("BC-3")

    assert list(Entry.objects.order_by("position").values_list("subject", "position")) == [("BC-1", 1), ("BC-3", 2)]
    assert queries.verify_chain().is_whole


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain() -> None:
    def work(worker: int) -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    record(f"BC-{worker}-{number}")
                    record(f"BC-{worker}-{number}", did="approved")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as crowd:
        list(crowd.map(work, range(6)))

    check = queries.verify_chain()
    assert check.is_whole
    assert check.entries == 120
    assert list(Entry.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 121))


@pytest.mark.django_db(transaction=True)
def test_one_who_wrote_first_and_waits_for_anothers_row_blocks_nobody() -> None:
    """Sealing at the act instead of at commit would hang here: each would wait for what the other holds."""
    row_is_held, first_has_written = threading.Event(), threading.Event()
    done: list[str] = []

    def first() -> None:
        assert row_is_held.wait(WAIT)
        with transaction.atomic(), connection.cursor() as cursor:
            record("BC-1")
            first_has_written.set()
            cursor.execute("SELECT pg_advisory_xact_lock(20241130)")
        done.append("first")
        connection.close()

    def second() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(20241130)")
            row_is_held.set()
            assert first_has_written.wait(WAIT)
            record("BC-2")
        done.append("second")
        connection.close()

    threads = [threading.Thread(target=work, daemon=True) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)

    assert sorted(done) == ["first", "second"]
    assert list(Entry.objects.order_by("position").values_list("subject", flat=True)) == ["BC-2", "BC-1"]
    assert queries.verify_chain().is_whole


def test_a_program_and_its_address_are_written_down(db: None) -> None:
    services.record(by=program_actor("nightly", rights=[]), did="closed", to=("returns", "BC-1"))

    entry = Entry.objects.get()
    assert (entry.actor, entry.actor_name, entry.before, entry.after) == ("program:nightly", "nightly", None, None)
