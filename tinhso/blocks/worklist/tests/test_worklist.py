"""One worklist over all systems: its order, its counts, who sees it, and the systems one pins to it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.conf import settings
from django.db.models import DateTimeField
from django.db.models.functions import Cast
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests import makers as people
from tinhso.blocks.worklist import contract, services
from tinhso.blocks.worklist.contract import WorkItem, WorkQueue, WorkSource
from tinhso.blocks.worklist.models import PinnedSystem
from tinhso.blocks.worklist.queries import A_PAGE, pinned_addresses, worklist_of
from tinhso.kernel.actor import Actor
from tinhso.kernel.reads import Row

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 3, tzinfo=UTC)  # ten o'clock in Việt Nam
WORKER = Actor(ref="w", name="Người làm", everywhere=frozenset({"see audit"}))
Offer = Callable[..., WorkSource]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Offer:
    """Offers a kind of work that waits at moments; nothing else is offered."""
    monkeypatch.setattr(contract, "_sources", {})

    def offer_work(kind: str, *moments: datetime, right: str = "see audit", is_dated: bool = True) -> WorkSource:
        PinnedSystem.objects.bulk_create([PinnedSystem(owner=kind, address=moment.isoformat()) for moment in moments])
        queues = partial(_queues, kind, is_dated)
        source = WorkSource(kind, f"Việc {kind}", "inbox", len(contract._sources), (right,), "worklist:mine", queues)
        contract.register_work(source)
        return source

    return offer_work


def _queues(kind: str, is_dated: bool, by: Actor, now: datetime) -> Sequence[WorkQueue]:
    rows = PinnedSystem.objects.filter(owner=kind).annotate(moment=Cast("address", DateTimeField()))
    return [WorkQueue(rows, "moment" if is_dated else "", ("pk", "moment"), partial(_item, kind, is_dated))]


def _item(kind: str, is_dated: bool, row: Row) -> WorkItem:
    due_at, since = (row["moment"], None) if is_dated else (None, row["moment"])
    return WorkItem(kind, "/", f"{kind}-{row['moment']:%d}", "Làm", due_at=due_at, since=since)


def _codes(by: Actor = WORKER, *, kind: str = "", late: bool = False, page: int = 1) -> list[str]:
    return [line.item.code for line in worklist_of(by, MONDAY, kind=kind, late=late, page=page).lines]


def test_what_is_most_overdue_in_any_system_stands_first_and_what_has_no_day_last(offer: Offer) -> None:
    offer("a", MONDAY + timedelta(days=2), MONDAY - timedelta(days=1))
    offer("b", MONDAY - timedelta(days=3), MONDAY + timedelta(days=1))
    offer("c", MONDAY - timedelta(days=30), is_dated=False)

    assert _codes() == ["b-06", "a-08", "b-10", "a-11", "c-10"]


def test_counts_say_how_much_is_late_and_how_much_is_due_today(offer: Offer) -> None:
    offer("a", MONDAY - timedelta(days=1), MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1))
    offer("b", MONDAY - timedelta(minutes=1), is_dated=True)

    worklist = worklist_of(WORKER, MONDAY)

    assert [(source.kind, count.total, count.late, count.today) for source, count in worklist.counts] == [
        ("a", 3, 1, 1),
        ("b", 1, 1, 0),
    ]
    assert (worklist.totals.total, worklist.totals.late, worklist.totals.today) == (4, 2, 1)
    assert _codes(late=True) == ["a-08", "b-09"]
    assert _codes(kind="b") == ["b-09"]


def test_a_line_says_in_words_how_it_stands(offer: Offer) -> None:
    offer("a", *(MONDAY + timedelta(days=days) for days in (-2, 0, 3)), MONDAY - timedelta(minutes=5))
    offer("c", MONDAY - timedelta(days=12), is_dated=False)

    assert [(line.words, line.tone) for line in worklist_of(WORKER, MONDAY).lines] == [
        ("trễ 2 ngày", "bad"),
        ("trễ trong ngày", "bad"),
        ("đến hạn hôm nay", "warn"),
        ("còn 3 ngày", ""),
        ("chờ 12 ngày", ""),
    ]


def test_pages_go_on_where_the_last_one_ended(offer: Offer) -> None:
    offer("a", *(MONDAY + timedelta(hours=hours) for hours in range(A_PAGE)))
    offer("b", *(MONDAY + timedelta(days=100 + days) for days in range(3)))

    assert len(_codes()) == A_PAGE
    assert _codes(page=2) == ["b-17", "b-18", "b-19"]
    assert _codes(page=3) == []


def test_it_takes_two_statements_however_many_systems_there_are(
    offer: Offer, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in "abcdefghij":
        offer(kind, MONDAY)

    with django_assert_num_queries(2):
        assert len(worklist_of(WORKER, MONDAY).lines) == 10


def test_work_is_read_only_for_those_who_may_do_it(offer: Offer) -> None:
    offer("a", MONDAY)
    offer("b", MONDAY, right="manage people")

    assert [source.kind for source, _count in worklist_of(WORKER, MONDAY).counts] == ["a"]


def test_a_kind_of_work_cannot_be_offered_twice(offer: Offer) -> None:
    offer("a")

    with pytest.raises(ValueError, match="twice"):
        offer("a")


def _logged_in(*rights: str) -> tuple[Client, Person]:
    person = people.a_person("lam", password=None)
    people.a_post(person, people.a_unit("X"), people.a_role(*rights, code="lam"))
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client, person


def test_the_page_is_for_those_who_have_work_and_for_no_others(offer: Offer) -> None:
    offer("a", MONDAY, right="see audit")
    client, _person = _logged_in("see audit")
    stranger = people.a_person("la", password=None)
    people.a_post(stranger, people.a_unit("Y"), people.a_role("manage people", code="la"))

    assert client.get("/toi/").status_code == 200
    assert Client().get("/toi/").status_code == 302
    client.force_login(stranger, backend=settings.AUTHENTICATION_BACKENDS[-1])
    assert client.get("/toi/").status_code == 403


def test_pinned_systems_are_ones_own_and_stand_on_the_page(offer: Offer) -> None:
    offer("a", MONDAY, right="see audit")
    client, person = _logged_in("see audit")
    services.pin_systems(addresses=["audit:log"], by=WORKER)

    client.post("/toi/pins/", {"system": ["audit:log", "worklist:pin", "no:such"]})

    assert pinned_addresses(Actor(ref=person.ref, name="")) == ["audit:log"]
    assert 'class="pins"' in client.get("/toi/").content.decode()
    client.post("/toi/pins/", {})
    assert pinned_addresses(Actor(ref=person.ref, name="")) == []
    assert pinned_addresses(WORKER) == ["audit:log"]


def test_an_empty_worklist_and_a_page_too_far_say_what_there_is(offer: Offer) -> None:
    offer("a", right="see audit")
    client, _person = _logged_in("see audit")

    assert "Không có việc nào đang chờ bạn" in client.get("/toi/").content.decode()
    assert client.get("/toi/?page=7").headers["Location"] == "/toi/?kind="
    for odd in ("?page=x", "?kind=khong-co", "?late=7", "?page=-1", "?kind=%00"):
        assert client.get(f"/toi/{odd}").status_code == 200
