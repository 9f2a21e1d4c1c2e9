"""What a report may be about, how urgent it sounds, and what it may be told of already: suggestions with their reasons.

Learned from examples that are data (``triage.toml``): words and pairs of words without diacritics, weighed by naive
Bayes. A person decides, always.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from tinhso.kernel.province_table import province_table
from tinhso.kernel.text import fold, nfc
from tinhso.society.field_reports.contract import Priority
from tinhso.society.field_reports.queries import suggesting
from tinhso.society.field_reports.queries.rules import Category, categories_on, rules

LEAST = 0.25  # what is less likely than this is not worth anybody's time
MOST, REASONS = 3, 4
SURE = 0.9  # that somebody must go at once
SMOOTH = 2.0  # how often a word counts that no other class has shown
A_WORD = 4  # examples that a word weighs which the province itself gives for a category
WORD = re.compile(r"\w+")
SETTINGS = frozenset({"burst", "words", "held"})
USUAL, DANGER = "usual", "danger"
Example = tuple[str, str, str]  # text, category, level


@dataclass(frozen=True)
class Suggestion:
    """A class, how likely it is (0 to 1), and the words of the text that speak for it, as they were written."""

    code: str
    likely: float
    because: tuple[str, ...]


def text_terms(text: str) -> dict[str, str]:
    """Words and pairs of words, each without diacritics and (after a tilde) with them → as it was written.

    Many write without diacritics; who writes with them says more.
    """
    written = WORD.findall(nfc(text))
    values: dict[str, str] = {}
    for before, word in zip(["", *written], written, strict=False):
        plain, lower = fold(word), word.lower()
        values |= {plain: word, f"~{lower}": word}
        if before:
            pair = f"{before} {word}"
            values |= {f"{fold(before)} {plain}": pair, f"~{before.lower()} {lower}": pair}
    return values


class Model:
    """Complement naive Bayes: a term speaks for a class as much as it is missing from all others.

    It bears classes with many and with few examples, which is how reports come.
    """

    def __init__(self, examples: Iterable[tuple[str, str]], words: Iterable[tuple[str, str]] = ()) -> None:
        counts: dict[str, Counter[str]] = {}
        for text, label in examples:
            counts.setdefault(label, Counter()).update(text_terms(text).keys())
        for word, label in words:
            if label in counts:
                counts[label].update(dict.fromkeys(text_terms(word), A_WORD))
        self.labels = sorted(counts)
        total: Counter[str] = sum(counts.values(), Counter())
        self.weights: dict[str, dict[str, float]] = {}
        everything = sum(total.values()) or 1
        for label, own in counts.items():
            rest = everything - sum(own.values()) + SMOOTH * len(total)
            self.weights[label] = {
                term: math.log((count / everything) / ((count - own[term] + SMOOTH) / rest))
                for term, count in total.items()
            }

    def suggest(self, text: str) -> list[Suggestion]:
        """Every class, the likeliest first; none where no word is known."""
        values = text_terms(text)
        known_terms = [term for term in values if self.labels and term in self.weights[self.labels[0]]]
        if not known_terms:
            return []
        scores = {label: sum(self.weights[label].get(term, 0.0) for term in known_terms) for label in self.labels}
        best = max(scores.values())
        shares = {label: math.exp(score - best) for label, score in scores.items()}
        total = sum(shares.values())
        ordered = sorted(self.labels, key=lambda label: (-scores[label], label))
        return [
            Suggestion(label, shares[label] / total, self._because(label, known_terms, values)) for label in ordered
        ]

    def _because(self, label: str, known: Sequence[str], found: Mapping[str, str]) -> tuple[str, ...]:
        own = self.weights[label]
        strong = sorted(
            (term for term in known if own.get(term, 0) > 0), key=lambda term: (-round(own[term], 1), -len(term), term)
        )
        distinct_terms: list[str] = []
        for words in (found[term] for term in strong):
            if not any(
                words in other or other in words for other in distinct_terms
            ):  # a pair tells what its words tell
                distinct_terms.append(words)
        return tuple(distinct_terms[:REASONS])


def labelled_examples() -> list[Example]:
    """The province's labelled examples."""
    told_all = raw()
    return [
        (text, code, level)
        for code, texts_by_level in told_all.items()
        if isinstance(texts_by_level, dict) and code not in SETTINGS
        for level in (USUAL, DANGER)
        for text in texts_by_level.get(level, [])
    ]


