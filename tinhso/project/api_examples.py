"""Requests with their real answers, shown in the description of the API and on its page.

``api_examples.json`` beside this file holds them. A test sends every request to the tiny province of the tests and
compares: an example that the API would not give fails the build (``make snapshots`` writes the answers anew).
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

PATH = Path(__file__).with_suffix(".json")
PLACE = "https://tinhso.example"
SECRET = "$TINHSO_TOKEN"  # what a reader puts into the environment; never a real one
METHODS = ("get", "put", "post", "patch", "delete")


@lru_cache(maxsize=1)
def examples_by_function() -> Mapping[str, Mapping[str, Any]]:
    """Examples by the name of the operation's function."""
    examples: Mapping[str, Mapping[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))
    return examples


def example_of(operation_id: str) -> Mapping[str, Any] | None:
    """The example of an operation; None when nobody wrote one."""
    fitting = (name for name in examples_by_function() if operation_id.endswith(f"_{name}"))
    name = max(fitting, key=len, default="")
    return examples_by_function()[name] if name else None


def address_of(template: str, example: Mapping[str, Any]) -> str:
    """The address that the example asks, its path and its query filled in."""
    for name, value in example.get("path", {}).items():
        template = template.replace("{" + name + "}", quote(str(value), safe=":"))
    query = urlencode(example.get("query", {}))
    return f"{template}?{query}" if query else template


def body_of(example: Mapping[str, Any]) -> str:
    """What the example sends, as text; empty for a question."""
    body = example.get("body", "")
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def curl_command(method: str, template: str, example: Mapping[str, Any]) -> str:
    """The example as a command that can be typed."""
    parts = ["curl"] if method == "get" else [f"curl -X {method.upper()}"]
    parts.append(f"'{PLACE}{address_of(template, example)}'")
    parts.append(f'-H "Authorization: Bearer {SECRET}"')
    if "body" in example:
        kind = example.get("content_type", "application/json")
        parts += [f"-H 'Content-Type: {kind}'", f"--data-binary '{body_of(example)}'"]
    return " \\\n  ".join(parts)


def described_operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address template and description of every operation."""
    for template, methods in described["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, template, methods[method]


def add_examples(described: dict[str, Any]) -> None:
    """Put every example into the description: parameters, body, answer, and the command."""
    for method, template, operation in described_operations(described):
        example = example_of(operation["operationId"])
        if example is None:
            continue
        parameter_values = {**example.get("path", {}), **example.get("query", {})}
        for parameter in operation.get("parameters", []):
            if parameter["name"] in parameter_values:
                parameter["example"] = parameter_values[parameter["name"]]
        for kind, content in operation.get("requestBody", {}).get("content", {}).items():
            if kind == example.get("content_type", "application/json"):
                content["example"] = example["body"]
        answer = operation["responses"][200].setdefault("content", {})
        answer.setdefault(example.get("media_type", "application/json"), {})["example"] = example.get("answer")
        operation["x-codeSamples"] = [{"lang": "curl", "source": curl_command(method, template, example)}]
