"""The demo province's catalogue straight from its files, without a database, and plainer ways to search it."""

import math
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tinhso.blocks.indicators.contract import Dimension, Fact, FactColumn, Indicator, Member, Nature
from tinhso.blocks.indicators.models import Domain
from tinhso.blocks.indicators.queries import definitions
from tinhso.blocks.indicators.queries.catalogue import Catalogue, assemble_catalogue
from tinhso.kernel import text

PROVINCE = Path(__file__).resolve().parents[4] / "provinces" / "ben_tre"
Way = Callable[[str], list[str]]


def demo_catalogue() -> Catalogue:
    """Domains, facts and indicators of the demo province."""
    domains = [
        Domain(code=one["code"], name=one["name"], name_en=one.get("name_en", ""), order=n)
        for n, one in enumerate(_tables("domains.toml", "domain"))
    ]
    facts = [_fact(one) for one in _tables("data_sets/*.toml", "data_set")]
    names = tuple(Member(one.code, one.name) for one in domains)
    returns = [FactColumn(code, code) for code in ("due", "on_time", "late", "not_submitted", "sent_back")]
    facts.append(
        Fact(
            "BAO-CAO",
            "Tình hình gửi báo cáo của đơn vị",
            "Timeliness of returns",
            "",
            "",
            tuple(returns),
            (Dimension("domain", "Lĩnh vực", "Domain", names),),
        )
    )
    # what apps count from their own records is known to them, not to these files
    known = {fact.code for fact in facts}
    specs = [spec for spec in _tables("indicators/*.toml", "indicator") if spec["fact"] in known]
    return assemble_catalogue(facts, domains, [definitions.read_indicator(spec) for spec in specs])


def _tables(pattern: str, key: str) -> list[dict[str, Any]]:
    files = sorted(PROVINCE.glob(pattern))
    return [one for path in files for one in tomllib.loads(path.read_text(encoding="utf-8"))[key]]


def _fact(raw: dict[str, Any]) -> Fact:
    columns = [
        FactColumn(
            one["code"], one["name"], one.get("name_en", ""), Nature(one["nature"]), int(one["type"] == "decimal")
        )
        for one in raw["field"]
    ]
    dims = tuple(
        Dimension(
            dim["code"],
            dim["name"],
            dim.get("name_en", ""),
            tuple(Member(one["code"], one["name"], one.get("name_en", "")) for one in dim["members"]),
        )
        for dim in raw.get("dimension", [])
    )
    return Fact(raw["code"], raw["name"], raw.get("name_en", ""), "", "", tuple(columns), dims)


def all_words(known: Catalogue) -> Way:
    """The search there was before: every word must begin some word of the indicator, whatever the diacritics."""
    hays = {code: _hay(indicator) for code, indicator in known.indicators.items()}

    def search(question: str) -> list[str]:
        wanted = [f" {word}" for word in text.fold(question).split()]
        scored = []
        for code, (name, rest) in hays.items() if wanted else ():
            if all(word in name or word in rest for word in wanted):
                scored.append(("".join(wanted) not in name, -sum(word in name for word in wanted), code))
        return [code for *_score, code in sorted(scored)[:50]]

    return search


def _hay(indicator: Indicator) -> tuple[str, str]:
    name = text.fold(f"{indicator.code} {indicator.name} {' '.join(indicator.synonyms)}")
    return f" {name}", f" {text.fold(f'{indicator.name_en} {indicator.method} {indicator.agency}')}"


def plain_bm25(known: Catalogue) -> Way:
    """BM25 (k1 1.2, b 0.75) over all texts of an indicator, syllables without diacritics, no thesaurus."""
    docs = {
        code: text.fold(f"{i.code} {i.name} {' '.join(i.synonyms)} {i.name_en} {i.method} {i.agency}").split()
        for code, i in known.indicators.items()
    }
    average = sum(map(len, docs.values())) / len(docs)
    have = Counter(word for words in docs.values() for word in set(words))

    def search(question: str) -> list[str]:
        scores: Counter[str] = Counter()
        for code, words in docs.items():
            for word in set(text.fold(question).split()):
                times, rare = words.count(word), math.log(1 + (len(docs) - have[word] + 0.5) / (have[word] + 0.5))
                scores[code] += rare * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(words) / average))  # type: ignore[assignment]
        return [code for code, score in sorted(scores.items(), key=lambda one: (-one[1], one[0])) if score > 0]

    return search


def trigrams(known: Catalogue) -> Way:
    """Word similarity of PostgreSQL's pg_trgm, best name or synonym of each indicator, without diacritics."""
    names = {
        code: [_trigrams(name) for name in (i.name, i.name_en, *i.synonyms)] for code, i in known.indicators.items()
    }

    def search(question: str) -> list[str]:
        asked = _trigrams(question)
        scores = {
            code: max(len(asked & name) / (len(asked | name) or 1) for name in mine) for code, mine in names.items()
        }
        return [code for code, score in sorted(scores.items(), key=lambda one: (-one[1], one[0])) if score > 0]

    return search


def _trigrams(said: str) -> set[str]:
    return {f"  {word} "[n : n + 3] for word in text.fold(said).split() for n in range(len(word) + 1)}


def measured(way: Way, questions: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Shares of questions answered by the first and among the first five results, and the mean reciprocal rank."""
    ranks = []
    for one in questions:
        found = way(one["ask"])
        ranks.append(next((n for n, code in enumerate(found, 1) if code in one["right"]), 0))
    many = len(ranks)
    return {
        "@1": sum(rank == 1 for rank in ranks) / many,
        "@5": sum(0 < rank <= 5 for rank in ranks) / many,
        "MRR": sum(1 / rank for rank in ranks if rank) / many,
    }
