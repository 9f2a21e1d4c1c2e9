"""The other side of GovStack's Registration interface: its description, its scenarios, and data that make them true.

Scenarios and data are read from the vectors; nothing of them is kept here. The data are set up as a province would:
services are procedures that go by the given identifier elsewhere, applications are cases filed by the same token.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from django.http.response import HttpResponseBase
from django.test import Client
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from jsonschema import FormatChecker
from openapi_schema_validator import OAS30Validator

from tests.conftest import VECTORS
from tinhso.blocks.cases.tests.makers import a_unit
from tinhso.blocks.identity import queries as identity
from tinhso.blocks.identity import services as people
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.public_services import services
from tinhso.government.public_services.queries import govstack
from tinhso.government.public_services.queries.documents import Document
from tinhso.government.public_services.tests import makers as catalogue
from tinhso.government.reporting.tests.test_pages import an_official
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor

FOLDER = VECTORS / "01-services" / "govstack" / "bb-registration"
ROOT = "/govstack/registration"
CLIENT = "eGovStack/GOV/90000009/eregistrations-dev"
DESCRIPTIONS = ("GovStack_Registration_BB_API.json", "GovStack_Registration_BB_API_statistics.json")

# The description says that each value of these ``data`` is an object; its own example payload holds plain ones
PLAIN_VALUES = {"formData", "dataUserTaskResponse"}


def read(name: str) -> Any:
    """A JSON file of the vectors; a line that is a comment is left out."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return json.loads(re.sub(r"^#.*$", "", text, flags=re.MULTILINE))


@dataclass(frozen=True)
class Scenario:
    """One scenario, an outline with its example filled in."""

    feature: str
    name: str
    method: str
    endpoint: str
    steps: tuple[str, ...]


def scenarios() -> Iterator[Scenario]:
    """All scenarios that the vectors hold; none where they are absent."""
    for path in sorted(FOLDER.glob("*.feature")):
        document = Parser().parse(path.read_text(encoding="utf-8"))
        feature = document["feature"]
        tags = dict(tag["name"][1:].split("=", 1) for tag in feature["tags"])
        whole: Any = {**document, "uri": path.name}
        for pickle in Compiler().compile(whole):
            steps = tuple(step["text"] for step in pickle["steps"])
            yield Scenario(path.stem, pickle["name"], tags.get("method", ""), tags.get("endpoint", ""), steps)


def description_of(path: str) -> dict[str, Any]:
    """The description that knows a path, with its schemas."""
    found: dict[str, Any] = next(one for one in map(read, DESCRIPTIONS) if path in one["paths"])
    for name in PLAIN_VALUES & found["components"]["schemas"].keys():
        found["components"]["schemas"][name]["properties"]["data"]["additionalProperties"] = True
    return found


def must_fit(method: str, endpoint: str, answer: HttpResponseBase) -> None:
    """An answer is what the description promises for its status, formats included (UUID, dates); or a system error."""
    if not is_there():
        return
    described = description_of(endpoint)
    promised = described["paths"][endpoint][method.lower()]["responses"].get(str(answer.status_code), {})
    promised = described["components"].get("responses", {}).get(promised.get("$ref", "").rpartition("/")[2], promised)
    content = next(iter(promised.get("content", {}).values()), None)
    if content is None and answer.status_code >= 400:
        described, content = description_of("/services"), {"schema": {"$ref": "#/components/schemas/systemError"}}
    assert content is not None, f"{method} {endpoint} promises no {answer.status_code}"
    schema = {**content["schema"], "components": described["components"]}
    told = json.loads(answer.content)  # type: ignore[attr-defined]
    faults = [fault.message for fault in OAS30Validator(schema, format_checker=FormatChecker()).iter_errors(told)]
    assert faults == []
    assert answer.headers["Content-Type"] == "application/json"


@dataclass
class System:
    """Another system with a token of its own."""

    token: str
    actor: Actor
    client: str = CLIENT
    browser: Client = field(default_factory=Client)

    def ask(self, method: str, endpoint: str, *parts: str, body: Any = None, **query: Any) -> HttpResponseBase:
        """Ask for an endpoint of the description with its places filled; the answer must fit the description."""
        names = iter(parts)
        address = re.sub(r"\{\w+\}", lambda _place: quote(next(names), safe=""), endpoint)
        headers = {"Information-Mediator-Client": self.client} if self.client else {}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        sent: dict[str, Any] = {
            "QUERY_STRING": "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        }
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        answer = self.browser.generic(method, ROOT + address, content, "application/json", headers=headers, **sent)
        must_fit(method, endpoint, answer)
        return answer

    def got(self, *asked: str, **query: Any) -> Any:
        """The same with GET, read."""
        answer = self.ask("GET", *asked, **query)
        assert answer.status_code == 200, answer.content  # type: ignore[attr-defined]
        return json.loads(answer.content)  # type: ignore[attr-defined]


def a_system(name: str, unit: Unit, *rights: str) -> System:
    """A program's token of somebody posted at ``unit``."""
    person = an_official(name, unit, *(rights or ("file cases",)))
    by, now = identity.actor_for(person), clock.now()
    wanted = [*rights] or ["file cases"]
    _token, secret = people.make_token(
        person=person, name=name, rights=wanted, expires_at=now + timedelta(days=1), by=by, now=now
    )
    return System(secret, identity.actor_of_token(secret, address="", now=now))


def a_place() -> dict[str, Unit]:
    """A department that decides, and a commune."""
    agency = a_unit("SO", "Sở Thử nghiệm", Level.AGENCY)
    return {"SO": agency, "XA": a_unit("28777", "Xã An")}


def a_service(code: str, identifier: str, name: str, **changes: Any) -> Document:
    """A procedure that the department decides, and that goes by ``identifier`` elsewhere."""
    usual: dict[str, Any] = {
        "code": code,
        "aliases": [identifier],
        "name": name,
        "name_en": name,
        "agency": "SO",
        "levels": ["province"],
        "effective_from": "2024-09-01",
        "forms": [],
    }
    return catalogue.a_document(**(usual | changes))


def the_given_data(by: System) -> None:
    """What the scenarios take for granted: the services with their forms, and the applications, all of one system."""
    given = read("test-data.json")
    documents = []
    known: dict[str, str] = {}
    for one in given["services"]:
        forms = [{"code": form["eFormId"], "name": form["name"]} for form in one["eForms"]]
        known[one["id"]] = f"GS-{len(known)}"
        documents.append(a_service(known[one["id"]], one["id"], one["name"], forms=forms))
    for one in given["applications"]:
        if one["serviceId"] not in known:
            known[one["serviceId"]] = f"GS-{len(known)}"
            documents.append(a_service(known[one["serviceId"]], one["serviceId"], one["serviceName"]))
    catalogue.put(*documents)
    for one in given["applications"]:
        service = govstack.service_version(one["serviceId"], clock.today())
        sent = services.ApplicationSubmission(one["applicantId"], CLIENT, document_urls=tuple(one["documentUrls"]))
        with patch("tinhso.blocks.cases.services.filing._next_code", return_value=one["fileId"]):
            services.submit_application(service=service, sent=sent, by=by.actor, now=clock.now())


def is_there() -> bool:
    """Whether the vectors are on this machine."""
    return Path(FOLDER / "test-data.json").is_file()
