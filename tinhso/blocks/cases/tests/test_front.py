"""The citizens' own way in: closed where a province says so, and not to be flooded from one address."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tinhso.blocks.cases import contract, services
from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import APPLY, TOLD, Offers
from tinhso.blocks.identity.models import Turns
from tinhso.blocks.units.models import Unit
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
NOW = makers.MONDAY


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """One applies for something without an electronic form, at nine in the morning."""
    monkeypatch.setitem(contract.PROVIDERS, "tests", Offers())
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def said(tmp_path: Path, settings: Any) -> Path:
    """What the province says in ``cases.toml``."""
    settings.PROVINCE_DIR = tmp_path
    return tmp_path / "cases.toml"


def from_address(address: str) -> Actor:
    """Somebody without an account."""
    return Actor(ref="", name="Khách", kind="nobody", address=address)


def test_a_closed_front_says_where_to_go_and_takes_nothing(commune: Unit, said: Path, client: Client) -> None:
    said.write_text("[front]\nonline = false\n")

    page, answer, draft = client.get(APPLY), client.post(APPLY, TOLD), client.get(f"{APPLY}form/BN-1/")

    assert "Trung tâm Phục vụ hành chính công" in page.content.decode()
    assert (page.status_code, answer.status_code) == (200, 403)
    assert (draft.status_code, draft.headers["Location"]) == (302, APPLY)
    assert not Case.objects.exists()


def test_one_address_files_no_more_often_than_the_province_lets_it(commune: Unit, said: Path, client: Client) -> None:
    said.write_text("[front]\nper_hour = 2\n")

    answers = [client.post(APPLY, TOLD | {"request": str(at)}) for at in range(3)]
    other = client.post(APPLY, TOLD, REMOTE_ADDR="192.0.2.9")

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "quá nhiều lần nộp trong giờ này" in answers[2].content.decode()
    assert 'value="Nguyễn Văn Ví Dụ"' in answers[2].content.decode()
    assert other.status_code == 302


def test_a_new_hour_begins_anew_and_former_counts_are_gone(commune: Unit, said: Path) -> None:
    said.write_text("[front]\nper_hour = 1\n")
    services.take_turn(by=from_address("192.0.2.1"), now=NOW)

    services.take_turn(by=from_address("192.0.2.1"), now=NOW + timedelta(hours=2))

    assert Turns.objects.get().count == 1


def test_the_addresses_of_one_subscriber_are_one(commune: Unit, said: Path) -> None:
    said.write_text("[front]\nper_hour = 1\n")
    services.take_turn(by=from_address("2001:db8:0:1::1"), now=NOW)

    with pytest.raises(Refused, match="too_often"):
        services.take_turn(by=from_address("2001:db8:0:1:ffff::2"), now=NOW)
    services.take_turn(by=from_address("2001:db8:0:2::1"), now=NOW)

    assert "2001" not in "".join(Turns.objects.values_list("mark", flat=True))


def test_whoever_has_an_account_is_not_counted(commune: Unit, said: Path) -> None:
    said.write_text("[front]\nper_hour = 0\n")

    services.take_turn(by=makers.a_receiver(commune), now=NOW)

    assert not Turns.objects.exists()


def test_a_name_seen_in_somebodys_address_bar_opens_nothing_of_theirs(commune: Unit, client: Client) -> None:
    theirs = makers.filed(commune, request="draft:BN-1")

    for name in ("draft:BN-1", "BN-1"):
        client.post(APPLY, TOLD | {"request": name})

    assert Case.objects.exclude(pk=theirs.pk).count() == 2
    assert not Case.objects.exclude(pk=theirs.pk).exclude(request__startswith="web:").exists()
