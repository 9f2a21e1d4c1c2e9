"""Somebody without a log-in who holds an order's secret hears of that order, and of nothing else."""

from urllib.parse import urlencode

import pytest

from tests.live import test_stream as stream
from tests.live.events import Published
from tests.live.test_stream import Page, happened
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.outbox.models import Announcement
from tinhso.blocks.payments import services
from tinhso.blocks.payments.models import Order
from tinhso.blocks.payments.tests import makers as a
from tinhso.kernel import clock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
served, port = stream.served, stream.port


def listening(port: int, one: Order, *, secret: str = "") -> Page:
    """The payer's open page."""
    return Page(port, "", path=f"/live/?{urlencode({'order': one.ref, 'k': secret or one.secret})}")


def deliver() -> None:
    """What was announced reaches its listeners and open pages."""
    for number in Announcement.objects.filter(delivered_at=None).order_by("pk").values_list("pk", flat=True):
        outbox.deliver_announcement(number)


def test_a_payers_page_hears_of_its_own_order_alone(port: int) -> None:
    office = a.an_office()
    mine, other = (a.an_order(office, now=clock.now()) for _time in range(2))
    deliver()
    page = listening(port, mine)
    page.next()

    happened(Published("BC-1"))
    for one in (other, mine):
        services.take_cash(ref=one.ref, amount=100_000, by=a.CASHIER, now=clock.now())
    deliver()
    heard = [page.event()]
    while heard[-1]["event"] == "payments.OrderPlaced":  # of mine, told late
        heard.append(page.event())

    assert page.answer.status == 200
    assert heard[-1]["event"] == "payments.OrderPaid"
    assert {one["data"]["aggregate"] for one in heard} == {mine.ref}
    assert set(heard[-1]["data"]) == {"id", "name", "aggregate"}


@pytest.mark.parametrize("query", ["order=KT-X&k=x", "order=", "k=x", "a=1&" * 60, "%00", "order=%00&k=%ff"])
def test_a_wrong_secret_hears_nothing(port: int, query: str) -> None:
    one = a.an_order(a.an_office(), now=clock.now())

    statuses = {
        Page(port, "", path=f"/live/?{query}").answer.status,
        listening(port, one, secret="guess").answer.status,
    }

    assert statuses == {401}
