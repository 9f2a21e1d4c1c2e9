"""The API for people who read before they write: every operation with a command and its real answer, no scripts."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.project.api import api
from tinhso.project.api_examples import curl_command, described_operations, example_of


@require_safe
def api_page(request: HttpRequest) -> HttpResponse:
    """What programs may ask here, and in which languages of other systems."""
    described = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for method, template, operation in described_operations(described):
        tag = operation.get("tags", [""])[0]
        groups.setdefault(tag, []).append(_operation_context(method, template, operation))
    return render(request, "project/api.html", {"groups": groups, "version": described["info"]["version"]})


def _operation_context(method: str, template: str, operation: dict[str, Any]) -> dict[str, Any]:
    example = example_of(operation["operationId"])
    parameters = [
        {"name": parameter["name"], "where": parameter["in"], "required": parameter.get("required", False)}
        for parameter in operation.get("parameters", [])
    ]
    return {
        "anchor": operation["operationId"].rpartition("_api_")[2],
        "method": method.upper(),
        "address": template,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": parameters,
        "command": curl_command(method, template, example) if example else "",
        "answer": _pretty_json(example.get("answer")) if example else "",
    }


def _pretty_json(answer: Any) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False, indent=2)
