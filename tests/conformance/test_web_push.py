"""What is pushed, on the wire: read by RFC 8291's own example, by a simulated push service, and by another library."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from procrastinate import RetryStrategy
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.simulators.push_service import Phone, Service, Wrong, b64, decrypt, unb64
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.models import Person
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.messaging import jobs, services
from tinhso.blocks.messaging.models import Device, Message
from tinhso.blocks.messaging.services import push
from tinhso.kernel import clock

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    """A push service on loopback, for this test alone."""
    server = Service()
    Thread(target=server.serve_forever, daemon=True).start()
    settings.PUSH_SERVICES = [server.origin]
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def person() -> Person:
    return a_person("nguoi-nhan")


def a_device(service: Service, person: Person) -> tuple[Device, Phone]:
    endpoint, phone = service.subscribe()
    by = identity.actor_for(person)
    device = services.add_device(endpoint=endpoint, **phone.keys, name="Chrome, Android", by=by, now=clock.now())
    return device, phone


def tell(person: Person, **more: Any) -> Message:
    services.notify(to=person, title="Báo cáo bị trả lại", href="/returns/BC-1/", now=clock.now(), push=True, **more)
    return Message.objects.latest("pk")


def work() -> None:
    """Run what the worker would: the queued deliveries."""
    for job in ProcrastinateJob.objects.filter(task_name="messaging.push").order_by("pk"):
        jobs.push_message(**job.args)


def test_the_simulated_phone_reads_the_example_of_rfc_8291() -> None:
    scalar = int.from_bytes(unb64("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    key = ec.derive_private_key(scalar, ec.SECP256R1())
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
        "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )

    text = decrypt(unb64(body), key=key, auth=unb64("BTBZMqHH6r4Tts7J_aSIgg"))

    assert text == b"When I grow up, I want to be a watermelon"


def test_a_message_reaches_the_phone_with_its_title_and_its_path_and_nothing_else(
    service: Service, person: Person
) -> None:
    _device, phone = a_device(service, person)
    message = tell(person, body="Thiếu 3 xã.", kind=Message.Kind.WARNING, key="reporting.ReturnReturned:BC-1")

    work()

    (heard,) = phone.inbox
    assert heard["payload"] == {"id": message.pk, "title": "Báo cáo bị trả lại", "href": "/returns/BC-1/"}
    assert (heard["ttl"], heard["urgency"]) == (86_400, "high")
    assert heard["topic"] == push.topic_of("reporting.ReturnReturned:BC-1")
    assert Device.objects.get().reached_at is not None


def test_another_library_reads_what_is_encrypted_and_another_phone_does_not() -> None:
    phone, other = Phone(), Phone()

    body = push.encrypted_payload({"title": "Độ mặn vượt 4‰"}, **phone.keys)

    read = http_ece.decrypt(body, private_key=phone.key, auth_secret=phone.auth, version="aes128gcm")
    assert json.loads(read) == {"title": "Độ mặn vượt 4‰"}
    with pytest.raises(Wrong):
        decrypt(body, key=other.key, auth=other.auth)


def test_a_phone_that_unsubscribed_is_forgotten_and_that_is_written_down(service: Service, person: Person) -> None:
    device, phone = a_device(service, person)
    phone.gone = True
    tell(person)

    work()

    assert not Device.objects.exists()
    assert Entry.objects.filter(subject=device.ref, did="removed", actor="program:messaging.push").exists()


def test_a_push_service_that_is_away_is_asked_again(service: Service, person: Person) -> None:
    _device, phone = a_device(service, person)
    phone.troubles = [503, 429]
    tell(person)

    for _attempt in range(2):
        with pytest.raises(services.PushNotDelivered):
            work()
    work()

    assert len(phone.inbox) == 1
    assert isinstance(jobs.push_message.retry_strategy, RetryStrategy)
    assert (jobs.push_message.retry_strategy.max_attempts or 0) > 3


def test_a_service_that_does_not_answer_at_all_is_asked_again_too(service: Service, person: Person) -> None:
    a_device(service, person)
    tell(person)
    service.shutdown()
    service.server_close()

    with pytest.raises(services.PushNotDelivered):
        work()


def test_a_service_that_refuses_us_is_not_asked_again_and_the_list_of_devices_says_so(
    service: Service, person: Person
) -> None:
    device, phone = a_device(service, person)
    phone.vapid = b64(b"\x04" + bytes(64))
    tell(person)

    work()

    device.refresh_from_db()
    assert device.trouble.startswith("403")
    assert phone.inbox == []


def test_a_service_that_is_allowed_no_more_is_not_asked_and_the_list_of_devices_says_why(
    service: Service, person: Person, settings: Any
) -> None:
    device, phone = a_device(service, person)
    settings.PUSH_SERVICES = ["fcm.googleapis.com"]
    tell(person)

    work()

    device.refresh_from_db()
    assert "chưa được cho phép" in device.trouble
    assert phone.inbox == []


def test_what_was_read_meanwhile_or_is_a_day_old_is_not_pushed(service: Service, person: Person) -> None:
    _device, phone = a_device(service, person)
    read, old = tell(person), tell(person)
    services.mark_read(pk=read.pk, by=identity.actor_for(person), now=clock.now())
    Message.objects.filter(pk=old.pk).update(created_at=clock.now() - timedelta(hours=25))

    work()

    assert phone.inbox == []


def test_after_the_key_was_renewed_old_devices_are_gone_and_new_ones_are_reached(
    service: Service, person: Person
) -> None:
    from tinhso.kernel.actor import program_actor

    a_device(service, person)
    before = services.push_key(now=clock.now()).public
    services.renew_push_key(by=program_actor("tinhso", rights=["manage people"]), now=clock.now())
    _device, phone = a_device(service, person)
    tell(person)

    work()

    assert phone.vapid not in ("", before)
    assert len(phone.inbox) == Device.objects.count() == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"TTL": ""}, 400),
        ({"Authorization": ""}, 401),
        ({"Authorization": "vapid t=a.b.c, k=AAAA"}, 403),
        ({"Content-Encoding": "aesgcm"}, 415),
        ({"Topic": "chủ đề"}, 400),
    ],
)
def test_the_simulator_is_as_strict_as_a_push_service_and_says_that_it_is_none(
    service: Service, headers: dict[str, str], status: int
) -> None:
    endpoint, phone = service.subscribe()
    private, public = push.new_key_pair()
    right = {
        "Authorization": push.vapid_header(endpoint, private=private, public=public, now=clock.now()),
        "Content-Encoding": "aes128gcm",
        "TTL": "60",
    }
    sent = {name: value.encode().decode("latin-1") for name, value in (right | headers).items()}
    request = urllib.request.Request(endpoint, push.encrypted_payload({}, **phone.keys), sent, method="POST")

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)

    with refused.value as answer:
        assert answer.code == status
        assert "simulator" in json.loads(answer.read())["notice"]
