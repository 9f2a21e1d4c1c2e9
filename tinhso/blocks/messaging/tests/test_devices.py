import socket
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.messaging import pages, queries, services
from tinhso.blocks.messaging.models import Device, Message, PushKey
from tinhso.blocks.messaging.services import push
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


def a_device(person: Person, endpoint: str = ENDPOINT, *, days: int = 0) -> Device:
    by, now = identity.actor_for(person), clock.now() + timedelta(days=days)
    return services.add_device(endpoint=endpoint, **KEYS, name="Chrome, Android", by=by, now=now)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.xau.example/x",
        "https://xau.example/?fcm.googleapis.com",
        "https://fcm.googleapis.com:8443/x",
        "https://ai:do@fcm.googleapis.com/x",
        "https://10.0.0.1/x",
        "http://127.0.0.1:5432/",
        "http://localhost/",
        "https://notify.windows.com.xau.example/",
        "file:///etc/passwd",
        "",
        "https://fcm.googleapis.com/" + "x" * 1000,
    ],
)
def test_only_addresses_of_known_push_services_are_taken(endpoint: str) -> None:
    with pytest.raises(Refused) as refused:
        a_device(a_person(), endpoint)

    assert refused.value.code == "unknown_push_service"
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "endpoint", [ENDPOINT, "https://db5.notify.windows.com/w/?token=x", "https://web.push.apple.com/Q"]
)
def test_the_services_of_the_browsers_are_known(endpoint: str) -> None:
    assert a_device(a_person(), endpoint).endpoint == endpoint


@pytest.mark.parametrize("inner", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_into_a_private_network_is_never_connected_to(
    inner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [(2, 1, 6, "", ("142.250.1.1", 443)), (2, 1, 6, "", (inner, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *_args, **_more: pytest.fail("connected"))

    with pytest.raises(Refused) as refused:
        push.post_push(ENDPOINT, b"", {})

    assert refused.value.code == "private_address"


@pytest.mark.parametrize(
    "wrong",
    [{"p256dh": "AAAA"}, {"p256dh": "không"}, {"auth": "AAAA"}, {"auth": ""}, {"p256dh": KEYS["p256dh"][:-2] + "AA"}],
)
def test_keys_that_no_browser_makes_are_refused(wrong: dict[str, str]) -> None:
    by = identity.actor_for(a_person())

    with pytest.raises(Refused) as refused:
        services.add_device(endpoint=ENDPOINT, **(KEYS | wrong), name="", by=by, now=clock.now())

    assert refused.value.code == "bad_device_keys"


def test_a_program_has_no_device() -> None:
    with pytest.raises(Refused):
        services.add_device(endpoint=ENDPOINT, **KEYS, name="", by=program_actor("p", rights=[]), now=clock.now())


def test_a_browser_that_served_somebody_else_serves_the_one_who_switched_it_on_last() -> None:
    first, second = a_person("truoc"), a_person("sau")
    a_device(first)

    a_device(second)

    assert [device.person for device in Device.objects.all()] == [second]


def test_the_eleventh_device_takes_the_place_of_the_oldest() -> None:
    person = a_person()

    for number in range(11):
        a_device(person, f"{ENDPOINT}{number}", days=number)

    kept = queries.devices_of(identity.actor_for(person))
    assert len(kept) == 10
    assert f"{ENDPOINT}0" not in [device.endpoint for device in kept]


def test_nobody_switches_off_the_device_of_another(client: Client) -> None:
    device = a_device(a_person("chu"))
    client.force_login(a_person("la"))

    answer = client.post(f"/messages/devices/{device.ref}/revoke/")

    assert answer.status_code == 404
    assert Device.objects.count() == 1


def test_a_device_is_switched_on_listed_tried_and_switched_off_by_its_owner(client: Client) -> None:
    person = a_person()
    client.force_login(person)
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"

    client.post("/messages/devices/add/", {"endpoint": ENDPOINT, **KEYS}, headers={"User-Agent": agent})
    page = client.get("/messages/devices/").content.decode()
    client.post("/messages/devices/try/")
    ref = Device.objects.get().ref
    jobs = list(ProcrastinateJob.objects.filter(task_name="messaging.push").values_list("args", flat=True))
    client.post(f"/messages/devices/{ref}/revoke/")

    assert "Chrome, Android" in page
    assert ENDPOINT not in page
    assert PushKey.objects.get().public in page
    assert jobs == [{"message_id": Message.objects.get().pk, "device": ref}]
    assert not Device.objects.exists()
    assert set(Entry.objects.filter(subject=ref).values_list("did", flat=True)) == {"added", "removed"}


def test_a_message_is_pushed_once_to_each_device_and_only_when_asked() -> None:
    person = a_person()
    a_device(person)
    a_device(person, f"{ENDPOINT}2")
    tell = {"to": person, "title": "Việc mới", "now": clock.now()}

    services.notify(**tell)  # type: ignore[arg-type]
    quiet = ProcrastinateJob.objects.filter(task_name="messaging.push").count()
    for _again in range(2):
        services.notify(**tell, key="k", push=True)  # type: ignore[arg-type]

    assert quiet == 0
    assert ProcrastinateJob.objects.filter(task_name="messaging.push").count() == 2


def test_there_is_one_key_and_it_is_kept() -> None:
    keys = {services.push_key(now=clock.now()).public for _time in range(3)}

    assert len(keys) == PushKey.objects.count() == 1


def test_only_who_manages_people_renews_the_key() -> None:
    with pytest.raises(Refused):
        services.renew_push_key(by=identity.actor_for(a_person()), now=clock.now())


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("", "Trình duyệt không rõ"),
    ],
)
def test_a_device_goes_by_its_browser_and_system(agent: str, name: str) -> None:
    assert pages.browser_name(agent) == name


def test_a_service_is_told_who_sends_and_never_for_longer_than_a_day() -> None:
    import jwt

    private, public = push.new_key_pair()
    said = push.vapid_header(ENDPOINT, private=private, public=public, now=clock.now())

    claims: dict[str, Any] = jwt.decode(said.split("t=")[1].split(",")[0], options={"verify_signature": False})
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert claims["exp"] - clock.now().timestamp() <= 24 * 3600
    assert claims["sub"].startswith("mailto:")
