"""Who holds a step: taking, handing over, standing in during leave; and what a page may show of people."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.blocks.cases import services
from tinhso.blocks.cases.models import Case, Entry, StandIn
from tinhso.blocks.cases.pages.paging import Bounded
from tinhso.blocks.cases.queries import detail, inbox
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.identity.models import Person, Role
from tinhso.blocks.identity.tests import makers as identity
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
MONDAY = makers.MONDAY
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


def _posted(unit: Unit, username: str, *rights: str) -> Person:
    """A person with a post of today."""
    role = Role.objects.filter(code="vai").first() or identity.a_role(*rights)
    person = identity.a_person(username)
    identity.a_post(person, unit, role)
    return person


def _as_actor(person: Person, unit: Unit, *rights: str) -> Actor:
    return Actor(ref=person.ref, name=person.name, reach=dict.fromkeys(rights, frozenset({unit.pk})))


@pytest.fixture
def commune() -> Unit:
    return makers.a_unit("28777", "Xã An")


def test_a_step_given_to_a_colleague_is_theirs_alone_and_the_slip_says_who_gave_it(commune: Unit) -> None:
    first, second = (_posted(commune, name, "process cases") for name in ("mot", "hai"))
    case = makers.received(commune)
    by, other = (_as_actor(person, commune, "process cases") for person in (first, second))
    step = makers.step_of(case)

    services.hand_over(code=case.code, step=step, to=second.ref, by=by, now=MONDAY, note="Nhờ chị xem")

    with pytest.raises(Refused, match="held_by_another"):
        services.complete(code=case.code, step=step, by=by, now=MONDAY)
    services.complete(code=case.code, step=step, by=other, now=MONDAY)
    row = Entry.objects.get(case=case, did="handed_over")
    assert (row.detail["from"], row.detail["to"], row.note, row.public) == (
        first.name,
        second.name,
        "Nhờ chị xem",
        False,
    )


def test_a_step_is_given_only_to_somebody_who_may_do_it(commune: Unit) -> None:
    elsewhere = makers.a_unit("28778", "Xã Bình")
    stranger = _posted(elsewhere, "xa", "process cases")
    case = makers.received(commune)

    with pytest.raises(Refused, match="not_a_colleague"):
        services.hand_over(
            code=case.code, step=makers.step_of(case), to=stranger.ref, by=makers.an_officer(commune), now=MONDAY
        )


def test_whoever_stands_in_sees_and_does_what_waits_for_the_other_only_on_those_days(commune: Unit) -> None:
    away, here = (_posted(commune, name, "process cases") for name in ("vang", "thay"))
    case = makers.received(commune)
    by, stand_in = (_as_actor(person, commune, "process cases") for person in (away, here))
    services.take(code=case.code, step=makers.step_of(case), by=by, now=MONDAY)
    assert not inbox.tasks_to_do(stand_in, inbox.CaseFilter(), MONDAY).exists()

    today = clock.today()
    one = services.stand_in(to=here.ref, first=today, last=today + timedelta(days=3), by=by, now=MONDAY)

    assert [task.case for task in inbox.tasks_to_do(stand_in, inbox.CaseFilter(), MONDAY)] == [case]
    services.end_stand_in(pk=one.pk, by=by, now=MONDAY)
    assert not inbox.tasks_to_do(stand_in, inbox.CaseFilter(), MONDAY).exists()
    assert StandIn.objects.get().ended_at == MONDAY


def test_the_inbox_puts_the_most_overdue_first_and_counts_late_and_todays_work(commune: Unit) -> None:
    now = datetime(2026, 11, 27, 2, tzinfo=MONDAY.tzinfo)  # Friday, when Monday's case is due
    late = makers.received(commune, MONDAY - timedelta(days=7))
    today = makers.received(commune, MONDAY)
    later = makers.received(commune, now)
    officer = makers.an_officer(commune)

    found = [task.case for task in inbox.tasks_to_do(officer, inbox.CaseFilter(), now)]
    counts = inbox.inbox_counts(officer, now)

    assert found == [late, today, later]
    assert (counts.todo, counts.late, counts.today) == (3, 1, 1)


def test_a_dossier_is_found_without_diacritics_by_applicant_procedure_and_code(commune: Unit) -> None:
    case = makers.received(commune)
    officer = makers.an_officer(commune)

    for words in ("nguyen thi hoa", "giay phep thu", case.code.lower()):
        assert list(inbox.visible_cases(officer, inbox.CaseFilter(words=words), MONDAY)) == [case], words
    assert not inbox.visible_cases(officer, inbox.CaseFilter(words="khong co"), MONDAY).exists()


@pytest.mark.parametrize(
    ("number", "shown"), [("012345678901", "•••••••••901"), ("12", "••"), ("", ""), ("1234", "•234")]
)
def test_an_identity_number_shows_its_last_three_digits(number: str, shown: str) -> None:
    assert detail.masked_number(number) == shown


def test_looking_at_an_applicants_number_is_written_down_and_others_pages_stay_closed(
    commune: Unit, client: Client
) -> None:
    elsewhere = makers.a_unit("28778", "Xã Bình")
    here, stranger = _posted(commune, "day", "process cases"), _posted(elsewhere, "kia", "process cases")
    case = makers.received(commune)

    client.force_login(here, backend=BACKEND)
    page: Any = client.get(f"/cases/{case.code}/")
    full: Any = client.post(f"/cases/{case.code}/reveal/", {"why": "gọi điện"})
    client.force_login(stranger, backend=BACKEND)
    refused = [client.get(f"/cases/{case.code}/"), client.post(f"/cases/{case.code}/reveal/")]

    assert "012345678901" not in page.content.decode()
    assert "012345678901" in full.content.decode()
    seen = AuditEntry.objects.filter(did="viewed", subject=case.code, actor=here.ref).order_by("pk")
    assert [entry.after for entry in seen] == [{"why": "dossier"}, {"why": "gọi điện"}]
    assert {answer.status_code for answer in refused} == {403}


@pytest.mark.parametrize("given", [{}, {"why": ""}, {"why": "    x    "}])
def test_an_applicant_is_shown_in_full_only_for_a_reason(commune: Unit, client: Client, given: dict[str, str]) -> None:
    case = makers.received(commune)
    client.force_login(_posted(commune, "day", "process cases"), backend=BACKEND)

    answer = client.post(f"/cases/{case.code}/reveal/", given)

    assert answer.status_code == 409
    assert "vì sao" in answer.content.decode()
    assert case.party.id_number not in answer.content.decode()
    assert not AuditEntry.objects.filter(did="viewed", subject=case.code).exists()


def test_who_works_on_dossiers_only_begins_at_the_inbox(commune: Unit, client: Client) -> None:
    receiver = _posted(commune, "mot-cua", "see cases", "receive cases")
    client.force_login(receiver, backend=BACKEND)

    answer: Any = client.get("/start/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/cases/")


def test_a_list_that_grows_may_be_known_to_be_empty() -> None:
    rows = Bounded(Case.objects.filter(pk__in=[]), 20, lambda found: found.order_by("pk"), grows=True)

    page = rows.get_page(1)

    assert (list(page), rows.there, rows.more) == ([], 0, False)
