"""Makers that read aloud: a form with everything in it, somebody who fills it in, what they type."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import QueryDict

from tinhso.blocks.forms import queries, services
from tinhso.blocks.forms.models import Draft, FormVersion
from tinhso.blocks.forms.queries import shape
from tinhso.kernel.actor import NOBODY, Actor, program_actor

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 25)
KEEPER = program_actor("keeper", rights=["manage forms"])
LAN = Actor(ref="ND-LAN", name="Cô Lan")
BA = Actor(ref="ND-BA", name="Chú Ba")
VISITOR = NOBODY
FOREVER = {"effective_from": "2023-01-01"}


def a_document(**changes: Any) -> dict[str, Any]:
    """The felling form of the tiny province: every widget, a condition, a repeated question, papers."""
    path = settings.ROOT / "tests" / "provinces" / "hai_song" / "forms" / "don-cay.json"
    return json.loads(path.read_text(encoding="utf-8")) | changes  # type: ignore[no-any-return]


def a_small_document(**properties: Any) -> dict[str, Any]:
    """A form of the given properties, each with a place in its layout."""
    return {
        "code": "nho",
        "name": "Biểu mẫu nhỏ",
        **FOREVER,
        "schema": {"type": "object", "additionalProperties": False, "properties": properties},
        "layout": [{"items": [{"field": name, "label": name, **_words(one)} for name, one in properties.items()]}],
    }


def _words(schema: dict[str, Any]) -> dict[str, Any]:
    return {"choices": {value: [value] for value in schema["enum"]}} if "enum" in schema else {}


def changed(document: dict[str, Any], where: str, value: Any) -> dict[str, Any]:
    """A copy of a document in which another value stands at a JSON pointer."""
    copy = deepcopy(document)
    *path, last = where.strip("/").split("/")
    place: Any = copy
    for part in path:
        place = place[int(part)] if isinstance(place, list) else place[part]
    place[int(last) if isinstance(place, list) else last] = value
    return copy


def write(folder: Path, *documents: dict[str, Any]) -> Path:
    """The folder of a province with these forms."""
    for document in documents:
        (folder / f"{document['code']}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def a_version(folder: Path, document: dict[str, Any] | None = None) -> FormVersion:
    """A form that was loaded, in force since long ago."""
    given = document or a_document()
    services.load_forms(folder=write(folder, given), by=KEEPER, now=NOON)
    found = queries.in_force(given["code"], TODAY)
    assert found is not None
    return found


def a_draft(version: FormVersion, *, by: Actor = LAN, **typed: Any) -> Draft:
    """A draft that somebody began, in which so much was typed."""
    return services.open_draft(version=version, by=by, now=NOON, values=typed).draft


def everything(**changes: Any) -> dict[str, Any]:
    """What a careful person types into the felling form."""
    typed = {
        "full_name": "  Nguyễn  Văn Ví Dụ ",
        "id_number": "083 090 000 001",
        "birthday": "5/10/1990",
        "phone": "+84 912 345 678",
        "reason": "sick",
        "agreed": "on",
        "permit": "GT-1",
        "place": {"commune": "C1", "sheet": "12", "parcel": "1.204"},
        "trees": [{"species": "khac", "species_name": "Bằng lăng", "height": "12,5", "count": "2"}],
    }
    return {key: value for key, value in (typed | changes).items() if value is not None}


def posted(typed: dict[str, Any], *, revision: int = 0, do: str = "save") -> QueryDict:
    """What a browser sends for it."""
    post = QueryDict(mutable=True)
    post["revision"], post["do"] = str(revision), do
    for name, value in _flat(typed, "f"):
        post.appendlist(name, value)
    return post


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _flat(one, f"{name}.{key}")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for at, row in enumerate(value):
            yield f"{name}.{at}", "1"
            yield from _flat(row, f"{name}.{at}")
    elif isinstance(value, list):
        yield from ((name, str(one)) for one in value)
    else:
        yield name, str(value)


def a_shape(document: dict[str, Any] | None = None) -> shape.FormShape:
    """The shape of a document."""
    return shape.of(document or a_document())
