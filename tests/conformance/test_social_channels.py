"""Zalo and Messenger on the wire: published rules of signing, and strict simulators of both platforms."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests.simulators.chat import Message, Platform
from tests.simulators.messenger import Messenger
from tests.simulators.zalo_oa import Zalo
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.messaging import jobs, services
from tinhso.blocks.messaging.models import ChannelKey, Correspondent, Incoming, Outgoing, Received
from tinhso.blocks.messaging.queries import received_file, webhooks
from tinhso.blocks.messaging.tests import makers as a
from tinhso.blocks.messaging.tests.makers import StandIn
from tinhso.kernel import clock

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]


@pytest.fixture
def intake(settings: Any, tmp_path: Path) -> Iterator[StandIn]:
    found = a.set_up(settings, tmp_path)
    codes = "[zalo]\nlater = [-32]\ntoken = [-216]\n[messenger]\nlater = [613]\ntoken = [190]\n"
    (tmp_path / "channels.toml").write_text(f"{codes}[limits]\ntries = 4\n", encoding="utf-8")
    yield found
    a.put_back()


def served(platform: Platform, client: Client, path: str, settings: Any) -> Iterator[Any]:
    """A platform on loopback that calls the system through the test's client."""

    def transport(body: bytes, headers: dict[str, str]) -> int:
        return client.post(path, body, "application/json", headers=headers).status_code

    platform.transport = transport
    settings.MEDIA_HOSTS = [platform.origin]
    Thread(target=platform.serve_forever, daemon=True).start()
    yield platform
    platform.shutdown()
    platform.server_close()


@pytest.fixture
def zalo(intake: StandIn, client: Client, settings: Any) -> Iterator[Zalo]:
    platform = Zalo(app=a.APP, key=a.KEY, app_secret="app", refresh="dau-tien")
    settings.ZALO_URL = settings.ZALO_LOGIN_URL = platform.origin
    settings.ZALO_APP_SECRET, settings.ZALO_REFRESH_TOKEN = "app", "dau-tien"
    yield from served(platform, client, "/channels/zalo/webhook", settings)


@pytest.fixture
def messenger(intake: StandIn, client: Client, settings: Any) -> Iterator[Messenger]:
    platform = Messenger(secret=a.APP_SECRET, verify="cau-hoi", token="trang")
    settings.MESSENGER_URL, settings.MESSENGER_TOKEN = platform.origin, "trang"
    yield from served(platform, client, "/channels/messenger/webhook", settings)


@pytest.fixture
def published(vectors: Path) -> Any:
    """The examples of signed calls."""
    return json.loads((vectors / "05-reports" / "social_webhooks.json").read_text(encoding="utf-8"))


def test_published_examples_of_zalo_are_theirs_and_say_what_they_say(published: Any) -> None:
    told = published["zalo"]
    read = []

    for event in told["events"]:
        body, said = event["raw_body"].encode(), event["headers"]["X-ZEvent-Signature"]
        assert webhooks.is_from_zalo(said, body, app_id=told["app_id"], secret=told["secret"])
        assert not webhooks.is_from_zalo(said, body + b" ", app_id=told["app_id"], secret=told["secret"])
        assert not webhooks.is_from_zalo(said, body, app_id=told["app_id"], secret="khac")
        read += webhooks.from_zalo(body, app_id=told["app_id"])

    assert [one.kind for one in read] == ["text", "photo", "place"]
    assert (read[0].text, read[0].message_id) == ("Đường hỏng trước chợ", "m1")
    assert read[1].urls == ("http://127.0.0.1/a.jpg",)
    assert (read[2].longitude, read[2].latitude) == (103.0230, 21.3860)


def test_the_published_example_of_messenger_is_theirs_and_says_what_it_says(published: Any) -> None:
    told = published["facebook"]
    body, said = told["raw_body"].encode(), told["headers"]["X-Hub-Signature-256"]

    (one,) = webhooks.from_messenger(body)

    assert webhooks.is_from_messenger(said, body, secret=told["app_secret"])
    assert not webhooks.is_from_messenger(said, body, secret="khac")
    assert (one.sender, one.text, one.message_id) == ("PSID", "Rác thải ven đường", "m_1")


def talk(platform: Platform, *told: Message | str, how: str = "once") -> None:
    """Somebody tells something after another, and hears each answer."""
    for one in told:
        message = Message(one) if isinstance(one, str) else one
        platform.send("dan-1", message, how)
        a.work()


