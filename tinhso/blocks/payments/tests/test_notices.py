"""A gateway's notice is believed by what was sent, letter by letter: writing, order and repeated parts."""

import hashlib
import hmac
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.payments.models import Account, Attempt
from tinhso.blocks.payments.tests import makers as a
from tinhso.blocks.payments.tests.test_pages import now_order
from tinhso.kernel import clock

pytestmark = pytest.mark.django_db
WORDS = "Nop le phi ho so (HS*1) ~đồng"


@pytest.fixture
def parts(account: Account) -> dict[str, str]:
    """What the gateway says of a try that went well, in the order in which it signs."""
    a.an_attempt(now_order(account), clock.now())
    told = a.a_notice(Attempt.objects.get(), vnp_OrderInfo=WORDS)
    return {name: value for name, value in sorted(told.items()) if name != "vnp_SecureHash"}


def signed(query: str) -> str:
    """The signature over a query string as it stands."""
    secret = str(settings.PAYMENT_GATEWAY_SECRET).encode()
    return hmac.new(secret, query.encode(), hashlib.sha512).hexdigest()


def heard(query: str, *, post: bool = False) -> str:
    kind = "application/x-www-form-urlencoded"
    answer = Client().post("/pay/ipn/", query, content_type=kind) if post else Client().get(f"/pay/ipn/?{query}")
    return str(answer.json()["RspCode"])


@pytest.mark.parametrize("post", [False, True])
@pytest.mark.parametrize(
    "write",
    [
        urlencode,
        lambda parts: urlencode(parts, quote_via=quote),
        lambda parts: urlencode(parts, quote_via=quote).replace("%28", "(").replace("%29", ")").replace("%2A", "*"),
        lambda parts: urlencode(parts).replace("%C4%91", "%c4%91"),
    ],
    ids=["plus", "percent 20", "letters left as they are", "small hexadecimal digits"],
)
def test_a_notice_is_believed_however_its_signer_writes_letters(parts: dict[str, str], write, post: bool) -> None:  # type: ignore[no-untyped-def]
    query = write(parts)

    code = heard(f"{query}&vnp_SecureHash={signed(query)}", post=post)

    assert code == "00"
    assert Attempt.objects.get().state == Attempt.State.CONFIRMED


def test_the_order_in_which_parts_arrive_and_parts_of_others_make_no_difference(parts: dict[str, str]) -> None:
    query = urlencode(parts, quote_via=quote)
    mixed = "&".join(reversed(query.split("&")))

    code = heard(f"utm=1&vnp_SecureHash={signed(query)}&vnp_SecureHashType=HmacSHA512&{mixed}")

    assert code == "00"


def test_a_notice_that_something_on_the_way_wrote_anew_is_believed(parts: dict[str, str]) -> None:
    signature = signed(urlencode(parts))

    code = heard(f"{urlencode(parts, quote_via=quote)}&vnp_SecureHash={signature.upper()}")

    assert code == "00"


@pytest.mark.parametrize("added", ["vnp_Amount=1", "vnp_ResponseCode=00", "vnp%5FTxnRef=GD1", "vnp_SecureHash=0"])
def test_a_part_that_is_said_twice_is_not_believed_even_where_both_are_signed(
    parts: dict[str, str], added: str
) -> None:
    query = f"{urlencode(parts)}&{added}"

    code = heard(f"{query}&vnp_SecureHash={signed(query)}")

    assert code == "97"
    assert Attempt.objects.get().state == Attempt.State.STARTED


@pytest.mark.parametrize(
    ("old", "new"), [("Amount=1", "Amount=2"), ("Nop+", "Nop%20x"), ("TransactionStatus=00", "TransactionStatus=0")]
)
def test_an_altered_letter_is_not_believed(parts: dict[str, str], old: str, new: str) -> None:
    query = urlencode(parts)

    code = heard(f"{query.replace(old, new, 1)}&vnp_SecureHash={signed(query)}")

    assert code == "97"
