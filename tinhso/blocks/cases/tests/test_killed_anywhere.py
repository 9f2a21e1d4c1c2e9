"""Kill -9 at every moment of a piece of work, done again each time: its effects are there once, and never by half."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as conf
from django.db import connection

from tinhso.blocks.audit.models import Entry as AuditEntry
from tinhso.blocks.bpmn.tests.drawings import step
from tinhso.blocks.cases import contract, services
from tinhso.blocks.cases.contract import Status
from tinhso.blocks.cases.models import Case, CaseLink, Entry, Pause, Task
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import Offers
from tinhso.blocks.cases.tests.test_processes import done, published
from tinhso.blocks.documents.models import PaperUse
from tinhso.blocks.documents.tests import papers
from tinhso.blocks.identity.tests import makers as identity
from tinhso.blocks.messaging.models import Message
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.outbox.tests.killing import Victims, victims
from tinhso.blocks.payments.contract import OrderCharge
from tinhso.blocks.payments.models import CashReceipt, Order, Posting, ReceiptSeries, Transfer
from tinhso.blocks.payments.tests import makers as money
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MONDAY = makers.MONDAY
FEE = OrderCharge("Lệ phí", 50_000)
Moments = Callable[..., Iterator[int]]


@pytest.fixture
def commune(transactional_db: None, settings: Any, tmp_path: Path) -> Unit:
    """A commune that receives, works and takes money, in a province whose files are the test's own."""
    money.set_up(settings, tmp_path)
    settings.FILE_STORE = str(tmp_path / "files")
    (tmp_path / "province.toml").write_text('[units]\nhome_unit_ref = "28777"\nold_basis_date = 2025-06-30\n')
    return makers.a_unit("28777", "Xã An")


@pytest.fixture(scope="module")
def killer() -> Iterator[Victims]:
    """The process whose children die."""
    with victims() as process:
        yield process


@pytest.fixture
def moments(killer: Victims) -> Moments:
    """The moments at which one of the victims is killed."""
    return lambda work, *told: killer.killed_at_every_moment(f"tinhso.blocks.cases.tests.victims:{work}", *told)


def waits_for_money(commune: Unit) -> tuple[Case, Order]:
    """A case whose clock stands still until its fee is there."""
    case = makers.received(commune)
    step_number = makers.step_of(case)
    by = makers.an_officer(commune)
    return case, services.ask_payment(code=case.code, step=step_number, charges=[FEE], by=by, now=clock.now())


