"""Words of a question: syllables whatever their spelling, slips of typing undone, and the thesaurus."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tinhso.kernel import text

WORDS = re.compile(r"[^\W_]+|[%‰]")
TONES = {"\u0300": "1", "\u0301": "2", "\u0309": "3", "\u0303": "3", "\u0323": "4"}  # hỏi and ngã sound alike to many
TELEX = (("dd", "đ"), ("aa", "â"), ("ee", "ê"), ("oo", "ô"), ("uow", "ươ"), ("aw", "ă"), ("ow", "ơ"), ("uw", "ư"))
TELEX_TONES = {"f": "\u0300", "s": "\u0301", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
VNI = (("d9", "đ"), ("a6", "â"), ("e6", "ê"), ("o6", "ô"), ("a8", "ă"), ("o7", "ơ"), ("u7", "ư"))
VNI_TONES = {"2": "\u0300", "1": "\u0301", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
FORGIVEN_FROM = 3  # letters a word must have before a slip of one letter is forgiven


@dataclass(frozen=True)
class SearchWord:
    """A syllable or an English word: as it was typed, its letters with a mark of tone, and its bare letters.

    ``slip`` is true where it was guessed from something mistyped.
    """

    said: str
    exact: str
    bare: str
    slip: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether diacritics were typed: then they count."""
        return self.exact != self.bare

    def fits(self, other: "SearchWord") -> bool:
        """Whether a question's word means ``other``: diacritics count where they were typed."""
        return self.exact == other.exact if self.is_marked else self.bare == other.bare


def words_of(said: str) -> tuple[SearchWord, ...]:
    """The words of a text in order."""
    return tuple(_normalised_word(word_text) for word_text in WORDS.findall(unicodedata.normalize("NFC", said).lower()))


@lru_cache(maxsize=20_000)
def _normalised_word(said: str) -> SearchWord:
    """One spelling of each syllable: hoà = hòa, tỷ = tỉ, thuỷ = thủy, hiễm = hiểm."""
    bare = text.fold(said)
    if bare.endswith("y") and len(bare) > 1 and bare[-2] not in "aeuo":
        bare = f"{bare[:-1]}i"
    letters = unicodedata.normalize("NFD", said)
    tone = "".join(TONES[letter] for letter in letters if letter in TONES)[:1]
    plain = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in TONES))
    if plain.endswith("y") and len(plain) > 1 and plain[-2] not in "aeuoâêôơư":
        plain = f"{plain[:-1]}i"
    return SearchWord(said, plain + tone, bare)


@dataclass(frozen=True)
class Concept:
    """Phrases that say the same, those that nearly do, and those that say the complement."""

    words: tuple[str, ...]
    like: tuple[str, ...] = ()
    opposite: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thesaurus:
    """Concepts by number, with the phrases that lead to them and the words that only make a sentence."""

    concepts: tuple[Concept, ...]
    phrases: Mapping[tuple[str, ...], tuple[tuple[tuple[SearchWord, ...], int], ...]]
    heads: Mapping[str, int] = field(default_factory=dict)

    def longest(self, words: Sequence[SearchWord], at: int) -> tuple[int, int] | None:
        """How many words from ``at`` on make the longest phrase, and its concept (-1: a phrase to leave out)."""
        return next(self.at(words, at), None)

    def at(self, words: Sequence[SearchWord], at: int) -> Iterator[tuple[int, int]]:
        """All phrases that begin at a word, the longest first."""
        longest = self.heads.get(words[at].bare, 0) if at < len(words) else 0
        for length in range(min(longest, len(words) - at), 0, -1):
            part = words[at : at + length]
            for phrase, concept in self.phrases.get(tuple(word.bare for word in part), ()):
                if all(mine.fits(theirs) for mine, theirs in zip(part, phrase, strict=True)):
                    yield length, concept
                    break

    def related(self, concept: int) -> Iterable[tuple[str, int]]:
        """(phrase, concept) of what is nearly the same, then of the opposite ones marked by a leading ``-``."""
        for mark, phrases in (("", self.concepts[concept].like), ("-", self.concepts[concept].opposite)):
            for phrase in phrases:
                words = words_of(phrase)
                longest_match = self.longest(words, 0)
                concept_number = (
                    longest_match[1] if longest_match is not None and longest_match[0] == len(words) else -1
                )
                yield mark + phrase, concept_number


@lru_cache(maxsize=1)
def load_thesaurus() -> Thesaurus:
    """The thesaurus that comes with the program."""
    path = Path(__file__).parent / "thesaurus.toml"
    return read_thesaurus(tomllib.loads(path.read_text(encoding="utf-8")))


