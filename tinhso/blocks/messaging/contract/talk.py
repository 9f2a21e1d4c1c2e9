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

from tinhso.blocks.messaging.contract.intake import Choice, Known
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


class Ask(StrEnum):
    """What to ask next."""

    WHAT = "what"
    WHERE = "where"
    CATEGORY = "category"
    PHOTO = "photo"
    NEARBY = "nearby"
    CONFIRM = "confirm"
    NOTHING = "nothing"


class End(StrEnum):
    """How a conversation ended."""

    NOT = ""
    SENT = "sent"
    FOLLOWED = "followed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Said:
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

    categories: tuple[Choice, ...] | None = None
    known: tuple[Known, ...] = ()
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
    end: End = End.NOT
    ended: Said | None = None
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


class World(Protocol):
    """Whom a conversation asks."""

    def suggest(self, text: str) -> Sequence[Choice]: ...

    def nearby(self, talk: Talk) -> Sequence[Known]: ...


def in_order(said: Iterable[Said]) -> list[Said]:
    """Each message once, as they were sent."""
    return sorted({one.key: one for one in said}.values(), key=lambda one: (one.at, one.key))


def settle(
    said: Iterable[Said], offers: Offers, world: World, *, refused: frozenset[str] = frozenset()
) -> tuple[Talk, Offers]:
    """What was told, and what is offered: asks the ``world`` for what must be offered now and was not yet."""
    messages = in_order(said)
    while True:
        talk = told(messages, offers, refused=refused)
        asked = pending(talk, offers)
        if asked == Ask.CATEGORY and offers.categories is None:
            offers = replace(offers, categories=tuple(world.suggest(talk.text)))
        elif asked == Ask.NEARBY and offers.near != talk.spot:
            offers = replace(offers, known=tuple(world.nearby(talk)), near=talk.spot)
        else:
            return talk, offers


def told(said: Iterable[Said], offers: Offers, *, refused: frozenset[str] = frozenset()) -> Talk:
    """What the messages come to, up to the one that ends the conversation. ``refused``: endings that did not count."""
    talk = Talk()
    for one in in_order(said):
        talk = step(talk, one, offers)
        if talk.end and one.key in refused:
            talk = replace(talk, end=End.NOT, follow="")
        if talk.end:
            return replace(talk, ended=one)
    return talk


def pending(talk: Talk, offers: Offers) -> Ask:
    """What is still to be asked, in this order; never what was told already."""
    asks = (
        (Ask.NOTHING, bool(talk.end)),
        (Ask.WHAT, not talk.text),
        (Ask.WHERE, not (talk.spot or talk.address)),
        (Ask.CATEGORY, not talk.category and offers.categories != ()),
        (Ask.PHOTO, not (talk.photos or talk.no_photo)),
        (Ask.NEARBY, bool(talk.spot and not talk.is_new and (offers.known or offers.near != talk.spot))),
    )
    return next((ask for ask, needed in asks if needed), Ask.CONFIRM)


def step(talk: Talk, said: Said, offers: Offers) -> Talk:
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
        heard = _heard(now, nfc(word), offers)
        return replace(now, understood=now != before) if heard is None else heard
    return replace(now, understood=bool(said.photos) or said.longitude is not None)


def _heard(talk: Talk, word: str, offers: Offers) -> Talk | None:
    """What a word or a sentence changes; None where it says nothing that is understood here."""
    asked = pending(talk, offers)
    wish = wish_of(word)
    if wish in ("help", "greet", "lookup", "contact"):
        return talk
    if wish == "cancel":
        return replace(talk, end=End.CANCELLED)
    if wish == "send":
        return replace(talk, end=End.SENT) if asked == Ask.CONFIRM else None
    if wish == "skip":
        return replace(talk, no_photo=True) if asked == Ask.PHOTO else None
    if wish == "new":
        return replace(talk, is_new=True) if talk.spot else None
    if wish == "recategorise":
        return replace(talk, category="")
    kind, _colon, code = word.partition(":")
    if kind == "category" and code:
        known = {one.code for one in offers.categories or ()}
        return replace(talk, category=code) if code in known else None
    if kind == "follow" and asked == Ask.NEARBY and code in {one.ref for one in offers.known}:
        return replace(talk, end=End.FOLLOWED, follow=code)
    return (
        _numbered(talk, int(word), asked, offers)
        if re.fullmatch(r"[0-9]{1,2}", word)
        else _free(talk, word, asked, offers)
    )


def _numbered(talk: Talk, number: int, asked: Ask, offers: Offers) -> Talk | None:
    """What a number chooses from what is offered now."""
    categories, known = offers.categories or (), offers.known if offers.near == talk.spot else ()
    if asked == Ask.CATEGORY and 1 <= number <= len(categories):
        return replace(talk, category=categories[number - 1].code)
    if asked == Ask.NEARBY and 1 <= number <= len(known):
        return replace(talk, end=End.FOLLOWED, follow=known[number - 1].ref)
    if asked == Ask.NEARBY and known and number == len(known) + 1:
        return replace(talk, is_new=True)
    if asked == Ask.CONFIRM and number in (1, 2):
        return replace(talk, end=End.SENT if number == 1 else End.CANCELLED)
    return None


def _free(talk: Talk, words: str, asked: Ask, offers: Offers) -> Talk | None:
    """What free words answer: the question at hand, or more of the description."""
    if not LETTER.search(words):
        return None
    if asked == Ask.WHERE:
        fits = len(words) >= SHORTEST_ADDRESS
        return replace(talk, address=" ".join(words.split())[:300]) if fits else None
    if asked == Ask.CATEGORY:
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
