"""Finding indicators by what they mean: everyday words, complements, abbreviations, English, slips of typing."""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tinhso.blocks.indicators.contract import Indicator
from tinhso.blocks.indicators.queries.catalogue import Catalogue, CatalogueItem
from tinhso.blocks.indicators.queries.search_words import (
    Nearest,
    SearchWord,
    Thesaurus,
    load_thesaurus,
    repaired_words,
    words_of,
)

# How much a word counts by where it stands
FIELDS = {
    "code": 6.0,
    "name": 3.0,
    "synonyms": 2.6,
    "name_en": 2.4,
    "members": 0.9,
    "fact": 0.7,
    "domain": 0.6,
    "unit": 0.4,
    "method": 0.45,
    "agency": 0.4,
    "source": 0.2,
    "basis": 0.15,
}
SATURATION, LENGTH = 1.2, 0.45
SAME, LIKE, OPPOSITE, PART, UNMARKED, PREFIX, NEIGHBOURS, INSIDE = 0.95, 0.6, 0.72, 0.4, 0.35, 0.6, 0.45, 0.55
WORD, SLIP = "word", "slip"
MOST = 50


@dataclass(frozen=True)
class Why:
    """Why something was found: the words asked, the words they led to, and how (word, same, like, opposite, slip)."""

    said: str
    meant: str
    kind: str


@dataclass(frozen=True)
class Match:
    """An indicator that answers a question, how well, why, and which members of its families were named."""

    indicator: Indicator
    score: float
    why: tuple[Why, ...]
    members: tuple[CatalogueItem, ...] = ()


@dataclass(frozen=True)
class QuestionPart:
    """A stretch of a question that means one thing: its words, and the concept they lead to (-1: none)."""

    words: tuple[SearchWord, ...]
    concept: int = -1
    is_last: bool = False

    @property
    def typed_text(self) -> str:
        """As it was typed."""
        return " ".join(word.said for word in self.words)


@dataclass(frozen=True)
class Alternative:
    """Documents that answer a part in one way, with how well they do."""

    scores: Mapping[int, float]
    why: Why