def test_somebody_reports_on_zalo_with_picture_and_place_and_hears_of_it(zalo: Zalo, intake: StandIn) -> None:
    picture = a.a_picture()

    talk(zalo, "Đường hỏng trước chợ", Message(place=(106.375, 10.241)), "1", how="twice")
    talk(zalo, Message(picture=zalo.picture(picture)), "gửi")

    (draft,) = intake.taken.values()
    (kept,) = draft.attachments
    assert b"".join(received_file(kept.sha256).chunks()) == picture
    assert kept.kind == "image/jpeg"
    heard = zalo.person("dan-1").heard
    assert len(heard) == 5
    assert "/reports/PA-1/" in heard[-1]
    assert Outgoing.objects.exclude(state="sent").count() == 0


def test_somebody_reports_on_messenger_with_buttons(messenger: Messenger, intake: StandIn) -> None:
    talk(messenger, "Rác thải ven đường", "12 đường Chợ, ấp 3")
    buttons = {one["title"]: one["payload"] for one in messenger.person("dan-1").chat[-1].buttons}

    talk(messenger, Message("Rác thải", payload=buttons["Rác thải"]), Message("Bỏ qua", payload="skip"), "1")

    assert [draft.category for draft in intake.taken.values()] == ["rac"]
    assert "PA-1" in messenger.person("dan-1").heard[-1]


def test_what_comes_out_of_order_or_forged_is_put_right_or_refused(zalo: Zalo, intake: StandIn) -> None:
    told = (("Đường hỏng", "late"), ("số 12 đường Chợ", "late"), ("đường sá", "once"), ("bỏ qua", "twice"))
    for number, (words, how) in enumerate(told):
        zalo.send("dan-1", Message(words, at=a.moment(number - 10)), how)
    a.work()
    zalo.send("dan-1", Message("hủy"), "forged")
    zalo.send("dan-1", Message("gửi"))
    a.work()

    (draft,) = intake.taken.values()
    assert (draft.text, draft.address, draft.category) == ("Đường hỏng", "số 12 đường Chợ", "duong")
    assert 401 in zalo.answers
    assert Entry.objects.filter(did="refused webhook").exists()


def test_messenger_asks_whether_we_are_who_it_takes_us_for(messenger: Messenger, client: Client) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "cau-hoi", "hub.challenge": "abc123"}

    right = client.get("/channels/messenger/webhook", asked)
    wrong = client.get("/channels/messenger/webhook", asked | {"hub.verify_token": "doan"})

    assert (right.status_code, right.content) == (200, b"abc123")
    assert right["Content-Type"].startswith("text/plain")
    assert wrong.status_code == 403


def test_a_refresh_token_works_once_and_a_token_that_ends_early_is_replaced(zalo: Zalo) -> None:
    talk(zalo, "Đường hỏng")
    zalo.tokens.clear()
    talk(zalo, "số 12 đường Chợ")

    assert len(zalo.person("dan-1").heard) == 2
    assert {ChannelKey.objects.get().access} == zalo.tokens
    assert {ChannelKey.objects.get().refresh} == zalo.refresh


@pytest.mark.parametrize("trouble", [{"status": 503, "times": 2}, {"error": -32, "times": 2}, {"status": 429}])
def test_a_platform_that_is_away_is_asked_again_and_the_order_is_kept(zalo: Zalo, trouble: dict[str, Any]) -> None:
    talk(zalo, "Đường hỏng")
    zalo.troubles.append(dict(trouble))
    for number in range(3):
        services.queue_notice(channel="zalo", sender="dan-1", text=f"Tin {number}", now=clock.now())

    for hours in range(1, 4):
        later = clock.now() + timedelta(hours=hours)
        services.deliver_replies(ref=Correspondent.objects.get().ref, by=jobs.WORKER, clock=lambda at=later: at)  # type: ignore[misc]

    assert zalo.person("dan-1").heard[1:] == ["Tin 0", "Tin 1", "Tin 2"]


