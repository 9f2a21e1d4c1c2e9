"""Letters by e-mail: each kept once, read as a person wrote it, handed over, answered."""

import mailbox
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from tinhso.blocks.messaging import jobs, services
from tinhso.blocks.messaging.models import Conversation, Incoming, Outgoing
from tinhso.blocks.messaging.queries import letters
from tinhso.blocks.messaging.tests import makers as a
from tinhso.blocks.messaging.tests.makers import StandIn
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake(settings: Any, tmp_path: Path) -> Iterator[StandIn]:
    yield a.set_up(settings, tmp_path)
    a.put_back()


def a_letter(text: str = "Đường hỏng, xe hay ngã.\nĐịa chỉ: 12 đường Chợ, ấp 3\n", **headers: str) -> EmailMessage:
    letter = EmailMessage()
    told = {
        "From": "Nguyễn Thị Minh Họa <minh.hoa@vidu.vn>",
        "To": "phananh@vidu.vn",
        "Subject": "Ổ gà trước chợ",
        "Message-ID": "<thu-1@vidu.vn>",
    }
    for name, value in (told | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        letter[name] = value
    letter.set_content(text)
    return letter


def arrives(letter: EmailMessage) -> str:
    return services.receive_letter(letter.as_bytes(), by=jobs.WORKER, now=clock.now())


def test_a_letter_with_a_picture_becomes_a_draft_and_is_answered_in_its_thread(intake: StandIn) -> None:
    letter = a_letter()
    letter.add_attachment(a.a_picture(), maintype="image", subtype="jpeg", filename="o-ga.jpg")
    letter.add_attachment(b"MZ\x90\x00", maintype="application", subtype="octet-stream", filename="xem.exe")

    became = arrives(letter)
    a.work()

    (draft,) = intake.taken.values()
    assert became == "taken"
    assert (draft.sender, draft.sender_name) == ("minh.hoa@vidu.vn", "Nguyễn Thị Minh Họa")
    assert (draft.category, draft.address) == ("duong", "12 đường Chợ, ấp 3")
    assert [(one.name, one.kind) for one in draft.attachments] == [("o-ga.jpg", "image/jpeg")]
    (answer,) = mail.outbox
    assert answer.to == ["minh.hoa@vidu.vn"]
    assert answer.subject == "Trả lời: Ổ gà trước chợ"
    assert answer.extra_headers["In-Reply-To"] == "<thu-1@vidu.vn>"
    assert answer.extra_headers["Auto-Submitted"] == "auto-replied"
    assert "PA-1" in answer.body


def test_a_letter_that_comes_twice_is_one_draft(intake: StandIn) -> None:
    became = [arrives(a_letter()) for _again in range(3)]
    a.work()

    assert became == ["taken", "known", "known"]
    assert len(intake.taken) == len(mail.outbox) == 1


def test_a_letter_without_a_number_is_known_by_its_bytes(intake: StandIn) -> None:
    letter = a_letter()
    del letter["Message-ID"]

    assert [arrives(letter), arrives(letter)] == ["taken", "known"]
    assert Incoming.objects.get().message_id.startswith("sha256:")


def test_what_a_letter_answers_to_is_left_out() -> None:
    letter = a_letter("Vẫn chưa sửa.\n\nVào Th 2, 2 thg 11, 2026 lúc 08:00 Tỉnh <tinh@vidu.vn> đã viết:\n> Đã nhận.\n")

    read = letters.read_letter(letter.as_bytes(), now=clock.now())

    assert isinstance(read, letters.IncomingLetter)
    assert read.text == "Ổ gà trước chợ\nVẫn chưa sửa."


def test_a_letter_may_ask_how_a_report_stands(intake: StandIn) -> None:
    became = arrives(a_letter(Subject="Tra cứu PA-1"))
    a.work()

    assert became == "asked"
    assert mail.outbox[0].body == "PA-1: đang xử lý."
    assert not Conversation.objects.exists()


def test_a_refused_letter_is_answered_with_why(intake: StandIn) -> None:
    intake.refusal = "Nội dung này là khiếu nại, xin gửi theo luật khiếu nại."

    arrives(a_letter())
    a.work()

    assert Conversation.objects.get().state == "refused"
    assert "khiếu nại" in mail.outbox[0].body


def test_a_mail_server_that_is_away_is_asked_again(intake: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    arrives(a_letter())
    a.hear()
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", lambda _self: (_ for _ in ()).throw(ConnectionError()))
        services.deliver_replies(ref=Outgoing.objects.get().correspondent.ref, by=jobs.WORKER)
    waits = Outgoing.objects.get()

    later = clock.now() + timedelta(hours=1)
    services.deliver_replies(ref=waits.correspondent.ref, by=jobs.WORKER, clock=lambda: later)

    assert (waits.state, waits.last_error) == ("waiting", "ConnectionError")
    assert len(mail.outbox) == 1


def test_a_folder_of_letters_is_read_once_and_what_is_too_big_is_not_read(
    intake: StandIn, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "channels.toml").write_text("[limits]\nmail_bytes = 20000\n", encoding="utf-8")
    box = mailbox.Maildir(tmp_path / "thu")
    box.add(a_letter())
    box.add(a_letter(Message_ID="<thu-2@vidu.vn>", Auto_Submitted="auto-generated"))
    box.add(a_letter("x" * 30_000, Message_ID="<thu-3@vidu.vn>"))
    settings.MAILBOX = f"maildir:{tmp_path / 'thu'}"

    counts = [services.read_mailbox(by=jobs.WORKER) for _again in range(2)]

    assert counts == [{"taken": 1, "automatic": 1, "too_big": 1}, {}]
    assert all("S" in one.get_flags() for one in mailbox.Maildir(tmp_path / "thu"))


@pytest.mark.parametrize("address", ["pop3://x/", "imap://thu.vidu.vn/INBOX"])
def test_a_mailbox_that_is_none_or_not_safe_is_refused(intake: StandIn, settings: Any, address: str) -> None:
    settings.MAILBOX = address

    with pytest.raises(Refused) as refused:
        services.read_mailbox(by=jobs.WORKER)

    assert refused.value.code == "bad_mailbox"
