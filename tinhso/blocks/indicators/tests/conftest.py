from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tinhso.blocks.indicators import contract, queries, services
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.tests import makers
from tinhso.kernel.actor import program_actor

ENGINE = program_actor("test", rights=["operate system", "manage indicators"])


@pytest.fixture
def country(transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tiny country with its own fact store; ADBC reads what is committed, hence real transactions."""
    settings.FACT_STORE = str(tmp_path / "facts")
    settings.SNAPSHOT_DIR = tmp_path / "snapshots"
    settings.VAR = tmp_path
    monkeypatch.setattr(contract, "FACT_PROVIDERS", makers.PROVIDERS)
    monkeypatch.setattr(contract, "INDICATORS", [])
    queries.clear_caches()
    makers.a_country()
    makers.dossiers([])
    yield
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS test_dossiers")


NOW = datetime(2024, 12, 31, tzinfo=UTC)


def refresh(*, full: bool = False, today: date = date(2024, 12, 31), now: datetime = NOW) -> Snapshot | None:
    """Refresh as the worker would."""
    return services.refresh_snapshot(by=ENGINE, now=now, today=today, old_day=date(2024, 6, 30), full=full)
