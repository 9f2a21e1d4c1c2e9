"""Refusals are written down for each actor apart: nobody fills the log, and nobody hides another's."""

import pytest
from django.core.cache import cache

from tinhso.blocks.audit import services
from tinhso.blocks.audit.models import Entry
from tinhso.kernel.actor import Actor

pytestmark = pytest.mark.django_db
LAN, HOA = Actor(ref="NG-LAN", name="Cô Lan"), Actor(ref="NG-HOA", name="Cô Hoa")


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def a_stranger(number: int) -> Actor:
    """Somebody without a log-in, at an address of their own."""
    return Actor(ref="", name="Khách", kind="nobody", address=f"203.0.113.{number}")


def refuse(by: Actor, times: int, did: str = "refused request") -> None:
    """Refuse the same to somebody again and again."""
    for _number in range(times):
        services.record_refusal(by=by, did=did, to=("page", "x"), after={"code": "no_right"})


def written(by: Actor) -> int:
    """How many refusals the log has of somebody."""
    return Entry.objects.filter(actor=by.ref, address=by.address).count()


@pytest.mark.parametrize("attacker", [LAN, a_stranger(1)])
def test_one_who_is_refused_all_the_time_hides_no_other(attacker: Actor) -> None:
    refuse(attacker, services.RECORDED_A_MINUTE + 20)

    refuse(HOA, 1)
    refuse(a_stranger(2), 1)

    assert written(attacker) == services.RECORDED_A_MINUTE
    assert (written(HOA), written(a_stranger(2))) == (1, 1)


def test_strangers_with_many_addresses_fill_no_log_and_hide_nobody_who_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "OF_STRANGERS", 12)

    for number in range(1, 40):
        refuse(a_stranger(number), 1)
    refuse(LAN, 1)

    assert Entry.objects.filter(actor="").count() == 12
    assert written(LAN) == 1


def test_each_kind_of_refusal_is_counted_apart() -> None:
    refuse(LAN, services.RECORDED_A_MINUTE + 5)

    refuse(LAN, 1, did="refused call")

    assert Entry.objects.filter(did="refused call").count() == 1
