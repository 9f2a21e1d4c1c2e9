"""Files through GovStack's interface: looked into, kept, and bound to nobody else's application."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase

from tests.conformance.govstack_side import CLIENT, ROOT, System, a_place, a_service, a_system, must_fit
from tinhso.blocks.cases.models import Case, Entry
from tinhso.blocks.documents.models import StoredFile
from tinhso.blocks.documents.tests.papers import a_pdf
from tinhso.blocks.units.models import Unit
from tinhso.government.public_services.tests import makers as catalogue

pytestmark = [pytest.mark.conformance, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place() -> dict[str, Unit]:
    """A department with one procedure."""
    cache.clear()
    units = a_place()
    catalogue.put(a_service("CH", "khac", "Chặt hạ cây"))
    return units


@pytest.fixture
def mine(place: dict[str, Unit]) -> System:
    """A system that hands in."""
    return a_system("cua-toi", place["XA"], "file cases")


def sent(by: System, *files: tuple[str, bytes]) -> HttpResponseBase:
    """Files, as a browser would send them."""
    content = [SimpleUploadedFile(name, data) for name, data in files]
    answer = by.browser.post(f"{ROOT}/documents", {"file": content}, headers={"Authorization": f"Bearer {by.token}"})
    must_fit("POST", "/documents", answer)
    return answer


def json_of(answer: HttpResponseBase) -> Any:
    """An answer, read."""
    return json.loads(answer.content)  # type: ignore[attr-defined]


def applied(by: System, *urls: str) -> HttpResponseBase:
    """An application that names documents."""
    body = {"applicantId": "n", "documentUrls": list(urls)}
    return by.ask("POST", "/services/{serviceId}/applications", "CH", body=body)


def test_a_file_is_kept_and_bound_to_the_application_that_names_it(mine: System) -> None:
    name = json_of(sent(mine, ("don.pdf", a_pdf())))["url"]

    answer = applied(mine, name, "https://cong.example/2.pdf")

    assert (answer.status_code, mine.client) == (200, CLIENT)
    assert Entry.objects.get(did="paper_added").detail == {"papers": ["don.pdf"]}
    assert Entry.objects.get(did="filed").note == "https://cong.example/2.pdf"


def test_anothers_file_is_not_mine_to_bind(mine: System, place: dict[str, Unit]) -> None:
    name = json_of(sent(mine, ("don.pdf", a_pdf())))["url"]
    other = a_system("ke-khac", place["XA"], "file cases")

    answers = [applied(other, name), applied(mine, name + "x"), applied(mine, "urn:tinhso:file:")]

    assert [(one.status_code, json_of(one)["code"]) for one in answers] == [(409, "no_such_file")] * 3
    assert Case.objects.count() == 0


def test_what_is_no_document_is_refused_and_not_kept(mine: System) -> None:
    answers = [sent(mine, ("don.pdf", b"MZ not a document")), sent(mine), sent(mine, ("a.pdf", b"x"), ("b.pdf", b"x"))]

    assert [one.status_code for one in answers] == [400, 400, 400]
    assert StoredFile.objects.count() == 0


def test_who_may_not_hand_in_hands_over_no_file(place: dict[str, Unit]) -> None:
    assert sent(a_system("xem", place["SO"], "see cases"), ("don.pdf", a_pdf())).status_code == 403