def booked(order: Order) -> int:
    """What the order says that it received, when the ledger and the events say the same; fails when they do not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(-sum(amount), 0) FROM payments_entry WHERE order_id = %s", [order.pk])
        (in_ledger,) = cursor.fetchone()
    now = money.fresh(order)
    assert now.received == in_ledger
    assert Announcement.objects.filter(name="payments.OrderPaid").count() == int(now.is_settled)
    assert AuditEntry.objects.filter(did="booked for order").count() == int(now.received > 0)
    return now.received


def goes_on(case: Case, moments: Moments) -> None:
    """That all is paid is delivered by workers that are killed; the case goes on, once."""
    paid = Announcement.objects.get(name="payments.OrderPaid", delivered_at=None)
    for _moment in moments("deliver", str(paid.pk)):
        assert Entry.objects.filter(case=case, did="paid").count() <= 1

    case.refresh_from_db()
    assert case.status == Status.RECEIVED
    assert [entry.did for entry in case.entries.order_by("number")].count("paid") == 1
    assert Pause.objects.get(case=case).until is not None
    assert Announcement.objects.get(name="payments.OrderPaid").delivered_at is not None


def test_a_notice_of_the_gateway_killed_anywhere_and_repeated_is_booked_once_and_the_dossier_goes_on(
    commune: Unit, moments: Moments
) -> None:
    case, order = waits_for_money(commune)
    attempt = money.an_attempt(order, clock.now())
    query = urlencode(money.a_notice(attempt))

    seen = [booked(order) for _moment in moments("hear_gateway", query)]

    assert seen == sorted(seen)
    assert (seen[0], seen[-1], booked(order)) == (0, 50_000, 50_000)
    assert (Posting.objects.count(), money.fresh(order).state) == (1, Order.State.PAID)
    goes_on(case, moments)


def test_a_notice_of_the_bank_killed_anywhere_and_repeated_is_one_transfer(commune: Unit, moments: Moments) -> None:
    account = money.an_account(commune)
    order = money.an_order(commune, amount=50_000, now=clock.now())
    told = {
        "id": "FT1",
        "bin": account.bank_bin,
        "account": account.number,
        "day": f"{clock.today()}",
        "amount": 50_000,
        "content": order.content,
        "payer": "TRAN VAN B",
    }
    body, moment = json.dumps(told), str(int(clock.now().timestamp()))
    key = conf.BANK_NOTICE_SECRET.encode()
    signed = hmac.new(key, f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()

    seen = [booked(order) for _moment in moments("hear_bank", body, f"t={moment},v1={signed}")]

    assert (seen[0], seen[-1], Transfer.objects.count(), booked(order)) == (0, 50_000, 1, 50_000)


def test_cash_taken_by_a_desk_that_is_killed_anywhere_and_sends_again_is_one_receipt(
    commune: Unit, moments: Moments
) -> None:
    _case, order = waits_for_money(commune)

    seen = [booked(order) for _moment in moments("take_cash", order.ref, "LT-1")]

    assert (seen[0], seen[-1], booked(order)) == (0, 10_000, 10_000)
    assert (CashReceipt.objects.get().number, ReceiptSeries.objects.get().last) == (1, 1)


def test_a_filing_killed_anywhere_and_sent_again_is_one_dossier_with_its_file(commune: Unit, moments: Moments) -> None:
    file = papers.accept(papers.a_pdf())

    for _moment in moments("file_a_dossier", commune.ref, file.sha256, "LAN-1"):
        assert Case.objects.count() == PaperUse.objects.count() == Task.objects.count() <= 1

    case = Case.objects.get()
    assert case.code.endswith("-0001")
    assert Entry.objects.filter(case=case).count() == case.entries_count
    assert Announcement.objects.filter(name="cases.CaseFiled").count() == 1


def test_a_handover_killed_anywhere_leaves_the_step_with_one_of_the_two_and_one_row_on_the_slip(
    commune: Unit, moments: Moments
) -> None:
    colleague = identity.a_person("hai")
    identity.a_post(colleague, commune, identity.a_role("process cases"))
    case = makers.received(commune)
    number = makers.step_of(case)

    for _moment in moments("hand_over", case.code, str(number), colleague.ref, commune.ref):
        held = Task.objects.get(case=case, number=number).holder == colleague.ref
        told = Announcement.objects.filter(name="cases.TaskOpened", payload__holder=colleague.ref)
        assert Entry.objects.filter(case=case, did="handed_over").count() == told.count() == int(held)
        if held:
            break

    announced = Announcement.objects.get(name="cases.TaskOpened", payload__holder=colleague.ref)
    for _moment in moments("deliver", str(announced.pk)):
        assert Message.objects.filter(to=colleague).count() <= 1
    assert Message.objects.filter(to=colleague).count() == 1


def test_dossiers_that_follow_a_merged_unit_through_kills_move_once_with_their_steps(
    commune: Unit, moments: Moments
) -> None:
    cases = [makers.received(commune), makers.received(commune)]
    day = date(2026, 12, 1)
    after = makers.a_unit("AB", "Xã An Bình", since=day)
    makers.became(commune, after, on=day)

    for _moment in moments("follow_units", f"{day}"):
        for case in cases:
            moved = Case.objects.get(pk=case.pk).unit == after
            assert (Task.objects.get(case=case, done_at=None).unit == after) == moved
            assert Entry.objects.filter(case=case, did="moved").count() == int(moved)

    assert set(Case.objects.values_list("unit__ref", flat=True)) == {"AB"}


def test_a_step_that_opens_another_dossier_through_a_worker_killed_anywhere_opens_one(
    commune: Unit, moments: Moments, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(contract.PROVIDERS, "tests", Offers())
    link = '<callActivity id="lien-thong" name="Thường trú" xmlns:t="urn:tinhso:bpmn:1" t:procedure="2.9"/>'
    published((step("ghi-so") + link, ("start>ghi-so", "ghi-so>lien-thong", "lien-thong>end")))
    parent = makers.received(commune)
    done(parent, "ghi-so")
    asked = Announcement.objects.get(name="cases.LinkAsked")

    for _moment in moments("deliver", str(asked.pk)):
        assert Case.objects.count() - 1 == CaseLink.objects.count() <= 1

    assert Entry.objects.filter(case=parent, did="linked").count() == 1
    assert CaseLink.objects.get().parent == parent
