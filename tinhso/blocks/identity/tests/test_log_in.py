from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session as StoredSession
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.identity import middleware, queries, services
from tinhso.blocks.identity.jobs import close_unused
from tinhso.blocks.identity.models import Person, Session
from tinhso.blocks.identity.tests.makers import PASSWORD, a_person, an_administrator
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db
FIREFOX = "Firefox 145"


def log_in(client: Client, username: str = "lan", password: str = PASSWORD) -> Any:
    """Fill in the log-in page."""
    return client.post("/accounts/login/", {"login": username, "password": password}, headers={"User-Agent": FIREFOX})


def left_alone(client: Client, minutes: float) -> None:
    """Let the session of ``client`` lie for so many minutes."""
    session = client.session
    session[middleware.SEEN] = int(clock.now().timestamp() - minutes * 60)
    session.save()


def test_a_password_lets_in_and_is_written_down_with_where_from(client: Client) -> None:
    person = a_person()

    answer = log_in(client)

    assert answer.status_code == 302
    assert client.get("/accounts/").status_code == 200
    entry = Entry.objects.get(did="logged in")
    assert (entry.actor, entry.address, entry.after) == (person.ref, "127.0.0.1", {"how": "password"})


def test_the_password_is_kept_as_argon2() -> None:
    assert a_person().password.startswith("argon2$argon2id$")


def test_a_wrong_password_is_answered_in_vietnamese_and_written_down(client: Client) -> None:
    person = a_person()

    page = log_in(client, password="sai rồi")

    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page.content.decode()
    assert Entry.objects.get(did="log-in failed").subject == person.ref


def test_a_name_that_nobody_has_is_not_kept(client: Client) -> None:
    log_in(client, username="mật khẩu gõ nhầm ô")

    assert Entry.objects.get(did="log-in failed").subject == "unknown"


def test_five_failed_log_ins_lock_the_name_even_for_the_right_password(client: Client) -> None:
    a_person()
    for name in ("lan", "LAN", " lan", "Lan", "lan"):
        log_in(client, username=name, password="sai rồi")

    page = log_in(Client())

    assert page.status_code == 429
    assert "khóa 15 phút" in page.content.decode()
    assert not Session.objects.exists()
    assert Entry.objects.filter(did="log-in refused: locked").exists()


def test_four_failed_log_ins_do_not_lock_and_a_good_one_clears_the_count(client: Client) -> None:
    a_person()
    for _ in range(4):
        log_in(client, password="sai rồi")
    log_in(client)
    client.post("/accounts/logout/")
    for _ in range(4):
        log_in(client, password="sai rồi")

    assert log_in(client).status_code == 302


def test_the_lock_of_one_name_leaves_the_others_open(client: Client) -> None:
    a_person()
    a_person("hoa")
    for _ in range(5):
        log_in(client, password="sai rồi")

    assert log_in(client, username="hoa").status_code == 302


def test_logging_out_is_written_down_and_ends_the_session(client: Client) -> None:
    a_person()
    log_in(client)

    client.post("/accounts/logout/")

    assert Entry.objects.filter(did="logged out").count() == 1
    assert not Session.objects.exists()
    assert client.get("/accounts/").status_code == 302


@pytest.mark.parametrize(("minutes", "stays"), [(14, True), (15, False), (600, False)])
def test_a_session_left_alone_for_fifteen_minutes_is_locked(client: Client, minutes: float, stays: bool) -> None:
    a_person()
    log_in(client)
    left_alone(client, minutes)

    answer = client.get("/accounts/")

    assert (answer.status_code == 200) is stays
    assert Entry.objects.filter(did="locked when idle").exists() is not stays


def test_an_administrator_is_locked_after_five_minutes_and_comes_back(client: Client, settings: Any) -> None:
    settings.DEMO = True
    an_administrator(demo=True, password=None)
    client.post("/accounts/demo/", {"persona": "sen"})
    left_alone(client, 5)

    answer = client.get("/accounts/people/?q=lan")

    assert answer["Location"] == "/accounts/login/?locked=5&next=%2Faccounts%2Fpeople%2F%3Fq%3Dlan"
    assert "không dùng quá 5 phút" in client.get(answer["Location"]).content.decode()


def test_a_page_that_refreshes_itself_is_not_somebody_at_work(client: Client) -> None:
    a_person()
    log_in(client)
    left_alone(client, 10)
    before = client.session[middleware.SEEN]

    client.get("/accounts/", headers={"X-Live": "1"})
    quiet = client.session[middleware.SEEN]
    client.get("/accounts/")

    assert quiet == before
    assert client.session[middleware.SEEN] > before


def test_an_account_unused_for_45_days_is_closed_at_the_door(client: Client) -> None:
    person = a_person()
    Person.objects.update(last_login=clock.now() - timedelta(days=46), active_since=clock.now() - timedelta(days=90))

    answer = log_in(client)

    person.refresh_from_db()
    assert answer["Location"] == "/accounts/inactive/"
    assert not person.is_active
    assert "45 ngày" in client.get("/accounts/inactive/").content.decode()
    assert Entry.objects.get(did="disabled").subject == person.ref


