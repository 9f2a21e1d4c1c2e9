"""What simulators of chat platforms share: people, pictures, signed calls, and a page that looks like a chat."""

import html
import http.client
import json
import secrets
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

WAYS = {
    "once": "Gửi thường",
    "twice": "Gửi hai lần",
    "late": "Giữ lại, gửi sau tin kế tiếp",
    "forged": "Giả chữ ký",
    "slow": "Gửi chậm từng chút",
    "old": "Phát lại tin hôm kia",
}
RETRIES = (0.2, 0.5, 1.0)  # seconds; the real ones wait up to an hour
LONGEST = 12 * 1024 * 1024
STYLE = """body{font:16px/1.4 sans-serif;margin:0 auto;max-width:34rem;padding:1rem}
.in{background:#e7f0ff;margin-left:20%}.out{background:#eee;margin-right:20%}
p.in,p.out{border-radius:.8rem;padding:.5rem .8rem;white-space:pre-wrap}
iframe{border:1px solid #999;height:26rem;width:100%}form{margin:.6rem 0}
input,select,button{font:inherit;padding:.3rem}"""
HEAD = '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'


@dataclass
class Bubble:
    """One line of a chat: ``mine`` is the person's own."""

    mine: bool
    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Person:
    """Somebody with the app on their phone."""

    number: str
    chat: list[Bubble] = field(default_factory=list)
    wrote_at: float = 0.0

    @property
    def heard(self) -> list[str]:
        """What the person was told."""
        return [one.text for one in self.chat if not one.mine]


@dataclass
class Message:
    """What a person sends: words, a button, a picture or a place."""

    text: str = ""
    payload: str = ""
    picture: str = ""
    place: tuple[float, float] | None = None  # longitude, latitude
    number: str = field(default_factory=lambda: f"m_{secrets.token_hex(8)}")
    at: int = field(default_factory=lambda: int(time.time() * 1000))


Transport = Callable[[bytes, dict[str, str]], int]


class Platform(ThreadingHTTPServer):
    """A platform; ``webhook`` is what it calls, ``answers`` how it was answered."""

    daemon_threads = True
    title: ClassVar[str]
    notice: ClassVar[str]

    def __init__(self, webhook: str = "", port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.webhook = webhook
        self.transport: Transport = self.call
        self.people: dict[str, Person] = {}
        self.pictures: dict[str, tuple[str, bytes]] = {}
        self.answers: list[int] = []
        self.troubles: list[dict[str, Any]] = []
        self.kept_back: list[tuple[bytes, dict[str, str]]] = []

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    @abstractmethod
    def event(self, person: Person, message: Message) -> bytes:
        """The body of a call about a message."""

    @abstractmethod
    def signed(self, body: bytes, *, forged: bool = False) -> dict[str, str]:
        """The headers by which the receiver knows that the call is the platform's."""

    @abstractmethod
    def api(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any]] | None:
        """What a program is answered; None for an address that is none of the platform's."""

    def person(self, number: str) -> Person:
        """Somebody, there or new."""
        return self.people.setdefault(number, Person(number))

    def picture(self, body: bytes, kind: str = "image/jpeg") -> str:
        """Keep a picture; gives its address."""
        name = secrets.token_hex(8)
        self.pictures[name] = (kind, body)
        return f"{self.origin}/media/{name}"

    def send(self, number: str, message: Message, how: str = "once") -> list[int]:
        """Let a person send something and deliver it as ``how`` says; gives how the receiver answered."""
        person = self.person(number)
        shown = message.text or message.payload or ("[ảnh]" if message.picture else f"[vị trí {message.place}]")
        person.chat.append(Bubble(True, shown))
        person.wrote_at = time.time()
        if how == "old":
            message.at -= 2 * 24 * 3600 * 1000
        body = self.event(person, message)
        call = body, self.signed(body, forged=how == "forged")
        if how == "slow":
            return [self.drip(*call)]
        if how == "late":
            self.kept_back.append(call)
            return []
        calls = [call, call] if how == "twice" else [call]
        calls += self.kept_back
        self.kept_back = []
        return [self.deliver(*one, patient=how != "forged") for one in calls]

    def deliver(self, body: bytes, headers: dict[str, str], *, patient: bool = True) -> int:
        """Call the receiver; again where it does not take it, a few times."""
        status = 0
        for wait in (0.0, *(RETRIES if patient else ())):
            time.sleep(wait)
            status = self.transport(body, headers)
            self.answers.append(status)
            if status == 200:
                break
        return status

    def call(self, body: bytes, headers: dict[str, str]) -> int:
        """One call over HTTP."""
        request = urllib.request.Request(self.webhook, body, {"Content-Type": "application/json", **headers})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return 0

    def drip(self, body: bytes, headers: dict[str, str]) -> int:
        """One call whose body comes in small pieces, as over a bad line."""
        where = urllib.parse.urlsplit(self.webhook)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        try:
            connection.putrequest("POST", where.path)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **headers,
            }.items():
                connection.putheader(name, value)
            connection.endheaders()
            for start in range(0, len(body), 40):
                time.sleep(0.1)
                connection.send(body[start : start + 40])
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 0
        finally:
            connection.close()
        self.answers.append(status)
        return status

    def hear(self, number: str, text: str, buttons: list[dict[str, str]]) -> None:
        """Show a person what they were told."""
        self.person(number).chat.append(Bubble(False, text, buttons))

    def trouble(self) -> dict[str, Any] | None:
        """How the next request is to go wrong, if at all."""
        if not self.troubles:
            return None
        first = self.troubles[0]
        first["times"] = int(first.get("times", 1)) - 1
        if first["times"] <= 0:
            self.troubles.pop(0)
        return first


