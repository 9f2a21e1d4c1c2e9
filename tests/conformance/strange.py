"""Requests that are not as described, made from one that is: each value in turn becomes something else."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import transaction
from django.test import Client

LONG = "9" * 5_000
TEXTS = (
    *("", "null", "a\0b", "-1", "1e400", "NaN", "[]", "%", "x,,y", "٣", "(((", "9" * 20, LONG),
    *("2026-02-30", "2026-13-40T99:99:99Z", "10000-01-01"),
)
VALUES: tuple[Any, ...] = (None, True, -1, 10**30, "", "a\0b", LONG, [None], {"": None}, ["x"])
NO_OBJECTS = (b"null", b"[]", b"[null]", b'"x"', b"1", b"NaN", b"{", b"\xff\xfe", b"[" * 20_000, b"\0")


@dataclass(frozen=True)
class Asking:
    """A request as it is described: parameters with a good value each; a body as an object, else as bytes."""

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    body: Any = None
    kind: str = "application/json"

    def encoded(self, body: Any) -> bytes:
        """A body as its kind has it."""
        if body is None or isinstance(body, bytes):
            return body or b""
        return json.dumps(body).encode() if self.kind == "application/json" else urlencode(body, doseq=True).encode()

    def queries(self) -> Iterator[str]:
        """The query with each parameter left out, twice, in no encoding, of another name, and with another value."""
        yield urlencode(self.params)
        for name in self.params:
            others = urlencode({key: value for key, value in self.params.items() if key != name})
            yield from (others, f"{others}&{name}=1&{name}=2", f"{others}&{name}=%FF%C0", f"{others}&{name}[]=1")
            for text in TEXTS:
                yield f"{others}&{urlencode({name: text})}"

    def bodies(self) -> Iterator[bytes]:
        """The body with each value in it as something else or left out."""
        yield from (self.encoded(changed) for changed in ([self.body] if self.body is None else changes(self.body)))
        if self.kind == "application/json" and isinstance(self.body, dict):
            whole = json.dumps(self.body)[:-1]
            yield from (f'{whole}, "x{name}": "\\ud800"}}'.encode() for name in self.body)

    def without_object(self) -> Iterator[bytes]:
        """Bodies that are no object of JSON, or one that says something twice."""
        if isinstance(self.body, dict) and self.kind == "application/json":
            yield from NO_OBJECTS
            yield from (f'{json.dumps(self.body)[:-1]}, "{name}": null}}'.encode() for name in self.body)


def changes(said: Any) -> Iterator[Any]:
    """The same with one part of it as something else."""
    if isinstance(said, dict):
        for name, value in said.items():
            yield {key: other for key, other in said.items() if key != name}
            yield from (said | {name: changed} for changed in (*VALUES, *changes(value)))
    elif isinstance(said, list):
        for place, value in enumerate(said):
            yield from ([*said[:place], changed, *said[place + 1 :]] for changed in (*VALUES, *changes(value)))


@dataclass(frozen=True)
class Door:
    """A machine interface with what opens it. Nothing of a request stays."""

    headers: dict[str, str]
    client: Client = field(default_factory=Client)

    def ask(self, asking: Asking, query: str, body: bytes) -> int:
        """The status; an error of ours is raised."""
        cache.clear()  # nobody asks too often here
        with transaction.atomic():
            answer = self.client.generic(
                asking.method, asking.path, body, asking.kind, headers=self.headers, QUERY_STRING=query
            )
            transaction.set_rollback(True)
        return answer.status_code


def must_be_strict(
    door: Door, askings: Sequence[Asking], *, is_open: Callable[[Asking], bool] = lambda _asking: False
) -> None:
    """What is described is answered, unless ``is_open`` says that nothing good is known to ask for; whatever else is
    sent, no error of ours; and a body that is no object, or says something twice, is refused.

    501 is an answer: SDMX and DHIS2 have it for what a service does not offer.
    """
    for asking in askings:
        good, query = asking.encoded(asking.body), urlencode(asking.params)
        first = door.ask(asking, query, good)
        assert first < 300 or is_open(asking), (asking.method, asking.path, first)
        asked = [(one, good) for one in asking.queries()]
        asked += [(query, one) for one in asking.bodies()] if asking.method not in ("GET", "DELETE") else []
        broken = {one: status for one in asked if (status := door.ask(asking, *one)) >= 500 and status != 501}
        assert broken == {}, (asking.method, asking.path)
        taken = [one for one in asking.without_object() if not 400 <= door.ask(asking, query, one) < 500]
        assert taken == [], (asking.method, asking.path)
