"""The examples of the API are what it really answers: every request is sent, every answer compared and validated."""

import json
import os
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import Any
from unittest.mock import patch

import jsonschema_rs
import pytest
from django.test import Client

from tests.journeys import things
from tests.journeys import world as worlds
from tests.journeys.world import World
from tinhso.blocks.units import queries as units
from tinhso.government.certificates.tests.makers import a_certificate
from tinhso.government.reporting.models import Return
from tinhso.ioc.jobs import evaluate_alerts
from tinhso.ioc.models import Alert
from tinhso.project.api import api
from tinhso.project.api_examples import (
    PATH,
    address_of,
    body_of,
    described_operations,
    example_of,
    examples_by_function,
)

pytestmark = pytest.mark.conformance
PUBLISHED, OPEN, ALERT = "BC-7K2M9QX4RT", "BC-4WPDH8SNVE", "CB-9TQ3M7HX2K"
APPLICATION = "HT-7K2M9QX4RT"
CERTIFICATE, LINE = "CTS-7K2M9QX4RT", "DT-7K2M9QX4RT"
OPERATED = ("/api/v1/registers", "/api/v1/support")
MADE = {"add_record": "DT-4WPDH8SNVE", "give_directive": "CD-4WPDH8SNVE"}  # what an example makes, and the name it gets
ORDER = (
    "read_template",
    "put_file",
    "put_values",
    "submit",
    "list_returns",
    "read_return",
    "change_record",
    "add_record",
    "give_directive",
    "answer_directive",
)
# What differs each time: moments of today and numbers that count publications
CHANGES = {
    "act",
    "snapshot",
    "snapshot_at",
    "at",
    "checked_at",
    "opened_at",
    "changed_at",
    "first_submitted_at",
    "submitted_at",
    "due_at",
    "published_at",
    "true_for",
    "known_since",
    "given_at",
    "due_on",
    "first_due_on",
    "answered_at",
}


@pytest.fixture(scope="module")
def ask(province: World, token: Callable[..., str]) -> Callable[[str], tuple[int, Any]]:
    """Sends the request of an example as the clerk's program (alerts, directives: the leader's)."""
    _name_things()
    rights = ("see indicators", "see returns", "hand in returns", "see certificates", "see programme", "do tasks")
    clerk, leader = (
        token("chuyen-vien", *rights),
        token("chu-tich", "see indicators", "handle alerts", "see programme", "give directives"),
    )
    operator = token("quan-tri", "see infrastructure", "manage infrastructure", "see support")
    described = {
        example: (method, template)
        for method, template, operation in described_operations(api.get_openapi_schema())
        for example in examples_by_function()
        if example_of(operation["operationId"]) is examples_by_function()[example]
    }

    def send(name: str) -> tuple[int, Any]:
        example, (method, template) = examples_by_function()[name], described[name]
        steers = "/programme/" in template and name != "answer_directive"
        secret = leader if "alert" in name or steers else operator if template.startswith(OPERATED) else clerk
        named = (
            patch("tinhso.blocks.registers.services.one.refs.new_ref", return_value=MADE[name])
            if name in MADE
            else nullcontext()
        )
        with named:
            answer = Client().generic(
                method.upper(),
                address_of(template, example),
                body_of(example),
                content_type=example.get("content_type", "application/json"),
                headers={"Authorization": f"Bearer {secret}"},
            )
        kind = answer.headers["Content-Type"]
        return answer.status_code, json.loads(answer.content) if "json" in kind else answer.content.decode()

    return send


def _name_things() -> None:
    """Give what the examples speak of the names that they use."""
    Return.objects.filter(pk=worlds.a_return("2023-09").pk).update(ref=PUBLISHED)
    Return.objects.filter(pk=worlds.a_return(worlds.LOOKED_AT).pk).update(ref=OPEN)
    evaluate_alerts()
    alert = Alert.objects.filter(kind="target", unit__ref="C1", state="open").first()
    assert alert is not None
    with patch("tinhso.government.certificates.services.record.refs.new_ref", return_value=CERTIFICATE):
        a_certificate(units.by_ref("T-SO"))
    with patch("tinhso.blocks.registers.services.one.refs.new_ref", return_value=LINE):
        things.a_line("AB-1", since=date(2024, 1, 1))
    Alert.objects.filter(pk=alert.pk).update(ref=ALERT)
    with patch("tinhso.society.support.services.applying.refs.new_ref", return_value=APPLICATION):
        things.an_application("doi-may-api")
    with patch("tinhso.kernel.refs.new_ref", side_effect=lambda prefix: f"{prefix}-7K2M9QX4RT"):
        things.a_plan()
        things.a_directive()


def _steady(value: Any) -> Any:
    """An answer without what differs each time."""
    if isinstance(value, dict):
        return {name: None if name in CHANGES else _steady(inner) for name, inner in value.items()}
    return [_steady(inner) for inner in value] if isinstance(value, list) else value


def _kept(before: Any, now: Any) -> Any:
    """The former answer where only what differs each time has changed."""
    return before if _steady(before) == _steady(now) else now


def test_every_operation_has_an_example_and_every_example_an_operation() -> None:
    ids = [operation["operationId"] for _method, _template, operation in described_operations(api.get_openapi_schema())]

    assert [one for one in ids if example_of(one) is None] == []
    assert [name for name in examples_by_function() if not any(one.endswith(f"_{name}") for one in ids)] == []


def test_the_snapshot_of_examples_is_what_the_api_answers(ask: Callable[[str], tuple[int, Any]]) -> None:
    names = [*(name for name in examples_by_function() if name not in ORDER), *ORDER]
    answers = {name: ask(name) for name in names}

    if os.environ.get("TINHSO_WRITE_SNAPSHOTS") == "1":
        written = {
            name: {**one, "answer": _kept(one.get("answer"), answers[name][1])}
            for name, one in examples_by_function().items()
        }
        PATH.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        examples_by_function.cache_clear()

    assert {name: status for name, (status, _answer) in answers.items() if status != 200} == {}
    for name, (_status, answer) in answers.items():
        assert _steady(examples_by_function()[name]["answer"]) == _steady(answer), f"{name}; nếu đúng ý: make snapshots"


def test_every_answer_fits_its_schema() -> None:
    described = api.get_openapi_schema()

    for _method, _template, operation in described_operations(described):
        for kind, content in operation["responses"][200]["content"].items():
            if "schema" in content and kind == "application/json":
                schema = {**content["schema"], "components": described["components"]}
                jsonschema_rs.validate(schema, content["example"])


def test_every_body_fits_its_schema() -> None:
    described = api.get_openapi_schema()

    for _method, _template, operation in described_operations(described):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = {**content["schema"], "components": described["components"]}
            jsonschema_rs.validate(schema, content["example"])


@pytest.mark.django_db
def test_the_page_of_the_api_shows_every_operation_with_its_command(client: Client) -> None:
    page = client.get("/api/").content.decode()

    for _method, template, operation in described_operations(api.get_openapi_schema()):
        assert template in page, operation["operationId"]
    assert page.count("Authorization: Bearer $TINHSO_TOKEN") == len(examples_by_function())
    assert "<script src" not in page
