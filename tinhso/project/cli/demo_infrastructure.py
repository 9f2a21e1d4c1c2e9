"""The demo's digital infrastructure: since when it stands is told by the province's ``infrastructure.toml``."""

import tomllib
from pathlib import Path

from tinhso.kernel import clock, province
from tinhso.project.cli.place import operator_actor

FILE = "infrastructure.toml"


def fill(folder: Path) -> str:
    """Make the things that the demo needs, once; none where the file asks for none. Says how many."""
    from tinhso.government.infrastructure import demo

    values = tomllib.loads((folder / FILE).read_text(encoding="utf-8")) if (folder / FILE).is_file() else {}
    if "demo" not in values:
        return ""
    seed = str(province.province_facts(folder).demo.seed)
    asset_count = demo.load_demo(since=values["demo"]["since"], seed=seed, by=operator_actor(), now=clock.now())
    return f"{asset_count} phòng máy, máy chủ, dịch vụ, đường truyền"
