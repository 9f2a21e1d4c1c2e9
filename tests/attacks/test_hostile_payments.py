"""Attempts to pay without paying: forged, altered, repeated and oversized notices, guessed pages, nasty files."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tinhso.blocks.audit.models import Entry
from tinhso.blocks.payments.models import Account, Attempt, Order, Posting, Transfer
from tinhso.blocks.payments.tests import makers as a
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture
def account(db: None, settings: Any, tmp_path: Path) -> Account:
    """The account of a commune that takes money."""
    a.set_up(settings, tmp_path)
    return a.an_account(a.an_office())


@pytest.fixture
def official(account: Account) -> Callable[..., Client]:
    """Logs somebody in who works there."""
    return partial(a.logged_in, account.unit)


@pytest.fixture
def attempt(account: Account) -> Attempt:
    """A payer who has gone to the gateway."""
    cache.clear()
    return a.an_attempt(a.an_order(account.unit, now=clock.now()), now=clock.now())


def code_of(client: Client, query: str) -> str:
    """How a notice is answered."""
    answer = client.get(f"/pay/ipn/?{query}")
    assert answer.status_code == 200
    return str(answer.json()["RspCode"])


@pytest.mark.parametrize("name", ["vnp_Amount", "vnp_TxnRef", "vnp_ResponseCode", "vnp_TransactionNo", "vnp_OrderInfo"])
def test_no_field_of_a_notice_can_be_altered(attempt: Attempt, client: Client, name: str) -> None:
    notice = a.a_notice(attempt)

    codes = {code_of(client, urlencode(notice | {name: value})) for value in ("1", "", "00", notice[name] + " ")}
    codes.add(code_of(client, urlencode({key: value for key, value in notice.items() if key != name})))

    assert codes <= {"97", "00"}
    assert "00" not in codes or name == "vnp_ResponseCode", "only the value it had already may pass"
    assert Posting.objects.count() == (1 if "00" in codes else 0)


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query + "&vnp_Amount=1",
        lambda query: "vnp_TxnRef=GDX&" + query,
        lambda query: query + "&" + "&".join(f"vnp_{n}=x" for n in range(100)),
        lambda query: query + "&vnp_Pad=" + "x" * 5000,
        lambda query: query.replace("vnp_SecureHash=", "vnp_SecureHash=0"),
        lambda query: query.partition("&vnp_SecureHash=")[0],
        lambda query: query + "%00",
        lambda query: "",
    ],
    ids=["twice", "before", "many", "long", "longer hash", "no hash", "nul", "nothing"],
)
def test_a_notice_that_is_not_whole_pays_nothing(
    attempt: Attempt, client: Client, change: Callable[[str], str]
) -> None:
    query = change(urlencode(a.a_notice(attempt)))

    assert code_of(client, query) == "97"
    assert not Posting.objects.exists()


def test_without_a_secret_nothing_is_believed(attempt: Attempt, client: Client, settings: Any) -> None:
    settings.PAYMENT_GATEWAY_SECRET = ""
    notice = a.a_notice(attempt, secret="")

    assert code_of(client, urlencode(notice)) == "97"
    assert not Posting.objects.exists()


def test_a_good_notice_of_one_order_does_not_pay_another(attempt: Attempt, client: Client, account: Account) -> None:
    other = a.an_attempt(a.an_order(account.unit, now=clock.now()), now=clock.now())
    notice = a.a_notice(attempt)
    code_of(client, urlencode(notice))

    codes = [code_of(client, urlencode(notice | {"vnp_TxnRef": other.txn_ref})), code_of(client, urlencode(notice))]

    assert codes == ["97", "02"]
    assert a.fresh(other.order).received == 0


def test_who_knocks_without_end_does_not_fill_the_log(attempt: Attempt, client: Client) -> None:
    for number in range(80):
        code_of(client, urlencode({"vnp_TxnRef": f"X{number}"}))

    assert Entry.objects.filter(did="refused gateway notice").count() == 60


@pytest.mark.django_db(transaction=True)
def test_a_notice_thrown_from_many_sides_at_once_is_booked_once(attempt: Attempt) -> None:
    query = urlencode(a.a_notice(attempt))

    def throw(_number: int) -> str:
        try:
            return code_of(Client(), query)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(throw, range(24)))

    assert codes == ["00", *["02"] * 23]
    assert a.fresh(attempt.order).received == attempt.amount


def test_a_payers_page_shows_no_script_of_who_ordered(account: Account, client: Client) -> None:
    one = a.an_order(account.unit, now=clock.now(), title=SCRIPT, payer_name=f"A {SCRIPT}", about=SCRIPT)

    page = client.get(f"/pay/{one.ref}/", {"k": one.secret})

    assert "<script>alert" not in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_the_way_to_the_gateway_needs_secret_and_form_token(account: Account) -> None:
    one = a.an_order(account.unit, now=clock.now())
    careful = Client(enforce_csrf_checks=True)

    without_token = careful.post(f"/pay/{one.ref}/gateway/", {"k": one.secret})
    without_secret = Client().post(f"/pay/{one.ref}/gateway/", {"k": "guess"})

    assert (without_token.status_code, without_secret.status_code) == (403, 404)
    assert not Attempt.objects.exists()


def test_one_payer_cannot_start_tries_without_end(account: Account, client: Client) -> None:
    one = a.an_order(account.unit, now=clock.now())

    statuses = [client.post(f"/pay/{one.ref}/gateway/", {"k": one.secret}).status_code for _time in range(32)]

    assert statuses == [302] * 30 + [409] * 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sao-ke.csv", b"\x00\x01\x02"),
        ("sao-ke.xlsx", b"PK\x03\x04 no workbook"),
        ("sao-ke.csv", "Mã giao dịch,Ngày,Số tiền\n".encode("utf-16")),
        ("sao-ke.csv", b"\n" * 1000),
        ('"><img src=x onerror=alert(1)>.csv', "Mã giao dịch,Ngày,Số tiền\nA,1/1/2026,=1+1\n".encode()),
        ("sao-ke.csv", ("Mã giao dịch,Ngày,Số tiền\n" + "A,1/1/2026,1\n" * 21_000).encode()),
    ],
    ids=["bytes", "no workbook", "utf-16", "empty lines", "formula", "many rows"],
)
def test_a_hostile_statement_is_explained_and_nothing_of_it_is_kept(
    official: Callable[..., Client],
    account: Account,
    name: str,
    content: bytes,
) -> None:
    given = {"account": account.pk, "file": SimpleUploadedFile(name, content)}

    answer = official("lan").post("/payments/statements/", given)

    assert answer.status_code == 422
    assert "<img src=x" not in answer.content.decode()
    assert not Transfer.objects.exists()


def test_nobody_takes_money_for_an_office_that_is_not_theirs(official: Callable[..., Client]) -> None:
    elsewhere = a.an_office("khac")
    foreign = a.an_account(elsewhere, number="999")
    one = a.an_order(elsewhere, now=clock.now())
    clerk = official("lan")
    content = a.a_csv(a.a_line(one.content, 100_000))

    taken = clerk.post(f"/payments/orders/{one.ref}/act/", {"act": "cash", "amount": "100000"})
    seen = clerk.get(f"/payments/orders/{one.ref}/")
    listed = clerk.get("/payments/").content.decode()
    file = clerk.post("/payments/statements/", {"account": foreign.pk, "file": SimpleUploadedFile("a.csv", content)})

    assert (taken.status_code, seen.status_code, file.status_code) == (403, 403, 422)
    assert one.ref not in listed
    assert Order.objects.get().received == 0
