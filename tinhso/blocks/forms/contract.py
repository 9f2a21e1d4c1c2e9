"""How others answer a form's questions from what the state already holds.

``@answers("person.full_name")`` on a function from :class:`Asking` to :class:`Answer` or None fills every field whose
form says ``"prefill": {field: "person.full_name"}``. ``@holds("trich-luc-khai-sinh")`` says that the content of a paper
is in a register already, so that nobody hands it in again (Nghị định 224/2026/NĐ-CP, Điều 18.4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

Value = str | int | bool


@dataclass(frozen=True)
class AnswerQuery:
    """Who is asked about: the reference of the person who fills in (empty: nobody known), the caller's ``about``, the
    day that the answer should hold for."""

    owner: str
    about: str
    day: date


@dataclass(frozen=True)
class RegisterAnswer:
    """What a register says, in its canonical form (days as ISO text, money in whole đồng), from where, of which day."""

    value: Value
    source: str
    day: date


@dataclass(frozen=True)
class HeldPaper:
    """A paper whose content a register holds: which one, and of which day."""

    source: str
    day: date


Answering = Callable[[AnswerQuery], RegisterAnswer | None]
Holding = Callable[[AnswerQuery], HeldPaper | None]
ANSWERS: dict[str, Answering] = {}
PAPERS: dict[str, Holding] = {}


def register_answer(key: str) -> Callable[[Answering], Answering]:
    """Register who answers ``key``; one key has one source."""

    def register(function: Answering) -> Answering:
        if ANSWERS.get(key, function) is not function:
            raise ValueError(f"somebody answers {key} already")
        ANSWERS[key] = function
        return function

    return register


def register_paper_holding(paper: str) -> Callable[[Holding], Holding]:
    """Register who says whether the content of ``paper`` (a code) is held already."""

    def register(function: Holding) -> Holding:
        if PAPERS.get(paper, function) is not function:
            raise ValueError(f"somebody holds {paper} already")
        PAPERS[paper] = function
        return function

    return register
