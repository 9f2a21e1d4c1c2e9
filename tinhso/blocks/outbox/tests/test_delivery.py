import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from tinhso.blocks.outbox import jobs, queries, services
from tinhso.blocks.outbox.contract import SUBSCRIPTIONS, register_listener, restore_event
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.outbox.tests.conftest import Worker, until
from tinhso.blocks.outbox.tests.listeners import Tried, allow, journal
from tinhso.kernel import clock


@dataclass(frozen=True)
class Quiet:
    """An event that only tests of one process use."""

    number: int
    name: ClassVar[str] = "outbox.Quiet"
    aggregate: ClassVar[str] = "một"


@pytest.fixture
def heard() -> "list[Quiet]":
    """What a listener of ``Quiet`` hears during one test."""
    found: list[Quiet] = []
    SUBSCRIPTIONS.pop(Quiet.name, None)
    register_listener(Quiet)(found.append)
    return found


def emit(*events: Tried) -> None:
    for event in events:
        with transaction.atomic():
            services.emit(event)


def rescue_soon() -> None:
    """Ask for a rescue, unless the clock of the queue has just asked for one."""
    with suppress(AlreadyEnqueued):
        queue.configure_task("outbox.rescue").defer(timestamp=0)


def waiting_of(subject: str) -> bool:
    return Announcement.objects.filter(aggregate=subject, delivered_at=None).exists()