def test_each_night_unused_accounts_are_closed_and_used_ones_are_not() -> None:
    unused, used, fresh = a_person("bo-khong"), a_person("dung"), a_person("moi")
    Person.objects.exclude(pk=fresh.pk).update(active_since=clock.now() - timedelta(days=90))
    Person.objects.filter(pk=unused.pk).update(last_login=clock.now() - timedelta(days=45, minutes=1))
    Person.objects.filter(pk=used.pk).update(last_login=clock.now() - timedelta(days=44))

    close_unused(timestamp=0)

    assert set(Person.objects.filter(is_active=True)) == {used, fresh}


def test_a_person_sees_where_they_are_logged_in_and_ends_the_other_place(client: Client) -> None:
    a_person()
    elsewhere = Client()
    log_in(elsewhere)
    log_in(client)
    other = Session.objects.get(key=elsewhere.session.session_key)

    page = client.get("/accounts/sessions/").content.decode()
    client.post(f"/accounts/sessions/{other.pk}/end/")

    assert page.count(FIREFOX) == 2
    assert elsewhere.get("/accounts/").status_code == 302
    assert client.get("/accounts/").status_code == 200
    assert not StoredSession.objects.filter(session_key=other.key).exists()


def test_nobody_ends_the_session_of_another(client: Client) -> None:
    a_person()
    a_person("hoa")
    victim = Client()
    log_in(victim, username="hoa")
    log_in(client)

    answer = client.post(f"/accounts/sessions/{Session.objects.get(person__username='hoa').pk}/end/")

    assert answer.status_code == 403
    assert victim.get("/accounts/").status_code == 200


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client: Client) -> None:
    person = a_person()
    elsewhere = Client()
    log_in(elsewhere)
    log_in(client)
    new = "trái dừa khô rụng xuống"

    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    person.refresh_from_db()
    assert person.check_password(new)
    assert elsewhere.get("/accounts/").status_code == 302
    assert client.get("/accounts/").status_code == 200
    assert Entry.objects.filter(did="set password").count() == 1


def test_there_is_no_sign_up_and_no_reset_by_mail(client: Client) -> None:
    for address in ("/accounts/signup/", "/accounts/password/reset/"):
        assert client.get(address).status_code == 200
        assert client.post(address, {"username": "x", "email": "a@b.vn"}).status_code == 405


def test_a_persona_enters_with_one_click_in_a_demo_and_is_written_down(client: Client, settings: Any) -> None:
    settings.DEMO = True
    person = a_person("nhan-vat", password=None, demo=True)

    answer = client.post("/accounts/demo/", {"persona": "nhan-vat", "next": "/accounts/"})

    assert answer["Location"] == "/accounts/"
    assert client.get("/accounts/").status_code == 200
    assert Entry.objects.get(did="logged in", actor=person.ref).after == {"how": "persona"}


def test_a_click_lets_no_real_person_in(client: Client, settings: Any) -> None:
    settings.DEMO = True
    a_person()

    assert client.post("/accounts/demo/", {"persona": "lan"}).status_code == 409
    assert client.get("/accounts/").status_code == 302


def test_the_demo_never_sends_one_to_another_site(client: Client, settings: Any) -> None:
    settings.DEMO = True
    a_person("nhan-vat", password=None, demo=True)

    answer = client.post("/accounts/demo/", {"persona": "nhan-vat", "next": "https://xau.example/"})

    assert answer["Location"] == "/start/"


@pytest.mark.parametrize(("demo", "production"), [(False, False), (True, True)])
def test_without_demo_mode_there_are_no_personas(client: Client, settings: Any, demo: bool, production: bool) -> None:
    settings.DEMO, settings.PRODUCTION = demo, production
    a_person("nhan-vat", demo=True)

    assert client.get("/accounts/demo/").status_code == 404
    assert client.post("/accounts/demo/", {"persona": "nhan-vat"}).status_code == 404
    assert log_in(client, username="nhan-vat")["Location"] == "/accounts/inactive/"


def test_the_address_is_that_of_the_outermost_own_proxy(settings: Any, rf: Any) -> None:
    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.7, 10.0.0.1"})

    settings.PROXIES = 0
    assert queries.address_of(request) == "127.0.0.1"
    settings.PROXIES = 2
    assert queries.address_of(request) == "203.0.113.7"


def test_an_anonymous_page_asks_the_database_for_nobody(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/accounts/inactive/").status_code == 200


def test_an_official_who_may_see_people_may_end_their_session() -> None:
    victim = a_person("hoa")
    client = Client()
    log_in(client, username="hoa")
    manager = queries.actor_for(an_administrator())

    services.end_session(session_id=Session.objects.get(person=victim).pk, by=manager)

    assert client.get("/accounts/").status_code == 302
