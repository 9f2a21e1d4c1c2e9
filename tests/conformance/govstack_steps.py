"""The steps of GovStack's scenarios: what each sentence does with a running conversation."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http.response import HttpResponseBase

from tests.conformance.govstack_side import Scenario, System

HEADER = "Information-Mediator-Client"  # whoever has one has a token as well
Step = Callable[..., None]
STEPS: list[tuple[re.Pattern[str], Step]] = []


@dataclass
class Talk:
    """One scenario under way: what will be asked, and what was answered."""

    scenario: Scenario
    system: System
    places: list[str] = field(default_factory=list)
    query: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] | None = None
    answer: HttpResponseBase | None = None

    @property
    def told(self) -> Any:
        """The answer, read."""
        assert self.answer is not None
        return json.loads(self.answer.content)  # type: ignore[attr-defined]

    def put(self, name: str, value: str) -> None:
        """Give a value where the request has a place for it: in the address, the body or the query."""
        if f"{{{name}}}" in self.scenario.endpoint:
            self.places.append(value)
        elif self.scenario.method == "POST":
            self.body = (self.body or {}) | {name: value}
        else:
            self.query[name] = value


def play(scenario: Scenario, system: System) -> None:
    """Go through the steps, without any credentials where none is mentioned; an unknown sentence is an error."""
    mediated = any(HEADER in text for text in scenario.steps)
    talk = Talk(scenario, system if mediated else replace(system, token="", client=""))
    for text in scenario.steps:
        known = [(step, found) for pattern, step in STEPS if (found := pattern.fullmatch(text))]
        assert len(known) == 1, f"{len(known)} meanings of: {text}"
        step, found = known[0]
        step(talk, *found.groups())


def _says(pattern: str) -> Callable[[Step], Step]:
    def keep(step: Step) -> Step:
        STEPS.append((re.compile(pattern), step))
        return step

    return keep


@_says(r"(?:User|An applicant) wants to .*|the minimalism")
def _purpose(talk: Talk) -> None:
    """A sentence for people."""


@_says(r"((?:GET|POST) request to .*|User sends GET .*|The (?:\S+ )?request contains a payload .*)")
def _gives(talk: Talk, words: str) -> None:
    for text, number, name in re.findall(r'(?:"([^"]*)"|\b(\d+)) as (\w+)', words):
        talk.put(name, text or number)


@_says(r"The response from the .* endpoint is received")
def _asks(talk: Talk) -> None:
    asked = talk.scenario
    talk.answer = talk.system.ask(asked.method, asked.endpoint, *talk.places, body=talk.body, **talk.query)


@_says(r"The \S+ response should be returned in a timely manner (\d+)ms")
def _in_time(talk: Talk, milliseconds: str) -> None:
    """The answer is there: a test that measures time fails on a busy machine and says nothing about the interface."""
    assert talk.answer is not None


@_says(r"The \S+ response should have status (\d+)")
def _has_status(talk: Talk, status: str) -> None:
    assert talk.answer is not None
    assert talk.answer.status_code == int(status), talk.told


@_says(r'The \S+ response should have "([^"]+)": "([^"]+)" header')
def _has_header(talk: Talk, name: str, value: str) -> None:
    assert talk.answer is not None
    assert value in talk.answer.headers[name]


@_says(r"The \S+ response should match json schema")
def _fits(talk: Talk) -> None:
    """Every answer was held against the description when it came; here it must be one that was promised."""
    assert talk.answer is not None
    assert talk.answer.status_code == 200


@_says(r"The \S+ response should contains empty array")
def _is_empty(talk: Talk) -> None:
    assert talk.told == []


@_says(r"""The \S+ response's (\w+) should be equal to the \w+ from the request "([^"]+)\"""")
def _echoes(talk: Talk, name: str, value: str) -> None:
    assert talk.told[name] == value


@_says(r'The (\w+) field in the response matches with "([^"]+)" provided as \w+ in the query parameter')
def _matches(talk: Talk, name: str, value: str) -> None:
    assert talk.told
    assert {one[name] for one in talk.told} == {value}
