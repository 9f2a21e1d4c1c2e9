import shutil
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.documents.queries.store import FileStore, file_store
from tinhso.blocks.identity.tests.makers import a_unit
from tinhso.blocks.units.models import Level, Unit


@pytest.fixture
def province(transactional_db: None) -> Unit:
    """The body that issues; real transactions, so that two may race."""
    return a_unit("p", level=Level.PROVINCE)


@pytest.fixture(scope="session")
def poppler() -> None:
    """Poppler's programs, which read PDF files with other eyes than those that wrote them."""
    if not all(shutil.which(name) for name in ("pdftotext", "pdffonts", "pdfinfo")):
        pytest.skip("máy không có pdftotext, pdffonts, pdfinfo (apt install poppler-utils)")


@pytest.fixture
def store(transactional_db: None, settings: Any, tmp_path: Path) -> FileStore:
    """An empty folder store, and a database that really commits."""
    settings.FILE_STORE = str(tmp_path / "files")
    return file_store()
