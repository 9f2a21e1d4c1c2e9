"""What the worker does about alerts, and who hears of it."""

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.blocks.indicators.events import SnapshotPublished
from tinhso.blocks.messaging.contract import may_hear
from tinhso.blocks.outbox.models import Announcement
from tinhso.ioc import jobs
from tinhso.ioc.models import Alert
from tinhso.ioc.tests.watched import AIMED, Hands, lines, published
from tinhso.ioc.tests.watched import watch as watch


@pytest.mark.django_db
def test_however_many_snapshots_are_published_one_look_waits() -> None:
    for number in (1, 2, 3):
        jobs.look_again(SnapshotPublished(number=number))

    assert ProcrastinateJob.objects.filter(task_name="ioc.evaluate_alerts").count() == 1


def test_the_worker_looks_on_a_snapshot_and_on_the_clock_and_open_pages_hear(watch: Hands) -> None:
    published(lines(120), AIMED)

    jobs.evaluate_alerts()
    jobs.watch_alerts(0)
    jobs.evaluate_alerts()

    assert Alert.objects.get().state == Alert.State.OPEN
    heard = Announcement.objects.filter(name="ioc.AlertsChanged")
    assert [one.payload["opened"] for one in heard] == [[Alert.objects.get().ref]]
    assert may_hear("ioc.AlertsChanged", frozenset({"see indicators"}))
    assert not may_hear("ioc.AlertsChanged", frozenset({"see returns"}))


def test_looking_and_the_morning_summary_have_their_time() -> None:
    assert {"ioc.evaluate_alerts", "ioc.watch_alerts", "ioc.morning_digest"} <= set(app.tasks)