class Handler(BaseHTTPRequestHandler):
    """The page for people, pictures, and the programs' addresses."""

    server: Platform

    def do_GET(self) -> None:
        """The chat, its lines, a picture, what somebody was told as JSON."""
        where = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(where.query))
        number = asked.get("person", "dan-1")
        if where.path == "/":
            self.answer(200, "text/html", self.page(number).encode())
        elif where.path == "/lines":
            self.answer(200, "text/html", self.lines(number).encode())
        elif where.path.startswith("/media/") and where.path[7:] in self.server.pictures:
            self.answer(200, *self.server.pictures[where.path[7:]])
        elif where.path.startswith("/inbox/"):
            heard = self.server.person(where.path[7:]).heard
            self.json(200, {"notice": self.server.notice, "heard": heard})
        else:
            self.json(404, {"notice": self.server.notice})

    def do_POST(self) -> None:
        """A form of the page, a trouble to come, or a program's request."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST:
            self.json(413, {"notice": self.server.notice})
            return
        body, path = self.rfile.read(length), urllib.parse.urlsplit(self.path).path
        if path == "/send":
            self.form(body)
        elif path == "/trouble":
            self.server.troubles.append(json.loads(body))
            self.json(200, {"notice": self.server.notice})
        else:
            trouble = self.server.trouble()
            if trouble is not None and "status" in trouble:
                self.json(int(trouble["status"]), {"notice": self.server.notice})
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            if trouble is not None:
                headers["x-trouble"] = str(trouble["error"])
            answer = self.server.api(path, headers, body)
            status, told = answer if answer is not None else (404, {})
            self.json(status, {**told, "notice": self.server.notice})

    def form(self, body: bytes) -> None:
        """Send what the page's form says, while the page goes on."""
        given = fields(self.headers.get("Content-Type", ""), body)
        words = {name: value.decode("utf-8", "replace") for name, (_kind, value) in given.items() if name != "picture"}
        number, message = words.get("person", "dan-1"), Message(words.get("text", ""), words.get("payload", ""))
        kind, picture = given.get("picture", ("", b""))
        if picture:
            message.picture = self.server.picture(picture, kind)
        if words.get("place"):
            latitude, longitude = (float(part) for part in words["place"].split(","))
            message.place = longitude, latitude
        how = words.get("how", "once")
        threading.Thread(target=self.server.send, args=(number, message, how), daemon=True).start()
        self.send_response(303)
        self.send_header("Location", f"/?person={urllib.parse.quote(number)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def page(self, number: str) -> str:
        """The chat of one person, with a form for each thing that one can send."""
        who = f'<input type="hidden" name="person" value="{html.escape(number)}">'
        ways = "".join(f'<option value="{how}">{words}</option>' for how, words in WAYS.items())
        how = f'<label>Cách gửi <select name="how">{ways}</select></label>'
        begin = f'<form method="post" action="/send" enctype="multipart/form-data">{who}'
        return (
            f"{HEAD}<title>{self.server.title}</title><style>{STYLE}</style></head><body><h1>{self.server.title}</h1>"
            f"<p><strong>{self.server.notice}</strong></p>"
            f'<iframe title="Tin nhắn" src="/lines?person={urllib.parse.quote(number)}"></iframe>'
            f'{begin}<label>Tin <input name="text" size="34" autofocus></label> {how} <button>Gửi</button></form>'
            f'{begin}<label>Ảnh <input type="file" name="picture" accept="image/*"></label>'
            " <button>Gửi ảnh</button></form>"
            f'{begin}<label>Vị trí (vĩ độ, kinh độ) <input name="place" value="10.241,106.375"></label>'
            " <button>Gửi vị trí</button></form></body></html>"
        )

    def lines(self, number: str) -> str:
        """The lines of a chat, shown anew every two seconds."""
        lines = []
        for one in self.server.person(number).chat:
            lines.append(f'<p class="{"in" if one.mine else "out"}">{html.escape(one.text)}</p>')
            lines.extend(self.button(number, it["title"], it["payload"]) for it in one.buttons)
        return (
            f'{HEAD}<title>Tin nhắn</title><meta http-equiv="refresh" content="2"><style>{STYLE}</style></head>'
            f"<body>{''.join(lines)}</body></html>"
        )

    def button(self, number: str, title: str, payload: str) -> str:
        """What sends a prepared answer."""
        number, title, payload = html.escape(number), html.escape(title), html.escape(payload)
        return (
            '<form method="post" action="/send" target="_parent" enctype="multipart/form-data">'
            f'<input type="hidden" name="person" value="{number}"><input type="hidden" name="text" value="{title}">'
            f'<button name="payload" value="{payload}">{title}</button></form>'
        )

    def json(self, status: int, told: dict[str, Any]) -> None:
        """Answer with JSON."""
        self.answer(status, "application/json", json.dumps(told, ensure_ascii=False).encode())

    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Answer with bytes."""
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind == "text/html" else kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing for each request."""


def fields(kind: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """Name to media type and bytes of a form with files."""
    parsed = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    found = {}
    for part in parsed.get_payload() if parsed.is_multipart() else []:
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
        value = part.get_payload(decode=True)  # type: ignore[union-attr]
        if isinstance(name, str) and isinstance(value, bytes):
            found[name] = (part.get_content_type(), value)  # type: ignore[union-attr]
    return found
