"""Kill -9 in the middle of sending reports with photos: what was acknowledged is there once and whole."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.db import connection

from tinhso.blocks.documents import queries as documents
from tinhso.society.field_reports.models import Entry, Report
from tinhso.society.field_reports.tests import makers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Sends one report after the other, each with a photo of its own, and says so only after it was told that it is there.
VICTIM = """
import sys
import django
django.setup()
from pathlib import Path
from django.conf import settings
settings.FILE_STORE = sys.argv[1]
settings.PROVINCE_DIR = Path(sys.argv[2])
from tinhso.society.field_reports.tests import makers
number = 0
while True:
    number += 1
    picture = makers.a_picture(size=(200 + number, 200))
    report = makers.a_report(request=f"form-{number}", attachments=(makers.attached(picture),))
    print(number, report.ref, flush=True)
"""


def _address() -> str:
    conf = connection.settings_dict
    account = f"{conf['USER']}:{conf['PASSWORD']}"
    return f"postgresql://{account}@/{conf['NAME']}?host={conf['HOST']}&port={conf['PORT'] or 5432}"


def _victim() -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "DATABASE_URL": _address(),
        "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
    }
    root = Path(__file__).resolve().parents[4]
    command = [sys.executable, "-W", "ignore", "-c", VICTIM, settings.FILE_STORE, str(settings.PROVINCE_DIR)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.PIPE, stderr=quiet, text=True)


def _acknowledged(process: "subprocess.Popen[str]", lines: int, pause: float) -> list[tuple[int, str]]:
    assert process.stdout is not None
    told = []
    with process:
        for line in process.stdout:
            number, ref = line.split()
            told.append((int(number), ref))
            if len(told) == lines:
                threading.Timer(pause, process.send_signal, [signal.SIGKILL]).start()
    return told


@pytest.mark.parametrize("seed", [1, 2])
def test_whoever_was_told_that_it_is_there_finds_it_whole_after_kill_9(seed: int) -> None:
    makers.a_place()
    draw = Random(seed)

    told = _acknowledged(_victim(), lines=draw.randint(2, 4), pause=draw.uniform(0, 0.6))

    assert told
    for number, ref in told:
        assert makers.a_report(request=f"form-{number}").ref == ref
    for report in Report.objects.all():
        picture = report.attachments.get().picture
        assert picture is not None
        for file in (picture.original, picture.shown, picture.small):
            assert len(b"".join(documents.chunks(file))) == file.size
        assert Entry.objects.filter(report=report).count() == report.entries_count
