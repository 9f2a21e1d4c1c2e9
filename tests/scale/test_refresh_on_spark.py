"""A whole refresh on Spark: exported, computed on two workers, published, and read like any other."""

import os
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.scale import cluster
from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators.contract import SYSTEM
from tinhso.blocks.indicators.tests import makers
from tinhso.blocks.indicators.tests.conftest import country, refresh
from tinhso.blocks.indicators.tests.test_changes import cells
from tinhso.blocks.indicators.tests.test_engine import at, lines

__all__ = ["country"]  # the fixture of the tiny country
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("country"),
    pytest.mark.skipif(bool(cluster.missing()), reason=cluster.missing() or "-"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def on_spark(
    settings: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Settings that name a cluster of two workers."""
    folder = tmp_path_factory.mktemp("spark")
    for name, value in cluster.environment(folder).items():
        monkeypatch.setitem(os.environ, name, value)
    with cluster.running(folder) as settings.SPARK:
        settings.INDICATOR_ENGINE = "spark"
        yield


def test_a_snapshot_made_on_spark_is_published_and_read_and_taken_further_by_duckdb(
    on_spark: None, settings: Any
) -> None:
    makers.dossiers([*lines("2023-05", "a1", "b1"), *lines("2024-01", "a1", "a2"), *lines("2024-08", "x", "y")])
    makers.a_catalogue([*makers.ALL, makers.UNITS])

    there = refresh()
    makers.dossiers(lines("2024-02", "a2"))
    settings.INDICATOR_ENGINE = "duckdb"
    here = refresh()

    assert there is not None
    assert here is not None
    assert (there.engine, here.engine) == ("spark", "duckdb")
    told = queries.reading_series(makers.FINISHED, "p", snapshot=there.number, to=SYSTEM)
    assert at(told, "2024-01").count == Decimal(30)
    assert cells(here) == cells(refresh(full=True))
