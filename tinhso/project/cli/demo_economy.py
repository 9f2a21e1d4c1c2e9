"""The demo's digital economy and community teams: how much of it there is is told by the province's files."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tinhso.kernel import clock, province
from tinhso.project.cli.place import operator_actor


def fill_connectivity(folder: Path) -> str:
    """Make stations, post offices and what is measured of them, once; says how many records."""
    from tinhso.economy.connectivity import demo

    return _fill_records(folder / "connectivity.toml", demo.load)


def fill_enterprises(folder: Path) -> str:
    """Make firms and household businesses, once; says how many records."""
    from tinhso.economy.enterprises import demo

    return _fill_records(folder / "enterprises.toml", demo.load)


def fill_teams(folder: Path) -> str:
    """Make the community teams with what they did, once; says how many records."""
    from tinhso.society.community_teams import demo

    return _fill_records(folder / "community_teams.toml", demo.load)


def _fill_records(path: Path, load: Callable[..., int]) -> str:
    """What the table ``demo`` of the file asks for; nothing where there is none."""
    if (values := _demo_table(path)) is None:
        return ""
    seed = str(province.province_facts(path.parent).demo.seed)
    return f"{load(told=values, seed=seed, by=operator_actor(), now=clock.now())} bản ghi"


def _demo_table(path: Path) -> Mapping[str, Any] | None:
    file_values = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    values: Mapping[str, Any] | None = file_values.get("demo")
    return values
