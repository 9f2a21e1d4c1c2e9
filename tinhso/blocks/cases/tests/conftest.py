from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.cases import contract
from tinhso.blocks.cases.tests import makers
from tinhso.blocks.cases.tests.applicants import Offers
from tinhso.blocks.forms.tests import makers as forms
from tinhso.blocks.units.models import Unit


@pytest.fixture
def commune(db: None) -> Unit:
    """A commune that receives and decides."""
    return makers.a_unit("28777", "Xã An")


@pytest.fixture
def form(commune: Unit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The procedure has the felling form as its electronic one."""
    monkeypatch.setitem(contract.PROVIDERS, "tests", Offers())
    document = forms.a_document(procedures=["2.000001"])
    forms.a_version(tmp_path, document)
    return document