def held_out_texts() -> list[tuple[str, str]]:
    """Labelled texts from which nothing is learned, to judge by."""
    return [(text, code) for code, texts in raw().get("held", {}).items() for text in texts]


def labelled_pairs() -> list[dict[str, Any]]:
    """Pairs of texts that tell of the same thing or do not."""
    return list(raw().get("pair", []))


raw = province_table("triage.toml", dict[str, Any])


def triage_models() -> tuple[Model, Model]:
    """What tells categories apart, and what tells danger from all else; learned anew when the examples change."""
    return _learned_models(raw.version())


@lru_cache(maxsize=4)
def _learned_models(_version: tuple[Path, int]) -> tuple[Model, Model]:
    return learn_models(labelled_examples())


def learn_models(given: Sequence[Example]) -> tuple[Model, Model]:
    """The two models of some examples."""
    words = [(word, category.code) for category in rules().categories for word in category.words]
    words += [(word, code) for code, category_words in raw().get("words", {}).items() for word in category_words]
    by_category = Model([(text, code) for text, code, _level in given], words)
    return by_category, Model([(text, level) for text, _code, level in given])


def likely_categories(text: str, day: date) -> list[tuple[Category, Suggestion]]:
    """At most three categories of ``day``, the likeliest first; by the province's words where no example helps."""
    categories_by_key = {category.code: category for category in categories_on(day)}
    suggestions = [
        suggestion
        for suggestion in triage_models()[0].suggest(text)
        if suggestion.likely >= LEAST and suggestion.code in categories_by_key
    ][:MOST]
    if suggestions:
        return [(categories_by_key[suggestion.code], suggestion) for suggestion in suggestions]
    return [(category, Suggestion(category.code, 0.0, ())) for category in suggesting.suggest_categories(text, day)]


def sounds_dangerous(text: str, model: Model) -> Suggestion | None:
    """What speaks for danger in a text; None where it sounds usual."""
    suggestions = model.suggest(text)
    return suggestions[0] if suggestions and suggestions[0].code == DANGER and suggestions[0].likely >= SURE else None


def likely_priority(text: str, of: Category) -> tuple[Priority, Suggestion | None]:
    """Danger where the province's words of danger stand in the text or the examples say so; else the category's own."""
    if suggesting.suggest_priority(text, of) is Priority.DANGER:
        return Priority.DANGER, None
    sounds = sounds_dangerous(text, triage_models()[1])
    return (Priority.DANGER if sounds is not None else of.priority), sounds


def text_likeness(one: str, other: str) -> float:
    """How much two texts have in common: from 0 to 1; rare words weigh more, by the examples."""
    a, b = (_plain_terms(text) for text in (one, other))
    if not a or not b:
        return 0.0
    weigh = _term_rarity(raw.version())
    both = sum(weigh(term) ** 2 for term in a & b)
    return both / math.sqrt(sum(weigh(term) ** 2 for term in a) * sum(weigh(term) ** 2 for term in b))


def _plain_terms(text: str) -> set[str]:
    return {term for term in text_terms(text) if term[0] != "~"}


@lru_cache(maxsize=4)
def _term_rarity(_key: tuple[Path, int]) -> Callable[[str], float]:
    texts = [_plain_terms(text) for text, _code, _level in labelled_examples()]
    document_frequency = Counter(term for text in texts for term in text)
    document_count = len(texts) + 1
    return lambda term: math.log(1 + document_count / (1 + document_frequency[term]))
