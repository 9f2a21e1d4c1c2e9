"""The pages of synchronisation: who opens them, what they cover, what they let one do."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from tests.simulators.national_portal import Portal
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.makers import MONDAY
from tinhso.blocks.identity.models import Person, Post, Role
from tinhso.blocks.indicators.contract import RecordQuery
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.models import Dispatch
from tinhso.government.public_services.queries.portal import facts, messages
from tinhso.government.public_services.services import portal as told
from tinhso.government.public_services.tests.test_foreign import CODE, a_line
from tinhso.government.public_services.tests.test_portal import a_dossier, send

pytestmark = pytest.mark.django_db


def somebody(*rights: str) -> Client:
    """A browser of somebody with these rights everywhere."""
    person = Person.objects.create(ref="N1", username="lan", name="Cô Lan", is_demo=True)
    role = Role.objects.create(code="vai", name="Vai", rights=list(rights), everywhere=list(rights))
    unit = Unit.objects.first() or makers.a_unit("1", "Xã Một")
    Post.objects.create(person=person, unit=unit, role=role, held=DateRange(None, None))
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def test_dead_messages_are_shown_first_and_sent_again_together(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["refuse"] = 1
    send(case)
    browser = somebody("manage procedures")

    page = browser.get("/sync/").content.decode()
    browser.post("/sync/again/")

    assert case.code in page
    assert "không nhận" in page
    assert not Dispatch.objects.filter(state="dead").exists()


def test_a_message_covers_people_and_is_skipped_with_a_reason(portal: Portal) -> None:
    case = a_dossier()
    send(case)
    portal.troubles["refuse"] = 1
    other = makers.received(case.unit)
    told.queue_messages(dossier=other.code, number=1, kinds=[Dispatch.Kind.DOSSIER], by=told.PORTAL, now=MONDAY)
    send(other)
    one = Dispatch.objects.get(dossier=other.code)
    browser = somebody("operate system")

    page = browser.get(f"/sync/messages/{one.pk}/").content.decode()
    browser.post(f"/sync/messages/{one.pk}/act/", {"act": "skip", "why": "Cổng đã có"})

    assert messages.MASK in page
    assert "Hoa" not in page
    assert Dispatch.objects.get(pk=one.pk).skipped_why == "Cổng đã có"


@pytest.mark.parametrize("address", ["/sync/", "/sync/?state=all&q=x", "/sync/messages/1/"])
def test_others_do_not_see_what_is_told(address: str, small_province: None) -> None:
    assert somebody("see cases").get(address).status_code == 403


def test_a_page_of_nothing_says_what_would_be_here(small_province: None) -> None:
    browser = somebody("operate system", "see indicators")

    assert "NPSP_URL" in browser.get("/sync/").content.decode()
    assert "Chưa có hồ sơ nào ở đây" in browser.get("/sync/ministries/").content.decode()
    assert browser.get("/sync/messages/99/").status_code == 404
    assert browser.get("/sync/ministries/BXD/x/").status_code == 404


def test_ministries_dossiers_are_listed_with_their_history(small_province: None) -> None:
    told.take_foreign(lines=[a_line()], by=told.PORTAL, now=MONDAY)
    later = MONDAY + timedelta(hours=1)
    told.take_foreign(lines=[a_line(TrangThai=5, NgayCapNhat="20261022080000")], by=told.PORTAL, now=later)
    browser = somebody("see indicators")

    listed = browser.get("/sync/ministries/?late=1&source=BXD&q=02.").content.decode()
    one = browser.get(f"/sync/ministries/BXD/{CODE}/").content.decode()

    assert "quá hạn" in listed
    assert "H61.28777" in listed
    assert "Yêu cầu bổ sung" in one
    assert "Đang xử lý" in one


def test_lag_and_failures_are_counts_out_of_counts(portal: Portal) -> None:
    case = a_dossier()
    portal.troubles["fail"] = 1
    send(case)
    send(case, MONDAY + timedelta(minutes=10))

    with connection.cursor() as cursor:
        fact = facts.messages_fact()
        cursor.execute(f"SELECT unit, loai, messages, sent, prompt, failed_once, dead FROM ({fact.select}) row")
        rows = sorted(cursor.fetchall())
    lag = messages.message_lag(since=MONDAY, prompt=timedelta(minutes=5))
    records = facts.message_records(RecordQuery(units=("28777",), months=("2026-11",), members=(("loai", "code"),)))

    assert rows[:2] == [("28777", "code", 1, 1, 0, 1, 0), ("28777", "dossier", 1, 1, 0, 0, 0)]
    assert (lag.sent, lag.prompt, lag.median) == (5, 0, timedelta(minutes=10))
    assert [one.href for one in records] == [f"/sync/messages/{Dispatch.objects.get(kind='code').pk}/"]
