"""Messages to phone numbers, at a company that speaks SMPP: sent once, charged, receipted, stopped by a word."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.simulators.sms_center import Centre
from tinhso.blocks.audit.models import Entry
from tinhso.blocks.messaging import services
from tinhso.blocks.messaging.models import Correspondent, Outgoing, Texted
from tinhso.blocks.messaging.queries import texts
from tinhso.blocks.messaging.queries.rules import ChannelRules, Texts
from tinhso.kernel import clock
from tinhso.kernel.actor import program_actor
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db
WORKER = program_actor("messaging", rights=["hear channels", "speak on channels"])
PHONE = "0912 345 678"
CODE = "Mã xác nhận phản ánh của bạn: 123456"


@pytest.fixture(scope="module")
def company() -> Iterator[Centre]:
    centre = Centre().start()
    yield centre
    centre.stop()


@pytest.fixture(autouse=True)
def centre(company: Centre, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Centre:
    settings.SMS_URL = company.address
    for kept in (company.phones, company.trouble, company.waiting, company.acknowledged):
        kept.clear()
    monkeypatch.setattr("tinhso.blocks.messaging.services.texting.QUIET", 0.2)
    return company


def ruled(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    told = ChannelRules(texts=Texts(**{"sender": "TINHSO", **changes}))
    for name in ("queries.texts", "services.smpp", "services.answering"):
        monkeypatch.setattr(f"tinhso.blocks.messaging.{name}.rules", lambda: told)


def send(words: str = CODE, key: str = "") -> Outgoing:
    one = services.queue_text(phone=PHONE, words=words, now=clock.now(), key=key)
    services.deliver_replies(ref=one.correspondent.ref, by=WORKER)
    one.refresh_from_db()
    return one


def test_a_message_reaches_the_phone_once_without_diacritics_and_its_receipt_is_kept(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(monkeypatch, dong_a_part=400)

    one, again = send(key="code-1"), send(key="code-1")
    centre.receipt(one.platform_id)
    taken = services.read_texts(by=WORKER)

    assert [(it.number, it.text, it.sender, it.receipt) for it in centre.phones] == [
        ("84912345678", "Ma xac nhan phan anh cua ban: 123456", "TINHSO", True)
    ]
    assert (one.pk, one.state, one.via, taken) == (again.pk, "sent", "sms", 1)
    assert Texted.objects.get().result == "DELIVRD"
    assert texts.text_bill(clock.now()) == texts.Bill(30, parts=1, arrived=1, lost=0, dong=400)
    assert (centre.acknowledged, centre.waiting) == ([1], [])


@pytest.mark.parametrize(("plain", "letters", "parts"), [(True, 200, 2), (False, 200, 3), (True, 2000, 3)])
def test_long_words_go_in_parts_that_the_phone_puts_together_and_are_cut_to_what_is_paid(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, plain: bool, letters: int, parts: int
) -> None:
    ruled(monkeypatch, plain=plain)

    send("Đã xử lý xong " + "ơ" * (letters - 14))

    phone = centre.phones[0]
    assert (phone.parts, Texted.objects.count()) == (parts, parts)
    assert phone.text.startswith("Da xu ly xong ooo" if plain else "Đã xử lý xong ơơơ")
    assert len(phone.text) == min(letters, 3 * 153)


@pytest.mark.parametrize(
    ("trouble", "state"),
    [(0x58, "waiting"), (0x14, "waiting"), (0x0B, "dead")],
    ids=["too-fast", "full", "no-such-phone"],
)
def test_what_the_company_cannot_take_now_is_tried_again_and_what_it_refuses_is_not(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, trouble: int, state: str
) -> None:
    ruled(monkeypatch)
    centre.trouble.append(trouble)

    one = send()

    assert (one.state, one.tries, f"SMPP {trouble}" in one.last_error) == (state, 1, True)
    assert centre.phones == []
    assert Texted.objects.count() == 0


def test_a_company_that_is_away_or_does_not_know_us_is_asked_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    ruled(monkeypatch)
    lost = centre.address.replace("mat-khau", "sai")

    settings.SMS_URL = lost
    stranger = send()
    settings.SMS_URL = "smpp://a:b@127.0.0.1:1"
    away = services.queue_text(phone="0987654321", words=CODE, now=clock.now())
    services.deliver_replies(ref=away.correspondent.ref, by=WORKER)
    away.refresh_from_db()

    assert (stranger.state, away.state) == ("waiting", "waiting")
    assert ("SMPP" in stranger.last_error, away.last_error) == (True, "ConnectionRefusedError")


def test_a_phone_that_says_no_hears_nothing_more_until_it_says_yes(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(monkeypatch)
    send()

    centre.answer("84912345678", "Từ  chối")
    centre.answer("84900000001", "STOP")  # a number that was never written to
    services.read_texts(by=WORKER)
    silent = send()
    accepted = texts.accepts_texts(PHONE)
    centre.answer("84912345678", "nhan lai")
    services.read_texts(by=WORKER)
    heard = send()

    assert (silent.state, accepted, heard.state, len(centre.phones)) == ("skipped", False, "sent", 2)
    assert list(Entry.objects.filter(did__contains="texts").order_by("pk").values_list("did", flat=True)) == [
        "stopped texts",
        "wants texts again",
    ]
    assert Correspondent.objects.count() == 1


def test_one_number_and_all_numbers_have_their_limits_of_a_day(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    ruled(monkeypatch, each_a_day=2, a_day=3)

    states = [send(f"{n}").state for n in range(3)]
    others = [services.queue_text(phone=f"098765432{n}", words=CODE, now=clock.now()) for n in range(2)]
    for one in others:
        services.deliver_replies(ref=one.correspondent.ref, by=WORKER)
        one.refresh_from_db()
    yesterday = clock.now() - timedelta(days=1, minutes=1)
    Texted.objects.update(sent_at=yesterday)
    services.deliver_replies(ref=others[1].correspondent.ref, by=WORKER, clock=lambda: clock.now() + timedelta(hours=2))
    others[1].refresh_from_db()

    assert states == ["sent", "sent", "dead"]
    assert [one.state for one in others] == ["sent", "sent"]
    assert others[1].tries == 2
    assert len(centre.phones) == 4


@pytest.mark.parametrize("told", ["", "12", "+1 202 555 0100", "lan@example.com", "0912"])
def test_what_is_no_number_of_the_country_is_refused(told: str) -> None:
    with pytest.raises(Refused):
        texts.number_of(told)

    assert not texts.accepts_texts(told)
