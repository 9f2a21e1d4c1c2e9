"""One definition, two engines: the whole demo catalogue on DuckDB and on a real Spark gives the same cells."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.scale import cluster, world
from tests.simulators import object_store
from tinhso.blocks.indicators.services import store
from tinhso.blocks.units.models import Succession

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(cluster.missing()), reason=cluster.missing() or "-"),
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A standalone master with two workers."""
    folder = tmp_path_factory.mktemp("spark")
    before = dict(os.environ)
    os.environ.update(cluster.environment(folder))
    with cluster.running(folder) as address:
        yield address
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def facts(transactional_db: None, settings: Any, tmp_path: Path, master: str) -> store.FactStore:
    """Where the made-up rows lie."""
    settings.VAR, settings.SPARK = tmp_path, master
    return store.FactStore(str(tmp_path / "facts"))


def test_every_cell_of_the_whole_catalogue_is_the_same_on_duckdb_and_on_spark(
    facts: store.FactStore, tmp_path: Path
) -> None:
    plans = world.load()
    world.fill(facts, plans)

    here = world.compute("duckdb", plans, facts, tmp_path / "duckdb")
    there = world.compute("spark", plans, facts, tmp_path / "spark")

    assert len(plans) > 50
    assert sum(table.num_rows for table in here.values()) > 50_000
    assert world.differences(here, there) == []


def test_units_that_count_with_a_part_only_do_so_to_the_same_digit_on_both(
    facts: store.FactStore, tmp_path: Path
) -> None:
    plans = world.load()[::18]
    world.fill(facts, plans)
    Succession.objects.all().update(share=Decimal(1) / 3)

    here = world.compute("duckdb", plans, facts, tmp_path / "duckdb")
    there = world.compute("spark", plans, facts, tmp_path / "spark")

    assert world.differences(here, there) == []


def test_what_is_widened_and_patched_on_spark_is_what_duckdb_computes_at_once(
    facts: store.FactStore, tmp_path: Path
) -> None:
    plans = world.load()[20:21]
    world.fill(facts, plans)

    at_once = world.compute("duckdb", plans, facts, tmp_path / "duckdb")
    in_steps = [world.compute_in_steps(kind, plans[0], facts, tmp_path / kind) for kind in ("duckdb", "spark")]

    assert world.differences(at_once, in_steps[0]) == []
    assert world.differences(at_once, in_steps[1]) == []


def test_rows_in_an_object_store_give_the_same_cells_on_both(facts: store.FactStore, tmp_path: Path) -> None:
    plans = world.load()[::26]
    with object_store.running("facts") as known:
        bucket = store.FactStore("s3://facts/province", known)
        world.fill(bucket, plans)

        here = world.compute("duckdb", plans, bucket, tmp_path / "duckdb")
        there = world.compute("spark", plans, bucket, tmp_path / "spark")

    assert world.differences(here, there) == []


def test_behind_spark_connect_the_cells_are_the_same_too(
    facts: store.FactStore, settings: Any, tmp_path: Path, master: str
) -> None:
    plans = world.load()[::26]
    world.fill(facts, plans)

    here = world.compute("duckdb", plans, facts, tmp_path / "duckdb")
    with cluster.connect_server(tmp_path, master) as settings.SPARK:
        there = world.compute("spark", plans, facts, tmp_path / "connect")

    assert world.differences(here, there) == []
