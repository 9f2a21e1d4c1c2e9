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


def in_order(said: Iterable[TalkMessage]) -> list[TalkMessage]:
    """Each message once, as they were sent."""
    return sorted({one.key: one for one in said}.values(), key=lambda one: (one.at, one.key))


def settle_talk(
    said: Iterable[TalkMessage], offers: Offers, world: OfferSource, *, refused: frozenset[str] = frozenset()
) -> tuple[Talk, Offers]:
    """What was told, and what is offered: asks the ``world`` for what must be offered now and was not yet."""
    messages = in_order(said)
    while True:
        talk = replay_messages(messages, offers, refused=refused)
        asked = next_question(talk, offers)
        if asked == TalkQuestion.CATEGORY and offers.categories is None:
            offers = replace(offers, categories=tuple(world.suggest(talk.text)))
        elif asked == TalkQuestion.NEARBY and offers.near != talk.spot:
            offers = replace(offers, known=tuple(world.nearby(talk)), near=talk.spot)
        else:
            return talk, offers


def replay_messages(said: Iterable[TalkMessage], offers: Offers, *, refused: frozenset[str] = frozenset()) -> Talk:
    """What the messages come to, up to the one that ends the conversation. ``refused``: endings that did not count."""
    talk = Talk()
    for one in in_order(said):
        talk = add_message(talk, one, offers)
        if talk.end and one.key in refused:
            talk = replace(talk, end=TalkEnding.NOT, follow="")
        if talk.end:
            return replace(talk, ended=one)
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


def add_message(talk: Talk, said: TalkMessage, offers: Offers) -> Talk:
    """What was told after one more message."""
    before = replace(talk, understood=True)
    now = before
    if said.photos:
        photos = tuple(dict.fromkeys((*now.photos, *said.photos)))[:MOST_PHOTOS]
        now = replace(now, photos=photos)
    if said.longitude is not None and said.latitude is not None:
        now = replace(now, longitude=said.longitude, latitude=said.latitude, is_new=False)
    word = said.choice or said.text.strip()
    if word:
        heard = _after_message(now, nfc(word), offers)
        return replace(now, understood=now != before) if heard is None else heard
    return replace(now, understood=bool(said.photos) or said.longitude is not None)


def _after_message(talk: Talk, word: str, offers: Offers) -> Talk | None:
    """What a word or a sentence changes; None where it says nothing that is understood here."""
    asked = next_question(talk, offers)
    wish = wish_of(word)
    if wish in ("help", "greet", "lookup", "contact"):
        return talk
    if wish == "cancel":
        return replace(talk, end=TalkEnding.CANCELLED)
    if wish == "send":
        return replace(talk, end=TalkEnding.SENT) if asked == TalkQuestion.CONFIRM else None
    if wish == "skip":
        return replace(talk, no_photo=True) if asked == TalkQuestion.PHOTO else None
    if wish == "new":
        return replace(talk, is_new=True) if talk.spot else None
    if wish == "recategorise":
        return replace(talk, category="")
    kind, _colon, code = word.partition(":")
    if kind == "category" and code:
        known = {one.code for one in offers.categories or ()}
        return replace(talk, category=code) if code in known else None
    if kind == "follow" and asked == TalkQuestion.NEARBY and code in {one.ref for one in offers.known}:
        return replace(talk, end=TalkEnding.FOLLOWED, follow=code)
    return (
        _choose_by_number(talk, int(word), asked, offers)
        if re.fullmatch(r"[0-9]{1,2}", word)
        else _answer_by_words(talk, word, asked, offers)
    )


def _choose_by_number(talk: Talk, number: int, asked: TalkQuestion, offers: Offers) -> Talk | None:
    """What a number chooses from what is offered now."""
    categories, known = offers.categories or (), offers.known if offers.near == talk.spot else ()
    if asked == TalkQuestion.CATEGORY and 1 <= number <= len(categories):
        return replace(talk, category=categories[number - 1].code)
    if asked == TalkQuestion.NEARBY and 1 <= number <= len(known):
        return replace(talk, end=TalkEnding.FOLLOWED, follow=known[number - 1].ref)
    if asked == TalkQuestion.NEARBY and known and number == len(known) + 1:
        return replace(talk, is_new=True)
    if asked == TalkQuestion.CONFIRM and number in (1, 2):
        return replace(talk, end=TalkEnding.SENT if number == 1 else TalkEnding.CANCELLED)
    return None


def _answer_by_words(talk: Talk, words: str, asked: TalkQuestion, offers: Offers) -> Talk | None:
    """What free words answer: the question at hand, or more of the description."""
    if not LETTER.search(words):
        return None
    if asked == TalkQuestion.WHERE:
        fits = len(words) >= SHORTEST_ADDRESS
        return replace(talk, address=" ".join(words.split())[:300]) if fits else None
    if asked == TalkQuestion.CATEGORY:
        named = [one for one in offers.categories or () if fold(one.name) == fold(words)]
        if named:
            return replace(talk, category=named[0].code)
    return replace(talk, text=f"{talk.text}\n{words}".strip()[:LONGEST_TEXT])


def wish_of(words: str) -> str:
    """The command that a whole message is: a key of ``WORDS``, ``lookup`` or ``contact``; empty for anything else."""
    plain = fold(words.replace("_", " ")) or words.strip()
    found = next((name for name, same in WORDS.items() if plain in same), "")
    if found:
        return found
    if looked_up(words):
        return "lookup"
    return "contact" if contact_in(words) else ""


def looked_up(words: str) -> str:
    """The reference that somebody asks about; empty where nobody does."""
    found = LOOKUP.fullmatch(nfc(words).lower().strip(TRIMMED))
    return found[1].upper() if found else ""


def contact_in(words: str) -> str:
    """The e-mail address that somebody gives to be written to; empty where nobody does."""
    found = CONTACT.fullmatch(nfc(words).lower().strip(TRIMMED))
    return found[1] if found and EMAIL.fullmatch(found[1]) and len(found[1]) <= 254 else ""


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
