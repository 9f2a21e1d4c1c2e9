"""What a province says of its Open311 interface in ``open311.toml``: whom to ask, limits, and questions of its own."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

FILE = "open311.toml"
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")


@dataclass(frozen=True)
class Choice:
    """One answer of a list."""

    key: str
    name: str


@dataclass(frozen=True)
class Question:
    """What a category asks beside the words of the standard; its answer becomes a line of the report's text."""

    category: str
    code: str
    words: str
    words_en: str = ""
    datatype: str = "string"
    required: bool = False
    hint: str = ""
    values: tuple[Choice, ...] = ()

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return self.words_en if get_language() == "en" and self.words_en else self.words


@dataclass(frozen=True)
class Interface:
    """``writes_per_hour`` for one key, ``reads_per_minute`` for one address; ``jurisdiction``: what clients may say."""

    contact: str = ""
    jurisdiction: str = ""
    key_service: str = ""
    changed: str = "2026-11-01T00:00:00+07:00"
    writes_per_hour: int = 600
    reads_per_minute: int = 300
    questions: tuple[Question, ...] = ()

    def asks(self, category: str) -> list[Question]:
        """The questions of one category."""
        return [one for one in self.questions if one.category == category]


def interface() -> Interface:
    """What the file says now; plain defaults where a province has none."""
    path = Path(settings.PROVINCE_DIR) / FILE
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> Interface:
    raw: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if changed else {}
    names = ("contact", "jurisdiction", "key_service", "changed", "writes_per_hour", "reads_per_minute")
    given = {name: raw[name] for name in names if name in raw}
    return Interface(**given, questions=tuple(_question(one) for one in raw.get("question", [])))


def _question(raw: Mapping[str, Any]) -> Question:
    if raw.get("datatype", "string") not in DATATYPES:
        raise ValueError(f"{FILE}: datatype {raw['datatype']}")
    return Question(
        category=raw["category"],
        code=raw["code"],
        words=raw["words"],
        words_en=raw.get("words_en", ""),
        datatype=raw.get("datatype", "string"),
        required=bool(raw.get("required", False)),
        hint=raw.get("hint", ""),
        values=tuple(Choice(str(one["key"]), one["name"]) for one in raw.get("values", [])),
    )
