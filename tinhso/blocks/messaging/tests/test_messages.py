from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection, transaction
from django.test import Client, RequestFactory
from procrastinate.contrib.django.models import ProcrastinateJob

from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity.tests.makers import a_person, a_post, a_province, a_role, a_unit
from tinhso.blocks.messaging import jobs, pages, queries, services
from tinhso.blocks.messaging.models import Message
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def tell(*people: Any, **more: Any) -> int:
    return services.notify(to=people, title="Báo cáo bị trả lại", now=clock.now(), **more)


def test_a_message_waits_in_the_inbox_until_it_is_opened_and_leads_to_what_it_is_about(client: Client) -> None:
    person = a_person()
    tell(person, body="Thiếu cột dân số.", href="/returns/BC-1/", kind=Message.Kind.TASK)
    client.force_login(person)

    page = client.get("/messages/").content.decode()
    opened = client.post(f"/messages/{Message.objects.get().pk}/open/")

    assert "Báo cáo bị trả lại" in page
    assert "Thiếu cột dân số." in page
    assert "Mới" in page
    assert opened["Location"] == "/returns/BC-1/"
    assert Message.objects.get().read_at is not None


def test_nobody_reads_the_messages_of_another(client: Client) -> None:
    owner, stranger = a_person("chu"), a_person("la")
    tell(owner, href="/returns/BC-1/")
    message = Message.objects.get()
    client.force_login(stranger)

    page = client.get("/messages/").content.decode()
    answer = client.post(f"/messages/{message.pk}/open/")

    assert "Báo cáo bị trả lại" not in page
    assert answer.status_code == 404
    with pytest.raises(Refused):
        queries.message_to(message.pk, to=identity.actor_for(stranger))
    message.refresh_from_db()
    assert message.read_at is None


@pytest.mark.parametrize("href", ["https://xau.example/", "//xau.example/", "javascript:alert(1)", ""])
def test_a_message_never_leads_out_of_the_system(client: Client, href: str) -> None:
    person = a_person()
    tell(person, href=href)
    client.force_login(person)

    assert client.post(f"/messages/{Message.objects.get().pk}/open/")["Location"] == "/messages/"


def test_telling_again_with_the_same_key_tells_nobody_twice() -> None:
    lan, hoa = a_person("lan"), a_person("hoa")

    first = tell(lan, key="returned BC-1")
    again = tell(lan, hoa, key="returned BC-1")
    other = tell(lan, key="returned BC-2")

    assert (first, again, other) == (1, 1, 1)
    assert Message.objects.filter(to=lan).count() == 2


def test_those_who_hold_a_right_at_a_unit_are_told_apart_from_who_did_it() -> None:
    province = a_province()
    commune = a_unit("xa", province)
    role = a_role("approve returns")
    chairman, deputy, leader = a_person("chu-tich"), a_person("pho"), a_person("tinh")
    a_post(chairman, commune, role)
    a_post(deputy, commune, role)
    a_post(leader, province, role)

    services.notify_holders(
        right="approve returns",
        at=commune,
        title="Có báo cáo chờ duyệt",
        now=clock.now(),
        here_only=True,
        but=identity.actor_for(deputy),
    )

    assert [message.to for message in Message.objects.all()] == [chairman]


def test_the_header_shows_how_many_messages_are_unread_without_a_statement_of_its_own(
    client: Client, django_assert_num_queries: Any
) -> None:
    person = a_person()
    tell(person)
    tell(person)
    services.mark_read(pk=Message.objects.filter(to=person)[0].pk, by=identity.actor_for(person), now=clock.now())
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])

    answer = client.get("/messages/")
    with django_assert_num_queries(0):
        context = pages.page_context(answer.wsgi_request)

    assert context["unread_count"] == 1


def test_a_visitor_costs_no_query_and_hears_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        context = pages.page_context(RequestFactory().get("/"))

    assert context == {"unread_count": 0, "live_url": ""}


def test_all_are_read_at_once(client: Client) -> None:
    person = a_person()
    tell(person)
    tell(person)
    client.force_login(person)

    client.post("/messages/read/")

    assert not Message.objects.filter(to=person, read_at=None).exists()


def test_mail_goes_out_once_however_often_the_job_runs(settings: Any) -> None:
    settings.PUBLIC_URL = "https://ioc.tinh.example"
    tell(a_person(email="lan@example.vn"), body="Thiếu cột.", href="/returns/BC-1/", mail=True)
    message = Message.objects.get()

    jobs.send_mail(message_id=message.pk)
    jobs.send_mail(message_id=message.pk)

    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert sent.to == ["lan@example.vn"]
    assert sent.body == "Thiếu cột.\n\nhttps://ioc.tinh.example/returns/BC-1/"
    assert sent.extra_headers["Message-ID"].startswith(f"<message-{message.pk}@")
    message.refresh_from_db()
    assert message.mailed_at is not None


def test_mail_that_could_not_leave_is_asked_for_again(settings: Any) -> None:
    tell(a_person(email="lan@example.vn"), mail=True)
    pk = Message.objects.get().pk
    settings.EMAIL_BACKEND = "không.có.máy.chủ"
    with pytest.raises(ImportError):
        jobs.send_mail(message_id=pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    jobs.send_mail(message_id=pk)

    assert len(mail.outbox) == 1


def test_a_mail_job_is_made_only_for_who_has_an_address_and_only_when_the_change_stands() -> None:
    tell(a_person("khong-thu"), mail=True)
    with transaction.atomic():
        tell(a_person("co-thu", email="a@example.vn"), mail=True)
        transaction.set_rollback(True)
    tell(a_person("thu", email="b@example.vn"), mail=True)

    assert ProcrastinateJob.objects.filter(task_name="messaging.mail").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_mail_send_one(settings: Any) -> None:
    tell(a_person(email="lan@example.vn"), mail=True)
    pk = Message.objects.get().pk

    def work(_number: int) -> bool:
        try:
            return services.send_mail_of(pk=pk, now=clock.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        sent = list(two.map(work, range(2)))

    assert sorted(sent) == [False, True]
    assert len(mail.outbox) == 1