@dataclass
class SearchIndex:
    """All indicators of a catalogue by word, pair of words and concept; made once for each catalogue."""

    catalogue: Catalogue
    known: Thesaurus = field(default_factory=load_thesaurus)
    agencies: Mapping[str, str] = field(default_factory=dict)
    docs: list[Indicator] = field(default_factory=list)
    postings: dict[str, dict[int, float]] = field(default_factory=dict)
    scored: dict[str, dict[int, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.docs = list(self.catalogue.indicators.values())
        score_by_term: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self.often: Counter[str] = Counter()
        texts = [self._texts(indicator) for indicator in self.docs]
        lengths = {name: [len(words_of(doc[name])) for doc in texts] for name in FIELDS}
        average = {name: max(1.0, sum(every) / max(1, len(every))) for name, every in lengths.items()}
        for number, doc in enumerate(texts):
            for name, weight in FIELDS.items():
                long = 1 - LENGTH + LENGTH * lengths[name][number] / average[name]
                for term, times in self._terms(doc[name]).items():
                    score_by_term[term][number] += weight * min(times, 2) / long
        self.postings = {term: dict(docs) for term, docs in score_by_term.items()}

    def _texts(self, indicator: Indicator) -> dict[str, str]:
        fact = self.catalogue.facts.get(indicator.fact)
        domain = self.catalogue.domains.get(indicator.domain)
        members = self.catalogue.family(indicator)[1:] if fact else []
        names = [f"{item.member.name} . {item.member.name_en}" for item in members if item.member]
        return {
            "code": indicator.code,
            "name": indicator.name,
            "synonyms": " . ".join(indicator.synonyms),
            "name_en": indicator.name_en,
            "members": " . ".join(names),
            "fact": f"{fact.name} . {fact.name_en}" if fact else "",
            "domain": f"{domain.name} . {domain.name_en}" if domain else "",
            "unit": indicator.unit_of_measure,
            "method": indicator.method,
            "agency": f"{indicator.agency} {self.agencies.get(indicator.agency, '')}",
            "source": indicator.source,
            "basis": indicator.basis,
        }

    def _terms(self, said: str) -> Counter[str]:
        """Every word with and without its marks, every pair, every concept of a text."""
        words = words_of(said)
        term_counts: Counter[str] = Counter()
        for at, word in enumerate(words):
            term_counts[f"e:{word.exact}"] += 1
            term_counts[f"b:{word.bare}"] += 1
            self.often[word.bare] += 1
            if at:
                term_counts[f"p:{words[at - 1].bare} {word.bare}"] += 1
            for _length, concept in self.known.at(words, at):
                term_counts[f"c:{concept}"] += concept >= 0
        return term_counts

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Every word of the catalogue and the thesaurus, with how often it stands in the catalogue."""
        every = {word: 0 for phrase in self.known.phrases for word in phrase}
        return {word: every.get(word, 0) + self.often[word] for word in {*every, *self.often}}

    @cached_property
    def nearest(self) -> Nearest:
        """Words by their slips."""
        return Nearest(self.vocabulary)

    def rarity(self, term: str) -> float:
        """How much a term tells: more the fewer indicators have it."""
        have = len(self.postings.get(term, ()))
        return math.log(1 + (len(self.docs) - have + 0.5) / (have + 0.5))

    def score(self, term: str, weight: float = 1.0) -> Mapping[int, float]:
        """How well each document answers one term."""
        if term not in self.scored:
            rare, most = self.rarity(term), SATURATION + 1
            amounts = self.postings.get(term, {})
            self.scored[term] = {doc: rare * amount * most / (amount + SATURATION) for doc, amount in amounts.items()}
        full_scores = self.scored[term]
        return (
            full_scores
            if weight == 1
            else {doc: weight * document_score for doc, document_score in full_scores.items()}
        )

    def search(self, question: str, *, limit: int = MOST) -> list[Match]:
        """Indicators that answer ``question``, the best first; nothing for words nobody knows."""
        words = repaired_words(words_of(question)[:40], self.vocabulary, self.nearest)
        parts = self.parts(words)
        totals: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        whys: dict[int, list[Why]] = defaultdict(list)
        total_weight = 0.0
        for part in {part.typed_text: part for part in parts}.values():
            best, weight = self._best(part)
            total_weight += weight
            for doc, (score, why) in best.items():
                totals[doc] += score
                covered[doc] += weight * min(1.0, score / (weight or 1.0))
                whys[doc].append(why)
        for doc, bonus in self._neighbours(words).items():
            if doc in totals:
                totals[doc] += bonus
        share = {doc: part / (total_weight or 1) for doc, part in covered.items()}
        ranked = self._ranked(words, totals, share)[:limit]
        return [
            Match(self.docs[doc], score, self._worded_reasons(doc, whys[doc]), self._members(self.docs[doc], parts))
            for doc, score in ranked
        ]

    def parts(self, words: Sequence[SearchWord]) -> list[QuestionPart]:
        """A question cut by the longest phrases of the thesaurus, without the words that only make a sentence."""
        question_parts: list[QuestionPart] = []
        dropped: list[QuestionPart] = []
        at = 0
        while at < len(words):
            length, concept = self.known.longest(words, at) or (1, -2)
            part = QuestionPart(tuple(words[at : at + length]), max(concept, -1), at + length == len(words))
            (dropped if concept == -1 else question_parts).append(part)
            at += length
        return question_parts or dropped  # a question of nothing but such words is asked as it stands

    def _best(self, part: QuestionPart) -> tuple[dict[int, tuple[float, Why]], float]:
        """The best way in which each document answers a part, and how much the part matters."""
        best: dict[int, tuple[float, Why]] = {}
        for alternative in self._alternatives(part):
            for doc, score in alternative.scores.items():
                if doc not in best or score > best[doc][0]:
                    best[doc] = score, alternative.why
        terms = [f"b:{word.bare}" for word in part.words]
        if part.concept >= 0:
            terms = [f"c:{part.concept}"] if f"c:{part.concept}" in self.postings else terms
        weight = sum(map(self.rarity, terms)) / len(terms)
        return best, weight if best else 0.25 * weight

    def _alternatives(self, part: QuestionPart) -> Iterable[Alternative]:
        text = part.typed_text
        if part.concept >= 0:
            yield Alternative(self.score(f"c:{part.concept}", SAME), Why(text, "", "same"))
            for phrase, concept in self.known.related(part.concept):
                opposite = phrase.startswith("-")
                why = Why(text, phrase.lstrip("-"), "opposite" if opposite else "like")
                weight = OPPOSITE if opposite else LIKE
                yield Alternative(self._phrase(words_of(why.meant), concept, weight), why)
            yield from self._inside(part)
            weight = 1.0 if len(part.words) == 1 else PART
            yield Alternative(self._literal(part.words, weight), Why(text, "", WORD))
            return
        kind = SLIP if any(word.slip for word in part.words) else WORD
        meant = " ".join(word.bare for word in part.words) if kind == SLIP else ""
        yield Alternative(self._literal(part.words, 1.0), Why(text, meant, kind))
        if part.is_last and len(part.words[-1].bare) > 2:
            yield from self._begun(part)

    def _inside(self, part: QuestionPart) -> Iterable[Alternative]:
        """Shorter phrases within a phrase: *public wi-fi* is also about wi-fi."""
        for at in range(len(part.words)):
            for length, concept in self.known.at(part.words, at):
                if concept >= 0 and length < len(part.words):
                    meant = " ".join(word.said for word in part.words[at : at + length])
                    yield Alternative(self.score(f"c:{concept}", INSIDE), Why(part.typed_text, meant, "like"))

    def _phrase(self, words: Sequence[SearchWord], concept: int, weight: float) -> Mapping[int, float]:
        return self.score(f"c:{concept}", weight) if concept >= 0 else self._literal(words, weight)

    def _literal(self, words: Sequence[SearchWord], weight: float) -> dict[int, float]:
        """The words themselves; those written with other marks count less when marks were typed."""
        score_by_document: dict[int, float] = defaultdict(float)
        for word in words:
            scores = self.score(f"b:{word.bare}", weight)
            if word.is_marked:
                marked = self.score(f"e:{word.exact}", weight)
                scores = {doc: max(UNMARKED * score, marked.get(doc, 0)) for doc, score in scores.items()}
            for doc, score in scores.items():
                score_by_document[doc] += score / math.sqrt(len(words))
        return score_by_document

    def _begun(self, part: QuestionPart) -> Iterable[Alternative]:
        """The last word may be but begun, where somebody is still typing."""
        begun = part.words[-1].bare
        longer = [word for word in self.often if word.startswith(begun) and word != begun]
        for word in sorted(longer, key=lambda one: -self.often[one])[:8]:
            yield Alternative(self.score(f"b:{word}", PREFIX), Why(part.typed_text, word, WORD))

    def _neighbours(self, words: Sequence[SearchWord]) -> dict[int, float]:
        score_by_document: dict[int, float] = defaultdict(float)
        for search_word, other in itertools.pairwise(words):
            for doc, score in self.score(f"p:{search_word.bare} {other.bare}", NEIGHBOURS).items():
                score_by_document[doc] += score
        return score_by_document

    def _ranked(
        self, words: Sequence[SearchWord], totals: Mapping[int, float], covered: Mapping[int, float]
    ) -> list[tuple[int, float]]:
        """Those that answer most of a question first; what answers but a little of the best's is left out."""
        text = " ".join(word.bare for word in words)
        scores = {
            doc: total * (0.35 + 0.65 * covered[doc] ** 2) * self._verbatim(text, doc) for doc, total in totals.items()
        }
        best = max(scores.values(), default=0)
        return sorted(
            ((doc, score) for doc, score in scores.items() if score > 0.15 * best), key=lambda it: (-it[1], it[0])
        )

    def _worded_reasons(self, doc: int, whys: Sequence[Why]) -> tuple[Why, ...]:
        """Reasons in the indicator's own words; a word that simply stands there needs no reason."""
        indicator = self.docs[doc]
        own = _bare_words(f"{indicator.name} . {' . '.join(indicator.synonyms)} . {indicator.name_en}")
        whies = []
        for why in whys:
            if why.kind == "same":
                hit = self.known.longest(words_of(why.said), 0)
                phrases = self.known.concepts[hit[1]].words if hit is not None and hit[1] >= 0 else ()
                text = next((phrase for phrase in (why.said, *phrases) if f" {_bare_words(phrase)} " in f" {own} "), "")
                why = Why(why.said, text, why.kind)
            if (why.meant and _bare_words(why.meant) != _bare_words(why.said)) or why.kind == SLIP:
                whies.append(why)
        return tuple(whies)

    @cached_property
    def _names(self) -> list[tuple[str, ...]]:
        return [
            tuple(_bare_words(name) for name in (doc.code, doc.name, doc.name_en, *doc.synonyms)) for doc in self.docs
        ]

    def _verbatim(self, asked: str, doc: int) -> float:
        """More for a name that is asked as it stands; a little more for what the province watches."""
        names, watched = self._names[doc], self.docs[doc]
        prior = 1.06 if watched.headline else 1.03 if watched.key else 1.0
        if asked in names:
            return 1.6 * prior
        return 1.15 * prior if any(asked in name for name in names) else prior

    def named_members(self, indicator: Indicator, said: str) -> tuple[CatalogueItem, ...]:
        """Members of an indicator's families that ``said`` names."""
        return self._members(indicator, self.parts(words_of(said)))

    def _members(self, indicator: Indicator, parts: Sequence[QuestionPart]) -> tuple[CatalogueItem, ...]:
        """Members whose name has a part that the indicator's own name has not."""
        if not indicator.by:
            return ()
        own = f" {_bare_words(indicator.name)} "
        question_parts = [part for part in parts if f" {' '.join(word.bare for word in part.words)} " not in own]
        return tuple(item for item in self.catalogue.family(indicator)[1:] if self._names_one(item, question_parts))

    def _names_one(self, item: CatalogueItem, wanted: Sequence[QuestionPart]) -> bool:
        assert item.member is not None
        words = words_of(f"{item.member.name} . {item.member.name_en}")
        concepts = {
            hit[1] for at in range(len(words)) if (hit := self.known.longest(words, at)) is not None and hit[1] >= 0
        }
        return any(
            part.concept in concepts or all(any(word.fits(other) for other in words) for word in part.words)
            for part in wanted
        )


def _bare_words(text: str) -> str:
    return " ".join(word.bare for word in words_of(text))


_kept: list[SearchIndex] = []


def index_of(catalogue: Catalogue, *, agencies: Mapping[str, str] | None = None) -> SearchIndex:
    """The index of a catalogue, made when it is first asked and kept while it stays the same; four at most."""
    for index in _kept:
        if index.catalogue is catalogue:
            return index
    search_index = SearchIndex(catalogue, agencies=agencies or {})
    _kept.append(search_index)
    del _kept[:-4]
    return search_index


def search_indicators(catalogue: Catalogue, question: str, *, limit: int = MOST) -> list[Match]:
    """Indicators that answer ``question``, the best first."""
    return index_of(catalogue).search(question, limit=limit)
