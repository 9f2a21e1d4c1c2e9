"""Another province, of three communes and one domain, shows that nothing of a real one is in the code."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tinhso.blocks.identity.models import Person
from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.project.cli import main

FOLDER = Path(__file__).resolve().parents[1] / "provinces" / "hai_song"
SOMEWHERE_REAL = re.compile(r"Bến Tre|Vĩnh Long|Trà Vinh|ben_tre")


@pytest.fixture
def hai_song(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    """The tiny province, loaded by the operator's own command."""
    settings.PROVINCE_DIR = FOLDER
    settings.FACT_STORE, settings.SNAPSHOT_DIR, settings.VAR = str(tmp_path / "facts"), tmp_path / "cells", tmp_path
    queries.clear_caches()
    assert main(["load-province", str(FOLDER)]) == 0


@pytest.mark.usefixtures("hai_song")
def test_a_second_province_runs_on_its_data_alone() -> None:
    [verdict] = queries.check_claims()
    assert (verdict.verdict, verdict.computed and verdict.computed.rounded) == ("holds", Decimal("81.04"))

    [rate] = [item for item in queries.catalogue().in_domain("cay-xanh") if item.headline]
    whole = {reading.period: reading for reading in queries.reading_series(rate, "AB", basis="current", to=SYSTEM)}
    assert whole["2023-03"].computable
    split = {reading.period: reading for reading in queries.reading_series(rate, "C1", basis="current", to=SYSTEM)}
    assert not split["2023-03"].computable
    assert split["2023-09"].computable

    client = Client()
    client.force_login(Person.objects.get(username="chu-tich"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    for address in (
        "/",
        "/wall/",
        "/domains/",
        "/domains/cay-xanh/",
        "/indicators/CX-1/",
        "/figures/",
        "/units/",
        "/returns/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert not SOMEWHERE_REAL.search(text), address
        assert "Hai Sông" in text, address
