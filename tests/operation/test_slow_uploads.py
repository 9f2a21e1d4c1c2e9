"""Bodies that never end take no thread: pages go on, whoever dawdles is sent away, nobody takes all places."""

import asyncio
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import psutil
import pytest
from django.conf import settings
from django.db import connection

from tinhso.project import processes
from tinhso.project.front import Bounds, WsgiFront

SLOW = 24
SECONDS = 60
BEGUN = (
    b"POST /verify/signature/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 50000\r\n\r\n--x\r\n"
)


def a_database_url() -> str:
    """Where the tests' own database is, as ``DATABASE_URL`` has it."""
    parts = connection.settings_dict
    where = urlencode({"host": parts["HOST"], "port": parts["PORT"] or 5432})
    return f"postgresql://{parts['USER']}:{parts['PASSWORD']}@/{parts['NAME']}?{where}"


def a_free_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.fixture(scope="module")
def served(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[processes.ProcessFamily]:
    """The web server as it is run, one process of it."""
    port = a_free_port()
    environment = {**os.environ, "DATABASE_URL": a_database_url()}
    commands = {"web": processes.web_command("127.0.0.1", port, 1)}
    with processes.ProcessFamily(commands, environment=environment, logs=tmp_path_factory.mktemp("log")) as family:
        assert family.wait_for_port("127.0.0.1", port)
        family.port = port  # type: ignore[attr-defined]
        yield family


def page(family: Any, path: str = "/verify/signature/") -> int:
    """Ask for a page; its status. Waits while the server starts a worker."""
    with urlopen(f"http://127.0.0.1:{family.port}{path}", timeout=SECONDS) as answer:
        return int(answer.status)


def a_slow_upload(port: int) -> socket.socket:
    """A request whose body has begun and does not go on."""
    upload = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    upload.sendall(BEGUN)
    return upload


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_pages_answer_while_many_bodies_are_still_unsent(served: Any) -> None:
    page(served)
    uploads = [a_slow_upload(served.port) for _number in range(SLOW)]

    answers = [page(served) for _number in range(8)]

    for upload in uploads:
        upload.setblocking(False)
        with pytest.raises(BlockingIOError):
            upload.recv(1)
        upload.close()
    assert answers == [200] * 8


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_killed_is_started_again_while_the_server_stays(served: Any) -> None:
    page(served)
    server = psutil.Process(served.children["web"].pid)
    [worker] = server.children()

    worker.kill()
    worker.wait(SECONDS)
    listens = served.wait_for_port("127.0.0.1", served.port)
    answer = page(served)

    assert (listens, answer) == (True, 200)
    assert served.children["web"].poll() is None
    assert server.children() != [worker]


class Client:
    """One request as granian hands it over, and what was answered."""

    def __init__(
        self, *bodies: bytes, address: str = "203.0.113.7", ends: bool = True, raw_path: bytes = b"/x/", **headers: str
    ) -> None:
        self.raw_path = raw_path
        self.headers = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.headers.setdefault("transfer-encoding", "chunked")
        self.address, self.sent = address, list[dict[str, Any]]()
        self.messages = [{"type": "http.request", "body": body, "more_body": True} for body in bodies]
        if ends:
            self.messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def ask(self, front: WsgiFront) -> "Client":
        """Send the request."""
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/x/",
            "raw_path": self.raw_path,
            "query_string": b"",
            "http_version": "1.1",
            "client": (self.address, 5000),
            "server": ("localhost", 80),
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in self.headers.items()],
        }
        await front(scope, self._receive, self._send)
        return self

    async def _receive(self) -> dict[str, Any]:
        if not self.messages:
            await asyncio.Event().wait()
        return self.messages.pop(0)

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        """What was answered."""
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return b"".join(message.get("body", b"") for message in self.sent)


