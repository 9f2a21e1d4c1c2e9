"""Letters that people send by e-mail: read with care, since anybody may write anything into one."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from django.conf import settings

from tinhso.blocks.messaging.contract import Intake
from tinhso.blocks.messaging.contract.talk import EMAIL, LONGEST_TEXT, Talk
from tinhso.blocks.messaging.models import Conversation
from tinhso.blocks.messaging.queries.channels import said_in
from tinhso.kernel import clock
from tinhso.kernel.text import nfc

MOST_PARTS = 100
MOST_HTML = 500_000
PICTURES = {"image/jpeg", "image/png"}
QUOTED = re.compile(
    r"^(>.*|On .{5,200} wrote:|Vào .{5,200} đã viết:|-{2,} ?(Original Message|Tin nhắn gốc).*)$", re.MULTILINE
)
PLACE = re.compile(r"^\s*(?:địa chỉ|địa điểm|ở|tại|address|place)\s*:\s*(.{5,300})$", re.IGNORECASE | re.MULTILINE)
MACHINES = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+-].*)?@", re.IGNORECASE)
LISTS = {"bulk", "junk", "list", "auto_reply", "auto-reply"}


@dataclass(frozen=True)
class LetterPicture:
    """A picture of a letter, not looked into yet."""

    name: str
    body: bytes


@dataclass(frozen=True)
class IncomingLetter:
    """A letter of a person: ``text`` begins with the subject."""

    message_id: str
    sender: str
    name: str
    subject: str
    text: str
    sent_at: datetime
    pictures: tuple[LetterPicture, ...]
    others: int = 0


def read_letter(raw: bytes, *, now: datetime) -> IncomingLetter | str:
    """The letter in ``raw``; where it is none to act on, why: one word."""
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    try:
        sender, name = _letter_sender(letter)
        why = _why_not(letter, sender)
        if why:
            return why
        subject = _clean_line(str(letter.get("Subject", "")))[:200]
        body = _letter_body(letter)
        pictures, others = _letter_pictures(letter)
        number = _clean_line(str(letter.get("Message-ID", "")))[:250] or f"sha256:{hashlib.sha256(raw).hexdigest()}"
        sent = _sent_moment(letter, now)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # headers that no program wrote well
        return "unreadable"
    text = "\n".join(part for part in (subject, body) if part)[:LONGEST_TEXT]
    return IncomingLetter(number, sender, name, subject, text, sent, tuple(pictures), others) if text else "empty"


def _letter_sender(letter: EmailMessage) -> tuple[str, str]:
    addresses = getaddresses([str(header) for header in letter.get_all("From", [])])
    if len(addresses) != 1:
        raise ValueError("From")
    name, address = addresses[0]
    if not EMAIL.fullmatch(address) or len(address) > 254:
        raise ValueError("From")
    return address.lower(), _clean_line(name)[:120]


def _why_not(letter: EmailMessage, sender: str) -> str:
    """Why a letter is not a person's: answering a machine that answers never ends."""
    ours = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("<> ").lower()
    text = str(letter.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    signs = {
        "own": sender == ours,
        "machine": bool(MACHINES.match(sender)) or str(letter.get("Return-Path", "x")).strip() == "<>",
        "automatic": text not in ("no", "") or "X-Autoreply" in letter or "X-Autorespond" in letter,
        "list": str(letter.get("Precedence", "")).strip().lower() in LISTS or "List-Id" in letter,
        "report": letter.get_content_type() == "multipart/report",
    }
    return next((sign for sign, is_present in signs.items() if is_present), "")


def _sent_moment(letter: EmailMessage, now: datetime) -> datetime:
    try:
        sent = parsedate_to_datetime(str(letter["Date"]))
    except (TypeError, ValueError):
        return now
    return min(sent if sent.tzinfo else sent.replace(tzinfo=UTC), now)


def _letter_parts(letter: EmailMessage) -> Iterator[EmailMessage]:
    for count, part in enumerate(letter.walk()):
        if count >= MOST_PARTS:
            raise ValueError("parts")
        if isinstance(part, EmailMessage) and not part.is_multipart():
            yield part


def _letter_body(letter: EmailMessage) -> str:
    """What the person wrote, without what they answer to."""
    plain: list[str] = []
    marked: list[str] = []
    for part in _letter_parts(letter):
        if part.is_attachment() or part.get_content_type() not in ("text/plain", "text/html"):
            continue
        content = str(part.get_content())
        (plain if part.get_content_type() == "text/plain" else marked).append(content)
    text = "\n".join(plain) if any(plain_part.strip() for plain_part in plain) else _text_of_html("\n".join(marked))
    match = QUOTED.search(text)
    return _clean_lines(text[: match.start()] if match else text)


def _letter_pictures(letter: EmailMessage) -> tuple[list[LetterPicture], int]:
    letter_pictures: list[LetterPicture] = []
    others = 0
    for part in _letter_parts(letter):
        if part.get_content_type() in PICTURES and len(letter_pictures) < 5:
            body = part.get_payload(decode=True)
            if isinstance(body, bytes) and body:
                letter_pictures.append(LetterPicture(_clean_line(part.get_filename() or "")[:100], body))
        elif part.is_attachment():
            others += 1
    return letter_pictures, others


class _Words(HTMLParser):
    """The words of a page; what is in scripts and styles is no words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "head")
        if tag in ("br", "p", "div", "tr", "li"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= bool(self.silent) and tag in ("script", "style", "head")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def _text_of_html(marked: str) -> str:
    words = _Words()
    words.feed(marked[:MOST_HTML])
    words.close()
    return "".join(words.words)


def _clean_line(text: str) -> str:
    """One line of letters that can be kept."""
    storable_text = text.encode("utf-8", "ignore").decode().replace("\0", "")
    return " ".join(nfc(storable_text).split())


def _clean_lines(text: str) -> str:
    lines = [_clean_line(line) for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def talk_of(conversation: Conversation, taker: Intake, now: datetime) -> Talk:
    """What a letter tells: an address where a line says so, what it is about as its words suggest."""
    talk_messages = said_in(list(conversation.incoming.order_by("pk")))
    text = "\n".join(talk_message.text for talk_message in talk_messages)
    place = PLACE.search(text)
    suggested = taker.suggest(text=text, day=clock.local(now).date())
    return Talk(
        text=text,
        address=place[1].strip() if place else "",
        category=suggested[0].code if suggested else "",
        photos=tuple(number for talk_message in talk_messages for number in talk_message.photos),
    )
