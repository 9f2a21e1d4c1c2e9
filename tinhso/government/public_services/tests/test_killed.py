"""Workers killed at every moment: what they were told is done, the portal keeps each message once, in order."""

import os
import signal
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as conf
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from tests.simulators.national_portal import Portal
from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.outbox.tests.conftest import Worker, empty_queue, start_worker, until
from tinhso.blocks.outbox.tests.killing import victims
from tinhso.government.public_services.models import Dispatch
from tinhso.kernel import clock

__all__ = ["empty_queue", "start_worker"]  # fixtures
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
VICTIMS = "tinhso.government.public_services.tests.victims"
RECEIVED = [("code", ""), ("dossier", ""), ("status", "1"), ("progress", "2"), ("status", "2")]


@pytest.fixture
def mail(settings: Any, tmp_path: Path) -> Path:
    """Where letters to applicants lie."""
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def letters(folder: Path) -> list[str]:
    """The Message-IDs of all letters that went out, repeated ones too."""
    found = [part for path in sorted(folder.glob("*.log")) for part in path.read_bytes().split(b"-" * 79)]
    return [str(message_from_bytes(part.strip())["Message-ID"]) for part in found if part.strip()]


def test_a_worker_killed_anywhere_while_it_delivers_and_tells_the_portal_does_each_thing_once(
    portal: Portal, mail: Path
) -> None:
    unit = makers.a_unit("28777", "Xã An")
    applicant = makers.SOMEBODY.__class__("Nguyễn Thị Hoa", email="vi-du@example.vn")
    case = makers.received(unit, applicant=applicant)
    waiting = list(Announcement.objects.filter(delivered_at=None).order_by("pk").values_list("pk", flat=True))

    with victims() as killer:
        for announced in waiting:
            for _moment in killer.killed_at_every_moment(f"{VICTIMS}:deliver", str(announced)):
                queued = Dispatch.objects.filter(dossier=case.code).values_list("number", flat=True).distinct().count()
                assert Audited.objects.filter(did="queued for portal").count() == queued
        for _moment in killer.killed_at_every_moment(f"{VICTIMS}:send", case.code):
            assert portal.told(case.code) == RECEIVED[: len(portal.told(case.code))]

    assert not Announcement.objects.filter(delivered_at=None).exists()
    assert portal.told(case.code) == RECEIVED
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"sent"}
    assert Audited.objects.filter(did="told portal").count() == len(RECEIVED)
    assert len(set(letters(mail))) == 1, "mail systems know a copy by its Message-ID"


@pytest.fixture
def reachable(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """The portal, as a worker of its own process finds it."""
    for name in ("NPSP_URL", "NPSP_SYSTEM", "NPSP_SECRET"):
        monkeypatch.setenv(name, getattr(conf, name))
    monkeypatch.setenv("TINHSO_PROVINCE", str(conf.PROVINCE_DIR))
    monkeypatch.setenv("TINHSO_VAR", str(conf.VAR))
    return portal


def test_what_a_killed_worker_held_is_finished_by_the_next_one(reachable: Portal, start_worker: Worker) -> None:
    unit = makers.a_unit("28777", "Xã An")
    cases = [makers.received(unit) for _number in range(12)]
    first = start_worker()
    until(lambda: len(reachable.kept) > 5)

    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    left = Announcement.objects.filter(delivered_at=None).count() + Dispatch.objects.exclude(state="sent").count()
    assert left, "it was killed too late to lose anything"
    until(lambda: not _beats_within(2), seconds=10)
    if not ProcrastinateJob.objects.filter(task_name="outbox.rescue", status="todo").exists():
        queue.configure_task("outbox.rescue").defer(timestamp=0)
    start_worker()
    until(lambda: all(_is_told(reachable, case) for case in cases))
    until(lambda: not Announcement.objects.filter(delivered_at=None).exists())

    assert Audited.objects.filter(did="told portal").count() == len(RECEIVED) * len(cases)


def _is_told(portal: Portal, case: Case) -> bool:
    sent = Dispatch.objects.filter(dossier=case.code, state="sent").count()
    return portal.told(case.code) == RECEIVED and sent == len(RECEIVED)


def _beats_within(seconds: float) -> bool:
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=clock.now() - timedelta(seconds=seconds)).exists()
