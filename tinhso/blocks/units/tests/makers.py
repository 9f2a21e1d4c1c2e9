"""Small tables of units, as a province would write them."""

import csv
from datetime import UTC, datetime
from pathlib import Path

from tinhso.blocks.units import services
from tinhso.blocks.units.services.loading import LoadedUnits
from tinhso.kernel.actor import program_actor

KEEPER = program_actor("keeper", rights=["manage units"])
NOW = datetime(2025, 8, 1, tzinfo=UTC)
UNIT = ["ref", "code", "type", "name", "parent_code", "valid_from", "valid_to", "lat", "lon", "verified"]
EDGE = ["from_ref", "to_ref", "kind", "share", "share_source", "decision", "effective_date", "verified", "note"]

PROVINCE = ["p", "1", "province", "Tỉnh Hai Sông", "", "", "", "10.0", "106.0", "true"]
OLD = [
    ["h1", "11", "district", "Huyện Thượng", "1", "", "2025-07-01", "", "", "true"],
    ["a", "111", "xa", "Xã An Hòa", "11", "", "2025-07-01", "10.1", "106.1", "true"],
    ["b", "112", "xa", "Xã Đa Phước", "11", "", "2025-07-01", "10.2", "106.2", "true"],
    ["c", "113", "xa", "Xã Bình Minh", "11", "", "2025-07-01", "10.3", "106.1", "true"],
]
NEW = [
    ["111-20250701", "111", "xa", "Xã Đa Phước", "1", "2025-07-01", "", "10.15", "106.15", "true"],
    ["113-20250701", "113", "phuong", "Phường Bình Minh", "1", "2025-07-01", "", "10.3", "106.1", "true"],
]
EDGES = [
    ["a", "111-20250701", "merge", "1", "nguyên trạng", "NQ 1", "2025-07-01", "true", ""],
    ["b", "111-20250701", "merge", "1", "nguyên trạng", "NQ 1", "2025-07-01", "true", ""],
    ["c", "113-20250701", "upgrade", "1", "nguyên trạng", "NQ 1", "2025-07-01", "true", ""],
]


def write(folder: Path, units: list[list[str]], edges: list[list[str]] | None = None) -> Path:
    """The CSV tables of a province's folder."""
    for name, head, rows in (("units", UNIT, units), ("succession", EDGE, edges or [])):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
    return folder


def load(folder: Path, *, now: datetime = NOW) -> LoadedUnits:
    """Load what was written."""
    return services.load_units(folder, by=KEEPER, now=now)
