"""Papers that the store has lost are named by the doctor, and put back from a copy of the store."""

from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.documents import queries
from tinhso.blocks.documents.queries.store import file_store
from tinhso.blocks.documents.tests import papers as a
from tinhso.project import doctor


@pytest.mark.django_db(transaction=True)
def test_a_lost_paper_is_named_and_found_again_once_its_object_is_back(settings: Any, tmp_path: Path) -> None:
    settings.FILE_STORE = str(tmp_path / "files")
    file = a.accept(a.a_pdf())
    path = file_store().path(file.sha256)
    copy = path.rename(tmp_path / "copy")

    finding = doctor._check_file_store()
    copy.rename(path)

    assert (finding.state, file.ref in finding.said) == ("fail", True)
    assert doctor._check_file_store().state == "ok"
    assert b"".join(queries.chunks(file)) == a.a_pdf()
