"""GovStack's Registration interface: its own scenarios and description, and who may see what."""

import json

import pytest
from django.core.cache import cache

from tests.conformance.govstack_side import (
    Scenario,
    System,
    a_place,
    a_system,
    is_there,
    read,
    scenarios,
    the_given_data,
)
from tests.conformance.govstack_steps import play
from tinhso.blocks.units.models import Unit

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.django_db,
    pytest.mark.skipif(not is_there(), reason="không có mẫu đối chiếu của GovStack (TINHSO_VECTORS)"),
]
SERVICE = "f7d33db0-2809-484e-a780-76b7ccd4ecbf"


@pytest.fixture
def place() -> dict[str, Unit]:
    """A department and a commune."""
    cache.clear()
    return a_place()


@pytest.fixture
def system(place: dict[str, Unit]) -> System:
    """A system that may hand in."""
    return a_system("he-thong", place["XA"])


@pytest.mark.parametrize("scenario", [*scenarios()], ids=lambda one: f"{one.feature}: {one.name}")
def test_a_scenario_of_govstack_goes_as_it_says(scenario: Scenario, system: System) -> None:
    the_given_data(system)

    play(scenario, system)


def test_the_given_example_of_form_data_is_kept_and_told_as_it_was_sent(system: System) -> None:
    the_given_data(system)
    data = read("ExamplePayload.json")
    body = {"applicantId": "nguoi-1", "formData": {"data": data}}

    answer = system.ask("POST", "/services/{serviceId}/applications", SERVICE, body=body)

    file = json.loads(answer.content)["fileId"]  # type: ignore[attr-defined]
    assert system.got("/applications/{fileId}", file)["applicationData"]["formData"]["data"] == data


def test_the_applications_of_the_given_data_are_found_by_their_service_and_applicant(system: System) -> None:
    the_given_data(system)

    for one in read("test-data.json")["applications"]:
        found = system.got("/applications", serviceId=one["serviceId"], applicantId=one["applicantId"])
        assert [(file["fileId"], file["status"]["code"]) for file in found] == [(one["fileId"], one["status"]["code"])]
