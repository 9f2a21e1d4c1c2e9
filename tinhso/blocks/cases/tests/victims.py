"""Pieces of work that tests kill in the middle (:mod:`tinhso.blocks.outbox.tests.killing`): plain words go in."""

from datetime import date

from django.test import Client

from tinhso.blocks.cases import contract, services
from tinhso.blocks.cases.contract import Channel
from tinhso.blocks.cases.jobs import FOLLOWER
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import Offers
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.tests import papers as papers_made
from tinhso.blocks.outbox import services as outbox
from tinhso.blocks.payments import services as payments
from tinhso.blocks.units import queries as units
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

contract.PROVIDERS["tests"] = Offers()
TEN_THOUSAND = 10_000


def file_a_dossier(unit: str, sha256: str, request: str) -> None:
    """Somebody hands in online, with a file that was taken in before; sent again until an answer comes."""
    place, file = units.by_ref(unit), StoredFile.objects.get(sha256=sha256)
    papers = [services.StoredPaper("Đơn", "don.pdf", file)]
    filing = makers.a_filing(place, channel=Channel.ONLINE, request=request, files=papers)
    services.file_case(filing=filing, by=papers_made.CITIZEN, now=makers.MONDAY)


def hear_gateway(query: str) -> None:
    """The gateway's notice comes in as a request and is answered."""
    answer = Client().get(f"/pay/ipn/?{query}")
    assert answer.json()["RspCode"] in ("00", "02"), answer.content


def hear_bank(body: str, signature: str) -> None:
    """The bank's notice comes in as a request and is answered."""
    answer = Client().post("/pay/arrived/", body, "application/json", headers={"X-Signature": signature})
    assert answer.json()["code"] in ("new", "known"), answer.content


def take_cash(order: str, request: str) -> None:
    """The desk takes a part of what is due; the form is sent again until an answer comes."""
    by = Actor(ref="cashier", name="Thủ quỹ", everywhere=frozenset({"take payments", "see payments"}))
    payments.take_cash(ref=order, amount=TEN_THOUSAND, by=by, now=clock.now(), request=request)


def deliver(announcement: str) -> None:
    """The worker gives one announcement to whoever hears it."""
    outbox.deliver_announcement(int(announcement))


def hand_over(code: str, step: str, to: str, unit: str) -> None:
    """A step goes to a colleague."""
    by = makers.an_officer(units.by_ref(unit))
    services.hand_over(code=code, step=int(step), to=to, by=by, now=makers.MONDAY, note="Nhờ chị xem")


def follow_units(day: str) -> None:
    """Cases of a unit that ended go on under its successor."""
    services.follow_units(today=date.fromisoformat(day), by=FOLLOWER, now=makers.MONDAY)