def read_thesaurus(table: Mapping[str, object]) -> Thesaurus:
    """A thesaurus from a table with ``stop`` and ``concept``; a phrase belongs to the first concept that has it."""
    raw: list[Mapping[str, list[str]]] = table.get("concept", [])  # type: ignore[assignment]
    concepts = tuple(
        Concept(
            tuple(concept_values["words"]),
            tuple(concept_values.get("like", ())),
            tuple(concept_values.get("opposite", ())),
        )
        for concept_values in raw
    )
    phrases: dict[tuple[str, ...], list[tuple[tuple[SearchWord, ...], int]]] = {}
    stops: list[str] = table.get("stop", [])  # type: ignore[assignment]
    concept_phrases = [(phrase, number) for number, concept in enumerate(concepts) for phrase in concept.words]
    for phrase, number in [*concept_phrases, *((phrase, -1) for phrase in stops)]:
        words = words_of(phrase)
        phrase_entries = phrases.setdefault(tuple(word.bare for word in words), [])
        if all(words != others for others, _concept in phrase_entries):
            phrase_entries.append((words, number))
    heads: dict[str, int] = {}
    for key in phrases:
        heads[key[0]] = max(heads.get(key[0], 0), len(key))
    return Thesaurus(concepts, {key: tuple(value) for key, value in phrases.items()}, heads)


def repaired_words(words: Sequence[SearchWord], vocabulary: Collection[str], near: "Nearest") -> tuple[SearchWord, ...]:
    """The words with slips undone: Telex or VNI typed with the keyboard off, then one letter too many, few or wrong."""
    search_words = []
    for word in words:
        if word.bare in vocabulary or word.bare.isdigit():
            search_words.append(word)
            continue
        typed = next(
            (
                search_word
                for search_word in (_telex_word(word.said), _vni_word(word.said))
                if search_word and search_word.bare in vocabulary
            ),
            None,
        )
        search_words.append(typed or near.of(word))
    return tuple(search_words)


def _telex_word(said: str) -> SearchWord | None:
    letters, tone = said, ""
    for at in range(len(letters) - 1, 0, -1):
        if letters[at] in TELEX_TONES:
            letters, tone = letters[:at] + letters[at + 1 :], TELEX_TONES[letters[at]]
            break
    for keys, letter in (("uwow", "ươ"), *TELEX):
        letters = letters.replace(keys, letter)
    if letters.endswith("w") or "w" in letters:
        letters = _late_hook(letters)
    return _toned_word(said, letters, tone)


def _late_hook(letters: str) -> str:
    """``w`` typed at the end of the syllable: ``nuocw`` → ``nươc``."""
    bare = letters.replace("w", "")
    for keys, letter in (("uo", "ươ"), ("a", "ă"), ("o", "ơ"), ("u", "ư")):
        if keys in bare:
            return bare.replace(keys, letter, 1)
    return bare


def _vni_word(said: str) -> SearchWord | None:
    letters, tone = said, ""
    for digit, mark in VNI_TONES.items():
        if digit in letters:
            letters, tone = letters.replace(digit, "", 1), mark
            break
    for keys, letter in (("uo7", "ươ"), *VNI):
        letters = letters.replace(keys, letter)
    for digit, pairs in (("9", "dđ"), ("6", "aâeêoô"), ("7", "oơuư"), ("8", "aă")):  # digits typed at the end
        for plain, hooked in zip(pairs[::2], pairs[1::2], strict=True):
            if digit in letters and plain in letters:
                letters = letters.replace(digit, "", 1).replace(plain, hooked, 1)
    return _toned_word(said, letters, tone)


def _toned_word(said: str, letters: str, tone: str) -> SearchWord | None:
    if letters + tone == said:
        return None
    search_word = _normalised_word(unicodedata.normalize("NFC", letters))
    mark = TONES.get(tone, "")
    return SearchWord(said, search_word.exact + mark, search_word.bare, slip=True)


class Nearest:
    """Known words by what is left of them without one letter: finds those one slip away without comparing all."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self.often = known
        self.left: dict[str, set[str]] = {}
        for word in known:
            for part in _without_one(word):
                self.left.setdefault(part, set()).add(word)

    def of(self, word: SearchWord) -> SearchWord:
        """The most frequent known word one slip away from ``word``; itself when there is none."""
        if len(word.bare) < FORGIVEN_FROM or not word.bare.isalpha():
            return word
        close = {candidate for part in _without_one(word.bare) for candidate in self.left.get(part, ())}
        close = {
            candidate for candidate in close if len(candidate) >= FORGIVEN_FROM and _one_slip(word.bare, candidate)
        }
        best = max(close, key=lambda one: (one[0] == word.bare[0], self.often[one], one), default="")
        return SearchWord(word.said, best, best, slip=True) if best else word


def _without_one(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter was added, left out, replaced, or swapped with its neighbour."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, their = one[start:], other[start:]
    swapped = len(rest) > 1 and len(their) > 1 and rest[0] == their[1] and rest[1] == their[0] and rest[2:] == their[2:]
    return rest[1:] == their[1:] or rest[1:] == their or rest == their[1:] or swapped
