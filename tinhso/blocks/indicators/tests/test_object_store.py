"""A fact store that is no folder: buckets of a server on loopback, which speaks S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection

from tests.simulators import object_store
from tinhso.blocks.indicators.models import Snapshot
from tinhso.blocks.indicators.services import store
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import refresh
from tinhso.blocks.indicators.tests.test_engine import lines

pytestmark = pytest.mark.usefixtures("country")


@pytest.fixture
def bucket(settings: Any) -> Iterator[str]:
    """An empty bucket, and settings that name it."""
    with object_store.running("facts") as known:
        settings.FACT_STORE, settings.FACT_STORE_OPTIONS = "s3://facts/province", known
        yield settings.FACT_STORE


def cells(snapshot: Snapshot, folder: Path) -> list[dict[str, Any]]:
    """All cells of a snapshot, in the order of their chunks."""
    chunks = snapshot.manifest["facts"]["DOSSIERS"]["chunks"]
    return [row for year in sorted(chunks) for row in pq.read_table(folder / chunks[year]).to_pylist()]


def correct_january() -> None:
    """A unit hands in other figures for a month that was published."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_dossiers SET finished = 11 WHERE unit = 'a1' AND month = '2024-01'")


def test_facts_in_a_bucket_give_the_cells_that_facts_in_a_folder_give(bucket: str, settings: Any) -> None:
    makers.dossiers([*lines("2023-11", "b1"), *lines("2024-01", "a1", "a2"), *lines("2024-08", "x", "y")])
    makers.a_catalogue()
    assert refresh() is not None
    correct_january()

    second = refresh()

    files = store.default_store().files(makers.DOSSIERS)
    assert len(files) == 3
    assert all(file.startswith(f"{bucket}/DOSSIERS/part=") for file in files)
    assert store.default_store().months(makers.DOSSIERS) == ["2023-11", "2024-01", "2024-08"]
    assert second is not None
    assert second.summary["changed"]["DOSSIERS"]["months"] == ["2024-01"]
    settings.FACT_STORE, settings.FACT_STORE_OPTIONS = str(settings.VAR / "facts"), {}
    from_folder = refresh(full=True)
    assert from_folder is not None
    assert cells(second, settings.SNAPSHOT_DIR) == cells(from_folder, settings.SNAPSHOT_DIR)
