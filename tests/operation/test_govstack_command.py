"""The command that sets up what GovStack's checks take for granted, in a demonstration only."""

import json
import os
import re
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from tinhso.blocks.cases.models import Case
from tinhso.blocks.cases.tests.makers import a_unit
from tinhso.blocks.units.models import Level, Unit
from tinhso.government.public_services.models import Procedure
from tinhso.government.reporting.tests.test_pages import an_official
from tinhso.project.cli import REFUSED, main

pytestmark = pytest.mark.django_db
SERVICE, FILE = "0f0e0d0c-0000-4000-8000-000000000001", "0f0e0d0c-0000-4000-8000-0000000000f1"
GIVEN = {
    "services": [{"id": SERVICE, "name": "Birth", "eForms": [{"eFormId": "0f0e0d0c-1", "name": "Form"}]}],
    "applications": [
        {"fileId": FILE, "serviceId": SERVICE, "serviceName": "Birth", "applicantId": "A-1", "documentUrls": ["x"]}
    ],
}


@pytest.fixture
def owner() -> str:
    """A department, and somebody who may own the token."""
    Unit.objects.filter(pk=a_unit("SO", "Sở Thử nghiệm", Level.AGENCY).pk).update(code="SO")
    an_official("he-thong", a_unit("28777", "Xã An"), "file cases")
    return "he-thong"


def seeded(folder: Path, owner: str, given: Any = None) -> int:
    path = folder / "test-data.json"
    path.write_text(json.dumps(given or GIVEN), encoding="utf-8")
    with patch.dict(os.environ, DATABASE_URL="the database of the tests is open already"):
        return main(["govstack-seed", str(path), "--by", owner])


def test_records_are_set_up_under_the_given_identities_and_belong_to_the_token_that_is_printed(
    owner: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = seeded(tmp_path, owner)

    token = re.search(r"tinhso_\S+", capsys.readouterr().out)
    assert (code, token is not None) == (0, True)
    headers = {"Information-Mediator-Client": "a/b/c/d", "Authorization": f"Bearer {token[0] if token else ''}"}
    found = Client().get(f"/govstack/registration/applications/{FILE}", headers=headers).json()
    assert (found["fileId"], found["serviceId"], found["applicantId"]) == (FILE, SERVICE, "A-1")
    assert Client().get(f"/govstack/registration/services/{SERVICE}").json()["name"] == "Birth"


def test_nothing_is_set_up_outside_of_a_demonstration(
    owner: str, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = False

    code = seeded(tmp_path, owner)

    assert code == REFUSED
    assert "TINHSO_DEMO=1" in capsys.readouterr().err
    assert (Case.objects.count(), Procedure.objects.count()) == (0, 0)


def test_a_second_time_and_a_file_of_another_shape_are_refused_in_words(
    owner: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seeded(tmp_path, owner)

    codes = [seeded(tmp_path, owner), seeded(tmp_path, owner, {"services": []})]

    said = capsys.readouterr().err
    assert codes == [REFUSED, REFUSED]
    assert "đã nạp rồi" in said
    assert "test-data.json" in said
    assert Case.objects.count() == 1
