"""GovStack's descriptions as an attacker reads them: schemathesis asks whatever they allow, and what they do not."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.conformance.govstack_side import (
    CLIENT,
    ROOT,
    System,
    a_place,
    a_service,
    a_system,
    description_of,
    is_there,
)
from tests.conformance.test_api import few
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.project.wsgi import application

if not is_there():
    pytest.skip("không có mẫu đối chiếu của GovStack (TINHSO_VECTORS)", allow_module_level=True)
pytestmark = [pytest.mark.conformance, pytest.mark.django_db]
REFUSALS = ("400", "401", "403", "404", "405", "409", "413", "501")
RIGHTS = ("file cases", "see cases", "receive cases", "process cases", "decide cases")


def _described(path: str) -> OpenApiSchema:
    """A description with the refusals that it leaves out, at our address."""
    found, error = description_of(path), description_of("/services")["components"]["schemas"]["systemError"]
    content = {"application/json": {"schema": error}}
    for operations in found["paths"].values():
        for operation in operations.values():
            for status in REFUSALS:
                operation["responses"][status] = {"description": "systemError", "content": content}
    described = schemathesis.openapi.from_dict(found | {"servers": [{"url": ROOT}]})
    described.app = application
    return described


registration, statistics = (_described(path) for path in ("/services", "/data/statistics"))


@pytest.fixture
def known() -> dict[str, str]:
    """What there is: a service with a form and an application that waits; and a token that may do everything."""
    cache.clear()
    place = a_place()
    catalogue.put(a_service("CH", "khac", "Chặt hạ cây"))
    system: System = a_system("thu", place["SO"], *RIGHTS)
    answer = system.ask("POST", "/services/{serviceId}/applications", "CH", body={"applicantId": "a"})
    file = str(json.loads(answer.content)["fileId"])  # type: ignore[attr-defined]
    return {"serviceId": "CH", "eFormId": "CH", "fileId": file, "taskId": f"{file}:1", "token": system.token}


@pytest.fixture(autouse=True)
def connection_stays_open(known: dict[str, str]) -> Iterator[None]:
    """The end of a request would close the connection of the test's transaction; the usual client lets it again."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def ask(case: Any, known: dict[str, str]) -> None:
    """Ask, every second time about what there is; whatever comes back must be described."""
    for name in known.keys() & set(case.path_parameters or {}):
        if len(str(case.path_parameters[name])) % 2:
            case.path_parameters[name] = known[name]
    headers = {"Authorization": f"Bearer {known['token']}"}
    if "Information-Mediator-Client" in (case.headers or {}) and len(case.headers["Information-Mediator-Client"]) % 3:
        headers["Information-Mediator-Client"] = CLIENT
    # What has the described form may still break a rule; and ids that are no UUIDs are taken, as the scenarios do
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance, negative_data_rejection])


@few
@registration.exclude(path="/documents").parametrize()  # files are looked into outside of any transaction
def test_whatever_is_asked_the_answer_is_described(case: Any, known: dict[str, str]) -> None:
    ask(case, known)


@few
@statistics.parametrize()
def test_statistics_answer_whatever_they_are_asked(case: Any, known: dict[str, str]) -> None:
    ask(case, known)
