"""A new key closes what the former one opened; a lost one goes to the address that the case holds."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.cases import jobs, services
from tinhso.blocks.cases.contract import Applicant
from tinhso.blocks.cases.events import KeyAsked
from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.cases.queries import secrets
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import a_clerk
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Unit
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
MONDAY = makers.MONDAY


@pytest.fixture
def case(commune: Unit) -> Case:
    """A case of somebody with an address."""
    cache.clear()
    return makers.received(commune, applicant=Applicant("Nguyễn Thị Hoa", email="Vi-Du@example.vn"))


def test_a_new_key_is_printed_and_the_former_one_opens_nothing_at_once(case: Case, commune: Unit) -> None:
    clerk, old = a_clerk(commune), f"/track/{case.code}/{secrets.key_of(case)}/"
    before = Client().get(old).status_code

    slip = clerk.post(f"/cases/{case.code}/act/", {"act": "new_key", "why": "Mất giấy hẹn"}, follow=True)

    case.refresh_from_db()
    new = f"/track/{case.code}/{secrets.key_of(case)}/"
    assert (before, Client().get(old).status_code, Client().get(new).status_code) == (200, 404, 200)
    assert secrets.key_of(case) in slip.content.decode()
    assert Entry.objects.get(case=case, did="new_key").note == "Mất giấy hẹn"
    audited = Audited.objects.get(did="case new_key")
    assert (audited.before, audited.after) == ({"key_turn": 1}, {"key_turn": 2})
    assert Audited.objects.filter(did="viewed", subject=case.code, after={"why": "key"}).count() == 1


def test_a_new_key_needs_a_reason_and_somebody_who_receives_there(case: Case, commune: Unit) -> None:
    with pytest.raises(Refused, match="no_reason"):
        services.renew_key(code=case.code, why=" ", by=makers.a_receiver(commune), now=MONDAY)
    with pytest.raises(Forbidden):
        services.renew_key(code=case.code, why="x", by=makers.an_officer(commune), now=MONDAY)
    with pytest.raises(Forbidden):
        services.show_key(code=case.code, by=makers.an_officer(commune))

    case.refresh_from_db()
    assert case.key_turn == 1


def ask_for_key(client: Client, code: str, email: str) -> tuple[int, str]:
    """Ask for the key as a page does; how it was answered."""
    answer = client.post("/track/", {"act": "ask_key", "code": code, "email": email}, follow=True)
    return answer.status_code, answer.content.decode().partition("<main")[2].replace(code, "")


def test_a_lost_key_goes_to_the_address_of_the_dossier_and_nobody_learns_which_that_is(
    case: Case, client: Client
) -> None:
    good, guess = ask_for_key(client, case.code, "vi-du@EXAMPLE.vn"), ask_for_key(client, case.code, "khac@example.vn")
    unknown = ask_for_key(client, "H61.28777-261123-9999", "vi-du@example.vn")
    told = Announcement.objects.get(name="cases.KeyAsked").payload
    jobs.send_key(KeyAsked(**told))

    assert good[0] == guess[0] == unknown[0] == 200
    assert "khóa đã được gửi đến địa chỉ ấy" in guess[1]
    assert [(one.to, secrets.key_of(case) in one.body) for one in mail.outbox] == [(["Vi-Du@example.vn"], True)]
    assert Audited.objects.filter(did="case key asked", subject=case.code).count() == 1


def test_no_mailbox_is_filled_with_letters_about_one_dossier(case: Case) -> None:
    answers = [ask_for_key(Client(REMOTE_ADDR=f"192.0.2.{n}"), case.code, "vi-du@example.vn")[0] for n in range(4)]

    assert answers == [200, 200, 429, 429]
    assert Announcement.objects.filter(name="cases.KeyAsked").count() == 2


@pytest.mark.parametrize("act", ["rate", "take_back", "answer", "attach"])
def test_who_works_on_a_dossier_does_not_act_for_its_applicant(case: Case, commune: Unit, act: str) -> None:
    clerk, page = a_clerk(commune), f"/track/{case.code}/{secrets.key_of(case)}/"
    before = Entry.objects.filter(case=case).count()

    answer = clerk.post(page, {"act": act, "points": "5", "why": "Tôi muốn rút"}, follow=True)

    assert "Bạn có quyền trên hồ sơ này" in answer.content.decode()
    assert Entry.objects.filter(case=case).count() == before


def test_who_works_elsewhere_acts_for_themselves(case: Case) -> None:
    elsewhere = a_clerk(makers.a_unit("28778", "Xã Bình"), "noi-khac")

    elsewhere.post(f"/track/{case.code}/{secrets.key_of(case)}/", {"act": "take_back", "why": "Tôi tự nộp lại"})

    assert Entry.objects.filter(case=case, by=f"applicant:{case.code}").exists()
