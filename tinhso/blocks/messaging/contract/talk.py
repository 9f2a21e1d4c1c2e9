"""A conversation as plain data: what somebody has told so far and what to ask next. No database, no clock.

What was told is always worked out anew from all messages in the order in which they were sent, so that the order in
which they arrive, and how often, makes no difference.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tinhso.blocks.messaging.contract.intake import KnownReport, TalkChoice
from tinhso.kernel.text import fold, nfc

MOST_PHOTOS = 5
LONGEST_TEXT = 4000
SHORTEST_ADDRESS = 5
LETTER = re.compile(r"[^\W\d_]")
EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
WORDS: dict[str, frozenset[str]] = {
    "cancel": frozenset({"huy", "huy bo", "thoi", "cancel", "stop"}),
    "help": frozenset({"tro giup", "giup", "giup do", "huong dan", "help", "?"}),
    "send": frozenset({"gui", "gui di", "dong y", "xac nhan", "ok", "send", "yes", "confirm"}),
    "skip": frozenset({"bo qua", "khong", "khong co", "khong co anh", "skip", "no", "no photo"}),
    "new": frozenset({"moi", "phan anh moi", "gui moi", "new"}),
    "recategorise": frozenset({"doi loai", "sua loai", "change category"}),
    "greet": frozenset({"chao", "xin chao", "alo", "bat dau", "hello", "hi", "start", "get started"}),
}
LOOKUP = re.compile(r"(?:tra cứu|tra cuu|lookup|look up|status|track)\s*:?\s+#?([^\W_][\w./-]{2,39})")
CONTACT = re.compile(r"(?:thư|thu|email|e-mail|mail)\s*:?\s+(\S+)")
TRIMMED = " .!?,\"'“”"
ENGLISH = frozenset(
    [
        "the",
        "is",
        "are",
        "there",
        "at",
        "on",
        "in",
        "of",
        "and",
        "my",
        "our",
        "please",
        "report",
        "road",
        "street",
        "broken",
        "garbage",
        "light",
        "water",
        "help",
        "hello",
        "hi",
        "cancel",
        "send",
        "yes",
        "skip",
        "new",
        "status",
        "it",
        "has",
        "not",
        "for",
        "with",
        "near",
        "house",
        "trash",
        "flood",
        "noise",
    ]
)


class TalkQuestion(StrEnum):
    """What to ask next."""

    WHAT = "what"
    WHERE = "where"
    CATEGORY = "category"
    PHOTO = "photo"
    NEARBY = "nearby"
    CONFIRM = "confirm"
    NOTHING = "nothing"


class TalkEnding(StrEnum):
    """How a conversation ended."""

    NOT = ""
    SENT = "sent"
    FOLLOWED = "followed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class TalkMessage:
    """One message: ``choice`` is the code of a button, ``photos`` are numbers of pictures, ``key`` is its identity."""

    key: str
    at: datetime
    text: str = ""
    choice: str = ""
    photos: tuple[str, ...] = ()
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True)
class Offers:
    """What the person was offered to choose from, kept as it was shown; ``near``: the spot that ``known`` is near."""

    categories: tuple[TalkChoice, ...] | None = None
    known: tuple[KnownReport, ...] = ()
    near: str = ""


@dataclass(frozen=True)
class Talk:
    """What was told so far. ``understood`` is about the last message, ``ended`` is the one that ended it."""

    text: str = ""
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    category: str = ""
    photos: tuple[str, ...] = ()
    no_photo: bool = False
    is_new: bool = False
    follow: str = ""
    end: TalkEnding = TalkEnding.NOT
    ended: TalkMessage | None = None
    understood: bool = True

    @property
    def spot(self) -> str:
        """Place and category in one word; empty without coordinates."""
        if self.longitude is None or self.latitude is None:
            return ""
        return f"{self.longitude:.6f},{self.latitude:.6f},{self.category}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was told yet."""
        return not (self.text or self.spot or self.address or self.photos)


