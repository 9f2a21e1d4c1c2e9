"""Kill -9 in the middle of filing and finishing: what was acknowledged is there once, the rest not at all."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from random import Random

import psycopg
import pytest
from django.db import connection

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.blocks.cases.models import Case, Counter, Entry, Party, Task
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.outbox.models import Announcement

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Files, then finishes every step, and says so only after it was told that it is done.
VICTIM = """
import sys
import django
django.setup()
from tinhso.blocks.cases import services
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.units.models import Unit
unit = Unit.objects.get(ref="28777")
def said(*words):
    print(*words, flush=True)
while True:
    case = makers.received(unit)
    said("received", case.code)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.an_officer(unit), now=makers.MONDAY)
    said("worked", case.code)
    services.complete(code=case.code, step=makers.step_of(case), by=makers.a_head(unit), now=makers.MONDAY)
    said("finished", case.code)
"""


def _address() -> str:
    conf = connection.settings_dict
    account = f"{conf['USER']}:{conf['PASSWORD']}"
    return f"postgresql://{account}@/{conf['NAME']}?host={conf['HOST']}&port={conf['PORT'] or 5432}"


def _victim() -> "subprocess.Popen[str]":
    environment = {**os.environ, "DATABASE_URL": _address(), "DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    root = Path(__file__).resolve().parents[4]
    command = [sys.executable, "-W", "ignore", "-c", VICTIM]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.PIPE, stderr=quiet, text=True)


def _acknowledged(process: "subprocess.Popen[str]", lines: int, pause: float) -> list[tuple[str, str]]:
    """What a process acknowledged until it was killed, ``pause`` seconds after it had said so many lines."""
    assert process.stdout is not None
    told = []
    with process:
        for line in process.stdout:
            verb, code = line.split()
            told.append((verb, code))
            if len(told) == lines:
                threading.Timer(pause, process.send_signal, [signal.SIGKILL]).start()
    return told


def _is_whole() -> None:
    """No case is half there, whatever was under way."""
    codes = sorted(Case.objects.values_list("code", flat=True))
    numbers = [int(code[-4:]) for code in codes]
    assert numbers == list(range(1, Counter.objects.get().last + 1))
    assert Party.objects.count() == len(codes)
    for case in Case.objects.all():
        entries = list(Entry.objects.filter(case=case).order_by("number").values_list("number", "status"))
        assert [number for number, _status in entries] == list(range(1, case.entries_count + 1))
        assert entries[-1][1] == case.status
        assert Task.objects.filter(case=case, done_at=None).count() == 1
        assert AuditEntry.objects.filter(subject=case.code).count() == case.entries_count
        moved = Announcement.objects.filter(name="cases.CaseMoved", payload__code=case.code)
        assert moved.count() == Entry.objects.filter(case=case, did__in=("received", "begun", "finished")).count()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_was_told_that_it_is_done_finds_it_done_after_kill_9(seed: int) -> None:
    makers.a_unit("28777", "Xã An")
    draw = Random(seed)

    told = _acknowledged(_victim(), lines=draw.randint(4, 12), pause=draw.uniform(0, 0.05))

    assert told
    least = {"received": 2, "worked": 4, "finished": 9}
    for verb, code in told:
        assert Case.objects.get(code=code).status >= least[verb]
    _is_whole()


def test_a_database_whose_servers_are_killed_under_it_loses_nothing_that_was_acknowledged() -> None:
    makers.a_unit("28777", "Xã An")
    with _victim() as victim, psycopg.connect(_address(), autocommit=True) as other:
        assert victim.stdout is not None
        told = [victim.stdout.readline().split() for _ in range(5)]
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_start >"
            " (SELECT backend_start FROM pg_stat_activity WHERE pid = %s)",
            [_own_pid()],
        )
        told += [line.split() for line in victim.stdout]

    assert {code for _verb, code in told} <= set(Case.objects.values_list("code", flat=True))
    _is_whole()


def _own_pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)
