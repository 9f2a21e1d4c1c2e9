"""The command line: refusals end with 2 and one sentence, trouble with 1, children stop together."""

import argparse
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from tests.simulators.certificate_authority import Authorities
from tinhso.kernel.errors import Refused
from tinhso.project import processes
from tinhso.project.catalogues import compile_file, read_catalogue
from tinhso.project.cli import REFUSED, TROUBLE, main, people, running

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_port_in_use_is_one_clear_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code = main(["serve", "--port", str(port)])

    assert code == REFUSED
    assert str(port) in capsys.readouterr().err


def test_a_database_that_does_not_answer_is_one_clear_line(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"postgresql://nobody@/none?host={tmp_path}"}
    command = [sys.executable, "-m", "tinhso.project.cli", "units"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    assert done.returncode == TROUBLE
    assert "Traceback" not in done.stderr
    assert "cơ sở dữ liệu" in done.stderr


@pytest.mark.django_db
def test_doctor_says_what_to_do_and_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    from tinhso.project import doctor

    findings = {finding.name: finding for finding in doctor._of_database()}

    assert findings["các bảng"].state == "ok"
    assert findings["nhật ký kiểm toán"].state == "ok"
    assert findings["định nghĩa chỉ tiêu"].state == "ok"
    assert findings["bản chụp số liệu"].state == "fail"
    assert "tinhso refresh" in findings["bản chụp số liệu"].do
    json.dumps([vars(finding) for finding in findings.values()])


def test_doctor_says_what_an_engine_lacks(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinhso.project import doctor

    said = []
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for engine, spark in (
        ("duckdb", ""),
        ("spark", "spark://somewhere:7077"),
        ("spark", "sc://somewhere"),
        ("abacus", ""),
    ):
        settings.INDICATOR_ENGINE, settings.SPARK = engine, spark
        said.append(doctor._check_engine())

    assert [finding.state for finding in said] == ["ok", "fail", "ok", "fail"]
    assert "Java" in said[1].said
    assert "INDICATOR_ENGINE" in said[3].do


@pytest.mark.django_db
def test_doctor_names_the_oldest_event_that_was_not_delivered_and_what_to_do() -> None:
    from datetime import timedelta

    from tinhso.blocks.outbox.models import Announcement
    from tinhso.kernel import clock
    from tinhso.project import doctor

    long_ago = clock.now() - timedelta(hours=3)
    Announcement.objects.create(name="reporting.ReturnPublished", aggregate="BC-1", payload={}, at=long_ago)
    Announcement.objects.create(name="reporting.ReturnPublished", aggregate="BC-2", payload={}, at=clock.now())

    finding = next(finding for finding in doctor._check_queue() if finding.name == "sự kiện")

    assert finding.state == "warn"
    assert finding.said.startswith("1 sự kiện chưa được chuyển")
    assert f"{clock.local(long_ago):%H:%M %d/%m/%Y}" in finding.said
    assert "tinhso worker" in finding.do


@pytest.mark.django_db
def test_a_password_is_set_at_the_terminal_given_or_made_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinhso.blocks.identity.models import Person

    person = Person.objects.create(username="lan", name="Cô Lan")
    monkeypatch.setattr("sys.stdin", io.StringIO("quả dừa xanh trên cây\n"))
    given = run_set_password("lan", generate=False)
    person.refresh_from_db()
    takes_given = person.check_password("quả dừa xanh trên cây")
    capsys.readouterr()

    made_up = run_set_password("LAN", generate=True)

    person.refresh_from_db()
    assert (given, made_up, takes_given) == (0, 0, True)
    assert person.check_password(capsys.readouterr().out.split()[-1])
    assert person.must_change_password


@pytest.mark.django_db
def test_a_short_password_at_the_terminal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from tinhso.blocks.identity.models import Person

    Person.objects.create(username="lan", name="Cô Lan")
    monkeypatch.setattr("sys.stdin", io.StringIO("ngắn\n"))

    with pytest.raises(Refused, match="weak_password"):
        run_set_password("lan", generate=False)


def run_set_password(username: str, *, generate: bool) -> int:
    """The command without its own database."""
    return people.set_password(argparse.Namespace(username=username, generate=generate))


@pytest.mark.django_db
def test_doctor_names_the_field_of_a_definition_that_fits_no_fact() -> None:
    from tinhso.blocks.indicators import queries
    from tinhso.blocks.indicators.models import Definition
    from tinhso.project import doctor

    texts = ("name", "domain", "fact", "count", "unit_of_measure", "method", "source", "agency")
    spec = {"code": "X-1", "kind": "sum", **dict.fromkeys(texts, "x")}
    Definition.objects.create(code="X-1", spec=spec, effective=DateRange(None, None))

    finding = doctor._check_definitions()
    queries.clear_caches()

    assert (finding.state, "X-1" in finding.said, "fact" in finding.said) == ("fail", True, True)


def test_when_one_process_ends_before_all_is_up_the_others_are_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = [sys.executable, "-c", "print('hết chỗ'); raise SystemExit(3)"]
    commands = {"web": SLEEP, "worker": failing}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with processes.ProcessFamily(commands, environment=os.environ, logs=tmp_path) as family:
        is_up = family.wait_for_port("127.0.0.1", port)

    assert not is_up
    assert all(child.poll() is not None for child in family.children.values())
    said = capsys.readouterr().err
    assert "«worker»" in said
    assert "hết chỗ" in said


def test_a_second_start_for_the_same_data_is_refused(tmp_path: Path) -> None:
    with processes.only_one(tmp_path), pytest.raises(Refused, match="already_up"), processes.only_one(tmp_path):
        pass


def test_simulators_are_known_by_what_they_serve_and_only_to_a_demo(tmp_path: Path, settings: Any) -> None:
    made = Authorities(tmp_path, "http://127.0.0.1:9002", None)  # type: ignore[arg-type]  # only its addresses

    command, told = running.simulators_command(9002, tmp_path)
    settings.DEMO = False

    assert (told["TINHSO_TIMESTAMP_URL"], told["TINHSO_TRUST"]) == (made.timestamps, str(made.trust))
    assert told["TINHSO_SIGNING_HOSTS"] == made.origin.removeprefix("http://")
    assert told["TINHSO_MSS_AP_PASSWORD"] in command
    with pytest.raises(Refused, match="no_demo"):
        running.must_have_simulators(9000)


def test_translations_compile_without_the_gettext_programs(tmp_path: Path) -> None:
    import gettext

    po = tmp_path / "django.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        '#: a.py\nmsgid "Xã"\nmsgstr "Commune"\n\nmsgctxt "tháng"\nmsgid "năm"\nmsgstr "May"\n\n'
        'msgid "%(n)s tệp"\nmsgid_plural "%(n)s tệp"\nmsgstr[0] "%(n)s file"\nmsgstr[1] "%(n)s files"\n\n'
        '#, fuzzy\nmsgid "Huyện"\nmsgstr "?"\n',
        encoding="utf-8",
    )

    with compile_file(po).open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)

    assert words.gettext("Xã") == "Commune"
    assert words.pgettext("tháng", "năm") == "May"
    assert words.ngettext("%(n)s tệp", "%(n)s tệp", 2) == "%(n)s files"
    assert words.gettext("Huyện") == "Huyện"
    assert [message.is_translated for message in read_catalogue(po)] == [True, True, True, True, False]


def test_the_worker_looks_for_work_several_times_a_second() -> None:
    command = processes.worker_command()

    assert float(command[command.index("--fetch-job-polling-interval") + 1]) < 1
