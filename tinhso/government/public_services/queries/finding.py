"""Finding procedures: by words with or without diacritics and with slips of typing, by life event, field, agency…"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Count, F, FloatField, IntegerField, Min, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Left, StrIndex

from tinhso.government.public_services.models import Version
from tinhso.government.public_services.queries.lookup import all_versions
from tinhso.kernel import text

ENOUGH = 0.62  # of the trigrams of the words as they were typed, where not all words are there
MOST_LETTERS = 120
# What people say before the matter itself
FILLERS = {
    "toi",
    "muon",
    "can",
    "xin",
    "lam",
    "thu",
    "tuc",
    "cho",
    "de",
    "nhu",
    "the",
    "nao",
    "o",
    "dau",
    "giup",
    "minh",
}


@dataclass(frozen=True)
class ProcedureFilter:
    """What is looked for; empty parts do not narrow."""

    words: str = ""
    life_event: str = ""
    field: str = ""
    agency: str = ""
    audience: str = ""
    level: str = ""
    online: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for."""
        return any(self.__dict__.values())


@dataclass(frozen=True)
class ProcedureFilterChoice:
    """One value that narrows, its name in both languages, and how many procedures of today have it."""

    code: str
    name: str
    count: int
    name_en: str = ""


def search_procedures(procedure_filter: ProcedureFilter, day: date) -> QuerySet[Version]:
    """Versions in force on ``day`` that fit, the best first; without words in the order of the dictionary."""
    versions = _filter_versions(all_versions().filter(effective__contains=day), procedure_filter)
    if not procedure_filter.words:
        return versions.order_by("sort_key", "ref")
    words = _search_words(procedure_filter.words)
    return _ranked_versions(versions, words) if words else versions.none()  # signs alone mean nothing


def _filter_versions(versions: QuerySet[Version], procedure_filter: ProcedureFilter) -> QuerySet[Version]:
    plain = {"field_code": procedure_filter.field, "agency": procedure_filter.agency, "online": procedure_filter.online}
    versions = versions.filter(**{name: value for name, value in plain.items() if value})
    lists = {
        "life_events": procedure_filter.life_event,
        "audiences": procedure_filter.audience,
        "levels": procedure_filter.level,
    }
    return versions.filter(**{f"{name}__contains": [value] for name, value in lists.items() if value})


def _search_words(words: str) -> str:
    """What was typed, folded, without what people say before the matter itself (unless nothing would be left)."""
    folded = text.fold(words.replace("\0", ""))[:MOST_LETTERS]
    significant_words = [word for word in folded.split() if word not in FILLERS]
    return " ".join(significant_words) or folded


def _ranked_versions(versions: QuerySet[Version], asked: str) -> QuerySet[Version]:
    """All words there, or enough of their letters in one stretch of the text; an exact code goes before everything."""
    every = Q()
    for word in asked.split():
        every &= Q(search_text__contains=word)
    similar = TrigramWordSimilarity(asked, "search_text")
    versions = versions.alias(similar=similar).filter(every | Q(search_text__trigram_word_similar=asked))
    versions = versions.alias(
        coded=Case(When(procedure__code__iexact=asked, then=0), default=1, output_field=IntegerField()),
        whole=Case(When(every, then=Value(1.0)), default=Value(0.0), output_field=FloatField()),
        begins=Case(When(search_text__contains=asked, then=0), default=1, output_field=IntegerField()),
        place=StrIndex(Left(F("search_text"), 300, output_field=TextField()), Value(asked)),
    )
    versions = versions.filter(Q(whole=1.0) | Q(similar__gte=ENOUGH))
    return versions.order_by("coded", "-whole", "begins", "-similar", "place", "sort_key", "ref")


def procedure_fields(day: date) -> list[ProcedureFilterChoice]:
    """Fields of procedures in force, in the order of the dictionary."""
    rows = _in_force(day).values("field_code").annotate(count=Count("pk"), name=Min("field"), name_en=Min("field_en"))
    return _sorted_choices(
        ProcedureFilterChoice(row["field_code"], row["name"], row["count"], row["name_en"]) for row in rows
    )


def competent_agencies(day: date) -> list[ProcedureFilterChoice]:
    """Competent agencies, in the order of the dictionary."""
    rows = _in_force(day).values("agency").annotate(count=Count("pk"), name=Min("agency_name"))
    return _sorted_choices(ProcedureFilterChoice(row["agency"], row["name"], row["count"]) for row in rows)


def agencies_and_fields(day: date) -> tuple[list[ProcedureFilterChoice], list[ProcedureFilterChoice]]:
    """Both in one statement."""
    rows: QuerySet[Any, Any] = _in_force(day).order_by().values("agency", "field_code")
    names: dict[str, Any] = {"name": Min("agency_name"), "of": Min("field"), "of_en": Min("field_en")}
    agencies: dict[str, ProcedureFilterChoice] = {}
    fields: dict[str, ProcedureFilterChoice] = {}
    for row in rows.annotate(count=Count("pk"), **names):
        _add_choice(agencies, ProcedureFilterChoice(row["agency"], row["name"], row["count"]))
        _add_choice(fields, ProcedureFilterChoice(row["field_code"], row["of"], row["count"], row["of_en"]))
    return _sorted_choices(agencies.values()), _sorted_choices(fields.values())


def _add_choice(filter_choices_by_key: dict[str, ProcedureFilterChoice], filter_choice: ProcedureFilterChoice) -> None:
    """Count it with what is there of its code, under the first of their names."""
    had = filter_choices_by_key.get(filter_choice.code)
    if had is not None:
        names = min(had.name, filter_choice.name), min(had.name_en, filter_choice.name_en)
        filter_choice = ProcedureFilterChoice(filter_choice.code, names[0], had.count + filter_choice.count, names[1])
    filter_choices_by_key[filter_choice.code] = filter_choice


def _sorted_choices(choices: Iterable[ProcedureFilterChoice]) -> list[ProcedureFilterChoice]:
    return sorted(choices, key=lambda choice: text.sort_key(choice.name))


def life_event_counts(day: date) -> dict[str, int]:
    """How many procedures in force each life event leads to."""
    counts: dict[str, int] = {}
    for events in _in_force(day).exclude(life_events=[]).values_list("life_events", flat=True):
        for event in events:
            counts[event] = counts.get(event, 0) + 1
    return counts


def _in_force(day: date) -> QuerySet[Version]:
    return Version.objects.filter(known__upper_inf=True, effective__contains=day)


def totals_by_online_level(day: date) -> Sequence[tuple[str, int]]:
    """How many procedures are in force, by online level."""
    counts = dict(_in_force(day).values_list("online").annotate(count=Count("pk")).order_by())
    return [(level.value, counts[level.value]) for level in Version.Online if level.value in counts]