def all_delivered() -> bool:
    return not Announcement.objects.filter(delivered_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_of_a_change_that_is_rolled_back_was_never_announced(empty_queue: None) -> None:
    with transaction.atomic():
        services.emit(Tried("A", 1))
        transaction.set_rollback(True)

    assert not Announcement.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db
def test_the_database_asks_for_the_delivery_of_each_announcement_as_the_queue_would(empty_queue: None) -> None:
    services.emit(Quiet(7), Quiet(8))

    wanted = [queue.tasks["outbox.deliver"].configure(lock="outbox:một").job for _event in range(2)]
    asked = list(ProcrastinateJob.objects.order_by("pk"))
    assert [(one.queue_name, one.task_name, one.priority, one.lock, one.queueing_lock) for one in asked] == [
        (job.queue, job.task_name, job.priority, job.lock, job.queueing_lock) for job in wanted
    ]
    numbers = Announcement.objects.order_by("pk").values_list("pk", flat=True)
    assert [one.args for one in asked] == [{"announcement_id": number} for number in numbers]
    assert {one.status for one in asked} == {"todo"}


@pytest.mark.django_db
def test_a_listener_hears_the_event_as_it_was_and_delivery_is_noted(heard: list[Quiet]) -> None:
    services.emit(Quiet(7))
    announcement = Announcement.objects.get()

    services.deliver_announcement(announcement.pk)

    announcement.refresh_from_db()
    assert heard == [Quiet(7)]
    assert announcement.delivered_at is not None


@pytest.mark.django_db
def test_one_failing_listener_leaves_the_event_waiting_for_another_try(heard: list[Quiet]) -> None:
    calls: list[int] = []

    def stubborn(event: Quiet) -> None:
        calls.append(event.number)
        if len(calls) == 1:
            raise RuntimeError("chưa được")

    register_listener(Quiet)(stubborn)
    services.emit(Quiet(1))
    number = Announcement.objects.get().pk

    with pytest.raises(RuntimeError):
        services.deliver_announcement(number)
    waiting = Announcement.objects.get().delivered_at is None
    services.deliver_announcement(number)

    assert waiting
    assert calls == [1, 1]
    assert Announcement.objects.get().delivered_at is not None


@pytest.mark.django_db
def test_what_a_failing_listener_wrote_is_undone(heard: list[Quiet]) -> None:
    def writes_and_fails(event: Quiet) -> None:
        Announcement.objects.create(at=clock.now(), name="rác", aggregate="rác", payload={})
        raise RuntimeError("hỏng giữa chừng")

    register_listener(Quiet)(writes_and_fails)
    services.emit(Quiet(1))

    with pytest.raises(RuntimeError):
        services.deliver_announcement(Announcement.objects.get().pk)

    assert not Announcement.objects.filter(name="rác").exists()


@pytest.mark.django_db
def test_an_event_nobody_hears_is_delivered_all_the_same() -> None:
    SUBSCRIPTIONS.pop(Quiet.name, None)
    services.emit(Quiet(1))

    services.deliver_announcement(Announcement.objects.get().pk)

    assert Announcement.objects.get().delivered_at is not None


def test_an_event_from_a_former_version_is_read_without_the_fields_that_went() -> None:
    assert restore_event(Quiet, {"number": 3, "gone": "x"}) == Quiet(3)


@pytest.mark.django_db
def test_what_waits_too_long_is_found() -> None:
    services.emit(Quiet(1))
    hour, now = timedelta(hours=1), clock.now()

    assert not queries.undelivered_announcements(longer_than=hour, now=now).exists()
    assert queries.undelivered_announcements(longer_than=hour, now=now + hour + hour).count() == 1


@pytest.mark.slow
def test_events_of_one_aggregate_arrive_in_the_order_in_which_they_happened(start_worker: Worker) -> None:
    emit(*(Tried(subject, number) for number in range(8) for subject in ("A", "B", "C")))

    start_worker()
    until(all_delivered)

    for subject in ("A", "B", "C"):
        ends = [line for line in journal() if line.startswith(f"end {subject}")]
        assert ends == [f"end {subject} {number}" for number in range(8)]


@pytest.mark.slow
def test_while_a_listener_fails_later_events_of_its_aggregate_wait_and_others_do_not(start_worker: Worker) -> None:
    emit(Tried("A", 1, "badly"), Tried("A", 2), Tried("B", 1), Tried("B", 2))

    start_worker()
    until(lambda: {"end B 1", "end B 2"} <= set(journal()) and journal().count("begin A 1") >= 2)
    early = journal()
    allow()
    until(all_delivered)

    assert "begin A 2" not in early
    assert [line for line in journal() if line.startswith("end A")] == ["end A 1", "end A 2"]


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_delivery_loses_nothing(start_worker: Worker) -> None:
    emit(Tried("A", 1, "slowly"), Tried("A", 2), Tried("B", 1))
    first = start_worker()
    until(lambda: "begin A 1" in journal() and not waiting_of("B"))

    first.send_signal(signal.SIGKILL)
    first.wait(10)
    lost = set(Announcement.objects.filter(delivered_at=None).values_list("aggregate", flat=True))
    until(lambda: not _beats_within(2), seconds=10)
    rescue_soon()
    start_worker()
    until(all_delivered)

    assert lost == {"A"}
    assert Counter(journal())["begin A 1"] == 2
    assert [line for line in journal() if line.startswith("end")] == ["end B 1", "end A 1", "end A 2"]


@pytest.mark.slow
def test_a_stalled_job_of_which_another_waits_does_not_stop_the_rescue_of_the_rest(
    start_worker: Worker,
) -> None:
    emit(Tried("A", 1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, args, scheduled_at)"
            " VALUES ('x', 'outbox.rescue', 'nightly', 'doing', '{}', NULL),"
            " ('x', 'outbox.rescue', 'nightly', 'todo', '{}', now() + interval '1 day')"
        )
    rescue_soon()

    start_worker()
    until(all_delivered)

    assert sorted(ProcrastinateJob.objects.filter(queueing_lock="nightly").values_list("status", flat=True)) == [
        "failed",
        "todo",
    ]


def test_a_delivery_is_tried_for_ever_with_growing_pauses() -> None:
    def pause(attempts: int) -> float:
        job = Job(id=1, queue="x", lock=None, queueing_lock=None, task_name="outbox.deliver", attempts=attempts)
        decision = jobs.UntilDelivered().get_retry_decision(exception=RuntimeError(), job=job)
        assert decision.retry_at is not None
        return round((decision.retry_at - clock.now()).total_seconds())

    assert [pause(attempts) for attempts in (0, 1, 2, 8, 9, 1000)] == [2, 4, 8, 512, 600, 600]


def _beats_within(seconds: float) -> bool:
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=clock.now() - timedelta(seconds=seconds)).exists()
