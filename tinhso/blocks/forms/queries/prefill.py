"""What registers hold already: answers to questions, and papers that nobody hands in again."""

from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.blocks.forms import contract
from tinhso.blocks.forms.contract import AnswerQuery, HeldPaper, RegisterAnswer
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries.shape import FormShape, Json

PAPER = "paper"


def answers_from_registers(shape: FormShape, asking: AnswerQuery) -> Json:
    """Everything that registers answer for this form: path → value or ``paper``, source, day."""
    values: Json = {}
    for name, key in shape.prefill.items():
        answering = contract.ANSWERS.get(key)
        answer = answering(asking) if answering else None
        if answer is not None:
            values[name] = _answer_json(answer, "")
    for name, paper in _papers_of_form(shape):
        holding = contract.PAPERS.get(paper)
        held_paper = holding(asking) if holding else None
        if held_paper is not None:
            values[name] = _answer_json(held_paper, paper)
    return values


def answers_of_caller(shape: FormShape, known: Mapping[str, RegisterAnswer | HeldPaper]) -> Json:
    """What the caller itself answers, by field, in the same form; fields that this form does not ask are left out."""
    return {
        field.name: _answer_json(known[field.name], field.paper)
        for field in shape.fields
        if field.name in known and isinstance(known[field.name], HeldPaper) == (field.kind == "file")
    }


def _answer_json(one: RegisterAnswer | HeldPaper, paper: str) -> Json:
    content = {"value": one.value} if isinstance(one, RegisterAnswer) else {PAPER: paper}
    return {**content, "source": one.source, "day": one.day.isoformat()}


def _papers_of_form(shape: FormShape) -> Iterator[tuple[str, str]]:
    yield from ((field.name, field.paper) for field in shape.fields if field.kind == "file")


def held_paths(answers: Json) -> frozenset[str]:
    """Paths of the papers that are held."""
    return frozenset(path for path, answer in answers.items() if PAPER in answer)


def values_from_answers(shape: FormShape, answers: Json) -> Json:
    """The answers as first values of a draft."""
    return {
        field.name: answers[field.name]["value"] for field in shape.fields if "value" in answers.get(field.name, {})
    }


def with_fixed_answers(shape: FormShape, answers: Json, values: Json) -> Json:
    """The values, in which what a register says stays as it is where the schema says ``readOnly``."""
    register_values = values_from_answers(shape, answers)
    return values | {
        field.name: register_values[field.name]
        for field in shape.fields
        if field.read_only and field.name in register_values
    }


def corrected_fields(draft: Draft, shape: FormShape, values: Json) -> list[str]:
    """Names of the fields in which somebody said otherwise than the register."""
    register_values = reading.canonical_values(shape, values_from_answers(shape, draft.answers))
    return [name for name in values_from_answers(shape, draft.answers) if values.get(name) != register_values.get(name)]


def note_of(answer: Any) -> tuple[str, str]:
    """Source and ISO day of an answer."""
    return str(answer["source"]), str(answer["day"])
