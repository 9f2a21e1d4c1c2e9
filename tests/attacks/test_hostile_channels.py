"""Attempts to speak for somebody else, to make the system fetch or answer what it must not, and to drown it."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.messaging import jobs, services
from tinhso.blocks.messaging.models import Conversation, Correspondent, Incoming, Received
from tinhso.blocks.messaging.queries import blobs, letters
from tinhso.blocks.messaging.services import wire
from tinhso.blocks.messaging.tests import makers as a
from tinhso.blocks.messaging.tests.makers import StandIn
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
ZALO, MESSENGER = "/channels/zalo/webhook", "/channels/messenger/webhook"


@pytest.fixture(autouse=True)
def intake(settings: Any, tmp_path: Path) -> Iterator[StandIn]:
    cache.clear()
    yield a.set_up(settings, tmp_path)
    a.put_back()


def post(client: Client, path: str, body: bytes, **headers: str) -> int:
    return client.post(path, body, "application/json", headers=headers).status_code


@pytest.mark.parametrize(
    "said", ["", "mac=", "mac=" + "0" * 64, "mac=é", "{right}x", "x{right}", "{upper}", "{other key}", "sha256={right}"]
)
def test_no_event_of_zalo_is_taken_with_another_signature(client: Client, said: str) -> None:
    body = a.zalo_event({"text": "gửi", "msg_id": "m1"})
    right = a.zalo_mac(body)
    forged = said.replace("{right}", right).replace("{upper}", right.upper())
    forged = forged.replace("{other key}", a.zalo_mac(body, key="doan"))

    status = post(client, ZALO, body, **{"X-ZEvent-Signature": forged.encode().decode("latin-1")})

    assert status == 401
    assert not Incoming.objects.exists()


def test_one_signature_signs_one_body_and_one_moment(client: Client) -> None:
    body = a.zalo_event({"text": "Rác đầy đường", "msg_id": "m1"})
    signature = {"X-ZEvent-Signature": a.zalo_mac(body)}
    told = json.loads(body)
    others = [
        json.dumps(told | {"timestamp": str(a.moment(60))}, ensure_ascii=False).encode(),
        body.replace(b"m1", b"m2"),
        body + b"\n",
        body.replace("Rác".encode(), "Đất".encode()),
        b'{"timestamp":' + told["timestamp"].encode() + b"," + body[1:],
    ]

    statuses = {post(client, ZALO, one, **signature) for one in others}

    assert statuses == {401}
    assert post(client, ZALO, body, **signature) == 200


@pytest.mark.parametrize("said", ["", "sha1=" + "0" * 40, "sha256=", "sha256=" + "0" * 64, "0" * 64])
def test_no_event_of_messenger_is_taken_with_another_signature(client: Client, said: str) -> None:
    body = json.dumps({"object": "page", "entry": [{"messaging": [a.messenger_event("gửi")]}]}).encode()

    assert post(client, MESSENGER, body, **{"X-Hub-Signature-256": said}) == 401
    assert not Incoming.objects.exists()


@pytest.mark.parametrize("path", [ZALO, MESSENGER])
def test_a_channel_without_a_secret_is_off(client: Client, settings: Any, path: str) -> None:
    settings.ZALO_SECRET = settings.MESSENGER_SECRET = settings.MESSENGER_VERIFY = ""
    body = a.zalo_event({"text": "gửi", "msg_id": "m1"})
    empty = {"X-ZEvent-Signature": a.zalo_mac(body, key=""), "X-Hub-Signature-256": "sha256="}

    assert post(client, path, body, **empty) == 404
    assert client.get(MESSENGER, {"hub.mode": "subscribe", "hub.verify_token": ""}).status_code == 404


def test_a_replayed_event_is_answered_and_changes_nothing(client: Client, intake: StandIn) -> None:
    body = a.zalo_event({"text": "Rác đầy đường", "msg_id": "m1"})

    answers = [a.zalo_sends(client, body).json()["new"] for _again in range(5)]
    a.hear()

    assert answers == [1, 0, 0, 0, 0]
    assert len(a.sent_texts()) == 1


def test_forgeries_do_not_flood_the_audit_log(client: Client) -> None:
    for _again in range(20):
        post(client, ZALO, b"{}", **{"X-ZEvent-Signature": "mac=0"})

    assert Entry.objects.filter(did="refused webhook").count() == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"app_id": "1234567890", "timestamp": {"a": 1}}',
    ],
)
def test_what_is_no_event_is_refused_without_an_accident(client: Client, body: bytes) -> None:
    assert post(client, ZALO, body, **{"X-ZEvent-Signature": "mac=0"}) == 401
    assert post(client, MESSENGER, body, **{"X-Hub-Signature-256": "sha256=0"}) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "9" * 400},
        {"timestamp": "-1"},
        {"timestamp": "mai"},
        {"sender": []},
        {"sender": {"id": "x" * 999}},
        {"message": {"msg_id": {"a": 1}}},
        {"app_id": "khac"},
        {"sender": {"id": ""}},
    ],
)
def test_signed_nonsense_is_refused_or_kept_and_never_breaks(client: Client, change: dict[str, Any]) -> None:
    body = json.dumps(json.loads(a.zalo_event({"text": "x", "msg_id": "m1"})) | change).encode()

    status = a.zalo_sends(client, body).status_code
    a.hear()

    assert status in (200, 400)


def test_letters_that_no_database_keeps_are_left_out(client: Client) -> None:
    body = b'{"app_id":"1234567890","sender":{"id":"u\\ud800\\u0000"},"event_name":"user_send_text",'
    body += (
        b'"message":{"msg_id":"m\\udfff1","text":"R\\u0000\\ud83dac"},"timestamp":"' + str(a.moment()).encode() + b'"}'
    )

    assert a.zalo_sends(client, body).status_code == 200
    assert Incoming.objects.get().text == "Rac"


def test_a_body_that_is_too_big_is_not_read(client: Client) -> None:
    assert post(client, ZALO, b"x" * (300 * 1024), **{"X-ZEvent-Signature": "mac=0"}) == 413
    assert post(client, ZALO, b"{}", **{"Content-Length": "nhieu"}) == 413


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:5432/",
        "https://127.0.0.1/a.jpg",
        "file:///etc/passwd",
        "https://a.zdn.vn@10.0.0.1/a.jpg",
        "https://a.zdn.vn:8443/a.jpg",
        "https://zdn.vn.xau.example/a.jpg",
        "https://xau.example/?a.zdn.vn",
        "ftp://a.zdn.vn/a.jpg",
        "http://a.zdn.vn/a.jpg",
        "https://[::1]/a.jpg",
        "https://[",
    ],
)
def test_no_picture_is_fetched_from_where_the_operator_does_not_allow(
    client: Client, address: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_HOSTS = ["*.zdn.vn"]
    monkeypatch.setattr(socket, "create_connection", lambda *_all, **_more: pytest.fail("connected"))

    a.zalo_photo(client, address, "m1")
    a.work()

    assert Received.objects.get().state == "refused"


@pytest.mark.parametrize("inner", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "::1", "fd00::1", "100.64.0.1"])
def test_an_allowed_name_that_leads_into_a_private_network_is_never_connected_to(
    inner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [(2, 1, 6, "", ("142.250.1.1", 443)), (2, 1, 6, "", (inner, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_more: pytest.fail("connected"))

    with pytest.raises(Refused) as refused:
        wire.fetch_url("https://a.zdn.vn/a.jpg", ["*.zdn.vn"], longest=10)

    assert refused.value.code == "private_address"


def test_one_person_cannot_make_us_fetch_without_end(client: Client, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text("[limits]\npictures_a_day = 3\n", encoding="utf-8")
    settings.MEDIA_HOSTS = ["http://127.0.0.1:9"]
    for number in range(5):
        a.zalo_photo(client, "http://127.0.0.1:9/a.jpg", f"m{number}", at=a.moment(number - 9))

    for one in Received.objects.order_by("pk"):
        services.fetch_picture(pk=one.pk, by=jobs.WORKER, now=clock.now())

    assert list(Received.objects.order_by("pk").values_list("state", flat=True)) == ["waiting"] * 3 + ["refused"] * 2


def test_buttons_that_were_not_offered_choose_nothing(client: Client, intake: StandIn) -> None:
    a.messenger_sends(client, a.messenger_event("Đường hỏng", "a1", at=a.moment(-9)))
    a.messenger_sends(client, a.messenger_event("12 đường Chợ, ấp 3", "a2", at=a.moment(-8)))
    for number, payload in enumerate(("category:mat", "follow:PA-1", "send", "category:duong:x", "x" * 5000), 3):
        event = a.messenger_event("", f"a{number}", at=a.moment(number - 9), quick_reply={"payload": payload})
        a.messenger_sends(client, event)
    a.hear()

    assert intake.taken == {}
    assert intake.followed == []
    assert Conversation.objects.get().asked == "category"


def test_nobody_reaches_a_file_outside_the_folder() -> None:
    for name in ("../../etc/passwd", "", "a" * 63, "A" * 64, "..%2f"):
        with pytest.raises(Refused):
            blobs.path_of(name)


def letter(**headers: str) -> bytes:
    """A letter with headers."""
    told = {
        "From": "An <an@vidu.vn>",
        "To": "tinh@vidu.vn",
        "Subject": "Đèn hỏng".encode().decode("latin-1"),
        "Message-ID": "<1@vidu.vn>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    return "\r\n".join([*lines, "", "Den hong o cau."]).encode("latin-1")


@pytest.mark.parametrize(
    "raw",
    [
        letter(Auto_Submitted="auto-replied"),
        letter(Precedence="bulk"),
        letter(List_Id="<x.vidu.vn>"),
        letter(From="MAILER-DAEMON@vidu.vn"),
        letter(From="tinhso@localhost"),
        letter(Return_Path="<>"),
        letter(From="a@vidu.vn, b@vidu.vn"),
        letter(From=""),
        letter(From="khong-phai-thu"),
        b"",
        b"\0\xff" * 1000,
        letter(Content_Type='multipart/report; boundary="x"'),
        letter(X_Autoreply="yes"),
    ],
)
def test_letters_of_machines_and_of_nobody_are_not_answered(raw: bytes, intake: StandIn) -> None:
    services.receive_letter(raw, by=jobs.WORKER, now=clock.now())
    a.work()

    assert intake.taken == {}
    assert a.sent_texts() == []


def test_one_address_cannot_flood_the_mailbox_and_is_not_answered_then(intake: StandIn) -> None:
    became = [
        services.receive_letter(letter(Message_ID=f"<{number}@vidu.vn>"), by=jobs.WORKER, now=clock.now())
        for number in range(25)
    ]
    a.work("messaging.hear")

    assert became.count("taken") == 20
    assert became[20:] == ["limited"] * 5
    assert len(a.sent_texts()) == 20


def test_markup_in_a_letter_is_read_as_words_and_a_deep_letter_is_not_read() -> None:
    body = letter(Content_Type="text/html") + b"<p>Rac <b>day</b><script>alert(1)</script><style>x{}</style></p>" * 3
    deep = letter(Content_Type="multipart/mixed; boundary=x") + b"\r\n--x\r\n\r\na" * 300 + b"\r\n--x--"

    read = letters.read_letter(body, now=clock.now())

    assert isinstance(read, letters.IncomingLetter)
    assert "alert" not in read.text
    assert "<" not in read.text
    assert letters.read_letter(deep, now=clock.now()) == "unreadable"


@pytest.mark.django_db(transaction=True)
def test_what_comes_many_times_at_the_same_moment_is_one_message_and_one_draft(intake: StandIn) -> None:
    told = ("Đường hỏng trước chợ", "12 đường Chợ, ấp 3", "đường sá", "bỏ qua", "gửi")
    bodies = [
        a.zalo_event({"text": words, "msg_id": f"m{number}"}, at=a.moment(number - 20))
        for number, words in enumerate(told)
    ]

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(_deliver, bodies * 4))
        list(pool.map(_converse, [Correspondent.objects.get().ref] * 6))

    assert set(statuses) == {200}
    assert Incoming.objects.count() == len(told)
    assert len(intake.taken) == 1
    assert Conversation.objects.get().state == "handed"
    assert sum("Đã nhận phản ánh" in text for text in a.sent_texts()) == 1


def _deliver(body: bytes) -> int:
    try:
        return int(a.zalo_sends(Client(), body).status_code)
    finally:
        connection.close()


def _converse(ref: str) -> None:
    try:
        services.converse(ref=ref, by=jobs.WORKER, now=clock.now())
    finally:
        connection.close()