class OfferSource(Protocol):
    """Whom a conversation asks."""

    def suggest(self, text: str) -> Sequence[TalkChoice]: ...

    def nearby(self, talk: Talk) -> Sequence[KnownReport]: ...


def in_order(talk_messages: Iterable[TalkMessage]) -> list[TalkMessage]:
    """Each message once, as they were sent."""
    return sorted(
        {talk_message.key: talk_message for talk_message in talk_messages}.values(),
        key=lambda talk_message: (talk_message.at, talk_message.key),
    )


def settle_talk(
    talk_messages: Iterable[TalkMessage], offers: Offers, world: OfferSource, *, refused: frozenset[str] = frozenset()
) -> tuple[Talk, Offers]:
    """What was told, and what is offered: asks the ``world`` for what must be offered now and was not yet."""
    messages = in_order(talk_messages)
    while True:
        talk = replay_messages(messages, offers, refused=refused)
        talk_question = next_question(talk, offers)
        if talk_question == TalkQuestion.CATEGORY and offers.categories is None:
            offers = replace(offers, categories=tuple(world.suggest(talk.text)))
        elif talk_question == TalkQuestion.NEARBY and offers.near != talk.spot:
            offers = replace(offers, known=tuple(world.nearby(talk)), near=talk.spot)
        else:
            return talk, offers


def replay_messages(
    talk_messages: Iterable[TalkMessage], offers: Offers, *, refused: frozenset[str] = frozenset()
) -> Talk:
    """What the messages come to, up to the one that ends the conversation. ``refused``: endings that did not count."""
    talk = Talk()
    for talk_message in in_order(talk_messages):
        talk = add_message(talk, talk_message, offers)
        if talk.end and talk_message.key in refused:
            talk = replace(talk, end=TalkEnding.NOT, follow="")
        if talk.end:
            return replace(talk, ended=talk_message)
    return talk


def next_question(talk: Talk, offers: Offers) -> TalkQuestion:
    """What is still to be asked, in this order; never what was told already."""
    asks = (
        (TalkQuestion.NOTHING, bool(talk.end)),
        (TalkQuestion.WHAT, not talk.text),
        (TalkQuestion.WHERE, not (talk.spot or talk.address)),
        (TalkQuestion.CATEGORY, not talk.category and offers.categories != ()),
        (TalkQuestion.PHOTO, not (talk.photos or talk.no_photo)),
        (TalkQuestion.NEARBY, bool(talk.spot and not talk.is_new and (offers.known or offers.near != talk.spot))),
    )
    return next((ask for ask, needed in asks if needed), TalkQuestion.CONFIRM)


def add_message(talk: Talk, talk_message: TalkMessage, offers: Offers) -> Talk:
    """What was told after one more message."""
    before = replace(talk, understood=True)
    now = before
    if talk_message.photos:
        photos = tuple(dict.fromkeys((*now.photos, *talk_message.photos)))[:MOST_PHOTOS]
        now = replace(now, photos=photos)
    if talk_message.longitude is not None and talk_message.latitude is not None:
        now = replace(now, longitude=talk_message.longitude, latitude=talk_message.latitude, is_new=False)
    word = talk_message.choice or talk_message.text.strip()
    if word:
        next_talk = _after_message(now, nfc(word), offers)
        return replace(now, understood=now != before) if next_talk is None else next_talk
    return replace(now, understood=bool(talk_message.photos) or talk_message.longitude is not None)


