"""Messages to phone numbers: which numbers there are, how words fit into parts, what was sent and what it costs."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from tinhso.blocks.messaging.models import Correspondent, Texted
from tinhso.blocks.messaging.queries.rules import Texts, rules
from tinhso.kernel.errors import Refused
from tinhso.kernel.text import fold

CHANNEL = "sms"
PORTS = {"smpp": 2775, "smpps": 3550}
DAY = timedelta(days=1)
ROOM = {True: (160, 153), False: (70, 67)}  # letters of a lone part and of each of several, by whether they are plain
# letters that the plain alphabet (GSM 03.38) lacks or counts twice
INSTEAD = str.maketrans(
    {
        "[": "(",
        "]": ")",
        "{": "(",
        "}": ")",
        "^": "'",
        "~": "-",
        "|": "/",
        "\\": "/",
        "`": "'",
        "€": "EUR",
        "đ": "d",
        "Đ": "D",
        "–": "-",
        "—": "-",
        "“": '"',
        "”": '"',
        "’": "'",
        "‘": "'",
        "…": "...",
        "·": "-",
        "•": "-",
    }
)


@dataclass(frozen=True)
class Gateway:
    """Where a telephone company takes messages: SMPP 3.4, by TLS where ``secure``."""

    host: str
    port: int
    name: str
    password: str
    secure: bool


def sms_gateway() -> Gateway | None:
    """What ``TINHSO_SMS`` says; None where it says nothing. Refuses what is no such address."""
    if not settings.SMS_URL:
        return None
    where = urlsplit(settings.SMS_URL)
    try:
        port = where.port or PORTS[where.scheme]
    except (KeyError, ValueError) as problem:
        raise Refused("bad_gateway", _("TINHSO_SMS phải là smpp://tên:mật-khẩu@máy:2775 hoặc smpps://…")) from problem
    name, password = unquote(where.username or ""), unquote(where.password or "")
    return Gateway(where.hostname or "", port, name, password, where.scheme == "smpps")


def is_on() -> bool:
    """Whether phone numbers can be written to."""
    return bool(settings.SMS_URL)


def number_of(text: str) -> str:
    """A phone number as the whole world dials it, without the plus; refuses what is none."""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    country = rules().texts.country
    if digits.startswith("0"):
        digits = country + digits[1:]
    if not (digits.startswith(country) and 9 <= len(digits) - len(country) <= 10):
        raise Refused("bad_number", _("Số điện thoại này không nhận được tin nhắn. Hãy xem lại."))
    return digits


def accepts_texts(text: str) -> bool:
    """Whether a number can be written to and has not said that it wants nothing."""
    try:
        number = number_of(text)
    except Refused:
        return False
    return not Correspondent.objects.filter(channel=CHANNEL, sender=number, stopped_at__isnull=False).exists()


def fitted_text(text: str, spoken: Texts) -> str:
    """The words as they are sent: without diacritics where the province wants that, cut to as many parts as it pays."""
    words = " ".join(text.split())
    if spoken.plain:
        words = unaccented_text(words)
    lone, each = ROOM[spoken.plain]
    most = lone if spoken.parts <= 1 else each * spoken.parts
    return words if len(words) <= most else words[: most - 3] + "..."


def unaccented_text(text: str) -> str:
    """Letters of the plain alphabet alone; a question mark for what it has no letter for."""
    apart = unicodedata.normalize("NFD", text.translate(INSTEAD))
    base_letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return "".join(
        letter if letter.isascii() and (letter.isprintable() or letter == "\n") else "?" for letter in base_letters
    )


def asks_to(text: str) -> str:
    """What a phone's answer asks for: stop, start, or empty."""
    plain_text, spoken = " ".join(fold(text).split()), rules().texts
    for wish, words in (("stop", spoken.stop), ("start", spoken.start)):
        if plain_text in {fold(word) for word in words}:
            return wish
    return ""


def sent_to(who: Correspondent, now: datetime) -> int:
    """How many messages a number got within a day."""
    return who.outgoing.filter(sent_at__gt=now - DAY).count()


def parts_sent(now: datetime) -> int:
    """How many parts all numbers got within a day."""
    return Texted.objects.filter(sent_at__gt=now - DAY).count()


@dataclass(frozen=True)
class Bill:
    """What was sent in some days: parts, those that arrived and that did not by their receipts, and đồng."""

    days: int
    parts: int
    arrived: int
    lost: int
    dong: int


def text_bill(now: datetime, days: int = 30) -> Bill:
    """What the last days cost, by the price of a part in ``channels.toml``."""
    arrived = Q(result="DELIVRD")
    values = Texted.objects.filter(sent_at__gt=now - days * DAY).aggregate(
        parts=Count("pk"), arrived=Count("pk", filter=arrived), lost=Count("pk", filter=~arrived & ~Q(result=""))
    )
    return Bill(days, **values, dong=values["parts"] * rules().texts.dong_a_part)