def echo(asked_for: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Gives back what was sent, and how long it was said to be."""
    start_response("200 OK", [("X-Length", asked_for["CONTENT_LENGTH"])])
    return [asked_for["wsgi.input"].read()]


def ask_all(front: WsgiFront, *clients: Client) -> list[Client]:
    """Let clients ask at once."""

    async def together() -> list[Client]:
        return await asyncio.gather(*(client.ask(front) for client in clients))

    return asyncio.run(together())


def test_a_body_without_a_length_reaches_the_page_whole() -> None:
    [client] = ask_all(WsgiFront(echo, Bounds(largest=1_000_000)), Client(b"mot ", b"x" * 400_000))

    assert client.status == 200
    assert client.body == b"mot " + b"x" * 400_000
    assert (b"x-length", str(len(client.body)).encode()) in client.sent[0]["headers"]


def test_a_body_that_does_not_keep_up_is_refused_in_words_and_no_page_runs() -> None:
    ran = list[str]()

    def pages(asked_for: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        ran.append("page")
        return echo(asked_for, start)

    front = WsgiFront(pages, Bounds(1_000_000, grace=0.05))

    [client] = ask_all(front, Client(b"mot it", ends=False))

    assert client.status == 408
    assert "chưa có gì được lưu" in client.body.decode()
    assert ran == []


def test_one_address_may_not_take_every_place_and_another_is_served_meanwhile() -> None:
    front = WsgiFront(echo, Bounds(1_000_000, grace=0.3, an_address=3))
    dawdling = [Client(b"x", ends=False) for _number in range(3)]
    more, other = Client(b"x"), Client(b"x", address="203.0.113.8")

    ask_all(front, *dawdling, more, other)
    again = ask_all(front, Client(b"x"))[0]

    assert [client.status for client in dawdling] == [408, 408, 408]
    assert (more.status, other.status, again.status) == (429, 200, 200)


def test_an_address_is_what_our_own_proxy_says_and_a_network_of_ipv6_is_one() -> None:
    direct, behind = WsgiFront(echo, Bounds(1)), WsgiFront(echo, Bounds(1), proxies=1)
    told = {"x-forwarded-for": "198.51.100.1, 2001:db8:1:2:3::4"}

    assert direct.address({"client": ("192.0.2.1", 1)}, told) == "192.0.2.1"
    assert behind.address({"client": ("192.0.2.1", 1)}, told) == "2001:db8:1:2::/64"


def test_what_is_too_large_is_not_read_but_told_to_the_page_that_refuses_it() -> None:
    front = WsgiFront(echo, Bounds(largest=100))

    declared, lying = ask_all(front, Client(b"x" * 400, content_length="400"), Client(b"x" * 400))

    assert len(declared.messages) == 2, "nothing of it was read"
    assert (b"x-length", b"400") in declared.sent[0]["headers"]
    assert (b"x-length", b"400") in lying.sent[0]["headers"]


def test_an_address_reaches_the_page_byte_for_byte() -> None:
    def pages(asked_for: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return [asked_for["PATH_INFO"].encode("latin-1")]

    client = Client(b"x", raw_path=b"/x%C4%90/%ff%2F")

    ask_all(WsgiFront(pages, Bounds(largest=100)), client)

    assert client.body == "/xĐ/".encode() + b"\xff/"


def test_files_are_handled_beside_pages() -> None:
    import threading

    names = list[str]()

    def pages(asked_for: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        names.append(threading.current_thread().name.partition("_")[0])
        return echo(asked_for, start)

    front = WsgiFront(pages, Bounds(largest=1_000_000))

    for client in (
        Client(b"a=1"),
        Client(b"x" * 300_000),
        Client(b"x", content_type="multipart/form-data; boundary=y"),
    ):
        ask_all(front, client)

    assert names == ["page", "file", "file"]


def test_a_header_with_an_underscore_cannot_pass_for_one_of_our_proxys() -> None:
    def pages(asked_for: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return [asked_for.get("HTTP_X_FORWARDED_FOR", "none").encode()]

    forged = Client(b"x")
    forged.headers["x_forwarded_for"] = "192.0.2.9"

    [client] = ask_all(WsgiFront(pages, Bounds(largest=100)), forged)

    assert client.body == b"none"


@pytest.mark.parametrize("pieces", [1, 40])
def test_a_long_answer_leaves_its_thread_before_it_is_read(pieces: int) -> None:
    left = list[str]()

    def pages(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        for number in range(pieces):
            yield bytes([number]) * 100_000
        left.append("thread")

    class SlowReader(Client):
        async def _send(self, message: dict[str, Any]) -> None:
            while message["type"] == "http.response.body" and not left:
                await asyncio.sleep(0)
            await super()._send(message)

    [client] = ask_all(WsgiFront(pages, Bounds(largest=100)), SlowReader(b"x"))

    assert client.body == b"".join(bytes([number]) * 100_000 for number in range(pieces))


def test_a_page_that_breaks_off_is_not_taken_for_whole() -> None:
    def pages(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        yield b"x" * 2_000_000
        raise ZeroDivisionError

    client = Client(b"x")

    with pytest.raises(RuntimeError, match="broke off"):
        ask_all(WsgiFront(pages, Bounds(largest=100)), client)

    assert client.sent[-1]["more_body"] is True


@pytest.mark.parametrize("unit", ["prepare", "web", "live", "worker"])
def test_a_unit_that_failed_is_tried_again_however_often_unless_a_rule_refused_it(unit: str) -> None:
    told = Path(settings.ROOT, "deploy", f"tinhso-{unit}.service").read_text("utf-8").splitlines()

    assert "StartLimitIntervalSec=0" in told[: told.index("[Service]")]
    assert "RestartPreventExitStatus=2" in told
    assert {"Restart=on-failure", "RestartMode=direct"} <= set(told) if unit == "prepare" else "Restart=always" in told


def test_proxies_in_front_bound_and_buffer_what_is_sent() -> None:
    nginx, caddy = (Path(settings.ROOT, "deploy", name).read_text("utf-8") for name in ("nginx.conf", "Caddyfile"))

    for word in ("client_body_timeout", "client_max_body_size", "limit_conn ", "proxy_request_buffering on"):
        assert word in nginx
    for word in ("read_body", "max_size", "request_buffers"):
        assert word in caddy