def _after_message(talk: Talk, word: str, offers: Offers) -> Talk | None:
    """What a word or a sentence changes; None where it says nothing that is understood here."""
    talk_question = next_question(talk, offers)
    wish = wish_of(word)
    if wish in ("help", "greet", "lookup", "contact"):
        return talk
    if wish == "cancel":
        return replace(talk, end=TalkEnding.CANCELLED)
    if wish == "send":
        return replace(talk, end=TalkEnding.SENT) if talk_question == TalkQuestion.CONFIRM else None
    if wish == "skip":
        return replace(talk, no_photo=True) if talk_question == TalkQuestion.PHOTO else None
    if wish == "new":
        return replace(talk, is_new=True) if talk.spot else None
    if wish == "recategorise":
        return replace(talk, category="")
    kind, _colon, code = word.partition(":")
    if kind == "category" and code:
        category_codes = {talk_choice.code for talk_choice in offers.categories or ()}
        return replace(talk, category=code) if code in category_codes else None
    if (
        kind == "follow"
        and talk_question == TalkQuestion.NEARBY
        and code in {known_report.ref for known_report in offers.known}
    ):
        return replace(talk, end=TalkEnding.FOLLOWED, follow=code)
    return (
        _choose_by_number(talk, int(word), talk_question, offers)
        if re.fullmatch(r"[0-9]{1,2}", word)
        else _answer_by_words(talk, word, talk_question, offers)
    )


def _choose_by_number(talk: Talk, number: int, talk_question: TalkQuestion, offers: Offers) -> Talk | None:
    """What a number chooses from what is offered now."""
    categories, known_reports = offers.categories or (), offers.known if offers.near == talk.spot else ()
    if talk_question == TalkQuestion.CATEGORY and 1 <= number <= len(categories):
        return replace(talk, category=categories[number - 1].code)
    if talk_question == TalkQuestion.NEARBY and 1 <= number <= len(known_reports):
        return replace(talk, end=TalkEnding.FOLLOWED, follow=known_reports[number - 1].ref)
    if talk_question == TalkQuestion.NEARBY and known_reports and number == len(known_reports) + 1:
        return replace(talk, is_new=True)
    if talk_question == TalkQuestion.CONFIRM and number in (1, 2):
        return replace(talk, end=TalkEnding.SENT if number == 1 else TalkEnding.CANCELLED)
    return None


def _answer_by_words(talk: Talk, words: str, talk_question: TalkQuestion, offers: Offers) -> Talk | None:
    """What free words answer: the question at hand, or more of the description."""
    if not LETTER.search(words):
        return None
    if talk_question == TalkQuestion.WHERE:
        fits = len(words) >= SHORTEST_ADDRESS
        return replace(talk, address=" ".join(words.split())[:300]) if fits else None
    if talk_question == TalkQuestion.CATEGORY:
        named = [talk_choice for talk_choice in offers.categories or () if fold(talk_choice.name) == fold(words)]
        if named:
            return replace(talk, category=named[0].code)
    return replace(talk, text=f"{talk.text}\n{words}".strip()[:LONGEST_TEXT])


def wish_of(words: str) -> str:
    """The command that a whole message is: a key of ``WORDS``, ``lookup`` or ``contact``; empty for anything else."""
    plain = fold(words.replace("_", " ")) or words.strip()
    wish = next((name for name, same in WORDS.items() if plain in same), "")
    if wish:
        return wish
    if looked_up(words):
        return "lookup"
    return "contact" if contact_in(words) else ""


def looked_up(words: str) -> str:
    """The reference that somebody asks about; empty where nobody does."""
    match = LOOKUP.fullmatch(nfc(words).lower().strip(TRIMMED))
    return match[1].upper() if match else ""


def contact_in(words: str) -> str:
    """The e-mail address that somebody gives to be written to; empty where nobody does."""
    match = CONTACT.fullmatch(nfc(words).lower().strip(TRIMMED))
    return match[1] if match and EMAIL.fullmatch(match[1]) and len(match[1]) <= 254 else ""


def language_of(words: str) -> str:
    """``en`` for words that are plainly English, ``vi`` for what is plainly not, empty where one cannot tell."""
    plain = nfc(words).lower()
    if not plain.isascii():
        return "vi"
    parts = re.findall(r"[a-z']+", plain)
    english = sum(part in ENGLISH for part in parts)
    if english >= 2 or (parts and english == len(parts)):
        return "en"
    return "vi" if len(parts) >= 3 else ""
