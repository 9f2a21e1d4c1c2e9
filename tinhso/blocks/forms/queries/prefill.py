"""What registers hold already: answers to questions, and papers that nobody hands in again."""

from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.blocks.forms import contract
from tinhso.blocks.forms.contract import Answer, Asking, Held
from tinhso.blocks.forms.models import Draft
from tinhso.blocks.forms.queries import values as reading
from tinhso.blocks.forms.queries.shape import Json, Shape

PAPER = "paper"


def asked(shape: Shape, asking: Asking) -> Json:
    """Everything that registers answer for this form: path → value or ``paper``, source, day."""
    found: Json = {}
    for name, key in shape.prefill.items():
        answering = contract.ANSWERS.get(key)
        answer = answering(asking) if answering else None
        if answer is not None:
            found[name] = _plain(answer, "")
    for name, paper in _papers(shape):
        holding = contract.PAPERS.get(paper)
        held = holding(asking) if holding else None
        if held is not None:
            found[name] = _plain(held, paper)
    return found


def told(shape: Shape, known: Mapping[str, Answer | Held]) -> Json:
    """What the caller itself answers, by field, in the same form; fields that this form does not ask are left out."""
    return {
        field.name: _plain(known[field.name], field.paper)
        for field in shape.fields
        if field.name in known and isinstance(known[field.name], Held) == (field.kind == "file")
    }


def _plain(one: Answer | Held, paper: str) -> Json:
    what = {"value": one.value} if isinstance(one, Answer) else {PAPER: paper}
    return {**what, "source": one.source, "day": one.day.isoformat()}


def _papers(shape: Shape) -> Iterator[tuple[str, str]]:
    yield from ((field.name, field.paper) for field in shape.fields if field.kind == "file")


def held_paths(answers: Json) -> frozenset[str]:
    """Paths of the papers that are held."""
    return frozenset(path for path, answer in answers.items() if PAPER in answer)


def filled(shape: Shape, answers: Json) -> Json:
    """The answers as first values of a draft."""
    return {
        field.name: answers[field.name]["value"] for field in shape.fields if "value" in answers.get(field.name, {})
    }


def fixed(shape: Shape, answers: Json, values: Json) -> Json:
    """The values, in which what a register says stays as it is where the schema says ``readOnly``."""
    said = filled(shape, answers)
    return values | {field.name: said[field.name] for field in shape.fields if field.read_only and field.name in said}


def corrected(draft: Draft, shape: Shape, values: Json) -> list[str]:
    """Names of the fields in which somebody said otherwise than the register."""
    said = reading.canonical(shape, filled(shape, draft.answers))
    return [name for name in filled(shape, draft.answers) if values.get(name) != said.get(name)]


def note_of(answer: Any) -> tuple[str, str]:
    """Source and ISO day of an answer."""
    return str(answer["source"]), str(answer["day"])
