"""Keeping the fact store small and finding what is broken, before anybody reads it."""

import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake.exceptions import DeltaError
from django.conf import settings

from tinhso.blocks.indicators import queries
from tinhso.blocks.indicators.contract import Fact
from tinhso.blocks.indicators.services import store

# What a commit took out stays readable so long: for a reader elsewhere that opened the table before.
RETENTION = timedelta(days=7)
FOOTER = b"PAR1"


def tend_store(facts: store.FactStore, codes: Iterable[str], retention: timedelta = RETENTION) -> int:
    """Join small files of a month, and remove files that no commit of the last ``retention`` lists; returns how many.

    To be called while no refresh is running. Snapshots have files of their own and need none of these.
    """
    removed = 0
    for code in codes:
        try:
            table = facts.table(code)
            if table is None:
                continue
            table.optimize.compact()
            hours = int(retention.total_seconds() // 3600)
            removed += len(table.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True))
        except (DeltaError, OSError):
            continue  # the next refresh finds it broken and writes it anew
    return removed


def torn_months(facts: store.FactStore, fact: Fact) -> list[str] | None:
    """Months whose data files are missing or cut short; None when the table itself cannot be read.

    Only a folder is looked at: an object store takes a file whole or not at all.
    """
    try:
        table = facts.table(fact)
        if table is None or not store.is_local(facts.root):
            return []
        listed = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    except (DeltaError, OSError, ValueError):
        return None
    home = Path(facts.uri(fact))
    return sorted(
        {
            file_entry[f"partition.{store.PART}"]
            for file_entry in listed
            if not _is_intact(home / file_entry["path"], file_entry)
        }
    )


def _is_intact(path: Path, listed: dict[str, Any]) -> bool:
    try:
        if path.stat().st_size != listed["size_bytes"]:
            return False
        with path.open("rb") as file:
            file.seek(-len(FOOTER), 2)
            return file.read() == FOOTER
    except OSError:
        return False


def forget_table(facts: store.FactStore, fact: Fact) -> None:
    """Set a table aside that cannot be read any more; the next export makes it anew."""
    home = Path(facts.uri(fact))
    broken = home.with_name(f"{home.name}.broken")
    shutil.rmtree(broken, ignore_errors=True)
    home.rename(broken)


def torn_chunks(manifest_of_fact: dict[str, Any]) -> list[str]:
    """Years of a fact whose chunk is missing or cut short."""
    folder = Path(settings.SNAPSHOT_DIR)
    return sorted(year for year, name in manifest_of_fact.get("chunks", {}).items() if not _is_readable(folder / name))


def _is_readable(path: Path) -> bool:
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return True


def broken_facts() -> list[str]:
    """Facts of the newest snapshot whose table, or a month of it, cannot be read."""
    newest = queries.newest_snapshot()
    fact_plans_by_key = queries.catalogue().plans if newest else {}
    facts = store.default_store()
    return sorted(code for code, plan in fact_plans_by_key.items() if torn_months(facts, plan.fact) != [])
