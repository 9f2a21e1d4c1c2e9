"""What a question names beside its subject: a unit and a period."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tinhso.blocks.indicators.queries.search_words import SearchWord, words_of
from tinhso.blocks.units.models import Level
from tinhso.blocks.units.queries import UnitNode
from tinhso.ioc.queries.places import Places
from tinhso.kernel import periods
from tinhso.kernel.periods import Period, PeriodType

KINDS = (
    "tinh",
    "thanh pho",
    "huyen",
    "thi xa",
    "quan",
    "phuong",
    "xa",
    "thi tran",
    "province",
    "district",
    "commune",
    "ward",
)
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
MONTHS = {
    name: at
    for at, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
YEAR = r"(?P<year>(?:19|20)\d\d)"
QUARTER = r"(?:quý|quy|quarter|q)\s*(?P<quarter>[1-4]|iv|i{1,3})\b"
MONTH = r"(?:tháng|thang|month)\s*(?P<month>1[0-2]|0?[1-9])\b"
JOIN = r"(?:\s*[/-]\s*|\s*,?\s*(?:năm|nam|of)?\s*)"
NAMED = rf"\b(?P<name>{'|'.join(MONTHS)})\s+"
PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{QUARTER}(?:{JOIN}{YEAR})?\b",
        rf"\b{YEAR}\s*-?\s*{QUARTER}",
        rf"\b{MONTH}(?:{JOIN}{YEAR})?\b",
        rf"\b(?P<month>1[0-2]|0?[1-9])\s*[/-]\s*{YEAR}\b",
        rf"\b{YEAR}-(?P<month>1[0-2]|0[1-9])\b",
        rf"{NAMED}{YEAR}\b",
        rf"\b(?:(?:năm|nam|year|in)\s+)?{YEAR}\b",
    )
]
RELATIVE = (
    (("năm ngoái", "nam ngoai", "năm trước", "nam truoc", "last year"), PeriodType.YEAR, -1),
    (("năm nay", "nam nay", "this year"), PeriodType.YEAR, 0),
    (("quý trước", "quy truoc", "quý rồi", "last quarter"), PeriodType.QUARTER, -1),
    (("quý này", "quy nay", "this quarter"), PeriodType.QUARTER, 0),
    (("tháng trước", "thang truoc", "tháng rồi", "tháng vừa rồi", "last month"), PeriodType.MONTH, -1),
    (("tháng này", "thang nay", "this month"), PeriodType.MONTH, 0),
)
_kept: dict[tuple[object, ...], Mapping[str, UnitNode]] = {}


@dataclass(frozen=True)
class ParsedQuestion:
    """A question taken apart: its subject, the unit and the period it names (None and empty where it names none)."""

    subject: str
    unit: UnitNode | None = None
    period: str = ""


def taken_apart(places: Places, question: str) -> ParsedQuestion:
    """What ``question`` is about, of which unit and when."""
    rest, period = period_in(question, places.day)
    subject, unit = _unit_in(places, rest)
    return ParsedQuestion(subject, unit, period)


def period_in(question: str, today: date) -> tuple[str, str]:
    """The question without the period it names, and the period's code; years not said are the last that fit."""
    for phrases, kind, steps in RELATIVE:
        for phrase in phrases:
            match = re.search(rf"\b{phrase}\b", question, re.IGNORECASE)
            if match is not None:
                return _text_without(question, match), periods.of(today, kind).shift(steps).code
    for pattern in PATTERNS:
        match = pattern.search(question)
        if match is not None:
            return _text_without(question, match), _period_of_parts(match.groupdict(), today).code
    return question, ""


def _text_without(question: str, match: re.Match[str]) -> str:
    return f"{question[: match.start()]} {question[match.end() :]}".strip()


def _period_of_parts(parts: Mapping[str, str | None], today: date) -> Period:
    year = int(parts.get("year") or today.year)
    quarter, month = parts.get("quarter"), parts.get("month") or MONTHS.get((parts.get("name") or "").lower())
    if not quarter and not month:
        return periods.of(date(year, 1, 1), PeriodType.YEAR)
    at = int(month) if month else 3 * (ROMAN.get(quarter.lower()) or int(quarter)) if quarter else 1
    kind = PeriodType.QUARTER if quarter else PeriodType.MONTH
    period = periods.of(date(year, at, 1), kind)
    return period if parts.get("year") or period.start <= today else period.year_before()


def _unit_in(places: Places, question: str) -> tuple[str, UnitNode | None]:
    """The longest name of a unit in the question; one syllable counts only after its kind (*xã*, *phường* …)."""
    words, names = words_of(question), _cached_unit_names(places)
    for length in range(min(6, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            part = words[at : at + length]
            node = names.get(" ".join(word.bare for word in part))
            if node is not None and _words_match(part, node, words[:at]):
                start = at - _kind_before(words, at)
                rest = [word.said for word in (*words[:start], *words[at + length :])]
                return " ".join(rest), node
    return question, None


def _kind_before(words: tuple[SearchWord, ...], at: int) -> int:
    """How many words of a unit's kind stand before a name."""
    for length in (2, 1):
        if " ".join(word.bare for word in words[max(0, at - length) : at]) in KINDS and at >= length:
            return length
    return 0


def _words_match(part: tuple[SearchWord, ...], node: UnitNode, before: tuple[SearchWord, ...]) -> bool:
    """Marks that were typed must be those of the name; a name of one syllable needs its kind before it."""
    own = words_of(node.name)[-len(part) :]
    if not all(mine.fits(theirs) for mine, theirs in zip(part, own, strict=True)):
        return False
    return len(part) > 1 or _kind_before(before, len(before)) > 0


def _cached_unit_names(places: Places) -> Mapping[str, UnitNode]:
    """Units by the bare words of their names, with and without their kind; those of today, then the highest."""
    key = (*places.version, places.day, id(places.by_ref))
    if key not in _kept:
        if len(_kept) > 3:
            _kept.clear()
        _kept[key] = _unit_names(places)
    return _kept[key]


def _unit_names(places: Places) -> Mapping[str, UnitNode]:
    unit_nodes_by_key: dict[str, UnitNode] = {}
    every = [node for node in places.by_ref.values() if node.level != Level.AGENCY]
    for node in sorted(every, key=lambda node: (not node.valid(places.day), node.level, -node.start.toordinal())):
        words = [word.bare for word in words_of(node.name)]
        unit_nodes_by_key.setdefault(" ".join(words), node)
        for length in (1, 2):
            if len(words) > length and " ".join(words[:length]) in KINDS:
                unit_nodes_by_key.setdefault(" ".join(words[length:]), node)
    return unit_nodes_by_key


def clear_unit_names_cache() -> None:
    """Drop what is kept in memory; for tests."""
    _kept.clear()
