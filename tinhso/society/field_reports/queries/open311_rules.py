"""What a province says of its Open311 interface in ``open311.toml``: whom to ask, limits, and questions of its own."""

from typing import Annotated, Literal

from pydantic import Field

from tinhso.kernel.province_table import province_table, table
from tinhso.ui.wording import in_language


@table
class Open311Choice:
    """One answer of a list."""

    key: str
    name: str


@table
class Open311Question:
    """What a category asks beside the words of the standard; its answer becomes a line of the report's text."""

    category: str
    code: str
    words: str
    words_en: str = ""
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"] = "string"
    required: bool = False
    hint: str = ""
    values: tuple[Open311Choice, ...] = ()

    @property
    def label(self) -> str:
        """The question in the reader's language."""
        return in_language(self.words, self.words_en)


@table
class Interface:
    """``writes_per_hour`` for one key, ``reads_per_minute`` for one address; ``jurisdiction``: what clients may say."""

    contact: str = ""
    jurisdiction: str = ""
    key_service: str = ""
    changed: str = "2026-11-01T00:00:00+07:00"
    writes_per_hour: int = 600
    reads_per_minute: int = 300
    questions: Annotated[tuple[Open311Question, ...], Field(alias="question")] = ()

    def asks(self, category: str) -> list[Open311Question]:
        """The questions of one category."""
        return [open311_question for open311_question in self.questions if open311_question.category == category]


interface = province_table("open311.toml", Interface)