def test_what_a_platform_refuses_dies_and_the_next_goes_on(zalo: Zalo) -> None:
    talk(zalo, "Đường hỏng")
    services.queue_notice(channel="zalo", sender="dan-1", text="Tin 0", now=clock.now())
    services.queue_notice(channel="zalo", sender="dan-1", text="Tin 1", now=clock.now())
    zalo.troubles.append({"error": -201})

    a.work()

    dead = Outgoing.objects.get(state="dead")
    assert (dead.text, dead.last_error.split()[0]) == ("Tin 0", "-201")
    assert zalo.person("dan-1").heard[1:] == ["Tin 1"]
    assert Entry.objects.filter(did="gave up telling").exists()


def test_after_the_window_a_reply_waits_or_goes_by_mail(zalo: Zalo, messenger: Messenger) -> None:
    later = clock.now() + timedelta(hours=30)
    for platform in (zalo, messenger):
        talk(platform, "Đường hỏng")
    talk(messenger, "thư ai@vidu.vn")
    for channel in ("zalo", "messenger"):
        services.queue_notice(channel=channel, sender="dan-1", text=f"Xong {channel}", now=later)
    for who in Correspondent.objects.all():
        services.deliver_replies(ref=who.ref, by=jobs.WORKER, clock=lambda: later)

    assert zalo.person("dan-1").heard[-1] == "Xong zalo"
    assert "Xong messenger" not in messenger.person("dan-1").heard
    assert [(one.to, one.body) for one in mail.outbox] == [(["ai@vidu.vn"], "Xong messenger")]
    assert Outgoing.objects.get(text="Xong messenger").via == "email"


def test_what_waits_for_somebody_is_told_as_soon_as_they_write_again(messenger: Messenger) -> None:
    talk(messenger, "Đường hỏng")
    later = clock.now() + timedelta(hours=30)
    one = services.queue_notice(channel="messenger", sender="dan-1", text="Đã sửa xong", now=later)
    services.deliver_replies(ref=Correspondent.objects.get().ref, by=jobs.WORKER, clock=lambda: later)
    held = Outgoing.objects.get(pk=one.pk).state

    talk(messenger, "số 12 đường Chợ")

    assert held == "held"
    assert messenger.person("dan-1").heard[1] == "Đã sửa xong"


@pytest.mark.parametrize(
    ("picture", "state"),
    [
        (b"<html><script>alert(1)</script>", "refused"),
        (a.a_picture(kind="GIF"), "refused"),
        (a.a_picture()[:200], "refused"),
        (a.a_picture() + b"PK\x05\x06" + bytes(18), "refused"),
        (b"\xff" * (11 * 1024 * 1024), "refused"),
        (a.a_picture(kind="PNG"), "kept"),
    ],
)
def test_only_harmless_pictures_are_kept_and_the_person_is_told(zalo: Zalo, picture: bytes, state: str) -> None:
    talk(zalo, Message(picture=zalo.picture(picture)))

    assert Received.objects.get().state == state
    assert any("Không nhận được ảnh" in said for said in zalo.person("dan-1").heard) == (state != "kept")


def test_a_report_waits_for_its_pictures_and_goes_without_one_that_is_lost(zalo: Zalo, intake: StandIn) -> None:
    told: list[Message | str] = ["Đường hỏng", "số 12 đường Chợ", "đường sá"]
    pictures = (zalo.picture(a.a_picture()), f"{zalo.origin}/media/mat")
    for one in (*told, *(Message(picture=address) for address in pictures), "gửi"):
        zalo.send("dan-1", Message(one) if isinstance(one, str) else one)
        a.hear()
    waiting = dict(intake.taken)

    a.work()

    assert waiting == {}
    assert [len(draft.attachments) for draft in intake.taken.values()] == [1]
    assert any("Không nhận được ảnh" in said for said in zalo.person("dan-1").heard)


def test_a_person_can_use_the_page_of_a_simulator(zalo: Zalo) -> None:
    import urllib.request

    form = (
        b'--x\r\nContent-Disposition: form-data; name="person"\r\n\r\ndan-2\r\n'
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nDen hong o cau\r\n--x--\r\n'
    )
    heard: Callable[[], int] = Incoming.objects.filter(text="Den hong o cau").count
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    zalo.transport = lambda body, _headers: 200 if b"Den hong o cau" in body else 500

    with urllib.request.urlopen(urllib.request.Request(f"{zalo.origin}/send", form, headers)) as answer:
        page = answer.read().decode()
    with urllib.request.urlopen(f"{zalo.origin}/lines?person=dan-2") as answer:
        lines = answer.read().decode()

    assert "simulator" in page
    assert "Den hong o cau" in lines
    assert heard() == 0
