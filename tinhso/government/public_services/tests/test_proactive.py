"""Proactive services: offered once, answered by whom it was sent to, filed by itself only after notice, taken back."""

from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from tinhso.blocks.audit.models import Entry as Audited
from tinhso.blocks.cases import services as cases
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.identity.tests.makers import a_person
from tinhso.blocks.messaging.contract import MARK
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.messaging.services import notify
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.models import ProactiveOffer
from tinhso.government.public_services.queries.proactive import rules, secrets
from tinhso.government.public_services.services import proactive
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.government.public_services.tests import offering as a
from tinhso.kernel import clock
from tinhso.kernel.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
NOW, TODAY, BY = a.NOW, a.TODAY, proactive.PROACTIVE
WEEK = timedelta(days=7)


@pytest.fixture
def commune(monkeypatch: pytest.MonkeyPatch) -> Unit:
    """A commune where births are registered; it is Monday morning."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    unit = makers.a_unit("28777", "Xã An")
    a.the_catalogue()
    return unit


def deliver() -> None:
    """Let everybody hear what was announced, as the worker does."""
    for one in Announcement.objects.filter(delivered_at=None).order_by("pk"):
        outbox.deliver_announcement(one.pk)


def refusal(act: Any, **told: Any) -> str:
    """Why something was refused."""
    with pytest.raises(Refused) as found:
        act(**told)
    return found.value.code


def test_one_offer_per_person_rule_and_occurrence_whatever_is_repeated(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    a.a_birth(commune)  # another child
    days = [TODAY, TODAY + timedelta(days=3), TODAY, TODAY + timedelta(days=29)]

    new = [proactive.offer_all(day=day, by=BY, now=NOW) for day in days]

    assert new == [2, 0, 0, 0]
    assert ProactiveOffer.objects.count() == 2


def test_whoever_has_the_dossier_already_is_not_in_the_state_or_wants_no_more_is_left_out(
    commune: Unit, tmp_path: Path
) -> None:
    a.a_rule(tmp_path)
    nobody = a.replace_id("")
    a.a_birth(commune, who=nobody)
    first = a.a_birth(commune, who=a.replace_id("000000000001"))
    a.a_birth(commune, who=a.replace_id("000000000002"), now=NOW - timedelta(days=31))
    one = a.offered()
    proactive.refuse_offer(**a.answer(one), never_again=True)

    a.a_birth(commune, who=a.replace_id("000000000001"))
    again = proactive.offer_all(day=TODAY, by=BY, now=NOW)

    assert (one.source, again) == (first, 0)
    proactive.remind_again(**a.answer(one))
    assert proactive.offer_all(day=TODAY, by=BY, now=NOW) == 1


def test_the_person_is_written_to_once_with_an_address_that_opens_for_nobody_else(
    commune: Unit, tmp_path: Path, client: Client
) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    deliver()
    mail.outbox.clear()
    one = a.offered(told=False)

    deliver()

    [letter] = mail.outbox
    assert letter.to == ["hoa@example.vn"]
    assert secrets.offer_path(one) in letter.body
    assert ProactiveOffer.objects.get().told_at == NOW
    page = client.get(secrets.offer_path(one))
    assert page.status_code == 200
    assert "12345678" not in page.content.decode()
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert client.get(f"/offers/{one.ref}/{'2' * 14}/").status_code == 404
    assert client.get(f"/offers/CD-NICHTSDAZU/{secrets.key_of(one)}/").status_code == 404


def test_the_key_of_one_offer_opens_and_answers_no_other(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    a.a_birth(commune, who=a.replace_id("000000000001"))
    proactive.offer_all(day=TODAY, by=BY, now=NOW)
    mine, theirs = ProactiveOffer.objects.order_by("pk")
    told = a.answer(mine) | {"ref": theirs.ref}

    said = [refusal(act, **told) for act in (proactive.open_offer, proactive.accept_offer, proactive.refuse_offer)]
    said += [refusal(act, **told) for act in (proactive.restore_offer, proactive.remind_again)]

    assert set(said) == {"no_such_offer"}
    assert set(ProactiveOffer.objects.values_list("state", flat=True)) == {"offered"}


def test_who_works_on_the_dossier_does_not_answer_for_the_person(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    told = a.answer(a.offered()) | {"by": makers.a_receiver(commune)}

    said = [refusal(act, **told) for act in (proactive.accept_offer, proactive.refuse_offer, proactive.restore_offer)]

    assert set(said) == {"four_eyes"}
    assert ProactiveOffer.objects.get().state == "offered"


def test_the_message_in_the_inbox_holds_no_key_and_leads_there(commune: Unit, tmp_path: Path, client: Client) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one, person = a.offered(), a_person("hoa")
    notify(to=person, title="Lời mời", now=NOW, href=MARK, secret=secrets.named_page(one))

    client.force_login(person)
    answer = client.post(f"/messages/{Message.objects.get().pk}/open/")

    assert Message.objects.get().href == MARK
    assert answer.headers["Location"] == secrets.offer_path(one)


def test_guessing_is_counted_and_ends_for_the_address_that_guesses(
    commune: Unit, tmp_path: Path, client: Client, settings: Any
) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one = a.offered()
    settings.PROVINCE_DIR = copytree(settings.PROVINCE_DIR, tmp_path / "province")
    (tmp_path / "province" / "cases.toml").write_text("[front]\nwrong_keys = 3\n")

    answers = [client.get(f"/offers/{one.ref}/{'2' * 13}{at}/").status_code for at in range(2, 7)]

    assert answers == [404, 404, 404, 429, 429]
    assert client.get(secrets.offer_path(one)).status_code == 429
    assert client.get(secrets.offer_path(one), REMOTE_ADDR="192.0.2.9").status_code == 200


def test_confirming_files_once_and_said_again_answers_with_the_same(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path)
    birth = a.a_birth(commune)
    one = a.offered()

    first = proactive.accept_offer(**a.answer(one))
    again = proactive.accept_offer(**a.answer(one), changes={"phone": "0900000009"})

    assert first.case is not None
    assert first.case == again.case
    assert (first.case.channel, first.case.party.name) == (2, "Nguyễn Thị Hoa")
    assert f"hồ sơ {birth.code}" in first.case.entries.get(number=1).note
    assert [paper.get("held", "") != "" for paper in first.case.papers] == [True, False]
    assert ProactiveOffer.objects.get().answer == "confirmed"
    assert proactive.offer_all(day=TODAY, by=BY, now=NOW) == 0


def test_adjusting_files_with_what_the_person_changed_and_nothing_else(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one = a.offered()

    nothing = refusal(proactive.accept_offer, **a.answer(one), changes={"phone": " ", "id_number": "9"})
    done = proactive.accept_offer(**a.answer(one), changes={"phone": "0900000009", "email": "", "name": "Kẻ khác"})

    assert nothing == "nothing_changed"
    assert done.case is not None
    party = done.case.party
    assert (party.phone, party.email, party.name) == ("0900000009", "hoa@example.vn", "Nguyễn Thị Hoa")
    assert ProactiveOffer.objects.get().answer == "adjusted"


def test_after_a_refusal_nothing_is_filed_neither_at_a_word_nor_by_itself(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    one = a.offered()
    proactive.refuse_offer(**a.answer(one))

    late = refusal(proactive.accept_offer, **a.answer(one))
    filed = proactive.file_due(by=BY, now=NOW + 2 * WEEK)

    assert (late, filed) == ("not_now", 0)
    assert Case.objects.count() == 1


def test_level_four_files_after_the_notice_only_and_only_of_whom_was_told(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    a.a_birth(commune, who=a.replace_id("000000000001"))
    one = a.offered()

    early = proactive.file_due(by=BY, now=NOW + WEEK - timedelta(seconds=1))
    due = proactive.file_due(by=BY, now=NOW + WEEK)
    again = proactive.file_due(by=BY, now=NOW + 2 * WEEK)

    assert (early, due, again) == (0, 1, 0)
    one.refresh_from_db()
    assert (one.state, one.automatic, one.answer) == ("done", True, "")
    assert one.filed is not None
    assert one.filed.request == f"proactive:{one.ref}"


@pytest.mark.parametrize("fee", ["", "20000"])
def test_nobody_is_made_to_pay_by_silence(commune: Unit, tmp_path: Path, fee: str) -> None:
    fees = [{"name": "Lệ phí"} | ({"amount": fee} if fee else {})]
    a.the_catalogue(later=True, cases=[{"code": "1", "duration": "1", "unit": "working_day", "fees": fees}])
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    one = a.offered()

    filed = proactive.file_due(by=BY, now=NOW + WEEK)

    one.refresh_from_db()
    assert (filed, one.state) == (0, "offered")
    assert "phí" in one.held_back
    assert proactive.accept_offer(**a.answer(one)).case is not None


@pytest.mark.parametrize("finished", [False, True])
def test_restoring_gives_back_exactly_what_there_was_and_keeps_both_moments(
    commune: Unit, tmp_path: Path, finished: bool
) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    one = a.offered()
    before = a.held_by()
    proactive.file_due(by=BY, now=NOW + WEEK)
    case = ProactiveOffer.objects.get().filed
    assert case is not None
    if finished:
        a.worked_through(case, commune, now=NOW + WEEK)
    history = list(case.entries.order_by("number").values())
    between = a.held_by()

    proactive.restore_offer(**a.answer(one, now=NOW + 2 * WEEK))
    proactive.restore_offer(**a.answer(one, now=NOW + 3 * WEEK))

    one.refresh_from_db()
    case.refresh_from_db()
    assert between != before
    assert a.held_by() == before
    assert (one.done_at, one.restored_at) == (NOW + WEEK, NOW + 2 * WEEK)
    assert list(case.entries.order_by("number").values())[: len(history)] == history
    assert case.entries.count() == len(history) + 1
    assert case.status == (Case.Status.FINISHED if finished else Case.Status.WITHDRAWN)
    assert not case.tasks.filter(done_at=None).exists()


def test_nothing_is_restored_too_late_or_before_anything_was_filed(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    one = a.offered()

    before = refusal(proactive.restore_offer, **a.answer(one))
    proactive.file_due(by=BY, now=NOW + WEEK)
    late = refusal(proactive.restore_offer, **a.answer(one, now=NOW + WEEK + timedelta(days=31)))

    assert (before, late) == ("cannot_restore", "cannot_restore")


def test_what_is_not_answered_lapses_and_is_neither_answered_nor_filed_any_more(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path, 4, more="lapse_days = 8")
    a.a_birth(commune)
    one = a.offered(told=False)
    proactive.record_notice(ref=one.ref, by=BY, now=NOW + timedelta(days=2), how="letter")
    later = NOW + timedelta(days=9)

    filed = proactive.file_due(by=BY, now=later)
    lapsed = [proactive.lapse_offers(day=TODAY + timedelta(days=days), by=BY, now=later) for days in (8, 9, 10)]

    assert (filed, lapsed) == (0, [0, 1, 0])
    assert refusal(proactive.accept_offer, **a.answer(one, now=later)) == "not_now"


def test_a_rule_that_is_switched_off_offers_nothing_and_files_nothing(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    a.offered()
    with pytest.raises(Forbidden):
        proactive.switch_rule(code="ban-sao", off=True, why="Thử", by=makers.a_head(commune), now=NOW)

    proactive.switch_rule(code="ban-sao", off=True, why="Chờ ý kiến", by=catalogue.KEEPER, now=NOW)
    a.a_birth(commune)
    quiet = (proactive.offer_all(day=TODAY, by=BY, now=NOW), proactive.file_due(by=BY, now=NOW + WEEK))
    twice = refusal(proactive.switch_rule, code="ban-sao", off=True, why="Lại", by=catalogue.KEEPER, now=NOW)
    proactive.switch_rule(code="ban-sao", off=False, why="Đã hỏi", by=catalogue.KEEPER, now=NOW)
    loud = (proactive.offer_all(day=TODAY, by=BY, now=NOW), proactive.file_due(by=BY, now=NOW + WEEK))

    assert (quiet, twice, loud) == ((0, 0), "switched_already", (1, 1))
    assert Audited.objects.filter(did__startswith="switched a proactive rule").count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "done"},
        {"state": "restored"},
        {"person": "0" * 64},
        {"automatic": True},
        {"occurrence": "case:khac"},
        {"answer": "confirmed"},
    ],
)
def test_the_database_keeps_the_order_of_states_and_what_was_offered(
    commune: Unit, tmp_path: Path, changed: dict[str, Any]
) -> None:
    a.a_rule(tmp_path, 4)
    a.a_birth(commune)
    one = a.offered()

    with pytest.raises(IntegrityError), transaction.atomic():
        ProactiveOffer.objects.filter(pk=one.pk).update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProactiveOffer.objects.filter(pk=one.pk).delete()


def test_not_even_the_database_lets_a_dossier_be_filed_silently_before_the_notice_is_over(
    commune: Unit, tmp_path: Path
) -> None:
    a.a_rule(tmp_path, 4)
    birth = a.a_birth(commune)
    one = a.offered()
    done: dict[str, Any] = {"state": "done", "filed": birth, "automatic": True, "restore_until": NOW + 9 * WEEK}

    with pytest.raises(IntegrityError, match="automatic_after_notice"), transaction.atomic():
        ProactiveOffer.objects.filter(pk=one.pk).update(done_at=NOW + WEEK - timedelta(seconds=1), **done)

    assert ProactiveOffer.objects.filter(pk=one.pk).update(done_at=NOW + WEEK, **done) == 1


def test_an_officer_sees_counts_that_lead_to_masked_offers_and_that_is_written_down(
    commune: Unit, tmp_path: Path, client: Client
) -> None:
    a.a_rule(tmp_path)
    a.a_birth(commune)
    one = a.offered()
    proactive.refuse_offer(**a.answer(one))

    line = rules.rules_overview()[0]
    shown = proactive.look_at(shown=list(rules.offers_of("ban-sao", "refused")), code="ban-sao", by=catalogue.KEEPER)

    assert (line.counts["offered"], line.counts["refused"], line.counts["confirmed"]) == (1, 1, 0)
    assert list(shown) == [one]
    assert Audited.objects.filter(did="viewed", subject="ban-sao").count() == 1
    assert client.get("/procedures/proactive/").status_code == 302
    with pytest.raises(Forbidden):
        proactive.look_at(shown=shown, code="ban-sao", by=makers.a_head(commune))


def test_a_dossier_that_was_taken_back_gives_no_more_offers(commune: Unit, tmp_path: Path) -> None:
    a.a_rule(tmp_path)
    birth = a.a_birth(commune)

    cases.restore_previous_state(code=birth.code, why="Ghi sai", address="", now=NOW)

    assert proactive.offer_all(day=TODAY, by=BY, now=NOW) == 0
    assert refusal(cases.restore_previous_state, code=birth.code, why="Lại", address="", now=NOW) == "nothing_to_undo"
