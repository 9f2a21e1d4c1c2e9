"""Letters fetched from a mail server that we did not write (pymap), over IMAP."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.messaging import jobs, services
from tinhso.blocks.messaging.tests import makers as a
from tinhso.blocks.messaging.tests.makers import StandIn
from tinhso.blocks.messaging.tests.test_letters import a_letter

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]
USER, PASSWORD = "tinh", "mat/khau:1"


@pytest.fixture
def intake(settings: Any, tmp_path: Path) -> Iterator[StandIn]:
    yield a.set_up(settings, tmp_path)
    a.put_back()


@pytest.fixture
def server(intake: StandIn, settings: Any) -> Iterator[imaplib.IMAP4]:
    """An IMAP server of its own process, and somebody who puts letters there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serve = [sys.executable, "-c", "from pymap.main import main; main()", "--host", "127.0.0.1", "--port", str(port)]
    serve += ["--no-tls", "--no-service", "managesieve", "dict", "--demo-data"]
    process = subprocess.Popen(
        [*serve, "--demo-user", USER, "--demo-password", PASSWORD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        there = _connected(port)
        there.login(USER, PASSWORD)
        there.create("phan-anh")
        settings.MAILBOX = f"imap://{USER}:mat%2Fkhau%3A1@127.0.0.1:{port}/phan-anh"
        yield there
        there.logout()
    finally:
        process.terminate()
        process.wait()


def _connected(port: int) -> imaplib.IMAP4:
    for _again in range(200):
        try:
            return imaplib.IMAP4("127.0.0.1", port)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the mail server does not answer")


def test_letters_of_a_mail_server_become_drafts_once(server: imaplib.IMAP4, intake: StandIn) -> None:
    picture = a_letter(Message_ID="<thu-2@vidu.vn>", Subject="Rác ven đường")
    picture.add_attachment(a.a_picture(), maintype="image", subtype="jpeg", filename="rac.jpg")
    for letter in (a_letter(), picture, a_letter(Message_ID="<thu-3@vidu.vn>", Precedence="bulk")):
        server.append("phan-anh", "", imaplib.Time2Internaldate(time.time()), letter.as_bytes())

    first = services.read_mailbox(by=jobs.WORKER)
    again = services.read_mailbox(by=jobs.WORKER)
    a.work()

    assert (first, again) == ({"taken": 2, "list": 1}, {})
    assert sorted(len(draft.attachments) for draft in intake.taken.values()) == [0, 1]
