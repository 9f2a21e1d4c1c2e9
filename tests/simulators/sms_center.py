"""A simulator of a telephone company's message centre with phones behind it, for tests and demonstrations. It reaches
no real phone.

Speaks SMPP 3.4 (bind, submit_sm, deliver_sm with receipts and answers of phones, enquire_link, unbind) over plain TCP
on loopback; written from the specification with ``struct`` alone, so that it shares nothing with the client.

    python -m tests.simulators.sms_center --port 2775
"""

import argparse
import itertools
import socket
import socketserver
import struct
import threading
from dataclasses import dataclass, field

NOTICE = "message centre simulator: no real phone is reached"
HEADER = struct.Struct(">IIII")
BINDS = {0x00000001: "receiver", 0x00000002: "transmitter", 0x00000009: "transceiver"}
SUBMIT, DELIVER, DELIVER_RESP, UNBIND, ENQUIRE, RESP = 0x04, 0x05, 0x80000005, 0x06, 0x15, 0x80000000
OK, BAD_PASSWORD, BAD_COMMAND = 0x00, 0x0E, 0x03
UDHI = 0x40
# GSM 03.38, the letters that differ from ASCII in what tests send
GSM = {0x00: "@", 0x02: "$", 0x11: "_"}


@dataclass
class Message:
    """What a phone got: its parts put together."""

    number: str
    text: str
    parts: int
    sender: str
    receipt: bool


@dataclass
class Centre:
    """The company: who may bind, what phones got, how the next submissions end, what waits for a receiver."""

    name: str = "tinhso"
    password: str = "mat-khau"
    port: int = 0
    phones: list[Message] = field(default_factory=list)
    trouble: list[int] = field(default_factory=list)
    waiting: list[bytes] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    drop: bool = False  # lose the line after a submission was taken
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def answer(self, number: str, text: str) -> None:
        """A phone writes to the short name."""
        raw = text.encode("ascii") if text.isascii() else text.encode("utf-16-be")
        self.waiting.append(_delivery(number, raw, esm=0, coding=0 if text.isascii() else 8))

    def receipt(self, message_id: str, stat: str = "DELIVRD") -> None:
        """The company says what became of a message (appendix B)."""
        words = (
            f"id:{message_id} sub:001 dlvrd:001 submit date:2611250800 done date:2611250801 stat:{stat} err:000 text:"
        )
        self.waiting.append(_delivery("84900000000", words.encode(), esm=0x04, coding=0))

    def start(self) -> "Centre":
        """Serve in a thread; the port is in ``port``."""
        centre = self

        class Line(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                _serve(self.request, centre)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), Line)
        self.server.daemon_threads = True
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """End."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        """As ``TINHSO_SMS`` wants it."""
        return f"smpp://{self.name}:{self.password}@127.0.0.1:{self.port}"


def _delivery(number: str, raw: bytes, *, esm: int, coding: int) -> bytes:
    head = b"\0" + b"\x01\x01" + number.encode() + b"\0" + b"\x05\x00" + b"TINHSO\0"
    return head + bytes([esm, 0, 0]) + b"\0\0" + bytes([0, 0, coding, 0, len(raw)]) + raw


def _serve(line: socket.socket, centre: Centre) -> None:
    bound, collected = "", dict[tuple[str, int], dict[int, bytes]]()
    while (packet := _read(line)) is not None:
        command, sequence, body = packet
        if command in BINDS:
            bound = _bind(line, centre, packet)
        elif command == SUBMIT and bound in ("transmitter", "transceiver"):
            answer = _accept(body, centre, collected)
            if centre.drop:
                centre.drop = False
                return
            _say(line, SUBMIT | RESP, answer[0], sequence, answer[1])
        elif command == DELIVER_RESP:
            centre.acknowledged.append(sequence)
            centre.waiting.pop(0)
        elif command in (UNBIND, ENQUIRE):
            _say(line, command | RESP, OK, sequence, b"")
            if command == UNBIND:
                return
        else:
            _say(line, RESP, BAD_COMMAND, sequence, b"")


def _bind(line: socket.socket, centre: Centre, packet: tuple[int, int, bytes]) -> str:
    command, sequence, body = packet
    name, password = (part.decode() for part in body.split(b"\0")[:2])
    is_known = (name, password) == (centre.name, centre.password)
    bound = BINDS[command] if is_known else ""
    status, system = (OK, b"simulator\0") if is_known else (BAD_PASSWORD, b"")
    _say(line, command | RESP, status, sequence, system)
    if bound == "receiver":
        for number, delivery in enumerate(list(centre.waiting), 1):
            _say(line, DELIVER, OK, number, delivery)
    return bound


def _accept(body: bytes, centre: Centre, collected: dict[tuple[str, int], dict[int, bytes]]) -> tuple[int, bytes]:
    if centre.trouble:
        return centre.trouble.pop(0), b""
    message_id = f"{next(centre.ids):x}".encode() + b"\0"
    _take(body, centre, collected)
    return OK, message_id


def _take(body: bytes, centre: Centre, collected: dict[tuple[str, int], dict[int, bytes]]) -> None:
    service, rest = body.split(b"\0", 1)
    assert service == b""
    sender, rest = rest[2:].split(b"\0", 1)
    number, rest = rest[2:].split(b"\0", 1)
    esm, rest = rest[0], rest[3:]
    _schedule, rest = rest.split(b"\0", 1)
    _validity, rest = rest.split(b"\0", 1)
    receipt, coding, length = bool(rest[0] & 1), rest[2], rest[4]
    raw = rest[5 : 5 + length]
    whole, parts = raw, 1
    if esm & UDHI:
        told, raw = raw[: raw[0] + 1], raw[raw[0] + 1 :]
        mark, parts, place = told[-3], told[-2], told[-1]
        pieces = collected.setdefault((number.decode(), mark), {})
        pieces[place] = raw
        if len(pieces) < parts:
            return
        whole = b"".join(pieces[n] for n in sorted(pieces))
    text = whole.decode("utf-16-be") if coding == 8 else "".join(GSM.get(byte, chr(byte)) for byte in whole)
    centre.phones.append(Message(number.decode(), text, parts, sender.decode(), receipt))


def _read(line: socket.socket) -> tuple[int, int, bytes] | None:
    head = _exactly(line, HEADER.size)
    if head is None:
        return None
    length, command, _status, sequence = HEADER.unpack(head)
    body = _exactly(line, length - HEADER.size)
    return None if body is None else (command, sequence, body)


def _exactly(line: socket.socket, count: int) -> bytes | None:
    found = b""
    while len(found) < count:
        try:
            piece = line.recv(count - len(found))
        except OSError:
            return None
        if not piece:
            return None
        found += piece
    return found


def _say(line: socket.socket, command: int, status: int, sequence: int, body: bytes) -> None:
    line.sendall(HEADER.pack(HEADER.size + len(body), command, status, sequence) + body)


def main() -> None:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=2775)
    centre = Centre(port=parser.parse_args().port).start()
    print(f"{NOTICE}; TINHSO_SMS={centre.address}")
    threading.Event().wait()


if __name__ == "__main__":
    main()
