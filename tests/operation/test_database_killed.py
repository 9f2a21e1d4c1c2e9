"""Kill -9 of PostgreSQL itself while cases, files and money are acknowledged: all that was is there, once."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from tinhso.project import bundled_postgres as bundled

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]

# Hands a file in, files with it, asks for the fee and takes it; says each so as soon as it was told that it is done.
# A server that is gone is waited for, as whoever sends the form again does: with the same marks.
VICTIM = """
import itertools, sys, time
import django
django.setup()
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection
from procrastinate.exceptions import ConnectorException
from tinhso.blocks.cases import services
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.documents.tests.papers import CITIZEN, a_pdf
from tinhso.blocks.payments import services as payments
from tinhso.kernel import clock
unit = makers.a_unit("28777", "Xã An")
cashier = makers.an_actor("cashier", "Thủ quỹ", ["take payments", "see payments"], unit)
most = int(sys.argv[1])
def again(work):
    while True:
        try:
            return work()
        except (DatabaseError, ConnectorException):  # the queue has a name of its own for the same
            connection.close()
            time.sleep(0.1)
def said(*words):
    print(*words, flush=True)
for number in range(most):
    content = a_pdf(Number=number)
    def hand_in():
        return services.take_in(uploads=[("Đơn", "don.pdf", ContentFile(content))], by=CITIZEN, now=makers.MONDAY)
    kept = again(hand_in)
    said("file", kept[0].file.sha256)
    filing = makers.a_filing(unit, request=f"LAN-{number}", files=kept)
    case = again(lambda: services.receive_case(filing=filing, by=makers.a_receiver(unit), now=makers.MONDAY))
    said("dossier", case.code)
    def ask():
        known = services.payments_of(case)
        return known[0] if known else services.order_fees(code=case.code, by=makers.a_receiver(unit), now=clock.now())
    order = again(ask)
    take = lambda: payments.take_cash(ref=order.ref, amount=10_000, by=cashier, now=clock.now(), request="LT")
    receipt = again(take)
    said("money", receipt.ref)
"""


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder whose server may be killed."""
    folder = Path(tempfile.mkdtemp(prefix="tinhso-pg-"))
    folder.chmod(0o755)
    yield folder
    bundled.stop_server(bundled.server_of_folder(folder))
    shutil.rmtree(folder)


def with_our_tables(server: bundled.BundledServer) -> None:
    """Give the server the tables of the tests' own, which were migrated already."""
    ours = connection.settings_dict
    programs = bundled.POSTGRES_BIN_PATH
    told = ["-h", ours["HOST"], "-p", str(ours["PORT"] or 5432), "-U", ours["USER"], ours["NAME"]]
    environment = {**os.environ, "PGPASSWORD": ours["PASSWORD"]}
    dump = subprocess.run([programs / "pg_dump", *told], check=True, capture_output=True, env=environment).stdout
    quiet = ["-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull]
    subprocess.run([programs / "psql", *quiet, server.url()], input=dump, check=True)


def kill(server: bundled.BundledServer) -> None:
    """End the server and all of its processes, as the system does that runs out of memory."""
    parent = psutil.Process(int((server.data / "postmaster.pid").read_text().split("\n")[0]))
    for process in [parent, *parent.children()]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs([parent], timeout=10)


def test_what_was_acknowledged_while_the_database_was_killed_again_and_again_is_there_once(var: Path) -> None:
    files, most, told = var / "kho", 15, []
    with bundled.in_use(var) as server:
        with_our_tables(server)
        environment = {
            **os.environ,
            "DATABASE_URL": server.url(),
            "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
            "TINHSO_FILE_STORE": str(files),
        }
        command = [sys.executable, "-W", "ignore", "-c", VICTIM, str(most)]
        with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as victim:
            assert victim.stdout is not None
            for line in victim.stdout:
                told.append(line.split())
                if len(told) in (8, 19, 33):
                    time.sleep(0.01 * len(told) % 0.07)
                    kill(server)
                    bundled.start_server(server)
        is_whole(server, told, files, most)


def is_whole(server: bundled.BundledServer, told: list[list[str]], files: Path, most: int) -> None:
    """All that was said to be done is there; nothing is there twice, or by half."""
    said = {kind: [ref for one, ref in told if one == kind] for kind in ("file", "dossier", "money")}
    with psycopg.connect(server.url()) as own:
        kept = {str(row[0]): str(row[1]) for row in own.execute('SELECT sha256, "where" FROM documents_storedfile')}
        codes = [row[0] for row in own.execute("SELECT code FROM cases_case ORDER BY code")]
        receipts = own.execute("SELECT ref, number, amount FROM payments_cashreceipt ORDER BY number").fetchall()
        booked = own.execute("SELECT count(*), sum(amount) FROM payments_entry WHERE pot = 'cash'").fetchone()
        orders = own.execute("SELECT received FROM payments_order").fetchall()
        bound = own.execute("SELECT count(DISTINCT used_in), count(*) FROM documents_paperuse").fetchone()
        entries = own.execute(
            "SELECT sum(entries_count), (SELECT count(*) FROM cases_entry) FROM cases_case"
        ).fetchone()

    assert len(told) == 3 * most
    for sha256 in said["file"]:
        assert hashlib.sha256((files / kept[sha256]).read_bytes()).hexdigest() == sha256
    assert codes == sorted(said["dossier"])
    assert [row[0] for row in receipts] == said["money"]
    assert [row[1] for row in receipts] == list(range(1, most + 1))
    assert booked == (most, 10_000 * most)
    assert orders == [(10_000,)] * most
    assert bound == (most, most)
    assert entries is not None
    assert entries[0] == entries[1]
